"""Tell the background of a text from its contribution, and the contribution from what follows it: parts of the work, and what was tried."""

import re
from collections.abc import Sequence
from dataclasses import replace

from digest.editorial.sentence_value import LEAD, MADE, MEASURED, Sentence

ABSTRACT_SENTENCES = 5  # an abstract with this many begins with background
_LEAD_OF_NOTE = 1.7  # for the first sentence of a short note, which tells its news
_FIRST = 0.4  # for the first sentence with a contribution; later ones are often on a part of the work
_DONE_IN_PASSIVE, _DEFINITION, _PART, _AGAIN = 1.4, 1.3, 0.7, 0.3
# What they say of their work; "the paper" is what others say.
_AUTHORS = re.compile(r"we |i |this |our |, we |introducing ")
_IN_THIS_WORK = re.compile(r"(?:In|Through|With) this (?:paper|work|article|study|report|thesis|survey)\b")
# What is only tried, unless it is told with what result.
_TRIED = re.compile(
    r"\bwe (?:evaluate|apply|validate|test|conduct|perform|run|carry out|describe|discuss|outline|detail)\b",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were) (?:\w{3,20}ly )?(?:trained|built|constructed|implemented|applied|formulated|derived|evaluated|compared|conducted|performed|examined|investigated|"
    r"analy[sz]ed|explored|studied|assessed|established|created|adapted|extended|demonstrated|shown)\b"
)
_DEFINES = re.compile(  # "OAN is a layer of trust"
    r"([A-Z][\w.+-]{1,30})(?: [\w.+-]{1,20}){0,3} is (?:an?|our|the (?:first|next|new|latest))\b"
)
NEXT = 2  # sentences after the contribution that mean it by "the framework" or "it"
_GOES_ON = re.compile(
    r"(?:It|(?:The|This|Our) (?:[\w-]{2,20} )?(?:framework|approach|method|model|system|pipeline|architecture|benchmark|dataset|corpus|algorithm|technique|strategy|design|suite|tool|toolkit|metric|objective|mechanism)) "
    r"(?:then |also |explicitly |\w{3,16}ly )?[a-z]{3,20}s\b(?! (?:that|how)\b)"
)
_MAKES = re.compile(
    r"\b(?:propos|introduc|present|develop|design|construct|build|creat|extend|formulat|combin|integrat)\w{0,4}$"
)
_RAISED = re.compile(r"\b(?:outperform|surpass|exceed|improv|achiev|state-of-the-art|superior)\w{0,6}")
_PRAISED = re.compile(r"\b(?:world-leading|world-class|best-in-class|cutting-edge|unprecedented)\b")
_BEGINS = re.compile(r"(?:We|Our (?:approach|method|work|study)) (?:begin|start)s? (?:with|by)\b")
_NEXT = re.compile(r"\b[Ww]e (?:then|next)\b")
_WITH_WHAT = re.compile(r", (?:[a-z]{3,16}ly )?[a-z]{3,16}ing ")  # "targets two needs, improving the lift"
_FURTHER = re.compile(r"\b[Ww]e (?:also|further|additionally|then|next|finally)\b")
# A purpose of a part of the work: "To ensure quality, we …", "For decoding, we …".
FOR_A_PART = re.compile(
    r"(?:To|For|Besides|Building|Based|Specifically|In|During|Within|At) [^,]{2,120}, (?:we|our)\b|(?:Besides|Beyond)\b"
)


