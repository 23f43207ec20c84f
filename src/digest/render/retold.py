"""Leave out of a summary what the issue has already told above it.

In: a summary, and sentences that stand above. Out: the sentences that say something else. Nothing is cut within a sentence.
"""

import re
from collections import Counter
from collections.abc import Sequence

from digest.editorial import telling
from digest.text.sentences import split

ALIKE = 0.8  # the share of the shorter sentence's words that the other one has, too
LEAST = 4  # words; a shorter sentence is told only by an equal one
_WORD = re.compile(r"\w+")
_LEANS = re.compile(  # a sentence that begins like this needs the one before it
    r"(?:it|they|this|these|those|that|its|their|he|she|his|her|both|such|here|there|then|thus|also|moreover|furthermore|additionally"
    r"|in addition|similarly|instead|however|as a result|consequently|therefore|hence|by doing so|in doing so)\b",
    re.IGNORECASE,
)


def untold(summaries: Sequence[str], told: Sequence[str], words: int | None) -> str:
    """What the first summary that has something to add adds, in at most this many words; empty if none does.

    Args:
        summaries: of one item, the most fitting first.
        told: the sentences about the item that stand above.
        words: None for as many as there are.
    """
    for summary in summaries:
        if rest := _fitting(_rest(split(summary), told), words):
            return " ".join(rest)
    return ""


def is_told(summary: str, told: Sequence[str]) -> bool:
    """Whether one of these sentences says what a sentence of the summary does."""
    return any(_says(sentence, other) for sentence in split(summary) for other in told)


def tells_alone(rest: str) -> bool:
    """Whether what is left of a summary tells a result itself, so that it can stand without the sentence that was told above."""
    return telling.told(rest) == "result"


def _rest(sentences: Sequence[str], told: Sequence[str]) -> list[str]:
    """The sentences that are not told, without those that lean on one that is."""
    rest: list[str] = []
    after_told = False
    for sentence in sentences:
        if any(_says(sentence, other) for other in told):
            after_told = True
        elif not (after_told and _LEANS.match(sentence)):
            after_told = False
            rest.append(sentence)
    return rest


def _fitting(sentences: Sequence[str], words: int | None) -> list[str]:
    kept: list[str] = []
    for sentence in sentences:
        if words is not None and len(" ".join([*kept, sentence]).split()) > words:
            break
        kept.append(sentence)
    return kept


def _says(one: str, other: str) -> bool:
    """Whether one of two sentences says what the other does, whole or in a shorter form."""
    mine, theirs = (Counter(_WORD.findall(text.casefold())) for text in (one, other))
    least = min(mine.total(), theirs.total())
    if least < LEAST:
        return mine == theirs
    return (mine & theirs).total() >= ALIKE * least
