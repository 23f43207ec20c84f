"""Find a thing that was put in the place of another in a sentence that otherwise copies its source.

A free telling may use general words. Where all else is copied, such a word stands for what the source names there.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from digest.grounding.figures import is_figure
from digest.grounding.words import Word, covered, is_free, listed, stems_of, words

_COPIED = 0.75  # the share of a sentence's words that stand in the source in their order
_BEFORE = listed("for of on in with to by from into across over under at")  # a thing
_ARTICLES = listed("the a an its their his our this these")
_MOST = 80  # words of a text that are looked at


def substituted(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """The words in the place of others, which no source has."""
    known = stems_of(" . ".join(sources))
    mine = words(sentence)[:_MOST]
    row = [word.text.casefold() for word in mine]
    for source in sources:
        theirs = words(source)[:_MOST]
        matcher = SequenceMatcher(None, row, [word.text.casefold() for word in theirs], autojunk=False)
        if sum(block.size for block in matcher.get_matching_blocks()) < _COPIED * len(row):
            continue
        for change, start, end, there, until in matcher.get_opcodes():
            if (
                change != "replace"
                or not _after_preposition(row, start)
                or _says_how(mine[start:end], mine[end:], sentence)
            ):
                continue
            new = [word for word in _telling(mine[start:end]) if not covered(word, known)]
            if new and _telling(theirs[there:until]):
                yield " ".join(word.text for word in new)


def _after_preposition(row: Sequence[str], start: int) -> bool:
    """Whether what starts there follows a preposition, with or without an article, or is one."""
    before = start - 2 if start > 1 and row[start - 1] in _ARTICLES else start - 1
    return row[start] in _BEFORE or (before >= 0 and row[before] in _BEFORE)


def _says_how(new: Sequence[Word], rest: Sequence[Word], sentence: str) -> bool:
    """Whether the change is one word, and the thing itself stands behind it."""
    if len(new) > 1 or not rest or not rest[0].content:
        return False
    return sentence[new[0].start + len(new[0].text) : rest[0].start] == " "


def _telling(some: Sequence[Word]) -> list[Word]:
    return [word for word in some if word.content and not is_free(word) and not is_figure(word.text)]
