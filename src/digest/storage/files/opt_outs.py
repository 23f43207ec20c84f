"""Keep unsubscribe requests that arrive while the store is locked: one small file each, until they are in the store."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from digest.storage.db import Store
from digest.storage.files import atomic

FOLDER = "opt-outs"


@dataclass(frozen=True, kw_only=True, slots=True)
class OptOut:
    """A request: the subscriber in the link, and its time."""

    link: int | str
    at: datetime
    path: Path


def keep(state: Path, link: int | str, at: datetime) -> None:
    """Write a request to disk, so that it survives a power failure."""
    folder = state / FOLDER
    atomic.make_folder(folder)
    path = folder / sha256(repr(link).encode()).hexdigest()[:32]
    atomic.replace_file(path, json.dumps([link, at.isoformat()]).encode(), private=True)


def kept(state: Path) -> Iterator[OptOut]:
    """The requests that may not be in the store yet. After entering one, the caller removes its file."""
    folder = state / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(atomic.PREFIX):  # unfinished: nobody was told that it is kept
            continue
        try:
            link, at = json.loads(path.read_text("utf-8"))
            yield OptOut(link=link, at=datetime.fromisoformat(at), path=path)
        except (OSError, ValueError):  # entered by another process meanwhile
            continue


def enter(store: Store, state: Path) -> None:
    """Enter the requests that arrived while the store was locked."""
    for wish in kept(state):
        with store.transaction():
            person = store.subscribers.named(wish.link)
            if person is not None and person.status != "unsubscribed":
                store.subscribers.opt_out(person.id, wish.at, reason="unsubscribed")
        wish.path.unlink(missing_ok=True)
