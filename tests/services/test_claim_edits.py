"""The editor says how an item stands to a claim; it is undone like every other change, and the trend's page keeps the ledger."""

import json
from pathlib import Path
from typing import Any

from support.running import Run

CHANNEL = '<rss version="2.0"><channel><title>T</title>{}</channel></rss>'
ITEM = "<item><title>{}</title><link>https://example.org/{}</link><guid>{}</guid><description>{}</description></item>"
TREND = """---
id: screens
name: Screens
as_of: 2025-03
terms: {screen robot: 6.0}
claims:
  - {date: 2025-03, text: The best screen robot reaches 38.1 % on OSWorld., source: a report, about: [[screen robot], [osworld]]}
  - {date: 2025-03, text: Screen robots are slow., source: a report}
---
What agents do on a screen.
"""
NUMBERS = "We present a screen robot. We show that our screen robot reaches 61.4% on OSWorld."
SPEED = "We present a screen robot that clicks. We show that it is faster than people."


def place(tmp_path: Path) -> Path:
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - {name: F, url: f.xml, kind: blog}\n")
    (tmp_path / "trends").mkdir()
    (tmp_path / "trends" / "screens.md").write_text(TREND)
    items = ITEM.format("A screen robot on OSWorld", 1, 1, NUMBERS) + ITEM.format("A fast screen robot", 2, 2, SPEED)
    (tmp_path / "f.xml").write_text(CHANNEL.format(items))
    return tmp_path


def claims(place: Path) -> dict[str, list[dict[str, Any]]]:
    path = next(iter([*place.glob(".digest/drafts/*/issue.json"), *place.glob("archive/2*/issue.json")]))
    issue = json.loads(path.read_text())
    return {one["text"]: one["items"] for section in issue["trends"] for one in section["claims"]}


def test_a_decision_on_a_claim_is_made_shown_and_undone(tmp_path: Path, run: Run) -> None:
    here = place(tmp_path)
    assert run("-C", here, "build", "--at", "2026-06-03T12:00").code == 0
    (told,) = claims(here).values()
    assert (told[0]["stance"], told[0]["by"]) == ("dates", "rule")
    two = "https://example.org/2"
    ran = run("-C", here, "edit", "--claim", two, "screens:2", "disputes", "--json", "--at", "2026-06-03T13:00")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["stances"][0]["stance"] == "disputes"
    assert claims(here)["Screen robots are slow."][0]["by"] == "editor"
    assert "disputes: “Screen robots are slow.”" in run("-C", here, "edit", "--history").out
    assert run("-C", here, "edit", "--undo-last", "--at", "2026-06-03T14:00").code == 0
    assert list(claims(here)) == ["The best screen robot reaches 38.1 % on OSWorld."]
    assert run("-C", here, "edit", "--redo", "--at", "2026-06-03T15:00").code == 0
    assert "Screen robots are slow." in claims(here)
    assert run("-C", here, "edit", "--undo", two, "--at", "2026-06-03T16:00").code == 0
    assert "Screen robots are slow." not in claims(here)


def test_a_decision_that_cannot_be_understood_is_refused(tmp_path: Path, run: Run) -> None:
    here = place(tmp_path)
    assert run("-C", here, "build", "--at", "2026-06-03T12:00").code == 0
    one = "https://example.org/1"
    assert run("-C", here, "edit", "--claim", one, "screens:3", "disputes").code == 3
    assert run("-C", here, "edit", "--claim", one, "screen:1", "disputes").code == 3
    assert run("-C", here, "edit", "--claim", one, "screens:1", "denies").code == 2


def test_the_ledger_keeps_what_was_told_once(tmp_path: Path, run: Run) -> None:
    here = place(tmp_path)
    assert run("-C", here, "build", "--at", "2026-06-03T12:00").code == 0
    assert run("-C", here, "build", "--at", "2026-06-08T08:00").code == 0
    mail = " ".join((here / "archive/2026-W24/email.txt").read_text().split())
    assert "makes it out of date: 61.4 % on OSWorld, where the claim states 38.1 % on OSWorld" in mail
    page = (here / "archive/trends/screens/index.html").read_text()
    assert "made out of date by one item" in page
    assert "Nothing in the issues of the chart touches these:" in page
    more = ITEM.format("Another screen robot on OSWorld", 3, 3, "We show that a screen robot on OSWorld is fast.")
    (here / "f.xml").write_text(CHANNEL.format(more))
    assert run("-C", here, "build", "--at", "2026-06-15T08:00").code == 0
    issue = json.loads((here / "archive/2026-W25/issue.json").read_text())
    (claim,) = (one for section in issue["trends"] for one in section["claims"])
    assert claim["again"]
    assert "38.1" not in (here / "archive/2026-W25/index.html").read_text().partition("<h2")[2].replace(
        issue["trends"][0]["baseline"]["line"] or "-", ""
    )
    shown = run("-C", here, "trends", "screens").out
    assert "made out of date by" in shown
    assert "touched by" in shown
