"""Filter a window's items into candidates for the issue, and record the fate of all other sightings."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from digest.classify import Text
from digest.config import Feed
from digest.editorial.hand import Hand
from digest.editorial.kinds import kind_of
from digest.editorial.releases import announced, merged
from digest.editorial.versions import is_version, named
from digest.model import Fate, Follows, Item, ItemKind, Observation, Release, Sighting, Source, Window
from digest.text.clean import cut
from digest.text.patterns import matches
from digest.text.sentences import split

SHORT_TEXT = 20  # words; a longer text of another feed is used instead
LONG_TITLE = 120  # characters; longer ones of posts may be a whole paragraph
HEADLINE_WORDS = 4
NAMED_CHARS = 100  # characters of a text that replaces a title
# A date further in the future than this is ignored, because feeds post-date.
AHEAD = timedelta(days=1)
LONG_BEFORE = timedelta(days=60)
LEFT_ALONE = Hand()
# What collecting refuses, and an editor may bring in all the same.
BROUGHT_IN: frozenset[Fate] = frozenset({"too_old", "replaced", "over_limit", "flooded"})
_VOTED = re.compile(r"https?://(?:www\.)?huggingface\.co/papers/")  # scrapes of its list that leave the votes out
_STRENGTH: tuple[ItemKind, ...] = ("paper", "release", "post", "news")


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """An independent source of an item. Feeds of one host that link to one host, like two sections of an archive, are one voice."""

    name: str
    heard: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An item that may be in the issue, made from its sightings that were not filtered."""

    id: str
    keys: tuple[str, ...]
    title: str
    summary: str
    url: str
    authors: tuple[str, ...]
    published: datetime | None
    first_seen: datetime
    sources: tuple[Source, ...]
    feeds: tuple[Feed, ...]  # its configured sources, in their order
    voices: tuple[Voice, ...]  # each once, with the time of its first sighting
    sightings: int  # the number of the window's first sightings that it covers
    observations: tuple[Observation, ...] = ()  # what feeds say of others' interest in it
    members: tuple[str, ...] = ()  # ids of the other items of its story
    follows: Follows | None = None  # the published item that it follows up
    kind: ItemKind = "paper"
    release: Release | None = None  # what it, or another item of its story, releases
    beside: tuple[str, ...] = ()  # the texts of the other items of its story
    version: bool = False  # its feed announces the number of a version alone

    @property
    def is_software(self) -> bool:
        """Whether it is a version of software rather than a model: from a feed of releases, or a number alone."""
        return self.version or any(feed.kind == "releases" for feed in self.feeds)

    @property
    def on_topic(self) -> bool:
        """Whether one of its feeds is configured as being only about language models."""
        return any(feed.on_topic for feed in self.feeds)


def text_of(candidate: Candidate) -> Text:
    """The text of a candidate for the classifier, with the configuration of its feeds."""
    return Text(
        id=candidate.id,
        title=candidate.title,
        summary=candidate.summary,
        kind=candidate.kind,
        on_topic=candidate.on_topic,
        hints=tuple(dict.fromkeys(trend for feed in candidate.feeds for trend in feed.trends)),
        link=candidate.url,
    )


