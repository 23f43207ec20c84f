"""Render the pages of trends: all of them, one with its baseline, results and claims, and the parts of its past."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from babel import Locale

from digest.model import BestReported, Card, Claim, ClaimTouch, Example, MovedThere, Point, Summary, Trend
from digest.render.chart import Chart
from digest.render.pages import BestView, EarlierView, GroupView, TermView, TrendRow, card_view
from digest.render.reasons import SAID, counted, stance_words
from digest.render.sections import baseline_html, compared, term_words
from digest.render.site import Site, latest_parts, part_name, span_of
from digest.render.view_models import ClaimView, LinkView
from digest.text import formatting
from digest.text.clean import clean, readable, web_url
from digest.text.words import gettext

TOUCHES = 3  # the latest items named under a claim that only bear on it
TERMS = 20  # the latest names and phrases that moved
TITLES = 2  # of the items that hold one
ISSUES = 4  # the latest in which it moved


def trends_page(
    site: Site, trends: Sequence[Trend], points: Mapping[str, tuple[Point, ...]], *, reading: Sequence[Example]
) -> str:
    """All trends, each with its number of items in the last issues, and works on language models in general."""
    rows = [TrendRow(id=one.id, name=clean(one.name), chart=Chart(points=points[one.id])) for one in trends]
    about = gettext("Every trend with its baseline, its pulse over time and its items.")
    return site.page(
        "trends",
        "../",
        path="trends/",
        about=about,
        heading=gettext("Trends"),
        soft=site.title,
        trends=rows,
        reading=tuple(map(_work_link, reading)),
    )


def trend_page(
    site: Site,
    trend: Trend,
    *,
    charted: tuple[Point, ...],
    points: tuple[Point, ...],
    cards: Sequence[Card],
    spans: Mapping[str, Summary],
    moved: Sequence[MovedThere],
    touches: Mapping[str, Sequence[ClaimTouch]],
    best: Sequence[BestReported],
    earlier: Sequence[Trend],
    older: int,
) -> str:
    """One trend: its baseline with examples and reading, its pulse over time, the names that moved, the best results
    that its items report, the ledger of its claims over the charted issues, and its latest items.

    `earlier` are its baselines before the present one, oldest first; `older` is the number of parts with earlier items.
    """
    return site.page(
        "trend",
        "../../",
        path=f"trends/{trend.id}/",
        about=clean(trend.summary),
        heading=clean(trend.name),
        soft=gettext("Baseline of %(date)s", date=formatting.month(trend.as_of, site.locale)),
        feed=True,
        id=trend.id,
        anchor=trend.id,
        summary=clean(trend.summary),
        as_of=formatting.month(trend.as_of, site.locale),
        baseline_html=baseline_html(trend.body),
        chart=Chart(points=charted),
        examples=tuple(map(_work_link, trend.examples)),
        reading=tuple(map(_work_link, trend.reading)),
        terms=_term_views(moved),
        best=tuple(map(_best_view, best)),
        claims=_ledger(trend, touches, site.locale),
        earlier=[_earlier_view(one, site.locale) for one in reversed(earlier)],
        signed=clean(trend.signed_by),
        groups=_groups(site, points, cards, spans),
        older=latest_parts(older),
    )


def trend_part(
    site: Site,
    trend: Trend,
    part: int,
    *,
    points: tuple[Point, ...],
    cards: Sequence[Card],
    spans: Mapping[str, Summary],
) -> str:
    """A part with earlier items of a trend, which never changes."""
    return site.page(
        "part",
        "../../../",
        path=f"trends/{trend.id}/{part}/",
        about=span_of(points[0].key, points[-1].key),
        heading=part_name(clean(trend.name), part),
        soft=span_of(points[0].key, points[-1].key),
        back=gettext("The trend and its latest items"),
        before=part - 1,
        anchor=trend.id,
        groups=_groups(site, points, cards, spans),
    )


def _groups(
    site: Site, points: Sequence[Point], cards: Sequence[Card], spans: Mapping[str, Summary]
) -> tuple[GroupView, ...]:
    shown = {key: tuple(map(card_view, group)) for key, group in groupby(cards, key=lambda card: card.key)}
    return tuple(
        GroupView(key=one.key, span=site.span(spans[one.key]), items=shown.get(one.key, ()), folded=one.folded)
        for one in reversed(points)
        if one.key in shown
    )


def _work_link(work: Example) -> LinkView:
    """A work of a baseline, with its note."""
    return LinkView(text=clean(work.name), url=web_url(work.url), words=clean(work.note))


def _term_views(moved: Sequence[MovedThere]) -> tuple[TermView, ...]:
    """Each name or phrase once, with the items of the first issue in the list, and its figures in the first ones."""
    found: dict[tuple[str, str], list[MovedThere]] = {}
    for one in moved:
        found.setdefault((one.term.kind, one.term.name.casefold()), []).append(one)
    return tuple(_term_view(seen) for seen in list(found.values())[:TERMS])


def _term_view(seen: Sequence[MovedThere]) -> TermView:
    latest = seen[0]
    return TermView(
        name=readable(term_words(latest.term)),
        told=tuple((one.key, compared(one.term)) for one in seen[:ISSUES]),
        works=tuple(
            LinkView(text=readable(title) or clean(url) or gettext("Untitled"), url=web_url(url))
            for title, url in latest.works[:TITLES]
        ),
        more=max(0, len(latest.works) - TITLES),
    )


def _best_view(best: BestReported) -> BestView:
    """A result with the work that reports it and its sentence."""
    return BestView(
        benchmark=best.benchmark,
        value=f"{best.value:g} %",
        model=readable(best.model),
        work=LinkView(
            text=readable(best.title) or clean(best.url) or gettext("Untitled"),
            url=web_url(best.url),
            words=readable(best.sentence),
            key=best.key,
        ),
        others=best.others,
    )


def _earlier_view(trend: Trend, locale: Locale) -> EarlierView:
    """An earlier baseline of a trend, as it was believed then."""
    return EarlierView(
        as_of=formatting.month(trend.as_of, locale),
        summary=clean(trend.summary),
        html=baseline_html(trend.body),
        claims=tuple(
            LinkView(text=readable(one.text), url="", words=formatting.month(one.date, locale)) for one in trend.claims
        ),
        signed=clean(trend.signed_by),
    )


def _ledger(trend: Trend, touches: Mapping[str, Sequence[ClaimTouch]], locale: Locale) -> tuple[ClaimView, ...]:
    """All claims of the trend in the order of the baseline, with what became of them.

    Args:
        trend: with its claims.
        touches: the items that touch a claim, by its text, latest first.
        locale: for the claims' dates.
    """
    return tuple(_claim(claim, touches.get(claim.text, ()), locale) for claim in trend.claims)


def _claim(claim: Claim, found: Sequence[ClaimTouch], locale: Locale) -> ClaimView:
    said = [one for one in found if one.touch.stance in SAID]
    bears = [one for one in found if not one.touch.stance]
    counts = Counter(one.touch.stance for one in (*said, *bears))
    told = [counted(stance, formatting.count(counts[stance], "item")) for stance in (*SAID, "") if counts[stance]]
    return ClaimView(
        date=formatting.month(claim.date, locale),
        text=readable(claim.text),
        told="; ".join(told),
        items=tuple(map(_touch, (*said, *bears[:TOUCHES]))),
        more=max(0, len(bears) - TOUCHES),
    )


def _touch(one: ClaimTouch) -> LinkView:
    return LinkView(
        key=one.key,
        text=readable(one.title) or clean(one.url) or gettext("Untitled"),
        url=web_url(one.url),
        words=", ".join(map(clean, one.touch.words)),
        stance=stance_words(one.touch, readable),
    )
