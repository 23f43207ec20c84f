"""Compose the issue, or a reader's letter, in reading order, from candidates and verdicts. Asserts that the receipt adds up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from digest.editorial import highlights, reading_budget
from digest.editorial.baselines import rarity
from digest.editorial.candidates import Sifted
from digest.editorial.filing import Filed, filed_of, for_reader
from digest.editorial.hand import placed
from digest.editorial.highlights import receipt, releases
from digest.editorial.item_texts import fold, whole
from digest.editorial.noted import papers, without_trend
from digest.editorial.order import best_first, best_work_first, in_section, pinned_first, read_first, repeats
from digest.editorial.rank import BAR, comes_last, is_telling, reaches
from digest.editorial.reading_budget import select
from digest.editorial.reported import reported
from digest.editorial.section_baselines import baseline_of, baseline_room
from digest.editorial.setting import Reader, Setting
from digest.editorial.telling import adds_nothing
from digest.model import Issue, IssueItem, Released, Section, Verdict
from digest.text.languages import foreign
from digest.text.words import language, using

LOOKED = 2  # times the items that a section may show, of which it passes over those that tell nothing
WATCHED = 10  # watched items that come first whatever the reading time; a term that matches more is too broad
# Each bar for papers, and how many must reach it; with fewer, the next bar applies. The last applies where feeds have only titles, whose
# papers tell no result.
BARS: tuple[tuple[float | None, int], ...] = ((BAR, 14), (BAR - 0.5, 14), (BAR - 1.0, 5), (None, 1))


def compose(sifted: Sifted, verdicts: Mapping[str, Verdict], setting: Setting) -> Issue:
    """Build the issue.

    Args:
        sifted: the window's candidates, and the fates of all other sightings.
        verdicts: the classifier's verdicts by candidate id.
        setting: the window, the settings, the trends, the feeds' health, the past.
    """
    with using(setting.settings.language):
        return _arrange(filed_of(sifted, verdicts, setting), setting)


def compose_letter(everything: Filed, setting: Setting, reader: Reader) -> tuple[Issue, int] | None:
    """A reader's letter from what the window holds for everybody, and how many of its items are for others.

    Returns None if no item is for this reader. `setting` has the reader's own reading time; everything else in it is as in `everything`.
    """
    with using(setting.settings.language):
        own = for_reader(everything, reader)
        issue = _arrange(own, _roomy(setting, len(own.filed)))
        chosen = select(issue, reader.trends) if reader.trends else issue
    return None if chosen is None or not chosen.size else (chosen, own.others)


def _roomy(setting: Setting, trends: int) -> Setting:
    """The setting in which so few trends fill the reading time: the limit of items in feeds.yaml is for issues of all trends."""
    settings = setting.settings
    if trends >= settings.max_sections:
        return setting
    cap = reading_budget.room(settings.minutes, trends)
    return replace(setting, settings=replace(settings, max_items_per_trend=max(cap, settings.max_items_per_trend)))


def _arrange(everything: Filed, setting: Setting) -> Issue:
    settings, filed, unfiled, texts = setting.settings, everything.filed, everything.unfiled, everything.texts
    within = [*chain.from_iterable(filed.values())]
    items = [*within, *unfiled]
    first_of_all = _watched(items)
    released = releases(everything.sifted.candidates, items)
    listed = {id_ for one in released for id_ in (one.id, *one.older)}
    noted = without_trend(unfiled, first_of_all, setting.hand)
    opening = [_whole(item, everything, setting) for item in read_first(items, items, setting.hand)]
    frame = _frame(opening, [item for item in noted if item.id not in listed], released, everything, setting)
    lead = opening[0].id if opening else ""
    sections = _sections(everything, first_of_all, setting, frame=frame, lead=lead)
    also_noted = tuple(_whole(item, everything, setting) for item in noted)
    shown = [*(item for section in sections for item in section.items), *also_noted]
    first = read_first(shown, _with_texts(shown, sections, lead), setting.hand)
    sections = _in_order_of_news(sections, [item.id for item in first])
    told = {*listed, *(item.id for section in sections for item in section.items), *(item.id for item in first)}
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
        lines=highlights.lines(
            first, sections, everything.moved, released, closest=everything.closest, past=len(setting.past)
        ),
        note=setting.hand.note,
        subject=setting.hand.subject,
        preheader=setting.hand.preheader,
        lead=first[0].id if first else "",
        read_first=tuple(item.id for item in first[1:]),
        releases=released,
        watched=first_of_all,
        moved=everything.moved,
        closest=everything.closest,
        mentions=everything.mentions,
        phrases=everything.phrases,
        trends=sections,
        also_noted=also_noted,
        noted_papers=papers(also_noted, within, told, minutes=settings.minutes, hand=setting.hand),
        off_topic=highlights.off_topic(everything.off_topic, everything.verdicts),
        reported=tuple(one for item in items for one in reported(item.id, f"{item.title}. {texts[item.id]}")),
        quiet=tuple(id_ for id_ in setting.trends if id_ not in filed),
        receipt=receipt(everything.sifted, sections, also_noted, everything.off_topic, others=everything.others),
        feeds=setting.feeds,
        accuracy=setting.accuracy,
        tally=everything.tally,
    )


def _frame(
    opening: Sequence[IssueItem],
    noted: Sequence[IssueItem],
    released: Sequence[Released],
    everything: Filed,
    setting: Setting,
) -> int:
    """The words of a mail beside its sections: what opens it, releases, titles, what moved, feeds."""
    return reading_budget.frame_words(
        minutes=setting.settings.minutes,
        first=opening,
        trends=setting.trends.values(),
        releases=released,
        titles=reading_budget.title_words(noted, setting.settings.minutes),
        names=len(everything.moved),
        feeds=setting.feeds,
        model=setting.model,
    )


def _with_texts(shown: Sequence[IssueItem], sections: Sequence[Section], lead: str) -> list[IssueItem]:
    """The items that stand with their texts: all but those of sections without room of their own, if any has it."""
    roomless = [section for section in sections if not section.own] if any(one.own for one in sections) else []
    alone = {item.id for section in roomless for item in section.items if item.id != lead}
    return [item for item in shown if item.id not in alone]


def _whole(item: IssueItem, everything: Filed, setting: Setting) -> IssueItem:
    return whole(item, everything.texts[item.id], setting.trends, setting.hand, beside=everything.beside.get(item.id))


def _watched(items: Sequence[IssueItem]) -> tuple[str, ...]:
    """The ids of the best items that match the watchlist."""
    return tuple(item.id for item in sorted((item for item in items if item.watched), key=pinned_first)[:WATCHED])


def _sections(
    everything: Filed, first_of_all: Sequence[str], setting: Setting, *, frame: int, lead: str
) -> tuple[Section, ...]:
    """The trends with items, ordered by their best items, each split into shown and folded items by the reading time."""
    cap = setting.settings.max_items_per_trend
    filed, claims = everything.filed, everything.claims
    arranged, fixed = _arranged(filed, first_of_all, setting, lead=lead)
    chosen = _chosen(arranged, fixed, everything, setting, lead=lead)
    order = list(chosen)
    ranked = [items for items, _ in chosen.values()]
    most = sum(told > 0 for _, told in chosen.values())
    rare = rarity(everything.texts.values(), setting.ordinary)
    allotted = reading_budget.allot(
        [_news(items, fixed[id_])[: max(1, told, fixed[id_])] for id_, (items, told) in chosen.items()],
        minutes=setting.settings.minutes,
        most=most,
        cap=cap,
        floors=[fixed[id_] for id_ in order],
        lead=lead,
        frame=frame,
        baselines=[baseline_room(setting.trends[id_], setting) for id_ in order],
        marked="summaries" in setting.model,
    )
    return tuple(
        Section(
            id=id_,
            name=setting.trends[id_].name,
            baseline=baseline_of(
                setting.trends[id_], claims.get(id_, ()), setting, items=items[: max(1, count)], rare=rare
            ),
            pulse=everything.pulses[id_],
            items=tuple(items[:count]),
            folded=tuple(fold(item) for item in items[count:]),
            own=place < allotted.own,
            claims=claims.get(id_, ()),
        )
        for place, (id_, items, count) in enumerate(zip(order, ranked, allotted.shown, strict=True))
    )


def _chosen(
    arranged: Mapping[str, list[IssueItem]],
    fixed: Mapping[str, int],
    everything: Filed,
    setting: Setting,
    *,
    lead: str,
) -> dict[str, tuple[list[IssueItem], int]]:
    """The items of each trend with their texts, those that a section may show first, and how many these are.

    Trends with such items come first, at most `max_sections`, in the order of what they show; the others show their best title alone, and
    the number is 0.
    """
    cap, sections = setting.settings.max_items_per_trend, setting.settings.max_sections
    open_: dict[str, tuple[list[IssueItem], int]] = {}
    # If no bar leaves anything else to tell, a trend may be opened by the lead alone.
    for bar, enough, alone in [*((bar, enough, False) for bar, enough in BARS), (None, 1, True)]:
        open_ = {}
        for id_, items in arranged.items():
            if len(open_) == sections:
                break
            shown, told = _telling(items, max(cap, fixed[id_]), fixed[id_], everything, setting, bar=bar, lead=lead)
            if any((alone or item.id != lead) and _opens(item, bar) for item in shown[:told]):
                open_[id_] = (shown, told)
        telling = [
            item for shown, told in open_.values() for item in shown[:told] if item.kind == "paper" or bar is None
        ]
        if len(telling) >= enough:
            break
    order = sorted(open_, key=lambda id_: _opening(*open_[id_], fixed[id_], above=[lead]))
    closed: dict[str, tuple[list[IssueItem], int]] = {}
    for id_, items in arranged.items():
        if id_ not in open_:
            shown = items[: fixed[id_]] or [_by_title(items, lead)]
            others = [item for item in items if item not in shown]
            closed[id_] = [*(_whole(item, everything, setting) for item in shown), *others], 0
    return {**{id_: open_[id_] for id_ in order}, **closed}


def _opens(item: IssueItem, bar: float | None) -> bool:
    """Whether an item is enough for a section of its own: it has something to tell, unless there is nothing better."""
    return not repeats(item) and (bar is None or (_says_more(item) and not comes_last(item)))


def _says_more(item: IssueItem) -> bool:
    """Whether the text of an item says more than its title."""
    return item.kind == "paper" or not adds_nothing(item.title, item.brief or item.summary)


def _opening(
    items: Sequence[IssueItem], told: int, fixed: int, *, above: Sequence[str]
) -> tuple[bool, tuple[bool, bool, float, str]]:
    """A sort key: sections with pinned or watched items first, then by the best item that is told in them and not above."""
    return not any("pinned" in item.edited or item.watched for item in items[:fixed]), _besides(items[:told], above)


def _in_order_of_news(sections: Sequence[Section], above: Sequence[str]) -> tuple[Section, ...]:
    """The sections in the order of the best that each adds to what is told above them; those without room of their own come last."""

    def key(section: Section) -> tuple[object, ...]:
        fixed = sum("pinned" in item.edited or bool(item.watched) for item in section.items)
        return not section.own, *(
            _opening(section.items, len(section.items), fixed, above=above) if section.own else ()
        )

    return tuple(sorted(sections, key=key))


def _by_title(items: Sequence[IssueItem], lead: str) -> IssueItem:
    """The item that stands by its title alone for its trend: the lead, which must be shown to lead, or the best work whose title can be read."""

    def key(item: IssueItem) -> tuple[object, ...]:
        return (
            item.id != lead,
            comes_last(item) != "",
            item.by_terms and foreign(item.title, language()) != "",
            *best_work_first(item),
        )

    return min(items, key=key)


def _telling(
    items: Sequence[IssueItem],
    most: int,
    fixed: int,
    everything: Filed,
    setting: Setting,
    *,
    bar: float | None,
    lead: str,
) -> tuple[list[IssueItem], int]:
    """At most so many items that reach the bar, if there is one, with their texts, then all others; and the number of the former.

    Of these, those whose text says no more than their title come last, but for the lead.
    """
    told: list[IssueItem] = []
    passed: list[IssueItem] = []
    for place, item in enumerate(items[: LOOKED * most]):
        if len(told) == most:
            break
        if place >= fixed and bar is not None and not reaches(item, bar):
            passed.append(item)  # its text need not be made
            continue
        whole_ = _whole(item, everything, setting)
        (told if place < fixed or bar is None or is_telling(whole_, bar) else passed).append(whole_)
    free = sorted(
        told[fixed:], key=lambda item: 0 if item.id == lead else 2 if comes_last(item) else int(not _says_more(item))
    )
    return [*told[:fixed], *free, *passed, *items[len(told) + len(passed) :]], len(told)


def _arranged(
    filed: Mapping[str, list[IssueItem]], first_of_all: Sequence[str], setting: Setting, *, lead: str
) -> tuple[dict[str, list[IssueItem]], dict[str, int]]:
    """The items of each trend, best first, in the order of the sections; and how many each shows whatever the reading time."""
    first = {id_: _fixed(items, first_of_all) for id_, items in filed.items()}
    cap = setting.settings.max_items_per_trend
    by_worth: dict[str, list[IssueItem]] = {}
    for id_, items in filed.items():
        others = [item for item in items if item not in first[id_]]
        by_worth[id_] = [*first[id_], *in_section(others, LOOKED * cap)]
    order = sorted(
        by_worth, key=lambda id_: (not first[id_], *_besides(by_worth[id_], [lead]), setting.trends[id_].order)
    )
    fixed = {
        id_: sum(
            item in first[id_] or "brought" in item.edited or setting.hand.place(id_, item.keys) is not None
            for item in items
        )
        for id_, items in filed.items()
    }
    return {id_: placed(by_worth[id_], id_, setting.hand) for id_ in order}, fixed


def _besides(items: Sequence[IssueItem], above: Sequence[str]) -> tuple[bool, bool, float, str]:
    """A sort key: sections by their best item that is not told above them; sections without one come last."""
    others = [item for item in items if item.id not in above]
    return not others, *best_first(next(iter(others or items)))


def _news(items: Sequence[IssueItem], fixed: int) -> list[IssueItem]:
    """The items that a section may show: fixed ones, and no repeated headlines unless there is nothing else."""
    return [item for place, item in enumerate(items) if place < fixed or not repeats(item)] or list(items[:1])


def _fixed(items: Sequence[IssueItem], first_of_all: Sequence[str]) -> list[IssueItem]:
    """The items that come first whatever their worth: pinned by the editor, then watched."""
    return sorted((item for item in items if "pinned" in item.edited or item.id in first_of_all), key=pinned_first)
