"""Score texts in languages that the trained model does not read: by terms in their language, else by names and English fragments.

In: what shows the trends and the subject. Out: scores by trend, and whether a text is about language models. Both are uncertain, and
said to be.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from digest.classify.terms import LANGUAGE_MODEL, Match, TermIndex, unspaced, written_as
from digest.classify.text import Text, parts
from digest.text.languages import foreign

MODEL_LANGUAGE = "en"
SAMPLE = 200  # characters of a summary that tell its language together with the title
# A run of letters and digits of one kind: Korean particles follow Latin names without a space.
TOKEN = re.compile(r"[A-Za-z0-9]+|[^\W_A-Za-z0-9]+")
# English fragments and names, with a version or a particle behind them: `Qwen3`, `LLM을`.
_ENGLISH = re.compile(LANGUAGE_MODEL.pattern.removesuffix(r"\b") + r"(?![A-Za-z])", re.IGNORECASE | re.ASCII)
_NAMES = re.compile(
    r"\b(?:RAG|HyperCLOVA|EXAONE|Kanana|Solar (?:Pro|Open|Mini)|Ollama|LangChain|LangGraph|LlamaIndex|llama\.cpp|Copilot|"
    r"ERNIE|GLM|MiniMax|Phi|Codex|Devin|Sora|SLM)(?![A-Za-z])",
    re.ASCII,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrases:
    """By trend its terms in all languages, and the phrases that show that a text is about language models."""

    terms: Mapping[str, Mapping[str, float]]
    topic: Sequence[str]


class ForeignTexts:
    """Reads texts in other languages. The phrases are asked for when the first such text comes."""

    def __init__(self, phrases: Callable[[], Phrases]) -> None:
        self._ask = phrases

    def scores(self, text: Text) -> Mapping[str, Match]:
        return self._index.match(text)

    def is_about_language_models(self, text: Text) -> bool:
        return any(self._tells(words) for _, words in parts(text))

    def _tells(self, words: str) -> bool:
        together = unspaced(words)
        topic = (form for phrase, form in self._topic.items() if phrase in together)
        return any(form.search(words) for form in (_ENGLISH, _NAMES, *topic))

    @cached_property
    def _phrases(self) -> Phrases:
        return self._ask()

    @cached_property
    def _index(self) -> TermIndex:
        return TermIndex(self._phrases.terms, token=TOKEN)

    @cached_property
    def _topic(self) -> Mapping[str, re.Pattern[str]]:
        return {unspaced(phrase): written_as(phrase) for phrase in self._phrases.topic}


def is_foreign(text: Text) -> bool:
    """Whether a text is in another language than the model's."""
    return bool(foreign(f"{text.head} {text.summary[:SAMPLE]}", MODEL_LANGUAGE))
