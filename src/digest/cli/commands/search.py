"""`digest search QUERY` and `digest list`: find archived issues. rich is imported only for a terminal, to start fast."""

import json
import shutil
import sys
from collections.abc import Sequence

import click

from digest.cli.common import ascii_only, at_option, examples, json_option, print_json, workspace
from digest.errors import NotFoundError, UsageError, did_you_mean
from digest.model import Hit, Summary
from digest.text.clean import one_line
from digest.text.columns import fitted, padded, width
from digest.text.tex import untex
from digest.text.words import N_, gettext, using

_HEAD = (N_("Issue"), N_("Up to"), N_("State"), N_("Shown"), N_("Items"))
_STATES = {"draft": N_("draft"), "closed": N_("closed")}


@click.command("list", epilog=examples("digest list", "digest list --json"))
@json_option
@click.pass_context
def list_command(ctx: click.Context, as_json: bool) -> int:
    """List the archived issues, newest first, each with its first line. Drafts and samples are marked.

    The column Shown counts the items in the mail, and Items all items of the issue.
    """
    from digest.cli.archive_index import catalogued, language_of

    with catalogued(workspace(ctx)) as catalogue:
        entries = catalogue.summaries()
    newest = entries[0].key if entries else ""
    if as_json:
        print_json(entries)
    elif entries:
        with using(language_of(workspace(ctx), newest)):
            _print(entries)
    else:
        click.echo("No issue is archived yet; build the first one with `digest build`.", err=True)
    return 0


def _print(entries: Sequence[Summary]) -> None:
    """Print a line per issue, cut to the width of a terminal but whole in a pipe. Plain `click`, because rich starts slowly."""
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    rows = [
        (
            one.key,
            f"{one.window.end:%Y-%m-%d}",
            gettext(_STATES[one.state]) + (", " + gettext("sample")) * one.sample,
            str(one.shown),
            str(one.items),
        )
        for one in entries
    ]
    head = tuple(map(gettext, _HEAD))
    wide = [max(map(width, column)) for column in zip(head, *rows, strict=True)]
    for row, line in zip((head, *rows), (gettext("First line"), *(one.line for one in entries)), strict=True):
        left = [padded(cell, columns) for cell, columns in zip(row[:3], wide[:3], strict=True)]
        right = [padded(cell, columns, right=True) for cell, columns in zip(row[3:], wide[3:], strict=True)]
        text = "  ".join((*left, *right, one_line(line)))
        click.echo(text if room is None else fitted(text, room))


@click.command(
    "search",
    epilog=examples(
        "digest search state space --trend non-transformer",
        "digest search '\"chain of thought\" distil*' --since 4w",
    ),
)
@click.argument("query", nargs=-1, required=True)
@click.option("--trend", metavar="ID", default="", help="Search only items of this trend.")
@click.option(
    "--since",
    "when",
    metavar="WHEN",
    help="Search only issues of the last days or weeks (10d, 4w), or since a date (2026, 2026-11, 2026-11-02).",
)
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="Maximum number of results.")
@at_option
@json_option
@click.pass_context
def command(  # noqa: PLR0917  (click passes by name)
    ctx: click.Context,
    query: tuple[str, ...],
    trend: str,
    when: str | None,
    limit: int,
    at: str | None,
    as_json: bool,
) -> int:
    """Search the archived issues. Results must contain all words, "words in quotes" as a phrase; word* is a prefix.

    The best result comes first. A word in a title counts more than in a summary, and a new issue more than an old one.
    """
    from digest.cli.archive_index import catalogued, language_of, since_instant, zone_of
    from digest.storage.db.search import Query

    text = " ".join(f'"{part}"' if " " in part and '"' not in part and len(query) > 1 else part for part in query)
    if not any(char.isalnum() for char in text):
        raise UsageError(f"digest search {text}", "contains no word", "give at least one word to search for")
    with catalogued(workspace(ctx)) as catalogue:
        if trend and trend not in (known := catalogue.trends()):
            remedy = did_you_mean(trend, known, f"choose from: {', '.join(known)}")
            raise NotFoundError(f"trend {trend}", "no archived issue has it", remedy)
        closed = catalogue.summaries(closed=True) if when else ()
        since = since_instant(when, at, zone_of(workspace(ctx), closed)) if when else None
        newest = next(iter(catalogue.closed()[-1:]), "")
        hits, total = catalogue.search(Query(text=text, trend=trend, since=since, limit=limit))
    if as_json:
        found = [_plain(hit) for hit in hits]
        click.echo(json.dumps({"query": text, "total": total, "hits": found}, ensure_ascii=ascii_only(), indent=2))
    elif not hits:
        with using(language_of(workspace(ctx), newest)):
            click.echo(gettext("No results."), err=True)
    elif sys.stdout.isatty():
        from digest.cli.terminal import print_hits

        with using(language_of(workspace(ctx), newest)):
            print_hits(hits, total)
    else:
        for hit in hits:
            click.echo(_line(hit))
    return 0


def _line(hit: Hit) -> str:
    """One result as tab-separated fields for `cut`: key, section, title, URL. Control characters are removed."""
    fields = (hit.card.key, hit.card.section or "-", untex(hit.card.title), hit.card.url)
    return "\t".join(map(one_line, fields))


def _plain(hit: Hit) -> dict[str, object]:
    """One result for programs. In `snippet`, the matching words stand between U+0002 and U+0003."""
    card = hit.card
    return {
        "key": card.key,
        "id": card.id,
        "title": card.title,
        "url": card.url,
        "trends": card.trends,
        "sources": card.sources,
        "slot": hit.slot.isoformat().replace("+00:00", "Z"),
        "snippet": hit.snippet,
        "score": hit.score,
    }
