"""The workspace's lessons.jsonl: an editor's corrections, one a line, oldest first. Reads and adds; learns nothing.

It is a file beside feeds.yaml and no table, so that it survives the store, goes into version control and can be mended by hand.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from digest.errors import ConfigError, Problem, WorkspaceError
from digest.model import Lesson


def read(path: Path) -> tuple[Lesson, ...]:
    """Every lesson; none where there is no such file.

    Raises:
        ConfigError: with every line that is no lesson.
        WorkspaceError: the file cannot be read.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(str(path), f"cannot be read ({error})", "write it as UTF-8 text, or remove it") from error
    lessons, problems = [], []
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                lessons.append(TypeAdapter(Lesson).validate_json(line))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            path_in = ".".join(str(part) for part in first["loc"])
            problems.append(Problem(file=str(path), line=number, path=path_in, message=first["msg"]))
    if problems:
        raise ConfigError(str(path), problems)
    return tuple(lessons)


def add(path: Path, lessons: Sequence[Lesson]) -> None:
    """Put lessons at the end of the file: all of them, or none.

    Raises:
        WorkspaceError: the disk refuses.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        before = path.read_text("utf-8") if path.exists() else ""
        gap = "" if before.endswith("\n") or not before else "\n"
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            file.write(before + gap + "".join(f"{_line(lesson)}\n" for lesson in lessons))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise WorkspaceError(
            str(path), f"cannot be written ({error.strerror})", "free the disk or mend the folder, then teach it again"
        ) from error


def _line(lesson: Lesson) -> str:
    data = TypeAdapter(Lesson).dump_python(lesson, mode="json")
    return json.dumps(data, ensure_ascii=False)
