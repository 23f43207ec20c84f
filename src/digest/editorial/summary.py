"""An item's text -> a summary of one or two of its own sentences: what was done, and what came of it. Invents no word.

Every sentence is weighed by what it says; the best pair that fits is told in the text's order. What ties a sentence to the one
before ("However,") goes; a trailing clause gives way to an ellipsis where the figure would not fit else.
"""

from collections.abc import Iterator, Sequence

from digest.editorial.sentence_value import Told, weigh, worth_reading
from digest.text.sentences import clipped, shorten, split

BRIEF = 40  # words of a summary in the mail
FULL = 70  # and on the web page
ONE = 30  # of the sentence that stands under a title of its own
LEAD = 75  # of the story that opens an issue
ABSTRACT = 330  # words; a text that has more is a post, which tells its news at once
OPENING = 5  # sentences of a post that are looked at

_EARLY, _EARLY_IN_POST = 0.06, 0.3  # what a sentence later costs
_ADJACENT = 0.5  # the second goes on from the first
_DANGLING = 1.2  # it means something that is not told
_WORD = 0.012  # what a word costs
_CLIPPED = 0.4  # a clause gave way


def one_sentence(text: str, *, title: str = "", words: int = ONE) -> str:
    """The one sentence that tells a reader of the title most: the result where there is one, else the contribution."""
    return next(iter(split(summarise(text, title=title, words=words))), "")


def lead_text(text: str, *, title: str = "", words: int = LEAD) -> str:
    """Two or three sentences that tell what was made or found, and what came of it."""
    return summarise(text, title=title, words=words)


def summarise(text: str, *, title: str = "", words: int = BRIEF) -> str:  # noqa: ARG001
    """The sentence that states the contribution and the one that states its result, in the text's order; else its first ones.

    Args:
        text: plain text.
        title: what the reader knows already.
        words: the most that a summary has.
    """
    text = worth_reading(text)
    post = len(text.split()) > ABSTRACT
    looked_at, later = (OPENING, _EARLY_IN_POST) if post else (None, _EARLY)
    told = [weigh(sentence, place) for place, sentence in enumerate(split(text)[:looked_at])]
    if not told:
        return ""
    ways = [*_alone(told, words, later), *_pairs(told, words, later)]
    return max(ways, key=lambda way: way[0])[1]


def _alone(told: Sequence[Told], words: int, later: float) -> Iterator[tuple[float, str]]:
    for one in told:
        worth = one.done + 0.5 * one.found - later * one.place - _DANGLING * (one.dangling and one.place > 0)
        text = one.text if one.words <= words else clipped(one.text, words) or shorten(one.text, words)
        yield worth - _WORD * len(text.split()) - _CLIPPED * (text != one.text), text


def _pairs(told: Sequence[Told], words: int, later: float) -> Iterator[tuple[float, str]]:
    for one in told:
        for other in told[one.place + 1 :]:
            apart = other.place - one.place
            worth = one.done + other.found + 0.3 * min(one.found, 1.0) - later * (one.place + 0.5 * apart)
            worth -= _DANGLING * (one.dangling and one.place > 0) + _DANGLING * (other.dangling and apart > 1)
            worth += _ADJACENT * (apart == 1)
            for text, lost in _fitting(one, other, words):
                yield worth - lost - _WORD * len(text.split()), text


def _fitting(one: Told, other: Told, words: int) -> Iterator[tuple[str, float]]:
    """The two sentences if they fit, else with clauses of the first left out, else of the second."""
    if one.words + other.words <= words:
        yield f"{one.text} {other.text}", 0.0
        return
    if first := clipped(one.text, words - other.words):
        yield f"{first} {other.text}", _CLIPPED
    elif second := clipped(other.text, words - one.words):
        yield f"{one.text} {second}", _CLIPPED
