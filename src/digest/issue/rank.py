"""Candidates -> their worth to the reader, part by part, with the weights in one place. Sees no other issue."""

from datetime import timedelta

from digest.issue.interest import interest
from digest.issue.sifting import Candidate
from digest.model import Label, Window

# Each weight is worth that much of one plain item from a feed of weight 1.
CORROBORATION = 0.5  # a further independent feed: the strongest sign without votes, so half an item each
FIT = 0.5  # a clear case of its trend reads better in that section than a doubtful one
INTEREST = 0.25  # per log-odds: from the duller to the better tenth of a week it is some four log-odds, so one item
INTEREST_BOUND = 4.0  # log-odds beyond which the signals are not believed: one text cannot outweigh many sources
RECENCY = 0.1  # only to order what is otherwise equal: the window is a week
SUMMARY = 0.2  # a title alone cannot be judged without opening it


def parts(candidate: Candidate, label: Label | None, window: Window) -> dict[str, float]:
    """What an item's worth is made of, by name; `score` is the sum."""
    weight = max((feed.weight for feed in candidate.feeds), default=1.0)
    age = window.end - (candidate.published or candidate.first_seen)
    log_odds = interest(candidate.title, candidate.summary)
    return {
        "source": weight,
        "corroboration": weight * CORROBORATION * (len({source.feed for source in candidate.sources}) - 1),
        "fit": FIT * (label.score if label else 0.0),
        "interest": INTEREST * min(max(log_odds, -INTEREST_BOUND), INTEREST_BOUND),
        "recency": RECENCY * max(0.0, 1.0 - age / timedelta(days=30)),
        "summary": SUMMARY if candidate.summary else 0.0,
    }
