"""arXiv's daily announcements: which day a feed's document has, which days are missing, and where to ask for them. Sends no requests.

A feed of rss.arxiv.org holds the announcement of one day, dated midnight in New York. There is one from Monday to Friday, none on holidays.
Days are those dates. The listing pages and OAI-PMH have what a feed lacks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from digest.feeds.identity import arxiv_id
from digest.model import Document, Entry

NEW_YORK = ZoneInfo("America/New_York")
READY = 6  # the hour in New York by which a day's feed has been made
LONGEST = timedelta(days=28)  # how far back missed days are fetched
_DAY = timedelta(days=1)
_FRIDAY = 4
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2}(?:-[a-z]{2,4})?|\.[a-z]{2,4}-[a-z]{2,4})?")
_PHYSICS = frozenset(
    {
        "astro-ph",
        "cond-mat",
        "gr-qc",
        "hep-ex",
        "hep-lat",
        "hep-ph",
        "hep-th",
        "math-ph",
        "nlin",
        "nucl-ex",
        "nucl-th",
        "physics",
        "quant-ph",
    }
)  # fmt: skip  (archives that OAI-PMH puts in the group of physics)
_HEADING = re.compile(r"Showing new listings for \w{3,12},\s{0,5}(\d{1,2}) (\w{3,12}) (\d{4})")
_TOTAL = re.compile(r"Total of (\d{1,6}) entries")
_ABSTRACT = re.compile(r"href\s?=\s?\"(?:https?://arxiv\.org)?(/abs/[^\"]{5,40})\"")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Where arXiv publishes its announcements."""

    feeds: frozenset[str] = frozenset({"rss.arxiv.org", "export.arxiv.org", "arxiv.org", "www.arxiv.org"})
    listing: str = "https://arxiv.org/list/{category}/new"
    harvest: str = "https://oaipmh.arxiv.org/oai"


ARXIV = Places()


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """A category's page of new listings: its day, the number of its papers, and their ids as far as the page shows them."""

    day: date
    total: int
    ids: frozenset[str]


def categories(url: str, places: Places) -> tuple[str, ...]:
    """The categories of a feed of announcements; empty for any other feed."""
    parts = urlsplit(url)
    folder, _, named = parts.path.strip("/").partition("/")
    if parts.netloc.lower() not in places.feeds or folder not in ("rss", "atom"):
        return ()
    found = tuple(dict.fromkeys(re.split(r"\+|%2B", named.removesuffix("/"), flags=re.IGNORECASE)))
    return found if found and all(map(_CATEGORY.fullmatch, found)) else ()


def announced(document: Document) -> date | None:
    """The day of the announcement that a document holds; None if it holds none."""
    dates = [entry.published for entry in document.entries if entry.published]
    return max(dates).astimezone(NEW_YORK).date() if dates else None


def today(now: datetime) -> date:
    """The last day whose announcement should be out."""
    local = now.astimezone(NEW_YORK)
    day = local.date() if local.hour >= READY else local.date() - _DAY
    while day.weekday() > _FRIDAY:
        day -= _DAY
    return day


def skipped(covered: date, day: date) -> bool:
    """Whether there may have been an announcement after one day and before another."""
    return any((covered + n * _DAY).weekday() <= _FRIDAY for n in range(1, (day - covered).days))


def listing(page: str) -> Listing | None:
    """What a page of new listings says; None if it is not one."""
    heading, total = _HEADING.search(page), _TOTAL.search(page)
    if heading is None or heading[2] not in _MONTHS:
        return None
    try:
        day = date(int(heading[3]), _MONTHS.index(heading[2]) + 1, int(heading[1]))
    except ValueError:
        return None
    ids = frozenset(filter(None, (arxiv_id(f"https://arxiv.org{path}") for path in _ABSTRACT.findall(page))))
    return Listing(day=day, total=int(total[1]) if total else len(ids), ids=ids)


def lacking(document: Document, listings: Sequence[Listing]) -> int:
    """How many papers of the day's listings the document lacks."""
    shown = {found for entry in document.entries if (found := arxiv_id(entry.link) or arxiv_id(entry.guid))}
    named = frozenset[str]().union(*(one.ids for one in listings))
    most = max((one.total for one in listings), default=0)
    return max(len(named - shown), most - len(shown))


def harvest(category: str, *, since: date, until: date, places: Places) -> str:
    """The address of a category's papers that were announced or changed on these days, by OAI-PMH."""
    query = {
        "verb": "ListRecords", "metadataPrefix": "arXiv", "set": _set(category), "from": since.isoformat(), "until": until.isoformat()
    }  # fmt: skip
    return f"{places.harvest}?{urlencode(query, safe=':')}"


def listing_page(category: str, places: Places) -> str:
    """The address of a category's page of new listings."""
    return places.listing.format(category=quote(category))


def _set(category: str) -> str:
    """A category's set in OAI-PMH, such as cs:cs:CL or physics:hep-th."""
    archive, _, subject = category.partition(".")
    group = "physics" if archive in _PHYSICS else archive
    return ":".join(filter(None, (group, archive if subject or group != archive else "", subject)))


def missed(entries: Sequence[Entry], document: Document, *, since: date) -> tuple[Entry, ...]:
    """The harvested entries that the day's document has not, as the announcements had them: new, or new versions of older papers.

    A paper that was submitted within the week before `since` may have been announced after it, also where it has a second version already.
    """
    shown = {found for entry in document.entries if (found := arxiv_id(entry.link) or arxiv_id(entry.guid))}
    horizon = datetime.combine(since - timedelta(days=7), datetime.min.time(), NEW_YORK)
    harvested = {arxiv_id(entry.link): entry for entry in entries}
    return tuple(_as_announced(entry, horizon) for id_, entry in harvested.items() if id_ not in shown)


def _as_announced(entry: Entry, horizon: datetime) -> Entry:
    is_old = entry.published is not None and entry.published < horizon
    return replace(entry, announce=entry.announce if is_old else "new")
