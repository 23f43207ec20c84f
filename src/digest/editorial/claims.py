"""Find the claims of a trend's baseline that an item touches, with the words by which they were found.

An item touches a claim if its title, or a sentence that states what was done or found, contains a phrase of each of the claim's
groups (`about` in the trend's file) close together, and the title contains at least one of them. Whether the item supports or
disputes the claim is not decided.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from digest.editorial.sentence_value import REREAD, weigh
from digest.model import Claim, IssueItem, Touch, TouchedClaim, Trend
from digest.text.boilerplate import worth_reading
from digest.text.sentences import split

DONE = 1.2  # the least weight, by `weigh`, of a sentence that states what was done
OPENING = 1.7  # the same for the first sentence, which is mostly about the work of others
FOUND = 1.0  # or the least weight of a sentence that states a result
TITLE = 2.0  # the weight of a title, which states what an item is about
NEAR = 15  # the number of words within which the phrases must occur


def touched(
    items: Iterable[IssueItem], texts: Mapping[str, str], trends: Mapping[str, Trend]
) -> dict[str, tuple[TouchedClaim, ...]]:
    """The claims that the items touch, by trend; most touched first.

    Args:
        items: the items of the issue, each counted under all of its trends.
        texts: the items' texts from feeds, by id.
        trends: with their claims.
    """
    found: dict[str, dict[Claim, list[tuple[float, float, Touch]]]] = {}
    for item in items:
        for label in item.trends:
            for claim, words, weight in bearings(item.title, texts[item.id], trends[label.id].claims):
                touch = Touch(id=item.id, words=words)
                found.setdefault(label.id, {}).setdefault(claim, []).append((-weight, -item.score, touch))
    return {id_: tuple(_claims(claims, trends[id_])) for id_, claims in found.items()}


def _claims(found: Mapping[Claim, list[tuple[float, float, Touch]]], trend: Trend) -> Iterator[TouchedClaim]:
    for claim in sorted(found, key=lambda claim: (-len(found[claim]), trend.claims.index(claim))):
        touches = sorted(found[claim], key=lambda one: (one[0], one[1], one[2].id))
        yield TouchedClaim(
            date=claim.date, text=claim.text, source=claim.source, items=tuple(touch for _, _, touch in touches)
        )


def bearings(title: str, summary: str, claims: Sequence[Claim]) -> tuple[tuple[Claim, tuple[str, ...], float], ...]:
    """The claims that a text touches, in their order, each with the text's words and their weight."""
    low = f" {title} {summary} ".lower().replace("-", " ")
    near = [
        claim
        for claim in claims
        if claim.about
        and all(_holds(low, group) for group in claim.about)
        and _named(claim.about, title)
        and not (claim.unless and _named((claim.unless,), title))
    ]
    if not near:
        return ()
    telling = _telling(title, summary)
    found = ((claim, *_plainest(claim, telling)) for claim in near)
    return tuple((claim, words, weight) for claim, words, weight in found if words)


def _holds(low: str, group: Sequence[str]) -> bool:
    """Whether a phrase may occur in the text; a quick check before the text is analysed."""
    return any(phrase in low for phrase in _lowered(group))


@cache
def _lowered(group: Sequence[str]) -> tuple[str, ...]:
    return tuple(phrase.lower().replace("-", " ") for phrase in group)


def _named(about: Sequence[tuple[str, ...]], title: str) -> bool:
    return any(_pattern(group).search(title) for group in about)


@lru_cache(maxsize=REREAD)
def _telling(title: str, summary: str) -> tuple[tuple[float, str], ...]:
    """The title and the sentences that state what was done or found, with their weights."""
    told = [(TITLE, title)]
    for place, sentence in enumerate(split(worth_reading(summary))):
        weighed = weigh(sentence, place)
        if weighed.done >= (DONE if place else OPENING) or (place and weighed.found >= FOUND):
            told.append((max(weighed.found, weighed.done), weighed.text))
    return tuple(told)


def _plainest(claim: Claim, telling: Sequence[tuple[float, str]]) -> tuple[tuple[str, ...], float]:
    """The claim's phrases in the sentence of the highest weight that has them together; empty if none has."""
    best: tuple[tuple[str, ...], float] = ((), 0.0)
    for weight, text in telling:
        if (not best[0] or weight > best[1]) and (words := _together(claim.about, text)):
            best = (words, weight)
    return best


def _together(about: Sequence[tuple[str, ...]], text: str) -> tuple[str, ...]:
    """The closest occurrences of one phrase of each group, if they are within `NEAR` words."""
    hits = [list(_pattern(group).finditer(text)) for group in about]
    if not all(hits):
        return ()
    best: tuple[str, ...] = ()
    least = NEAR + 1
    for anchor in hits[0]:
        chosen = [min(group, key=lambda hit: abs(hit.start() - anchor.start())) for group in hits]
        span = text[min(hit.start() for hit in chosen) : max(hit.end() for hit in chosen)]
        if len(span.split()) < least:
            least, best = len(span.split()), tuple(dict.fromkeys(hit[0] for hit in chosen))
    return best


@cache
def _pattern(group: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for one of these phrases as whole words, longest first. Hyphens and spaces are equivalent; "training-free" does not match "training"."""
    phrases = sorted(group, key=len, reverse=True)
    spelt = "|".join(r"[\s-]".join(map(re.escape, re.split(r"[\s-]", phrase))) for phrase in phrases)
    return re.compile(rf"(?<![\w-])(?:{spelt})(?!\w|-free\b)", re.IGNORECASE)
