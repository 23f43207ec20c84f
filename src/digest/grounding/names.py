"""Find the names and acronyms of a sentence that its sources do not have."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from digest.grounding.figures import is_figure
from digest.grounding.vocabulary import is_general
from digest.grounding.words import STOP, Word, covered, is_free, listed, plain, stem, stems_of, words

_PUNCTUATION = re.compile(r"[,;:.()]")
_ROUND = re.compile(r"[-.'/+]|(?<=[a-z])s$")
_FIGURE = re.compile(r"\d+(?:\.\d+)?[kKMBTx%]?")
_HARD = re.compile(
    r"[A-Za-z]*(?:[A-Z][a-z]*[A-Z]|[A-Z].*\d|\d.*[A-Z])[\w.+-]*"
)  # two capitals, or a capital and a digit
_ACRONYM = re.compile(r"[A-Z]{2,}")
_PLURAL = re.compile(r"(?<=[A-Z])s$")
_ENDINGS = re.compile(r"(?:ed|ing|ly)$")  # of words that open sentences and are hardly ever names
_OPENERS = listed(
    "although though today today's earlier later because whereas unlike like every another asked given once seen one most"
)
# Acronyms that everybody spells out, and what they stand for.
_SPELT_OUT = {
    "llm": "language model", "lm": "language model", "rl": "reinforcement learning", "ai": "artificial intelligence",
    "nlp": "natural language processing", "rag": "retrieval augmented generation", "moe": "mixture experts", "cot": "chain of thought",
    "sft": "supervised fine tuning", "vlm": "vision language model", "mllm": "multimodal language model", "kv": "key value",
    "rlhf": "reinforcement learning from human feedback", "gpu": "graphics processing unit", "api": "application programming interface",
    "slm": "small language model", "peft": "parameter efficient fine tuning", "qa": "question answering", "ml": "machine learning",
}  # fmt: skip


def invented(sentence: str, sources: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Names that no source has: pairs of `name` or `acronym`, and the name."""
    source = " . ".join(map(plain, sources))
    known = {_form(word.text) for word in words(source)} | {
        _form(part) for word in words(source) for part in word.text.split("-")
    }
    known |= {
        f"{part.casefold()}s"
        for word in words(source)
        for part in word.text.split("-")
        if "-" in word.text and _ACRONYM.fullmatch(part)
    }
    known |= {_form(one.text + two.text) for one, two in _pairs(words(source))}
    stems = stems_of(f"{source} {spelt_out(source)}")
    initials = _initials(source)
    for word in words(sentence):
        if not _is_name(word, sentence, stems) or _known(word.text, known, stems):
            continue
        form = _form(word.text)
        if form in initials or _spelt_out(form, source):
            continue
        yield "acronym" if word.text.isupper() and len(word.text) > 1 else "name", word.text


def spelt_out(text: str) -> str:
    """What the well-known acronyms of a text stand for."""
    found = {piece.casefold().removesuffix("s") for word in words(text) for piece in word.text.split("-")}
    return " ".join(meaning for acronym, meaning in _SPELT_OUT.items() if acronym in found)


def hard_names(text: str) -> frozenset[str]:
    """The names of a text in any language that no translation changes: GPT-4o, FLOPs, Qwen2.5-7B. An acronym's plural is one with it."""
    return frozenset(
        _PLURAL.sub("", found)
        for found in re.findall(r"[A-Za-z0-9][A-Za-z0-9.+-]*[A-Za-z0-9+]", plain(text))
        if _HARD.fullmatch(found)
    )


def _is_name(word: Word, sentence: str, stems: frozenset[str]) -> bool:
    text = word.text
    if _FIGURE.fullmatch(text):
        return False
    if _HARD.fullmatch(text):
        return True
    if not text[0].isupper() or text in {"I", "A"}:
        return False
    opens = not sentence[: word.start].rstrip(" \"'“(") or sentence[: word.start].rstrip(" \"'“(")[-1] in ".!?:"
    ordinary = (
        text.casefold() in STOP | _OPENERS
        or is_free(word)
        or covered(word, stems)
        or _ENDINGS.search(text)
        or is_figure(text)
        or is_general(text)
    )
    return not (opens and ordinary) and text.casefold() not in STOP


def _known(text: str, known: set[str], stems: frozenset[str]) -> bool:
    pieces = [piece for piece in text.split("-") if piece]
    if _form(text) in known or (text.istitle() and stem(text) in stems):
        return True
    return len(pieces) > 1 and all(
        _form(piece) in known or (piece.islower() and (piece in STOP or is_free(words(piece)[0]))) for piece in pieces
    )


def _form(text: str) -> str:
    return _ROUND.sub("", text.removesuffix("'s").removesuffix("’s")).casefold()


def _pairs(all_: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    return pairwise(all_)


def _initials(source: str) -> set[str]:
    """What the first letters of three or more neighbouring words give, small words left out, with and without a plural's s."""
    found: set[str] = set()
    for part in _PUNCTUATION.split(source):
        pieces = [piece for word in words(part) for piece in re.split(r"[-/]", word.text) if piece]
        for letters in (pieces, [piece for piece in pieces if piece.casefold() not in STOP]):
            first = "".join(piece[0] for piece in letters).casefold()
            found |= {first[start : start + size] for size in range(3, 7) for start in range(len(first) - size + 1)}
    return found | {f"{one}s" for one in found}


def _spelt_out(form: str, source: str) -> bool:
    known = stems_of(source)
    words_ = _SPELT_OUT.get(form) or _SPELT_OUT.get(form.removesuffix("s"))
    return words_ is not None and all(stem(word) in known or word in STOP for word in words_.split())