def text_of_sighting(item: Item, sighting: Sighting, feed: Feed | None) -> Text:
    """As `text_of`, of one sighting alone; `feed` is None if it is no longer configured."""
    return Text(
        id=item.id,
        title=sighting.title,
        summary=sighting.summary,
        kind=sighting.kind or _kind(sighting, item.id, feed),
        on_topic=feed is not None and feed.on_topic,
        hints=feed.trends if feed is not None else (),
        link=_home(item.id) or sighting.url,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Sifted:
    candidates: tuple[Candidate, ...]
    fates: Mapping[Fate, int]  # of the window's sightings without a candidate


def sift(
    items: Sequence[Item],
    *,
    window: Window,
    published: frozenset[str],
    feeds: Mapping[str, Feed],
    hand: Hand = LEFT_ALONE,
) -> Sifted:
    """Split a window into candidates and other sightings.

    Args:
        items: all items with a sighting in the window, each with all its sightings up to the window's end.
        window: decides which sightings count.
        published: ids of the items that are already in a closed issue.
        feeds: the configured feeds by name; a feed that is no longer configured filters nothing.
        hand: the editor's decisions. Dropped items count as filtered; those that the editor shows are neither filtered nor refused.
    """
    fates: Counter[Fate] = Counter()
    candidates = []
    for item in items:
        fresh = [sighting for sighting in item.sightings if window.holds(sighting.first_seen)]
        if item.id in published:
            fates["merged"] += len(fresh)
            continue
        shown = hand.shows(item.keys)
        refused = [one.fate for one in fresh if one.fate and not (shown and one.fate in BROUGHT_IN)]
        fates.update(refused)
        accepted = [one for one in fresh if not one.fate or (shown and one.fate in BROUGHT_IN)]
        if not shown and _is_old(item, accepted):
            fates["too_old"] += len(accepted)
            continue
        passed = [one for one in accepted if shown or passes(one, feeds.get(one.feed))]
        passed = [] if hand.drops(item.keys) else passed
        fates["filtered"] += len(accepted) - len(passed)
        if passed:
            candidates.append(_candidate(item, passed, feeds))
    return Sifted(candidates=tuple(candidates), fates=fates)


def _is_old(item: Item, accepted: Sequence[Sighting]) -> bool:
    """Whether another feed dates a post long before those that have it as new, which date it by when they first saw it."""
    if item.id.startswith(("arxiv:", "doi:")):
        return False  # an old work may become known
    dates = [one.published for one in item.sightings if one.fate == "too_old" and one.published]
    told = [one.published or one.first_seen for one in accepted]
    return bool(dates and told) and min(told) - min(dates) > LONG_BEFORE


def passes(sighting: Sighting, feed: Feed | None) -> bool:
    if feed is None:
        return True
    text = f"{sighting.title}\n{sighting.summary}"
    included = not feed.include or any(matches(pattern, text) for pattern in feed.include)
    return included and not any(matches(pattern, text) for pattern in feed.exclude)


def _candidate(item: Item, passed: Sequence[Sighting], feeds: Mapping[str, Feed]) -> Candidate:
    order = {name: number for number, name in enumerate(feeds)}
    sightings = sorted(passed, key=lambda sighting: (sighting.first_seen, order.get(sighting.feed, len(order))))
    first = sightings[0]
    version = is_version(next((sighting.title for sighting in sightings if sighting.title), ""))
    kinds = [_kind_of(sighting, item.id, feeds.get(sighting.feed)) for sighting in sightings]
    sources = dict.fromkeys(Source(feed=sighting.feed, url=sighting.url) for sighting in sightings)
    return Candidate(
        id=item.id,
        keys=item.keys,
        title=_title(sightings) if "paper" in kinds else headline(_title(sightings)),
        summary=_text(sightings),
        url=_home(item.id) or next((sighting.url for sighting in sightings if sighting.url), ""),
        authors=next((sighting.authors for sighting in sightings if sighting.authors), ()),
        published=_believed(sightings),
        first_seen=first.first_seen,
        sources=tuple(sources),
        feeds=tuple(feeds[name] for name in dict.fromkeys(source.feed for source in sources) if name in feeds),
        voices=first_heard(voice(sighting, feeds.get(sighting.feed), item.observations) for sighting in sightings),
        observations=item.observations,
        sightings=len(passed),
        kind=strongest(kinds),
        release=merged(
            announced(titled(sighting), sighting.summary, kind=kind, feed=feeds.get(sighting.feed), version=version)
            for sighting, kind in zip(sightings, kinds, strict=True)
        ),
        version=version,
    )


def strongest(kinds: Sequence[ItemKind]) -> ItemKind:
    """The kind of an item by its sightings: a paper if one is a paper's page, else a release if one is an announcement."""
    return min(kinds, key=_STRENGTH.index, default="post")


def titled(sighting: Sighting) -> str:
    """A sighting's title, with the project's name before the number of a version."""
    return named(sighting.title, url=sighting.url, feed=sighting.feed)


def _kind_of(sighting: Sighting, id_: str, feed: Feed | None) -> ItemKind:
    kind = sighting.kind or _kind(sighting, id_, feed)
    return "release" if kind == "post" and is_version(sighting.title) else kind


def _kind(sighting: Sighting, id_: str, feed: Feed | None) -> ItemKind:
    """The kind of a sighting that was stored by a version without kinds."""
    return kind_of(
        feed.kind if feed else None,
        title=sighting.title,
        summary=sighting.summary,
        id_=id_,
        on_topic=feed is not None and feed.on_topic,
    )


def _title(told: Sequence[Sighting]) -> str:
    """The title from the first feed that has one; otherwise the first words of the text, or the URL."""
    titles = (titled(sighting) for sighting in told)
    words = (cut(sighting.summary, NAMED_CHARS) for sighting in told)
    return next(filter(None, (*titles, *words, *(sighting.url for sighting in told))), "(untitled)")


def headline(title: str) -> str:
    """The title; if it is a whole paragraph, its first sentence, or as many as have a few words. A colon at its end leads nowhere."""
    title = title.rstrip(": ") or title
    if len(title) <= LONG_TITLE:
        return title
    first = ""
    for sentence in split(title):
        first = f"{first} {sentence}".lstrip()
        if len(first.split()) >= HEADLINE_WORDS:
            break
    return first or title


def _text(told: Sequence[Sighting]) -> str:
    """The text of the first feed that has one, or the longest if that one is short."""
    texts = [sighting.summary for sighting in told if sighting.summary]
    if not texts or len(texts[0].split()) >= SHORT_TEXT:
        return texts[0] if texts else ""
    return max(texts, key=lambda text: len(text.split()))


def first_heard(voices: Iterable[Voice]) -> tuple[Voice, ...]:
    """Each voice once, earliest first."""
    ordered = sorted(voices, key=lambda voice: voice.heard)
    return tuple({voice.name: voice for voice in reversed(ordered)}.values())[::-1]


def voice(sighting: Sighting, feed: Feed | None, observations: Sequence[Observation]) -> Voice:
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
    """The URL of a paper's own page, whichever feed showed it."""
    kind, _, name = item.partition(":")
    return f"https://arxiv.org/abs/{name}" if kind == "arxiv" else ""


def _believed(sightings: Sequence[Sighting]) -> datetime | None:
    dates = (sighting.published for sighting in sightings)
    return next((date for date in dates if date and date <= sightings[0].first_seen + AHEAD), None)
