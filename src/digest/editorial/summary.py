"""Summarise an item by its own sentences, at a given length: what was done, and what was found.

Every sentence is weighed, complete and in shorter forms; the best pair that fits is used, in the order of the text. No words
are added, but an abbreviation is spelled out as the text does elsewhere.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from digest.editorial.abbreviations import spelled_out, unexplained
from digest.editorial.choice import readable
from digest.editorial.fillers import without_purpose
from digest.editorial.pointers import stems
from digest.editorial.readings import EARLY, WORD, Reading, Weighed, is_lost, pointing, price, read_text
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
_CLAIMS = 0.15  # the least value of a claim that is told where there is no finding
_ADJACENT = 0.3  # the second continues the first
_GOES_ON = 0.9  # for the next sentence of a text that is not an abstract
_PROPOSED = 20  # summaries among which to choose
_BEHIND = 1.5  # by how much less they may be worth than the best
_SURE = 0.5  # by how much readers must prefer one to the best
_UNEXPLAINED = 1.0  # how much less they like one for an abbreviation that stands unexplained
_SINGLE = 8  # the same of single sentences
_EXTENDED = 4  # of which are told with a further sentence where there is room
_TRIED = 12  # pairs of sentences, of which each is tried in up to three forms
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
    fitting = [(price(one, read) + read.later * one.place, one) for one in _fitting(read, words)]
    if not fitting:
        return shorten(read.first, words)
    telling = sorted(((_DONE * one.done + _RESULT * one.found - cost, one) for cost, one in fitting), key=_by_value)
    value, best = telling[0]
    if value < _TELLING:
        best = max(fitting, key=lambda way: way[1].done + _BOTH * way[1].found - way[0])[1]
    elif read.later == EARLY:
        others = (way for way in telling[1:_SINGLE] if not _is_lost((way[1],), read))
        best = max((telling[0], *others), key=lambda way: readable((way[1],), read, way[0] - value))[1]
    return _spelled_out((best,), read, words)


def _by_value(way: tuple[float, object]) -> float:
    return -way[0]


def _fitting(read: Reading, words: int) -> Iterator[Weighed]:
    return (one for one in read.forms if one.words <= words)


def _told(read: Reading, words: int, *, most: int) -> str:
    """The summary that readers would prefer of those that are worth most by the rules; the beginning of the text if nothing fits."""
    fitting = list(_fitting(read, words))
    if not fitting:
        return shorten(read.first, words)
    ways = sorted(_ways(fitting, read, words), key=_by_value)
    best = ways[0][1]
    if read.later == EARLY and words <= BRIEF:
        told = sorted(
            (
                (worth - ways[0][0], parts)
                for worth, parts in ways[:_PROPOSED]
                if parts is best or (worth > ways[0][0] - _BEHIND and not _is_lost(parts, read))
            ),
            key=lambda way: -readable(way[1], read, way[0]),
        )
        longer = [(worth, _with_more(parts, fitting, read, words, most)) for worth, parts in told[:_EXTENDED]]
        preferred, other = max(((_liked(parts, read, worth), parts) for worth, parts in longer), key=lambda way: way[0])
        best = _with_more(best, fitting, read, words, most)
        best = other if preferred >= _liked(best, read, 0.0) + _SURE else best
        best = _with_a_result(best, fitting, read, words)
    else:
        best = _with_more(best, fitting, read, words, most)
    return _spelled_out(best, read, words)


def _with_a_result(
    best: tuple[Weighed, ...], fitting: Sequence[Weighed], read: Reading, words: int
) -> tuple[Weighed, ...]:
    """The sentences, with what came of the work if they tell nothing of it and there is room, even if that is a claim without a figure."""
    if any(one.found >= _SAYS for one in best):
        return best
    left, places = words - sum(one.words for one in best), {one.place for one in best}
    ways = [
        (one.found - one.cost - WORD * one.words, tuple(sorted((*best, one), key=lambda other: other.place)))
        for one in fitting
        if one.words <= left
        and one.place > best[0].place
        and one.place not in places
        and one.found >= _CLAIMS
        and "…" not in one.text
        and not one.background
        and not _repeats(one, best)
    ]
    told = [way for way in ways if not _is_lost(way[1], read)]
    return max(told, default=(0.0, best), key=lambda way: way[0])[1]


def _liked(parts: Sequence[Weighed], read: Reading, worth: float) -> float:
    """How much readers like a summary of the mail, less for each abbreviation that there is no room to spell out."""
    summary = _spelled_out(parts, read, BRIEF)
    return readable(parts, read, worth) - _UNEXPLAINED * unexplained(summary, read.text, _unknown(read))


def _spelled_out(parts: Sequence[Weighed], read: Reading, words: int) -> str:
    return spelled_out(" ".join(without_purpose(one.text) for one in parts), read.text, _unknown(read), words)


def _unknown(read: Reading) -> frozenset[str]:
    """The names that the text explains and the title does not have."""
    return read.defined - ({read.name} if stems(read.name) <= read.known else set())


def _is_lost(parts: Sequence[Weighed], read: Reading) -> bool:
    """Whether one of the sentences cannot be understood after the one before."""
    return any(is_lost(one, read, before) for before, one in zip((None, *parts), parts, strict=False))


def _ways(fitting: Sequence[Weighed], read: Reading, words: int) -> Iterator[tuple[float, tuple[Weighed, ...]]]:
    """Single sentences and pairs, with their values. Of two sentences' forms, the best pair and those with the most of either."""
    alone = {id(one): price(one, read) + read.later * one.place for one in fitting}
    for one in fitting:
        yield one.done + _BOTH * one.found - alone[id(one)], (one,)
    pairs: dict[tuple[int, int], list[tuple[float, Weighed, Weighed]]] = defaultdict(list)
    for way in _pairs(fitting, alone, read, words):
        if not _repeats(way[2], (way[1],)):
            pairs[way[1].place, way[2].place].append(way)
    best = sorted((max(ways, key=lambda way: way[0]) for ways in pairs.values()), key=lambda way: -way[0])
    for way in best[:_TRIED]:
        ways = pairs[way[1].place, way[2].place]
        first = max(ways, key=lambda way: (way[1].words, way[0]))
        second = max(ways, key=lambda way: (way[2].words, way[0]))
        for at_most, one, other in {id(each): each for each in (way, first, second)}.values():
            yield at_most - pointing(other, read, one), (one, other)


