"""Compare what a sentence denies with what its sources deny, in whatever words: `not`, `without`, `rather than`, `unchanged`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from digest.grounding.words import listed, parts, same_class, stems, stems_of, words

_NOT_ONLY = re.compile(r"not (?:only|just|merely)\b", re.IGNORECASE)
_NOT = listed(
    "not no never without cannot can't don't doesn't didn't isn't aren't wasn't won't nor neither none fail fails failed failing lack lacks lacking "
    "unable rarely hardly null"
)
# What denies without a negation: `filters out what is irrelevant` for `discards what does not fit`.
_DENYING = re.compile(
    r"\b(?:filter|exclud|avoid|omit|eliminat|remov|prevent|discard|replac)\w*|\b(?:ir(?=r)|im(?=[mp]ossib|imprac)|in(?=valid|correct|accura|suffic|compat|effect|consist)|un(?!i|der|til|less))\w+",
    re.IGNORECASE,
)
_HARDLY = listed("hardly rarely barely scarcely")
_LITTLE = re.compile(
    r"\b(?:little|few|minor|minimal\w*|marginal\w*|negligibl\w*|limited|small|slight\w*|stable|unaffected|insignificant\w*|seldom|weak\w*)\b",
    re.IGNORECASE,
)
_PLAINLY = listed("not no cannot can't don't doesn't didn't isn't aren't wasn't won't")
_LEAVES_OUT = listed("without no never")
_IS_LEFT_OUT = re.compile(
    r"\bzero\b|\b0 ?%|-free\b|-less\b|\b(?!nevertheless|nonetheless|regardless)\w{4,}less\b|\bnon-|\bfree (?:of|from)\b|\b(?:detach|exclud|independent|avoid|separat|omit|eliminat|remov|un(?!i|der|til|less))\w*",
    re.IGNORECASE,
)
_SETS_APART = re.compile(
    r"\b(?:rather than|instead of|as opposed to|other than|unlike|neither|insufficient|inferior|lack(?:s|ing)?|far from|short of)\b",
    re.IGNORECASE,
)  # what a paraphrase may tell with a negation
_CHANGES = stems("change move differ vary grow fall drop rise shift")
_STEADY = re.compile(r"\b(?:stable|steady|constant|unchanged|flat|same|invariant)\b", re.IGNORECASE)
_HARMS = re.compile(
    r"\b(?:suffer\w*|hurt\w*|harm\w*|los[est]\w*|degrad\w*|damag\w*|sacrific\w*|worse\w*)\b", re.IGNORECASE
)
_SHOWS = re.compile(r"\b(?:reveal|show|see|notice|expose|visible|tell)\w*\b", re.IGNORECASE)
_HIDES = re.compile(r"\b(?:obscur|invisib|hid|mask|conceal|overlook|miss)\w*\b", re.IGNORECASE)
KEEPS = re.compile(
    r"\b(?:preserv\w*|maintain\w*|keep\w*|retain\w*|retention|unchanged|intact|unaffected)\b", re.IGNORECASE
)
_CONTRARIES = ((_HARMS, KEEPS), (_SHOWS, _HIDES))
_AND_NOT = re.compile(r"(?:\band|\bbut|,) not\b|\b(?:neither|nor|not enough)\b", re.IGNORECASE)
_STOPS = re.compile(r"[,;:]|[.](?:\s|$)")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Denied:
    """A negation with the content stems after it in its clause, and those just before it, nearest first."""

    word: str
    after: tuple[str, ...]
    before: tuple[str, ...]
    clause: str  # what stands after it

    @property
    def scope(self) -> tuple[str, ...]:
        return (*self.after, *self.before)


def negated(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Negations that only one of the two has: what the sentence denies and the sources do not, and the other way round."""
    set_apart = (_AND_NOT.search(sentence) is not None and any(map(_SETS_APART.search, sources))) or (
        _SETS_APART.search(sentence) is not None and any(map(_AND_NOT.search, sources))
    )
    mine = _denied(sentence)
    left = [one for source in sources for one in _denied(source)]
    prefixed = _prefixed(sources)
    known = stems_of(" . ".join(sources))
    for denied in _unmatched(mine, left):
        if _NOT_ONLY.match(denied.clause) or (denied.word.casefold() in _HARDLY and any(map(_LITTLE.search, sources))):
            continue
        if denied.word.casefold() in _LEAVES_OUT and any(one.word.casefold() in _LEAVES_OUT for one in left):
            continue
        if _in_other_words(denied, sentence, sources):
            continue
        unknown = bool(denied.after) and known.isdisjoint(denied.after[:1])
        if unknown and left:  # another word for what a source denies
            left.pop()
        elif unknown and any(map(_DENYING.search, sources)):
            continue
        elif not set_apart and not touch(denied.after, prefixed):
            yield denied.word
    spoken = {word.stem for word in words(sentence) if word.content}
    if not set_apart:
        beyond = re.search(r"\bonly\b", sentence) is None  # then `not only` may be told as `beyond`
        plainly = [
            one
            for one in left
            if one.word.casefold() in _PLAINLY
            and one.after
            and len(one.scope) > 1
            and not (beyond and _NOT_ONLY.match(one.clause))
            and not any(touch(one.after[:1], denied.after) for denied in mine)  # `no A or B` for `no A and no B`
        ]
        yield from (one.word for one in plainly if _all_in(one.scope[:2], spoken))


