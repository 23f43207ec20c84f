"""Build the views of an issue's trends: how they moved, their baselines, claims, new names and items."""

from collections.abc import Sequence
from functools import lru_cache

from digest.editorial.reading_budget import beyond
from digest.model import IssueItem, Moved, Pulse, Release, Released, Section, TouchedClaim
from digest.render.items import is_told_above, item_view, section_item_view, short_title
from digest.render.reasons import SAID, stance_words
from digest.render.view_models import (
    ClaimView,
    Frame,
    LinkView,
    NameView,
    PulseView,
    ReleaseView,
    SectionView,
)
from digest.text import formatting
from digest.text.clean import anchor, clean, sentences
from digest.text.words import N_, gettext

BASELINE_WORDS = 20
USUAL = "·"
_MARKS = {"more": "▲", "less": "▼", "as_usual": USUAL, "no_history": ""}
_VERDICTS = {"more": N_("more than usual"), "less": N_("less than usual")}


def section_views(frame: Frame) -> tuple[SectionView, ...]:
    """All trends that have items, in the issue's order."""
    items = frame.issue.by_id(noted=False)
    return tuple(_section(section, items, frame) for section in frame.issue.trends)


def _section(section: Section, items: dict[str, IssueItem], frame: Frame) -> SectionView:
    limits, told = frame.limits, section.baseline
    shown = frame.shown(section)
    folded = section.folded if limits.folded else ()
    views = [section_item_view(item, frame) for item in shown]
    above = [] if limits.folded else [one for one in views if is_told_above(one, title_only=not section.own)]
    left = [one for one in views if one not in above]
    claims = claim_views(section.claims, items, frame)
    own = section.own and bool(left or claims or not above)
    return SectionView(
        anchor=section.id,
        name=clean(section.name),
        pulse=pulse_view(section.pulse),
        baseline=clean(told.line) or _summary(clean(told.summary), frame),
        as_of=formatting.month(told.line_date if told.line else told.as_of, frame.locale),
        trend_url=frame.links.trend(section.id),
        claims=claims,
        own=own,
        items=tuple(left),
        told=tuple(LinkView(text=short_title(one.title), url=one.url) for one in above),
        folded=tuple(item_view(item, frame) for item in folded),
        more=section.size - len(shown) - len(folded),
        more_url=frame.links.place(frame.issue.key, section.id),
    )


def _summary(summary: str, frame: Frame) -> str:
    """The whole of it in a workspace's first issue; in an issue that was composed before sections had a line, its beginning."""
    return summary if frame.issue.window.start is None else sentences(summary, BASELINE_WORDS)


def pulse_view(pulse: Pulse) -> PulseView:
    """How a trend moved, in words: `14 items; 9 expected; more than usual (q = 0.02)`; the last is not broken.

    `12 items` for one that did not: the contents say once that it is as usual.
    """
    parts = [formatting.count(pulse.count, "item")]
    if pulse.verdict in _VERDICTS:
        if pulse.expected is not None:
            parts.append(
                _expected(formatting.number(_rounded(pulse.expected))) if pulse.expected else gettext("none expected")
            )
        sure = f" (q\u00a0=\u00a0{_q(pulse.q)})" if pulse.q is not None else ""
        parts.append(gettext(_VERDICTS[pulse.verdict]) + sure)
    return PulseView(
        count=pulse.count,
        mark=_MARKS[pulse.verdict],
        words="; ".join(parts),
        moved=pulse.verdict in _VERDICTS,
        past=pulse.past,
        columns=_columns((*pulse.past, pulse.count)),
    )


def counts_key(contents: Sequence[SectionView]) -> str:
    """What the numbers and marks of the contents mean; of the marks, those that the issue uses."""
    told = [section.pulse.mark for section in contents if section.pulse.mark]
    if not told:
        return gettext("Items of each trend; there are too few past issues to compare with yet.")
    marks = {mark for mark in told if mark != USUAL}
    if not marks:
        return gettext("Items of each trend; each as usual, compared with its own past.")
    if len(marks) > 1:
        return gettext("Items of each trend; ▲ more than its own past, ▼ less, the others as usual.")
    if "▲" in marks:
        return gettext("Items of each trend; ▲ more than its own past, the others as usual.")
    return gettext("Items of each trend; ▼ less than its own past, the others as usual.")


def _expected(number: str) -> str:
    return gettext("%(number)s expected", number=number)


def _columns(counts: tuple[int, ...]) -> tuple[int, ...]:
    highest = max(counts)
    return tuple(max(2, round(100 * count / highest)) for count in counts) if highest else ()


