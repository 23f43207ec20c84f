"""The editor's Sunday in a real browser: by mouse, by keyboard alone, and on a phone by touch."""

import os
import re
import shutil
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from digest.model import Preferences, Workspace
from digest.services.context import read_config
from digest.services.preferences import prefer
from support.browsing import Tab, axe_violations, opened_page
from support.desk import KEY, SLOT, held_in
from support.forked import Forks
from support.listening import serving
from support.mailing import NOW, outbox, store_of, subscribe
from support.publishing import packaged_trends
from support.running import ROOT, Run

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOTE = "Three papers on agents, and what they leave open."
ASSETS = ROOT / "docs/assets"


@pytest.fixture(scope="module")
def held(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return held_in(tmp_path_factory.mktemp("sunday") / "w", forks)


@pytest.fixture
def place(held: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(held, tmp_path / "w"))


def issue_of(run: Run, place: Path) -> dict[str, Any]:
    found: dict[str, Any] = run("-C", place, "show", KEY, "--format", "json").json
    return found


def best(issue: dict[str, Any]) -> list[str]:
    return [issue["lead"], *issue["read_first"]]


def settled(tab: Tab, act: Any) -> None:
    """Do something that changes the draft, and wait until the page shows the result."""
    before = tab.page.locator("input[name=seen]").first.get_attribute("value")
    act()
    tab.page.wait_for_function(
        "before => { const now = document.querySelector('input[name=seen]'); return now && now.value !== before }",
        arg=before,
        timeout=60_000,
    )


def drag(tab: Tab, grip: Any, onto: Any) -> None:
    """Drag by mouse, as a hand does: in steps."""
    onto.evaluate("one => one.scrollIntoView({block: 'center'})")
    start, end = grip.bounding_box(), onto.bounding_box()
    tab.page.mouse.move(start["x"] + 5, start["y"] + 5)
    tab.page.mouse.down()
    tab.page.mouse.move(start["x"] + 5, start["y"] - 10, steps=4)
    tab.page.mouse.move(end["x"] + 5, end["y"] + 3, steps=12)
    tab.page.mouse.up()


def test_the_sunday_by_mouse(browser: Any, link: str, run: Run, place: Path) -> None:
    before = best(issue_of(run, place))
    with opened_page(browser, link, width=1280, height=900) as tab:
        _picture(tab, "desk")
        rows = tab.page.locator("ol.rows").first.locator("li")
        settled(tab, lambda: drag(tab, rows.nth(2).locator(".grip"), rows.nth(0)))
        assert best(issue_of(run, place)) == [before[2], before[0], before[1], *before[3:]]
        settled(tab, lambda: rows.nth(4).get_by_role("button", name=re.compile("^Drop")).click())
        tab.page.get_by_role("textbox", name="Note").fill(NOTE)
        settled(tab, lambda: tab.page.get_by_role("button", name="Save the words").click())
        frame = tab.page.frame_locator("iframe")
        assert NOTE in frame.locator("body").inner_text()
        tab.page.get_by_role("link", name="Dark").click()
        tab.page.wait_for_url("**scheme=dark**")
        tab.page.locator("summary#approve").click()
        tab.page.get_by_role("button", name=re.compile("^Approve and send")).click()
        tab.page.wait_for_url("**/sending")
        tab.page.get_by_text("State: published").wait_for(timeout=60_000)
        assert [one for one in tab.problems if "sandbox" not in one] == []
        assert tab.elsewhere() == []
    after = issue_of(run, place)
    assert (after["state"], after["note"], before[4] in best(after)) == ("closed", NOTE, False)
    assert list(outbox(place)) == ["reader@example.org"]


def test_every_page_of_the_desk_is_accessible(browser: Any, link: str, place: Path, run: Run) -> None:
    item = issue_of(run, place)["lead"]
    (place / "list.csv").write_text("address\nnew@example.org\nno address\n")
    with opened_page(browser, link) as tab:
        desk, base = tab.page.url, tab.page.url.partition("/desk/")[0]
        others = [
            f"{base}/desk/{name}" for name in ("mailings", "letters", "subscribers", "feeds", "accounts", "audit")
        ]
        for page in (desk, f"{desk}?q=agents", f"{desk}item?id={item}", f"{desk}sending", *others):
            tab.page.goto(page)
            _accessible(tab)
        tab.page.goto(f"{base}/desk/subscribers")
        tab.page.set_input_files("#file", place / "list.csv")
        tab.page.get_by_role("button", name="Show what would be imported").click()
        tab.page.get_by_role("heading", name="Import list.csv").wait_for()
        _accessible(tab)
        tab.page.goto(f"{base}/desk/feeds")
        with (place / "feeds.yaml").open("a") as file:
            file.write("\nfetch: {allow_private: true}\n")
        feed = (place / "feeds/arxiv-cs-cl.xml").read_bytes()
        with serving({"/another.xml": (200, {"Content-Type": "application/rss+xml"}, feed)}) as (host, _):
            tab.page.get_by_label("The address of a feed").fill(f"{host}/another.xml")
            tab.page.get_by_role("button", name="Look at it").click()
            tab.page.get_by_role("heading", name="Its newest").wait_for()
        _accessible(tab)


def _accessible(tab: Tab) -> None:
    """Axe finds nothing on the page in either theme, and it does not scroll sideways on a phone."""
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme)
        assert axe_violations(tab, only=() if scheme == "light" else ["color-contrast"]) == []
    before = tab.page.viewport_size
    tab.page.set_viewport_size({"width": 390, "height": 800})
    assert tab.width() == 390, tab.page.url
    tab.page.set_viewport_size(before)


