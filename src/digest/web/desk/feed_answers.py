"""The answers about feeds: their health, a look before one is added, muting, weight and removing. feeds.yaml keeps its comments."""

from dataclasses import dataclass
from typing import get_args

from aiohttp import web
from multidict import MultiDictProxy

from digest.config import Feed, Kind
from digest.config import feed as checked_feed
from digest.errors import DigestError, UsageError
from digest.model import UNTROUBLED, FeedHealth
from digest.services import feed_list, feed_search
from digest.services.context import Program
from digest.services.feed_health import health
from digest.services.feed_search import Found
from digest.services.feed_settings import adjust
from digest.text.clean import anchor, clean, cut, readable, web_url
from digest.text.secrets import masked, public
from digest.web.desk.answers import Find, find, page, page_of, render, see
from digest.web.desk.door import ABOUT, refuse
from digest.web.desk.place import Desk
from digest.web.desk.sessions import Session
from digest.web.requests import form_of, text_of

LISTED = 100  # feeds on a page
STATUSES = ("in trouble", "muted")
Form = MultiDictProxy[str | bytearray | bytes | web.FileField]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One feed in the list."""

    name: str
    anchor: str
    url: str
    kind: str
    weight: str
    muted: bool
    verdict: str
    trouble: str
    news: str


@dataclass(frozen=True, slots=True)
class FeedAnswers:
    """The answers about feeds."""

    desk: Desk

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        asked, told = find(request.query, STATUSES), session.take_flash()
        rows = await self.desk.read(_rows)
        found = [one for one in rows if _matches(one, asked)]
        shown = page_of(len(found), LISTED, asked.page)
        counts = {"all": len(rows), "troubled": sum(bool(one.trouble) for one in rows)}
        counts |= {"muted": sum(one.muted for one in rows), "found": len(found)}
        listed = shown.of(found)
        return page(
            render("feeds", session, rows=listed, counts=counts, asked=asked, statuses=STATUSES, page=shown, told=told)
        )

    async def look(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Fetch the feed at an address, and show its newest items. Changes nothing."""
        address = text_of(await form_of(request), "address").strip()
        try:
            found, name = await self.desk.read(lambda program: _found(program, address))
        except DigestError as error:
            refuse(request, session, error)
            return see("/desk/feeds")
        return page(_look(session, found, name))

    async def change(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Add, remove, mute or weigh one feed."""
        form = await form_of(request)
        name = text_of(form, "name")
        request[ABOUT] = f"{text_of(form, 'do')} {name}"
        session.flash = await self.desk.write(lambda program: _changed(program, form))
        asked = find(request.query, STATUSES).link
        return see(f"/desk/feeds{asked}" + (f"#{anchor(name)}" if text_of(form, "do") != "remove" else ""))


def _matches(one: Row, asked: Find) -> bool:
    wanted = {"": True, "in trouble": bool(one.trouble), "muted": one.muted}[asked.status]
    text = f"{one.name} {one.url}".casefold()
    return wanted and all(word in text for word in asked.q.casefold().split())


def _rows(program: Program) -> list[Row]:
    return [_row(feed, one) for feed, one in zip(program.config.feeds, health(program), strict=True)]


def _row(feed: Feed, found: FeedHealth) -> Row:
    last = f"last news {found.last_new:%Y-%m-%d}" if found.last_new else "no news yet"
    usual = f", usually {found.usual:.0f} every {found.every:.0f} days" if found.usual and found.every > 1 else ""
    daily = f", usually {found.usual:.0f} a day" if found.usual and 0 < found.every <= 1 else ""
    return Row(
        name=feed.name,
        anchor=anchor(feed.name),
        url=public(feed.url),
        kind=feed.kind,
        weight=f"{feed.weight:g}",
        muted=feed.muted,
        verdict=found.verdict,
        trouble=clean(found.sentence) if found.verdict not in UNTROUBLED else "",
        news=last + usual + daily,
    )


def _found(program: Program, address: str) -> tuple[Found, str]:
    found = feed_search.find(program, _on_the_web(address if "://" in address else f"https://{address}"))
    taken = [feed.name for feed in program.config.feeds]
    return found, feed_list.free_name(taken, found.title, found.url)


def _look(session: Session, found: Found, name: str) -> str:
    newest = [
        (f"{entry.published:%Y-%m-%d}" if entry.published else "no date", cut(readable(entry.title or entry.link), 200))
        for entry in found.newest
    ]
    return render(
        "found",
        session,
        title=name,
        url=found.url,
        shown=masked(found.url),
        entries=found.entries,
        newest=newest,
        kind=found.kind,
        kinds=get_args(Kind),
        others=[(url, masked(url)) for url in found.others],
    )


def _changed(program: Program, form: Form) -> str:
    """Do what a form asks for with one feed, and say so.

    Raises:
        DigestError: it cannot be done, and feeds.yaml is as it was.
    """
    do, name = text_of(form, "do"), text_of(form, "name").strip()
    place, trends = program.workspace, program.trends
    if do == "add":
        feed = checked_feed(name=name, url=_on_the_web(text_of(form, "url")), kind=text_of(form, "kind"))
        feed_list.add(program, [feed], waiting=lambda _: None)
        return f"{feed.name} is in feeds.yaml, and is fetched with the next collect."
    if do == "remove":
        gone = feed_list.remove(place, trends, name, waiting=lambda _: None)
        return f"{gone.name} is not in feeds.yaml any more. Its items are kept."
    if do == "weigh":
        weight = _number(text_of(form, "weight"))
        return f"{name} has the weight {adjust(place, trends, name, weight=weight, waiting=lambda _: None).weight:g}."
    if do in ("mute", "unmute"):
        adjust(place, trends, name, muted=do == "mute", waiting=lambda _: None)
        return f"{name} is not fetched until you unmute it." if do == "mute" else f"{name} is fetched again."
    raise UsageError("the desk", f"does not know {do!r}", "reload the page")


def _on_the_web(address: str) -> str:
    """A feed's address. Only a command, and so only the operator, adds a file of this machine.

    Raises:
        UsageError: it is not a web address.
    """
    if not web_url(address):
        raise UsageError(
            clean(address) or "the address", "is not a web address", "write it like https://example.org/feed"
        )
    return address


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise UsageError(f"weight {clean(text)!r}", "is not a number", "write it like 1.5") from error
