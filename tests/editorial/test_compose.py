"""From a window's items to an issue: fates, sections, the reading budget, the receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import DigestSettings, Feed
from digest.editorial.candidates import sift
from digest.editorial.compose import compose, compose_letter
from digest.editorial.filing import filed_of
from digest.editorial.reading_budget import WORDS_A_MINUTE, Allotment, allot, cost, used, words
from digest.editorial.setting import Reader, Setting
from digest.feeds.admission import admit
from digest.model import Entry, Fate, Issue, IssueItem, Item, Label, Sighting, Source, Trend, Verdict, Window
from digest.schedule.slots import Slot

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = Window(start=NOON - 7 * DAY, end=NOON)
FEEDS = {name: Feed(name=name, url=f"https://{name}.example/feed", kind="papers") for name in ("one", "two")}
TRENDS = {
    id_: Trend(
        id=id_,
        name=id_.title(),
        as_of="2024",
        order=n,
        seeds=(),
        summary=f"About {id_}.",
        body="",
        terms={"tool use": 2.0},
    )
    for n, id_ in enumerate(("agents", "reasoning", "efficiency"), start=1)
}

SETTING = Setting(
    slot=Slot(at=NOON, key="2026-W23"),
    window=WEEK,
    state="closed",
    settings=DigestSettings(),
    trends=TRENDS,
    feeds=(),
    past=(),
)


def seen(feed: str, *, days_ago: float = 1, fate: Fate | None = None, title: str = "A title") -> Sighting:
    return Sighting(
        feed=feed,
        url=f"https://{feed}.example/1",
        title=title,
        summary="",
        authors=(),
        published=None,
        first_seen=NOON - days_ago * DAY,
        fate=fate,
    )


def item(name: str, *sightings: Sighting) -> Item:
    return Item(id=name, keys=(name,), sightings=sightings)


def build(
    items: Sequence[Item],
    verdicts: Mapping[str, Verdict],
    *,
    published: frozenset[str] = frozenset(),
    feeds: Mapping[str, Feed] = FEEDS,
) -> Issue:
    return compose(sift(items, window=WEEK, published=published, feeds=feeds), verdicts, SETTING)


AGENTS = Verdict(labels=(Label(id="agents", score=0.9, evidence=("tool use",)),), llm=True)
UNFILED = Verdict(labels=(), llm=True)
ASTRONOMY = Verdict(labels=(), llm=False)


def test_every_first_sighting_of_the_window_is_counted_once() -> None:
    issue = build(
        [
            item("a", seen("one"), seen("two")),
            item("b", seen("one")),
            item("c", seen("two")),
            item("d", seen("one", fate="too_old")),
            item("e", seen("one", days_ago=9), seen("two")),
        ],
        {"a": AGENTS, "b": UNFILED, "c": ASTRONOMY},
        published=frozenset({"e"}),
    )
    counted = {fate: count for fate, count in issue.receipt.items() if count}
    assert counted == {"shown": 1, "also_noted": 1, "merged": 2, "off_topic": 1, "too_old": 1}


def test_an_item_is_told_by_the_feed_that_had_it_first() -> None:
    late, early = seen("one", days_ago=1, title="Later"), seen("two", days_ago=2, title="Earlier")
    issue = build([item("arxiv:2606.00001", early, late)], {"arxiv:2606.00001": AGENTS})
    (shown,) = issue.trends[0].items
    assert (shown.title, shown.url) == ("Earlier", "https://arxiv.org/abs/2606.00001")
    assert shown.sources == (
        Source(feed="two", url="https://two.example/1"),
        Source(feed="one", url="https://one.example/1"),
    )
    assert shown.because == "Agents: tool use; also in one"


def test_an_item_that_one_feed_filters_may_come_through_another() -> None:
    feeds = {**FEEDS, "one": Feed(name="one", url="https://one.example/feed", kind="news", exclude=("title",))}
    sifted = sift([item("a", seen("one"), seen("two"))], window=WEEK, published=frozenset(), feeds=feeds)
    assert [source.feed for source in sifted.candidates[0].sources] == ["two"]
    assert dict(sifted.fates) == {"filtered": 1}


def test_a_section_passes_over_papers_that_tell_nothing_unless_there_is_little_else() -> None:
    def week(telling: int) -> Issue:
        texts = ["It cuts latency by 41 % on all of them."] * telling + ["It outperforms all others."] * 12
        names = [f"arxiv:2606.{number:05}" for number in range(len(texts))]
        items = [
            item(name, replace(seen("one", title=f"Thing {name}"), summary=text))
            for name, text in zip(names, texts, strict=True)
        ]
        labels = {
            name: replace(AGENTS, labels=(replace(AGENTS.labels[0], id=list(TRENDS)[number % 3]),))
            for number, name in enumerate(names)
        }
        setting = replace(SETTING, interest=dict.fromkeys(names, 6.0))
        return compose(sift(items, window=WEEK, published=frozenset(), feeds=FEEDS), labels, setting)

    full, quiet = week(12), week(3)
    shown = [one for section in full.trends for one in section.items]
    assert len(shown) == 12
    assert all("41 %" in one.brief for one in shown)
    assert {one.brief for section in quiet.trends for one in section.items} == {
        "It cuts latency by 41 % on all of them.",
        "It outperforms all others.",
    }


def test_trends_without_news_are_quiet() -> None:
    assert build([item("a", seen("one"))], {"a": AGENTS}).quiet == ("reasoning", "efficiency")


def test_an_empty_window_makes_an_issue_that_says_so() -> None:
    issue = build([], {})
    assert issue.trends == ()
    assert issue.lines[0].text == "Nothing new fell into any of the trends."


fates = st.sampled_from([None, "too_old", "replaced", "over_limit", "unreadable"])
sightings = st.builds(
    seen, st.sampled_from(["one", "two"]), days_ago=st.floats(0, 14), fate=fates, title=st.text(max_size=8)
)


@given(data=st.data(), places=st.lists(st.lists(sightings, min_size=1, max_size=4), max_size=30))
def test_the_receipt_adds_up_to_the_windows_sightings(data: st.DataObject, places: list[list[Sighting]]) -> None:
    items = [item(f"url:{n}", *sorted(group, key=lambda one: one.first_seen)) for n, group in enumerate(places)]
    verdicts = {one.id: data.draw(st.sampled_from([AGENTS, UNFILED, ASTRONOMY])) for one in items}
    issue = build(items, verdicts)
    inside = sum(WEEK.start < one.first_seen <= WEEK.end for group in places for one in group if WEEK.start)
    assert sum(issue.receipt.values()) == inside


def told(score: float, words: int = 30) -> IssueItem:
    return IssueItem(id="x", title="word " * 8, url="", summary="word " * words, score=score)


def test_a_section_with_nothing_besides_the_lead_gives_its_room_to_others() -> None:
    reasoning = replace(AGENTS, labels=(Label(id="reasoning", score=0.1, evidence=()),))
    issue = build([item(name, seen("one", title=f"About {name}")) for name in "ab"], {"a": AGENTS, "b": reasoning})
    assert issue.lead == "a"
    assert [(section.id, section.own) for section in issue.trends] == [("reasoning", True), ("agents", False)]
    assert [section.own for section in build([item("a", seen("one"))], {"a": AGENTS}).trends] == [True]


SENTENCES = ["word " * 24] * 3


# A title of eight words costs nine, a summary thirty, a section with its baseline forty, a title in the shared block six more, the frame 150. A minute's
# 238 words hold the frame and three titles; two minutes five items in two sections; three all that the cap allows.
def test_the_budget_gives_every_section_a_title_and_its_room_to_the_best_items() -> None:
    sections = [[told(3.0), told(2.5), told(2.4), told(1.9)], [told(2.0)] * 9, [told(1.0)] * 9]
    assert [
        allot(sections, minutes=m, most=2, cap=6, floors=(0, 0, 0), frame=160, baselines=SENTENCES) for m in (1, 2, 3)
    ] == [
        Allotment(own=0, shown=(1, 1, 1)),
        Allotment(own=2, shown=(3, 2, 1)),
        Allotment(own=2, shown=(4, 6, 1)),
    ]
    assert words(sections, (3, 2, 1), own=2, frame=160, baselines=SENTENCES) == 160 + 2 * 36 + 5 * 39 + 15
    assert words(sections, (3, 3, 1), own=2, frame=160, baselines=SENTENCES) > 2 * WORDS_A_MINUTE


def test_a_section_with_a_pinned_item_gets_room_before_better_ones() -> None:
    sections = [[told(0.1), told(0.1)], [told(2.0)] * 9]
    assert allot(sections, minutes=2, most=2, cap=6, floors=(1, 0), frame=150, baselines=SENTENCES) == Allotment(
        own=2, shown=(1, 5)
    )


def test_an_item_costs_the_words_that_the_mail_shows_of_it_and_the_lead_a_pointer() -> None:
    plain = told(1.0)
    signed = replace(plain, authors=("Ada Byron", "Émile Borel", "Grace Hopper", "Yamada Taro"))
    assert cost(plain) == 9 + 30
    assert cost(signed) == 9 + 30 + 6 + 3
    assert cost(replace(signed, brief="word " * 60)) == 9 + 40 + 6 + 3
    assert cost(signed, lead=True) == 9 + 7


section_items = st.lists(st.builds(told, st.floats(-2, 5), words=st.integers(0, 60)), min_size=1, max_size=12)


@given(
    sections=st.lists(section_items, max_size=19),
    minutes=st.integers(1, 60),
    most=st.integers(0, 19),
    cap=st.integers(1, 9),
)
def test_the_budget_is_kept_but_for_the_floors_and_more_minutes_show_less_of_nothing(
    sections: list[list[IssueItem]], minutes: int, most: int, cap: int
) -> None:
    asked = [len(items) // 6 for items in sections]
    less, more = (allot(sections, minutes=m, most=most, cap=cap, floors=asked) for m in (minutes, minutes + 1))
    floors = tuple(max(floor, 1) for floor in asked)
    assert less == Allotment(own=0, shown=floors) or (
        words(sections, less.shown, own=less.own) <= minutes * WORDS_A_MINUTE
    )
    assert less.own <= more.own <= most
    assert all(floor <= some <= many for floor, some, many in zip(floors, less.shown, more.shown, strict=True))


def admitted(
    entries: Sequence[Entry], *, new_feed: bool = False, shown: frozenset[str] = frozenset(), limit: int = 99
) -> list[Fate | None]:
    keys = [(f"url:{n}",) for n in range(len(entries))]
    settings = DigestSettings()
    return list(
        admit(entries, keys, settings=settings, max_items=limit, new_feed=new_feed, shown_titles=shown, now=NOON)
    )


@pytest.mark.parametrize(
    ("entry", "new_feed", "fate"),
    [
        (Entry(title="t", published=NOON - 29 * DAY), False, None),
        (Entry(title="t", published=NOON - 31 * DAY), False, "too_old"),
        (Entry(title="t", published=NOON - 8 * DAY), True, "too_old"),
        (Entry(title="t", published=NOON + 400 * DAY), True, None),
        (Entry(title="t"), True, None),
        (Entry(title="t", announce="replace"), False, "replaced"),
        (Entry(title="t", announce="cross"), False, None),
    ],
)
def test_age_is_judged_by_the_entrys_own_date(entry: Entry, new_feed: bool, fate: Fate | None) -> None:
    assert admitted([entry], new_feed=new_feed) == [fate]


def test_a_new_feed_brings_at_most_twenty_undated_entries() -> None:
    assert admitted([Entry(title="t")] * 25, new_feed=True).count("over_limit") == 5


def test_a_feed_brings_at_most_its_limit_at_once() -> None:
    assert admitted([Entry(title="t")] * 5, limit=2) == [None, None, "over_limit", "over_limit", "over_limit"]


def test_an_archive_that_reappears_under_new_ids_is_a_flood() -> None:
    old = [Entry(title=f"Post {n}") for n in range(20)]
    fates = admitted([*old, Entry(title="New")], shown=frozenset(entry.title for entry in old))
    assert fates == ["flooded"] * 20 + [None]


def test_one_repeated_title_is_no_flood() -> None:
    assert admitted([Entry(title="Weekly notes"), Entry(title="New")], shown=frozenset({"Weekly notes"})) == [
        None,
        None,
    ]


LAB = Feed(name="lab", url="https://lab.example/feed", kind="blog", on_topic=True)
BLOG = Feed(name="blog", url="https://blog.example/feed", kind="blog")


def _launches(feed: Feed, titles: Sequence[str]) -> list[Item]:
    return [
        item(f"url:https://{feed.name}.example/{n}", seen(feed.name, title=title)) for n, title in enumerate(titles)
    ]


def _composed(items: Sequence[Item], *, about: Verdict = ASTRONOMY) -> Issue:
    return build(items, dict.fromkeys((one.id for one in items), about), feeds={**FEEDS, "lab": LAB, "blog": BLOG})


def test_nothing_of_a_feed_that_is_on_topic_is_taken_for_off_topic() -> None:
    title = "Introducing Switchboard: calls between agents"
    issue = _composed(_launches(LAB, [title, "Three real incidents in our evaluations"]))
    assert [one.title for one in issue.also_noted] == [
        title,
        "Three real incidents in our evaluations",
    ]
    assert [one.kind for one in issue.also_noted] == ["release", "post"]
    assert [one.release.name for one in issue.releases] == ["Switchboard"]
    assert issue.off_topic == ()


def test_a_release_that_does_not_say_what_it_is_is_noted_and_not_listed() -> None:
    issue = _composed(_launches(LAB, ["Introducing Switchboard", "Grok on Databricks"]))
    assert issue.releases == ()
    assert sorted(one.title for one in issue.also_noted) == ["Grok on Databricks", "Introducing Switchboard"]


def test_what_is_off_topic_and_no_paper_is_listed_with_the_reason() -> None:
    issue = _composed([*_launches(BLOG, ["A walk in the park"]), item("arxiv:2606.00009", seen("one"))])
    assert [(one.title, one.kind, one.feed) for one in issue.off_topic] == [("A walk in the park", "post", "blog")]
    assert issue.off_topic[0].reason == "the title, which is all there is, says nothing of language models"
    assert issue.receipt["off_topic"] == 2


def test_a_launch_of_a_known_family_is_kept_whatever_its_few_words_say() -> None:
    issue = _composed(_launches(BLOG, ["Introducing Claude 9", "Introducing our autumn menu"]))
    assert [one.title for one in issue.also_noted] == ["Introducing Claude 9"]
    assert [one.title for one in issue.off_topic] == ["Introducing our autumn menu"]


def test_the_best_item_leads_and_what_is_read_first_follows_it() -> None:
    issue = _composed(_launches(LAB, ["Introducing Claude 9", "One post", "Another post"]), about=AGENTS)
    assert issue.lead
    assert issue.lead not in issue.read_first
    assert {issue.lead, *issue.read_first} == {one.id for one in issue.trends[0].items}


TEXT = (
    "We propose a method number {n} for language models that read long documents and call tools. "
    "On a benchmark of {n} tasks it reaches 71.{n} points, 3.4 more than the baseline of the same size, "
    "with half of the memory and without any further training of the model."
)


@pytest.mark.parametrize("minutes", [3, 5, 10, 20])
@pytest.mark.parametrize("trends", [(), ("agents",), ("agents", "efficiency")], ids=["all", "one", "two"])
def test_a_letter_fills_its_minutes_and_no_more(trends: tuple[str, ...], minutes: int) -> None:
    items = [
        item(
            f"arxiv:{n}",
            replace(seen("one", title=f"A study of documents and tools, part {n}"), summary=TEXT.format(n=n)),
        )
        for n in range(400)
    ]
    verdicts = {
        f"arxiv:{n}": Verdict(labels=(Label(id=list(TRENDS)[n % 3], score=1.0, evidence=()),), llm=False)
        for n in range(400)
    }
    everything = filed_of(sift(items, window=WEEK, published=frozenset(), feeds=FEEDS), verdicts, SETTING)
    setting = replace(SETTING, settings=replace(SETTING.settings, minutes=minutes))
    made = compose_letter(everything, setting, Reader(trends=frozenset(trends), weights={}))
    assert made is not None
    letter, others = made
    assert 0.85 <= used(letter) <= 1.0
    assert letter.size + others == 400
