"""What agents may ask of the archive, each question a function from the index or an issue to JSON.

Texts from feeds are marked and capped, so that an agent can tell a stranger's words from the program's: they are under the key
`untrusted_text`, each as one clean line. A text cannot leave its JSON string, so it cannot end the mark.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from digest.citations import FORMATS, of_card
from digest.editorial.recap import recap
from digest.errors import NotFoundError, UsageError
from digest.model import Card, Issue, IssueItem, Moved, Section, Trend
from digest.render.items import by_whom
from digest.render.links import on_the_web
from digest.services import selection
from digest.services.selection import Choice
from digest.storage.archive import Archive
from digest.storage.db.catalogue import Catalogue
from digest.text.clean import clean, cut, readable, web_url

TITLE, SUMMARY, NAME, LINE, URL = 200, 600, 80, 400, 300  # characters
PEOPLE = 10
UNTRUSTED = "untrusted_text"

Answer = dict[str, Any]


def marked(**texts: str | Sequence[str]) -> Answer:
    """Texts from feeds, without the empty ones, each at most as long as a summary."""
    held = {name: _held(text) for name, text in texts.items()}
    return {UNTRUSTED: {name: text for name, text in held.items() if text}}


def _held(text: str | Sequence[str]) -> str | list[str]:
    if isinstance(text, str):
        return cut(readable(text), SUMMARY)
    return [cut(readable(one), NAME) for one in text[:PEOPLE]]


def capped(one: Card) -> Card:
    """An item with texts of the same lengths, for a reference."""
    authors = tuple(cut(readable(name), NAME) for name in one.authors[: 10 * PEOPLE])
    return replace(
        one,
        title=cut(readable(one.title), TITLE),
        summary=cut(readable(one.summary), SUMMARY),
        authors=authors,
        url=address(one.url),
    )


def address(url: str) -> str:
    """A URL, unless it is too long to be of use."""
    found = web_url(url)
    return found if len(found) <= URL else ""


def card(one: Card) -> Answer:
    """An item of an issue."""
    return {
        "id": cut(readable(one.id), TITLE),
        "issue": one.key,
        "trend": one.section,
        "kind": one.kind or "",
        "published": one.published.date().isoformat() if one.published else "",
        "url": address(one.url),
        "in_mail": one.shown,
        **marked(title=cut(one.title, TITLE), summary=one.summary, authors=one.authors, sources=one.sources),
    }


def short(item: IssueItem) -> Answer:
    """An item in a list of an issue, by its title."""
    return {"id": cut(readable(item.id), TITLE), "url": address(item.url), **marked(title=cut(item.title, TITLE))}


def lines(texts: Iterable[str]) -> Answer:
    """Sentences of the program that quote titles."""
    return {UNTRUSTED: [cut(readable(text), LINE) for text in texts]}


MOST = 50  # items in one answer
PER_TREND = 5  # of an issue
POINTS = 26  # issues of a trend's past
CLAIMS = 20


def issues(catalogue: Catalogue, *, limit: int) -> Answer:
    """The closed issues, latest first."""
    found = catalogue.summaries(closed=True, limit=max(1, min(limit, MOST)))
    return {"issues": [{"key": one.key, "items": one.items, "lines": lines(one.lines)} for one in found]}


def search(catalogue: Catalogue, choice: Choice) -> Answer:
    """The results of a search, the same as `digest search` finds."""
    if choice.trend:
        selection.known_trend(catalogue, choice.trend)
    return {"items": [card(hit.card) for hit in selection.searched(catalogue, choice)]}


def issue(catalogue: Catalogue, archive: Archive, key: str, *, base_url: str) -> Answer:
    """An issue: its lead, its three lines, what to read first, its releases, and the first items of each trend."""
    found = _closed(catalogue, archive, key)
    items = found.by_id()
    best = [items[id_] for id_ in found.best if id_ in items]
    return {
        "key": found.key,
        "title": clean(found.title),
        "page": on_the_web(base_url).issue(found.key),
        "window": {"start": _at(found.window.start), "end": _at(found.window.end)},
        "lines": lines(line.text for line in found.lines),
        "lead": [_full(item) for item in best if item.id == found.lead],
        "read_first": [_full(item) for item in best if item.id != found.lead],
        "releases": [
            short(items[one.id]) | {"release": marked(name=one.release.name, maker=one.release.maker)}
            for one in found.releases[:MOST]
            if one.id in items
        ],
        "trends": [_section(section) for section in found.trends],
        "also_noted": [short(item) for item in found.also_noted[:PER_TREND]],
        "quiet": list(found.quiet),
    }


def moved(catalogue: Catalogue, archive: Archive, key: str) -> Answer:
    """What moved in an issue against its own past, by tested counts."""
    found = _closed(catalogue, archive, key)
    items = found.by_id()
    return {
        "key": found.key,
        "trends": [_pulse(section) for section in found.trends if section.pulse.verdict in ("more", "less")],
        "names": [_term(one, items) for one in found.moved],
        "closest_within_chance": [_term(one, items) for one in found.closest],
        "has_history": any(section.pulse.verdict != "no_history" for section in found.trends),
    }


def _term(one: Moved, items: Mapping[str, IssueItem]) -> Answer:
    return {
        **marked(name=one.name),
        "count": one.count,
        "expected": one.expected,
        "q": one.q,
        "past": list(one.past),
        "items": [short(items[id_]) for id_ in islice(one.items, 3) if id_ in items],
    }


def receipt(catalogue: Catalogue, archive: Archive, key: str) -> Answer:
    """What became of every entry of an issue's window, and the feeds with trouble."""
    found = _closed(catalogue, archive, key)
    trouble = [feed for feed in found.feeds if feed.status in ("failed", "gone")]
    return {
        "key": found.key,
        "entries": sum(found.receipt.values()),
        "fates": dict(found.receipt),
        "trouble": [{**marked(feed=feed.name, reason=feed.reason), "status": feed.status} for feed in trouble[:MOST]],
    }


