"""`digest desk`: the editor's desk in a browser on this machine, the accounts of editors elsewhere, and the log."""

import asyncio
from typing import TYPE_CHECKING

import click

from digest.cli.common import at_option, examples, json_option, opened, print_json, workspace
from digest.cli.terminal import login
from digest.storage.db.desk import ROLES, Account, Role
from digest.text.formatting import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from digest.services.context import Program
    from digest.text.addresses import Address

LOOPBACK = "127.0.0.1"
address_argument = click.argument("address", metavar="ADDR")


@click.group(
    "desk",
    invoke_without_command=True,
    epilog=examples("digest desk", "digest desk --open", "digest desk --port 0 --by ada", "digest desk accounts"),
)
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

    The desk listens on this machine only. Everything that it does is what the commands do. For editors elsewhere,
    `digest serve` offers it to the accounts that the commands below manage, if feeds.yaml says `serve: {desk: true}`.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    import secrets
    from datetime import UTC, datetime

    from digest.cli.common import instant
    from digest.cli.web_server import serve
    from digest.storage.db import located
    from digest.web.desk import Desk, make_desk
    from digest.web.desk.place import Limits
    from digest.web.desk.sessions import Sessions
    from digest.web.requests import Callers

    with opened(ctx, at, writes=False) as program:  # what is wrong with the workspace is told before the server starts
        settings = program.config
    place = workspace(ctx)
    # A session ends with this process, which alone knows the server's name.
    sessions = Sessions(database=located(place), clock=lambda: datetime.now(UTC), server=secrets.token_urlsafe(16))
    desk = Desk(
        place=place,
        clock=lambda: instant(at, settings.digest.timezone),
        sessions=sessions,
        limits=Limits(sessions.database, sessions.clock),
        callers=Callers(settings),
    )
    path = f"desk/enter/{sessions.link(by or login() or 'the editor')}"
    asyncio.run(serve(make_desk(desk), host=LOOPBACK, port=port, opens=opens, path=path))
    return 0


@command.group(
    "accounts",
    invoke_without_command=True,
    epilog=examples("digest desk accounts", "digest desk accounts add ada@example.org --role owner"),
)
@json_option
@click.pass_context
def accounts(ctx: click.Context, as_json: bool) -> int:
    """List who may use the desk of `digest serve`, or change it with a command below.

    An editor edits, approves and may pause a mailing. An owner may do everything: also resume a mailing, and manage
    subscribers, feeds and accounts.
    """
    return list_accounts(ctx, as_json) if ctx.invoked_subcommand is None else 0


@accounts.command("list", epilog=examples("digest desk accounts list", "digest desk accounts list --json"))
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> int:
    """List the accounts: address, role, since when, and whether they may sign in."""
    return list_accounts(ctx, as_json)


@accounts.command(
    "add",
    epilog=examples(
        "digest desk accounts add bob@example.org", "digest desk accounts add ada@example.org --role owner"
    ),
)
@address_argument
@click.option("--role", type=click.Choice(ROLES), default="editor", show_default=True, help="What the person may do.")
@at_option
@click.pass_context
def add(ctx: click.Context, address: str, role: Role, at: str | None) -> int:
    """Let a person sign in at the desk by a link that is mailed to ADDR."""
    from digest.services import desk_accounts

    return change(
        ctx,
        at,
        address,
        lambda program, checked: desk_accounts.add(program.store, program.now, checked, role),
        f"may sign in as an {role}.",
        "added an account",
    )


@accounts.command("role", epilog=examples("digest desk accounts role bob@example.org owner"))
@address_argument
@click.argument("role", type=click.Choice(ROLES))
@at_option
@click.pass_context
def role_(ctx: click.Context, address: str, role: Role, at: str | None) -> int:
    """Change what a person may do, from their next request on."""
    from digest.services import desk_accounts

    return change(
        ctx,
        at,
        address,
        lambda program, checked: desk_accounts.set_role(program.store, checked, role),
        f"is an {role} now.",
        f"made {role}",
    )


@accounts.command("disable", epilog=examples("digest desk accounts disable bob@example.org"))
@address_argument
@at_option
@click.pass_context
def disable(ctx: click.Context, address: str, at: str | None) -> int:
    """Disable an account and end its sessions. It can be enabled again."""
    from digest.services import desk_accounts

    return change(
        ctx,
        at,
        address,
        lambda program, checked: desk_accounts.disable(program.store, program.now, checked),
        "cannot sign in any more; their sessions have ended.",
        "disabled an account",
    )


@accounts.command("enable", epilog=examples("digest desk accounts enable bob@example.org"))
@address_argument
@at_option
@click.pass_context
def enable(ctx: click.Context, address: str, at: str | None) -> int:
    """Enable an account that was disabled."""
    from digest.services import desk_accounts

    return change(
        ctx,
        at,
        address,
        lambda program, checked: desk_accounts.enable(program.store, checked),
        "may sign in again.",
        "enabled an account",
    )


@accounts.command("remove", epilog=examples("digest desk accounts remove bob@example.org"))
@address_argument
@at_option
@click.pass_context
def remove(ctx: click.Context, address: str, at: str | None) -> int:
    """Remove an account, and end its sessions. What the person changed stays, with their name."""
    from digest.services import desk_accounts

    return change(
        ctx,
        at,
        address,
        lambda program, checked: desk_accounts.remove(program.store, checked),
        "has no account any more; their sessions have ended.",
        "removed an account",
    )


@command.command("audit", epilog=examples("digest desk audit", "digest desk audit --limit 20 --json"))
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="How many entries to show.")
@json_option
@click.pass_context
def audit(ctx: click.Context, limit: int, as_json: bool) -> int:
    """Show who did what at the desk, when and from where, latest first. Entries are kept for two years."""
    with opened(ctx, None, writes=False) as program:
        entries = program.store.desk_audit.latest(limit)
    if as_json:
        print_json(entries)
        return 0
    for one in entries:
        about = f": {one.about}" if one.about else ""
        click.echo(f"{one.at:%Y-%m-%d %H:%M} UTC  {one.who}  {one.place}  {one.action}{about}")
    if not entries:
        click.echo("Nothing was done at the desk yet.")
    return 0


def list_accounts(ctx: click.Context, as_json: bool) -> int:
    """Print the accounts."""
    with opened(ctx, None, writes=False) as program:
        found, switched_on = program.store.desk_accounts.all(), program.config.serve.desk
    if as_json:
        print_json(found)
        return 0
    for one in found:
        ended = f"  disabled on {one.disabled:%Y-%m-%d}" if one.disabled else ""
        click.echo(f"{one.address}  {one.role}  since {one.created:%Y-%m-%d}{ended}")
    click.echo(
        f"{count(len(found), 'account')}." + ("" if switched_on else " `serve: {desk: true}` lets them sign in.")
    )
    return 0


def change(  # noqa: PLR0917  (what each command above says of itself)
    ctx: click.Context,
    at: str | None,
    address: str,
    do: "Callable[[Program, Address], Account]",
    words: str,
    action: str,
) -> int:
    """Change an account, note it in the log, and say what was done."""
    from digest.services.desk_accounts import TERMINAL
    from digest.storage.db.desk import Entry
    from digest.text import addresses

    checked = addresses.parse(address)
    with opened(ctx, at, writes=False) as program:
        account = do(program, checked)
        entry = Entry(at=program.now, who=login() or TERMINAL, place=TERMINAL, action=action, about=account.address)
        with program.store.transaction():
            program.store.desk_audit.add(entry)
    click.echo(f"{account.address} {words}")
    return 0
