"""Make the desk's pages from the workspace. Each function reads, and renders one of the templates beside this module."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from digest.editorial.hand import hand
from digest.render import subject
from digest.render.engine import Engine
from digest.services import edit as editing
from digest.services.archive_index import catalogue_of
from digest.services.context import Program
from digest.services.explain import why
from digest.services.gate import mail_errors
from digest.services.send import count_recipients, send_copy
from digest.storage.archive import ISSUE, to_json
from digest.storage.archive.issue_json import SentNote
from digest.storage.db.desk_accounts import ROLES, Account
from digest.storage.db.desk_audit import Entry
from digest.text.addresses import parse
from digest.text.clean import one_line, readable, web_url
from digest.web.desk import views
from digest.web.desk.mailing import Run
from digest.web.desk.sessions import Session

NO_DRAFT = "There is no draft yet. Build one with `digest build`, or wait for the daemon to do it."
KINDS = {"mail": "Mail", "web": "Web page", "text": "Text"}
REPLIES = 10  # different replies of servers that are shown
TROUBLED = 100  # recipients in doubt or not accepted who are listed
WIDTHS = {"phone": "Phone", "desktop": "Desktop"}
SCHEMES = {"light": "Light", "dark": "Dark"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailing:
    """How far one route's mailing is. `replies` are the servers' words, most frequent first."""

    route: str
    counts: tuple[tuple[str, int], ...]
    candidates: int
    settled: int
    doubtful: int
    replies: tuple[tuple[int, str, str], ...]
    people: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a page shows: the preview's kind, width and scheme; the search."""

    kind: str = "mail"
    width: str = "phone"
    scheme: str = "light"
    q: str = ""
    place: str = ""
    asked: bool = False

    def other(self, **changes: str) -> dict[str, str]:
        """The same look with something changed, for a link."""
        return {"kind": self.kind, "width": self.width, "scheme": self.scheme} | changes


def look(query: Mapping[str, str]) -> Look:
    """The look that a query asks for; what it does not know is left out."""

    def one_of(name: str, known: Mapping[str, str], default: str) -> str:
        value = query.get(name, default)
        return value if value in known else default

    return Look(
        kind=one_of("kind", KINDS, "mail"),
        width=one_of("width", WIDTHS, "phone"),
        scheme=one_of("scheme", SCHEMES, "light"),
        q=query.get("q", "")[:200],
        place=query.get("place", "")[:100],
        asked="q" in query or "place" in query,
    )


def current(program: Program) -> str | None:
    """The key of the latest draft."""
    return max(catalogue_of(program.store, program.archive).drafts(), default=None)


def is_approved(program: Program, key: str) -> bool:
    """Whether an issue is held and goes out at its slot."""
    return key in {row.key for row in program.store.publications.approved()}


def message(heading: str, words: str) -> str:
    """A page with one message."""
    return _engine().render("site/message.html.j2", heading=heading, words=words, who="")


def sign_in(issue: str, told: str) -> str:
    """The page on which an account's address is entered; `issue` is what to show afterwards."""
    return _engine().render("site/sign_in.html.j2", issue=issue, told=told)


def entering(token: str) -> str:
    """The page of a link, whose button signs in."""
    return _engine().render("site/enter.html.j2", token=token)


def accounts(listed: Sequence[Account], session: Session, told: str) -> str:
    """The accounts, and what can be done with them."""
    rows = [(one, f"{one.created:%Y-%m-%d}", one.id == session.account) for one in listed]
    return _engine().render("site/accounts.html.j2", rows=rows, roles=ROLES, csrf=session.csrf, told=told)


def log(entries: Sequence[Entry]) -> str:
    """What was done at the desk, latest first."""
    rows = [(f"{one.at:%Y-%m-%d %H:%M}", one) for one in entries]
    return _engine().render("site/audit.html.j2", rows=rows)