def test_the_pictures_of_the_guide(browser: Any, link: str, place: Path, run: Run) -> None:
    subscribe(place, *(f"{name.title()} <{name}@example.org>" for name in ("ada", "barbara", "edsger", "grace")))
    run("-C", place, "feeds", "set", "Blogs", "--mute")
    with opened_page(browser, link, width=1000, height=640) as tab:
        base = tab.page.url.partition("/desk/")[0]
        for name, path in (("feeds", "feeds"), ("subscribers", "subscribers?q=a"), ("mailing", f"{KEY}/sending")):
            tab.page.goto(f"{base}/desk/{path}")
            _picture(tab, f"desk-{name}")
        item = issue_of(run, place)["trends"][0]["items"][0]["id"]
        run("-C", place, "edit", "--claim", item, "agents:7", "extends", "--at", SLOT)
        tab.page.goto(f"{base}/desk/{KEY}/item?id={item}#claims-heading")
        _picture(tab, "desk-claims")
        _daily_letters(place, run)
        tab.page.goto(f"{base}/desk/letters")
        _picture(tab, "desk-letters")


def _daily_letters(place: Path, run: Run) -> None:
    """Two readers get a letter every day: a round of yesterday, one of whose letters is in doubt."""
    with store_of(place) as store, store.transaction():
        settings = read_config(Workspace(root=place), dict(packaged_trends())).digest
        for person in list(store.subscribers.all())[:2]:
            prefer(store, settings, person.id, Preferences(frequency="daily", hour=7), NOW)
    assert run("-C", place, "approve", KEY, "--yes", "--at", SLOT).code == 0
    assert run("-C", place, "send", "--letters", "--yes", "--at", "2026-06-30T08:00").code == 0
    with store_of(place) as store, store.transaction():
        (key,) = store.ledger.latest("letters-", "outbox", limit=1)
        store.ledger.mailing(key, "outbox").move("accepted", "in_doubt", NOW, reply="no answer")


def _picture(tab: Tab, name: str) -> None:
    """A screenshot of the guide; `DIGEST_REFERENCES=write` refreshes it."""
    picture_at = ASSETS / f"{name}.png"
    shot = Image.open(BytesIO(tab.page.screenshot())).convert("RGB").quantize(48, dither=Image.Dither.NONE)
    if os.environ.get("DIGEST_REFERENCES") == "write":
        shot.save(picture_at, optimize=True)
    with Image.open(picture_at) as picture:
        assert picture.size == shot.size


def test_the_sunday_by_keyboard_alone(browser: Any, link: str, run: Run, place: Path) -> None:
    before = best(issue_of(run, place))
    with opened_page(browser, link, width=1280, height=900) as tab:

        def reach(name: str) -> None:
            for _ in range(120):
                tab.page.keyboard.press("Tab")
                focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
                if str(tab.page.evaluate(focused)).strip().startswith(name):
                    return
            raise AssertionError(f"no {name} can be reached by Tab")

        reach("Down: ")
        settled(tab, lambda: tab.page.keyboard.press("Enter"))
        assert best(issue_of(run, place))[:2] == [before[1], before[0]]
        tab.page.goto(tab.page.url.partition("#")[0])
        reach("Undo")
        settled(tab, lambda: tab.page.keyboard.press("Enter"))
        assert best(issue_of(run, place)) == before
        reach("Approve")
        tab.page.keyboard.press("Enter")
        reach("Approve and send")
        tab.page.keyboard.press("Enter")
        tab.page.wait_for_url("**/sending")
    wait_until(lambda: issue_of(run, place)["state"] == "closed")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_sunday_on_a_phone_by_touch(browser: Any, link: str, run: Run, place: Path, scripts: bool) -> None:
    before = best(issue_of(run, place))
    touch: dict[str, Any] = {"has_touch": True, "is_mobile": True, "java_script_enabled": scripts}
    with opened_page(browser, link, width=390, height=844, **touch) as tab:
        if scripts:
            assert tab.width() == 390
        for name in ("^Up: ", "^Drop: "):
            seen = tab.page.locator("input[name=seen]").first.get_attribute("value")
            tab.page.get_by_role("button", name=re.compile(name)).first.tap()
            wait_until(lambda seen=seen: tab.page.locator("input[name=seen]").first.get_attribute("value") != seen)
        assert best(issue_of(run, place))[0] == before[0]
        assert before[1] not in best(issue_of(run, place))
        tab.page.locator("summary#approve").tap()
        tab.page.get_by_role("button", name=re.compile("^Approve and send")).tap()
        tab.page.wait_for_url("**/sending")
    wait_until(lambda: issue_of(run, place)["state"] == "closed")


def wait_until(true: Any) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)
