"""Split English text into words with stems, and say which words carry content."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from digest.grounding.roots import root
from digest.grounding.vocabulary import SYNONYMS

_WORD = re.compile(r"[^\W_]+(?:[-'’.+/][^\W_]+)*\+*")
_DASHES = str.maketrans("‐‑‒–—−’₀₁₂₃₄₅₆₇₈₉", "------'0123456789")
_EED = re.compile(r"(?:c|n|f|s|h|w|d|l|p|br)eed$")  # which is no ending: `exceed`, not `agreed`
_SUBSCRIPT = re.compile(r"(?<=\b[A-Za-z])_\{?(?=\d\b)")
_ENDINGS = (
    ("izations", "iz"), ("ization", "iz"), ("ations", "at"), ("ation", "at"), ("ating", "at"), ("ated", "at"), ("ates", "at"),
    ("ate", "at"), ("ments", ""), ("ment", ""), ("ings", ""), ("ing", ""), ("ities", "it"), ("ity", "it"), ("ness", ""),
    ("ions", ""), ("ion", ""), ("ies", "y"), ("ied", "y"), ("izes", "iz"), ("ized", "iz"), ("ened", ""), ("ening", ""), ("ens", ""), ("ers", ""), ("er", ""),
    ("en", ""), ("ed", ""),
    ("es", ""), ("ly", ""), ("al", ""), ("s", ""), ("e", ""),
)  # fmt: skip

SHORTEST = 3  # letters of a stem
_ROOT = "~"  # before a root among stems; no stem begins with it

_STOP = (
    "a an the this that these those it its their his her they he she we our us who whose whom which what where when while if then than "
    "as at by for from in into of off on onto or and but nor so to up down out over under with within about above after again "
    "against all also am any are because been before being below between both can could did do does doing during each either "
    "few further had has have having here how however is just more most much must no not now once only other same should some "
    "such through too until very was were whether will would yet via per upon across along among around despite instead rather "
    "since although though whereas because every thus hence therefore may might shall be there one ones them itself themselves own "
)
STOP = frozenset(_STOP.split())
# What a summary may say of any work without having read it there.
_FREE = (
    "author authors paper work study article post team researcher researchers report reports show shows shown find finds found "
    "finding present presents propose proposes introduce introduces describe describes method approach technique way system "
    "framework result results new novel use uses used using usage based base call called name named achieve achieves achieved "
    "reach reaches reached obtain obtains get gets give gives given perform performs performance help helps let lets allow allows "
    "enable enables make makes made making provide provides include includes including compare compared comparison versus evaluate "
    "evaluated evaluation experiment experiments test tests tested tell tells say says according examine examines investigate "
    "explore explores develop develops build builds built offer offers aim aims seek seeks want need needs require requires "
    "problem task set number several many various different it's rely relies apply applies applied run runs work works designed "
    "design create creates without while still even well like main key part parts kind type case cases example examples "
    "setting settings measure measures measured metric score scores instead alone together thereby both two "
)
FREE = frozenset(_FREE.split())


# What a work is about: no sentence may bring such a word along that its sources do not have.
_MATTERS = (
    "image video audio speech music code table graph map robot robotics vehicle game transformer attention diffusion recurrent "
    "convolution adapter expert embedding token layer neuron gradient quantum retrieval memory planning reinforcement supervised "
    "pretraining pre-training finetuning fine-tuning distillation quantization pruning alignment safety privacy fairness bias "
    "toxicity hallucination jailbreak backdoor watermark poisoning medicine medical clinical patient law legal finance financial "
    "chemistry physics biology mathematics engineering education science software hardware security climate energy protein "
    "intelligent smart clever successful useful valuable promising easy ideal "
    "train predict forecast classify cluster simulate molecule multilingual translation dialogue summarization classification tutor student teacher children women nurse "
)


def listed(line: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(line.split())


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word with its place among the words of its text."""

    text: str
    stem: str
    place: int
    start: int

    @property
    def content(self) -> bool:
        """Whether it says something of its own."""
        low = self.text.casefold()
        return low not in STOP and not low.endswith("n't") and not low.isdigit()


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its ending, in lower case: `Evaluations` and `evaluate` are both `evaluat`."""
    low = word.casefold().removesuffix("'s")
    if _EED.search(low):
        return low
    for ending, instead in _ENDINGS:
        if low.endswith(ending) and not low.endswith("ss") and len(low) - len(ending) >= SHORTEST:
            low = low[: -len(ending)] + instead
            break
    if len(low) > SHORTEST and low[-1] == low[-2] and low[-1] not in "sl":
        low = low[:-1]
    return low[:-1] + "y" if len(low) > SHORTEST and low[-1] == "i" else low


_CLASSES: dict[str, set[str]] = {}
_KIN: dict[str, set[str]] = {}  # the same by roots
for _line in SYNONYMS:
    _same = {stem(_word) for _word in _line.split()}
    for _one in _same:
        _CLASSES.setdefault(_one, set()).update(_same)
    _roots = {root(_word) for _word in _line.split()}
    for _one in _roots:
        _KIN.setdefault(_one, set()).update(f"{_ROOT}{_kin}" for _kin in _roots)
_FREE_STEMS = frozenset(map(stem, FREE))
_MATTER_STEMS = frozenset(map(stem, _MATTERS.split()))


def stems(line: str) -> frozenset[str]:
    """Their stems."""
    return frozenset(map(stem, line.split()))


def plain(text: str) -> str:
    """The text with one kind of dash, apostrophe and digit: `F1` for `F_1` and `F₁`."""
    return _SUBSCRIPT.sub("", text.translate(_DASHES))


@lru_cache(maxsize=4_000)
def words(text: str) -> tuple[Word, ...]:
    found = _WORD.finditer(plain(text))
    return tuple(
        Word(text=one[0], stem=stem(one[0]), place=place, start=one.start()) for place, one in enumerate(found)
    )


_PIECES = re.compile(r"[-/.+]")


def parts(word: Word) -> Iterator[str]:
    """The stems of a word and of the parts of a compound."""
    yield word.stem
    pieces = _PIECES.split(word.text)
    if len(pieces) > 1:
        yield from (stem(piece) for piece in pieces if piece)
        yield stem("".join(pieces))


def stems_of(text: str) -> frozenset[str]:
    """Every stem of a text, of compounds and of their parts, and of neighbours written as one word; and the roots, each with a mark."""
    all_ = words(text)
    joined = {stem(one.text + two.text) for one, two in pairwise(all_)}
    roots = {f"{_ROOT}{root(piece)}" for word in all_ for piece in (word.text, *_PIECES.split(word.text)) if piece}
    return frozenset(part for word in all_ for part in parts(word)) | joined | roots


def is_free(word: Word) -> bool:
    """Whether a summary may use the word of any work."""
    return word.stem in _FREE_STEMS


def is_matter(word: Word) -> bool:
    """Whether the word names what a work is about, such as a modality, a method or a field."""
    return word.stem in _MATTER_STEMS


def covered(word: Word, known: frozenset[str]) -> bool:
    """Whether a word, all parts of a compound, or a word of the same root or meaning is known."""
    if _means(word.stem, word.text, known):
        return True
    pieces = [piece for piece in _PIECES.split(word.text) if piece and piece.casefold() not in STOP]
    return len(pieces) > 1 and all(_means(stem(piece), piece, known) or stem(piece) in _FREE_STEMS for piece in pieces)


def _means(stem_: str, text: str, known: frozenset[str]) -> bool:
    kin = root(text)
    if stem_ in known or f"{_ROOT}{kin}" in known:
        return True
    return not (_CLASSES.get(stem_, set()).isdisjoint(known) and _KIN.get(kin, set()).isdisjoint(known))


def same_class(one: str, other: str) -> bool:
    """Whether two stems are equal, of one root, or mean the same."""
    return one == other or other in _CLASSES.get(one, set()) or root(one) == root(other)


_NEAR = 3  # content words within which two words stand together


def stand_together(text: str, sources: Iterable[str]) -> bool:
    """Whether two neighbouring content words of a text, or words of the same meaning, stand near each other in a source."""
    near = {
        (one, other)
        for source in sources
        for content in ([word for word in words(source) if word.content],)
        for place, word in enumerate(content)
        for neighbour in content[place + 1 : place + 1 + _NEAR]
        for one in _meanings(word)
        for other in _meanings(neighbour)
    }
    content = [word for word in words(text) if word.content]
    pairs = ((one, other) for left, right in pairwise(content) for one in _meanings(left) for other in _meanings(right))
    return any((one, other) in near or (other, one) in near for one, other in pairs)


def _meanings(word: Word) -> frozenset[str]:
    return frozenset(parts(word)) | frozenset(_CLASSES.get(word.stem, ())) | {f"{_ROOT}{root(word.text)}"}