def trend(catalogue: Catalogue, trends: Mapping[str, Trend], id_: str) -> Answer:
    """A trend: its dated baseline with its claims, how it moved, and its latest items."""
    known = trends.get(id_)
    if known is None:
        selection.known_trend(catalogue, id_)
    points = catalogue.points(id_, limit=POINTS)
    latest = catalogue.trend_cards(id_, [point.key for point in points])[:PER_TREND]
    return {
        "id": id_,
        "baseline": _baseline(known) if known else {},
        "past": [
            {"issue": one.key, "items": one.count, "expected": one.expected, "verdict": one.verdict} for one in points
        ],
        "items": list(map(card, latest)),
    }


def _baseline(trend: Trend) -> Answer:
    claims = [{"date": one.date, "text": one.text, "source": one.source} for one in trend.claims[:CLAIMS]]
    return {"name": trend.name, "as_of": trend.as_of, "summary": trend.summary, "claims": claims}


def why(catalogue: Catalogue, archive: Archive, name: str) -> Answer:
    """Why an item is where it is: its trends with their evidence, the parts of its score, its signals."""
    found = selection.item(catalogue, name)
    item = archive.read(found.key).by_id()[found.id]
    return {
        **card(found),
        "trends": [{"id": label.id, "score": label.score, **marked(evidence=label.evidence)} for label in item.trends],
        "score": item.score,
        "parts": dict(item.parts),
        "signals": [
            {"name": one.name, "value": one.value, **marked(feed=one.feed, text=one.text)} for one in item.signals
        ],
        "by_the_editor": list(item.edited),
        "watched": list(item.watched[:PER_TREND]),
        "follows": {"issue": item.follows.key, **marked(title=item.follows.title)} if item.follows else {},
    }


def catch_up(catalogue: Catalogue, archive: Archive, choice: Choice) -> Answer:
    """The closed issues since an instant, summed up: the best stories, and how the trends moved."""
    keys = [one.key for one in catalogue.summaries(closed=True) if choice.since is None or one.slot >= choice.since]
    if not keys:
        raise NotFoundError("the archive", "contains no closed issue since then", "go back further")
    summed = recap([archive.read(key) for key in keys[:MOST]])
    return {
        "issues": list(summed.keys),
        "items": summed.items,
        "stories": [{"issue": story.key, "trend": story.trend, **_full(story.item)} for story in summed.stories],
        "trends": [
            {"id": one.id, "count": one.count, "expected": one.expected, "more": list(one.more), "less": list(one.less)}
            for one in summed.trends
        ],
    }


def cite(catalogue: Catalogue, names: Sequence[str], form: str) -> Answer:
    """The references of items, as text in one of the formats."""
    if form not in FORMATS:
        raise UsageError(f"format {form}", "is unknown", f"choose from: {', '.join(FORMATS)}")
    if not 1 <= len(names) <= MOST:
        raise UsageError("items", f"{len(names)} were named", f"name 1 to {MOST}")
    cards = selection.chosen(catalogue, Choice(items=tuple(names)))
    return {"format": form, "untrusted_text": FORMATS[form](of_card(capped(one)) for one in cards)}


def _closed(catalogue: Catalogue, archive: Archive, key: str) -> Issue:
    closed = catalogue.closed()
    if key == "latest" and not closed:
        raise NotFoundError("the archive", "contains no closed issue", "build the first one with `digest build`")
    key = closed[-1] if key == "latest" else key
    selection.issue_cards(catalogue, key)
    return archive.read(key)


def _full(item: IssueItem) -> Answer:
    written = by_whom(item, "summary", "lead")
    return {
        **short(item),
        **marked(title=item.title, summary=item.summary, authors=item.authors),
        **({"summary_is": written} if written else {}),
        "also_at": [address(source.url) for source in item.sources[1:4]],
    }


def _section(section: Section) -> Answer:
    return {**_pulse(section), "items": [short(item) for item in section.items[:PER_TREND]], "in_all": section.size}


def _pulse(section: Section) -> Answer:
    pulse = section.pulse
    return {
        "id": section.id,
        "name": clean(section.name),
        "count": pulse.count,
        "expected": pulse.expected,
        "q": pulse.q,
        "verdict": pulse.verdict,
        "past": list(pulse.past),
    }


def _at(instant: object) -> str:
    return str(instant).replace("+00:00", "Z").replace(" ", "T") if instant else ""
