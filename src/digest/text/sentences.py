"""Split plain text into sentences, cut it after a number of words, and part words that were run together."""

import re

_ABBREVIATIONS = (
    "e.g.", "i.e.", "et al.", "cf.", "vs.", "Fig.", "Figs.", "Eq.", "Sec.", "approx.", "resp.", "w.r.t.", "a.k.a.", "Dr.",
    "Prof.", "No.", "viz.", "U.S.", "U.K.", "Inc.", "Corp.", "Ltd.", "St.", "Mr.", "Ms.", "Mrs.", "Jr.", "Gov.", "Sen.",
    "Jan.", "Feb.", "Aug.", "Sep.", "Sept.", "Oct.", "Nov.", "Dec.",
)  # fmt: skip
_OPENERS = "We|Our|The|This|These|In|To|On|Extensive|Experiments|Experimental|Empirically|Results|Moreover|Furthermore|However|Additionally|Finally|For|Across|Using"
_END = re.compile(
    r"(?<=[.!?。])([\"'”’)\]]{0,3})\s+(?=[\"'“‘(\[$]?[^\sa-z]|[a-z][\w-]{1,20}: [a-z])|"  # "api: add", in notes of a release
    rf"(?<=[A-Za-z]{{3}}[a-z]\.)(?=(?:{_OPENERS})\s)"  # a line break that a feed dropped
)
# But not the "Ms." of "LLMs."
_ABBREVIATED = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, _ABBREVIATIONS))})$")
_OPENS = re.compile(rf"(?:{_OPENERS})\b")
_INITIAL = re.compile(r"(?:^|[\s(.])[A-Z]\.$")  # initials of a name: `I. J. Good`
CHARS = 20_000  # the longest text that feeds' items are stored with
ENDING = 12  # the last characters, which may be an abbreviation or an initial
_RULE = re.compile(r"\$[^$]*\$|\\\([^)]*\\\)|\S+")
# Only pairs of which no English word is made.
_PAIR = re.compile(
    r"\b([Oo]ur|[Tt]his|[Tt]he|[Ww]e|and)(paper|work|study|models?|methods?|datasets?|frameworks?|approach|results?|systems?|introduce|propose|present|show|"
    r"demonstrate|proposed|resulting|existing|empirical|generative|initial)\b"
)
# What a cut may not leave at the end: a figure without what it counts, and words that need another.
_DANGLES = re.compile(
    r"(?:\s(?:an?|the|its|their|of|to|in|on|at|by|for|from|with|without|into|over|under|than|as|and|or|but|that|which|who|while|is|are|was|were|be|via|per|about|up|~?[$€]?\d[\d.,]*(?:%|×|x)?)){1,4}$",
    re.IGNORECASE,
)
_LAST = 60  # characters
_BRACKET = re.compile(r"(?<=[A-Za-z]{3})\((?=[A-Z][a-z]+[ -][A-Za-z]|[A-Z][A-Za-z]{1,8}\)[ ,.])")


def split(text: str) -> list[str]:
    """The sentences of the first `CHARS` characters of a plain text. Abbreviations, initials and decimals do not end one."""
    sentences: list[list[str]] = []
    pieces = _END.split(text[:CHARS].strip())
    for part in map("".join, zip(pieces[::2], [*(mark or "" for mark in pieces[1::2]), ""], strict=True)):
        if sentences and _goes_on(sentences[-1][-1][-ENDING:], part):
            sentences[-1].append(part)
        elif part:
            sentences.append([part])
    return [" ".join(parts) for parts in sentences]


def _goes_on(end: str, after: str) -> bool:
    if end.endswith(_ABBREVIATIONS) and _ABBREVIATED.search(end) is not None:
        return True
    return _INITIAL.search(end) is not None and _OPENS.match(after) is None


def shorten(text: str, words: int) -> str:
    """At most this many words, with an ellipsis if some were left out. A formula between dollar signs is one word."""
    tokens = _RULE.findall(text)
    if len(tokens) <= words:
        return text
    return broken_off(" ".join(tokens[:words]))


def broken_off(text: str) -> str:
    """A text that was cut after a word, with an ellipsis instead of words and figures that say nothing without what followed."""
    head, end = text[:-_LAST], text[-_LAST:]
    shorter = head + _DANGLES.sub("", end.rstrip(" ,;:–—-"))
    return (shorter if len(shorter.split()) > 1 else text).rstrip(" ,;:–—-") + " …"


def unglued(line: str) -> str:
    """The line with a space between words that a PDF or a feed ran together: "ourdataset", "DEAR(Decision-Evidence Aware)"."""
    return _BRACKET.sub(" (", _PAIR.sub(r"\1 \2", line))
