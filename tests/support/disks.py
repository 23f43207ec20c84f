"""File systems that are really small, and really full. They want a user who may mount."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_HOLD = """mount -t tmpfs -o size="$1" tmpfs "$2" && echo mounted && cat >/dev/null && umount -l "$2" """


@contextmanager
def small_disk(folder: Path, size: str = "2m") -> Iterator[None]:
    """A really small file system at `folder`: by itself, room for a store but not for an issue beside it.

    It is unmounted however the tests end: by a shell that waits for the end of its standard input, which only this process holds.
    """
    pipe = subprocess.PIPE
    command = ["sh", "-c", _HOLD, "sh", size, str(folder)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd="/", start_new_session=True) as holder:
        assert holder.stdout
        if not holder.stdout.readline():
            pytest.skip("this user may mount nothing")
        yield


def filled(folder: Path) -> None:
    """Leave no room on the file system of `folder`."""
    with suppress(OSError), (folder / "ballast").open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
