"""File systems that are really small, and really full. They want a user who may mount."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str = "2m") -> Iterator[None]:
    """A really small file system at `folder`: by itself, room for a store but not for an issue beside it."""
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False).returncode:
        pytest.skip("this user may mount nothing")
    yield
    subprocess.run(["umount", folder], check=True)


def filled(folder: Path) -> None:
    """Leave no room on the file system of `folder`."""
    with suppress(OSError), (folder / "ballast").open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
