"""A person's records in the workspace, one JSON object a line, oldest first: lessons.jsonl, edits.jsonl. Reads and adds.

They are files beside feeds.yaml and no tables, so that they survive the store, go into version control and can be mended by hand.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from digest.errors import ConfigError, Problem, WorkspaceError
from digest.storage.files.atomic import replace_file

R = TypeVar("R")


def read(path: Path, record: type[R]) -> tuple[R, ...]:
    """Every record; none where there is no such file.

    Raises:
        ConfigError: with every line that is no such record.
        WorkspaceError: the file cannot be read.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(str(path), f"cannot be read ({error})", "write it as UTF-8 text, or remove it") from error
    adapter = TypeAdapter(record)
    records, problems = [], []
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                records.append(adapter.validate_json(line))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            path_in = ".".join(str(part) for part in first["loc"])
            problems.append(Problem(file=str(path), line=number, path=path_in, message=first["msg"]))
    if problems:
        raise ConfigError(str(path), problems)
    return tuple(records)


def add(path: Path, records: Sequence[R], record: type[R]) -> None:
    """Put records at the end of the file: all of them, or none.

    Raises:
        WorkspaceError: the disk refuses.
    """
    adapter = TypeAdapter(record)
    written = "".join(json.dumps(adapter.dump_python(one, mode="json"), ensure_ascii=False) + "\n" for one in records)
    try:
        before = path.read_text("utf-8") if path.exists() else ""
        gap = "" if before.endswith("\n") or not before else "\n"
        replace_file(path, (before + gap + written).encode())
    except OSError as error:
        raise WorkspaceError(
            str(path), f"cannot be written ({error.strerror})", "free the disk or mend the folder, then say it again"
        ) from error
