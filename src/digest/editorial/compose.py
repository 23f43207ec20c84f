"""Compose the issue, in reading order, from candidates and verdicts. Asserts that the receipt adds up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from digest.config import DigestSettings, Watch
from digest.editorial import highlights, reading_budget
from digest.editorial.baselines import sentence, turn
from digest.editorial.candidates import Candidate, Sifted
from digest.editorial.claims import touched
from digest.editorial.hand import ALSO_NOTED, Hand, placed
from digest.editorial.highlights import receipt, releases, tally
from digest.editorial.item_texts import fold, whole
from digest.editorial.kinds import maker
from digest.editorial.moved import PastWindow, mentions, moved, terms_of, works
from digest.editorial.pulse import pulses
from digest.editorial.rank import (
    UNKNOWN,
    Background,
    arrange,
    best_first,
    parts,
    pinned_first,
    read_first,
    repeats,
)
from digest.editorial.reported import reported
from digest.editorial.signals import signals
from digest.editorial.watchlist import watched
from digest.model import (
    Accuracy,
    Baseline,
    EditMark,
    FeedReport,
    Issue,
    IssueItem,
    IssueState,
    ItemKind,
    ItemSignal,
    Label,
    Pulse,
    Section,
    Tally,
    TouchedClaim,
    Trend,
    Verdict,
    Window,
)
from digest.schedule.slots import Slot
from digest.text.words import using

_NOTED: tuple[ItemKind | None, ...] = ("release", "news", "post", "paper", None)  # the order among the also noted
WATCHED = 10  # watched items that come first whatever the reading time; a term that matches more is too broad


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What composing an issue needs besides its items."""

    slot: Slot
    window: Window
    state: IssueState
    settings: DigestSettings
    trends: Mapping[str, Trend]
    feeds: tuple[FeedReport, ...]
    past: Sequence[Tally]  # of past issues, oldest first
    background: Background = UNKNOWN  # what they say about feeds and words
    interest: Mapping[str, float] = field(default_factory=dict)  # candidate id -> log-odds of an editor's pick
    hand: Hand = field(default_factory=Hand)
    watch: Watch = field(default_factory=Watch)
    accuracy: Accuracy | None = None
    recent: frozenset[str] = frozenset()  # sentences of baselines in the last issues
    windows: Sequence[PastWindow] = ()  # of past issues, oldest first: what they tell of names and phrases
    ordinary: frozenset[str] = frozenset()  # words that are no part of a phrase
    model: frozenset[str] = frozenset()  # what a language model is to write: "lead", "results", "summaries"


def compose(sifted: Sifted, verdicts: Mapping[str, Verdict], setting: Setting) -> Issue:
    """Build the issue.

    Args:
        sifted: the window's candidates, and the fates of all other sightings.
        verdicts: the classifier's verdicts by candidate id.
        setting: the window, the settings, the trends, the feeds' health, the past.
    """
    with using(setting.settings.language):
        return _composed(sifted, verdicts, setting)


def _composed(sifted: Sifted, verdicts: Mapping[str, Verdict], setting: Setting) -> Issue:
    settings = setting.settings
    filed, unfiled, off_topic = _file(sifted.candidates, verdicts, setting)
    counted = tally(filed, unfiled)
    texts = {candidate.id: candidate.summary for candidate in sifted.candidates}
    everything = [*(item for items in filed.values() for item in items), *unfiled]
    first_of_all = _watched(everything)
    terms = terms_of(works(sifted.candidates, without=off_topic), setting.ordinary)
    movements = moved(terms, setting.windows, setting.ordinary)
    released = releases(sifted.candidates, everything)
    noted = placed(_noted(unfiled, first_of_all), ALSO_NOTED, setting.hand)
    opening = [_whole(item, texts, setting) for item in read_first(everything, everything, setting.hand)]
    frame = reading_budget.frame_words(
        first=opening,
        trends=setting.trends.values(),
        releases=released,
        noted=noted,
        names=len(movements),
        feeds=setting.feeds,
        model=setting.model,
    )
    trends_moved = pulses(counted, setting.past, tuple(setting.trends))
    lead = opening[0].id if opening else ""
    sections = _sections(filed, trends_moved, first_of_all, setting, texts, frame=frame, lead=lead)
    also_noted = tuple(_whole(item, texts, setting) for item in noted)
    shown = [*(item for section in sections for item in section.items), *also_noted]
    roomless = [section for section in sections if not section.own] if any(one.own for one in sections) else []
    alone = {item.id for section in roomless for item in section.items if item.id != lead}
    roomy = [item for item in shown if item.id not in alone]
    first = read_first(shown, roomy, setting.hand)
    return Issue(
        key=setting.slot.key,
        title=settings.title,
        language=settings.language,
        timezone=settings.timezone,
        state=setting.state,
        slot=setting.slot.at,
        window=setting.window,
        sample=settings.sample,
        minutes=settings.minutes,
        lines=highlights.lines(first, sections, movements, released, past=len(setting.past)),
        note=setting.hand.note,
        subject=setting.hand.subject,
        preheader=setting.hand.preheader,
        lead=first[0].id if first else "",
        read_first=tuple(item.id for item in first[1:]),
        releases=released,
        watched=first_of_all,
        moved=movements,
        mentions=mentions(terms),
        trends=sections,
        also_noted=also_noted,
        off_topic=highlights.off_topic(off_topic, verdicts),
        reported=tuple(one for item in everything for one in reported(item.id, f"{item.title}. {texts[item.id]}")),
        quiet=tuple(id_ for id_ in setting.trends if id_ not in filed),
        receipt=receipt(sifted, sections, also_noted, off_topic),
        feeds=setting.feeds,
        accuracy=setting.accuracy,
        tally=counted,
    )


