"""Read the messages of a Maildir, an mbox or a file with one message, the beginning of each. Mailboxes are only read."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from digest.errors import WorkspaceError

LARGEST = 300_000  # bytes of one mail that are read
LONGEST_LINE = 100_000  # bytes of an mbox that are read at a time


def messages(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        if not (path / "new").is_dir() and not (path / "cur").is_dir():
            raise WorkspaceError(str(path), "is a folder, but not a Maildir", "name a Maildir, an mbox or a message")
        for folder in ("new", "cur"):
            for file in sorted((path / folder).glob("*")):
                yield _start(file)
        return
    if not _start(path).startswith(b"From "):
        yield _start(path)
        return
    with path.open("rb") as box:
        yield from _parted(iter(lambda: box.readline(LONGEST_LINE), b""))


def _parted(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The beginnings of the messages of an mbox. The standard `mailbox` module would open it for writing."""
    message: list[bytes] = []
    size, last = 0, b""
    for line in lines:
        if line.startswith(b"From ") and not last.strip():
            if message:
                yield b"".join(message)
            message, size, last = [], 0, b""
            continue
        last = line
        if size < LARGEST:
            message.append(line)
            size += len(line)
    if message:
        yield b"".join(message)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST)
