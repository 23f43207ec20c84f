"""Retell real sentences without changing what they say: what the gate must let through."""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from support.faults import Abstract


@dataclass(frozen=True, kw_only=True, slots=True)
class Retold:
    """A sentence that says what its source says."""

    kind: str
    abstract: Abstract
    source: str
    sentence: str


_PRAISE = re.compile(
    r"\b(?:remarkabl[ey]|impressive(?:ly)?|unprecedented|powerful|seamless(?:ly)?|cutting-edge|groundbreaking|outstanding|pioneering|"
    r"next-generation|exciting|revolutionary|unlock\w*|transformative|elegant|breakthrough\w*|landmark|unparalleled|milestones?)\b"
)
_OPENING = re.compile(
    r"^(?:In this (?:paper|work|study|article),|Here,|Specifically,|Moreover,|Furthermore,|Additionally,|Notably,|Finally,|However,|"
    r"To (?:this end|address this(?: gap| issue)?|bridge this gap),|(?:Extensive |Our |Comprehensive )?(?:[Ee]xperiments|[Rr]esults|[Ee]xperimental results)"
    r"(?: on [\w -]+)? (?:show|demonstrate|reveal|indicate) that) (\w)"
)
_WORDS = {
    "utilize": "use", "utilizes": "uses", "demonstrate": "show", "demonstrates": "shows", "numerous": "many", "novel": "new",
    "approach": "method", "approaches": "methods", "substantially": "considerably", "significantly": "markedly", "leverages": "uses",
    "leverage": "use", "leveraging": "using", "Additionally": "Also", "Furthermore": "Also", "facilitate": "ease", "obtain": "get",
    "enhances": "improves", "enhance": "improve", "consistently": "steadily", "comprises": "contains", "consists of": "contains",
    "conduct": "run", "conducted": "run", "crucial": "important", "critical": "important", "primarily": "mainly", "requires": "needs",
    "require": "need", "in order to": "to", "a wide range of": "many", "enables": "allows", "remains": "is still", "fundamental": "basic",
    "frequently": "often", "typically": "usually", "currently": "now", "attain": "reach", "attains": "reaches", "diverse": "varied",
}  # fmt: skip
_COUNTS = {
    "2": "two",
    "3": "three",
    "4": "four",
    "5": "five",
    "6": "six",
    "7": "seven",
    "8": "eight",
    "9": "nine",
    "10": "ten",
    "12": "twelve",
}


def _changed(text: str, given: str) -> str | None:
    return None if text == given else text


def _authors(text: str) -> str | None:
    """`We propose` as `The authors propose`."""
    for mine, theirs in ((r"\bWe\b", "The authors"), (r"\bwe\b", "the authors"), (r"\b[Oo]ur\b", "their")):
        text = re.sub(mine, theirs, text)
    return text[:1].upper() + text[1:]


def _without_opening(text: str) -> str | None:
    return _changed(_OPENING.sub(lambda found: found[1].upper(), text), text)


def _without_aside(text: str) -> str | None:
    return _changed(re.sub(r" \([^()]*\)", "", text), text)


def _percent(text: str) -> str | None:
    return _changed(re.sub(r"(\d)\s?%", r"\1 percent", text), text)


def _words_for_digits(text: str) -> str | None:
    return _changed(
        re.sub(r"(?<![\w.,$/-])(\d{1,2})(?= [a-z]{4,})", lambda found: _COUNTS.get(found[1], found[1]), text), text
    )


def _plainer(text: str) -> str | None:
    return _changed(re.sub(rf"\b({'|'.join(_WORDS)})\b", lambda found: _WORDS[found[1]], text), text)


def _first_part(text: str) -> str | None:
    """Up to a comma before another statement."""
    found = re.match(r"(.{50,}?), (?:and|while|which|thereby|resulting|enabling|leading|making)\b", text)
    return f"{found[1]}." if found else None


def _moved(text: str) -> str | None:
    """What stands in front goes to the end."""
    found = re.match(r"((?:On|Across|In|With|Under|For|Using|Unlike) [^,]{8,70}), ([A-Za-z][^.]{30,})\.?$", text)
    return f"{found[2][0].upper()}{found[2][1:]} {found[1][0].lower()}{found[1][1:]}." if found else None


def _passive(text: str) -> str | None:
    """`We introduce X` as `X is introduced`."""
    found = re.match(
        r"We (propose|introduce|present|develop|release|study|evaluate) ((?:a|an|the) [^,.;:]{10,70}|[A-Z][\w-]+), (an? [^.]+)\.$",
        text,
    )
    if found is None:
        return None
    verb = {
        "propose": "proposed",
        "introduce": "introduced",
        "present": "presented",
        "develop": "developed",
        "release": "released",
        "study": "studied",
        "evaluate": "evaluated",
    }[found[1]]
    return f"{found[2][0].upper()}{found[2][1:]}, {found[3]}, is {verb}."


def _model_letters(text: str) -> str | None:
    return _changed(re.sub(r"[Ll]arge [Ll]anguage [Mm]odels(?: \(LLMs\))?", "LLMs", text), text)


RETELLINGS: Mapping[str, Callable[[str], str | None]] = {
    "the authors": _authors, "without its opening": _without_opening, "without an aside": _without_aside, "percent": _percent,
    "numbers in words": _words_for_digits, "plainer words": _plainer, "its first part": _first_part, "another order": _moved,
    "in the passive": _passive, "LLMs": _model_letters,
}  # fmt: skip


def retold(given: Sequence[Abstract], *, per_kind: int, seed: int) -> Iterator[Retold]:
    """At most so many of each kind, each with the authors in the third person; sentences with praise, links or questions are left out."""
    for kind, tell in RETELLINGS.items():
        dice = random.Random(f"{seed} {kind}")
        made = 0
        for abstract in dice.sample(list(given), len(given)):
            for source in dice.sample(abstract.sentences, len(abstract.sentences)):
                if _PRAISE.search(source) or "http" in source or source.rstrip().endswith(("?", "!")):
                    continue
                sentence = tell(source)
                if sentence is not None:
                    yield Retold(kind=kind, abstract=abstract, source=source, sentence=_authors(sentence) or sentence)
                    made += 1
                    break
            if made == per_kind:
                break
