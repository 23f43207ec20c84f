"""The archive's pages beside the issues: whole, small in what an issue changes, and readable in a browser from a disk."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from browsing import axe_violations, nu_errors, opened_page
from conftest import ROOT, Run
from test_archive import ISSUE, ITEM

from digest.archive import Archive
from digest.model import Issue, Label, Window

ATTACKS = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "\u2028];alert(1)//",
    "{{7*7}}",
)
PAGES = ("index.html", "trends/index.html", "trends/agents/index.html", "search/index.html")


@pytest.fixture
def place(tmp_path: Path, run: Run) -> Path:
    assert run("init", "--sample", tmp_path / "w").code == 0
    return tmp_path / "w"


def issue(number: int, **changes: Any) -> Issue:
    slot = ISSUE.slot + timedelta(weeks=number)
    key = "{}-W{:02}".format(*slot.isocalendar()[:2])
    item = replace(ITEM, id=f"arxiv:{number}", title=f"Agents, number {number}")
    section = replace(ISSUE.trends[0], items=(item,), folded=())
    window = Window(start=slot - timedelta(weeks=1), end=slot)
    return replace(ISSUE, key=key, slot=slot, window=window, trends=(section,), sample=True, **changes)


def archived(place: Path, *issues: Issue) -> None:
    for one in issues:
        Archive(place / "archive").write(one, {"index.html": "<!DOCTYPE html><title>x</title>"})


def state(place: Path) -> dict[str, bytes]:
    root = place / "archive"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_adding_an_issue_touches_only_what_changed(place: Path, run: Run) -> None:
    archived(place, *(issue(number) for number in range(58)))
    assert run("-C", place, "render", issue(0).key).code == 0
    before = state(place)
    assert "2026/index.html" in before
    assert "trends/agents/1/index.html" in before
    added = issue(58)
    archived(place, added)
    # In a process of its own: a build needs an event loop, and a running browser has this thread's.
    at = (added.slot + timedelta(days=1)).isoformat()
    subprocess.run([sys.executable, "-m", "digest", "-C", place, "build", "--at", at], check=True, capture_output=True)
    after = state(place)
    assert before.keys() <= after.keys()
    changed = {name for name in after if before.get(name) != after[name]}
    assert len(changed - {name for name in changed if re.match(r"search/\d|\d{4}-W", name)}) < 40
    assert not any(re.match(r"trends/\w+/\d", name) for name in before.keys() & changed)
    held = [re.findall(r"number (\d+)", text.decode()) for name, text in after.items() if "trends/agents/" in name]
    assert sorted(int(number) for numbers in held for number in numbers) == list(range(59))


def test_a_draft_enters_no_feed_no_latest_and_no_search(place: Path, run: Run) -> None:
    archived(place, issue(0))
    run("-C", place, "render", issue(0).key)
    before = state(place)
    archived(place, issue(1, state="draft"))
    run("-C", place, "render", issue(0).key)
    after = state(place)
    changed = {name for name in after if before.get(name) != after[name] and not name.startswith("2026-W")}
    assert changed == {"index.html"}
    assert b"draft" in after["index.html"]


def test_feeds_carry_whole_issues(place: Path, run: Run) -> None:
    import feedparser

    archived(place, *(issue(number) for number in range(12)))
    run("-C", place, "render", "--all")
    parsed = feedparser.parse((place / "archive/feed.xml").read_bytes())
    assert not parsed.bozo
    assert len(parsed.entries) == 10
    assert "Agents, number 11" in parsed.entries[0].content[0].value
    feed = json.loads((place / "archive/feed.json").read_text())
    assert [one["id"] for one in feed["items"]] == [entry.id for entry in parsed.entries]
    assert "Agents, number 11" in feed["items"][0]["content_html"]
    assert not (place / "archive/sitemap.xml").exists()


@pytest.mark.browser
def test_attacks_in_every_field_do_nothing(place: Path, run: Run, browser: Any) -> None:
    item = replace(ITEM, trends=(Label(id="agents", score=1.0, evidence=ATTACKS),))
    items = tuple(
        replace(item, id=f"{number}{text}", title=text, url=text, authors=ATTACKS, summary=text)
        for number, text in enumerate(ATTACKS)
    )
    section = replace(ISSUE.trends[0], items=items, folded=())
    archived(place, replace(issue(0), trends=(section,), title=ATTACKS[0]))
    run("-C", place, "render", issue(0).key)
    for page in PAGES:
        with opened_page(browser, (place / "archive" / page).as_uri()) as tab:
            if page.startswith("search"):
                tab.page.fill("#words", "alert")
                tab.page.wait_for_function("document.querySelectorAll('#found p').length > 2")
            assert tab.problems == []
            assert tab.elsewhere() == []


@pytest.mark.browser
@pytest.mark.parametrize("page", PAGES)
def test_pages_fit_and_are_accessible(browser: Any, page: str) -> None:
    for scheme in ("light", "dark"):
        with opened_page(browser, (ROOT / "archive" / page).as_uri(), scheme=scheme) as tab:
            for width in (320, 600, 1200):
                tab.page.set_viewport_size({"width": width, "height": 800})
                assert tab.width() <= width
            assert tab.problems == []
            assert axe_violations(tab) == []


@pytest.mark.browser
def test_the_search_page_searches_from_a_disk(browser: Any) -> None:
    with opened_page(browser, (ROOT / "archive/search/index.html").as_uri() + "#q=state%20space") as tab:
        tab.page.wait_for_function("document.querySelectorAll('#found p').length > 0")
        titles = tab.page.locator("#found a").all_inner_texts()
        tab.page.select_option("#trend", "quantum-inspired")
        assert tab.page.locator("#found a").count() < len(titles)
        assert tab.problems == []
    assert any("State Space" in title for title in titles)


def test_documents_are_valid() -> None:
    pages = [path for path in (ROOT / "archive").rglob("*.html") if "2026-W27" not in path.parts]
    assert nu_errors(pages) == []
