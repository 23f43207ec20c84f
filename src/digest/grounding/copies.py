"""Tell whether a sentence is nearly a copy: a run of words of one of its sources, of which at most the beginning or the end is cut off.

Only this is accepted from a model that is refused so often that passing the gate proves little.
"""

from collections.abc import Sequence

from digest.grounding.roots import root
from digest.grounding.words import listed, plain, words

_SMALL = listed(
    "a an the this that these those it its their they we our us i and or of to in on for by with from as at into is are was were be been being has have had "
    "which who authors author here paper study work propose proposes proposed present presents presented introduce introduces introduced"
)
# What says how a statement holds, and must not be cut off.
_HOLDS = frozenset(
    map(
        root,
        [
            "no",
            "not",
            "never",
            "nor",
            "neither",
            "none",
            "without",
            "cannot",
            "can",
            "may",
            "might",
            "could",
            "would",
            "should",
            "only",
            "if",
            "unless",
            "when",
            "where",
            "until",
            "except",
            "rarely",
            "hardly",
            "fail",
            "lack",
            "rather",
            "instead",
            "than",
            "suggest",
            "often",
            "sometimes",
            "typically",
            "some",
            "most",
            "partly",
            "likely",
            "under",
        ],
    )
)
_LEAST = 4  # words that a copy has


def is_copy(sentence: str, sources: Sequence[str]) -> bool:
    """Whether the words stand side by side in one source, in their order."""
    mine = _row(sentence)
    return len(mine) >= _LEAST and any(_copied(mine, _row(source)) for source in sources)


def _row(text: str) -> list[str]:
    return [root(word.text) for word in words(plain(text)) if word.text.casefold() not in _SMALL]


def _copied(mine: Sequence[str], source: Sequence[str]) -> bool:
    for start in range(len(source) - len(mine) + 1):
        end = start + len(mine)
        if source[start:end] == mine and _HOLDS.isdisjoint(source[:start]) and _HOLDS.isdisjoint(source[end:]):
            return True
    return False
