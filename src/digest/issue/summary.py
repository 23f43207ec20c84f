"""An item's text -> a short extractive summary. Takes whole sentences; never cuts inside a word or a formula."""

import re

WORDS = 60

_ABBREVIATIONS = (
    "e.g.",
    "i.e.",
    "et al.",
    "cf.",
    "vs.",
    "Fig.",
    "Eq.",
    "Sec.",
    "approx.",
    "resp.",
    "w.r.t.",
    "a.k.a.",
    "Dr.",
    "No.",
)
_END = re.compile(r"(?<=[.!?。])[\"')\]]*\s+(?=[\"'(\[]?[^\sa-z])")
_CONTRIBUTION = re.compile(
    r"\b(?:we|this (?:paper|work|study|post|release|report)|our (?:method|approach|results?|model|framework|key))\b.{0,60}?"
    r"\b(?:propos|introduc|present|show|find|found|develop|release|demonstrat|report|describ|study|stud(?:y|ies)|build|built|achiev)",
    re.IGNORECASE | re.DOTALL,
)
_RESULT = re.compile(
    r"\d+(?:\.\d+)?\s*(?:%|x\b|×|points?\b|percent\b|times\b)|outperform|state[- ]of[- ]the[- ]art", re.IGNORECASE
)
_RULE = re.compile(r"\$[^$]*\$|\\\([^)]*\\\)|\S+")


def summarise(text: str, *, words: int = WORDS) -> str:
    """The sentence that states the contribution and the one that states its result, in the text's order; else its first ones."""
    sentences = split(text)
    if not sentences:
        return ""
    first = next((n for n, sentence in enumerate(sentences) if _CONTRIBUTION.search(sentence)), 0)
    later = range(first + 1, len(sentences))
    second = next((n for n in later if _RESULT.search(sentences[n])), first + 1)
    told = shorten(sentences[first], words)
    if second < len(sentences) and len((told + " " + sentences[second]).split()) <= words:
        told = f"{told} {sentences[second]}"
    return told


def split(text: str) -> list[str]:
    """The sentences of a plain text. Abbreviations and decimals end none."""
    sentences: list[str] = []
    for part in _END.split(text.strip()):
        if sentences and sentences[-1].endswith(_ABBREVIATIONS):
            sentences[-1] += " " + part
        elif part:
            sentences.append(part)
    return sentences


def shorten(text: str, words: int) -> str:
    """At most so many words, with an ellipsis where some were left out; a formula between dollar signs is one word."""
    tokens = _RULE.findall(text)
    if len(tokens) <= words:
        return text
    return " ".join(tokens[:words]).rstrip(",;:–—-") + " …"
