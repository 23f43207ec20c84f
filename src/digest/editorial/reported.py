"""Find benchmark results that a work reports of itself: a benchmark, a percentage, and the sentence that states them.

Only three forms of sentence are read, in which the number can hardly be anything else: "reaches 72.4 % on GPQA", "on GPQA, the
model reaches 72.4 %", and "(72.4 % on GPQA and ...)". A gain, a share, a bound or the result of another work is left out. What is
found is what the authors report; nobody checked it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from digest.editorial.sentence_value import REREAD
from digest.model import Reported
from digest.text.sentences import split

# Each name is spelled as its authors do. All are scored in percent, and more is better.
BENCHMARKS = {
    "AIME 2024": r"AIME ?'?(?:20)?24",
    "AIME 2025": r"AIME ?'?(?:20)?25",
    "AIME 2026": r"AIME ?'?(?:20)?26",
    "ALFWorld": r"ALFWorld",
    "AlpacaEval 2": r"Alpaca ?Eval[- ]?2(?:\.0)?",
    "ARC-AGI-1": r"ARC-AGI(?:-1)?",
    "ARC-AGI-2": r"ARC-AGI-2",
    "BrowseComp": r"BrowseComp",
    "GAIA": r"GAIA",
    "GPQA Diamond": r"GPQA(?:[- ]Diamond)?",
    "GSM8K": r"GSM-?8K",
    "HotpotQA": r"HotpotQA",
    "HumanEval": r"HumanEval",
    "Humanity's Last Exam": r"(?:HLE|Humanity['’]s Last Exam)",
    "IFEval": r"IFEval",
    "LiveCodeBench": r"LiveCodeBench(?: ?v[56])?",
    "MATH-500": r"MATH-?500",
    "MMLU": r"MMLU",
    "MMLU-Pro": r"MMLU-?Pro",
    "MMMU": r"MMMU",
    "OSWorld": r"OSWorld",
    "OSWorld-Verified": r"OSWorld[- ]Verified",
    "SWE-bench Lite": r"SWE-?bench[- ]Lite",
    "SWE-bench Pro": r"SWE-?bench[- ]Pro",
    "SWE-bench Verified": r"SWE-?bench[- ]Verified",
    "Terminal-Bench 2": r"Terminal-?Bench[- ]?2(?:\.0)?",
    "WebArena": r"WebArena",
    "WebShop": r"WebShop",
}
SENTENCE_CHARS = 500  # longer ones are lists, in which a number's benchmark is hard to tell

_NAMES = {name: re.compile(rf"^{pattern}$", re.IGNORECASE) for name, pattern in BENCHMARKS.items()}
_BENCHMARK = "|".join(sorted(BENCHMARKS.values(), key=len, reverse=True))
_END = r"(?![\w-]|[ ](?:subset|sample|split|tasks?|prompts|problems|questions|training|trajectories|dev|generation)\b)"
_VALUE = r"(?P<value>\d{1,2}(?:\.\d{1,2})?|100)[ ]?(?:\\?%|percent\b)"
_METRIC = r"(?:pass@1|accuracy|success(?:[ ]rate)?|resolved?(?:[ ]rate)?|resolution(?:[ ]rate)?|exact[ ]match|score|win[ ]rate)"
_VERB = r"(?:achiev(?:es|ed|ing)|reach(?:es|ed|ing)|attain(?:s|ed|ing)|scor(?:es|ed|ing)|obtain(?:s|ed|ing)|solv(?:es|ed|ing)|resolv(?:es|ed|ing))"
_ARTICLE = rf"(?:an?[ ]|the[ ])?(?:{_METRIC}[ ]of[ ])?"
_ON = rf"(?:[ ]{_METRIC})?[ ](?:on|in)[ ](?:the[ ])?(?P<benchmark>{_BENCHMARK}){_END}"
_FORMS = (
    re.compile(rf"\b{_VERB}[ ]{_ARTICLE}{_VALUE}{_ON}", re.IGNORECASE),
    re.compile(
        rf"\bon[ ](?:the[ ])?(?P<benchmark>{_BENCHMARK}){_END}(?:[ ]benchmark)?,?[ ][^,;:.%]{{0,60}}?\b{_VERB}[ ]{_ARTICLE}{_VALUE}",
        re.IGNORECASE,
    ),
    re.compile(rf"\({_VALUE}{_ON}", re.IGNORECASE),
)
_FURTHER = re.compile(
    rf"(?:[ ]\\([^()]{{0,80}}\\))?,?(?:[ ]and)?[ ]{_VALUE}{_ON}", re.IGNORECASE
)  # "91.4 % on MMLU" in a list
_NOT_ITS_OWN = re.compile(
    r"\b(?:improv\w*|gains?|relative|baselines?|existing|previous|prior|human|even|only|up to|degrad\w*|drops?|reduc\w*|"
    r"conventional|compared|while|whereas|fails?|tokens|fewer|budget|data)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^[ ]?(?:of[ ](?:its|the|their)\b|to[ ]\d|improv|gain|relative|absolute|reduction|increase|drop|fewer|less|more\b|higher|lower|points)"
)


_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=REREAD)
def reported(id_: str, text: str) -> tuple[Reported, ...]:
    """The results that a text reports, each benchmark once, in the order of the text.

    Args:
        id_: the item's id.
        text: its title and summary, as plain text.
    """
    found: dict[str, Reported] = {}
    for sentence in split(text):
        if len(sentence) <= SENTENCE_CHARS and _DIGIT.search(sentence):
            for benchmark, value in _results(sentence):
                found.setdefault(benchmark, Reported(id=id_, benchmark=benchmark, value=value, sentence=sentence))
    return tuple(found.values())


def _results(sentence: str) -> Iterator[tuple[str, float]]:
    for form in _FORMS:
        for match in form.finditer(sentence):
            before = sentence[: match.start("value")]
            if not (_NOT_ITS_OWN.search(before) or _AFTER.match(sentence[match.end("value") :].lstrip("%\\ "))):
                yield from _listed(sentence, match)


def _listed(sentence: str, match: re.Match[str] | None) -> Iterator[tuple[str, float]]:
    """A result, and those that follow it in a list."""
    while match:
        yield _name(match["benchmark"]), float(match["value"])
        match = _FURTHER.match(sentence, match.end())


def _name(spelled: str) -> str:
    return next(name for name, pattern in _NAMES.items() if pattern.match(spelled))
