"""A feed's weight and whether it is fetched are changed by a command, and feeds.yaml keeps everything else."""

from pathlib import Path

import pytest

from support.running import Run

FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>One</title>{}</channel></rss>'
ITEM = "<item><title>Title {0}</title><link>https://one.example/{0}</link><guid>{0}</guid></item>"
TEXT = """# my feeds
digest: {title: T, timezone: UTC}
feeds:
  - name: One   # the best
    url: one.xml
    kind: blog
  - {name: Two, url: two.xml, kind: blog, weight: 2}  # second
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "feeds.yaml").write_text(TEXT)
    for name in ("one", "two"):
        show(tmp_path, name, "a")
    return tmp_path


def show(place: Path, feed: str, *items: str) -> None:
    (place / f"{feed}.xml").write_text(FEED.format("".join(ITEM.format(f"{feed}-{item}") for item in items)))


def test_a_muted_feed_is_not_fetched_until_it_is_unmuted(place: Path, run: Run) -> None:
    run("-C", place, "collect", "--at", "2026-06-22T08:00")
    muted = run("-C", place, "feeds", "set", "One", "--mute", "--json")
    assert muted.json == {"name": "One", "url": "one.xml", "weight": 1.0, "muted": True}
    show(place, "one", "a", "b")
    told = run("-C", place, "collect", "--at", "2026-06-23T08:00", "--json")
    assert told.code == 0
    found = {one["feed"]: one for one in told.json}
    assert (found["One"]["status"], found["One"]["reason"]) == ("skipped", "is muted in feeds.yaml")
    health = {one["name"]: one["verdict"] for one in run("-C", place, "feeds", "--json").json}
    assert health["One"] == "muted"
    assert run("-C", place, "feeds", "set", "one.xml", "--unmute").code == 0
    assert (place / "feeds.yaml").read_text() == TEXT
    again = run("-C", place, "collect", "--at", "2026-06-24T08:00", "--json").json
    assert {one["feed"]: one["new"] for one in again} == {"One": 1, "Two": 0}


def test_a_weight_is_one_word_in_feeds_yaml(place: Path, run: Run) -> None:
    assert run("-C", place, "feeds", "set", "One", "--weight", "1.5").code == 0
    assert run("-C", place, "feeds", "set", "Two", "--weight", "1").code == 0
    after = (place / "feeds.yaml").read_text()
    assert after == TEXT.replace("    kind: blog\n", "    kind: blog\n    weight: 1.5\n").replace(", weight: 2", "")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["One"], 2, "nothing is to be changed"),
        (["One", "--weight", "0"], 2, "is not between 0.1 and 10"),
        (["One", "--weight", "nan"], 2, "is not between 0.1 and 10"),
        (["Three", "--mute"], 3, "no feed has this name or URL"),
    ],
)
def test_what_cannot_be_changed_is_told(place: Path, run: Run, arguments: list[str], code: int, words: str) -> None:
    told = run("-C", place, "feeds", "set", *arguments)
    assert told.code == code
    assert words in told.err
    assert (place / "feeds.yaml").read_text() == TEXT
