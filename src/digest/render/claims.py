"""Claims of a baseline that an issue's items touch -> their views. Says that they touch it, never how."""

from collections.abc import Sequence

from digest.model import IssueItem, TouchedClaim
from digest.render import words
from digest.render.frame import Frame
from digest.render.view import ClaimView, TouchView

TITLES = 2  # that are named under a claim


def claim_views(claims: Sequence[TouchedClaim], items: dict[str, IssueItem], frame: Frame) -> tuple[ClaimView, ...]:
    """The claims in the issue's order.

    Args:
        claims: of one section.
        items: all items of the issue that have a trend, by id.
        frame: how many are shown.
    """
    return tuple(_claim(claim, items, frame) for claim in claims[: frame.limits.claims])


def _claim(claim: TouchedClaim, items: dict[str, IssueItem], frame: Frame) -> ClaimView:
    touches = [(touch, items[touch.id]) for touch in claim.items if touch.id in items]
    named = touches[:TITLES]
    verb = "touches" if len(touches) == 1 else "touch"
    return ClaimView(
        date=words.month(claim.date, frame.locale),
        text=frame.text(claim.text),
        told=f"{_period(frame.issue.key)} {words.count(len(touches), 'item')} {verb} it",
        items=tuple(
            TouchView(
                title=frame.text(item.title) or frame.text(item.url) or "Untitled",
                url=frame.url(item.url),
                words=", ".join(map(frame.text, touch.words)),
            )
            for touch, item in named
        ),
        more=len(touches) - len(named),
    )


def _period(key: str) -> str:
    span = words.span_of_key(key)
    return "Today" if span == "day" else f"This {span}"
