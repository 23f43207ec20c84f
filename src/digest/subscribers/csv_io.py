"""Read lists of subscribers into persons and refused lines, and write subscribers as CSV.

Accepted are CSV with a header (separated by comma, semicolon or tab), CSV without one (address, name), and one address per line,
alone or as `Name <address>`. One line is one person, so that an unclosed quote affects only its own line.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from digest.errors import UsageError, did_you_mean
from digest.model import Subscriber, SubscriberStatus
from digest.text import addresses
from digest.text.addresses import Address
from digest.text.clean import one_line

COLUMNS = ("address", "name", "status", "trends", "consent", "added")
LONGEST_LINE = 4000
LONGEST_NOTE = 300
STATUSES: tuple[str, ...] = get_args(SubscriberStatus)

_ALIASES = {
    "e-mail": "address",
    "email": "address",
    "mail": "address",
    "email address": "address",
    "e-mail address": "address",
    "full name": "name",
}
_DELIMITERS = (",", ";", "\t")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")
_SEPARATORS = re.compile(r"[\s,;|]+")
# What a spreadsheet would run as a formula (OWASP, CSV injection); an apostrophe in front makes it text.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One valid line. `status` and `consent` are empty if the list has none."""

    line: int
    address: Address
    name: str = ""
    status: SubscriberStatus | None = None
    trends: tuple[str, ...] = ()
    consent: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """One refused line; `text` is its content, fit for display."""

    line: int
    text: str
    reason: str


def read(content: bytes, *, trends: Collection[str]) -> Iterator[Person | Refused]:
    """The persons and refused lines of a list, in order. Empty lines and lines that begin with # are skipped.

    Args:
        content: the file. UTF-8, with a byte order mark or without, or UTF-16 with one, as spreadsheets write it.
        trends: the known trend ids.
    """
    lines = _decoded(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first, delimiter = _named_delimiter(lines)
    columns: tuple[str, ...] | None = None
    for number, line in enumerate(lines[first:], start=first + 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if columns is None:
            delimiter = delimiter or _delimiter(line)
            columns = _header(line, delimiter)
            if columns:
                continue
        yield _person(number, line, delimiter, columns or COLUMNS[:2], trends)


def choice(ids: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """The trend ids in the given order, without repetitions.

    Raises:
        UsageError: one of them is unknown.
    """
    chosen = tuple(dict.fromkeys(ids))
    wrong = next((one for one in chosen if one not in known), None)
    if wrong is not None:
        remedy = did_you_mean(wrong, known, "`digest trends` lists the trends")
        raise UsageError(f"trend {one_line(wrong)}", "no such trend", remedy)
    return chosen


def note(text: str) -> str:
    """A note of consent as one line.

    Raises:
        UsageError: it is too long, or contains control characters.
    """
    if len(text) > LONGEST_NOTE or not text.isprintable():
        raise UsageError(one_line(text), f"is longer than {LONGEST_NOTE} characters or has several lines", "shorten it")
    return text.strip()


def write(people: Iterable[Subscriber]) -> Iterator[str]:
    """The lines of a CSV file that `read` accepts, and in which a spreadsheet runs no formula."""
    yield _csv_line(COLUMNS)
    for one in people:
        values = (
            one.address,
            one.name,
            one.status,
            " ".join(one.trends),
            one.consent,
            one.added.isoformat(timespec="seconds"),
        )
        yield _csv_line([guarded(value) for value in values])


def guarded(value: str) -> str:
    return f"'{value}" if _FORMULA.match(value) else value


def unguarded(value: str) -> str:
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value


def _csv_line(values: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(values)
    return out.getvalue()


def _decoded(content: bytes) -> str:
    """The text. Bytes that are not UTF-8 become lone surrogates, because of which their lines are refused."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "surrogateescape")


def _named_delimiter(lines: Sequence[str]) -> tuple[int, str]:
    """Excel's `sep=;` in the first line: the number of lines it takes (0 or 1), and the delimiter."""
    found = re.fullmatch(r'"?sep=(.)"?', lines[0].strip(" "), re.IGNORECASE)
    return (1, found[1]) if found and found[1] in _DELIMITERS else (0, "")


def _delimiter(line: str) -> str:
    counts = Counter(char for char in line if char in _DELIMITERS)
    return max(_DELIMITERS, key=lambda char: counts[char])


def _header(line: str, delimiter: str) -> tuple[str, ...]:
    """The standard names of the columns if the line is a header; otherwise empty."""
    if len(line) > LONGEST_LINE or "@" in line:
        return ()
    names = [cell.strip().lower() for cell in next(csv.reader([line], delimiter=delimiter))]
    columns = tuple(_ALIASES.get(name, name) for name in names)
    return columns if "address" in columns else ()


def _person(
    number: int, line: str, delimiter: str, columns: Sequence[str], trends: Collection[str]
) -> Person | Refused:
    if len(line) > LONGEST_LINE:
        return Refused(line=number, text=one_line(line[:80]), reason=f"longer than {LONGEST_LINE} characters")
    try:
        return _read_cells(number, _cells(line, delimiter, columns), trends)
    except UsageError as error:
        return Refused(line=number, text=one_line(line), reason=f"{error.subject}: {error.cause}")


def _cells(line: str, delimiter: str, columns: Sequence[str]) -> Mapping[str, str]:
    if any("\ud800" <= char <= "\udfff" for char in line):
        raise UsageError("this line", "is not UTF-8 (in a spreadsheet, save as “CSV UTF-8”)")
    named = _NAMED.fullmatch(line.strip())
    if named and delimiter not in named["name"]:
        return {"address": named["address"], "name": named["name"].strip().strip('"')}
    try:
        cells = next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UsageError("this line", f"is not valid CSV ({error})") from error
    if len(cells) > len(columns):
        raise UsageError("this line", f"has {len(cells)} cells instead of at most {len(columns)}")
    return dict(zip(columns, map(unguarded, cells), strict=False))


def _read_cells(number: int, cells: Mapping[str, str], trends: Collection[str]) -> Person:
    status = cells.get("status", "").strip().lower()
    if status and status not in STATUSES:
        raise UsageError(one_line(status), f"is not a status ({', '.join(STATUSES)})")
    return Person(
        line=number,
        address=addresses.parse(cells.get("address", "")),
        name=addresses.name(cells.get("name", "")),
        status=next((one for one in get_args(SubscriberStatus) if one == status), None),
        trends=choice(filter(None, _SEPARATORS.split(cells.get("trends", ""))), trends),
        consent=note(cells.get("consent", "")),
    )
