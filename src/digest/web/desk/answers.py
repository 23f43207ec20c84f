"""How the desk answers: pages with a strict policy, lists that can be long, a page at a time, and redirects within the desk."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

from aiohttp import web

from digest.render.engine import Engine
from digest.text.clean import clean
from digest.web.desk.sessions import Session

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FORM_BYTES = 256_000
T = TypeVar("T")
QUERY_CHARS = 200


def page(html: str, *, status: int = 200) -> web.Response:
    """A page of the desk."""
    headers = {"Content-Security-Policy": PAGE, "Referrer-Policy": "same-origin"}  # without it, forms have no Origin
    return web.Response(text=html, status=status, content_type="text/html", headers=headers)


def see(path: str) -> web.Response:
    """Lead to another page of the desk."""
    return web.Response(status=303, headers={"Location": path})


def render(template: str, session: Session | None = None, /, **values: object) -> str:
    """A page: the template of this name, for somebody who is signed in if it shows the way to the other pages."""
    who = {"me": session, "csrf": session.csrf, "who": session.who} if session else {"me": None, "csrf": "", "who": ""}
    return _engine().render(f"site/{template}.html.j2", here=template, **who, **values)


@cache
def _engine() -> Engine:
    root = Path(__file__).parent / "templates"
    return Engine({f"site/{path.name}": path.read_text("utf-8") for path in sorted(root.glob("*.j2"))})


@dataclass(frozen=True, kw_only=True, slots=True)
class Find:
    """What to find: some words, a status, a page from 1."""

    q: str = ""
    status: str = ""
    page: int = 1

    @property
    def link(self) -> str:
        """The query that asks for the same; empty for the first page of everything."""
        return "" if self == Find() else self.at(self.page)

    def at(self, number: int) -> str:
        """The query of another page of the same list."""
        wanted = {"q": self.q, "status": self.status, "page": str(number) if number > 1 else ""}
        return "?" + urlencode({name: value for name, value in wanted.items() if value})


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page of a list: its number, that of the last page, and the place in the list at which it starts."""

    number: int
    last: int
    start: int
    size: int

    def of(self, rows: Sequence[T]) -> Sequence[T]:
        """The rows of a whole list that are on the page."""
        return rows[self.start : self.start + self.size]


def find(query: Mapping[str, str], statuses: Collection[str] = ()) -> Find:
    """What a query asks for; what it does not know is left out."""
    number, status = query.get("page", "1"), query.get("status", "")
    return Find(
        q=clean(query.get("q", ""))[:QUERY_CHARS],
        status=status if status in statuses else "",
        page=int(number) if number.isdecimal() and 0 < len(number) < 7 and int(number) else 1,
    )


def page_of(total: int, size: int, asked: int) -> Page:
    """The page that was asked for, or the last one."""
    last = max(1, -(-total // size))
    number = min(asked, last)
    return Page(number=number, last=last, start=(number - 1) * size, size=size)
