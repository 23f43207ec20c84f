"""What an issue lists by its title alone: the best works that it shows nowhere else, and the budget that they cost."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from digest.config import DigestSettings, Feed
from digest.editorial.candidates import sift
from digest.editorial.compose import compose, compose_letter
from digest.editorial.filing import filed_of
from digest.editorial.grading import places
from digest.editorial.hand import ALSO_NOTED, Hand
from digest.editorial.noted import without_trend
from digest.editorial.reading_budget import FEW_PAPERS, NOTED, NOTED_PAPERS, paper_titles, select, titles, used
from digest.editorial.setting import Reader, Setting
from digest.model import Issue, IssueItem, Item, Label, Sighting, Trend, Verdict, Window
from digest.schedule.slots import Slot

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
RESULT, BOAST = "It cuts latency by 41 % on all of them.", "It outperforms all others by far."
TRENDS = {
    id_: Trend(id=id_, name=id_.title(), as_of="2024", order=n, seeds=(), summary=f"About {id_}.", body="", terms={})
    for n, id_ in enumerate(("agents", "reasoning"), start=1)
}
SETTING = Setting(
    slot=Slot(at=NOON, key="2026-W23"),
    window=Window(start=NOON - timedelta(days=7), end=NOON),
    state="closed",
    settings=DigestSettings(),
    trends=TRENDS,
    feeds=(),
    past=(),
)
FEEDS = {"arxiv": Feed(name="arxiv", url="https://arxiv.example/feed", kind="papers")}


def paper(number: int, text: str) -> Item:
    id_ = f"arxiv:2606.{number:05}"
    seen = Sighting(
        feed="arxiv",
        url=f"https://arxiv.example/{number}",
        title=f"Work {number}",
        summary=text,
        authors=(),
        published=None,
        first_seen=NOON - timedelta(days=1),
    )
    return Item(id=id_, keys=(id_,), sightings=(seen,))


ITEMS = [*(paper(n, RESULT) for n in range(20)), *(paper(n, BOAST) for n in range(20, 50))]
WORTH = {item.id: 6.0 - 0.01 * number for number, item in enumerate(ITEMS)}
LABELS = {
    item.id: Verdict(
        labels=(Label(id=("agents", "reasoning")[n % 2], score=0.9, evidence=()),) if n % 5 else (), llm=True
    )
    for n, item in enumerate(ITEMS)
}


def week(setting: Setting = SETTING, *, interest: Mapping[str, float] = WORTH) -> Issue:
    setting = replace(setting, interest=interest)
    return compose(sift(ITEMS, window=SETTING.window, published=frozenset(), feeds=FEEDS), LABELS, setting)


def test_the_best_works_are_listed_by_title_whether_or_not_their_abstracts_tell_a_result() -> None:
    best = {item.id: 9.0 for item in ITEMS[41:45]}
    issue = week(interest=WORTH | best)
    shown = {item.id for section in issue.trends for item in section.items}
    assert not shown & set(best)
    assert set(issue.noted_papers[:4]) == set(best)
    assert len(issue.noted_papers) == NOTED
    assert not shown & set(issue.noted_papers)
    assert used(issue) <= 1


def test_a_paper_of_a_trend_that_is_listed_by_title_is_counted_as_folded() -> None:
    issue = week()
    folded = {item.id for section in issue.trends for item in section.folded}
    listed = folded & set(issue.noted_papers)
    assert listed
    assert issue.receipt["folded"] == len(folded)
    assert sum(issue.receipt.values()) == len(ITEMS)
    assert {places(issue)[id_].fate for id_ in listed} == {"also_noted"}
    assert {places(issue)[id_].fate for id_ in folded - listed} == {"folded"}


def test_what_the_editor_put_first_among_the_also_noted_is_listed_first() -> None:
    poor = ITEMS[45].id
    hand = Hand(order={ALSO_NOTED: (poor,)})
    assert week().noted_papers[0] != poor
    assert week(replace(SETTING, hand=hand)).noted_papers[0] == poor


def test_a_letter_lists_works_of_the_chosen_trends_and_fewer_of_them_in_few_minutes() -> None:
    setting = replace(SETTING, interest=WORTH)
    everything = filed_of(sift(ITEMS, window=SETTING.window, published=frozenset(), feeds=FEEDS), LABELS, setting)
    for minutes, least in ((3, FEW_PAPERS), (5, NOTED_PAPERS), (20, NOTED_PAPERS)):
        own = replace(setting, settings=DigestSettings(minutes=minutes))
        made = compose_letter(everything, own, Reader(trends=frozenset({"agents"})))
        assert made is not None
        letter, others = made
        held = {item.id for item in letter.trends[0].folded}
        assert [section.id for section in letter.trends] == ["agents"]
        assert set(letter.noted_papers) <= held
        assert len(letter.noted_papers) == min(len(held), paper_titles(0, minutes))
        assert len(letter.noted_papers) >= min(len(held), least)
        assert used(letter) <= 1
        assert sum(letter.receipt.values()) + others == len(ITEMS)


def test_an_issue_cut_to_some_trends_lists_only_works_of_these() -> None:
    issue = week()
    cut = select(issue, frozenset({"agents"}))
    assert cut is not None
    assert cut.noted_papers
    assert set(cut.noted_papers) < set(issue.noted_papers)
    assert set(cut.noted_papers) <= {item.id for item in cut.items()}


def test_launches_come_first_and_papers_keep_places() -> None:
    launches = [IssueItem(id=f"l{n}", title=f"Launch {n}", url="", kind="release") for n in range(30)]
    works = [IssueItem(id=f"p{n}", title=f"Work {n}", url="", kind="paper") for n in range(30)]
    assert [paper_titles(others, 10) for others in (0, 3, 30)] == [NOTED, NOTED - 3, NOTED_PAPERS]
    chosen = works[5:13]
    assert titles([*launches, *works], chosen, NOTED) == [*launches[:NOTED], *chosen]
    assert titles([*launches, *works], chosen, None) == [*launches, *chosen, *works[:5], *works[13:]]
    assert titles([*launches[:2], *works], (), NOTED) == [*launches[:2], *works[:NOTED_PAPERS]]
    assert titles([works[5], *launches], chosen, NOTED)[:2] == [works[5], launches[0]]
    assert titles([*launches, *works], chosen, 0) == []


def test_notices_to_customers_come_last_unless_somebody_put_them_forward() -> None:
    notice = IssueItem(id="n", title="Grok for Word", url="", kind="post")
    post = IssueItem(id="b", title="What a year of incidents taught us", url="", kind="post")
    works = [IssueItem(id=f"p{n}", title=f"Work {n}", url="", kind="paper") for n in range(30)]
    assert titles([post, *works, notice], works[:8], NOTED) == [post, *works[:8], notice]
    assert titles([post, *works, notice], works[:NOTED], NOTED) == [post, *works[:NOTED]]
    assert titles([notice, post, *works], works[:8], NOTED) == [notice, post, *works[:8]]
    ordered = without_trend([notice, works[0], post], (), Hand())
    assert [one.id for one in ordered] == ["b", "p0", "n"]
    assert without_trend([replace(notice, edited=("pinned",)), post], (), Hand())[0].id == "n"


def test_a_trend_without_room_is_represented_by_its_best_work() -> None:
    best = ITEMS[41].id  # of the trend whose papers tell nothing
    labels = {
        item.id: Verdict(labels=(Label(id="agents" if n < 40 else "reasoning", score=0.9, evidence=()),), llm=True)
        for n, item in enumerate(ITEMS)
    }
    setting = replace(SETTING, interest=WORTH | {ITEMS[48].id: 6.05, best: 6.15})
    items = [*ITEMS[:48], paper(48, "It gains 2.1 points over the next."), ITEMS[49]]
    issue = compose(sift(items, window=SETTING.window, published=frozenset(), feeds=FEEDS), labels, setting)
    (section,) = [one for one in issue.trends if one.id == "reasoning"]
    assert not section.own
    assert [item.id for item in section.items] == [best]


def test_sections_stand_in_the_order_of_what_they_show_and_nothing_above_them_does() -> None:
    """A section whose best paper tells nothing does not come first for it."""
    labels = {
        item.id: Verdict(labels=(Label(id="reasoning" if n % 2 else "agents", score=0.9, evidence=()),), llm=True)
        for n, item in enumerate(ITEMS)
    }
    silent = {ITEMS[41].id: 9.0, ITEMS[43].id: 8.9}
    told = {ITEMS[n].id: 6.6 - 0.01 * n for n in range(0, 12, 2)}  # more than are read first
    setting = replace(SETTING, interest=WORTH | silent | told)
    issue = compose(sift(ITEMS, window=SETTING.window, published=frozenset(), feeds=FEEDS), labels, setting)
    assert not silent.keys() & {item.id for section in issue.trends for item in section.items}
    assert [section.id for section in issue.trends if section.own] == ["agents", "reasoning"]
