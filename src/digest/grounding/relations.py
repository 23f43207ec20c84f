"""Compare what a sentence relates with what its sources relate: comparisons and their direction, who beats whom, causes.

A word of a relation is matched with the source's word whose neighbours are most alike, so that two relations in one sentence are
not taken for each other.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from digest.grounding.comparing import go_together, is_graded, is_idiom, rises_by_figures, wins_by_figures
from digest.grounding.denials import KEEPS, touch
from digest.grounding.figures import TIMES
from digest.grounding.words import Word, covered, listed, parts, same_class, stem, stems, stems_of, words

_UP = stems(
    "improve improves improvement increase raise boost gain grow growth higher more greater large larger bigger better outperform "
    "exceed surpass beat stronger rise enhance longer best highest strengthen amplify expand widen "
    "double triple win superior superiority accelerate faster"
)
_DOWN = stems(
    "reduce reduction decrease lower fewer less smaller worse drop fall degrade degradation decline shrink cut slower weaker "
    "underperform shorter lose loss halve minimize mitigate alleviate suppress below worst lowest weaken lag trail inferior diminish narrow"
)
_LOSES = stems("underperform lag trail worse lower weaker slower inferior smaller lose fewer less below")
_BEATS = stems(
    "outperform exceed surpass beat better higher stronger faster larger superior superiority more win improve"
)
_VERBS = stems("outperform exceed surpass beat underperform lag trail win lose")
_QUICK = stems("faster speedup accelerate cheaper efficient efficiency")
_BOUND = re.compile(
    r"(?:more|less|fewer|higher|lower|larger|smaller|greater) than (?:\d\S*|an? (?:hundred|thousand|dozen|million|third|quarter|fifth|tenth|\d+th)|"
    r"half|double|twice|triple|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|fifty)\b",
    re.IGNORECASE,
)
_WITHOUT = re.compile(r"\b(?:without|no|not|nor) (?:\w+ )?$", re.IGNORECASE)
_WITHOUT_ANY = re.compile(r"\b(?:without|no|not|nor)\b", re.IGNORECASE)
_AS_ALIKE = 0.8
_SIGNED = 18  # characters around a word in which a figure is its
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_OFTEN = re.compile(r"\bmore often\b", re.IGNORECASE)
_RATE = re.compile(r"\b(?:rates?|frequen\w+|probabilit\w+|likel\w+|share)\b", re.IGNORECASE)
_THAN_AFTER = re.compile(r"\S+ (?:[\w-]+ ){0,5}?(?:than|over|upon|to)\b")
_NO_LONGER = re.compile(r"\bno longer$", re.IGNORECASE)
BEST = re.compile(
    r"\b(?:best|optimal\w*|optimum|top|highest|strongest|superior\w*|state[- ]of[- ]the[- ]art|sota)\b", re.IGNORECASE
)
_BASE = listed(
    "few little small large big long short high low great strong weak slow fast bad good expansive behind above narrow wide"
)
_QUALITIES = listed("strength strengths")
_COSTS = stems("latency time cost overhead memory compute computation token parameter budget")
_CAUSE = re.compile(
    r"\b(because|due to|thanks to|owing to|as a result|caused? by|causes?|stems? from|driven by|attribut\w+|therefore|hence|consequently|"
    r"follows from|since (?:it|they|its|the|this)|so that|explained by|leads? to|results? (?:in|from)|responsible for)\b",
    re.IGNORECASE,
)
_THROUGH = re.compile(
    r"\b(to|for|by|through|via|using|with|enabl\w+|leading|resulting|yield\w*|as|since|from)\b", re.IGNORECASE
)
_MAKES = re.compile(
    r"\b(?:impeded|hindered|hampered|limited|driven|enabled|influenced|affected|held back|shaped|constrained|obstructed) by\b|\b(?:thereby|thus|so|impedes?|hinders?|hampers?|prevents?)\b|\bto (?:account|compensate|address|handle|mitigate|cope|deal|overcome|avoid|reduce)\b|"
    r"\b(?:which|that) (?:makes?|limits?|leads?|allows?|enables?|causes?|hinders?|prevents?)\b|, (?:limiting|enabling|leading|allowing|making|causing|hindering|preventing)\b",
    re.IGNORECASE,
)
_NAMES_CAUSE = re.compile(
    r"because|due to|thanks to|owing to|as a result|caused? by|stems? from|driven by|follows from|since|explained by",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"[^,;:.]{0,80}")  # a word of cause
_ITS = listed("larger better longer improved stronger more cleaner faster higher lower greater relies rely uses use")
_EXPLAINS = re.compile(r"[:;]\s|\s[—–]\s")
_LOOSE = re.compile(r"^(leads? to|results? (?:in|from)|since|so that)", re.IGNORECASE)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|been|being|be)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_THAN = frozenset({"than", "over", "upon", "against"})
_PREPOSITIONS = listed("on in by with for across at under from while when")
_OURS = listed("our ours we us")
_TELLING = _OURS | listed("existing previous prior baseline baselines")  # one of them on the wrong side is enough
# What else tells of better or worse, where a source says it and a sentence compares.
_GOOD = stems(
    "favorable benefit help robust advantage enable thrive excel succeed recover recovery support good prefer facilitate efficient more stable strengthen"
)
_BAD = stems(
    "vanish disappear hurt harm miss fail impede hinder limit cost overhead degrade worsen suffer struggle collapse bad poor eliminate remove save negligible marginal "
    "compress prune merge shed forget no without avoid discard bottleneck insufficient lose succeed behind underperform"
)
_REACH = 6  # words on each side that tell what a word of a relation is about


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A word of a relation, and the content stems around it by their distance: negative before it."""

    word: Word
    stem: str  # of the word, or of the part of a compound that relates
    near: tuple[tuple[int, str], ...]


