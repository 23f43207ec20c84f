"""Part words that a PDF, a feed or a typesetter ran together: "ourdataset", "DEAR(Decision-Evidence Aware)"."""

import re

# Only pairs of which no English word is made.
_PAIR = re.compile(
    r"\b([Oo]ur|[Tt]his|[Tt]he|[Ww]e|and)(paper|work|study|models?|methods?|datasets?|frameworks?|approach|results?|systems?|introduce|propose|present|show|"
    r"demonstrate|proposed|resulting|existing|empirical|generative|initial)\b"
)
_BRACKET = re.compile(r"(?<=[A-Za-z]{3})\((?=[A-Z][a-z]+[ -][A-Za-z]|[A-Z][A-Za-z]{1,8}\)[ ,.])")


def unglued(line: str) -> str:
    """The line with a space between words that stand together by mistake."""
    return _BRACKET.sub(" (", _PAIR.sub(r"\1 \2", line))
