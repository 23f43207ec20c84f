"""What most commands use: the workspace, opened with the clock of the run, files named by the user, JSON output, the output's encoding, the browser."""

import codecs
import json
import os
import sys
from contextlib import contextmanager, suppress
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from digest.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.model import Workspace
    from digest.services.context import Program

NO_FEEDS = "feeds.yaml lists no feeds; add one with `digest feeds add URL`"

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON to standard output.")
at_option = click.option(
    "--at",
    metavar="TIME",
    help="Run as if it were TIME (ISO 8601; without an offset, in the digest's time zone).",
)
log_option = click.option(
    "--log",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The format of the log on standard error.",
)
dry_option = click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask before mailing.")
_PLAIN = str.maketrans({
    "–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": "'", "”": "'", "…": "...", "•": "*", "·": "-", "×": "x", "→": "->", "≥": ">=",
    "≤": "<=", "\u00a0": " ", "\u202f": " ",
})  # fmt: skip


def workspace(ctx: click.Context) -> "Workspace":
    """The workspace of this run, after finishing a restore that was interrupted."""
    directory: Path = ctx.obj
    from digest.model import Workspace

    place = Workspace(root=directory)
    if os.path.exists(place.restored):  # noqa: PTH110  (false where others must not look; they may still read the archive)
        from digest.services.backup import finish

        finish(place, now=instant(None, "UTC"), waiting=say_waiting)
    return place


@contextmanager
def opened(ctx: click.Context, at: str | None, *, writes: bool) -> "Iterator[Program]":
    """What the services need for this run. With `writes` the workspace is locked, and an `--at` inside a closed window is refused."""
    from digest.api import open_workspace

    with open_workspace(
        workspace(ctx).root,
        clock=lambda settings: instant(at, settings.digest.timezone),
        writes=writes,
        waiting=say_waiting,
        refuse_past=at is not None,
    ) as opened_:
        yield opened_.context


def say_waiting(holder: str) -> None:
    """Report on standard error that another process has the workspace locked."""
    click.echo(f"digest: waiting for process {holder}, which is using this workspace", err=True)


def given_bytes(file: Path, remedy: str) -> bytes:
    """The content of a file that the user named; `-` means standard input.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError(str(file), f"cannot be read ({error.strerror})", remedy) from error


def given_text(file: Path, remedy: str) -> str:
    r"""The same as UTF-8 text, with `\n` as the line end.

    Raises:
        UsageError: it cannot be read, or is not UTF-8.
    """
    try:
        return given_bytes(file, remedy).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(
            str(file), f"cannot be read as UTF-8 ({error.reason} at byte {error.start})", remedy
        ) from error


def instant(at: str | None, zone: str) -> datetime:
    """The clock of this run, in UTC: `--at`, or now.

    Args:
        at: ISO 8601, with an offset or without.
        zone: the IANA name of the zone in which a time without an offset is read.

    Raises:
        UsageError: `at` is not ISO 8601.
    """
    if at is None:
        return datetime.now(UTC)
    try:
        parsed = datetime.fromisoformat(at)
    except ValueError as error:
        raise UsageError(
            f"--at {at}", "is not an ISO 8601 date and time", "write it as 2026-11-23T08:00, with or without an offset"
        ) from error
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def ask_to_mail(key: str, recipients: int, *, yes: bool) -> None:
    """Say how many people an issue is about to be mailed to, and ask; on a terminal only.

    Raises:
        Abort: the answer is no.
    """
    from digest.text.formatting import count

    if not yes and recipients and sys.stdin.isatty():
        click.confirm(f"Mail issue {key} to {count(recipients, 'recipient')}?", abort=True, err=True)


def ask_about_undecided(key: str, sentences: int, *, yes: bool) -> None:
    """Say how many sentences of a language model the editor has not decided about; on a terminal, ask whether to approve them too.

    Raises:
        Abort: the answer is no.
    """
    from digest.text.formatting import count

    if not sentences:
        return
    said = f"issue {key} has {count(sentences, 'sentence')} of a language model that nobody accepted, mended or refused"
    if not yes and sys.stdin.isatty():
        click.confirm(f"{said}.\nApprove it all the same?", abort=True, err=True)
    else:
        click.echo(f"{said}; `digest edit` lists what the model wrote", err=True)


def ascii_only() -> bool:
    """Whether standard output cannot show every character, so that JSON escapes what is not ASCII."""
    return not (sys.stdout.encoding or "").lower().startswith("utf")


def print_json(value: object) -> None:
    """Print one JSON document to standard output. Dataclasses become objects; times become ISO 8601 in UTC."""
    click.echo(json.dumps(value, default=json_form, ensure_ascii=ascii_only(), indent=2))


def json_form(value: object) -> object:
    """The form that a value has in JSON; for `json.dumps`."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | Path):
        return str(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def show(address: str) -> None:
    """Open an http or file URL in the default browser, or in the one that $BROWSER names."""
    import webbrowser  # with subprocess and others, which no other command needs

    if not webbrowser.open(address):
        click.echo(f"digest: no browser was found; open {address} yourself", err=True)


def examples(*lines: str) -> str:
    """The epilog of a help page: command lines to copy, each kept on a line of its own."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def fit_streams() -> None:
    """Prepare standard output and error, once for a process."""
    _open_closed()
    if not os.environ.get("COLUMNS", "80").strip("0"):
        del os.environ["COLUMNS"]  # a terminal that says it has none; tables would be empty
    codecs.register_error("digest", _instead)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="digest")  # type: ignore[union-attr]


def _open_closed() -> None:
    """Open what was closed on nothing: the next file would get its number, and what is said on it would go into that file."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_RDWR), number)
                setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _instead(error: UnicodeError) -> tuple[str, int]:
    """Letters for what cannot be encoded; inside a string of JSON they mean the same."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(map(_letters, lacking)), error.end


def _letters(char: str) -> str:
    plain = char.translate(_PLAIN)
    if plain.isascii():
        return plain
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))
