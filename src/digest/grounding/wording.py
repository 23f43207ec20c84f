"""Judge how a sentence is worded: whether its words are as close together as in its sources, claim no more than they do, and say something."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from digest.grounding.denials import KEEPS
from digest.grounding.figures import is_figure
from digest.grounding.names import spelt_out
from digest.grounding.words import Word, covered, is_free, listed, parts, same_class, stems_of, words

_NEAR = 7  # content words within which two words of a source stand together
_CONNECTED = 0.3  # the least share of a sentence's neighbouring words that stand together in a source
_SAYS = 4  # different words of its sources that a sentence without figures must have
_LONG = 14  # words of a sentence that may have one fewer
_APART = 4  # content words within which no pair of words may be said twice
_BETWEEN = re.compile(r"\s(?:by|to|in|for|after|and|or|of|and not by|versus|over)\s", re.IGNORECASE)  # `step by step`
_AUTHORS = listed("author authors")
_HEDGES = listed(
    "may might could can likely potentially possibly perhaps maybe suggest suggests suggested suggesting seem seems seemingly appear appears apparently hint hints indicate indicates probably "
    "presumably possible promise promises potential believe expect expected hypothesize aim aims tend tends"
)
_GUESSED = listed(
    "may might could likely potentially possibly perhaps suggest suggests suggesting seem seems appear appears apparently probably"
)
_PARTLY = listed(
    "often sometimes typically largely partially partly mostly mainly usually generally frequently occasionally nearly almost"
)
_OFTEN = listed(
    "often sometimes typically largely partially partly mostly mainly usually generally frequently occasionally part some most many commonly primarily nearly almost close tend tends rarely always half "
    "sometime times cases regularly tended tendency majority portion"
)
_AMOUNTS: Mapping[str, str] = {
    word: meaning
    for meaning, line in {
        "all": "all every always entire entirety entirely completely fully",
        "most": "most majority mostly usually typically largely mainly generally primarily predominantly commonly routinely",
        "none": "none neither",
        "surely": "will prove proves proved proven certainly definitely undoubtedly inevitably",
    }.items()
    for word in line.split()
}
_NOT_ANY = listed("no not nor none neither without never nothing cannot")
_HEDGED = 6  # words from a statement within which what makes it a guess stands
_TO_COME = re.compile(r"\b(?:future|forecast\w*|predict\w*|will|going to)\b", re.IGNORECASE)
_MOST_OF = re.compile(
    r"\bmost (?:of(?! all)|\w+s|other)\b|\b(?:majority|mostly|usually|typically|largely|mainly|generally|primarily|predominantly)\b",
    re.IGNORECASE,
)
_ALL_OF = re.compile(
    r"\ball (?:two|three|four|five|six|seven|eight|nine|ten|\d+)\b", re.IGNORECASE
)  # a number that is judged as one
_PER = re.compile(r"\bper[- ](?!cent)", re.IGNORECASE)
_AT_ONCE = re.compile(r"\ball at once\b|\b(?:after|above|first of|most of) all\b", re.IGNORECASE)
_EACH = listed("each both any whole")
_OF_OTHERS = listed("earlier previous previously prior existing")  # whose work it is
_OTHERS = _OF_OTHERS | listed(
    "recent recently past current currently conventional traditional standard common typical baseline baselines state-of-the-art sota date yet other others alternative competing"
)
_ONLY_IF = re.compile(
    r"\b(?:only (?:if|when|where|for|under|in)|unless|provided that|as long as|except)\b", re.IGNORECASE
)
_IF = re.compile(r",? (?:if|when|whenever|under|unless|until|provided|given|except|for as long)\b")
# The first of a line is the opposite of each other.
_OPPOSITES = (
    "open closed", "public private", "free paid", "static dynamic", "local global remote", "offline online live", "internal external",
    "simple complex complicated", "easy hard difficult", "rare common frequent", "sparse dense", "shallow deep", "explicit implicit",
    "positive negative", "supervised unsupervised", "automatic manual", "automated manual", "correct incorrect wrong", "true false",
    "stable unstable", "safe unsafe dangerous", "reliable unreliable", "effective ineffective", "efficient inefficient", "early late",
    "first last", "strong weak", "high low", "large small", "big small", "long short", "fast slow", "good bad", "rich poor",
    "consistent inconsistent", "similar different", "same different", "linear nonlinear", "symmetric asymmetric", "monolingual multilingual",
    "general specific", "human machine synthetic", "real synthetic simulated artificial", "natural synthetic", "discrete continuous", "single multiple",
    "fixed variable adaptive", "robust fragile brittle", "transparent opaque", "cheap expensive costly", "broad narrow", "wide narrow",
    "new old", "recent old", "necessary unnecessary", "sufficient insufficient", "known unknown", "seen unseen", "complete incomplete partial",
    "accurate inaccurate", "active passive", "abstract concrete", "formal informal", "direct indirect", "visible hidden invisible",
    "strict loose", "strict lenient", "forward backward", "upper lower", "major minor", "optimal suboptimal", "superior inferior",
    "homogeneous heterogeneous", "balanced unbalanced imbalanced", "clean noisy", "structured unstructured", "trained untrained",
    "labeled unlabeled", "joint separate decoupled", "jointly separately", "short-term long-term", "coarse fine", "limited unlimited", "possible impossible", "significant insignificant negligible",
)  # fmt: skip
_DENIED = re.compile(r"\b(?:not|never|no|without|hardly|rather|instead|un(?!der|til|i|less)\w+)\b|n't\b", re.IGNORECASE)
_BESIDE = 2  # words on each side of an adjective that tell what it is said of
_BEFORE = 40  # characters before an adjective in which it may be denied
_OPPOSITE: dict[str, set[str]] = {}
for _line in _OPPOSITES:
    _first, *_rest = _line.split()
    _OPPOSITE.setdefault(_first, set()).update(_rest)
    for _word in _rest:
        _OPPOSITE.setdefault(_word, set()).add(_first)


def disconnected(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Neighbouring words that no source has near each other, if there are many of them. Words that no source has are ignored."""
    known = stems_of(" . ".join(sources))
    mine = [word for word in telling(sentence) if covered(word, known)]
    places = [_places(source) for source in sources]
    loose = [(one, two) for one, two in pairwise(mine) if not any(_together(one, two, each) for each in places)]
    if len(loose) > 1 and len(loose) > (1 - _CONNECTED) * (len(mine) - 1):
        yield from (f"{one.text} … {two.text}" for one, two in loose)


