"""Texts -> the words and pairs of words that the model knows. Looks at no labels."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from digest.classify.features import UNKNOWN, Vocabulary
from digest.classify.text import Text, tokens

WORD_TEXTS = 8  # how many texts must have a word
PAIR_TEXTS = 20
LONGEST_NUMBER = 4
SHORTEST_PLURAL = 4

# Words of grammar, and of papers on whatever: they may carry weight, and explain nothing to a reader.
SILENT = frozenset(Path(__file__).with_name("silent.txt").read_text(encoding="utf-8").split())


# Names of model families and makers. Each list is one word to the model: a launch of a family that no training text names is told as
# those of its like are. A name that no text has is known all the same.
ALIKE = (
    "gpt chatgpt claude gemini grok sonnet opus haiku bard mythos fable",
    "llama qwen deepseek mistral mixtral gemma kimi glm granite nemotron olmo minimax ernie phi hunyuan magistral devstral",
    "openai anthropic cohere xai moonshot zhipu deepmind",
)
ONE_OF_MANY = {name: names.split()[0] for names in ALIKE for name in names.split()}


def build(texts: Sequence[Text], *, also: Sequence[Text]) -> Vocabulary:
    """Words and pairs that enough texts have, and those of `also`; a plural is its singular, and names that are alike are one word."""
    split = [(tokens(text.head), tokens(text.body)) for text in texts]
    counts = Counter(word for parts in split for word in {*parts[0], *parts[1]})
    often = {word for word, count in counts.items() if count >= WORD_TEXTS and not _is_big_number(word)}
    extra = [(tokens(text.head), list[str]()) for text in also]
    words = sorted(often | ONE_OF_MANY.keys() | {word for title, _ in extra for word in title})
    singular = {word: ONE_OF_MANY.get(form, form) for word, form in _singulars(words).items()}
    numbers = {word: number for number, word in enumerate(sorted(set(singular.values())))}
    forms = {word: numbers[singular[word]] for word in words}
    pairs = Counter(pair for parts in split for pair in _pairs(parts, forms))
    enough = {pair for pair, count in pairs.items() if count >= PAIR_TEXTS}
    enough.update(*(_pairs(parts, forms) for parts in extra))
    keys = sorted(first * len(numbers) + second for first, second in enough)
    return Vocabulary(forms, np.array(keys, dtype=np.int64))


def _is_big_number(word: str) -> bool:
    return word.isdigit() and len(word) > LONGEST_NUMBER


def _singulars(words: Iterable[str]) -> dict[str, str]:
    known = set(words)
    return {
        word: word[:-1] if len(word) >= SHORTEST_PLURAL and word[-1] == "s" and word[:-1] in known else word
        for word in words
    }


def _pairs(parts: Iterable[Sequence[str]], forms: dict[str, int]) -> set[tuple[int, int]]:
    numbered = ([forms.get(word, UNKNOWN) for word in part] for part in parts)
    return {pair for part in numbered for pair in pairwise(part) if min(pair) >= 0}
