"""Detect changed issues of an archive without opening a file; cheap enough for every command."""

import os
from contextlib import suppress
from pathlib import Path

ISSUE = "issue.json"


def stamps(root: Path) -> dict[str, str]:
    """Modification time and size of each issue.json, by key; empty if there is no archive."""
    if not root.is_dir():
        return {}
    found = {}
    with os.scandir(root) as folders:
        for folder in folders:
            if folder.name[:1].isdigit():
                with suppress(FileNotFoundError, NotADirectoryError):  # a folder of overview pages; a file
                    stat = os.stat(f"{folder.path}/{ISSUE}")  # noqa: PTH116  (a third of Path's time, for each issue)
                    found[folder.name] = f"{stat.st_mtime_ns}-{stat.st_size}"
    return found
