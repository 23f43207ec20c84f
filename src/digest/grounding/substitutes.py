"""Find a thing that was put in the place of another in a sentence that otherwise copies its source, and halves of two statements in one.

A free telling may use general words. Where all else is copied, such a word stands for what the source names there.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from digest.grounding.figures import is_figure
from digest.grounding.words import STOP, Word, covered, is_free, listed, stems_of, words

_Change = tuple[str, int, int, int, int]  # the kind, and from where to where in either
_COPIED = 0.75  # the share of a sentence's words that stand in the source in their order
_BEFORE = listed("for of on in with to by from into across over under at")  # a thing
_ARTICLES = listed("the a an its their his our this these")
_CONTRASTS = listed("while but whereas although though however unlike")
_MOST = 80  # words of a text that are looked at


def substituted(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """The words in the place of others, which no source has."""
    known = stems_of(" . ".join(sources))
    mine = words(sentence)[:_MOST]
    for _, theirs, (change, start, end, there, until) in _changes(mine, sources):
        if (
            change != "replace"
            or not _after_preposition(mine, start)
            or _says_how(mine[start:end], mine[end:], sentence)
        ):
            continue
        new = [word for word in _telling(mine[start:end]) if not covered(word, known)]
        if new and _telling(theirs[there:until]):
            yield " ".join(word.text for word in new)


def spliced(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """The words between which a source tells the end of one statement and the beginning of another, in contrast to it."""
    for source, theirs, (change, _, _, there, until) in _changes(words(sentence)[:_MOST], sources):
        if (
            change == "insert"
            and there > 0
            and until < len(theirs)
            and _reaches_inside(theirs[there : until + 1], source)
        ):
            yield f"{theirs[there - 1].text} … {theirs[until].text}"


def _changes(mine: Sequence[Word], sources: Sequence[str]) -> Iterator[tuple[str, Sequence[Word], _Change]]:
    """How the sources that a sentence copies differ from it, each with its words."""
    row = [word.text.casefold() for word in mine]
    for source in sources:
        theirs = words(source)[:_MOST]
        matcher = SequenceMatcher(None, row, [word.text.casefold() for word in theirs], autojunk=False)
        if sum(block.size for block in matcher.get_matching_blocks()) >= _COPIED * len(row):
            yield from ((source, theirs, change) for change in matcher.get_opcodes())


def _reaches_inside(left_out: Sequence[Word], source: str) -> bool:
    """Whether what was left out has a contrast in it, and its last word but one stands in one phrase with the last, which was kept."""
    *gap, kept = left_out
    last = gap[-1]
    inside = source[last.start + len(last.text) : kept.start] == " " and last.text.casefold() not in STOP
    return inside and any(word.text.casefold() in _CONTRASTS for word in gap)


def _after_preposition(mine: Sequence[Word], start: int) -> bool:
    """Whether what starts there follows a preposition, with or without an article, or is one."""
    row = [word.text.casefold() for word in mine[: start + 1]]
    before = start - 2 if start > 1 and row[start - 1] in _ARTICLES else start - 1
    return row[start] in _BEFORE or (before >= 0 and row[before] in _BEFORE)


def _says_how(new: Sequence[Word], rest: Sequence[Word], sentence: str) -> bool:
    """Whether the change is one word, and the thing itself stands behind it."""
    if len(new) > 1 or not rest or not rest[0].content:
        return False
    return sentence[new[0].start + len(new[0].text) : rest[0].start] == " "


def _telling(some: Sequence[Word]) -> list[Word]:
    return [word for word in some if word.content and not is_free(word) and not is_figure(word.text)]
