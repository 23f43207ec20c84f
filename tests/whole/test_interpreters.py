"""Every Python that the machine has, the distribution's own too: a workspace's whole life under each."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.interpreters import PACKAGES, others
from support.running import ROOT

pytestmark = pytest.mark.slow

SLOT = "2026-06-29T08:00"
NEXT = "2026-07-06T08:00"
LIFE = (
    ("init", "--sample", "."),
    ("build", "--at", SLOT),
    ("subscribers", "add", "ada@example.org", "--at", SLOT),
    ("subscribers", "export", "people.csv"),
    ("send", "--at", SLOT),
    ("check",),
    ("list",),
    ("show",),
    ("search", "language models"),
    ("trends",),
    ("feeds", "export", "feeds.opml"),
    ("render", "--all"),
    ("status", "--at", SLOT),
    ("backup", "backup.tar.gz"),
    ("-C", "restored", "restore", "backup.tar.gz"),
    ("-C", "restored", "reindex"),
    ("-C", "restored", "list"),
    ("publish", "--at", NEXT),
)


@pytest.mark.parametrize("python", [sys.executable, *others()])
def test_a_workspaces_life_goes_through(python: str, tmp_path: Path) -> None:
    """3.11.2 has no `filter` for tar members, for one: what a patch level lacks ends in a traceback here."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *PACKAGES]),
        "LANG": "C.UTF-8",
    }
    for words in LIFE:
        command = [python, "-W", "error::SyntaxWarning", "-m", "digest", *words]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        expected = (0, 1) if words[0] in ("publish", "-C") else (0,)  # the sample's feeds have nothing new in July
        assert "Traceback" not in done.stderr, f"{words}: {done.stderr}"
        assert done.returncode in expected, f"{words}: {done.returncode} {done.stdout}{done.stderr}"
    assert (tmp_path / "restored/archive/2026-W27/issue.json").exists()


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
def test_make_knows_a_second_environment() -> None:
    """`make test PYTHON=/usr/bin/python3 VENV=.venv-debian` leaves the first one alone."""
    command = ["make", "--dry-run", "--always-make", "demo", "PYTHON=/usr/bin/python3", "VENV=.venv-other"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "/usr/bin/python3 -m venv .venv-other" in told
    assert ".venv/" not in told