def _file(
    candidates: Sequence[Candidate], verdicts: Mapping[str, Verdict], setting: Setting
) -> tuple[dict[str, list[IssueItem]], list[IssueItem], list[Candidate]]:
    """The candidates by their first trend, those without a trend, and those off topic."""
    filed: dict[str, list[IssueItem]] = {}
    unfiled: list[IssueItem] = []
    off_topic: list[Candidate] = []
    shown = signals({one.id: one.observations for one in candidates})
    for candidate in candidates:
        verdict = verdicts[candidate.id]
        labels = tuple(label for label in verdict.labels if label.id in setting.trends)
        moved = _moved(labels, candidate, setting)
        item = _item(candidate, moved, shown.get(candidate.id, ()), setting)
        if verdict.by_terms and labels:
            item = replace(item, by_terms=True)
        if item.trends:
            filed.setdefault(item.trends[0].id, []).append(item)
        elif verdict.llm or candidate.on_topic or _of_a_family(candidate) or item.watched or _placed_by_hand(item):
            unfiled.append(item)
        else:
            off_topic.append(candidate)
    return filed, unfiled, off_topic


def _placed_by_hand(item: IssueItem) -> bool:
    """Whether the editor wants it in the issue. New words alone do not bring in an item that is off topic."""
    return any(mark != "rewritten" for mark in item.edited)


def _of_a_family(candidate: Candidate) -> bool:
    """Whether it announces a model of a known family, even if its few words do not convince the classifier."""
    return candidate.release is not None and bool(maker(candidate.release.name))


def _moved(labels: tuple[Label, ...], candidate: Candidate, setting: Setting) -> tuple[Label, ...]:
    """The labels, with the trend to which the editor moved the item first, at a score of certainty."""
    trend = setting.hand.moves(candidate.keys)
    if trend not in setting.trends:
        return labels
    there = next((label for label in labels if label.id == trend), Label(id=trend, score=1.0))
    return there, *(label for label in labels if label.id != trend)


def _edited(candidate: Candidate, setting: Setting) -> tuple[EditMark, ...]:
    hand, keys = setting.hand, candidate.keys
    marks: dict[EditMark, bool] = {
        "pinned": hand.pins(keys),
        "brought": hand.shows(keys) and not hand.pins(keys),
        "moved": hand.moves(keys) in setting.trends,
        "rewritten": bool(hand.title(keys) or hand.summary(keys)),
    }
    return tuple(mark for mark, made in marks.items() if made)


def _item(
    candidate: Candidate, labels: tuple[Label, ...], signals: tuple[ItemSignal, ...], setting: Setting
) -> IssueItem:
    worth = parts(
        candidate,
        labels[0] if labels else None,
        setting.window,
        interest=setting.interest.get(candidate.id, 0.0),
        signals=signals,
        background=setting.background,
    )
    return IssueItem(
        id=candidate.id,
        title=setting.hand.title(candidate.keys) or candidate.title,
        url=candidate.url,
        authors=candidate.authors,
        published=candidate.published,
        first_seen=candidate.first_seen,
        kind=candidate.kind,
        sources=candidate.sources,
        score=round(sum(worth.values()), 4),
        parts={name: part for name, part in worth.items() if part},
        trends=labels,
        aliases=tuple(key for key in candidate.keys if key != candidate.id),
        members=candidate.members,
        follows=candidate.follows,
        signals=signals,
        watched=watched(candidate, setting.watch),
        edited=_edited(candidate, setting),
    )


def _whole(item: IssueItem, texts: Mapping[str, str], setting: Setting) -> IssueItem:
    return whole(item, texts[item.id], setting.trends, setting.hand)


def _watched(items: Sequence[IssueItem]) -> tuple[str, ...]:
    """The ids of the best items that match the watchlist."""
    return tuple(item.id for item in sorted((item for item in items if item.watched), key=pinned_first)[:WATCHED])