def draft(program: Program, key: str, session: Session, looks: Look, told: str) -> str:
    """The draft beside its controls."""
    editing.draft_key(program.store, program.archive, key)
    issue, decided = program.archive.read(key), editing.decided(program, key)
    row = program.store.publications.get(key)
    held = row is not None and row.state == "held"
    results, total = views.found(program, issue, looks.q, looks.place) if looks.asked else ((), 0)
    errors = mail_errors({**program.archive.files(key), ISSUE: to_json(issue)}, program.config.delivery.base_url)
    return _engine().render(
        "site/draft.html.j2",
        issue=issue,
        title=readable(issue.title),
        subject=subject(issue).removeprefix("[draft] "),
        held=row.reason if row is not None and held else "",
        approved=is_approved(program, key),
        ahead=program.now < issue.slot,
        slot=f"{issue.slot:%a %d %B, %H:%M} UTC",
        cutoff=f"{issue.window.end:%a %d %B, %H:%M} UTC",
        recipients=count_recipients(program, key)[1],
        errors=[str(error) for error in errors],
        troubled=[feed for feed in issue.feeds if feed.status == "failed"],
        decided=decided,
        changes=views.changes(decided),
        note=views.note_html(decided.hand.note),
        limits=editing.LIMITS,
        blocks=views.blocks(issue, program.edits),
        looks=looks,
        results=results,
        total=total,
        kinds=KINDS,
        widths=WIDTHS,
        schemes=SCHEMES,
        csrf=session.csrf,
        who=session.who,
        me=session,
        told=told,
    )


def item(program: Program, key: str, session: Session, id_: str) -> str:
    """One item of the window: its words, its trend, and why it is where it is."""
    editing.draft_key(program.store, program.archive, key)
    explained = why(program, id_)
    decided = editing.decided(program, key)
    inside = next((one for one in program.archive.read(key).items() if explained.item.id in one.keys), None)
    first = explained.item.sightings[0]
    scores = explained.explanation.scores[:5] if explained.explanation else ()
    return _engine().render(
        "site/item.html.j2",
        key=key,
        id=explained.item.id,
        title=readable(inside.title if inside else first.title) or "Untitled",
        own_title=readable(first.title),
        url=web_url(inside.url if inside else first.url),
        summary=readable(
            inside.summary if inside and inside.summary else explained.text.summary if explained.text else ""
        ),
        hand=hand(program.edits, key),
        trend=inside.trends[0].id if inside and inside.trends else "",
        trends=views.trend_names(program.trends),
        scores=[
            (program.trends[one.id].name, f"{one.score:.2f}", ", ".join(map(readable, one.evidence)))
            for one in scores
            if one.id in program.trends
        ],
        sightings=[
            (readable(one.feed), f"{one.first_seen:%Y-%m-%d %H:%M}", (one.fate or "accepted").replace("_", " "))
            for one in explained.item.sightings
        ],
        decided=decided,
        limits=editing.LIMITS,
        csrf=session.csrf,
        who=session.who,
        told="",
    )


def sending(program: Program, key: str, session: Session, run: Run, told: str) -> str:
    """How far the mailing of an issue is."""
    row = program.store.publications.get(key)
    mailings = [
        _mailing(program, key, route, note, named=session.owner)
        for route, note in sorted(program.archive.sent(key).items())
    ]
    return _engine().render(
        "site/sending.html.j2",
        key=key,
        state=row.state if row else "not sent",
        reason=row.reason if row else "",
        running=run.running,
        paused=run.paused,
        trouble=one_line(str(run.error)) if run.error else "",
        mailings=mailings,
        csrf=session.csrf,
        who=session.who,
        me=session,
        told=told,
    )


def _mailing(program: Program, key: str, route: str, note: SentNote, *, named: bool) -> Mailing:
    """How far one route's mailing is; with `named`, also the people in trouble. The archive's counts are those of the last run's end, so the store's are shown if it has any."""
    ledger = program.store.ledger.mailing(key, route)
    counts = ledger.counts() if ledger.row() else note.counts
    return Mailing(
        route=route,
        counts=tuple((state.replace("_", " "), number) for state, number in counts.items() if number),
        candidates=note.candidates,
        settled=sum(number for state, number in counts.items() if state not in ("pending", "offered")),
        doubtful=counts.get("in_doubt", 0),
        replies=tuple(
            (one.count, one.state.replace("_", " "), one_line(one.reply, 200)) for one in ledger.reasons(REPLIES)
        ),
        people=tuple(
            (address, state.replace("_", " "), one_line(reply, 200))
            for address, state, reply in (ledger.troubled(TROUBLED) if named else ())
        ),
    )


def files(program: Program, key: str) -> dict[str, str]:
    """The files of a draft."""
    editing.draft_key(program.store, program.archive, key)
    return program.archive.files(key)


def send_test(program: Program, key: str, address: str) -> None:
    """Mail a test copy of the draft.

    Raises:
        UsageError: it is not an address.
        DeliveryError: it was not accepted.
    """
    send_copy(program, key, parse(address).text, link="", trends=())


@cache
def _engine() -> Engine:
    """The desk's own templates. A workspace cannot replace them, so that a template from elsewhere cannot act as the editor."""
    root = Path(__file__).parent / "templates"
    return Engine({f"site/{path.name}": path.read_text("utf-8") for path in sorted(root.glob("*.j2"))})