def _rounded(expected: float) -> float:
    """One decimal below ten and none above, because more would suggest a false precision."""
    return round(expected) if expected >= 10 else round(expected, 1)


def _q(q: float) -> str:
    return "< 0.001" if q < 0.001 else f"{q:.2g}" if q < 0.01 else f"{q:.2f}"


LEAST_EXPECTED = 0.1  # items; less is not told in figures
TITLES = 3  # of the items that hold it


def name_views(frame: Frame) -> tuple[NameView, ...]:
    """The new names of an issue from before names were compared with their past, in its order."""
    items = frame.issue.by_id()
    return tuple(_name(name.name, gettext("first seen here"), name.items, items, frame) for name in frame.issue.names)


def moved_views(frame: Frame) -> tuple[NameView, ...]:
    """The names and phrases that moved, in the issue's order. If none moved, a page shows those that came closest."""
    items, issue = frame.issue.by_id(), frame.issue
    near = issue.closest if frame.limits.folded and not issue.moved else ()
    moved = [(one, compared(one)) for one in issue.moved]
    moved += [(one, gettext("%(compared)s, within chance", compared=compared(one))) for one in near]
    return tuple(_name(term_words(one), told, one.items, items, frame) for one, told in moved)


def term_words(one: Moved) -> str:
    """A name, or a phrase between quotation marks."""
    return gettext("“%(phrase)s”", phrase=one.name) if one.kind == "phrase" else one.name


def compared(one: Moved) -> str:
    """`12 items; 0.4 expected (q = 0.001)`; `7 items; first seen here (q < 0.001)`; the last is not broken."""
    few = gettext("fewer than 0.1 expected")
    expected = _expected(formatting.number(_rounded(one.expected))) if one.expected >= LEAST_EXPECTED else few
    past = expected if any(one.past) else gettext("first seen here")
    q = _q(one.q).replace(" ", "\u00a0")
    sure = f"q\u00a0{q}" if q.startswith("<") else f"q\u00a0=\u00a0{q}"
    return f"{formatting.count(one.count, 'item')}; {past} ({sure})"


def _name(name: str, told: str, ids: Sequence[str], items: dict[str, IssueItem], frame: Frame) -> NameView:
    shown = [items[id_] for id_ in ids if id_ in items][:TITLES]
    return NameView(
        name=frame.text(name),
        told=told,
        items=tuple(
            LinkView(
                text=_without(name, frame.text(one.title)) or frame.text(one.url) or gettext("Untitled"),
                url=frame.url(one.url),
            )
            for one in shown
        ),
        more=len(ids) - len(shown),
    )


def _without(name: str, title: str) -> str:
    """The title without the name at its beginning, which is shown already."""
    return title.removeprefix(f"{name}: ")


CLAIM_TITLES = 2  # named under a claim


def claim_views(claims: Sequence[TouchedClaim], items: dict[str, IssueItem], frame: Frame) -> tuple[ClaimView, ...]:
    """The claims in the issue's order.

    Args:
        claims: of one section.
        items: all items of the issue that have a trend, by id.
        frame: how many are shown.
    """
    told = [claim for claim in claims if _is_told(claim, frame)]
    return tuple(_claim(claim, items, frame) for claim in told[: frame.limits.claims])


def _is_told(claim: TouchedClaim, frame: Frame) -> bool:
    """Whether anything is said about it. An item that only bears on a claim is shown on the web page, once in two months."""
    if any(touch.stance in SAID for touch in claim.items):
        return True
    bears = any(not touch.stance for touch in claim.items)
    return frame.limits.folded and bears and not claim.again


def _claim(claim: TouchedClaim, items: dict[str, IssueItem], frame: Frame) -> ClaimView:
    shown = (touch for touch in claim.items if touch.stance in SAID or (frame.limits.folded and not touch.stance))
    touches = [(touch, items[touch.id]) for touch in shown if touch.id in items]
    named = touches[:CLAIM_TITLES]
    return ClaimView(
        date=formatting.month(claim.date, frame.locale),
        text=frame.text(claim.text),
        told=_told(frame.issue.key, len(touches)),
        items=tuple(
            LinkView(
                text=frame.text(item.title) or frame.text(item.url) or gettext("Untitled"),
                url=frame.url(item.url),
                words=", ".join(map(frame.text, touch.words)),
                stance=stance_words(touch, frame.text),
            )
            for touch, item in named
        ),
        more=len(touches) - len(named),
    )


_TOUCHED = {
    "day": (N_("Today %(items)s touches it"), N_("Today %(items)s touch it")),
    "week": (N_("This week %(items)s touches it"), N_("This week %(items)s touch it")),
    "month": (N_("This month %(items)s touches it"), N_("This month %(items)s touch it")),
}


