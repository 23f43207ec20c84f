"""From feeds to page and mail: an item with a value beyond a signed claim's is told with both values, once; everything else is not."""

import contextlib
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from digest.cli import main
from support.running import Run

CONFIG = """digest:
  title: Screens
  timezone: UTC
  schedule: "mon 08:00"
  lookback: 7d
  max_age: 60d
  editions: [{language: en}, {language: ko, title: 화면}]
feeds:
  - {name: F, url: f.xml, kind: blog}
  - {name: G, url: g.xml, kind: blog}
"""
TREND = """---
id: screens
name: Screens
as_of: 2024
terms: {screen robot: 6.0}
claims:
  - {date: 2024-03, text: Screen robots exist., source: a report}
---
What robots do on a screen.
"""
SIGNED = """claims:
- {date: 2026-04, text: The best screen robot reaches 38.1 % on OSWorld., source: a report, about: [[screen robot], [osworld]]}
- {date: 2026-04, text: Screen robots are careful., source: a report, about: [[screen robot], [careful]]}
"""
CHANNEL = '<rss version="2.0"><channel><title>T</title>{}</channel></rss>'
ITEM = "<item><title>{}</title><link>https://example.org/{}</link><guid>{}</guid><description>{}</description></item>"
BEST = "We present a screen robot. We show that our screen robot reaches {}% on OSWorld."
# A week each: the title, and what the text says.
WEEKS = [
    ("A screen robot on OSWorld", BEST.format("61.4")),
    ("A screen robot for OSWorld and others", "We show that our screen robot on OSWorld is quick."),
    ("A screen robot on OSWorld, rescored", BEST.format("0.72").replace("%", "")),  # the benchmark changed its scale
    ("A careful screen robot", "We show that our careful screen robot asks before it clicks."),  # no number
    ("A screen robot for OSWorld-Verified", BEST.format("70.2").replace("OSWorld", "OSWorld-Verified")),
]
DAYS = ["2026-05-11", "2026-05-18", "2026-05-25", "2026-06-01", "2026-06-08"]
KEYS = ["2026-W20", "2026-W21", "2026-W22", "2026-W23", "2026-W24"]


def entries(number: int, first: str = WEEKS[0][1]) -> str:
    """The feed in a week: all entries so far, of which the first may have been revised."""
    told = [ITEM.format(WEEKS[0][0], 0, 0, first)]
    told += [ITEM.format(title, n, n, text) for n, (title, text) in enumerate(WEEKS[1 : number + 1], start=1)]
    return CHANNEL.format("".join(reversed(told)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five weekly issues after a baseline with numbers was signed. A second feed has the first item, too; from the third week on, the feed revises it."""
    place = tmp_path_factory.mktemp("screens")
    (place / "feeds.yaml").write_text(CONFIG)
    (place / "trends").mkdir()
    (place / "trends" / "screens.md").write_text(TREND)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(["-C", str(place), "baseline", "draft", "screens", "--at", "2026-05-04T08:00"]) == 0
    draft = Path(out.getvalue().strip())
    text = draft.read_text().partition("## To be completed")[0]
    head, _, rest = text.partition("claims:\n")
    draft.write_text(head + SIGNED + "---\n" + rest.partition("---\n")[2])
    assert main(["-C", str(place), "baseline", "sign", "screens", "--by", "Ada", "--at", "2026-05-04T09:00"]) == 0
    (place / "g.xml").write_text(CHANNEL.format(ITEM.format(WEEKS[0][0], 0, "g", WEEKS[0][1])))
    for number, day in enumerate(DAYS):
        revised = BEST.format("12.0") if number >= 2 else WEEKS[0][1]
        (place / "f.xml").write_text(entries(number, revised))
        assert main(["-C", str(place), "build", "--at", f"{day}T08:00"]) == 0
    return place


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "w"))


def claims(place: Path, key: str) -> list[dict[str, Any]]:
    issue = json.loads((place / f"archive/{key}/issue.json").read_text())
    return [claim for section in issue["trends"] for claim in section["claims"]]


def test_a_value_beyond_a_signed_claim_is_told_once_in_five_issues(place: Path, run: Run) -> None:
    (claim,) = claims(place, KEYS[0])
    (touch,) = claim["items"]  # of two feeds, one item
    assert (claim["date"], touch["stance"], touch["by"]) == ("2026-04", "dates", "rule")
    assert touch["values"] == ["38.1 % on OSWorld", "61.4 % on OSWorld"]
    assert touch["sentence"] == "We show that our screen robot reaches 61.4% on OSWorld."
    said = [
        (key, one["id"], one.get("stance", ""))
        for key in KEYS
        for claim in claims(place, key)
        for one in claim["items"]
    ]
    assert [(key, id_) for key, id_, stance in said if stance] == [(KEYS[0], touch["id"])]
    assert len({id_ for _, id_, _ in said}) == len(said)  # no link twice
    assert [claim.get("again", False) for key in KEYS[1:3] for claim in claims(place, key)] == [True, True]


def test_page_and_mail_say_it_with_both_values(place: Path) -> None:
    folder = place / "archive" / KEYS[0]
    for name in ("index.html", "email.html", "email.txt"):
        text = " ".join((folder / name).read_text().split())
        assert "The best screen robot reaches 38.1 % on OSWorld." in text, name
        assert "61.4 % on OSWorld" in text, name
    korean = " ".join((place / "archive/ko" / KEYS[0] / "index.html").read_text().split())
    assert korean.count("61.4 % on OSWorld") == 1
    for key in KEYS[1:]:
        mail = (place / "archive" / key / "email.txt").read_text()
        assert "Claim, " not in mail, key


def test_what_has_no_number_or_another_scale_only_bears_on_a_claim(place: Path) -> None:
    for key in KEYS[1:4]:
        assert [touch.get("stance", "") for claim in claims(place, key) for touch in claim["items"]] == [""], key
    assert "Screen robots are careful." in (place / "archive" / KEYS[3] / "index.html").read_text()
    assert "Screen robots are careful." not in (place / "archive" / KEYS[3] / "email.txt").read_text()


def test_the_ledger_keeps_what_a_closed_issue_said_when_the_feed_revises_it(place: Path, run: Run) -> None:
    page = " ".join((place / "archive/trends/screens/index.html").read_text().split())
    ledger = page.partition("The ledger of its claims")[2].partition("</section>")[0]
    assert "61.4 % on OSWorld" in ledger
    assert "12 % on OSWorld" not in page
    shown = run("-C", place, "trends", "screens").out
    assert "out of date" in shown
    assert shown.count("A screen robot on OSWorld\n") + shown.count("A screen robot on OSWorld:") <= 2
