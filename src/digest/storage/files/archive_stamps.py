"""Detect changed issues of a workspace without opening a file; cheap enough for every command."""

import os
from contextlib import suppress
from pathlib import Path

from digest.model import Workspace

ISSUE = "issue.json"


def stamps(place: Workspace) -> dict[str, str]:
    """Modification time and size of each issue.json, published or draft, by key; empty if there is none."""
    return _stamps(place.drafts) | _stamps(place.archive)


def misplaced(place: Workspace, drafts: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of those drafts that are in the archive, where earlier versions kept them."""
    return tuple(key for key in drafts if os.path.isfile(f"{place.archive}/{key}/{ISSUE}"))  # noqa: PTH113  (as below)


def _stamps(folder: Path) -> dict[str, str]:
    if not os.path.isdir(folder):  # noqa: PTH112  (false where others must not look)
        return {}
    found = {}
    with os.scandir(folder) as folders:
        for one in folders:
            if one.name[:1].isdigit():
                with suppress(FileNotFoundError, NotADirectoryError):  # a folder of overview pages; a file
                    stat = os.stat(f"{one.path}/{ISSUE}")  # noqa: PTH116  (a third of Path's time, for each issue)
                    found[one.name] = f"{stat.st_mtime_ns}-{stat.st_size}"
    return found
