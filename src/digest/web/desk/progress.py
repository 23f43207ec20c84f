"""How far a mailing is: of an issue, or of a round of letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from digest.model import DeliveryState
from digest.storage.archive.issue_json import SentNote
from digest.storage.db.mailing import Mailing as Book
from digest.text.clean import one_line

REPLIES = 10  # different replies of servers that are shown
TROUBLED = 100  # recipients in doubt or not accepted who are listed
_OPEN: tuple[DeliveryState, ...] = ("pending", "offered")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailing:
    """How far one route's mailing is. `replies` are the servers' words, most frequent first; `pace` is in messages a second."""

    route: str
    counts: tuple[tuple[str, int], ...]
    candidates: int
    settled: int
    doubtful: int
    replies: tuple[tuple[int, str, str], ...]
    people: tuple[tuple[str, str, str], ...]
    named: int = 0  # of those in doubt, how many `people` has
    cut: bool = False  # there are more in trouble than `people` has
    pace: str = ""
    left: str = ""


def progress(book: Book, route: str, *, named: bool, note: SentNote | None = None) -> Mailing:
    """How far one route's mailing is; with `named`, also the people in trouble.

    The counts of the archive's note are those of the last run's end, so the store's are shown if it has any.
    """
    row = book.row()
    counts = book.counts() if row or not note else note.counts
    waiting = sum(counts.get(state, 0) for state in _OPEN)
    troubled = book.troubled(TROUBLED) if named else ()
    return Mailing(
        route=route,
        counts=tuple((state.replace("_", " "), number) for state, number in counts.items() if number),
        candidates=note.candidates if note else row.candidates if row else 0,
        settled=sum(number for state, number in counts.items() if state not in _OPEN),
        doubtful=counts.get("in_doubt", 0),
        replies=tuple(
            (one.count, one.state.replace("_", " "), one_line(one.reply, 200)) for one in book.reasons(REPLIES)
        ),
        people=tuple(
            (address or route, state.replace("_", " "), one_line(reply, 200)) for address, state, reply in troubled
        ),
        cut=len(troubled) == TROUBLED,
        named=sum(state == "in_doubt" for _, state, _ in troubled),
        **dict(_speed(book, waiting)),
    )


def _speed(book: Book, waiting: int) -> Iterator[tuple[str, str]]:
    """How fast it goes, and how long the rest takes at that rate."""
    pace = book.pace()
    if pace:
        yield "pace", f"{pace:.1f} a second"
        if waiting:
            yield "left", str(timedelta(seconds=round(waiting / pace)))
