"""An item and a trend's dated claims -> the claims that it bears on, with the words that say so. A pointer, never a judgement.

An item touches a claim where one sentence that tells what was done or found, or the title, has a phrase of each of the claim's groups
(`about` in the trend's file) close together, and the title has one of them at least. Whether it extends the claim or disputes it is for the reader to see.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from digest.editorial.sentence_value import weigh
from digest.model import Claim, IssueItem, Touch, TouchedClaim, Trend
from digest.text.boilerplate import worth_reading
from digest.text.sentences import split

DONE = 1.2  # what a sentence must tell of what was done, as `weigh` has it
OPENING = 1.7  # the first one, which mostly tells of what others did
FOUND = 1.0  # or of what came of it
TITLE = 2.0  # what a title weighs: what an item is about stands there
NEAR = 15  # words of a sentence within which the phrases stand


def touched(
    items: Iterable[IssueItem], texts: Mapping[str, str], trends: Mapping[str, Trend]
) -> dict[str, tuple[TouchedClaim, ...]]:
    """Trend -> its claims that the items touch, those that most touch first.

    Args:
        items: those of the issue, each under every trend that it has.
        texts: id -> what the feed told of the item.
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
    """The claims that a text bears on, in their order: each with the text's own words, and how plainly they say so."""
    low = f" {title} {summary} ".lower().replace("-", " ")
    near = [
        claim
        for claim in claims
        if claim.about and all(_holds(low, group) for group in claim.about) and _named(claim.about, title)
    ]
    if not near:
        return ()
    telling = tuple(_telling(title, summary))
    found = ((claim, *_plainest(claim, telling)) for claim in near)
    return tuple((claim, words, weight) for claim, words, weight in found if words)


def _holds(low: str, group: Sequence[str]) -> bool:
    """Whether a phrase may stand there; a quick look before the text is taken apart."""
    return any(phrase.lower().replace("-", " ") in low for phrase in group)


def _named(about: Sequence[tuple[str, ...]], title: str) -> bool:
    return any(_pattern(group).search(title) for group in about)


def _telling(title: str, summary: str) -> Iterator[tuple[float, str]]:
    """The title and the sentences that tell what was done or found, with their weights."""
    yield TITLE, title
    for place, sentence in enumerate(split(worth_reading(summary))):
        told = weigh(sentence, place)
        if told.done >= (DONE if place else OPENING) or (place and told.found >= FOUND):
            yield max(told.found, told.done), told.text


def _plainest(claim: Claim, telling: Sequence[tuple[float, str]]) -> tuple[tuple[str, ...], float]:
    """The claim's phrases in the weightiest sentence that has them together; no words where none has."""
    best: tuple[tuple[str, ...], float] = ((), 0.0)
    for weight, text in telling:
        if (not best[0] or weight > best[1]) and (words := _together(claim.about, text)):
            best = (words, weight)
    return best


def _together(about: Sequence[tuple[str, ...]], text: str) -> tuple[str, ...]:
    """A phrase of each group as they stand closest together, if they do within `NEAR` words."""
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
    """One of these phrases as words of their own, the longest first; a hyphen is as good as a space."""
    phrases = sorted(group, key=len, reverse=True)
    spelt = "|".join(r"[\s-]".join(map(re.escape, re.split(r"[\s-]", phrase))) for phrase in phrases)
    return re.compile(rf"(?<![\w-])(?:{spelt})(?!\w)", re.IGNORECASE)
