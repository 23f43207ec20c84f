"""Merge a window's candidates into one candidate per story, and find the published story that each follows.

Two items belong together, surest first, if one mentions the other's URL or arXiv id in its text; their titles are the same; their titles
announce a name with the same version; the name coined by a paper is in the title of a post; or their texts are nearly the same. Two
works with arXiv ids of their own are never one story, nor are titles with different numbers ("Part 1", "Part 2").
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil
from zlib import crc32

from rapidfuzz.fuzz import token_sort_ratio

from digest.editorial.candidates import Candidate, first_heard
from digest.editorial.releases import merged
from digest.editorial.summary import FULL, summarise
from digest.editorial.threads import Published, Threads, facts

SAME_TITLE = 92.0  # of 100; one changed word in ten makes another title, a changed ending does not
FEW = 20  # a word or name in more titles than this connects nothing
REREAD = 16_384  # titles that are not read again when a draft is composed again in the same process
ROUNDUP = 2  # a text that mentions more works than this is not about them
SAME_TEXT = 0.7  # Jaccard similarity of five-word shingles
SHINGLE = 5
TEXT_WORDS = 30  # texts with fewer words are not compared

_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+|\barxiv:\s?\d{4}\.\d{4,5}", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_COINED = re.compile(r"^([^\s:]*(?:[A-Z][^\s:]*[A-Z]|[A-Z][^\s:]*\d|\d[^\s:]*[A-Z]|[A-Z][a-z]+-[A-Z])[^\s:]*):\s")
_TOKEN = re.compile(r"[^\s:,;()]+")
_NAME = re.compile(r"[A-Z].*[A-Z0-9]")
_LAUNCH = re.compile(
    r"^(?:(?:Introducing|Announcing|Meet|Launching|Releasing|Welcome):?\s+)?"
    r"((?:[A-Z][\w-]*\s)?[A-Z][\w-]*?[ -]?[vV]?\d+(?:\.\d+)*\w?(?:[ -][A-Z\d]\w*){0,3})"
    r"(?:$|\s?[:：,!]|[.](?:\s|$)|\s[–—-]\s|，|\sis (?:here|out|now))"
)
_STOP = frozenset(
    _WORD.findall(
        "a an and are as at by can for from how in into is it its new of on or our the this to via we what when with"
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Node:
    """A candidate or a published item, with the properties used to find connections."""

    id: str
    title: str
    summary: str
    keys: tuple[str, ...]
    feeds: frozenset[str]
    words: tuple[str, ...]
    numbers: tuple[str, ...]  # of its title, sorted
    named: frozenset[str]  # identity keys of the works whose URLs are in its text

    @property
    def paper(self) -> bool:
        return self.id.startswith("arxiv:")


def gather(
    candidates: Sequence[Candidate], published: Sequence[Published] = (), *, identify: Callable[[str], str]
) -> tuple[Candidate, ...]:
    """Merge each story into its paper, its maker's announcement or else its first item, with the sources of all.

    Args:
        candidates: the candidates of one window, oldest first.
        published: the items of earlier issues that a new one may follow up, latest first.
        identify: maps a URL in a text to the identity key of the work there.
    """
    nodes = [_node(one, identify) for one in candidates] + [_published_node(one) for one in published]
    new = len(candidates)
    follows: dict[int, int] = {}
    groups = _Groups(nodes[:new])
    for one, other in _bonds(nodes, new):
        if other < new:
            groups.join(one, other)
        elif one < new and not (nodes[one].paper and nodes[other].paper and nodes[one].words != nodes[other].words):
            follows.setdefault(one, other - new)
    threads = Threads(published)
    return tuple(
        _following(
            _told([candidates[n] for n in members]),
            next((published[follows[n]] for n in members if n in follows), None),
            threads,
        )
        for members in groups.members()
    )


class _Groups:
    """Disjoint sets of items, at most one of them a paper."""

    def __init__(self, nodes: Sequence[_Node]) -> None:
        self._parent = list(range(len(nodes)))
        self._papers = [int(node.paper) for node in nodes]

    def join(self, one: int, other: int) -> None:
        """Merge two sets, unless both contain a paper."""
        one, other = sorted((self._root(one), self._root(other)))
        if one != other and self._papers[one] + self._papers[other] <= 1:
            self._parent[other] = one
            self._papers[one] += self._papers[other]

    def members(self) -> Iterable[list[int]]:
        """The sets, in the order of their first items."""
        found: dict[int, list[int]] = defaultdict(list)
        for number in range(len(self._parent)):
            found[self._root(number)].append(number)
        return found.values()

    def _root(self, number: int) -> int:
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number


def _node(candidate: Candidate, identify: Callable[[str], str]) -> _Node:
    return _Node(
        id=candidate.id,
        title=candidate.title,
        summary=candidate.summary,
        keys=candidate.keys,
        feeds=frozenset(source.feed for source in candidate.sources),
        words=_words(candidate.title),
        numbers=tuple(sorted(_NUMBER.findall(candidate.title))),
        named=frozenset(identify(found.rstrip(".,;:!?").replace(" ", "")) for found in _addresses(candidate.summary)),
    )


def _addresses(text: str) -> list[str]:
    return _ADDRESS.findall(text) if "://" in text or "arxiv:" in text.lower() else []


def _published_node(item: Published) -> _Node:
    return _Node(
        id=item.id,
        title=item.title,
        summary="",
        keys=(item.id, *item.aliases),
        feeds=frozenset(),
        words=_words(item.title),
        numbers=tuple(sorted(_NUMBER.findall(item.title))),
        named=frozenset(),
    )


@lru_cache(maxsize=REREAD)
def _words(title: str) -> tuple[str, ...]:
    return tuple(word for word in _WORD.findall(title.lower()) if word not in _STOP)


def _bonds(nodes: Sequence[_Node], new: int) -> Iterator[tuple[int, int]]:
    """Pairs of items of one story, the earlier item first, the surest kinds of connection first."""
    yield from _by_address(nodes)
    yield from _by_title(nodes, new)
    yield from _by_repetition(nodes)
    yield from _by_name(nodes, new)
    yield from _by_text(nodes)


def _by_address(nodes: Sequence[_Node]) -> Iterator[tuple[int, int]]:
    places = {key: number for number, node in reversed(list(enumerate(nodes))) for key in node.keys}
    for number, node in enumerate(nodes):
        named = {places[key] for key in node.named if key in places} - {number}
        if not node.paper and len(named) <= ROUNDUP:
            for other in sorted(named):
                yield min(number, other), max(number, other)


def _by_title(nodes: Sequence[_Node], new: int) -> Iterator[tuple[int, int]]:
    """Pairs with equal or nearly equal titles, found by their rarer words."""
    same: dict[tuple[str, ...], int] = {}
    for number, node in enumerate(nodes):
        first = same.setdefault(tuple(sorted(node.words)), number)
        if first != number and _telling(node) and _may_be_one(nodes[first], node):
            yield first, number
    for one, other in _sharing([sorted(node.words, key=len)[-4:] for node in nodes], new):
        words, others = nodes[one].words, nodes[other].words
        long_enough = min(len(words), len(others)) >= 4 and _may_be_one(nodes[one], nodes[other])
        if long_enough and token_sort_ratio(" ".join(words), " ".join(others)) >= SAME_TITLE:
            yield one, other


def _by_repetition(nodes: Sequence[_Node]) -> Iterator[tuple[int, int]]:
    """Pairs in which a feed repeats its own headline without new facts."""
    first: dict[tuple[str, tuple[str, ...]], int] = {}
    for number, node in enumerate(nodes):
        for feed in node.feeds:
            earlier = first.setdefault((feed, node.words), number)
            if earlier != number and node.words and facts(node.summary) <= facts(nodes[earlier].summary):
                yield earlier, number


def _by_name(nodes: Sequence[_Node], new: int) -> Iterator[tuple[int, int]]:
    """Pairs in which one title contains the name coined by a paper, or both announce a name with the same version."""
    coined = [match[1].lower() if node.paper and (match := _COINED.match(node.title)) else "" for node in nodes]
    names = [_names(node.title) for node in nodes]
    for one, other in _sharing(names, new):
        if nodes[one].paper != nodes[other].paper and (coined[one] or coined[other]) in names[one] & names[other]:
            yield one, other
    yield from _sharing([_launched(node.title) for node in nodes], new)


@lru_cache(maxsize=REREAD)
def _names(title: str) -> frozenset[str]:
    """The words of a title with two capitals, or a capital and a digit, in lower case."""
    return frozenset(token.lower() for token in _TOKEN.findall(title) if not token.islower() and _NAME.search(token))


def _launched(title: str) -> tuple[str, ...]:
    """The normalised name that a title announces."""
    found = _LAUNCH.match(title)
    return ("".join(_WORD.findall(found[1].lower())).replace("-", ""),) if found else ()


def _by_text(nodes: Sequence[_Node]) -> Iterator[tuple[int, int]]:
    """Texts of which most five-word pieces are the same. Only those are compared that share one of their rarest pieces:
    two sets as alike as that must (prefix filtering: Bayardo, Ma and Srikant, "Scaling Up All Pairs Similarity Search", 2007).
    """
    texts = {number: words for number, node in enumerate(nodes) if not node.paper and (words := _long(node.summary))}
    seen: dict[tuple[str, ...], int] = {}
    for number, words in texts.items():
        if seen.setdefault(words, number) != number and _may_be_one(nodes[seen[words]], nodes[number]):
            yield seen[words], number
    pieces = {number: _pieces(words) for words, number in seen.items()}
    spread = Counter(piece for own in pieces.values() for piece in own)
    holders: dict[int, list[int]] = defaultdict(list)
    for number, own in pieces.items():
        rarest = sorted(own, key=lambda piece: (spread[piece], piece))[: len(own) - ceil(SAME_TEXT * len(own)) + 1]
        alike = False
        for other in sorted({other for piece in rarest for other in holders[piece]}):
            both = len(own & pieces[other])
            if both >= SAME_TEXT * (len(own) + len(pieces[other]) - both) and _may_be_one(nodes[other], nodes[number]):
                alike = True
                yield other, number
        for piece in () if alike else rarest:  # one is enough for all that are alike
            if len(holders[piece]) < FEW:
                holders[piece].append(number)


def _long(summary: str) -> tuple[str, ...]:
    """The words of a text that is long enough to be compared, or none."""
    words = tuple(_WORD.findall(summary.lower()))
    return words if len(words) >= TEXT_WORDS else ()


def _pieces(words: Sequence[str]) -> frozenset[int]:
    """The five-word shingles of a text, as checksums to save memory."""
    return frozenset(crc32(" ".join(words[n : n + SHINGLE]).encode()) for n in range(len(words) - SHINGLE + 1))


def _sharing(marks: Sequence[Iterable[str]], new: int) -> Iterator[tuple[int, int]]:
    """Pairs of items, the first of them among the `new`, that share a rare mark; each pair once."""
    holders: dict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(marks):
        for mark in dict.fromkeys(own):
            holders[mark].append(number)
    pairs = {
        (one, other)
        for held in holders.values()
        if 2 <= len(held) <= FEW and held[0] < new
        for place, one in enumerate(held)
        if one < new
        for other in held[place + 1 :]
    }
    yield from sorted(pairs)


def _telling(node: _Node) -> bool:
    """Whether a title identifies its item; "Prompt engineering" and "Weekly links" are titles of many pages."""
    return len(node.words) >= 4 or bool(_names(node.title))


def _may_be_one(one: _Node, other: _Node) -> bool:
    """Whether two titles may be one story: they have the same numbers, and no feed has both."""
    return one.numbers == other.numbers and (one.feeds.isdisjoint(other.feeds) or one.words == other.words)


def _following(story: Candidate, followed: Published | None, threads: Threads) -> Candidate:
    if followed is None:
        return story
    follows = threads.follow(
        followed, title=story.title, summary=lambda: summarise(story.summary, title=story.title, words=FULL)
    )
    return replace(story, follows=follows)


def _told(members: Sequence[Candidate]) -> Candidate:
    """A story's candidate: its paper, else its maker's announcement, else its first item, with the sources of all."""
    paper = next((one for one in members if one.id.startswith("arxiv:")), None)
    main = paper or next((one for one in members if one.kind == "release" and one.on_topic), members[0])
    others = [one for one in members if one is not main]
    if not others:
        return main
    everyone = sorted(members, key=lambda one: one.first_seen)
    return replace(
        main,
        keys=tuple(dict.fromkeys(key for one in (main, *others) for key in one.keys)),
        summary=main.summary or max((one.summary for one in others), key=len),
        first_seen=everyone[0].first_seen,
        sources=tuple(dict.fromkeys(source for one in (main, *others) for source in one.sources)),
        feeds=tuple({feed.name: feed for one in (main, *others) for feed in one.feeds}.values()),
        voices=first_heard(voice for one in members for voice in one.voices),
        sightings=sum(one.sightings for one in members),
        observations=tuple(seen for one in members for seen in one.observations),
        members=tuple(one.id for one in others),
        release=merged(one.release for one in (main, *others)),
        beside=tuple(dict.fromkeys(one.summary for one in others if one.summary)),
    )