def _pairs(
    fitting: Sequence[Weighed], alone: Mapping[int, float], read: Reading, words: int
) -> Iterator[tuple[float, Weighed, Weighed]]:
    """Pairs of sentences that fit, with their value if the second has no unresolved references."""
    seconds = [one for one in fitting if one.found > 0 or one.details]
    for one in fitting:
        doing = one.done + 0.3 * min(one.found, 1.0) if one.done >= 1 else 0.0
        says = max(doing, one.details if read.later == EARLY and words <= BRIEF else 0.0)
        if says < _SAYS:
            continue
        first = says - alone[id(one)]
        left = words - one.words
        for other in seconds:
            apart = other.place - one.place
            adds = max(other.found, other.details) >= _SAYS or one.cost >= UNSAID
            if apart > 0 and other.words <= left and adds:
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
        least = _THIRD_IN_MAIL if words <= BRIEF and len(best) > 1 else _THIRD
        ways = _further(best, singles, read, words, least)
        one = max(ways, default=(0.0, None), key=lambda way: way[0])[1]
        if one is None:
            break
        best = tuple(sorted((*best, one), key=lambda other: other.place))
    return best


def _further(
    best: tuple[Weighed, ...], singles: Sequence[Weighed], read: Reading, words: int, least: float
) -> Iterator[tuple[float, Weighed]]:
    """The sentences that fit after the first one chosen and are worth at least so much, with their values."""
    left = words - sum(one.words for one in best)
    places = {one.place for one in best}
    for one in singles:
        if one.words <= left and one.place not in places and one.place > best[0].place and not _repeats(one, best):
            before = max((other for other in best if other.place < one.place), key=lambda other: other.place)
            found = one.found if one.found >= _SAYS else min(one.found, 0.0)
            value = max(0.7 * max(one.done, 0.0) + found, one.details) - one.cost - WORD * one.words
            value += _GOES_ON * (read.later > EARLY and one.place == before.place + 1)
            if value >= least and (value := value - pointing(one, read, before)) >= least:
                yield value, one
