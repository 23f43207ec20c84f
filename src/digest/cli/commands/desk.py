"""`digest desk`: the editor's desk in a browser on this machine."""

import asyncio

import click

from digest.cli.common import at_option, examples, workspace

LOOPBACK = "127.0.0.1"


@click.command("desk", epilog=examples("digest desk", "digest desk --open", "digest desk --port 0 --by ada"))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8002,
    show_default=True,
    help="The port to listen on; 0 picks a free one.",
)
@click.option("--open", "opens", is_flag=True, help="Open the desk in the browser.")
@click.option("--by", metavar="NAME", help="Who makes the changes (default: your login name).")
@at_option
@click.pass_context
def command(ctx: click.Context, port: int, opens: bool, by: str | None, at: str | None) -> int:
    """Edit, test and approve the draft in a browser, until interrupted. Prints a link that opens it once.

    The desk listens on this machine only. Everything that it does is what the commands do.
    """
    from datetime import UTC, datetime

    from digest.cli.common import instant
    from digest.cli.context import opened
    from digest.cli.terminal import login
    from digest.cli.web_server import serve
    from digest.web.desk import Desk, make_desk
    from digest.web.desk.sessions import Sessions

    with opened(ctx, at, writes=False) as program:  # what is wrong with the workspace is told before the server starts
        zone = program.config.digest.timezone
    sessions = Sessions(lambda: datetime.now(UTC))
    token = sessions.link(by or login() or "the editor")
    desk = Desk(workspace(ctx), lambda: instant(at, zone), sessions)
    asyncio.run(serve(make_desk(desk), host=LOOPBACK, port=port, opens=opens, path=f"desk/enter/{token}"))
    return 0
