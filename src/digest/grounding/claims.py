"""Find what a sentence says beyond its sources: ranks that they do not give, things that they do not name, clauses of its own.

A sentence may be told in words of general prose. A word that names a thing, or that is a statement of its own, must be its sources'.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from digest.grounding.figures import figures, is_figure
from digest.grounding.names import spelt_out
from digest.grounding.relations import BEST, compares
from digest.grounding.vocabulary import is_general, is_strong
from digest.grounding.words import Word, covered, is_free, is_matter, stand_together, stems_of, words

_RANK = re.compile(
    r"\b((?<!-)first(?! instead)(?= (?:\w+ )?(?:system|method|model|study|work|to|of|approach|time|framework|benchmark|dataset|large|open))|best|only (?=one|system|method|model|approach|way)|"
    r"largest|smallest|fastest|strongest|most (?:advanced|capable|accurate|efficient|powerful|popular|important)|state[- ]of[- ]the[- ]art|"
    r"leading(?! to)|unique\w*|perfect\w*|guarante\w+|human-level|world|industry|experts?|society|everyone|decades?|competitors?|market)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:()—]|\b(?:which|while|because|since|whereas|although|thanks|due|owing|and it|as it|so)\b|\s--?\s"
)
_SOLE = re.compile(r"\b(?:uniquely|unique|sole|solely|only|alone|single)\b", re.IGNORECASE)
_FOREMOST = re.compile(
    r"\b(?:frontier|flagship|prominent|major|state[- ]of[- ]the[- ]art|top|strongest|best)\b", re.IGNORECASE
)
_MOST = re.compile(r"\bmost (?:advanced|capable|accurate|efficient|powerful)\b", re.IGNORECASE)  # judged as words too
_DENIED = re.compile(r"^(?:un|sub|non-?|in|im)(?=[a-z]{5})")
_JOINED = re.compile(r"\s+(?:and|or)\s+")
_DONE = re.compile(
    r"\b(?:we|authors?|paper|work|study|team|researchers?|article|report) (?:\w+ly )?(solve\w*)\b", re.IGNORECASE
)  # claims of success, where others say what a method or a model does
_ABOUT = 2  # words that a sentence must share with its sources
_MANY = 5  # with which it is about them even where no two stand together
_NOVEL = 0.6  # the share of words that a sentence may have of its own
_MANNER = re.compile(r"(?:ed|ing|ly)$")  # of a deed or a manner, and hardly ever of a thing


def beyond(sentence: str, sources: Sequence[str]) -> Iterator[tuple[Literal["claim", "subject matter"], str]]:
    """What the sources do not say, with the kind of fault."""
    source = " . ".join(sources)
    ranks = {_rank(found[0]) for found in _RANK.finditer(source)}
    if _SOLE.search(source):
        ranks |= {_rank("only"), _rank("unique")}
    if _FOREMOST.search(source):
        ranks |= {_rank("leading")}
    if BEST.search(source):
        ranks |= {"best", *(found[0].casefold() for found in _MOST.finditer(sentence))}
    yield from (("claim", found[0].strip()) for found in _RANK.finditer(sentence) if _rank(found[0]) not in ranks)
    denied = " ".join(_DENIED.sub("", word.text) for word in words(source) if _DENIED.match(word.text))
    known = stems_of(f"{source} {spelt_out(source)} {denied}")  # `reliable` for `unreliable` is judged elsewhere
    content = [word for word in words(sentence) if word.content]
    novel = [word for word in content if not _judged_elsewhere(word) and not is_free(word) and not covered(word, known)]
    shared = sum(covered(word, known) for word in content) + len(
        figures(sentence)
    )  # unknown figures are refused anyway
    if shared < min(_ABOUT, len(content)) or not (
        figures(sentence) or stand_together(sentence, sources) or _tells_one(content, sources)
    ):
        yield "subject matter", ", ".join(word.text for word in novel) or sentence
        return
    own = [word for word in content if not is_free(word)]
    things = [*_things(novel, len(own)), *_done(sentence, novel)]
    if things:
        yield "claim", ", ".join(word.text for word in things)
    elif len(novel) > 1 and (len(novel) / len(own) > _NOVEL or _joined(novel, sentence)):
        yield "claim", ", ".join(word.text for word in novel)
    else:
        yield from _foreign_clauses(sentence, content, novel)


def _tells_one(content: Sequence[Word], sources: Sequence[str]) -> bool:
    """Whether many of the words are those of one source."""
    own = {word.stem: word for word in content if not is_free(word)}.values()
    return any(sum(covered(word, known) for word in own) >= _MANY for known in map(stems_of, sources))


def _judged_elsewhere(word: Word) -> bool:
    """Whether the word is a figure, a name or a comparison."""
    return is_figure(word.text) or compares(word) or any(letter.isupper() for letter in word.text[1:])


def _rank(text: str) -> str:
    return text.casefold().replace("-", " ").strip().removesuffix("ly").removesuffix("ness")


def _things(novel: Sequence[Word], own: int) -> list[Word]:
    """The words that name a thing or are a statement of their own. One odd word for a deed or a manner is let through in a long sentence."""
    wrong = [word for word in novel if is_matter(word) or is_strong(word.text)]
    odd = [word for word in novel if word not in wrong and not is_general(word.text)]
    if len(odd) == 1 and not wrong and _MANNER.search(odd[0].text) and len(novel) <= own / 3:
        return []
    return sorted([*wrong, *odd], key=lambda word: word.start)


def _done(sentence: str, novel: Sequence[Word]) -> list[Word]:
    """The words by which the authors are said to have done with a problem."""
    found = {match.start(1) for match in _DONE.finditer(sentence)}
    return [word for word in novel if word.start in found]


def _joined(novel: Sequence[Word], sentence: str) -> bool:
    """Whether `and` or `or` joins two words that no source has."""
    return any(_JOINED.fullmatch(sentence, one.start + len(one.text), two.start) for one, two in pairwise(novel))


def _foreign_clauses(
    sentence: str, content: Sequence[Word], novel: Sequence[Word]
) -> Iterator[tuple[Literal["claim", "subject matter"], str]]:
    """Clauses that have no word of the sources."""
    ends = [0, *(found.start() for found in _CLAUSE.finditer(sentence)), len(sentence) + 1]
    for start, end in pairwise(ends):
        inside = [word for word in content if start <= word.start < end and not is_free(word)]
        new = [word for word in inside if word in novel]
        if len(new) > 1 and len(new) == len(inside):
            yield "claim", " ".join(word.text for word in new)
