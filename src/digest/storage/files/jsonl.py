"""Read and append to the editor's records: lessons.jsonl and edits.jsonl, one JSON object per line, oldest first.

They are files next to feeds.yaml, not tables, so that they outlive the store, fit into version control and can be edited by hand.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from digest.errors import ConfigError, Problem, WorkspaceError
from digest.storage.files import regular
from digest.storage.files.atomic import replace_file

R = TypeVar("R")


def read(path: Path, record: type[R]) -> tuple[R, ...]:
    """All records; none if the file does not exist.

    Raises:
        ConfigError: lines are invalid; all of them are listed.
        WorkspaceError: the file cannot be read.
    """
    try:
        lines = regular(path).read_text("utf-8-sig").replace("\r\n", "\n").split("\n")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(str(path), f"cannot be read ({error})", "save it as UTF-8 text, or remove it") from error
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
    """Append records to the file, through symbolic links: all of them, or none.

    Raises:
        WorkspaceError: the disk refuses.
    """
    adapter = TypeAdapter(record)
    written = "".join(json.dumps(adapter.dump_python(one, mode="json"), ensure_ascii=False) + "\n" for one in records)
    try:
        before = regular(path).read_text("utf-8") if path.exists() else ""
        gap = "" if before.endswith("\n") or not before else "\n"
        replace_file(path.resolve(), (before + gap + written).encode())
    except OSError as error:
        raise WorkspaceError(
            str(path),
            f"cannot be written ({error.strerror})",
            "free disk space or repair the folder, then run the same command again",
        ) from error