def in_their_parts(
    read: Sequence[Sentence], sentences: Sequence[str], *, title: str, name: str, post: bool
) -> list[Sentence]:
    """The sentences of a text, with the values that their place gives them.

    Args:
        read: the sentences of a text, each by itself.
        sentences: the same as they stand in the text.
        title: the title.
        name: the name of the work, if its title begins with one.
        post: whether the text is longer than an abstract.
    """
    parts = list(read)
    begin = next((place for place, sentence in enumerate(sentences) if _IN_THIS_WORK.match(sentence)), 0)
    for place, one in enumerate(parts[:begin]):
        if not _AUTHORS.match(one.made):
            parts[place] = replace(one, background=True, done=0.0, made="")
    if not any(one.made and not one.aside for one in parts):
        parts = [_passive(one) for one in parts]
    doing = [one for one in parts if one.done > LEAD and not one.aside]
    first = _first(doing, name)
    if first is not None:
        subject = title.partition(":")[0]
        head = replace(first, done=first.done + _FIRST)
        parts = [
            *parts[: first.place],
            head,
            *(_later(one, sentences[one.place], subject) for one in parts[first.place + 1 :]),
        ]
        parts = [_detailed(one, after=first.place, name=name) for one in parts]
    made = [one for one in parts if one.made and not one.aside]
    if len(parts) >= ABSTRACT_SENTENCES and not post and not parts[0].made and made:
        parts[0] = replace(parts[0], background=True)
    elif (
        parts
        and len(parts) < ABSTRACT_SENTENCES
        and not parts[0].text.endswith("?")
        and not any(_AUTHORS.match(one.made) for one in made)
    ):
        parts[0] = replace(parts[0], done=max(parts[0].done, _LEAD_OF_NOTE), made=parts[0].text[:40].lower())
    return parts


def _first(doing: Sequence[Sentence], name: str) -> Sentence | None:
    """The sentence that states the contribution: one that makes the named thing, or else anything, or says what was studied."""
    making = [one for one in doing if one.done >= MADE]
    named = [one for one in making if name and name in one.text]
    return next(iter(named or making or doing), None)


def _passive(of: Sentence) -> Sentence:
    """The sentence as one that states in the passive what was done, in a text whose authors say neither "we" nor "this paper"."""
    found = None if of.background or of.made else _PASSIVE.search(of.text)
    return replace(of, done=_DONE_IN_PASSIVE, made=found[0].lower()) if found else of


def _detailed(of: Sentence, *, after: int, name: str) -> Sentence:
    """The sentence as one that tells how the work does it: it is about what was named, or comes next and speaks of it."""
    near = NEXT >= of.place - after > 0
    about = (bool(name) and of.text.startswith(name)) or (near and _GOES_ON.match(of.text) is not None)
    part = _MAKES.search(of.made) is not None and FOR_A_PART.match(of.text) is None
    tells = (
        of.place > after
        and (about or part)
        and not of.aside
        and not of.background
        and " first " not in of.text
        and not _boasts(of)
        and not _BEGINS.match(of.text)
    )
    return replace(of, details=True) if tells else of


def _boasts(of: Sentence) -> bool:
    """Whether a sentence praises the work in its main clause."""
    clause = _WITH_WHAT.split(of.text, maxsplit=1)[0]
    return _PRAISED.search(clause) is not None or (bool(of.signs) and _RAISED.search(clause) is not None)


def _is_next(of: Sentence, sentence: str) -> bool:
    """Whether it tells what was done next with a measured result: "We then train on it, which yields 44.8%"."""
    return bool(of.signs) and _NEXT.search(sentence) is not None and MEASURED.search(of.text) is not None


def _later(of: Sentence, sentence: str, subject: str) -> Sentence:
    """The sentence as one that follows the contribution: a part of the work, or what was tried."""
    if (_FURTHER.search(sentence) and not _is_next(of, sentence)) or (_TRIED.search(of.text) and not of.signs):
        return replace(of, aside=True)
    if not of.made and not of.background and (defines := _DEFINES.match(of.text)) and defines[1] in subject:
        return replace(of, done=_DEFINITION, made=defines[0].lower())
    part = 0.0
    if of.made and FOR_A_PART.match(sentence):
        part = _PART
    elif of.done >= MADE:
        part = _AGAIN
    return replace(of, done=of.done - part, background=of.background and not of.signs)
