"""Summarise an item by its own sentences, at a given length: what was done, and what was found.

Every sentence is weighed, complete and in shorter forms; the best pair that fits is used, in the order of the text. No words
are added, but an abbreviation is spelled out as the text does elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from digest.editorial.abbreviations import spelled_out
from digest.editorial.readings import EARLY, WORD, Reading, Weighed, pointing, price, read_text
from digest.editorial.sentence_value import REREAD
from digest.editorial.vague import UNSAID
from digest.text.sentences import shorten

BRIEF = 40  # words of a summary in the mail
FULL = 70  # and on the web page
ONE = 34  # of the sentence under a title outside its section

_DONE = 0.25  # the share of a contribution's value if the sentence stands alone
_RESULT = 1.2  # the share of a finding's value if the sentence stands alone
_TELLING = 1.3  # the least value of a result that is told instead of what was made
_BOTH = 0.8  # the share of a finding's value if the sentence also states the contribution
_SAYS = 0.4  # the least value of a finding or of details that are told
_ADJACENT = 0.3  # the second continues the first
_GOES_ON = 0.9  # for the next sentence of a text that is not an abstract
_NEW_WORDS = 2  # that a further sentence must have
_THIRD, _THIRD_IN_MAIL = 0.5, 0.8  # the minimum value of a further sentence, and of a third one in the mail


@lru_cache(maxsize=REREAD)
def summarise(text: str, *, title: str = "", words: int = BRIEF) -> str:
    """The sentences that state the contribution and its result, in the order of the text; otherwise the first sentences.

    Args:
        text: plain text.
        title: the title, which the reader already knows.
        words: the maximum number of words.
    """
    read = read_text(text, title)
    return _told(read, words, most=3 if words > BRIEF or read.later == EARLY else 2)


@lru_cache(maxsize=REREAD)
def one_sentence(text: str, *, title: str = "", words: int = ONE) -> str:
    """The sentence that adds most to the title: the result if there is one, otherwise the contribution."""
    read = read_text(text, title)
    fitting = list(_fitting(read, words))
    costs = [price(one, read) + read.later * one.place for one in fitting]
    telling = [
        (_DONE * one.done + _RESULT * one.found - cost, one.text) for one, cost in zip(fitting, costs, strict=True)
    ]
    value, best = max(telling, default=(0.0, shorten(read.first, words)), key=lambda way: way[0])
    if value < _TELLING and fitting:
        doing = [(one.done + _BOTH * one.found - cost, one.text) for one, cost in zip(fitting, costs, strict=True)]
        best = max(doing, key=lambda way: way[0])[1]
    return spelled_out(best, read.text, read.defined, words)


def _fitting(read: Reading, words: int) -> Iterator[Weighed]:
    return (one for one in read.forms if one.words <= words)


def _told(read: Reading, words: int, *, most: int) -> str:
    """The best one or two sentences, and a third if its value is high enough; the beginning of the text if none fits."""
    fitting = list(_fitting(read, words))
    if not fitting:
        return shorten(read.first, words)
    alone = {id(one): price(one, read) + read.later * one.place for one in fitting}
    first = max(fitting, key=lambda one: one.done + _BOTH * one.found - alone[id(one)])
    worth = first.done + _BOTH * first.found - alone[id(first)]
    best: tuple[Weighed, ...] = (first,)
    for at_most, one, other in sorted(_pairs(fitting, alone, read, words), key=lambda way: -way[0]):
        if at_most <= worth:
            break
        if _repeats(other, (one,)):
            continue
        value = at_most - pointing(other, read, one)
        if value > worth:
            worth, best = value, (one, other)
    told = " ".join(one.text for one in _with_more(best, fitting, read, words, most))
    return spelled_out(told, read.text, read.defined, words)


def _pairs(
    fitting: Sequence[Weighed], alone: Mapping[int, float], read: Reading, words: int
) -> Iterator[tuple[float, Weighed, Weighed]]:
    """Pairs of sentences that fit, with their value if the second has no unresolved references."""
    seconds = [one for one in fitting if one.found > 0 or one.details]
    for one in fitting:
        if one.done < 1:
            continue
        first = one.done + 0.3 * min(one.found, 1.0) - alone[id(one)]
        left = words - one.words
        for other in seconds:
            apart = other.place - one.place
            says = max(other.found, other.details) >= _SAYS or one.cost >= UNSAID
            if apart > 0 and other.words <= left and says:
                value = (
                    first + max(other.found, other.details) - other.cost - WORD * other.words - read.later * 0.5 * apart
                )
                yield value + _ADJACENT * (apart == 1), one, other


def _repeats(one: Weighed, told: Sequence[Weighed]) -> bool:
    """Whether a sentence says hardly more than those that are told: some texts repeat themselves."""
    return len(one.stems.difference(*(other.stems for other in told))) < _NEW_WORDS


def _with_more(
    best: tuple[Weighed, ...], singles: Sequence[Weighed], read: Reading, words: int, most: int
) -> tuple[Weighed, ...]:
    """The sentences, with further ones between or after them as long as there is room."""
    while len(best) < most:
        ways = list(_further(best, singles, read, words))
        value, one = max(ways, default=(0.0, best[0]), key=lambda way: way[0])
        if value < (_THIRD_IN_MAIL if words <= BRIEF and len(best) > 1 else _THIRD):
            break
        best = tuple(sorted((*best, one), key=lambda other: other.place))
    return best


def _further(
    best: tuple[Weighed, ...], singles: Sequence[Weighed], read: Reading, words: int
) -> Iterator[tuple[float, Weighed]]:
    """The sentences that fit after the first one chosen, with their values."""
    left = words - sum(one.words for one in best)
    places = {one.place for one in best}
    for one in singles:
        if one.words <= left and one.place not in places and one.place > best[0].place and not _repeats(one, best):
            before = max((other for other in best if other.place < one.place), key=lambda other: other.place)
            found = one.found if one.found >= _SAYS else min(one.found, 0.0)
            value = max(0.7 * max(one.done, 0.0) + found, one.details) - price(one, read, before)
            yield value + _GOES_ON * (read.later > EARLY and one.place == before.place + 1), one
