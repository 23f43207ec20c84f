"""Score texts by the terms and examples of trends, without training. Used for a workspace's own trends."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from digest.classify.text import TOKEN, Part, Span, Text, parts
from digest.model import Trend

THRESHOLD = 0.5
HALFWAY = 2.0  # the weight at which a score reaches the threshold: a term of weight 2, or of weight 1 in the title
EXAMPLE_WEIGHT = 1.0
TITLE_FACTOR = 2.0

# Phrases that show that a text is about language models, if there is no trained model.
LANGUAGE_MODEL = re.compile(
    r"\b(?:[a-z]{0,4}llms?|[vls]lms?|(?:language|foundation|reasoning|reward|vision.language|frontier|merged) models?|"
    r"(?:open|open.weight) models?|gpt|chatgpt|claude|gemini|llama|mistral|mixtral|qwen|deepseek|gemma|grok|kimi|bert|"
    r"transformers?|chatbots?|tokeni[sz]ers?|agentic|(?:coding|ai|web|search|terminal|gui|autonomous|tool.us\w+|computer.use) agents?|"
    r"agents? (?:plan|call|work|follow|can)|mcp|model context protocol|tool.use|computer use|prompts?|prompting|in.context|"
    r"instruction.tun\w+|post.training|rlhf|rlvr|grpo|dpo|direct preference optimi[sz]ation|(?:verifiable|process) rewards?|"
    r"chains? of thought|chain.of.thought|mixtures?.of.experts|moe|kv.cache|speculative decoding|sparse autoencoders?|jailbreak\w*|"
    r"prompt injection|generative ai|machine translation|natural language processing|nlp|spoken language understanding)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """One trend's terms in one text: their total weight, the resulting score in 0..1, and their positions."""

    weight: float
    score: float
    spans: tuple[Span, ...] = ()


class TermIndex:
    """Finds the phrases of all trends in one pass over a text. Case, punctuation and a plural s are ignored."""

    def __init__(self, terms: Mapping[str, Mapping[str, float]], *, token: re.Pattern[str] = TOKEN) -> None:
        """Index phrases: trend -> phrase -> weight. `token` is a word of the texts."""
        self._token = token
        self._phrases: dict[str, dict[str, float]] = {}
        for trend, weights in terms.items():
            for phrase, weight in weights.items():
                if _phrase(phrase):
                    self._phrases.setdefault(_phrase(phrase), {})[trend] = weight
        # Scripts without spaces between words, and those whose words carry particles, cannot be split into tokens. Longer phrases first.
        joined = sorted((one for one in self._phrases if not one.isascii()), key=lambda one: (-len(one), one))
        self._unspaced = {phrase: written_as(phrase) for phrase in joined}
        self._spaced = self._phrases.keys() - self._unspaced.keys()
        self._firsts = {form for phrase in self._spaced for form in _forms_of_first(phrase)}
        self._longest = max((phrase.count(" ") + 1 for phrase in self._spaced), default=0)

    def match(self, text: Text) -> dict[str, Match]:
        """The matches of each trend with a phrase in the text. Each phrase counts once, and more in the title."""
        found: dict[str, dict[str, float]] = {}
        spans: dict[str, list[Span]] = {}
        for part, words in parts(text):
            factor = TITLE_FACTOR if part == "title" else 1.0
            for phrase, trend, span in self._hits(part, words):
                weight = self._phrases[phrase][trend] * factor
                own = found.setdefault(trend, {})
                if abs(weight) > abs(own.get(phrase, 0.0)):
                    own[phrase] = weight
                if weight > 0:
                    spans.setdefault(trend, []).append(span)
        return {trend: _match(sum(own.values()), spans.get(trend, ())) for trend, own in found.items()}

    def _hits(self, part: Part, words: str) -> Iterator[tuple[str, str, Span]]:
        """Phrases with trend and position; of a trend's overlapping phrases, only the first and longest."""
        tokens = [(hit.group().lower(), hit.start(), hit.end()) for hit in self._token.finditer(words)]
        free: dict[str, int] = {}
        for start in range(len(tokens)):
            if tokens[start][0] not in self._firsts:
                continue
            for end in range(min(start + self._longest, len(tokens)), start, -1):
                phrase = self._known(" ".join(token for token, _, _ in tokens[start:end]))
                for trend in self._phrases.get(phrase, ()):
                    if free.get(trend, 0) <= start:
                        free[trend] = end
                        yield phrase, trend, Span(part=part, start=tokens[start][1], end=tokens[end - 1][2])
        taken: list[tuple[int, int]] = []
        together = unspaced(words)
        for phrase, form in self._unspaced.items():
            if unspaced(phrase) not in together:
                continue
            spans = (found.span() for found in form.finditer(words))
            own = next(
                (span for span in spans if not any(one <= span[0] and span[1] <= end for one, end in taken)), None
            )
            if own is not None:
                taken.append(own)
                yield from (
                    (phrase, trend, Span(part=part, start=own[0], end=own[1])) for trend in self._phrases[phrase]
                )

    def _known(self, words: str) -> str:
        """The phrase that these words form, in singular or plural; or the empty string."""
        return next(
            (form for form in (words, words.removesuffix("s"), words.removesuffix("es")) if form in self._spaced), ""
        )


def written_as(phrase: str) -> re.Pattern[str]:
    """What finds a phrase of a language in whose writing spaces are free, inside words too."""
    return re.compile(r"\s?".join(map(re.escape, phrase.split())), re.IGNORECASE)


def unspaced(words: str) -> str:
    """Words in lower case without their spaces: what lacks a phrase in this form lacks it in every other."""
    return "".join(words.lower().split())


def _forms_of_first(phrase: str) -> tuple[str, ...]:
    """The possible first words of an occurrence of this phrase. A phrase of one word may be in the plural."""
    first, _, rest = phrase.partition(" ")
    return (first,) if rest else (first, first + "s", first + "es")


def _match(total: float, spans: Iterable[Span]) -> Match:
    weight = max(0.0, total)
    return Match(weight=weight, score=weight / (weight + HALFWAY), spans=tuple(spans))


def trend_terms(trend: Trend) -> dict[str, float]:
    """A trend's terms, and the names of its examples, which also count as terms."""
    examples = {example.name: EXAMPLE_WEIGHT for example in trend.examples}
    return examples | trend.terms


def is_about_language_models(text: Text) -> bool:
    return any(LANGUAGE_MODEL.search(words) for _, words in parts(text))


def _phrase(words: str) -> str:
    return " ".join(TOKEN.findall(words.lower()))


def covered(spans: Iterable[Span], text: Text) -> tuple[str, ...]:
    """The distinct words at these positions, in the order of the text."""
    source = dict(parts(text))
    words = (source[span.part][span.start : span.end] for span in spans)
    return tuple({word.lower(): word for word in words}.values())