def inverted(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """The words that compare in another direction than the sources, or that compare what they do not."""
    known = [place for source in sources for place in places(source, _UP | _DOWN | _QUICK | _GOOD | _BAD)]
    stems_ = stems_of(" . ".join(sources))
    for place in places(sentence, _UP | _DOWN):
        alike = nearest(place, known)
        if _judged_otherwise(place, sentence, sources):
            continue
        if _wins(place, sentence):
            fine = True
        elif alike is None:
            rises = rises_by_figures(sentence, sources)
            fine = covered(place.word, stems_) or rises is (place.stem in _UP) or place.word.text.casefold() in TIMES
        else:
            fine = _agreeing(place, alike, known) or _converse(place, alike, sentence, sources)
            fine = fine and (covered(place.word, stems_) or likeness(place, alike) > 0)
            if place.stem in _QUICK and fine:
                fine = any(
                    one.stem in _QUICK or any(near in _COSTS for _, near in one.near) for one in known
                ) or covered(place.word, stems_)
        if not fine:
            yield place.word.text


def _agreeing(place: Place, alike: Place, known: Sequence[Place]) -> bool:
    """Whether the source's word that is most alike compares in the same direction, or one that is nearly as much alike and of one stem."""
    if _agree(place, alike):
        return True
    least = _AS_ALIKE * likeness(place, alike)
    return any(
        same_class(place.stem, other.stem) and likeness(place, other) >= least > 0
        for other in known
        if _agree(place, other)
    )


def _converse(place: Place, alike: Place, sentence: str, sources: Sequence[str]) -> bool:
    """Whether the sides are exchanged together with the direction: `B is lower than A` for `A is higher than B`."""
    if (
        place.stem not in _BEATS | _LOSES
        or alike.stem not in _BEATS | _LOSES
        or not _THAN_AFTER.match(sentence, place.word.start)
    ):
        return False
    source = next(source for source in sources if alike.word in words(source))
    mine, theirs = _sides(place, words(sentence), sentence), _sides(alike, words(source), source)
    right, wrong = ([word.stem for word in side] for side in theirs)
    winner = [word.stem for word in mine[0][:2] if not word.text[0].isdigit()]
    here, there = ([one for one in winner if touch([one], side)] for side in (right, wrong))
    return bool(set(here) - set(there)) and not set(there) - set(here)


def _judged_otherwise(place: Place, sentence: str, sources: Sequence[str]) -> bool:
    """Whether a word of comparison is a rank, tells a comparison in another form, stands in a denial, or has a figure with a sign."""
    if place.word.text.casefold() == "best" and any(map(BEST.search, sources)):
        return True
    start = place.word.start
    if _goes_together(place, sentence, sources) or is_idiom(sentence, start) or is_graded(sentence, start, sources):
        return True
    if _OFTEN.match(sentence, start) and any(_RATE.search(one) and places(one, _UP) for one in sources):
        return True
    before = sentence[: place.word.start]
    if _WITHOUT.search(before) and any(_WITHOUT_ANY.search(source) or KEEPS.search(source) for source in sources):
        return True
    near = sentence[max(0, place.word.start - _SIGNED) : place.word.start + _SIGNED]
    sign = r"\+" if place.stem in _UP else "-"
    return any(
        re.search(rf"(?<![\w.]){sign} ?{re.escape(number)}(?![\d.]\d)", source)
        for number in _NUMBER.findall(near)
        for source in sources
    )


def _goes_together(place: Place, sentence: str, sources: Sequence[str]) -> bool:
    told = place.stem in _UP or any(place.word.text.casefold() in source.casefold() for source in sources)
    return told and go_together(sentence, place.word.start, sources)


def _wins(place: Place, sentence: str) -> bool:
    """Whether figures in brackets give the direction that a sentence puts into a word."""
    if place.stem not in _BEATS | _LOSES:
        return False
    return wins_by_figures(sentence, place.word.start) is (place.stem in _BEATS)


def compares(word: Word) -> bool:
    """Whether a word compares, so that its direction is judged."""
    return word.stem in _UP or word.stem in _DOWN


def swapped(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Verbs of comparison whose two sides stand the other way round in the sources."""
    known = [(place, words(source), source) for source in sources for place in places(source, _BEATS | _LOSES)]
    for place in places(sentence, _BEATS | _LOSES):
        if not (place.stem in _VERBS or _THAN_AFTER.match(sentence, place.word.start)):
            continue
        if _goes_together(place, sentence, sources):
            continue
        same = [one for one, _, _ in known if one.stem == place.stem]
        alike = nearest(place, same or [one for one, _, _ in known])
        if alike is None:
            continue
        _, there, source = next(one for one in known if one[0] is alike)
        mine, theirs = _sides(place, words(sentence), sentence), _sides(alike, there, source)
        winner, loser = _crossed(mine[0], theirs[1], theirs[0]), _crossed(mine[1], theirs[0], theirs[1])
        if (winner and loser) or any(_named(word) or word.text.casefold() in _TELLING for word in (*winner, *loser)):
            yield place.word.text


def caused(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Words that give a cause where the sources give none, or a cause that they do not mention."""
    text = " . ".join(sources)
    known = stems_of(text)
    for found in _CAUSE.finditer(sentence):
        behind = _BEHIND.match(sentence, found.end())
        cause = [
            word for word in words(behind[0] if behind else "") if word.content and word.text.casefold() not in _ITS
        ]
        named = not _NAMES_CAUSE.match(found[0]) or not cause or any(covered(word, known) for word in cause)
        if named and (_CAUSE.search(text) or _MAKES.search(text) or _EXPLAINS.search(text)):
            continue
        if named and _LOOSE.match(found[0]) and _THROUGH.search(text):
            continue
        yield found[0]


def places(text: str, wanted: frozenset[str]) -> list[Place]:
    all_ = words(text)
    found = []
    for word in all_:
        if _BOUND.match(text, word.start) or _NO_LONGER.search(text, 0, word.start + len(word.text)):
            continue
        pieces = {stem(piece) for piece in re.split(r"[-/]", word.text.casefold()) if piece in _BASE}
        if word.text.casefold() in _QUALITIES or word.text.casefold().removesuffix("ly") in _BASE:
            continue
        related = next((part for part in parts(word) if part in wanted and part not in pieces), "")
        if related:
            near = tuple(
                (other.place - word.place, other.stem)
                for other in all_[max(0, word.place - _REACH) : word.place + _REACH + 1]
                if other is not word and other.content
            )
            found.append(Place(word=word, stem=related, near=near))
    return found


def nearest(place: Place, known: Sequence[Place]) -> Place | None:
    """The source's word that corresponds best; None if it has none."""
    return max(known, key=lambda other: likeness(place, other), default=None)


def likeness(one: Place, other: Place) -> float:
    found = 0.0
    for mine, my_stem in one.near:
        best = 0.0
        for theirs, their_stem in other.near:
            if same_class(my_stem, their_stem):
                best = max(best, (1.0 if mine * theirs > 0 else 0.4) / (abs(mine) + abs(theirs)))
        found += best
    return found * (2 if one.stem == other.stem else 1.5 if same_class(one.stem, other.stem) else 1)


def _agree(one: Place, other: Place) -> bool:
    mine, theirs = one.stem, other.stem
    if mine == theirs or (mine in _UP and theirs in _UP | _GOOD) or (mine in _DOWN and theirs in _DOWN | _BAD):
        return True
    costs = any(near in _COSTS for _, near in (*one.near, *other.near))
    return (mine in _QUICK and (theirs in _QUICK or costs)) or (theirs in _QUICK and costs)


def _sides(place: Place, all_: Sequence[Word], text: str) -> tuple[list[Word], list[Word]]:
    """The words of what wins and of what loses, as far as they stand close by, nearest first."""
    start = place.word.place
    passive = _PASSIVE.search(text[: place.word.start]) is not None and " by " in text[place.word.start :][:30]
    marks = {"by"} if passive else _THAN
    than = next((one.place for one in all_[start : start + _REACH] if one.text.casefold() in marks), start)
    before = [one for one in reversed(all_[max(0, start - _REACH) : start]) if _noun(one)]
    if than > start and all_[start + 1].text.casefold() in _PREPOSITIONS:  # `higher on X than on Y`
        before = [*(one for one in all_[start + 1 : than] if _noun(one)), *before]
    first = than + 1
    first += any(one.text.casefold() in _PREPOSITIONS for one in all_[first : first + 1])  # `than on the originals`
    rest = takewhile(lambda one: one.text.casefold() not in _PREPOSITIONS, all_[first : first + _REACH])
    after = [one for one in rest if _noun(one)]
    return (after, before) if (place.stem in _LOSES) is not passive else (before, after)


def _noun(word: Word) -> bool:
    """Whether the word can be what is compared, or says whose it is."""
    low = word.text.casefold()
    return low in _OURS or (word.content and (_named(word) or not low.endswith("ly")))


def _named(word: Word) -> bool:
    return any(letter.isupper() for letter in word.text[1:])


def _crossed(side: Sequence[Word], other: Sequence[Word], same: Sequence[Word]) -> list[Word]:
    """Which of the nearest words of a side stand on the other side in the source, and only there."""
    there, here = [word.stem for word in other[:4]], [word.stem for word in same[:4]]
    return [one for one in side[:2] if touch([one.stem], there) and not touch([one.stem], here)]
