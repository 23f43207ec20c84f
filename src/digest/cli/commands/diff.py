"""`digest diff A B`: what changed between two issues, two renderings or two baselines."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.common import examples, json_option, print_json, workspace
from digest.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from digest.editorial.diff import Change
    from digest.model import Trend


@click.command(
    "diff",
    epilog=examples(
        "digest diff 2026-W47 2026-W48",
        "digest diff archive/2026-W48 /tmp/before/2026-W48",
        "digest diff agents@2024 agents@2026-11",
        "digest diff old/agents.md trends/agents.md",
    ),
)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@json_option
@click.pass_context
def command(ctx: click.Context, before: str, after: str, as_json: bool) -> int:
    """Show what changed from A to B, which are two keys of issues, two folders or files of renderings, two baselines of trends
    (ID@DATE), or two files of trends (.md).

    A line with - is only in A, with + only in B, and with ~ in both but different. A folder's own issue.json is compared as an issue.
    """
    found = _changes(ctx, before, after)
    if as_json:
        print_json(found)
        return 0
    for change in found:
        print_change(change)
    if not found:
        click.echo("No difference.", err=True)
    return 0


def _changes(ctx: click.Context, before: str, after: str) -> "tuple[Change, ...]":
    from digest.editorial import diff
    from digest.storage.archive import Archive

    if "@" in before and "@" in after:
        return diff.baselines(_believed(ctx, before), _believed(ctx, after))
    first, second = Path(before), Path(after)
    if first.suffix == second.suffix == ".md" and _is_trend(first) and _is_trend(second):
        return diff.baselines(_trend(first), _trend(second))
    if first.exists() and second.exists():
        return diff.renderings(_files(first), _files(second))
    archive = Archive(workspace(ctx).archive)
    return diff.issues(archive.read(before), archive.read(after))


def _believed(ctx: click.Context, name: str) -> "Trend":
    from digest.services.baseline import as_of

    id_, _, date = name.partition("@")
    return as_of(workspace(ctx), id_, date)


def _is_trend(path: Path) -> bool:
    return path.is_file() and path.read_bytes().startswith(b"---")


def _trend(path: Path) -> "Trend":
    from digest.config import trend_files
    from digest.model import TrendTexts

    try:
        (trend,) = trend_files.load(TrendTexts(packaged={path.name: path.read_text("utf-8")})).values()
    except (ConfigError, UnicodeDecodeError) as error:
        raise UsageError(str(path), f"is not a trend ({error})", "name a file like those in trends/") from error
    return trend


def _files(path: Path) -> dict[str, bytes]:
    """The files of a rendering by name, without the record of what was sent."""
    try:
        if path.is_file():
            return {"": path.read_bytes()}
        paths = sorted(one for one in path.rglob("*") if one.is_file() and one.name != "sent.json")
        return {str(one.relative_to(path)): one.read_bytes() for one in paths}
    except OSError as error:
        raise UsageError(
            str(path), f"cannot be read ({error.strerror})", "name a folder or file that you can read"
        ) from error


def print_change(change: "Change") -> None:
    """Print one change: its subject on a line with its mark, then the two sides if both are there."""
    from digest.text.clean import one_line

    what, before, after = one_line(change.what), one_line(change.before), one_line(change.after)
    if before and after:
        click.echo(f"~ {what}\n  - {before}\n  + {after}")
    else:
        click.echo(f"{'-' if before else '+'} {what}: {before or after}")
