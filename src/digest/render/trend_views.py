"""What a trend's page shows beside its items: works of its baseline, the best reported results, and claims with what touches them."""

from collections.abc import Mapping, Sequence
from itertools import starmap

from babel import Locale

from digest.model import BestReported, Card, Example, Trend
from digest.render.pages import BestView
from digest.render.view_models import ClaimView, LinkView
from digest.text import formatting
from digest.text.clean import clean, readable, web_url
from digest.text.words import gettext

TOUCHES = 3  # the latest items named under a claim


def work_link(work: Example) -> LinkView:
    """A work of a baseline, with its note."""
    return LinkView(text=clean(work.name), url=web_url(work.url), words=clean(work.note))


def best_view(best: BestReported) -> BestView:
    """A result with the work that reports it and its sentence."""
    return BestView(
        benchmark=best.benchmark,
        value=f"{best.value:g} %",
        work=LinkView(
            text=readable(best.title) or clean(best.url) or gettext("Untitled"),
            url=web_url(best.url),
            words=readable(best.sentence),
            key=best.key,
        ),
        others=best.others,
    )


def claims(
    trend: Trend, touches: Mapping[str, Sequence[tuple[Card, tuple[str, ...]]]], locale: Locale
) -> tuple[ClaimView, ...]:
    """The trend's claims that items touched, in the order of the baseline.

    Args:
        trend: with its claims.
        touches: the items that touch a claim, by its text, each with the words by which it was found.
        locale: for the claims' dates.
    """
    return tuple(
        ClaimView(
            date=formatting.month(claim.date, locale),
            text=readable(claim.text),
            items=tuple(starmap(_touch, touches[claim.text][:TOUCHES])),
            more=max(0, len(touches[claim.text]) - TOUCHES),
        )
        for claim in trend.claims
        if claim.text in touches
    )


def _touch(card: Card, words: Sequence[str]) -> LinkView:
    return LinkView(
        key=card.key,
        text=readable(card.title) or clean(card.url) or gettext("Untitled"),
        url=web_url(card.url),
        words=", ".join(map(clean, words)),
    )
