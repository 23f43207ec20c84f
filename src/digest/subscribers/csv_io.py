"""Read lists of subscribers into persons and refused lines, and write subscribers as CSV.

Accepted are CSV with a header (separated by comma, semicolon or tab) of many programs and languages, CSV without one (address, name), and
one address per line, alone or as `Name <address>`. One record is one person, and an unclosed quote affects only its own line.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from digest.errors import UsageError, did_you_mean
from digest.model import Preferences, Subscriber, SubscriberStatus
from digest.subscribers import choices, csv_columns
from digest.text import addresses
from digest.text.addresses import Address
from digest.text.clean import one_line
from digest.text.words import catalogue_of, shipped

COLUMNS = ("address", "name", "status", "trends", "consent", "added", "language", *choices.CELLS)
LONGEST_LINE = 4000
LONGEST_NOTE = 300
MOST_LINES = 60  # the maximum number of lines of one record
SAMPLED_BYTES = 400
MOST_ABOVE = 10  # lines above a header
SAMPLED = 20  # lines used to guess the content of a column

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
    language: str = ""  # a language that has a catalogue; empty: that of the main edition
    preferences: Preferences | None = None  # None: the default


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """One refused line; `text` is its content, fit for display."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the cells of a list are read by: the ids of trends, the default preferences, and the digest's time zone."""

    trends: Collection[str]
    default: Preferences = field(default_factory=Preferences)
    zone: str = "UTC"


_LIKE_AN_ADDRESS = re.compile(r"<?[\w.+'-]+@[\w.-]+>?")
_BLANK = " \t\v\f,;\"'\ufeff"  # a row of empty cells is an empty line
_ADDRESS_BOOK = re.compile(r"(?:dn|version)::? |begin:vcard", re.IGNORECASE)


