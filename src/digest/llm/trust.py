"""Doubt a model that is refused too often: what it got through must then be nearly a copy of a sentence that it rests on.

The gate compares words, figures and relations. A model that writes nonsense by the dozen gets some of it through; a good one hardly any.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from digest.grounding.copies import is_copy
from digest.model import RefusedSentence, Written

ENOUGH = 3  # refused sentences of an issue, below which no model is doubted
SHARE = 1 / 3  # of its sentences refused, from which a model is doubted
DOUBTED = "the model was refused too often; only near copies stand"


def doubted(texts: Iterable[Written]) -> bool:
    """Whether so much of the texts of one issue was refused that the rest is not to be trusted either."""
    refused = passed = 0
    for text in texts:
        refused += len(text.refused)
        passed += len(text.sentences)
    return refused >= ENOUGH and refused >= SHARE * (refused + passed)


def copied(text: Written, decided: Collection[tuple[str, str]]) -> Written:
    """The text if each of its sentences is nearly a copy or the editor decided about it; else only the sentences that the editor decided about."""
    if all((text.place, one.text) in decided or is_copy(one.text, one.sources) for one in text.sentences):
        return text
    kept = tuple(one for one in text.sentences if (text.place, one.text) in decided)
    refused = tuple(RefusedSentence(text=one.text, reason=DOUBTED) for one in text.sentences if one not in kept)
    return replace(text, sentences=kept, refused=(*text.refused, *refused))
