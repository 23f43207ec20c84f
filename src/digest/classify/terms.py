"""Trends' terms and examples -> scores of a text, without training. What a workspace's own trend goes by; reads no model."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from digest.classify.text import TOKEN, Span, Text, parts
from digest.model import Trend

THRESHOLD = 0.5
HALFWAY = (
    2.0  # the weight at which a score reaches the threshold: one term of weight 2, or one of weight 1 in the title
)
EXAMPLE_WEIGHT = 1.0
TITLE_FACTOR = 2.0

# What tells that a text is about language models where no model was trained to see it.
LANGUAGE_MODEL = re.compile(
    r"\b(?:[a-z]*llms?|[vls]lms?|(?:language|foundation|reasoning|vision.language|frontier) models?|gpt|chatgpt|claude|gemini|"
    r"llama|mistral|mixtral|qwen|deepseek|gemma|transformers?|chatbots?|agentic|prompt(?:s|ing)?|in.context|"
    r"instruction.tun\w+|generative ai|machine translation|natural language processing|nlp)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """One trend's terms in one text: the score in 0..1, and where the words that made it stand."""

    score: float
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TermList:
    """One trend's phrases, compiled. Find them with `match`."""

    pattern: re.Pattern[str]
    weights: Mapping[str, float]

    def match(self, text: Text) -> Match:
        """Add up the weights of the phrases that occur, each once, more in the title than in the summary."""
        found: dict[str, float] = {}
        spans: list[Span] = []
        for part, words in parts(text):
            factor = TITLE_FACTOR if part == "title" else 1.0
            for hit in self.pattern.finditer(words):
                phrase = _phrase(hit.group(1))
                weight = self.weights.get(phrase, 0.0) * factor
                if abs(weight) > abs(found.get(phrase, 0.0)):
                    found[phrase] = weight
                if weight > 0:
                    spans.append(Span(part=part, start=hit.start(), end=hit.end()))
        total = max(0.0, sum(found.values()))
        return Match(score=total / (total + HALFWAY), spans=tuple(spans))


def compile_terms(weights: Mapping[str, float]) -> TermList | None:
    """Compile phrases; None where there is nothing to look for. Case, hyphens and a plural s make no difference."""
    known = {_phrase(phrase): weight for phrase, weight in weights.items() if _phrase(phrase)}
    if not known:
        return None
    # Longest first, so that "quantized language model" is not taken for "quantized".
    alternatives = "|".join(_pattern(phrase) for phrase in sorted(known, key=lambda phrase: (-len(phrase), phrase)))
    return TermList(pattern=re.compile(f"({alternatives})(?:e?s)?(?![a-z0-9])", re.IGNORECASE), weights=known)


def trend_terms(trend: Trend) -> dict[str, float]:
    """A trend's own terms, and its examples' names, which count as terms where they are not terms already."""
    examples = {example.name: EXAMPLE_WEIGHT for example in trend.examples}
    return examples | trend.terms


def is_about_language_models(text: Text) -> bool:
    return any(LANGUAGE_MODEL.search(words) for _, words in parts(text))


def _phrase(words: str) -> str:
    return " ".join(TOKEN.findall(words.lower()))


def _pattern(phrase: str) -> str:
    body = r"[\W_]+".join(re.escape(word) for word in phrase.split())
    # Scripts without spaces between words have no word boundary to ask for.
    return rf"(?<![a-z0-9]){body}" if phrase.isascii() else body


def covered(spans: Iterable[Span], text: Text) -> tuple[str, ...]:
    """The distinct words at these places, in the order of the text."""
    source = dict(parts(text))
    words = (source[span.part][span.start : span.end] for span in spans)
    return tuple({word.lower(): word for word in words}.values())
