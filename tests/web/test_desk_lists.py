"""Lists of the desk with five thousand rows: a page at a time, found by words, and where one was after a change."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from digest.storage.db.desk import Entry
from support.desk import KEY, SLOT, Got, Visitor
from support.forked import Forks
from support.mailing import NOW, store_of

pytestmark = pytest.mark.slow

MANY = 5_000
ISSUES = 70


@pytest.fixture(scope="module")
def crowded(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with many feeds, subscribers, issues and things done at the desk."""
    place = tmp_path_factory.mktemp("crowded") / "w"
    shutil.copytree(forks.sample, place)
    feeds = "".join(f"  - {{name: Feed {n}, url: feeds/f{n}.xml, kind: blog}}\n" for n in range(MANY))
    text = (place / "feeds.yaml").read_text().replace("feeds:\n", f"feeds:\n{feeds}", 1)
    (place / "feeds.yaml").write_text(text.replace("Feed 7,", "Feed 7, muted: true,", 1))
    issue = json.loads((place / f"archive/{KEY}/issue.json").read_text())
    for number in range(ISSUES):
        key = f"{2020 + number // 40}-W{number % 40 + 10}"
        (place / f"archive/{key}").mkdir()
        slot = NOW - timedelta(weeks=400 - number)
        made = issue | {"key": key, "slot": f"{slot:%Y-%m-%dT%H:%M:%SZ}", "trends": [], "also_noted": []}
        (place / f"archive/{key}/issue.json").write_text(json.dumps(made))
    with store_of(place) as store, store.transaction():
        for number in range(MANY):
            address = f"p{number:04}@example.org"
            store.subscribers.add(address, key=address, at=NOW, consent="test")
            entry = Entry(at=NOW + timedelta(minutes=number), who="ada", place="terminal", action=f"act {number}")
            store.desk_audit.add(entry)
    return place


@pytest.fixture(scope="module")
def ada(crowded: Path, forks: Forks) -> Iterator[Visitor]:
    with forks.serving(["-C", crowded, "desk", "--port", 0, "--by", "ada", "--at", SLOT]) as link:
        someone = Visitor(urlsplit(link).netloc)
        assert someone.ask("GET", urlsplit(link).path).status == 303
        yield someone


def shown(ada: Visitor, path: str) -> Got:
    got = ada.ask("GET", path)
    assert got.status == 200, got.text
    assert len(got.text) < 400_000
    return Got(got.status, got.headers, unescape(got.text))


@pytest.mark.parametrize(
    ("path", "rows", "size", "total"),
    [
        ("/desk/mailings", r'<tr><td><a href="/desk/[^/]*/sending', 30, ISSUES + 1),
        ("/desk/subscribers", r"p\d{4}@example.org</p>", 50, MANY),
        ("/desk/feeds", r'<li id="', 100, None),
        ("/desk/audit", r"<tr><td>2026-", 100, None),
    ],
)
def test_a_long_list_is_shown_a_page_at_a_time(
    ada: Visitor, path: str, rows: str, size: int, total: int | None
) -> None:
    first = shown(ada, path)
    assert len(re.findall(rows, first.text)) == size
    assert 'rel="prev"' not in first.text
    (last,) = re.findall(r"Page 1 of (\d+)", first.text)
    assert int(last) == -(-total // size) if total else int(last) > MANY // size
    (following,) = re.findall(r'href="([^"]*)" rel="next"', first.text)
    second = shown(ada, path + following)
    assert "Page 2 of" in second.text
    assert not set(re.findall(rows, second.text)) & set(re.findall(rows, first.text)) or "<li" in rows or "<tr" in rows
    end = shown(ada, f"{path}?page={last}")
    assert 0 < len(re.findall(rows, end.text)) <= size
    assert 'rel="next"' not in end.text
    assert re.findall(rows, shown(ada, f"{path}?page=999999").text) == re.findall(rows, end.text)
    for odd in ("0", "-1", "x", "9" * 40, "%00", "1e3"):
        assert "Page 1 of" in shown(ada, f"{path}?page={odd}").text


def test_a_feed_is_found_and_the_same_page_is_shown_after_a_change(ada: Visitor, crowded: Path) -> None:
    found = shown(ada, "/desk/feeds?q=feed+4321")
    assert "one feed found" in found.text
    (action,) = set(re.findall(r'<form method="post" action="(/desk/feeds\?[^"]*)"', found.text))
    answer = ada.ask("POST", action, {"csrf": found.csrf, "do": "mute", "name": "Feed 4321"})
    assert answer.headers["location"].startswith("/desk/feeds?q=feed+4321")
    assert "Feed 4321 is not fetched" in shown(ada, answer.headers["location"].partition("#")[0]).text
    assert "2 feeds found" in shown(ada, "/desk/feeds?status=muted").text
    refused = ada.ask("POST", action, {"csrf": found.csrf, "do": "weigh", "name": "Feed 4321", "weight": "x"})
    assert refused.headers["location"] == action
    page = shown(ada, "/desk/subscribers?q=p00&page=2")
    form = {"csrf": page.csrf, "do": "remove", "address": "p0050@example.org"}
    gone = ada.ask("POST", "/desk/subscribers?q=p00&page=2", form)
    assert gone.headers["location"] == "/desk/subscribers?q=p00&page=2"
    assert "p0050@example.org gets no more mail" in shown(ada, gone.headers["location"]).text