def said_twice(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Words that occur twice within a few words, or pairs of words that occur twice, which no source has twice."""
    there = [[part for word in words(source) for part in parts(word)] for source in sources]
    for found in _twice(sentence):
        if not any(min(map(stems.count, found.split())) > 1 for stems in there):
            yield found


def empty(sentence: str, sources: Sequence[str]) -> bool:
    """Whether a sentence says too little to stand alone: it has no figure and few words of its sources, and no source contains it."""
    if any(is_figure(word.text) for word in words(sentence)) or sentence.rstrip(".") in " ".join(sources):
        return False
    source = " . ".join(sources)
    known = stems_of(f"{source} {spelt_out(source)}")
    return len({word.stem for word in telling(sentence) if covered(word, known)}) < _SAYS - (
        len(sentence.split()) >= _LONG
    )


def overstated(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """What is said with more certainty, about more things, about another time or with fewer conditions than in the sources."""
    spoken = {word.text.casefold() for word in words(sentence)}
    known = {word.text.casefold() for source in sources for word in words(source)}
    yield from _guesses(sentence, sources)
    if _PER.search(" ".join(sources)):
        spoken -= {"every"}
    meanings = _meanings(sentence, " ".join(sources), known)
    yield from (word for word in sorted(spoken & set(_AMOUNTS)) if _AMOUNTS[word] not in meanings)
    stated = sentence.rstrip(". ").casefold()
    for source in sources:
        low = source.casefold()
        if low.startswith(stated) and (found := _IF.match(low, len(stated))):
            yield found[0].strip(", ")
    if not spoken.isdisjoint(_OF_OTHERS) and known.isdisjoint(_OTHERS):
        yield from sorted(spoken & _OF_OTHERS)
    nearest = max(sources, key=lambda source: _alike(sentence, source), default="")
    if (
        (found := _ONLY_IF.search(nearest))
        and not _ONLY_IF.search(sentence)
        and _holds(sentence, nearest[: found.start()])
    ):
        yield found[0]


def _meanings(sentence: str, source: str, known: AbstractSet[str]) -> set[str]:
    """The amounts that a source gives, and those that other rules judge."""
    meanings = {_AMOUNTS[word] for word in known & set(_AMOUNTS)} | ({"all"} if known & _EACH else set())
    if known & _NOT_ANY or KEEPS.search(source):
        meanings.add("none")
    if _AT_ONCE.search(sentence):
        meanings.add("all")
    if _TO_COME.search(source):
        meanings.add("surely")
    if not _MOST_OF.search(sentence):
        meanings.add("most")
    if _ALL_OF.search(sentence):
        meanings.add("all")
    return meanings


def opposite(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Adjectives whose opposite the sources have where the sentence has them, while they have the adjective itself nowhere, or of other things."""
    known = {word.text.casefold() for source in sources for word in words(source)}
    stems = stems_of(" . ".join(sources))
    known |= {word.removesuffix("ly") for word in known}
    for word in words(sentence):
        low = word.text.casefold()
        low = low if low in _OPPOSITE else low.removesuffix("ly")
        if low not in _OPPOSITE or not (against := _OPPOSITE[low] & known):
            continue
        denied = _is_denied(word, sentence)
        if low in known or word.stem in stems:
            if any(_is_of(word, sentence, {low}, source) for source in sources):
                continue
            fault = any(_is_of(word, sentence, against, source, denied) for source in sources)
        else:
            fault = any(_of_the_same(word, sentence, against, source, denied) for source in sources)
        if fault:
            yield word.text


def _is_denied(word: Word, text: str) -> bool:
    return _DENIED.search(text[: word.start][-_BEFORE:]) is not None


def _places_of(some: AbstractSet[str], source: str, denied: bool | None) -> list[Word]:
    """Where one of the words stands in a source, denied or not if that matters."""
    found = [word for word in words(source) if {word.text.casefold(), word.text.casefold().removesuffix("ly")} & some]
    return [word for word in found if denied is None or _is_denied(word, source) is denied]


def _is_of(word: Word, sentence: str, some: AbstractSet[str], source: str, denied: bool | None = None) -> bool:
    """Whether one of some words stands just before the word that an adjective stands before in the sentence."""
    noun = _beside(word, sentence)[1][:1]
    return bool(noun) and any(
        any(same_class(noun[0], other) for other in _beside(found, source)[1][:1])
        for found in _places_of(some, source, denied)
    )


def _of_the_same(word: Word, sentence: str, against: AbstractSet[str], source: str, denied: bool) -> bool:
    """Whether one of the words stands in the source by what the word stands by in the sentence."""
    mine = _beside(word, sentence)
    return any(
        any(
            same_class(one, other)
            for ours, its in zip(mine, _beside(found, source), strict=True)
            for one in ours
            for other in its
        )
        for found in _places_of(against, source, denied)
    )


def _beside(word: Word, text: str) -> tuple[list[str], list[str]]:
    """The stems with content just before a word and just after it."""
    all_ = words(text)
    before = [one for one in all_[: word.place] if one.content][-_BESIDE:]
    after = [one for one in all_[word.place + 1 :] if one.content][:_BESIDE]
    return [part for one in before for part in parts(one)], [part for one in after for part in parts(one)]


def telling(text: str) -> list[Word]:
    """The content words of a text, without figures and without what a summary may say about any work."""
    return [word for word in words(text) if word.content and not is_free(word) and not is_figure(word.text)]


def _places(source: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, word in enumerate(telling(source)):
        for meaning in {*parts(word)}:
            found.setdefault(meaning, []).append(place)
    return found


def _together(one: Word, two: Word, places: Mapping[str, Sequence[int]]) -> bool:
    here, there = (
        [
            place
            for known, found in places.items()
            if any(same_class(part, known) for part in parts(word))
            for place in found
        ]
        for word in (one, two)
    )
    return any(abs(first - second) <= _NEAR for first in here for second in there)


def _twice(text: str) -> Iterator[str]:
    """Stems that are repeated side by side, and pairs of stems that occur twice within a few words."""
    content = [
        word
        for word in words(text)
        if word.content
        and not is_figure(word.text)
        and word.text not in _AUTHORS
        and text[word.start - 1 : word.start] != "("
    ]
    for one, two in pairwise(content):
        if one.stem == two.stem and not _BETWEEN.fullmatch(text, one.start + len(one.text), two.start):
            yield one.stem
    seen: dict[str, int] = {}
    for place, (one, two) in enumerate(pairwise(content)):
        pair = f"{one.stem} {two.stem}"
        if place - seen.get(pair, -_APART - 1) <= _APART:
            yield pair
        seen[pair] = place


def _guesses(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Words that make a source's statement a guess, or limit it to some cases, and that the sentence leaves out."""
    mine = words(sentence)
    for hedges, others in ((_GUESSED, _HEDGES), (_PARTLY, _OFTEN | _HEDGES)):
        hedged = [word.place for word in mine if word.text.casefold() in others]
        for source in _told(sentence, sources):
            content = [word for word in words(source) if word.content or word.text.casefold() in hedges]
            for place, word in enumerate(content):
                if word.text.casefold() not in hedges or any(one.stem == word.stem for one in mine):
                    continue
                after = [one.stem for one in content[place + 1 : place + 5] if one.content]
                told = [min((one.place for one in mine if same_class(one.stem, stem)), default=-1) for stem in after]
                there = [place for place in told if place >= 0]
                if len(there) < max(2, len(told) - 1):
                    continue
                if not any(min(there) - _HEDGED <= place <= max(there) + _HEDGED for place in hedged):
                    yield word.text


def _told(sentence: str, sources: Sequence[str]) -> list[str]:
    """The sources that the sentence retells: those with at least half as many of its words as the source with most."""
    alike = [_alike(sentence, source) for source in sources]
    return [source for source, found in zip(sources, alike, strict=True) if 2 * found >= max(alike)]


def _holds(sentence: str, *given: str) -> bool:
    """Whether a text has at least two content words, and a sentence contains all of them."""
    mine = {word.stem for word in words(sentence)}
    wanted = [word.stem for text in given for word in words(text) if word.content]
    return len(wanted) > 1 and all(any(same_class(one, other) for other in mine) for one in wanted)


def _alike(sentence: str, source: str) -> float:
    mine, theirs = ({word.stem for word in telling(text)} for text in (sentence, source))
    return len(mine & theirs)