def _noted(unfiled: Sequence[IssueItem], first_of_all: Sequence[str]) -> list[IssueItem]:
    """The items without a trend in their order: watched ones, then by kind."""
    return sorted(unfiled, key=lambda item: (item.id not in first_of_all, _NOTED.index(item.kind), *pinned_first(item)))


def _sections(
    filed: Mapping[str, list[IssueItem]],
    moved: Mapping[str, Pulse],
    first_of_all: Sequence[str],
    setting: Setting,
    texts: Mapping[str, str],
    *,
    frame: int,
    lead: str,
) -> tuple[Section, ...]:
    """The trends with items, ordered by their best items, each split into shown and folded items by the reading time."""
    cap = setting.settings.max_items_per_trend
    arranged, fixed = _arranged(filed, first_of_all, setting, lead=lead)
    order = list(arranged)
    newest = [[item for item in items if not repeats(item)] for items in filed.values()]
    telling = sum(any(item.id != lead for item in items) for items in newest) or sum(map(bool, newest))
    most = min(setting.settings.max_sections, telling)
    ranked = [  # a section without room of its own shows its best title alone
        [
            _whole(item, texts, setting) if rank < max(cap if place < most else 1, fixed[id_]) else item
            for rank, item in enumerate(arranged[id_])
        ]
        for place, id_ in enumerate(order)
    ]
    claims = touched((item for items in filed.values() for item in items), texts, setting.trends)
    baselines = [_baseline(setting.trends[id_], claims.get(id_, ()), setting) for id_ in order]
    allotted = reading_budget.allot(
        [_news(items, fixed[id_]) for id_, items in zip(order, ranked, strict=True)],
        minutes=setting.settings.minutes,
        most=most,
        cap=cap,
        floors=[fixed[id_] for id_ in order],
        lead=lead,
        frame=frame,
        baselines=[baseline.line or baseline.summary for baseline in baselines],
        marked="summaries" in setting.model,
    )
    return tuple(
        Section(
            id=id_,
            name=setting.trends[id_].name,
            baseline=baseline,
            pulse=moved[id_],
            items=tuple(items[:count]),
            folded=tuple(fold(item) for item in items[count:]),
            own=place < allotted.own,
            claims=claims.get(id_, ()),
        )
        for place, (id_, items, count, baseline) in enumerate(
            zip(order, ranked, allotted.shown, baselines, strict=True)
        )
    )


def _arranged(
    filed: Mapping[str, list[IssueItem]], first_of_all: Sequence[str], setting: Setting, *, lead: str
) -> tuple[dict[str, list[IssueItem]], dict[str, int]]:
    """The items of each trend, best first, in the order of the sections; and how many each shows whatever the reading time."""
    first = {id_: _fixed(items, first_of_all) for id_, items in filed.items()}
    cap = setting.settings.max_items_per_trend
    by_worth = {
        id_: [*first[id_], *arrange([item for item in items if item not in first[id_]], cap)]
        for id_, items in filed.items()
    }
    order = sorted(
        by_worth, key=lambda id_: (not first[id_], *_besides(by_worth[id_], lead), setting.trends[id_].order)
    )
    fixed = {
        id_: sum(
            item in first[id_] or "brought" in item.edited or setting.hand.place(id_, item.keys) is not None
            for item in items
        )
        for id_, items in filed.items()
    }
    return {id_: placed(by_worth[id_], id_, setting.hand) for id_ in order}, fixed


def _besides(items: Sequence[IssueItem], lead: str) -> tuple[bool, bool, float, str]:
    """A sort key: sections by their best item that is not told above them; last those without one."""
    others = [item for item in items if item.id != lead]
    return not others, *best_first(next(iter(others or items)))


def _baseline(trend: Trend, claims: Sequence[TouchedClaim], setting: Setting) -> Baseline:
    """The baseline shown: the whole summary in a workspace's first issue, later one sentence."""
    plain = Baseline(summary=trend.summary, as_of=trend.as_of)
    if setting.window.start is None:
        return plain
    number = turn(setting.slot.at, setting.settings.cadence)
    chosen = sentence(trend, claims, recent=setting.recent, turn=number)
    return replace(plain, line=chosen.text, line_date=chosen.date) if chosen else plain


def _news(items: Sequence[IssueItem], fixed: int) -> list[IssueItem]:
    """The items that a section may show: fixed ones, and no repeated headlines unless there is nothing else."""
    return [item for place, item in enumerate(items) if place < fixed or not repeats(item)] or list(items[:1])


def _fixed(items: Sequence[IssueItem], first_of_all: Sequence[str]) -> list[IssueItem]:
    """The items that come first whatever their worth: pinned by the editor, then watched."""
    return sorted((item for item in items if "pinned" in item.edited or item.id in first_of_all), key=pinned_first)
