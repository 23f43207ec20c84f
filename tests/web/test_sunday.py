"""An editor's whole Sunday at the desk: drop three items, write a note, mend a label, look at the mail, approve.

By mouse, by keyboard alone, by touch on a phone, and without scripts. What it takes is counted; the notebook has the figures.
"""

import json
import re
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from support.browsing import Tab, opened_page
from support.desk import KEY, SLOT, held_in
from support.forked import Forks
from support.mailing import outbox, store_of, subscribe
from support.publishing import CONFIG, ITEM
from support.running import Run

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOTE = "Three papers on agents, and what they leave open."
Way = Literal["mouse", "keyboard", "touch", "no scripts"]
CLICKS = 14  # at most, by mouse or touch
PRESSES = 220  # at most, by keyboard: each step to the next control counts
STEPS = 120  # from one control to the next one that is needed


@dataclass
class Hand:
    """Uses a page in one way, and counts what it does. `seen` is the revision of the draft that the page shows."""

    tab: Tab
    way: Way
    clicks: int = 0
    presses: int = 0
    typed: int = 0

    def press(self, control: Any) -> None:
        """Use a button, a link or the head of a fold."""
        if self.way == "keyboard":
            self._reach(control)
            self._key("Enter")
            return
        self.clicks += 1
        if self.way == "touch":
            control.tap()
        else:
            control.click()

    def write(self, field: Any, text: str) -> None:
        """Enter a text into an empty field."""
        self.typed += len(text)
        if self.way == "keyboard":
            self._reach(field)
            self.tab.page.keyboard.type(text)
            return
        self.clicks += 1
        if self.way == "touch":
            field.tap()
        else:
            field.click()
        self.tab.page.keyboard.type(text)

    def choose(self, box: Any, words: str) -> None:
        """Choose from a list: by the first letters of an option, or by two clicks."""
        if self.way == "keyboard":
            self._reach(box)
            first = words.partition(" ")[0]
            self.typed += len(first)
            self.tab.page.keyboard.type(first)
            return
        self.clicks += 2
        box.select_option(label=words)

    def scroll_up(self, control: Any) -> None:
        """Scroll to the top with the wheel, and wait until a control there is in view and stands still."""
        places: list[Any] = [None]

        def still() -> bool:
            self.tab.page.mouse.wheel(0, -2_000)
            places.append(control.bounding_box())
            return places[-1] is not None and places[-1] == places[-2] and places[-1]["y"] > 0

        until(still)

    def change(self, act: Callable[[], None]) -> None:
        """Do something that changes the draft, and wait until the page shows the draft as it is then."""
        before = self._seen()
        act()
        until(lambda: self._seen() not in ("", before))

    def _seen(self) -> str:
        found = self.tab.page.locator("input[name=seen]")
        return str(found.first.get_attribute("value", timeout=10_000)) if found.count() else ""

    def _key(self, name: str) -> None:
        self.presses += 1
        self.tab.page.keyboard.press(name)

    def _reach(self, control: Any) -> None:
        """Step to a control: on from where the keyboard is, or back if the control comes before it."""
        control.wait_for()
        after = control.evaluate(
            """target => {
              const now = document.activeElement, hash = location.hash.slice(1);
              const start = now && now !== document.body ? now : hash && document.getElementById(hash);
              return !start || Boolean(start.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING);
            }"""
        )
        for _ in range(STEPS):
            if control.evaluate("one => one === document.activeElement"):
                return
            self._key("Tab" if after else "Shift+Tab")
        raise AssertionError("the control cannot be reached by Tab")


