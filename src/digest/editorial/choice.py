"""Choose among summaries of one text as readers would: by what a whole summary tells, not only by the sum of its sentences.

The rules propose; this chooses. Five readers marked up to seven summaries of each of 460 abstracts of June 2026 from 0 (misleading) to 3 (tells what was
made or found, and by how much against what; every word can be understood), and the weights below are those of a logistic regression on pairs of
summaries of one abstract (see docs/notebook/story.md). Each weight is what one unit of its trait adds to the log-odds that readers prefer a summary.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from digest.editorial.pointers import stems
from digest.editorial.readings import Reading, Weighed
from digest.editorial.sentence_value import boasts

_ON = re.compile(
    r"\b(?:[Oo]n|[Aa]cross|[Oo]ver|[Ii]n|[Ff]or|[Aa]t|of) (?:[\w-]{1,30} ){0,4}?(?:[A-Z][\w.+-]{0,30}[A-Z\d][\w.+-]{0,30}|[\w-]{0,20}(?:benchmarks?|datasets?|tasks?|tests?|suites?|corpora|corpus|"
    r"questions|problems|languages|settings|domains|games|environments|scenarios|trials|cases|samples|simulations?))\b"
)
_RIVAL = re.compile(
    r"\b(?:than|over|versus|vs\.?|against|compared (?:to|with)|relative to|outperform\w{0,3}|surpass\w{0,3}|exceed\w{0,3}|beat\w{0,3}) (?:(?:the|a|an|its|their|all|both|of) ){0,3}(?:[A-Z0-9][\w.-]|[a-z][\w-]{1,30} )"
    r"|\bfrom [\d$~][^ ]{0,12} (?:[\w()%-]{1,20} ){0,6}?to [\d$~]|\bvs\.? ?\d"
)
_THE = re.compile(
    r"\b(?:[Tt]he|[Ii]ts|[Tt]heir|[Tt]hese|[Tt]his|[Tt]hose|[Ss]uch) ((?:[a-z][\w-]{1,30} ){0,3}?)([a-z][\w-]{0,30})(?=[.,;:)]|"
    r" (?:of|that|in|for|with|to|between|on|from|by|as|at|and|or|is|are|was|were|has|have|can|when|while|which|into|via|using|through|over|under|than|across|without|[a-z]{3,20}(?:es|ed|s))\b|$)"
)
_USUAL = stems(
    "model models method methods approach framework results result paper work study performance accuracy benchmark data experiments task tasks training system highest best "
    "same first most number state art field context presence use ability problem"
)
_POINTER = re.compile(
    r"\b(?:[Tt]his|[Tt]hese|[Ss]uch|[Tt]hose|[Bb]oth|[Tt]he (?:same|two|three|other|former|latter|above|resulting|proposed)) [a-z]"
)
_LIST = re.compile(r"\((?:[^(),]{1,40}, ){2,}[^()]{1,60}\)")
_OURS = re.compile(r"\b(?:[Oo]ur|[Ww]e)\b")
# What tells no fact: words of grammar, and those that only announce a result.
_PLAIN = stems(
    "while than then also both such across over under into via per not no only more most less least very well up about between within without through their they them these those this there "
    "which who whose what when where whether how why or but if so can could may might will would has have had was were be been being do does did each every all any some other others same "
    "extensive comprehensive experiments experimental experiment results show shows demonstrate demonstrates reveal reveals suggest suggests indicate indicates confirm confirms empirical empirically evaluation evaluations "
    "find finds found observe further furthermore significantly substantially consistently existing previous prior strong state-of-the-art performance achieves achieve achieving"
)
_ENOUGH, _MOST_POINTERS, _MOST_UNTOLD = 22, 2, 3


class Traits(NamedTuple):
    """What a reader sees of a summary. What holds or does not is 1 or 0."""

    worth: float  # the value by the rules, less that of the best summary by the rules
    cut: float  # the cost of what its sentences left out, which is in `worth`, too
    facts: float  # the number of words that tell more than the title and than any work would say of itself, 22 at most
    found: float  # the value of its best finding
    only_figures: float  # a figure, but neither what was made nor how it works
    own: float  # a sentence with a figure names the work, or its authors
    rival: float  # it names what the figure is compared with
    measured_on: float  # or what was measured on
    claim: float  # praise without a figure: `found` counts it for little, and readers miss it if there is nothing else
    background: float
    limited: float  # a cut left out what limits a claim
    points: float  # "this", "both", "the same" in sentences that do not follow the one before
    untold: float  # the number of nouns with "the" that the text named in a sentence that was left out


_WEIGHTS = Traits(
    worth=0.29,
    cut=-0.27,
    facts=0.14,
    found=0.27,
    only_figures=0.74,
    own=0.54,
    rival=0.51,
    measured_on=0.72,
    claim=1.26,
    background=-1.50,
    limited=-0.56,
    points=-0.36,
    untold=-0.21,
)


def readable(parts: Sequence[Weighed], of: Reading, worth: float) -> float:
    """How much readers prefer a summary to others of the same text."""
    return sum(weight * trait for weight, trait in zip(_WEIGHTS, traits(parts, of, worth), strict=True))


def traits(parts: Sequence[Weighed], of: Reading, worth: float) -> Traits:
    """What a reader sees of a summary.

    Args:
        parts: its sentences.
        of: the text.
        worth: the summary's value by the rules, less that of the best one.
    """
    figures = [one for one in parts if one.figures]
    seen = [_seen(one.text) for one in figures]
    return Traits(
        worth=worth,
        cut=sum(one.cost for one in parts),
        facts=min(len(frozenset().union(*(one.news - _listed(one.text) for one in parts)) - _PLAIN), _ENOUGH),
        found=max(0.0, *(one.found for one in parts)),
        only_figures=bool(figures) and not any(one.done >= 1 or one.details for one in parts),
        own=any(_OURS.search(one.text) or (of.name and of.name in one.text) for one in figures),
        rival=any(rival for rival, _ in seen),
        measured_on=any(on for _, on in seen),
        claim=any(not one.figures and boasts(one.text) for one in parts),
        background=any(one.background and one.done < 1 for one in parts),
        limited=any("…" in one.text for one in parts),
        points=_points(parts),
        untold=_untold(parts, of),
    )


@lru_cache(maxsize=512)
def _seen(text: str) -> tuple[bool, bool]:
    """Whether it names a rival, and what was measured on."""
    return _RIVAL.search(text) is not None, _ON.search(text) is not None


@lru_cache(maxsize=512)
def _listed(text: str) -> frozenset[str]:
    """Words that only fill a list in brackets."""
    lists = _LIST.findall(text)
    return stems(" ".join(lists)) - stems(_LIST.sub("", text)) if lists else frozenset()


def _points(parts: Sequence[Weighed]) -> int:
    """How often it points to what was left out; twice at most."""
    before = (None, *parts)
    apart = (one for last, one in zip(before, parts, strict=False) if last is None or one.place != last.place + 1)
    return min(sum(_pointers(one.text) for one in apart), _MOST_POINTERS)


@lru_cache(maxsize=512)
def _pointers(text: str) -> int:
    return len(_POINTER.findall(text))


def _untold(parts: Sequence[Weighed], of: Reading) -> int:
    """How many nouns with "the" are known only from sentences that were left out."""
    told, count = of.known, 0
    for one in parts:
        left_out = frozenset().union(*of.sentences[: one.place]) - told
        count += sum(
            not nouns.isdisjoint(left_out) and all_of.isdisjoint(told | before)
            for nouns, all_of, before in _nouns(one.text)
        )
        told |= one.stems
    return min(count, _MOST_UNTOLD)


@lru_cache(maxsize=512)
def _nouns(text: str) -> tuple[tuple[frozenset[str], frozenset[str], frozenset[str]], ...]:
    """The noun of each "the", the same with its adjectives, and the words before it."""
    found = (
        (stems(match[2]), stems(match[1] + match[2]) - _USUAL, stems(text[: match.start()]))
        for match in _THE.finditer(text)
    )
    return tuple(each for each in found if each[1])
