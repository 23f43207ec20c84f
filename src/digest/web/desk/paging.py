"""Lists that can be long: what is looked for in them, and which page of it is shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from digest.text.clean import clean

T = TypeVar("T")
QUERY_CHARS = 200


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
        """The query that asks for another page of the same."""
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
