"""Summarise an item by its own sentences, at a given length: what was done, and what was found.

Every sentence is weighed, complete and in shorter forms; the best pair that fits is used, in the order of the text. No words
are added, but an abbreviation is spelled out as the text does elsewhere.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from digest.editorial.abbreviations import spelled_out
from digest.editorial.clauses import Form, forms
from digest.editorial.pointers import OPENS, apart, defined_names, initials, means_another, points_out, stems
from digest.editorial.sentence_value import REREAD, Sentence, Told, of_form, read_sentence
from digest.editorial.text_parts import ABSTRACT_SENTENCES, in_their_parts
from digest.editorial.vague import UNSAID, is_vague
from digest.text.boilerplate import worth_reading
from digest.text.clean import readable
from digest.text.sentences import broken_off, shorten, split, unglued

BRIEF = 40  # words of a summary in the mail
FULL = 70  # and on the web page
ONE = 34  # of the sentence under a title outside its section
ABSTRACT = 330  # words; a longer text is a post, which begins with its news
OPENING = 5  # sentences of a post that are used
SENTENCES = 40
DOING, FINDING = 5, 7  # the numbers of sentences tried in shorter forms, by contribution and by finding

_NAME = re.compile(r"([\w.+-]{2,40}(?: [\w.+-]{1,20})?):")
_NAMING = re.compile(
    r"\b(?:[Ww]e|[Tt]his (?:paper|work|study)) (?:\w{2,20} ){0,2}?(?:propose|introduce|present|develop|release|describe)s? (?:(?:[\w-]{1,30} ){1,9}?\(([A-Z][\w+-]{0,14}[A-Z0-9][\w+-]{0,10})\)|([A-Z][\w.+-]{0,20}[A-Z0-9][\w+-]{0,12})(?=,| \(| and [A-Z]))"
)
_EARLY, _EARLY_IN_NOTE, _EARLY_IN_POST = 0.05, 0.2, 0.3  # the cost per later sentence
_ADJACENT = 0.3  # the second continues the first
_WORD = 0.008  # the cost of a word
# Words that say nothing of a work: "we propose a novel framework for large language models".
_OF_EVERY_WORK = stems(
    "we our this paper work study it its an the of for in on to and with that is are by as from which new novel first simple general unified effective efficient "
    "propose introduce present develop design build release provide address study investigate explore conduct establish offer leverage use using based called named termed "
    "framework method approach model system benchmark dataset architecture pipeline paradigm solution technique strategy algorithm result mechanism formal structured "
    "large language models llm llms mllm vlm learning two three four"
)
_THIN, _TITLE_AGAIN, _ENOUGH = (
    0.22,
    0.08,
    7,
)  # the cost of each new word that a cut takes away, or that a sentence lacks, of so many
_TITLE = 0.8  # for a sentence that resembles the title, which is about the contribution
_NAMED = 0.6  # for a sentence with the name that the title begins with
_ITS_OWN = 0.3  # for a figure in a sentence with the work's name
_BOTH = 0.8  # the share of a finding's value if the sentence also states the contribution
_NAMES_ONLY, _SHORT = (
    1.2,
    14,
)  # the cost of a sentence of so few words that names what was made and says nothing of what it does
_SAYS = 0.4  # the least value of a finding or of details that are told
_DETAILS = 1.1  # for a sentence that tells how the named thing works
_DONE = 0.25  # the share of a contribution's value if the sentence stands alone
_RESULT = 1.2  # the share of a finding's value if the sentence stands alone
_TELLING = 1.3  # the least value of a result that is told instead of what was made
_GOES_ON = 0.9  # for the next sentence of a text that is not an abstract
_NEW_WORDS = 2  # that a further sentence must have
_THIRD, _THIRD_IN_MAIL = 0.5, 0.8  # the minimum value of a further sentence, and of a third one in the mail


@dataclass(frozen=True, kw_only=True, slots=True)
class _Choice:
    """A form of a sentence with its value; `cost` is the loss by shortening."""

    place: int
    text: str
    words: int
    done: float
    found: float
    cost: float
    pointing: float  # the cost of its unresolved references, if nothing but the title was told before
    other: float  # the same for an "it" that is not the work, unless the sentence before is told
    whole: bool
    details: float  # how much it tells of what was made
    stems: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Context:
    """What the title tells (`known` stems, the `name` of the work), and the names that the text explains."""

    known: frozenset[str]
    defined: frozenset[str]
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reading:
    """A text, analysed once for all lengths."""

    choices: tuple[_Choice, ...]  # the forms of each useful sentence
    known: frozenset[str]
    defined: frozenset[str]
    later: float
    first: str
    text: str


@lru_cache(maxsize=REREAD)
def summarise(text: str, *, title: str = "", words: int = BRIEF) -> str:
    """The sentences that state the contribution and its result, in the order of the text; otherwise the first sentences.

    Args:
        text: plain text.
        title: the title, which the reader already knows.
        words: the maximum number of words.
    """
    read = _read(text, title)
    return _told(read, words, most=3 if words > BRIEF or read.later == _EARLY else 2)


@lru_cache(maxsize=REREAD)
def one_sentence(text: str, *, title: str = "", words: int = ONE) -> str:
    """The sentence that adds most to the title: the result if there is one, otherwise the contribution."""
    read = _read(text, title)
    fitting = list(_fitting(read, words))
    prices = [_price(one, read) + read.later * one.place for one in fitting]
    telling = [
        (_DONE * one.done + _RESULT * one.found - price, one.text) for one, price in zip(fitting, prices, strict=True)
    ]
    value, best = max(telling, default=(0.0, shorten(read.first, words)), key=lambda way: way[0])
    if value < _TELLING and fitting:
        doing = [(one.done + _BOTH * one.found - price, one.text) for one, price in zip(fitting, prices, strict=True)]
        best = max(doing, key=lambda way: way[0])[1]
    return spelled_out(best, read.text, read.defined, words)


@lru_cache(maxsize=256)
def _read(text: str, title: str) -> _Reading:
    """The text's sentences in all forms that a summary may use, weighed."""
    text = unglued(readable(worth_reading(text)))
    if text.endswith(("…", "...")):  # a feed cut it
        text = broken_off(text.rstrip("… ."))
    post = len(text.split()) > ABSTRACT
    sentences = split(text)[: OPENING if post else SENTENCES]
    found = _NAME.match(title)
    name = found[1] if found else _introduced(sentences)
    read = [read_sentence(sentence, place, name) for place, sentence in enumerate(sentences)]
    read = in_their_parts(read, sentences, title=title, name=name, post=post)
    context = _Context(known=stems(title), defined=defined_names(text) - initials(title), name=name)
    whole = [(of_form(one.text, one), stems(one.text), one) for one in read]
    doing = sorted(whole, key=lambda each: -_value(each[0], each[1], each[1], context))[:DOING]
    finding = sorted(whole, key=lambda each: -each[0].found)[:FINDING]
    chosen = {one.place: (one, own) for _, own, one in (*doing, *finding)}
    return _Reading(
        choices=tuple(
            _choice(form, *chosen[place], context, read[place - 1].text if place else "")
            for place in sorted(chosen)
            for form in forms(sentences[place])
        ),
        known=context.known,
        defined=context.defined,
        later=_EARLY_IN_POST if post else _EARLY if len(read) >= ABSTRACT_SENTENCES else _EARLY_IN_NOTE,
        first=read[0].text if read else "",
        text=text,
    )


