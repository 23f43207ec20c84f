"""An editor says at the desk how an item stands to a claim: over HTTP, by mouse and by keyboard, with and without scripts."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from support.browsing import axe_violations, opened_page
from support.desk import KEY, Got, Visitor
from support.running import Run


def item_of(run: Run, place: Path) -> str:
    """An item that has a trend."""
    return str(run("-C", place, "show", KEY, "--format", "json").json["trends"][0]["items"][0]["id"])


def stances(run: Run, place: Path) -> list[tuple[str, str]]:
    return [(one["trend"], one["stance"]) for one in run("-C", place, "edit", "--json").json["stances"]]


def item_page(ada: Visitor, item: str) -> Got:
    got = ada.ask("GET", f"{ada.desk}item?id={quote(item, safe='')}")
    assert got.status == 200
    return Got(got.status, got.headers, unescape(got.text))


def test_a_link_to_a_claim_is_made_changed_and_undone(link: str, run: Run, place: Path) -> None:
    ada, item = Visitor(urlsplit(link).netloc), item_of(run, place)
    ada.enter(link)

    def say(claim: str, stance: str) -> Got:
        page = item_page(ada, item)
        form = {"csrf": page.csrf, "seen": page.seen, "do": "claim", "item": item, "claim": claim, "stance": stance}
        answer = ada.ask("POST", f"{ada.desk}change", form)
        assert answer.headers["location"] == f"{ada.desk}item?id={quote(item, safe='')}#claims-heading"
        return item_page(ada, item)

    shown = say("agents:2", "disputes")
    assert "the editor says: it disputes it" in shown.text
    assert "Decisions about it" in shown.text
    edit = json.loads((place / "edits.jsonl").read_text().splitlines()[-1])
    assert (edit["action"], edit["trend"], edit["text"], edit["by"]) == ("claim", "agents", "disputes", "ada")
    assert "disputes" in run("-C", place, "why", item).out
    issue = run("-C", place, "show", KEY, "--format", "json").json
    touches = [one for section in issue["trends"] for claim in section["claims"] for one in claim["items"]]
    assert [one["stance"] for one in touches if one.get("by") == "editor"] == ["disputes"]
    assert "it extends it" in say("agents:2", "extends").text
    assert stances(run, place) == [("agents", "extends")]
    assert "the editor says" not in say("agents:2", "unrelated").text
    ada.change(ada.show(), do="undo_last")
    assert stances(run, place) == [("agents", "extends")]
    ada.change(ada.show(), do=f"undo {item}")
    assert stances(run, place) == []


@pytest.mark.parametrize(
    ("claim", "stance", "told"),
    [
        ("agents:999", "disputes", "claims"),
        ("agents", "disputes", "claims"),
        ("<b>:1", "disputes", "no such trend"),
        ("agents:1", "denies", "is not a stance to a claim"),
        ("", "", "is not a stance to a claim"),
    ],
)
def test_what_is_no_claim_or_stance_is_refused(  # noqa: PLR0917  (fixtures)
    link: str, run: Run, place: Path, claim: str, stance: str, told: str
) -> None:
    ada, item = Visitor(urlsplit(link).netloc), item_of(run, place)
    page = ada.enter(link)
    page = ada.change(page, do="claim", item=item, claim=claim, stance=stance)
    assert told in unescape(page.text)
    assert stances(run, place) == []


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_an_item_is_linked_in_a_browser(  # noqa: PLR0917  (fixtures)
    browser: Any, link: str, run: Run, place: Path, scripts: bool, by: str
) -> None:
    item = item_of(run, place)
    with opened_page(browser, link, width=390, height=844, java_script_enabled=scripts) as tab:
        tab.page.goto(f"{tab.page.url.partition('#')[0]}item?id={quote(item, safe='')}")
        if by == "mouse":
            tab.page.get_by_label("Link it to a claim").select_option("agents:2")
            tab.page.locator("#stance").select_option(label="disputes it")
            tab.page.get_by_role("button", name="Link it").click()
        else:
            tab.page.get_by_label("Link it to a claim").focus()
            tab.page.keyboard.type("2")  # the next claim whose date begins so
            tab.page.keyboard.press("Tab")
            tab.page.keyboard.type("disputes")
            tab.page.keyboard.press("Tab")
            tab.page.keyboard.press("Enter")
        tab.page.get_by_text(re.compile("the editor says: it disputes it")).wait_for(timeout=60_000)
        assert [stance for _, stance in stances(run, place)] == ["disputes"]
        tab.page.locator("[name=stance]").first.select_option("extends")
        tab.page.get_by_role("button", name=re.compile("^Change: ")).first.click()
        tab.page.get_by_text(re.compile("the editor says: it extends it")).wait_for(timeout=60_000)
        if scripts:
            assert axe_violations(tab) == []
            assert tab.width() == 390
