"""`digest feeds`: list the feeds with their health; `add`, `remove`, `set`, `filter`, `import`, `export` and `check` them."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from digest.cli.common import at_option, dry_option, examples, given_bytes, json_option, opened, print_json, say_waiting
from digest.cli.feed_settings import filter_command, set_command
from digest.config import Kind
from digest.errors import UsageError
from digest.text.formatting import count
from digest.text.secrets import masked, public

if TYPE_CHECKING:
    from digest.config import Feed
    from digest.feeds.subscriptions.opml import Outlines, Refused
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from digest.cli.common import NO_FEEDS
from digest.config import Feed
from digest.feeds.subscriptions.opml import Refused
from digest.model import UNTROUBLED, FeedHealth
from digest.services.feed_list import Checked
from digest.services.feed_search import Found

KINDS = click.Choice(get_args(Kind))
yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask for confirmation.")


@click.group(
    "feeds",
    invoke_without_command=True,
    epilog=examples("digest feeds", "digest feeds add https://example.org/blog", "digest feeds check"),
)
@at_option
@json_option
@click.pass_context
def command(ctx: click.Context, at: str | None, as_json: bool) -> int:
    """List the feeds with their health, or change the list with a command below."""
    if ctx.invoked_subcommand is not None:
        return 0

    with opened(ctx, at, writes=False) as program:
        from digest.services.feed_health import health

        found = health(program)
        feeds = program.config.feeds
    if as_json:
        print_json([{"kind": feed.kind, **asdict(one)} for feed, one in zip(feeds, found, strict=True)])
    else:
        print_feeds(feeds, found)
    return 0


@command.command(
    "add",
    epilog=examples(
        "digest feeds add https://rss.arxiv.org/rss/cs.CL",
        "digest feeds add https://example.org/blog --kind blog --yes",
    ),
)
@click.argument("address", metavar="URL")
@click.option("--name", help="The name of the feed (default: its title).")
@click.option("--kind", type=KINDS, help="The kind of its items (default: guessed from the URL).")
@yes_option
@dry_option
@json_option
@click.pass_context
def add(  # noqa: PLR0917  (click passes them)
    ctx: click.Context, address: str, name: str | None, kind: str | None, yes: bool, dry_run: bool, as_json: bool
) -> int:
    """Add a feed to feeds.yaml. URL is the feed itself, or a page that links to it."""
    with opened(ctx, None, writes=False) as program:
        from digest.services import feed_list, feed_search

        taken = [feed.name for feed in program.config.feeds]
        if name in taken:
            raise UsageError(f"--name {name}", "another feed has this name", "choose a different one")
        found = feed_search.find(program, address)
        feed = _feed(name or feed_list.free_name(taken, found.title, found.url), found.url, kind or found.kind)
        if not as_json:
            print_found(feed, found)
        added = not dry_run and (yes or as_json or _agreed(f"Add {feed.name} to feeds.yaml?"))
        if added:
            feed_list.add(program, [feed], waiting=say_waiting)
    if as_json:
        shown = {"name": feed.name, "url": public(feed.url), "kind": feed.kind}
        print_json({"feed": shown, "found": found.shown(), "added": added})
    else:
        click.echo(f"added {feed.name} to feeds.yaml" if added else "feeds.yaml was not changed", err=True)
    return 0


@command.command(
    "remove",
    epilog=examples("digest feeds remove 'arXiv cs.CL'", "digest feeds remove https://rss.arxiv.org/rss/cs.CL"),
)
@click.argument("name", metavar="NAME|URL")
@click.pass_context
def remove(ctx: click.Context, name: str) -> int:
    """Remove a feed from feeds.yaml. Its items stay in the store and in the issues."""
    with opened(ctx, None, writes=False) as program:
        from digest.services import feed_list

        gone = feed_list.remove(program.workspace, program.trends, name, waiting=say_waiting)
    click.echo(f"removed {gone.name} ({public(gone.url)}) from feeds.yaml; its items are kept", err=True)
    if program.config.feeds == (gone,):
        click.echo("it was the last feed; add another with `digest feeds add URL`", err=True)
    return 0


@command.command(
    "import", epilog=examples("digest feeds import subscriptions.opml --dry-run", "digest feeds import - < feeds.opml")
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--kind", type=KINDS, help="The kind of all the feeds (default: guessed from folder, category and URL).")
@dry_option
@json_option
@click.pass_context
def import_(ctx: click.Context, file: Path, kind: str | None, dry_run: bool, as_json: bool) -> int:
    """Add the feeds of an OPML file to feeds.yaml. FILE may be - for standard input.

    Exit code 1: a feed was refused; each is listed with its reason.
    """
    from digest.feeds.subscriptions import opml

    outlines = opml.read(given_bytes(file, "name an OPML file"))
    if not outlines.feeds and not outlines.refused:
        raise UsageError(str(file), "contains no feeds", "name an OPML file, as feed readers export it")
    with opened(ctx, None, writes=False) as program:
        from digest.services import feed_list

        feeds, refused = _taken_over(program.config.feeds, outlines, kind)
        if feeds and not dry_run:
            feed_list.add(program, feeds, waiting=say_waiting)
    if as_json:
        added = [{"name": feed.name, "url": public(feed.url), "kind": feed.kind} for feed in feeds]
        print_json({"added": added, "refused": refused, "dry_run": dry_run})
    else:
        print_import(feeds, refused, dry_run=dry_run)
    return int(bool(refused))


@command.command("export", epilog=examples("digest feeds export subscriptions.opml", "digest feeds export | less"))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.pass_context
def export(ctx: click.Context, file: Path | None) -> int:
    """Write the feeds as OPML 2.0 to FILE, or to standard output.

    Feeds that are local files are left out, and so are passwords and tokens in addresses.
    """
    from digest.feeds.subscriptions import opml
    from digest.storage.files.resources import write_private

    with opened(ctx, None, writes=False) as program:
        feeds = program.config.feeds
        web = [feed for feed in feeds if "://" in feed.url]
        text = opml.write(program.config.digest.title, web)
    if file is None:
        click.echo(text, nl=False)
    else:
        write_private(file, [text.encode()])
    if len(web) < len(feeds):
        click.echo(f"digest: left out {count(len(feeds) - len(web), 'feed')} read from local files", err=True)
    return 0


@command.command("check", epilog=examples("digest feeds check", "digest feeds check --json"))
@json_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> int:
    """Fetch every feed and show what `digest collect` would change. Stores nothing.

    Exit code 1: a feed failed.
    """
    with opened(ctx, None, writes=False) as program:
        from digest.services import feed_list

        found = feed_list.check(program)
    if as_json:
        print_json(found)
    else:
        print_checked(found)
    return int(any(one.outcome in ("failed", "gone") for one in found))


command.add_command(filter_command)
command.add_command(set_command)


def _feed(name: str, url: str, kind: str) -> "Feed":
    from digest.config import feed

    return feed(name=name, url=url, kind=kind)


def _taken_over(
    there: "tuple[Feed, ...]", outlines: "Outlines", kind: str | None
) -> "tuple[list[Feed], list[Refused]]":
    """The feeds that can be added, each under a unique name, and those that are refused."""
    from digest.errors import DigestError
    from digest.feeds.identity import canonical_url
    from digest.feeds.subscriptions.opml import Refused
    from digest.services.feed_list import free_name

    names = [feed.name for feed in there]
    urls = {canonical_url(feed.url): feed.name for feed in there}
    feeds, refused = [], list(outlines.refused)
    for outline in outlines.feeds:
        known = urls.get(canonical_url(outline.url))
        if known is not None:
            refused.append(Refused(what=outline.name or public(outline.url), why=f"already listed as {known}"))
            continue
        try:
            feed = _feed(free_name(names, outline.name, outline.url), outline.url, kind or outline.kind)
        except DigestError as error:
            refused.append(Refused(what=outline.name or public(outline.url), why=error.cause))
            continue
        feeds.append(feed)
        names.append(feed.name)
        urls[canonical_url(feed.url)] = feed.name
    return feeds, refused


def _agreed(question: str) -> bool:
    """Whether the user confirms; without a terminal to ask on, --yes is required."""
    if not sys.stdin.isatty():
        raise UsageError("feeds.yaml", "cannot ask for confirmation without a terminal", "add --yes or --dry-run")
    return click.confirm(question, default=True, err=True)


STYLES = {"ok": "green", "learning": "dim", "muted": "dim", "failed": "red", "gone": "red", "unchanged": "dim"}


def print_feeds(feeds: Sequence[Feed], found: Sequence[FeedHealth]) -> None:
    """Print a table of the feeds, then a sentence on each that behaves unusually."""
    console = Console(highlight=False)
    if not feeds:
        console.print(NO_FEEDS, markup=False)
        return
    table = Table("Feed", "Kind", "Every", "Items", "Last news", "Health", box=None, pad_edge=False)
    table.columns[2].justify = table.columns[3].justify = "right"
    for feed, one in zip(feeds, found, strict=True):
        every = f"{one.every:.0f}d" if one.every else ""
        usual = f"{one.usual:.0f}" if one.usual else ""
        last = f"{one.last_new:%Y-%m-%d}" if one.last_new else ""
        style = STYLES.get(one.verdict, "yellow")
        table.add_row(Text(feed.name), feed.kind, every, usual, last, Text(one.verdict, style=style))
    console.print(table)
    for one in found:
        if one.sentence:
            console.print(Text.assemble((one.name, "bold"), f": {one.sentence}"))
    trouble = sum(one.verdict not in UNTROUBLED for one in found)
    console.print(Text(f"{count(len(found), 'feed')}, {trouble} with problems", style="dim"))


def print_found(feed: Feed, found: Found) -> None:
    """Print the feed that would be added, its newest entries, and the other feeds of the site."""
    console = Console(stderr=True, highlight=False)
    console.print(Text.assemble((feed.name, "bold"), f"\n{masked(feed.url)}\n{feed.kind}, {found.entries} entries"))
    for entry in found.newest:
        date = f"{entry.published:%Y-%m-%d}" if entry.published else "no date   "
        console.print(Text(f"  {date}  {entry.title or entry.link}"), overflow="ellipsis", no_wrap=True)
    for url in found.others:
        console.print(Text(f"also found: {masked(url)}", style="dim"))


def print_import(feeds: Sequence[Feed], refused: Sequence[Refused], *, dry_run: bool) -> None:
    """Print a line per feed that is added or refused."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for feed in feeds:
        console.print(
            Text.assemble(
                ("to add   " if dry_run else "added    ", "green"),
                (feed.name, "bold"),
                f": {feed.kind}, {masked(feed.url)}",
            )
        )
    for line in refused:
        console.print(Text.assemble(("refused  ", "yellow"), (line.what, "bold"), f": {line.why}"))
    added = "would be added" if dry_run else "added"
    console.print(f"{count(len(feeds), 'feed')} {added}, {len(refused)} refused")


def print_checked(found: Sequence[Checked]) -> None:
    """Print a line per feed that a collect would change."""
    console = Console(highlight=False, soft_wrap=True)
    for one in found:
        changes = [f"{one.new} new of {one.entries}"] if one.new else []
        changes += [f"moved permanently to {one.moved_to}"] if one.moved_to else []
        changes += [one.reason] if one.reason else []
        if changes:
            style = STYLES.get(one.outcome, "")
            console.print(Text.assemble((f"{one.outcome:9} ", style), (one.feed, "bold"), f": {'; '.join(changes)}"))
    failing = sum(one.outcome in ("failed", "gone") for one in found)
    console.print(f"{count(len(found), 'feed')}: {sum(one.new for one in found)} new entries, {failing} with problems")
