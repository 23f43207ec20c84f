"""A window's items -> candidates for the issue, and the fate of every sighting that makes none. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from digest.classify import Text
from digest.config import Feed
from digest.editorial.decisions import Hand
from digest.editorial.kinds import kind_of
from digest.editorial.releases import announced
from digest.model import Fate, Follows, Item, ItemKind, Observation, Release, Sighting, Source, Window

# A claimed date further ahead than this is not believed: feeds post-date.
AHEAD = timedelta(days=1)
LEFT_ALONE = Hand()
_VOTED = re.compile(r"https?://(?:www\.)?huggingface\.co/papers/")  # scrapes of its list that leave the votes out
_STRENGTH: tuple[ItemKind, ...] = ("paper", "release", "post", "news")


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """Who speaks of an item: feeds of one host that lead to one host are one voice, such as two sections of one archive."""

    name: str
    heard: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An item that may stand in the issue, told from its sightings that were not filtered."""

    id: str
    keys: tuple[str, ...]
    title: str
    summary: str
    url: str
    authors: tuple[str, ...]
    published: datetime | None
    first_seen: datetime
    sources: tuple[Source, ...]
    feeds: tuple[Feed, ...]  # the configured ones among its sources, in their order
    voices: tuple[Voice, ...]  # each once, when it was first heard
    sightings: int  # how many first sightings of the window it answers for
    observations: tuple[Observation, ...] = ()  # what feeds say of others' interest in it
    members: tuple[str, ...] = ()  # ids of the other items that its story tells
    follows: Follows | None = None  # the published item that it is about
    kind: ItemKind = "paper"
    release: Release | None = None  # what it, or a part of its story, makes available

    @property
    def on_topic(self) -> bool:
        """Whether a feed that shows it is configured as being about language models only."""
        return any(feed.on_topic for feed in self.feeds)


def text_of(candidate: Candidate) -> Text:
    """What the classifier reads of a candidate, with what its feeds are configured to say of it."""
    return Text(
        id=candidate.id,
        title=candidate.title,
        summary=candidate.summary,
        kind=candidate.kind,
        on_topic=candidate.on_topic,
        hints=tuple(dict.fromkeys(trend for feed in candidate.feeds for trend in feed.trends)),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Sifted:
    candidates: tuple[Candidate, ...]
    fates: Mapping[Fate, int]  # of the window's sightings that make no candidate


def sift(
    items: Sequence[Item],
    *,
    window: Window,
    published: frozenset[str],
    feeds: Mapping[str, Feed],
    hand: Hand = LEFT_ALONE,
) -> Sifted:
    """Split a window.

    Args:
        items: every item with a sighting in the window, each with all its sightings up to its end.
        window: tells which sightings count.
        published: ids of those items that a closed issue holds already.
        feeds: the configured feeds by name; a feed that is no longer configured filters nothing.
        hand: what the editor dropped counts as filtered.
    """
    fates: Counter[Fate] = Counter()
    candidates = []
    for item in items:
        fresh = [sighting for sighting in item.sightings if window.holds(sighting.first_seen)]
        if item.id in published:
            fates["merged"] += len(fresh)
            continue
        fates.update(sighting.fate for sighting in fresh if sighting.fate)
        accepted = [sighting for sighting in fresh if not sighting.fate]
        passed = [sighting for sighting in accepted if _passes(sighting, feeds.get(sighting.feed))]
        passed = [] if hand.drops(item.keys) else passed
        fates["filtered"] += len(accepted) - len(passed)
        if passed:
            candidates.append(_candidate(item, passed, feeds))
    return Sifted(candidates=tuple(candidates), fates=fates)


def _passes(sighting: Sighting, feed: Feed | None) -> bool:
    if feed is None:
        return True
    text = f"{sighting.title}\n{sighting.summary}"
    included = not feed.include or any(re.search(pattern, text) for pattern in feed.include)
    return included and not any(re.search(pattern, text) for pattern in feed.exclude)


def _candidate(item: Item, passed: Sequence[Sighting], feeds: Mapping[str, Feed]) -> Candidate:
    order = {name: number for number, name in enumerate(feeds)}
    told = sorted(passed, key=lambda sighting: (sighting.first_seen, order.get(sighting.feed, len(order))))
    first = told[0]
    kinds = [sighting.kind or _kind(sighting, item.id, feeds.get(sighting.feed)) for sighting in told]
    sources = dict.fromkeys(Source(feed=sighting.feed, url=sighting.url) for sighting in told)
    return Candidate(
        id=item.id,
        keys=item.keys,
        title=next((sighting.title for sighting in told if sighting.title), "(untitled)"),
        summary=next((sighting.summary for sighting in told if sighting.summary), ""),
        url=_home(item.id) or next((sighting.url for sighting in told if sighting.url), ""),
        authors=next((sighting.authors for sighting in told if sighting.authors), ()),
        published=_believed(told),
        first_seen=first.first_seen,
        sources=tuple(sources),
        feeds=tuple(feeds[name] for name in dict.fromkeys(source.feed for source in sources) if name in feeds),
        voices=first_heard(_voice(sighting, feeds.get(sighting.feed), item.observations) for sighting in told),
        observations=item.observations,
        sightings=len(passed),
        kind=strongest(kinds),
        release=next(
            (
                found
                for sighting, kind in zip(told, kinds, strict=True)
                if (found := announced(sighting.title, sighting.summary, kind=kind, feed=feeds.get(sighting.feed)))
            ),
            None,
        ),
    )


def strongest(kinds: Sequence[ItemKind]) -> ItemKind:
    """Of what several sightings are: a paper's own page makes it a paper, else an announcement a release."""
    return min(kinds, key=_STRENGTH.index, default="post")


def _kind(sighting: Sighting, id_: str, feed: Feed | None) -> ItemKind:
    """The kind of a sighting that was stored before kinds were."""
    return kind_of(
        feed.kind if feed else None,
        title=sighting.title,
        summary=sighting.summary,
        id_=id_,
        on_topic=feed is not None and feed.on_topic,
    )


def first_heard(voices: Iterable[Voice]) -> tuple[Voice, ...]:
    """Each voice once, the earliest first."""
    ordered = sorted(voices, key=lambda voice: voice.heard)
    return tuple({voice.name: voice for voice in reversed(ordered)}.values())[::-1]


def _voice(sighting: Sighting, feed: Feed | None, observations: Sequence[Observation]) -> Voice:
    """The list that shows it where its readers vote: two scrapes of one list are one voice, wherever they lead to."""
    own = {one.name for one in observations if one.feed == sighting.feed}
    if "votes" in own or _VOTED.match(sighting.url):
        return Voice(name="votes", heard=sighting.first_seen)
    if "points" in own:
        return Voice(name="points", heard=sighting.first_seen)
    host = urlsplit(feed.url).hostname if feed else None
    about = urlsplit(sighting.url).hostname or ""
    return Voice(name=f"{host or sighting.feed} {about}", heard=sighting.first_seen)


def _home(item: str) -> str:
    """A paper's own page, whichever feed showed it."""
    kind, _, name = item.partition(":")
    return f"https://arxiv.org/abs/{name}" if kind == "arxiv" else ""


def _believed(told: Sequence[Sighting]) -> datetime | None:
    dates = (sighting.published for sighting in told)
    return next((date for date in dates if date and date <= told[0].first_seen + AHEAD), None)
