"""The pages and answers about subscribers: find, add, import with a preview, export, unsubscribe, forget.

The services are those of the commands.
"""

import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiohttp import web
from multidict import MultiDictProxy

from digest.errors import UsageError
from digest.services import subscribers
from digest.services.context import Program
from digest.services.subscribers import Enrolled, Fate
from digest.subscribers import csv_io
from digest.text import addresses
from digest.text.clean import one_line
from digest.text.formatting import count
from digest.web.desk.answers import Find, find, page, page_of, render, see
from digest.web.desk.door import refuse
from digest.web.desk.place import Desk
from digest.web.desk.sessions import Session
from digest.web.desk.views import trend_names
from digest.web.requests import form_of, text_of

PAGE = 50  # people on a page
PREVIEWED = 500  # lines of a list on a page of its preview
STATUSES = ("unconfirmed", "active", "paused", "unsubscribed", "suspended")
FATES = {"added": "is added", "known": "is known, and left as it is", "stopped": "is unsubscribed"}
MOST_BYTES = 20_000_000  # of an uploaded list
GONE = "The list is not here any more. Upload it again."
KEPT = 5  # uploaded lists that wait for a decision; the oldest is dropped
Form = MultiDictProxy[str | bytearray | bytes | web.FileField]


def listing(program: Program, session: Session, asked: Find, told: str) -> str:
    """The subscribers that were asked for."""
    people = program.store.subscribers
    total = people.count(asked.q, asked.status)
    shown = page_of(total, PAGE, asked.page)
    return render(
        "subscribers",
        session,
        asked=asked,
        counts=people.counts(),
        suppressed=sum(people.suppressions().values()),
        statuses=STATUSES,
        rows=list(people.search(asked.q, asked.status, after=shown.start, limit=PAGE)),
        total=total,
        page=shown,
        trends=trend_names(program.trends),
        told=told,
    )


def preview(session: Session, name: str, token: str, found: Enrolled, number: int = 1) -> str:
    """What would become of every line of a list, a page at a time: refused lines first."""
    lines = [
        *((one.line, one.text, f"refused: {one.reason}") for one in found.refused),
        *((one.line, one.address, _fate(one)) for one in found.fates),
    ]
    shown = page_of(len(lines), PREVIEWED, number)
    return render(
        "import",
        session,
        title=name,
        token=token,
        summary=summary(found),
        useful=found.added + found.stopped,
        reasons=Counter(one.reason for one in found.refused).most_common(10),
        rows=shown.of(lines),
        page=shown,
    )


def _fate(one: Fate) -> str:
    status = "" if one.status == "active" else f", {one.status}"
    return FATES.get(one.fate, one.fate) + status


