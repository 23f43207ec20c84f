"""A workspace of version 0.1.0, opened by this one: nothing is lost, mailed twice or changed; and the way back is refused.

`tests/corpus/workspaces/0.1.0.tar.gz` was recorded with that version: the feed in papers.xml was collected on 6 and 10 June 2026,
issue 2026-W24 closed and sent to ada@example.org, whose mail is in the outbox; eve@example.org had unsubscribed before; 2026-W25 is
a draft, in the archive.
"""

import csv
import json
import re
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from support.forked import Forks
from support.mailing import store_of
from support.running import ROOT, Run

pytestmark = pytest.mark.of_sqlite("the workspace of the old version has its store in a file")
RECORDED = ROOT / "tests/corpus/workspaces/0.1.0.tar.gz"
SLOT = "2026-06-15T08:00"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "w"
    with tarfile.open(RECORDED) as tar:
        tar.extractall(place)
    return place


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def subscribers(run: Run, place: Path) -> dict[str, str]:
    run("-C", place, "subscribers", "export", place / "people.csv")
    with (place / "people.csv").open(newline="") as file:
        return {row["address"]: row["status"] for row in csv.DictReader(file)}


def test_what_was_published_mailed_and_asked_for_stays(place: Path, run: Run) -> None:
    before = content(place / "archive/2026-W24")
    listed = run("-C", place, "list", "--json").json
    assert [(one["key"], one["state"]) for one in listed] == [("2026-W25", "draft"), ("2026-W24", "closed")]
    assert subscribers(run, place) == {"ada@example.org": "active", "eve@example.org": "unsubscribed"}
    assert run("-C", place, "send", "2026-W24", "--at", "2026-06-11T08:00").code == 0
    assert len(list((place / ".digest/outbox/new").iterdir())) == 1
    assert run("-C", place, "publish", "--at", SLOT).out == "issue 2026-W25 published\n"
    issue = json.loads((place / "archive/2026-W25/issue.json").read_text())
    shown = [item["title"] for section in issue["trends"] for item in section["items"]] + [
        item["title"] for item in issue["also_noted"]
    ]
    assert shown == ["A large language model reasons about three"]
    assert len(list((place / ".digest/outbox/new").iterdir())) == 2
    after = content(place / "archive/2026-W24")
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"index.html", "sent.json"}  # the link to the next issue; the number of runs


def test_the_draft_leaves_the_archive(place: Path, run: Run) -> None:
    run("-C", place, "list")
    assert not (place / "archive/2026-W25").exists()
    assert run("-C", place, "show", "2026-W25").code == 0


def test_a_link_in_mail_of_the_old_version_still_unsubscribes(place: Path, forks: Forks, run: Run) -> None:
    (mail,) = (place / ".digest/outbox/new").iterdir()
    (header,) = re.findall(r"^List-Unsubscribe: <([^>]+)>", mail.read_text(), re.MULTILINE)
    with forks.serving(["-C", place, "serve", "--port", "0"]) as url:
        path = header.removeprefix("https://digest.example.org")
        request = Request(f"{url}{path}", data=b"List-Unsubscribe=One-Click", headers={"Host": "digest.example.org"})
        assert urlopen(request).status == 200
    assert subscribers(run, place)["ada@example.org"] == "unsubscribed"


def test_a_store_of_a_later_version_is_refused_and_not_touched(place: Path, run: Run) -> None:
    with store_of(place):
        pass  # opening it converts it
    file = place / ".digest/digest.sqlite3"
    with closing(sqlite3.connect(file)) as store:
        (version,) = store.execute("PRAGMA user_version").fetchone()
        store.execute(f"PRAGMA user_version = {version + 1}")
    before = file.read_bytes()
    refused = run("-C", place, "status")
    assert (refused.code, "was written by a newer version" in refused.err) == (2, True), refused.err
    assert file.read_bytes() == before
