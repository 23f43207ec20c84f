"""What comes last: notices to customers, patches, one feed's flood, and items of which nothing is told but their titles."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.config import DigestSettings, Feed
from digest.editorial.candidates import headline, sift
from digest.editorial.compose import compose
from digest.editorial.hand import Hand
from digest.editorial.item_texts import without_title
from digest.editorial.kinds import versioned
from digest.editorial.noted import is_roundup, without_trend
from digest.editorial.order import in_section, reading_order
from digest.editorial.rank import comes_last
from digest.editorial.release_words import is_invitation, is_notice
from digest.editorial.setting import Setting
from digest.editorial.telling import adds_nothing
from digest.model import Issue, IssueItem, Item, ItemKind, Label, Sighting, Source, Trend, Verdict, Window
from digest.schedule.slots import Slot

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
WINDOW = Window(start=NOON - timedelta(days=7), end=NOON)
AGENTS = Trend(id="agents", name="Agents", as_of="2024", order=1, seeds=(), summary="About them.", body="", terms={})
SETTING = Setting(
    slot=Slot(at=NOON, key="2026-W23"),
    window=WINDOW,
    state="closed",
    settings=DigestSettings(),
    trends={"agents": AGENTS},
    feeds=(),
    past=(),
)
FEEDS = {
    "Quarry": Feed(name="Quarry", url="https://quarry.example/feed", kind="blog", on_topic=True),
    "Harbour": Feed(name="Harbour", url="https://harbour.example/feed", kind="blog", on_topic=True),
    "Kiln releases": Feed(name="Kiln releases", url="https://git.example/kiln", kind="releases"),
    "papers": Feed(name="papers", url="https://arxiv.example/feed", kind="papers"),
}
TOLD = "Agents of the harbour sort parcels by colour, and the queue at the gate becomes shorter every morning."
FOUND = "It cuts the wait at the gate by 41% on nine mornings."


def entry(number: int, feed: str, title: str, text: str, *, site: str = "") -> Item:
    id_ = f"arxiv:2606.{number:05}" if feed == "papers" else f"url:https://{number}.example/"
    seen = Sighting(
        feed=feed,
        url=f"https://github.com/mill/kiln/releases/tag/{number}"
        if feed == "Kiln releases"
        else f"https://{site or feed.lower()}.example/{number}",
        title=title,
        summary=text,
        authors=(),
        published=None,
        first_seen=NOON - timedelta(days=1),
    )
    return Item(id=id_, keys=(id_,), sightings=(seen,))


def week(*items: Item, labels: tuple[Label, ...] = (Label(id="agents", score=0.9),)) -> Issue:
    sifted = sift(items, window=WINDOW, published=frozenset(), feeds=FEEDS)
    return compose(sifted, {one.id: Verdict(labels=labels, llm=True) for one in items}, SETTING)


def titles(issue: Issue) -> list[str]:
    return [item.title for section in issue.trends for item in (*section.items, *section.folded)]


def test_one_feed_that_posts_a_lot_does_not_crowd_out_others() -> None:
    many = [entry(n, "Quarry", f"Stone {n} of the quarry", f"{TOLD} It is number {n}.") for n in range(30, 50)]
    one = entry(50, "Harbour", "A gate for parcels", TOLD)
    issue = week(*many, one)
    assert "A gate for parcels" in titles(issue)[:3]
    last = [item for item in (*issue.trends[0].items,) if "same feed" in item.parts]
    assert all(item.parts["same feed"] < 0 for item in last)
    assert sum(id_ in {item.id for item in many} for id_ in issue.best) <= 4
    assert one.id in issue.best[:3]


def test_a_list_of_many_sites_speaks_for_each_of_them() -> None:
    issue = week(
        *(entry(n, "Quarry", f"Stone {n}", f"{TOLD} It is number {n}.", site=f"site{n}") for n in range(30, 40))
    )
    crowd = [item for item in issue.items() if item.parts.get("same feed")]
    told = [item for item in issue.trends[0].items if not item.parts.get("same feed")]
    assert len(told) == 4
    assert all(item.parts["same feed"] < 0 for item in crowd)


def test_notices_and_patches_come_after_everything_else_and_say_why() -> None:
    issue = week(
        entry(1, "Quarry", "Use Quarry in Hammer Studio", TOLD),
        entry(2, "Kiln releases", "v2.1.4", f"{TOLD} And more of it."),
        entry(3, "papers", "Sorting by colour", FOUND),
        entry(4, "Harbour", "A gate for parcels", ""),
        entry(5, "Harbour", "Another gate", TOLD),
    )
    assert titles(issue) == [
        "Sorting by colour",
        "Another gate",
        "A gate for parcels",
        "Kiln v2.1.4",
        "Use Quarry in Hammer Studio",
    ]


def test_what_only_has_a_title_is_not_read_first_before_what_is_told() -> None:
    items = [
        IssueItem(id=id_, title=id_, url="", kind="post", score=score, parts=parts, sources=(Source(feed=id_, url=""),))
        for id_, score, parts in (
            ("bare", 5.0, {"title only": -1.0}),
            ("told", 1.0, {"source": 1.0}),
            ("notice", 6.0, {"notice": -3.0}),
        )
    ]
    assert [item.id for item in reading_order(items)] == ["told", "bare", "notice"]


def test_items_with_an_uncertain_trend_follow_those_with_a_certain_one() -> None:
    sure, unsure, notice = (
        IssueItem(id=id_, title=id_, url="", kind="paper", score=score, by_terms=by_terms)
        for id_, score, by_terms in (("sure", 1.0, False), ("unsure", 5.0, True), ("third", 0.5, False))
    )
    assert [item.id for item in in_section([unsure, sure, notice], 3)] == ["sure", "third", "unsure"]


def test_a_version_without_a_text_has_no_trend_and_its_projects_name() -> None:
    issue = week(entry(1, "Kiln releases", "v2.1.4", ""), entry(2, "papers", "Sorting by colour", FOUND))
    assert titles(issue) == ["Sorting by colour"]
    assert [item.title for item in issue.also_noted] == ["Kiln v2.1.4"]


@pytest.mark.parametrize(
    ("title", "text", "nothing"),
    [
        ("Meadow 2", "", True),
        ("Meadow 2", "Type: text-to-text", True),
        ("Meadow 2", "Meadow 2 is our latest model, now available.", True),
        ("Meadow 2", "Meadow 2 scores 71 on the bridge exam.", False),
        ("Meadow Mode", "Build bridges, roofs and gates with it on every screen that you own.", True),
        ("Meadow 2", TOLD, False),
        ("Meadow 2", "牧場二号は、港の荷物を色で分け、毎朝の列を短くする言語モデルです。", False),
    ],
)
def test_a_text_that_adds_nothing_to_its_title(title: str, text: str, nothing: bool) -> None:
    assert adds_nothing(title, text) is nothing


@pytest.mark.parametrize("title", ["Shared drawers in Claude", "Grok for PowerPoint", "Connect Meadow to Hammer"])
def test_a_feature_of_a_product_is_a_notice(title: str) -> None:
    assert is_notice(title)


@pytest.mark.parametrize("title", ["Tool use in Claude 5", "Introducing Claude 9", "Reading maps in the dark"])
def test_a_model_is_no_notice(title: str) -> None:
    assert not is_notice(title)


def test_an_invitation_is_told_by_its_text() -> None:
    assert is_invitation("Do you like small bridges? Then join our little bridge Discord.")
    assert not is_invitation("The walls join the roof at the server room.")


@pytest.mark.parametrize(
    ("title", "text", "rest"),
    [
        ("Small bridges!", "Small bridges! They hold 40 tons.", "They hold 40 tons."),
        ("Bridge figures", "Bridge figures Bridge figures They hold 40 tons.", "They hold 40 tons."),
        ("Kiln", "Kiln is an oven.", "Kiln is an oven."),
        ("Kiln", "Kiln Desk opens today.", "Kiln Desk opens today."),
        ("Kiln.", "Kiln.", "Kiln."),
    ],
)
def test_a_text_does_not_begin_with_its_title(title: str, text: str, rest: str) -> None:
    assert without_title(text, title) == rest


def test_a_title_that_is_a_paragraph_is_cut_to_its_first_sentence() -> None:
    long = "Good news! We build nine bridges at once this summer. The tenth will follow when there is enough wood for it. Thanks to all"
    assert headline(long) == "Good news! We build nine bridges at once this summer."
    assert headline("How we build bridges:") == "How we build bridges"
    assert headline("A short title. Of two sentences.") == "A short title. Of two sentences."


@pytest.mark.parametrize(
    ("title", "roundup"),
    [
        ("Bridges 🌉, Kilns 🔥 and more", True),
        ("Harbour Opens Its Gates, Kiln's New Oven, Quarries Meet In Spring", True),
        ("Kiln, Quarry, Harbour", False),
        ("Why bridges, kilns and quarries need one another after all", False),
    ],
)
def test_a_list_of_headlines_is_told_from_a_headline(title: str, roundup: bool) -> None:
    assert is_roundup(title) is roundup


def test_the_titles_without_a_trend_end_with_what_comes_last() -> None:
    def noted(id_: str, kind: ItemKind, **parts: float) -> IssueItem:
        return IssueItem(
            id=id_, title=id_, url="", kind=kind, parts={name.replace("_", " "): part for name, part in parts.items()}
        )

    items = [
        noted("notice", "release", notice=-3.0),
        noted("patch", "release", patch=-2.0),
        noted("more", "post", same_feed=-1.0),
    ]
    items += [noted("paper", "paper"), noted("launch", "release")]
    assert [item.id for item in without_trend(items, (), Hand())] == ["launch", "paper", "more", "patch", "notice"]
    assert comes_last(replace(items[0], edited=("pinned",))) == ""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Grok 7.5", ("grok", (7, 5))),
        ("Grok-7 Beta", ("grok", (7,))),
        ("Gemini 9.1 Flash", ("gemini flash", (9, 1))),
        ("Qwen9-72B", ("qwen 72b", (9,))),
        ("Grok Build", None),
        ("Meadow 2", None),
    ],
)
def test_a_version_is_told_from_the_name_of_its_model(name: str, told: tuple[str, tuple[int, ...]] | None) -> None:
    assert versioned(name) == told


def test_an_older_version_of_a_model_is_no_news_beside_a_newer_one() -> None:
    issue = week(
        entry(
            1,
            "Quarry",
            "Introducing Grok 7.5",
            "Grok 7.5 is a model for bridges and gates and roofs of every kind that people build.",
        ),
        entry(
            2,
            "Quarry",
            "Introducing Grok 7.10",
            "Grok 7.10 builds on the model before it, with bridges that are longer by half.",
        ),
        entry(
            3,
            "Quarry",
            "Introducing Grok 8 Flash",
            "Grok 8 Flash is a model for quick sketches of bridges, which need no details.",
        ),
    )
    items = {item.title: item.parts for item in issue.items()}
    assert [title for title, parts in items.items() if "superseded" in parts] == ["Introducing Grok 7.5"]
    assert issue.lead != "url:https://1.example/"
    assert issue.releases[-1].release.name == "Grok 7.5"


@pytest.mark.parametrize(
    ("id_", "days", "old"),
    [
        ("url:https://quarry.example/1", 400, True),
        ("url:https://quarry.example/1", 20, False),
        ("arxiv:2506.00001", 400, False),
    ],
)
def test_a_post_is_as_old_as_the_feed_says_that_dates_it_first(id_: str, days: int, old: bool) -> None:
    """A feed that is made from a page without dates gives the day on which it first looked."""
    (fresh,) = entry(1, "Quarry", "Stones of the quarry", TOLD).sightings
    dated = replace(fresh, feed="Harbour", published=NOON - timedelta(days=days), fate="too_old")
    sifted = sift(
        [Item(id=id_, keys=(id_,), sightings=(dated, fresh))], window=WINDOW, published=frozenset(), feeds=FEEDS
    )
    assert len(sifted.candidates) == (not old)
    assert sifted.fates["too_old"] == 1 + old
