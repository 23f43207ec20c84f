"""What a trend's page shows beside its items: works of its baseline, the best reported results, and the ledger of its claims."""

from collections import Counter
from collections.abc import Mapping, Sequence

from babel import Locale

from digest.model import BestReported, Claim, ClaimTouch, Example, Trend
from digest.render.pages import BestView, EarlierView
from digest.render.reasons import SAID, counted, stance_words
from digest.render.sections import baseline_html
from digest.render.view_models import ClaimView, LinkView
from digest.text import formatting
from digest.text.clean import clean, readable, web_url
from digest.text.words import gettext

TOUCHES = 3  # the latest items named under a claim that only bear on it


def work_link(work: Example) -> LinkView:
    """A work of a baseline, with its note."""
    return LinkView(text=clean(work.name), url=web_url(work.url), words=clean(work.note))


def best_view(best: BestReported) -> BestView:
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


def earlier_view(trend: Trend, locale: Locale) -> EarlierView:
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


def ledger(trend: Trend, touches: Mapping[str, Sequence[ClaimTouch]], locale: Locale) -> tuple[ClaimView, ...]:
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