def _told(key: str, touches: int) -> str:
    one, many = _TOUCHED[formatting.span_of_key(key)]
    return gettext(one if touches == 1 else many, items=formatting.count(touches, "item"))


_TAGS = {"p", "ul", "ol", "li", "em", "strong", "code", "a", "blockquote", "h2", "h3", "h4", "h5", "h6", "br", "pre"}


@lru_cache(maxsize=64)  # the same trends in every issue of a run
def baseline_html(body: str) -> str:
    """The whole baseline for a page whose only `h1` is the trend's name."""
    import nh3  # noqa: PLC0415  (a mail needs neither)
    from markdown import markdown  # noqa: PLC0415

    html = markdown(body, output_format="html").replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    ).strip()


_COLUMNS = (N_("Maker"), N_("Size"), N_("Licence"), N_("Context"), N_("Weights"), N_("Price and figures"))


def listed_releases(frame: Frame) -> tuple[list[Released], list[Released]]:
    """The releases that the format lists, and those that it only names: outside of pages, releases that are not about language."""
    items = frame.issue.by_id()
    known = [one for one in frame.issue.releases if one.id in items]
    if frame.limits.folded:
        return known[: frame.limits.releases], []
    told = [one for one in known if not one.release.beyond_language]
    return told[: frame.limits.releases], beyond(known) if frame.limits.releases != 0 else []


def beyond_views(frame: Frame) -> tuple[LinkView, ...]:
    """The names of the releases that are only named."""
    items = frame.issue.by_id()
    return tuple(
        LinkView(text=frame.text(one.release.name) or gettext("Untitled"), url=frame.url(items[one.id].url))
        for one in listed_releases(frame)[1]
    )


def release_views(frame: Frame) -> tuple[ReleaseView, ...]:
    """As many releases as the format shows, each linked to its announcement. Releases without an item in the issue are left out."""
    items = frame.issue.by_id()
    columns = release_columns(frame)
    shown, _ = listed_releases(frame)
    noted = {item.id for item in frame.issue.also_noted}
    return tuple(
        _view(one, frame.url(items[one.id].url), columns, frame, noted=one.id in noted and frame.limits.folded)
        for one in shown
    )


def release_columns(frame: Frame) -> tuple[str, ...]:
    """The columns that are not empty for all releases."""
    rows = [_cells(one.release, frame) for one in listed_releases(frame)[0]]
    return tuple(column for column in _COLUMNS if any(cells[column] for cells in rows))


def _view(one: Released, url: str, columns: tuple[str, ...], frame: Frame, *, noted: bool) -> ReleaseView:
    cells = _cells(one.release, frame)
    facts = [_said(column, cells[column]) for column in _COLUMNS[1:]]
    told = one.id in frame.issue.best and any(facts)
    what = "" if told else frame.text(one.release.what)
    new = [fact for fact, column in zip(facts, _COLUMNS[1:], strict=True) if fact and not _is_in(cells[column], what)]
    return ReleaseView(
        anchor=anchor(one.id) if noted else "",
        name=frame.text(one.release.name) or gettext("Untitled"),
        url=url,
        maker=cells["Maker"],
        what=what,
        facts="; ".join(filter(None, (_also(one.release, frame), *new))),
        cells=tuple(cells[column] for column in columns),
    )


def _is_in(fact: str, what: str) -> bool:
    """Whether what a release is said to be already has a fact, such as its licence."""
    return bool(fact) and fact.replace("-", " ").casefold() in what.replace("-", " ").casefold()


def _cells(release: Release, frame: Frame) -> dict[str, str]:
    figures = "; ".join(map(frame.text, (*filter(None, (release.price,)), *release.figures)))
    weights = gettext("open") if release.weights == "open" else release.weights
    facts = (release.maker, release.size, release.license, release.context, weights)
    return dict(zip(_COLUMNS, (*map(frame.text, facts), figures), strict=True))


def _also(release: Release, frame: Frame) -> str:
    """The older versions that one line stands for."""
    return gettext("also %(versions)s", versions=", ".join(map(frame.text, release.also))) if release.also else ""


def _said(column: str, cell: str) -> str:
    """A cell in words that need no column heading."""
    if not cell:
        return ""
    words = {
        "Size": gettext("%(size)s parameters", size=cell),
        "Context": gettext("%(tokens)s tokens of context", tokens=cell),
        "Weights": gettext("open weights") if cell == gettext("open") else gettext("by %(way)s", way=cell),
    }
    return words.get(column, cell)
