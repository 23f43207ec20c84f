"""What the tests of the desk share: a draft that a module makes once, a copy of it for each test, and a desk that is open."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.desk import SLOT, draft_in
from support.forked import Forks


@pytest.fixture(scope="module")
def drafted(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a held issue of the sample, one of whose titles is an attack. It is to be copied, not worked in."""
    return draft_in(tmp_path_factory.mktemp("desk") / "w", forks)


@pytest.fixture
def place(drafted: Path, tmp_path: Path) -> Path:
    """A copy of it, to work in."""
    return Path(shutil.copytree(drafted, tmp_path / "w"))


@pytest.fixture
def link(place: Path, forks: Forks) -> Iterator[str]:
    """The link that opens a desk, served as in a terminal."""
    with forks.serving(["-C", place, "desk", "--port", 0, "--by", "ada", "--at", SLOT]) as address:
        yield address
