"""`digest mcp`: let an agent read the archive, by the Model Context Protocol on standard input and output."""

import importlib.util

import click

from digest.cli.common import at_option, examples, instant, workspace
from digest.errors import UsageError


@click.command("mcp", epilog=examples("digest mcp", "claude mcp add digest -- digest -C ~/my-digest mcp"))
@at_option
@click.pass_context
def command(ctx: click.Context, at: str | None) -> int:
    """Serve the archive to an agent over standard input and output, until they are closed. Read-only; drafts are not shown.

    An agent's program starts this command itself. `digest serve` offers the same at /mcp, if feeds.yaml says `serve: {mcp: true}`.
    """
    if importlib.util.find_spec("mcp") is None:
        raise UsageError("digest mcp", "the SDK is not installed", "run `pip install 'llm-trends-digest[mcp]'`")
    from digest.agents.server import Reading, make_server
    from digest.cli.archive_index import catalogued, zone_of
    from digest.config import trend_files
    from digest.storage.archive import Archive
    from digest.storage.files import resources

    place = workspace(ctx)
    with catalogued(place) as catalogue:
        zone = zone_of(place, catalogue.summaries(closed=True, limit=1))
    reading = Reading(
        archive=Archive(place.archive),
        opened=lambda: catalogued(place),
        trends=trend_files.load(resources.trend_texts(place)),
        base_url="",
        zone=zone,
        clock=lambda: instant(at, zone),
    )
    make_server(reading).run("stdio")
    return 0