def _introduced(sentences: Sequence[str]) -> str:
    """The name that the text gives to the work, if its title begins with none."""
    found = next((found for sentence in sentences if (found := _NAMING.search(sentence))), None)
    return (found[1] or found[2]) if found else ""


def _value(told: Told, own: frozenset[str], of: frozenset[str], context: _Context) -> float:
    """The value of a form as the contribution: more if it resembles the title or has the work's name, less if it lost what `of`, the sentence, has."""
    if told.done < 1:
        return told.done
    share = len(own & context.known) / len(context.known) if context.known else 0.0
    value = told.done + _TITLE * share + _NAMED * bool(context.name and context.name in told.text)
    whole = _news(of, context)
    return value - _TITLE_AGAIN * (_ENOUGH - whole) - _THIN * max(0, whole - _news(own, context))


def _news(own: frozenset[str], context: _Context) -> int:
    """How many words tell more than the title and than any work would say of itself; `_ENOUGH` at most."""
    return min(len(own - context.known - _OF_EVERY_WORK), _ENOUGH)


def _choice(form: Form, of: Sentence, all_of: frozenset[str], context: _Context, before: str) -> _Choice:
    other = OPENS[1] - OPENS[0] if before and means_another(form.text, before, context.name) else 0.0
    told, own = of_form(form.text, of), stems(form.text)
    return _Choice(
        place=of.place,
        text=form.text,
        words=told.words,
        done=_value(told, own, all_of, context)
        - (_NAMES_ONLY if form.cost == 0 and told.words <= _SHORT and is_vague(form.text) else 0.0),
        found=told.found + (_ITS_OWN if told.figure and context.name and context.name in form.text else 0.0),
        cost=form.cost,
        pointing=points_out(form.text, context.known, follows=False, defined=context.defined) + other
        if of.place
        else apart(of.text),
        other=other,
        whole=form.cost == 0,
        details=_DETAILS * _news(own, context) / _ENOUGH if of.details else 0.0,
        stems=own,
    )


