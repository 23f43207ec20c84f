"""Reading in the terminal: the page, its links and its pager, the list of issues."""

import json
import os
import pty
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from digest.cli.terminal import knows_links, passes_links
from digest.render import view
from digest.storage.archive import Archive
from support import specimens
from support.forked import Forks
from support.issues import ISSUE
from support.running import ROOT, Run

OSC_8 = re.compile(r"\x1b\]8;[^;]*;(?P<url>[^\x1b]*)\x1b\\")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An archive that was copied here, and nothing else."""
    shutil.copytree(ROOT / "archive", tmp_path / "w/archive")
    return tmp_path / "w"


def on_a_terminal(forks: Forks, *argv: object, **environ: str) -> str:
    """What a terminal of 24 lines by 80 columns gets from `digest`."""
    ours, theirs = pty.openpty()
    os.set_blocking(ours, True)
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "TERM": "xterm-256color", "COLUMNS": "80"}
    process = forks.start(argv, stdin=theirs, stdout=theirs, stderr=theirs, env=env | environ)
    os.close(theirs)
    parts = []
    try:
        while part := os.read(ours, 65536):
            parts.append(part)
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(ours)
    assert process.wait() == 0
    return b"".join(parts).decode()


def test_a_terminal_gets_links_that_open_and_a_pipe_gets_none(
    place: Path, tmp_path: Path, run: Run, forks: Forks
) -> None:
    (less := tmp_path / "less").write_text("#!/bin/sh\nexec cat\n")
    less.chmod(0o755)
    page = on_a_terminal(forks, "-C", place, "show", PAGER=f"{less} -R")
    assert "https://arxiv.org/abs/2606.25519" in {found["url"] for found in OSC_8.finditer(page)}
    assert "\x1b" not in run("-C", place, "show").out
    assert OSC_8.search(on_a_terminal(forks, "-C", place, "show", PAGER="cat")) is None
    assert OSC_8.search(on_a_terminal(forks, "-C", place, "search", "agents", TERM="linux")) is None
    assert OSC_8.search(on_a_terminal(forks, "-C", place, "search", "agents"))


@pytest.mark.parametrize(
    ("environ", "terminal", "pager"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "linux"}, False, True),
        ({}, False, True),
        ({"TERM": "xterm", "LESS": "-FX"}, True, False),
        ({"TERM": "xterm", "LESS": "-FRX"}, True, True),
        ({"TERM": "xterm", "PAGER": "/usr/bin/less -R"}, True, True),
        ({"TERM": "xterm", "PAGER": "more"}, True, False),
    ],
)
def test_links_go_where_they_are_understood(environ: dict[str, str], terminal: bool, pager: bool) -> None:
    assert (knows_links(environ), passes_links(environ)) == (terminal, pager)


def test_titles_hang_under_their_first_word_and_no_line_ends_in_spaces(place: Path, run: Run) -> None:
    lines = run("-C", place, "show").out.splitlines()
    start = lines.index("Read first")
    assert lines[start + 1].startswith("1. ")
    told = lines[start + 1 : lines.index("", start)]
    assert all(re.match(r"\d\. \S|   \S", line) for line in told)
    assert any(re.match(r"   (?!https?:)\S", line) for line in told)
    assert [line for line in lines if line != line.rstrip()] == []


def test_the_list_is_newest_first_and_opens_only_what_changed(place: Path, run: Run) -> None:
    Archive(place / "archive").write(replace(ISSUE, key="2026-W20"), {})
    first = run("-C", place, "list", "--json").json
    assert [one["key"] for one in first] == sorted((one["key"] for one in first), reverse=True)
    lines = run("-C", place, "list").out.splitlines()
    assert lines[0].split() == ["Issue", "Up", "to", "State", "Shown", "Items", "First", "line"]
    assert next(line for line in lines if line.startswith("2026-W27")).split()[1:6] == [
        "2026-06-29",
        "closed,",
        "sample",
        str(_counts(place)[0]),
        str(_counts(place)[1]),
    ]
    spoil(place / "archive/2026-W27/issue.json")
    assert run("-C", place, "list", "--json").json == first


def spoil(path: Path) -> None:
    """A file that only looks as it did: whoever opens it says so."""
    stat = path.stat()
    path.write_bytes(b" " * stat.st_size)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_what_is_asked_of_one_issue_opens_no_other(sample: Path, tmp_path: Path, run: Run) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    item = json.loads((place / "archive/2026-W27/issue.json").read_text())["trends"][0]["items"][0]["id"]
    Archive(place / "archive").write(replace(ISSUE, key="2026-W20", slot=ISSUE.slot - timedelta(weeks=7)), {})
    run("-C", place, "list")
    spoil(place / "archive/2026-W20/issue.json")
    for command in (
        ("show",),
        ("check",),
        ("why", item),
        ("send", "--to", "ann@example.org"),
        ("edit", "--drop", item),
    ):
        told = run("-C", place, *command)
        assert "is not an issue" not in told.err, command
        assert told.code == (3 if command[0] == "edit" else 0), (command, told.err)
    assert "is not an issue" in run("-C", place, "show", "2026-W20").err


def _counts(place: Path) -> tuple[int, int]:
    issue = json.loads((place / "archive/2026-W27/issue.json").read_text())
    shown = sum(len(one["items"]) for one in issue["trends"])
    return shown, shown + sum(len(one["folded"]) for one in issue["trends"]) + len(issue["also_noted"])


def test_a_build_opens_its_page_in_the_browser_or_says_where_it_lies(
    sample: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "a folder"))
    opened: list[str] = []

    def nobody_opens(address: str) -> bool:
        opened.append(address)
        return False

    monkeypatch.setattr("webbrowser.open", nobody_opens)
    told = run("-C", place, "build", "--open", "--at", "2026-07-01T08:00")
    assert told.code == 0, told.err
    (address,) = opened
    assert Path(unquote(urlsplit(address).path)) == place / ".digest/drafts/2026-W28/index.html"
    assert address.startswith("file:///")
    assert f"no browser was found; open {address} yourself" in told.err


def test_what_is_also_noted_is_as_short_as_in_the_mail() -> None:
    shown = view(specimens.issue(), baselines=specimens.trends_of())
    assert (len(shown.also_noted), shown.also_noted_more) == (12, 2)


def test_an_empty_folder_stays_empty(tmp_path: Path, run: Run) -> None:
    for command in (("list",), ("show",), ("search", "x")):
        told = run("-C", tmp_path, *command)
        assert (told.code, "is not a workspace" in told.err) == (2, True), command
    assert list(tmp_path.iterdir()) == []
