"""Read a text into its sentences in all forms that a summary may use, each with its value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from digest.editorial.clauses import Form, forms
from digest.editorial.fillers import without_fillers
from digest.editorial.pointers import (
    OPENS,
    apart,
    defined_names,
    initials,
    means_another,
    points_out,
    references,
    stems,
)
from digest.editorial.sentence_value import Sentence, Told, of_form, read_sentence
from digest.editorial.text_parts import ABSTRACT_SENTENCES, in_their_parts
from digest.editorial.vague import is_vague
from digest.text.boilerplate import worth_reading
from digest.text.clean import readable
from digest.text.sentences import broken_off, split, unglued

ABSTRACT = 330  # words; a longer text is a post, which begins with its news
OPENING = 5  # sentences of a post that are used
SENTENCES = 40
DOING, FINDING = 5, 7  # the numbers of sentences tried in shorter forms, by contribution and by finding

_NAME = re.compile(r"([\w.+-]{2,40}(?: [\w.+-]{1,20})?):")
_NAMING = re.compile(
    r"\b(?:[Ww]e|[Tt]his (?:paper|work|study)) (?:\w{2,20} ){0,2}?(?:propose|introduce|present|develop|release|describe)s? (?:(?:[\w-]{1,30} ){1,9}?\(([A-Z][\w+-]{0,14}[A-Z0-9][\w+-]{0,10})\)|([A-Z][\w.+-]{0,20}[A-Z0-9][\w+-]{0,12})(?=,| \(| and [A-Z]))"
)
EARLY, EARLY_IN_NOTE, EARLY_IN_POST = 0.05, 0.2, 0.3  # the cost per later sentence
LOST = 0.8  # the cost of references with which a sentence cannot be read alone
WORD = 0.008  # the cost of a word
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
_NAMES_ONLY, _SHORT = (
    1.2,
    14,
)  # the cost of a sentence of so few words that names what was made and says nothing of what it does
_DETAILS = 1.1  # for a sentence that tells how the named thing works


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """A form of a sentence with its value; `cost` is the loss by shortening."""

    place: int
    text: str
    words: int
    done: float
    found: float
    cost: float
    pointing: float  # the cost of its unresolved references, if nothing but the title was told before
    lost: float  # the same without names
    other: float  # the same for an "it" that is not the work, unless the sentence before is told
    whole: bool
    details: float  # how much it tells of what was made
    figures: int  # of results
    news: frozenset[str]  # stems of words that tell more than the title and than any work would say of itself
    background: bool
    stems: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Context:
    """What the title tells (`known` stems, the `name` of the work), and the names that the text explains."""

    known: frozenset[str]
    defined: frozenset[str]
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A text, analysed once for all lengths."""

    forms: tuple[Weighed, ...]  # the forms of each useful sentence
    known: frozenset[str]
    defined: frozenset[str]
    later: float
    first: str
    text: str
    sentences: tuple[frozenset[str], ...]  # the stems of each sentence
    name: str  # of the work, or ""


@lru_cache(maxsize=256)
def read_text(text: str, title: str) -> Reading:
    """The text's sentences in all forms that a summary may use, weighed."""
    text = unglued(readable(worth_reading(text)))
    if text.endswith(("…", "...")):  # a feed cut it
        text = broken_off(text.rstrip("… ."))
    post = len(text.split()) > ABSTRACT
    sentences = [without_fillers(one) for one in split(text)[: OPENING if post else SENTENCES]]
    found = _NAME.match(title)
    name = found[1] if found else _introduced(sentences)
    read = [read_sentence(sentence, place, name) for place, sentence in enumerate(sentences)]
    read = in_their_parts(read, sentences, title=title, name=name, post=post)
    context = _Context(known=stems(title), defined=defined_names(text) - initials(title), name=name)
    whole = [(of_form(one.text, one), stems(one.text), one) for one in read]
    doing = sorted(whole, key=lambda each: -_value(each[0], each[1], each[1], context))[:DOING]
    finding = sorted(whole, key=lambda each: -each[0].found)[:FINDING]
    chosen = {one.place: (one, own) for _, own, one in (*doing, *finding)}
    return Reading(
        forms=tuple(
            _weighed(form, *chosen[place], context, read[place - 1].text if place else "")
            for place in sorted(chosen)
            for form in forms(sentences[place])
        ),
        known=context.known,
        defined=context.defined,
        later=EARLY_IN_POST if post else EARLY if len(read) >= ABSTRACT_SENTENCES else EARLY_IN_NOTE,
        first=read[0].text if read else "",
        text=text,
        sentences=tuple(own for _, own, _ in whole),
        name=name,
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
    return min(len(_new(own, context)), _ENOUGH)


def _new(own: frozenset[str], context: _Context) -> frozenset[str]:
    return own - context.known - _OF_EVERY_WORK


def _weighed(form: Form, of: Sentence, all_of: frozenset[str], context: _Context, before: str) -> Weighed:
    other = OPENS[1] - OPENS[0] if before and means_another(form.text, before, context.name) else 0.0
    told, own = of_form(form.text, of, does=form.does), stems(form.text)
    news = _new(own, context)
    return Weighed(
        place=of.place,
        text=form.text,
        words=told.words,
        done=_value(told, own, all_of, context)
        - (_NAMES_ONLY if form.cost == 0 and told.words <= _SHORT and is_vague(form.text) else 0.0),
        found=told.found + (_ITS_OWN if told.figures and context.name and context.name in form.text else 0.0),
        cost=form.cost,
        pointing=points_out(form.text, context.known, follows=False, defined=context.defined - {context.name}) + other
        if of.place
        else apart(of.text),
        lost=references(form.text, context.known, follows=False) + other if of.place else apart(of.text),
        other=other,
        whole=form.cost == 0,
        details=_DETAILS * _news(own, context) / _ENOUGH if of.details else 0.0,
        figures=told.figures,
        news=news,
        background=of.background or of.aside,
        stems=own,
    )


def price(one: Weighed, of: Reading, before: Weighed | None = None) -> float:
    """The cost of a sentence at this place: its words, the clauses left out, and its unresolved references."""
    return one.cost + WORD * one.words + pointing(one, of, before)


def pointing(one: Weighed, of: Reading, before: Weighed | None) -> float:
    """The cost of its unresolved references after that sentence, or if nothing but the title was told."""
    if before is None or one.place == 0:
        return one.pointing
    follows = before.whole and one.place == before.place + 1
    cost = points_out(one.text, of.known | before.stems, follows=follows, defined=of.defined - {of.name})
    return cost if follows else cost + one.other


def is_lost(one: Weighed, of: Reading, before: Weighed | None) -> bool:
    """Whether a reader who knows the title and that sentence would not know what it points to; names aside, which readers take as they come."""
    if before is None or one.place == 0:
        return one.lost >= LOST
    follows = before.whole and one.place == before.place + 1
    return references(one.text, of.known | before.stems, follows=follows) + one.other * (not follows) >= LOST
