"""Find the claims of a trend's baseline that an item touches, with the words by which they were found.

An item touches a claim if its title names the claim's subject, which is the first of the claim's groups of phrases (`about` in the trend's
file), and if the title, or a sentence that states what was done or found, contains a phrase of each group close together. Neither may contain
a phrase with which the words mean something else (`unless`). Whether the item supports or disputes the claim is not decided.
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
SURE = 0.9  # the least score of a label of a packaged trend, which names its seeds; of any other, the score is a sum of terms
# The number of words of a sentence within which the phrases must occur; a title states one thing, however long.
NEAR = 6

# What comes after it did not change: "while maintaining fluency and diversity".
_UNCHANGED = re.compile(
    r"\b(?:while|without) (?:largely |still )?(?:maintain|preserv|keep|retain|sacrific|compromis|los)\w+", re.IGNORECASE
)


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
            if trends[label.id].seeds and label.score < SURE:
                continue
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
        if claim.about and all(_holds(low, group) for group in claim.about) and _pattern(claim.about[0]).search(title)
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
    """The claim's phrases in the title or sentence of the highest weight that has them together; empty if none has, or if the title means something else."""
    best: tuple[tuple[str, ...], float] = ((), 0.0)
    for place, (weight, text) in enumerate(telling):
        other = bool(claim.unless) and _other_sense(claim.unless).search(text)
        if other and place == 0:
            break
        told, within = (_UNCHANGED.split(text)[0], NEAR) if place else (text, len(text.split()))
        if not other and (not best[0] or weight > best[1]) and (words := _together(claim.about, told, within)):
            best = (words, weight)
    return best


def _together(about: Sequence[tuple[str, ...]], text: str, within: int) -> tuple[str, ...]:
    """The closest occurrences of one phrase of each group, none within another, if they are within so many words."""
    first, *others = (list(_pattern(group).finditer(text)) for group in about)
    best: tuple[str, ...] = ()
    least = within + 1
    for anchor in first:
        chosen = [anchor]
        for group in others:
            free = [hit for hit in group if all(hit.end() <= one.start() or one.end() <= hit.start() for one in chosen)]
            chosen += [min(free, key=lambda hit: abs(hit.start() - anchor.start()))] if free else []
        span = text[min(hit.start() for hit in chosen) : max(hit.end() for hit in chosen)]
        if len(chosen) == len(about) and len(span.split()) < least:
            least, best = len(span.split()), tuple(dict.fromkeys(hit[0] for hit in chosen))
    return best


@cache
def _pattern(group: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for one of these phrases as whole words. "training-free" does not match "training"."""
    return re.compile(rf"(?<![\w-])(?:{_spelt(group)})(?!\w|-free\b)", re.IGNORECASE)


@cache
def _other_sense(group: tuple[str, ...]) -> re.Pattern[str]:
    """The same for phrases that show another sense, which they do as parts of compounds, too: "lingual-backdoor"."""
    return re.compile(rf"(?<!\w)(?:{_spelt(group)})(?!\w)", re.IGNORECASE)


def _spelt(phrases: Iterable[str]) -> str:
    """The phrases, longest first, with hyphens and spaces equivalent."""
    longest = sorted(phrases, key=len, reverse=True)
    return "|".join(r"[\s-]".join(map(re.escape, re.split(r"[\s-]", phrase))) for phrase in longest)
