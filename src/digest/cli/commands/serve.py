"""`digest serve`, `digest mcp` and `digest preview`: the archive for browsers and for agents, and the mail while its templates change."""

import asyncio
import importlib.util

import click

from digest.cli.common import at_option, examples, instant, opened, workspace
from digest.errors import UsageError

LOOPBACK = "127.0.0.1"


@click.command("serve", epilog=examples("digest serve --open", "digest serve --host 0.0.0.0 --port 80"))
@click.option("--host", default=LOOPBACK, show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port to listen on; 0 picks a free one.",
)
@click.option("--open", "opens", is_flag=True, help="Open the archive in the browser.")
@at_option
@click.pass_context
def command(ctx: click.Context, host: str, port: int, opens: bool, at: str | None) -> int:
    """Serve the archive, its search and the subscription pages until interrupted; also the desk, if it is switched on."""
    import time
    from datetime import UTC, datetime

    from digest.cli.web_server import SHORT_WAIT, desk_of, serve
    from digest.services.mail_merge import imprint
    from digest.services.send_now import greet, route_of_welcomes
    from digest.services.transports import send_single
    from digest.web import Mail, Site, make_app
    from digest.web.context import Welcoming

    def welcome() -> None:
        with opened(ctx, at, writes=False) as program:
            greet(program, time)

    with opened(ctx, at, writes=False) as program:
        program.store.connection.wait_at_most(SHORT_WAIT)
        site = Site(
            workspace=program.workspace,
            config=program.config,
            trends=program.trends,
            store=program.store,
            clock=lambda: program.now if at else datetime.now(UTC),
            mail=Mail(imprint=imprint(program.config), post=send_single(program.workspace, program.config))
            if program.config.delivery.base_url
            else None,
            welcoming=Welcoming(greet=welcome, route=route_of_welcomes(program.workspace, program.config))
            if program.config.delivery.base_url
            else None,
        )
        asyncio.run(serve(make_app(site, desk_of(site)), host=host, port=port, opens=opens))
    return 0


@click.command("preview", epilog=examples("digest preview --open", "digest preview 2026-W48 --port 0"))
@click.argument("key", required=False)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="The port to listen on; 0 picks a free one.",
)
@click.option("--open", "opens", is_flag=True, help="Open the preview in the browser.")
@click.pass_context
def preview_command(ctx: click.Context, key: str | None, port: int, opens: bool) -> int:
    """Preview the mail of issue KEY (default: the latest) in a browser: desktop and phone, light and dark, and as text.

    The page reloads when a template is saved. The archive is not changed; `digest render` does that.
    """
    from digest.cli.web_server import serve
    from digest.services.archive_index import latest
    from digest.services.compose import files
    from digest.storage.archive import ISSUE, to_json
    from digest.storage.files import resources
    from digest.web.preview import make_preview

    with opened(ctx, None, writes=False) as program:
        issue = program.archive.read(key or latest(program.store, program.archive))
        app = make_preview(
            lambda: {ISSUE: to_json(issue), **files(program, issue)},
            stamp=lambda: resources.templates_stamp(program.workspace),
            page=lambda: resources.template_texts(program.workspace),
            base_url=program.config.delivery.base_url,
        )
        asyncio.run(serve(app, host="127.0.0.1", port=port, opens=opens))
    return 0


@click.command("mcp", epilog=examples("digest mcp", "claude mcp add digest -- digest -C ~/my-digest mcp"))
@at_option
@click.pass_context
def mcp_command(ctx: click.Context, at: str | None) -> int:
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
