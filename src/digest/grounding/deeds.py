"""Find what authors are said to have done that their sources do not say: building what they tested, or reviewing what they built."""

import re
from collections.abc import Iterator, Sequence

from digest.grounding.roots import root
from digest.grounding.words import Word, listed, same_class, words

_BY_AUTHORS = re.compile(
    r"\b(?:we|authors?|paper|work|study|researchers?|team|article|report) (?:\w+ly |also |then |further |here |first )?(\w+)\b",
    re.IGNORECASE,
)
_MAKE = listed(
    "build develop create design construct propose introduce present implement devise invent make produce formulate contribute offer provide give train synthesize"
)
_LOOK = listed(
    "evaluate test assess benchmark measure analyze study investigate examine explore compare probe review survey discuss validate inspect revisit look ask "
    "experiment characterize audit summarize consider explain demonstrate apply use conduct describe report"
)
_DEEDS = tuple(frozenset(map(root, some)) for some in (_MAKE, _LOOK))
# With these a work says that it made what it looks at, and that it looks at what it made.
_ALSO = (listed("our ours novel new"), listed("results result experiments experimental evaluation shows show showing"))
_STUDIES = listed(
    "study analysis evaluation benchmark survey overview review investigation experiment comparison results evidence audit"
)
_LOOKS = frozenset(map(root, _STUDIES))
_OBJECT = 4  # words with content after a verb that tell what was done


def other_deeds(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Verbs of the authors for whose kind of deed the sources have no word, while they tell of another with the same object."""
    said = [(deed, word, after) for deed, word, after in _deeds(sentence)]
    there = [found for source in sources for found in _deeds(source)]
    all_ = [word for source in sources for word in words(source)]
    for deed, word, after in said:
        if any(root(one.text) in _DEEDS[deed] or one.text.casefold() in _ALSO[deed] for one in all_):
            continue
        if any(other != deed and _share(after, objects) for other, _, objects in there):
            yield word.text


def _deeds(text: str) -> Iterator[tuple[int, Word, list[Word]]]:
    """The verbs of the authors with the number of their kind and the words of their object, without those that make a study of it."""
    all_ = words(text)
    for found in _BY_AUTHORS.finditer(text):
        word = next(one for one in all_ if one.start == found.start(1))
        deed = next((number for number, deeds in enumerate(_DEEDS) if root(word.text) in deeds), None)
        after = [one for one in all_[word.place + 1 :] if one.content][:_OBJECT]
        if deed is not None and not any(root(one.text) in _LOOKS for one in after):
            yield deed, word, after


def _share(one: Sequence[Word], other: Sequence[Word]) -> bool:
    return any(same_class(mine.stem, theirs.stem) for mine in one for theirs in other)