def read(content: bytes, known: Known) -> Iterator[Person | Refused]:
    """The persons and refused lines of a list, in order. Empty lines and lines that begin with # are skipped.

    Args:
        content: the file. UTF-8, with a byte order mark or without, or UTF-16 with one, as spreadsheets write it.
        known: what its cells are read by.

    Raises:
        UsageError: it is an address book in another format, whose lines would be taken for addresses.
    """
    lines = _decoded(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if _ADDRESS_BOOK.match(next(filter(str.strip, lines), "")):
        raise UsageError("the list", "is an LDIF or vCard address book", "export it as CSV")
    first, delimiter = _named_delimiter(lines)
    given = delimiter
    columns: tuple[str, ...] = ()
    above = True  # titles and dates may stand above the header
    for number, record in _records(lines, first):
        if above:
            delimiter = given or _delimiter(record)
            columns = _header(record, delimiter, lines[number:])
            above = not columns and "@" not in record and number - first < MOST_ABOVE
            if columns:
                continue
        yield _person(number, record, delimiter, columns, known)


def _records(lines: Sequence[str], first: int) -> Iterator[tuple[int, str]]:
    """Each record with the number of its first line. A quoted cell may span several lines if it is closed soon enough."""
    at = first
    while at < len(lines):
        record, length = lines[at], 1
        if not record.strip(_BLANK) or record.lstrip().startswith("#"):
            at += 1
            continue
        if record.count('"') % 2 and len(record) <= LONGEST_LINE:
            record, length = _joined(lines, at)
        yield at + 1, record
        at += length


def _joined(lines: Sequence[str], at: int) -> tuple[str, int]:
    """A record whose first line has an unclosed quote, joined with the lines up to the closing one; alone if there is none."""
    record = lines[at]
    for length in range(2, min(MOST_LINES, len(lines) - at) + 1):
        record = f"{record}\n{lines[at + length - 1]}"
        if len(record) > LONGEST_LINE:
            break
        if record.count('"') % 2 == 0:
            return (record, length) if _is_csv(record) else (lines[at], 1)
    return lines[at], 1


def _is_csv(record: str) -> bool:
    """Whether a record of several lines is valid CSV with one of the delimiters."""
    return any(_strict(record, delimiter) is not None for delimiter in _DELIMITERS)


def _strict(record: str, delimiter: str) -> list[str] | None:
    try:
        rows = list(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


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


def write(people: Iterable[Subscriber], chosen: Mapping[int, Preferences], *, zone: str) -> Iterator[str]:
    """The lines of a CSV file that `read` accepts, escaped so that no spreadsheet runs a formula.

    Args:
        people: the subscribers.
        chosen: their preferences by number, of those who chose any.
        zone: that of the digest.
    """
    yield _csv_line(COLUMNS)
    for one in people:
        values = (
            one.address,
            one.name,
            one.status,
            " ".join(one.trends),
            one.consent,
            one.added.isoformat(timespec="seconds"),
            one.language,
            *choices.cells_of(chosen.get(one.id), digest_zone=zone),
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


def has_invisible(content: bytes) -> bool:
    """Whether a list holds blanks or marks without width that were copied from a page with its text."""
    return any(mark in _decoded(content) for mark in "\u00a0\u200b\u2060")


def _decoded(content: bytes) -> str:
    """The text. Bytes that are not UTF-8 become lone surrogates, because of which their lines are refused."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    sample = content[:SAMPLED_BYTES]
    if sample.count(0) * 3 > len(sample):  # UTF-16 without a mark: every other byte of Latin text is zero
        return content.decode("utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be", "replace")
    return content.decode("utf-8-sig", "surrogateescape")


def _named_delimiter(lines: Sequence[str]) -> tuple[int, str]:
    """Excel's `sep=;` in the first line: the number of lines it takes (0 or 1), and the delimiter."""
    found = re.fullmatch(r'"?sep=(.)"?', lines[0].strip(" "), re.IGNORECASE)
    return (1, found[1]) if found and found[1] in _DELIMITERS else (0, "")


def _delimiter(line: str) -> str:
    counts = Counter(char for char in line if char in _DELIMITERS)
    return max(_DELIMITERS, key=lambda char: counts[char])


def _header(line: str, delimiter: str, following: Sequence[str]) -> tuple[str, ...]:
    """The role of each column if the line is a header; otherwise empty."""
    if len(line) > LONGEST_LINE or "@" in line:
        return ()
    cells = _strict(line, delimiter) or line.split(delimiter)
    rows = [_strict(row, delimiter) or [] for row in following[:SAMPLED] if row.strip()]
    return csv_columns.roles(cells, rows) or _by_content(cells, rows)


def _by_content(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The columns of a header with unknown names: exactly one of them has addresses in all following lines."""
    if len(cells) < 2 or not rows or any(len(row) != len(cells) for row in rows):
        return ()
    holding = [n for n in range(len(cells)) if all("@" in row[n] for row in rows)]
    if len(holding) != 1:
        return ()
    named = csv_columns.roles([cell if n != holding[0] else "address" for n, cell in enumerate(cells)], rows)
    return tuple("address" if n == holding[0] else role for n, role in enumerate(named))


def _person(number: int, record: str, delimiter: str, columns: Sequence[str], known: Known) -> Person | Refused:
    if len(record) > LONGEST_LINE:
        return Refused(line=number, text=one_line(record[:80], 200), reason=f"longer than {LONGEST_LINE} characters")
    try:
        return _read_cells(number, _cells(record, delimiter, columns), known)
    except UsageError as error:
        return Refused(line=number, text=one_line(record, 200), reason=str(error))


def _cells(record: str, delimiter: str, columns: Sequence[str]) -> list[tuple[str, str]]:
    """Each cell, with the role of its column."""
    if any("\ud800" <= char <= "\udfff" for char in record):
        raise UsageError("this line", "is not UTF-8 (in a spreadsheet, save as “CSV UTF-8”)")
    named = _NAMED.fullmatch(record.strip())
    if named and delimiter not in named["name"]:
        return [("address", named["address"]), ("name", named["name"].strip().strip('"'))]
    cells = _strict(record, delimiter)
    if cells is None:
        raise UsageError("this line", "is not valid CSV (an unclosed quote, or a quote within a cell)")
    if not columns:
        return _unnamed(cells)
    if len(cells) > len(columns):
        raise UsageError("this line", f"has {len(cells)} cells instead of at most {len(columns)}")
    return [(role, " ".join(unguarded(cell).split("\n"))) for role, cell in zip(columns, cells, strict=False)]


def _unnamed(cells: Sequence[str]) -> list[tuple[str, str]]:
    """A line without a header: an address and optionally a name, in either order."""
    held = [n for n, cell in enumerate(cells) if "@" in cell]
    if len(held) > 1:
        raise UsageError("this line", "contains several addresses", "write one per line")
    if len(cells) > 2:
        raise UsageError(
            "this line",
            f"has {len(cells)} cells, and no header says what they are (begin with one: {', '.join(COLUMNS)})",
        )
    at = held[0] if held else 0
    return [("address", unguarded(cells[at])), *(("name", unguarded(cell)) for n, cell in enumerate(cells) if n != at)]


def _read_cells(number: int, cells: Sequence[tuple[str, str]], known: Known) -> Person:
    by_role = dict(reversed(cells))
    held = by_role.get("address", "").replace(",", " ").replace(";", " ").split()
    if len(held) > 1 and all(map(_LIKE_AN_ADDRESS.fullmatch, held)):
        raise UsageError("this line", "contains several addresses", "write one per line")
    name = by_role.get("name", "").strip() or f"{by_role.get('first', '')} {by_role.get('last', '')}"
    return Person(
        line=number,
        address=addresses.parse(by_role.get("address", "")),
        name=addresses.name(" ".join(name.split())),
        status=_status(cells, by_role.get("status", "")),
        trends=choice(filter(None, _SEPARATORS.split(by_role.get("trends", ""))), known.trends),
        consent=note(" ".join(by_role.get("consent", "").split())),
        language=_language(by_role.get("language", "")),
        preferences=choices.read_cells(by_role, default=known.default, digest_zone=known.zone, trends=known.trends),
    )


def _language(word: str) -> str:
    """The language of the edition for a person: `ko` for `ko`, `ko_KR` or `ko-KR`.

    Raises:
        UsageError: it has no catalogue.
    """
    tag = word.strip().replace("_", "-").lower()
    found = catalogue_of(tag) if tag else ""
    if tag and not found:
        known = ", ".join(shipped())
        raise UsageError(
            f"language {one_line(word.strip(), 40)}", f"is not one of {known}", "leave it empty, or choose one"
        )
    return found


def _status(cells: Sequence[tuple[str, str]], word: str) -> SubscriberStatus | None:
    """The person's status. Anything that forbids mail takes precedence."""
    stated = csv_columns.status(word) if word.strip() else None
    if word.strip() and stated is None:
        raise UsageError(one_line(word.strip(), 200), f"is not a status ({', '.join(csv_columns.known_statuses())})")
    stopped = csv_columns.stopped(cells)
    return stated if stated in ("unsubscribed", "suspended") or stopped is None else stopped
