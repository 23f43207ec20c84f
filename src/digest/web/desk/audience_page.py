"""The pages of subscribers: a list that can be searched, a page at a time, and the preview of an import."""

from collections import Counter

from digest.services.context import Program
from digest.services.subscribers import Enrolled, Fate
from digest.text.formatting import count
from digest.web.desk.answers import render
from digest.web.desk.paging import Find, page_of
from digest.web.desk.sessions import Session
from digest.web.desk.views import trend_names

PAGE = 50  # people on a page
PREVIEWED = 500  # lines of a list on a page of its preview
STATUSES = ("unconfirmed", "active", "paused", "unsubscribed", "suspended")
FATES = {"added": "is added", "known": "is known, and left as it is", "stopped": "is unsubscribed"}


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
