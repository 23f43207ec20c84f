"""`digest search QUERY`: items of archived issues. Fast from a cold start: rich is loaded on a terminal only."""

import json
import sys
from datetime import datetime

import click

from digest.cli.common import first_instant, json_option, workspace
from digest.errors import NotFoundError, UsageError
from digest.model import Hit
from digest.text.clean import one_line
from digest.text.tex import untex


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--trend", metavar="ID", default="", help="Only items of this trend.")
@click.option("--since", metavar="DATE", help="Only issues from this year, month or day on: 2026, 2026-06, 2026-06-29.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="So many items.")
@json_option
@click.pass_context
def command(  # noqa: PLR0917  (click passes by name)
    ctx: click.Context, query: tuple[str, ...], trend: str, since: str | None, limit: int, as_json: bool
) -> int:
    """Search the archived issues: all words must occur; "words in quotes" stand together, word* begins a word.

    The best hit comes first; a word in a title counts more than in a summary, and a new issue more than an old one.
    """
    from digest.cli.archive_index import catalogued
    from digest.storage.db.search import Query

    text = " ".join(f'"{part}"' if " " in part and '"' not in part and len(query) > 1 else part for part in query)
    if not any(char.isalnum() for char in text):
        raise UsageError(f"digest search {text}", "holds no word to look for", "name at least one")
    with catalogued(workspace(ctx)) as catalogue:
        if trend and trend not in (known := catalogue.trends()):
            raise NotFoundError(f"trend {trend}", "no archived issue has it", f"those there are: {', '.join(known)}")
        hits, total = catalogue.search(Query(text=text, trend=trend, since=_day(since), limit=limit))
    if as_json:
        found = [_plain(hit) for hit in hits]
        click.echo(json.dumps({"query": text, "total": total, "hits": found}, ensure_ascii=False, indent=2))
    elif not hits:
        click.echo("Nothing of that kind is archived.", err=True)
    elif sys.stdout.isatty():
        from digest.cli.terminal import print_hits

        print_hits(hits, total)
    else:
        for hit in hits:
            click.echo(_line(hit))
    return 0


def _line(hit: Hit) -> str:
    """One hit as a line that `cut` can take apart; what a feed wrote cannot move the cursor."""
    fields = (hit.card.key, hit.card.section or "-", untex(hit.card.title), hit.card.url)
    return "\t".join(map(one_line, fields))


def _plain(hit: Hit) -> dict[str, object]:
    """The hit for programs; the words that were found stand between U+0002 and U+0003 in `snippet`."""
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


def _day(text: str | None) -> datetime | None:
    """The first instant of a year, a month or a day, in UTC."""
    if text is None:
        return None
    if found := first_instant(text, "UTC"):
        return found
    raise UsageError(f"--since {text}", "is no date", "write it as 2026, 2026-06 or 2026-06-29")
