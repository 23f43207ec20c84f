"""Candidates -> their worth to the reader, part by part, with the weights in one place. Sees no other candidate."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log2

from digest.issue.interest import interest
from digest.issue.sifting import Candidate
from digest.model import Label, Window

# Each weight is worth that much of one plain item from a feed of weight 1. docs/story.md says what each was measured to do.
CORROBORATION = 0.5  # a second independent voice: the strongest sign without votes; a third adds less than the second
LATE = 0.5  # what a voice is still worth that is heard a week after the first: by then all have read of it
YIELD = 0.2  # a feed all of whose items belong here, against one that rarely has any: the same topic, better aimed
FIT = 0.5  # a clear case of its trend reads better in that section than a doubtful one
INTEREST = 0.25  # per log-odds: from the duller to the better tenth of a week it is some four log-odds, so one item
INTEREST_BOUND = 4.0  # log-odds beyond which the signals are not believed: one text cannot outweigh many sources
NOVELTY = 0.25  # a title all of whose words are new; an editor's picks had 10 % new words, other papers 7 %
FOLLOW_UP = -0.2  # the reader knows the story already
RECENCY = 0.1  # only to order what is otherwise equal: the window is a week
SUMMARY = 0.2  # a title alone cannot be judged without opening it

_WEEK = timedelta(days=7)
_WORD = re.compile(r"[^\W\d_][\w-]{3,}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Background:
    """What earlier issues tell of feeds and words.

    `yields` says of a feed what share of what it brought fell into a trend; `words` are those of all published titles and of the baselines.
    """

    yields: Mapping[str, float] = field(default_factory=dict)
    words: frozenset[str] = frozenset()


UNKNOWN = Background()


def parts(
    candidate: Candidate,
    label: Label | None,
    window: Window,
    *,
    background: Background = UNKNOWN,
) -> dict[str, float]:
    """What an item's worth is made of, by name; the sum is its score.

    Args:
        candidate: the item or story.
        label: its first trend's; None where it fits none.
        window: for its age.
        background: what is known from earlier issues.
    """
    weight = max((feed.weight for feed in candidate.feeds), default=1.0)
    age = window.end - (candidate.published or candidate.first_seen)
    log_odds = interest(candidate.title, candidate.summary)
    worth = {
        "source": weight,
        "yield": YIELD * max((background.yields.get(feed.name, 0.5) for feed in candidate.feeds), default=0.5),
        "corroboration": weight * CORROBORATION * _corroboration([voice.heard for voice in candidate.voices]),
        "fit": FIT * (label.score if label else 0.0),
        "interest": INTEREST * min(max(log_odds, -INTEREST_BOUND), INTEREST_BOUND),
        "novelty": NOVELTY * _new_words(candidate.title, background),
        "follow-up": FOLLOW_UP if candidate.follows else 0.0,
        "recency": RECENCY * max(0.0, 1.0 - age / timedelta(days=30)),
        "summary": SUMMARY if candidate.summary else 0.0,
    }
    return {name: round(part, 4) for name, part in worth.items()}


def title_words(text: str) -> frozenset[str]:
    """The words of a text that novelty is told by: of four letters or more, in lower case."""
    return frozenset(_WORD.findall(text.casefold()))


def _corroboration(heard: list[datetime]) -> float:
    """How many voices there are beside the first, and how soon: 1 for a second one at once, 1.6 for two."""
    if len(heard) < 2:
        return 0.0
    first, *others = sorted(heard)
    soon = sum(1.0 - (1.0 - LATE) * min(1.0, (one - first) / _WEEK) for one in others) / len(others)
    return soon * log2(1 + len(others))


def _new_words(title: str, background: Background) -> float:
    """The share of a title's words that no earlier title and no baseline has; 0 without earlier issues."""
    words = title_words(title)
    return len(words - background.words) / len(words) if words and background.words else 0.0