@pytest.fixture(scope="module")
def held(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return held_in(tmp_path_factory.mktemp("whole") / "w", forks)


@pytest.fixture
def place(held: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(held, tmp_path / "w"))


def issue_of(run: Run, place: Path) -> dict[str, Any]:
    found: dict[str, Any] = run("-C", place, "show", KEY, "--format", "json").json
    return found


def button(tab: Tab, name: str) -> Any:
    return tab.page.get_by_role("button", name=re.compile(f"^{name}"))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def sunday(hand: Hand) -> None:
    """The whole task, at a page that shows the draft."""
    tab = hand.tab
    for _ in range(3):
        hand.change(
            lambda: hand.press(
                tab.page.locator("ol.rows").first.locator("li").nth(2).get_by_role("button", name=re.compile("^Drop"))
            )
        )
    hand.write(tab.page.get_by_role("textbox", name="Note"), NOTE)
    hand.change(lambda: hand.press(button(tab, "Save the words")))
    hand.press(tab.page.get_by_role("link", name=re.compile("^Edit: ")).first)
    tab.page.wait_for_url("**/item**")
    hand.choose(tab.page.get_by_label("Trend"), "Mixture of experts")
    hand.press(button(tab, "It belongs there, and similar"))
    tab.page.wait_for_url(re.compile(rf"/desk/{KEY}/(\?[^#]*)?(#.*)?$"))
    if hand.way == "keyboard":  # the other ways scroll
        hand.press(tab.page.get_by_role("link", name="Preview", exact=True))
    hand.press(tab.page.get_by_role("link", name="Dark"))
    tab.page.wait_for_url("**scheme=dark**", wait_until="load")
    tab.page.locator("a[aria-current=true]", has_text="Dark").wait_for()
    frame = tab.page.frame_locator("iframe")
    frame.get_by_text(NOTE).wait_for(timeout=30_000)
    if hand.way == "keyboard":
        hand.press(tab.page.get_by_role("link", name="Approve", exact=True))
    else:
        hand.scroll_up(tab.page.locator("summary#approve"))
    hand.press(tab.page.locator("summary#approve"))
    hand.press(button(tab, "Approve and send to one person"))
    tab.page.wait_for_url("**/sending", timeout=60_000)


@pytest.mark.parametrize("way", ["mouse", "keyboard", "touch", "no scripts"])
def test_the_whole_sunday(  # noqa: PLR0917  (fixtures)
    way: Way, browser: Any, link: str, place: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    options: dict[str, Any] = {"mouse": {"width": 1280, "height": 900}, "keyboard": {"width": 1280, "height": 900}}.get(
        way, {"width": 390, "height": 844, "has_touch": way == "touch", "is_mobile": way == "touch"}
    )
    with opened_page(browser, link, **options, java_script_enabled=way != "no scripts") as tab:
        hand = Hand(tab, way)
        begun = time.monotonic()
        sunday(hand)
        seconds = time.monotonic() - begun
        assert [one for one in tab.problems if "sandbox" not in one] == []
        assert tab.elsewhere() == []
    until(lambda: issue_of(run, place)["state"] == "closed")
    after = issue_of(run, place)
    edits = [json.loads(line) for line in (place / "edits.jsonl").read_text().splitlines()]
    dropped = {edit["item"] for edit in edits if edit["action"] == "drop"}
    assert len(dropped) == 3
    assert not dropped & {after["lead"], *after["read_first"]}
    assert after["note"] == NOTE
    (lesson,) = [json.loads(line) for line in (place / "lessons.jsonl").read_text().splitlines()]
    assert (lesson["trend"], lesson["fits"]) == ("mixture-of-experts", True)
    until(lambda: (place / ".digest/outbox/new").exists() and list(outbox(place)) == ["reader@example.org"])
    assert hand.clicks <= CLICKS
    assert hand.presses <= PRESSES
    with capsys.disabled():
        print(f"\n{way}: {hand.clicks} clicks, {hand.presses} presses, {hand.typed} typed, {seconds:.1f} s")


def test_the_second_of_two_editors_is_told_and_decides_again(
    browser: Any, link: str, place: Path, forks: Forks, run: Run
) -> None:
    with (
        forks.serving(["-C", place, "desk", "--port", 0, "--by", "bob", "--at", SLOT]) as other,
        opened_page(browser, link) as hers,
        opened_page(browser, other) as his,
    ):
        ada, bob = Hand(hers, "mouse"), Hand(his, "mouse")
        ada.change(lambda: ada.press(button(hers, "Pin: ").first))
        bob.change(lambda: bob.press(button(his, "Drop: ").first))
        his.page.get_by_role("status").get_by_text("was changed meanwhile by ada").wait_for()
        assert run("-C", place, "edit", "--json").json["dropped"] == []
        bob.change(lambda: bob.press(button(his, "Drop: ").first))
        decided = run("-C", place, "edit", "--json").json
        assert len(decided["dropped"]) == 1
        assert [one["by"] for one in decided["changes"]] == ["ada", "bob"]


def test_an_editor_works_while_the_daemon_runs(browser: Any, tmp_path: Path, forks: Forks) -> None:
    """The daemon collects and waits; the draft is edited and approved at the desk; each reader gets it once."""
    place = tmp_path / "d"
    place.mkdir()
    today = time.strftime("%a", time.gmtime(time.time() - 86_400)).lower()
    config = CONFIG.format(
        cadence="weekly", schedule=f'"{today} 08:00"', more="  review: required\n  collect_every: 10m\n"
    )
    (place / "feeds.yaml").write_text(config)
    items = "".join(ITEM.format(name=name) for name in ("one", "two", "three", "four"))
    (place / "papers.xml").write_text(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Papers</title>{items}</channel></rss>'
    )
    long_ago = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() - 3 * 86_400))
    forks.run(["-C", place, "collect", "--at", long_ago])
    subscribe(place, "reader@example.org", "other@example.org")
    daemon = forks.start(["-C", place, "run"])
    until(lambda: bool(list((place / ".digest/drafts").glob("*/issue.json"))))
    with forks.serving(["-C", place, "desk", "--port", 0, "--by", "ada"]) as link, opened_page(browser, link) as tab:
        hand = Hand(tab, "mouse")
        key = tab.page.url.rstrip("/").rpartition("/")[2]
        hand.change(lambda: hand.press(button(tab, "Drop: ").last))
        hand.write(tab.page.get_by_role("textbox", name="Note"), NOTE)
        hand.change(lambda: hand.press(button(tab, "Save the words")))
        hand.press(tab.page.locator("summary#approve"))
        hand.press(button(tab, "Approve and send to 2 people"))
        tab.page.wait_for_url("**/sending")
        tab.page.get_by_text("State: published").wait_for(timeout=60_000)
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(timeout=30) == 0
    assert sorted(outbox(place)) == ["other@example.org", "reader@example.org"]
    with store_of(place) as store:
        row = store.publications.get(key)
        assert row is not None
        assert row.state == "published"
