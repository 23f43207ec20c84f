"""The program is removed as the guide says: nothing of it stays but the workspace, and the archive is read without it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.interpreters import PACKAGES
from support.running import ROOT

pytestmark = pytest.mark.slow

SLOT = "2026-06-29T08:00"
LIFE = (
    ("init", "--sample", "."),
    ("build", "--at", SLOT),
    ("subscribers", "add", "ada@example.org", "--at", SLOT),
    ("send", "--at", SLOT),
    ("show",),
    ("search", "language models"),
    ("status", "--at", SLOT),
)


def held(folder: Path) -> set[str]:
    """Every file and folder below it, but for compiled modules."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "__pycache__" not in path.parts}


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """An environment that sees the packages of this one, and has the program as a wheel of its own."""
    place = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    (packages,) = place.glob("lib/python3*/site-packages")
    (packages / "others.pth").write_text("\n".join(PACKAGES), "utf-8")
    pip = [str(place / "bin/python"), "-m", "pip", "--disable-pip-version-check", "-q"]
    made = [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path / "wheels"), str(ROOT)]
    subprocess.run(made, check=True, capture_output=True)
    (wheel,) = (tmp_path / "wheels").glob("*.whl")
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--ignore-installed", str(wheel)], check=True, capture_output=True
    )
    return place


def test_nothing_stays_but_the_workspace(installed: Path, tmp_path: Path) -> None:
    (packages,) = installed.glob("lib/python3*/site-packages")
    assert (packages / "digest/__init__.py").exists()
    home, temporary, workspace = tmp_path / "home", tmp_path / "temporary", tmp_path / "workspace"
    for folder in (home, temporary, workspace):
        folder.mkdir()
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(temporary), "LANG": "C.UTF-8"}
    before = held(packages)
    for words in LIFE:
        done = subprocess.run(
            [installed / "bin/digest", *words], cwd=workspace, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    assert (held(home), held(temporary), held(packages)) == (set(), set(), before)

    pip = [str(installed / "bin/python"), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "uninstall", "-q", "-y", "llm-trends-digest"], env=env, check=True, capture_output=True)
    left = {path for path in held(installed) if "digest" in path.lower() and "/pip/" not in path}
    assert left == set()
    assert "<h1" in (workspace / "archive/2026-W27/index.html").read_text("utf-8")
