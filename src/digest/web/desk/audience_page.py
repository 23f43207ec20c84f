"""The pages of subscribers: a list that can be searched, a page at a time, and the preview of an import."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from digest.services.context import Program
from digest.services.subscribers import Enrolled, Fate
from digest.text.clean import clean
from digest.text.formatting import count
from digest.web.desk.rendering import render
from digest.web.desk.sessions import Session
from digest.web.desk.views import trend_names

PAGE = 50  # people on a page
PREVIEWED = 500  # lines of a list on a page of its preview
STATUSES = ("unconfirmed", "active", "paused", "unsubscribed", "suspended")
FATES = {"added": "is added", "known": "is known, and left as it is", "stopped": "is unsubscribed"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Find:
    """What to find: a part of an address or name, a status, a page from 1."""

    q: str = ""
    status: str = ""
    page: int = 1

    def at(self, number: int) -> str:
        """The link to another page of the same."""
        return "?" + urlencode({"q": self.q, "status": self.status, "page": number})


def find(query: Mapping[str, str]) -> Find:
    """What a query asks for; what it does not know is left out."""
    number, status = query.get("page", "1"), query.get("status", "")
    return Find(
        q=clean(query.get("q", ""))[:200],
        status=status if status in STATUSES else "",
        page=int(number) if number.isdecimal() and 0 < len(number) < 7 and int(number) else 1,
    )


def listing(program: Program, session: Session, asked: Find, told: str) -> str:
    """The subscribers that were asked for."""
    people = program.store.subscribers
    total = people.count(asked.q, asked.status)
    last = max(1, -(-total // PAGE))
    number = min(asked.page, last)
    return render(
        "subscribers",
        session,
        asked=asked,
        counts=people.counts(),
        suppressed=sum(people.suppressions().values()),
        statuses=STATUSES,
        rows=list(people.search(asked.q, asked.status, after=(number - 1) * PAGE, limit=PAGE)),
        total=total,
        number=number,
        last=last,
        trends=trend_names(program.trends),
        told=told,
    )


def preview(session: Session, name: str, token: str, found: Enrolled, number: int = 1) -> str:
    """What would become of every line of a list, a page at a time: refused lines first."""
    lines = [
        *((one.line, one.text, f"refused: {one.reason}") for one in found.refused),
        *((one.line, one.address, _fate(one)) for one in found.fates),
    ]
    last = max(1, -(-len(lines) // PREVIEWED))
    number = min(number, last)
    return render(
        "import",
        session,
        title=name,
        token=token,
        summary=summary(found),
        useful=found.added + found.stopped,
        reasons=Counter(one.reason for one in found.refused).most_common(10),
        rows=lines[(number - 1) * PREVIEWED : number * PREVIEWED],
        number=number,
        last=last,
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
