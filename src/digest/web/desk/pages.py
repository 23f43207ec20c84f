"""Make the desk's pages from the workspace. Each function reads from it and renders one of the templates in this folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from digest.render import subject
from digest.services import edit as editing
from digest.services import editions
from digest.services.archive_index import catalogue_of
from digest.services.compose import files as render_files
from digest.services.context import Program
from digest.services.editor import LIMITS
from digest.services.gate import mail_errors
from digest.services.send import count_recipients
from digest.storage.archive import ISSUE, to_json
from digest.storage.db import Store
from digest.storage.db.desk import ROLES, Account
from digest.text.clean import readable
from digest.web.desk import views
from digest.web.desk.answers import render
from digest.web.desk.sessions import Session

NO_DRAFT = "There is no draft yet. Build one with `digest build`, or wait for the daemon to do it."
KINDS = {"mail": "Mail", "web": "Web page", "text": "Text"}
WIDTHS = {"phone": "Phone", "desktop": "Desktop"}
SCHEMES = {"light": "Light", "dark": "Dark"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a page shows: the preview's kind, width and scheme; the search."""

    kind: str = "mail"
    width: str = "phone"
    scheme: str = "light"
    language: str = ""  # of another edition
    q: str = ""
    place: str = ""
    asked: bool = False

    def other(self, **changes: str) -> dict[str, str]:
        """The same look with something changed, for a link."""
        shown = {"kind": self.kind, "width": self.width, "scheme": self.scheme}
        return (shown | {"language": self.language} if self.language else shown) | changes

    @property
    def link(self) -> str:
        """The query of a link that keeps this look and search; empty if nothing of it was chosen."""
        usual = Look()
        names = ("kind", "width", "scheme", "language", "q", "place")
        chosen = {name: getattr(self, name) for name in names if getattr(self, name) != getattr(usual, name)}
        return f"?{urlencode(chosen)}" if chosen else ""


def look(query: Mapping[str, str]) -> Look:
    """The look that a query asks for; what it does not know is left out."""

    def one_of(name: str, known: Mapping[str, str], default: str) -> str:
        value = query.get(name, default)
        return value if value in known else default

    return Look(
        kind=one_of("kind", KINDS, "mail"),
        width=one_of("width", WIDTHS, "phone"),
        scheme=one_of("scheme", SCHEMES, "light"),
        language=query.get("language", "")[:35],
        q=query.get("q", "")[:200],
        place=query.get("place", "")[:100],
        asked="q" in query or "place" in query,
    )


def current(program: Program) -> str | None:
    """The key of the latest draft."""
    return max(catalogue_of(program.store, program.archive).drafts(), default=None)


def is_approved(store: Store, key: str) -> bool:
    """Whether an issue is held and goes out at its slot."""
    return key in {row.key for row in store.publications.approved()}


def message(heading: str, words: str) -> str:
    """A page with one message."""
    return render("message", heading=heading, words=words)


def sign_in(issue: str, told: str) -> str:
    """The page on which an account's address is entered; `issue` is what to show afterwards."""
    return render("sign_in", issue=issue, told=told)


def entering(token: str) -> str:
    """The page of a link, whose button signs in."""
    return render("enter", token=token)


def accounts(listed: Sequence[Account], session: Session, told: str) -> str:
    """The accounts, and what can be done with them."""
    rows = [(one, f"{one.created:%Y-%m-%d}", one.id == session.account) for one in listed]
    return render("accounts", session, rows=rows, roles=ROLES, told=told)


def draft(program: Program, key: str, session: Session, looks: Look, told: str) -> str:
    """The draft beside its controls."""
    editing.draft_key(program.store, program.archive, key)
    issue, decided = program.archive.read(key), editing.decided(program, key)
    row = program.store.publications.get(key)
    held = row is not None and row.state == "held"
    results, total = views.found(program, issue, looks.q, looks.place) if looks.asked else ((), 0)
    errors = mail_errors({**program.archive.files(key), ISSUE: to_json(issue)}, program.config.delivery.base_url)
    return render(
        "draft",
        session,
        issue=issue,
        title=readable(issue.title),
        subject=subject(issue).removeprefix("[draft] "),
        held=row.reason if row is not None and held else "",
        approved=is_approved(program.store, key),
        ahead=program.now < issue.slot,
        slot=f"{issue.slot:%a %d %B, %H:%M} UTC",
        cutoff=f"{issue.window.end:%a %d %B, %H:%M} UTC",
        recipients=count_recipients(program, key)[1],
        errors=[str(error) for error in errors],
        troubled=[feed for feed in issue.feeds if feed.status == "failed"],
        decided=decided,
        changes=views.changes(decided),
        note=views.note_html(decided.hand.note),
        limits=LIMITS,
        blocks=views.blocks(issue, program.edits),
        looks=looks,
        results=results,
        total=total,
        kinds=KINDS,
        widths=WIDTHS,
        schemes=SCHEMES,
        languages=views.languages(program.config.digest),
        lines=views.written(decided, issue),
        told=told,
    )


def files(program: Program, key: str, language: str = "") -> dict[str, str]:
    """The files of a draft; those of another edition are rendered when somebody looks at them."""
    editing.draft_key(program.store, program.archive, key)
    for edition in editions.others(program):
        if edition.config.digest.language == language:
            return render_files(edition, editions.in_edition(edition, program.archive.read(key), own=program.trends))
    return program.archive.files(key)