def _fitting(read: _Reading, words: int) -> Iterator[_Choice]:
    return (one for one in read.choices if one.words <= words)


def _price(one: _Choice, read: _Reading, before: _Choice | None = None) -> float:
    """The cost of a sentence at this place: its words, the clauses left out, and its unresolved references."""
    return one.cost + _WORD * one.words + _pointing(one, read, before)


def _pointing(one: _Choice, read: _Reading, before: _Choice | None) -> float:
    if before is None or one.place == 0:
        return one.pointing
    follows = before.whole and one.place == before.place + 1
    cost = points_out(one.text, read.known | before.stems, follows=follows, defined=read.defined)
    return cost if follows else cost + one.other


def _told(read: _Reading, words: int, *, most: int) -> str:
    """The best one or two sentences, and a third if its value is high enough; the beginning of the text if none fits."""
    fitting = list(_fitting(read, words))
    if not fitting:
        return shorten(read.first, words)
    alone = {id(one): _price(one, read) + read.later * one.place for one in fitting}
    first = max(fitting, key=lambda one: one.done + _BOTH * one.found - alone[id(one)])
    worth = first.done + _BOTH * first.found - alone[id(first)]
    best: tuple[_Choice, ...] = (first,)
    for at_most, one, other in sorted(_pairs(fitting, alone, read, words), key=lambda way: -way[0]):
        if at_most <= worth:
            break
        if _repeats(other, (one,)):
            continue
        value = at_most - _pointing(other, read, one)
        if value > worth:
            worth, best = value, (one, other)
    told = " ".join(one.text for one in _with_more(best, fitting, read, words, most))
    return spelled_out(told, read.text, read.defined, words)


def _pairs(
    fitting: Sequence[_Choice], alone: Mapping[int, float], read: _Reading, words: int
) -> Iterator[tuple[float, _Choice, _Choice]]:
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
                    first
                    + max(other.found, other.details)
                    - other.cost
                    - _WORD * other.words
                    - read.later * 0.5 * apart
                )
                yield value + _ADJACENT * (apart == 1), one, other


def _repeats(one: _Choice, told: Sequence[_Choice]) -> bool:
    """Whether a sentence says hardly more than those that are told: some texts repeat themselves."""
    return len(one.stems.difference(*(other.stems for other in told))) < _NEW_WORDS


def _with_more(
    best: tuple[_Choice, ...], singles: Sequence[_Choice], read: _Reading, words: int, most: int
) -> tuple[_Choice, ...]:
    """The sentences, with further ones between or after them as long as there is room."""
    while len(best) < most:
        ways = list(_further(best, singles, read, words))
        value, one = max(ways, default=(0.0, best[0]), key=lambda way: way[0])
        if value < (_THIRD_IN_MAIL if words <= BRIEF and len(best) > 1 else _THIRD):
            break
        best = tuple(sorted((*best, one), key=lambda other: other.place))
    return best


def _further(
    best: tuple[_Choice, ...], singles: Sequence[_Choice], read: _Reading, words: int
) -> Iterator[tuple[float, _Choice]]:
    """The sentences that fit after the first one chosen, with their values."""
    left = words - sum(one.words for one in best)
    places = {one.place for one in best}
    for one in singles:
        if one.words <= left and one.place not in places and one.place > best[0].place and not _repeats(one, best):
            before = max((other for other in best if other.place < one.place), key=lambda other: other.place)
            found = one.found if one.found >= _SAYS else min(one.found, 0.0)
            value = max(0.7 * max(one.done, 0.0) + found, one.details) - _price(one, read, before)
            yield value + _GOES_ON * (read.later > _EARLY and one.place == before.place + 1), one