def summary(found: Enrolled) -> str:
    """The counts of an import in one line."""
    parts = [f"{found.added} added", f"{found.known} known before"]
    parts += [f"{found.stopped} unsubscribed"] * bool(found.stopped)
    parts += [f"{count(len(found.refused), 'line')} refused"] * bool(found.refused)
    return ", ".join(parts) + "."


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A list that somebody uploaded and has not decided on. `who` may import it."""

    who: str
    name: str
    content: bytes
    consent: str


@dataclass(frozen=True, slots=True)
class Audience:
    """The answers about subscribers."""

    desk: Desk
    _uploads: dict[str, Upload] = field(default_factory=dict)

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        asked, told = find(request.query, STATUSES), session.take_flash()
        return page(await self.desk.read(lambda program: listing(program, session, asked, told)))

    async def change(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Add, unsubscribe or forget one person."""
        form = await form_of(request)
        session.flash = await self.desk.read(lambda program: _changed(program, form))
        return see(f"/desk/subscribers{find(request.query, STATUSES).link}")

    async def preview(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Show what would become of every line of an uploaded list. Changes nothing."""
        try:
            upload = _uploaded(await form_of(request), session)
        except UsageError as error:
            refuse(request, session, error)
            return see("/desk/subscribers")
        token = secrets.token_urlsafe(16)
        self._uploads[token] = upload
        while len(self._uploads) > KEPT:
            self._uploads.pop(next(iter(self._uploads)))
        found = await self.desk.read(lambda program: _enrolled(program, upload, dry_run=True))
        return page(preview(session, upload.name, token, found))

    async def previewed(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Another page of the preview of a list that was uploaded."""
        token, number = request.query.get("list", ""), find(request.query).page
        upload = self._uploads.get(token)
        if upload is None or upload.who != session.who:
            session.flash = GONE
            return see("/desk/subscribers")
        found = await self.desk.read(lambda program: _enrolled(program, upload, dry_run=True))
        return page(preview(session, upload.name, token, found, number))

    async def take(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Import an uploaded list, as its preview said."""
        upload = self._uploads.pop(text_of(await form_of(request), "list"), None)
        if upload is None or upload.who != session.who:
            session.flash = GONE
            return see("/desk/subscribers")
        found = await self.desk.read(lambda program: _enrolled(program, upload, dry_run=False))
        session.flash = summary(found)
        return see("/desk/subscribers")

    async def export(self, _request: web.Request, _session: Session) -> web.StreamResponse:
        """All subscribers as CSV, as `digest subscribers export` writes them."""
        text = await self.desk.read(lambda program: "".join(subscribers.written_list(program.config, program.store)))
        headers = {"Content-Disposition": 'attachment; filename="subscribers.csv"'}
        return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


def _uploaded(form: Form, session: Session) -> Upload:
    """The list in a form.

    Raises:
        UsageError: there is none, or the note of consent is too long.
    """
    given = form.get("file")
    if not isinstance(given, web.FileField) or not given.filename:
        raise UsageError("the list", "no file was chosen", "choose a CSV file, or one with an address on each line")
    consent = csv_io.note(text_of(form, "consent"))
    return Upload(who=session.who, name=one_line(given.filename, 200), content=given.file.read(), consent=consent)


def _enrolled(program: Program, upload: Upload, *, dry_run: bool) -> Enrolled:
    lines = subscribers.read_list(upload.content, program.config, program.trends)
    default = upload.consent or f"imported from {upload.name}, {program.now:%Y-%m-%d}"
    return subscribers.enrol(program.store, program.config.digest, program.now, lines, consent=default, dry_run=dry_run)


def _changed(program: Program, form: Form) -> str:
    """Do what a form asks for with one person, and say so.

    Raises:
        DigestError: it cannot be done.
    """
    do, address = text_of(form, "do"), addresses.parse(text_of(form, "address"))
    if do == "add":
        return "".join(_added(program, form))
    if do == "remove":
        gone = subscribers.remove(program.store, program.now, address)
        return f"{gone.address} gets no more mail, and a later import does not add them again."
    if do == "forget":
        erased = subscribers.forget(program, address)
        letters = f" {count(erased.messages, 'message')} to them in the outbox deleted." if erased.messages else ""
        return f"{erased.address}: all data erased.{letters} Copies in backups and exported lists are not."
    raise UsageError("the desk", f"does not know {do!r}", "reload the page")


def _added(program: Program, form: Form) -> Iterator[str]:
    person = csv_io.Person(
        line=1,
        address=addresses.parse(text_of(form, "address")),
        name=addresses.name(text_of(form, "name")),
        trends=csv_io.choice((one for one in form.getall("trends", []) if isinstance(one, str)), program.trends),
    )
    consent = csv_io.note(text_of(form, "consent")) or f"added by hand, {program.now:%Y-%m-%d}"
    found = subscribers.enrol(program.store, program.config.digest, program.now, [person], consent=consent)
    for one in found.refused:
        raise UsageError(one.text, one.reason, "correct the address")
    yield f"{person.address.text} is a subscriber now." if found.added else f"{person.address.text} was known before."