def _unmatched(mine: Sequence[_Denied], left: list[_Denied]) -> list[_Denied]:
    """The denials of a sentence that no source has; those that match are removed from `left`."""
    rest = []
    for denied in mine:
        same = max(left, key=lambda other: _shared(denied, other), default=None)
        if same is not None and (_shared(denied, same) or (not denied.after and touch([denied.word], [same.word]))):
            left.remove(same)
        else:
            rest.append(denied)
    return rest


def _in_other_words(denied: _Denied, sentence: str, sources: Sequence[str]) -> bool:
    """Whether the sources say what is denied without a negation: `unchanged` for `did not move`, `obscures` for `does not show`."""
    if denied.word.casefold() in _LEAVES_OUT and any(map(_IS_LEFT_OUT.search, sources)):
        return True
    if _CHANGES.intersection(denied.after) and any(map(_STEADY.search, sources)):
        return True
    if any(said.search(denied.clause) and any(map(there.search, sources)) for said, there in _CONTRARIES):
        return True
    if _SETS_APART.search(sentence):
        return False
    apart = (_stems_after(source, found.end()) for source in sources for found in _SETS_APART.finditer(source))
    return any(touch(denied.after, one) for one in apart)


def _prefixed(sources: Sequence[str]) -> tuple[str, ...]:
    """What stands behind a denying prefix."""
    return tuple(
        word.text[len(prefix) :].casefold()
        for source in sources
        for word in words(source)
        for prefix in ("un", "sub", "non-", "non", "in")
        if word.text.casefold().startswith(prefix)
    )


def _denied(text: str) -> list[_Denied]:
    all_ = words(text)
    found: list[_Denied] = []
    for word in all_:
        if word.text.casefold() == "nor" and any(one.word.casefold() in {"neither", "not"} for one in found):
            continue
        if word.text.casefold() in _NOT:
            stop = next((mark.start() for mark in _STOPS.finditer(text, word.start)), len(text))
            after = [
                part
                for one in all_[word.place + 1 : word.place + (9 if word.text.casefold() == "none" else 6)]
                if one.content and one.start < stop
                for part in parts(one)
            ][:4]
            before = [one.stem for one in reversed(all_[max(0, word.place - 4) : word.place]) if one.content][:2]
            found.append(
                _Denied(word=word.text, after=tuple(after), before=tuple(before), clause=text[word.start : stop])
            )
    return found


def _stems_after(text: str, start: int) -> tuple[str, ...]:
    return tuple(word.stem for word in words(text) if word.start >= start and word.content)[:3]


def _shared(one: _Denied, other: _Denied) -> int:
    """How much two negations deny alike; what stands after them counts more."""
    return 2 * touch(one.after, other.after) + touch(one.scope, other.scope)


def touch(one: Sequence[str], other: Sequence[str]) -> bool:
    return any(same_class(a, b) for a in one for b in other)


def _all_in(some: Sequence[str], spoken: set[str]) -> bool:
    return all(any(same_class(one, word) for word in spoken) for one in some)
