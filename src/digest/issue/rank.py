"""Candidates -> their worth to the reader, with the weights in one place. Sees no other issue."""

from datetime import timedelta

from digest.issue.sifting import Candidate
from digest.model import Label, Window

# Each weight is worth that much of one plain item from a feed of weight 1.
CORROBORATION = 0.5  # a further independent feed: the strongest sign without votes, so half an item each
FIT = 0.5  # a clear case of its trend reads better in that section than a doubtful one
RECENCY = 0.1  # only to order what is otherwise equal: the window is a week
SUMMARY = 0.2  # a title alone cannot be judged without opening it


def score(candidate: Candidate, label: Label | None, window: Window) -> float:
    """The worth of one candidate, rounded so that it is the same on every machine."""
    weight = max((feed.weight for feed in candidate.feeds), default=1.0)
    corroboration = CORROBORATION * (len({source.feed for source in candidate.sources}) - 1)
    fit = FIT * (label.score if label else 0.0)
    age = window.end - (candidate.published or candidate.first_seen)
    recency = RECENCY * max(0.0, 1.0 - age / timedelta(days=30))
    return round(weight * (1.0 + corroboration) + fit + recency + (SUMMARY if candidate.summary else 0.0), 4)
