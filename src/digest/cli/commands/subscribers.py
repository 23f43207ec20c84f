"""`digest subscribers`: who gets the mail, who must not, and how it came to that."""

from pathlib import Path

import click

from digest.cli.common import at_option, given_bytes, json_option, print_json
from digest.errors import UsageError
from digest.model import SubscriberStatus

STATUSES: tuple[SubscriberStatus, ...] = ("unconfirmed", "active", "paused", "unsubscribed", "suspended")
consent_option = click.option("--consent", default="", metavar="TEXT", help="When and how they agreed; kept with them.")
dry_option = click.option("--dry-run", is_flag=True, help="Say what would become of it, and change nothing.")


@click.group("subscribers", invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """Show how many people get the mail; the commands below change that."""
    if ctx.invoked_subcommand is not None:
        return 0
    from digest.cli.people_page import print_counts
    from digest.cli.program import opened

    with opened(ctx, None, writes=False) as program:
        counts, suppressed = program.store.subscribers.counts(), program.store.subscribers.suppressions()
    if as_json:
        print_json({"subscribers": counts, "suppressed": suppressed})
    else:
        print_counts(counts, suppressed)
    return 0


@command.command("add")
@click.argument("address", metavar="ADDR")
@click.option("--name", default="", help="Their name, for the To line.")
@click.option("--trends", default="", metavar="IDS", help="Only these trends, with commas between; default: all.")
@consent_option
@dry_option
@at_option
@json_option
@click.pass_context
def add(  # noqa: PLR0917  (click passes them)
    ctx: click.Context, address: str, name: str, trends: str, consent: str, dry_run: bool, at: str | None, as_json: bool
) -> int:
    """Add one person."""
    from digest.cli.people_page import print_enrolled
    from digest.cli.program import opened
    from digest.deliver import addresses, roster
    from digest.pipeline import people

    with opened(ctx, at, writes=False) as program:
        person = roster.Person(
            line=1,
            address=addresses.parse(address),
            name=addresses.name(name),
            trends=roster.choice(filter(None, trends.replace(" ", "").split(",")), program.trends),
        )
        default = roster.note(consent) or f"added by hand, {program.now:%Y-%m-%d}"
        enrolled = people.enrol(program, [person], consent=default, dry_run=dry_run)
        known = people.find(program, person.address) if enrolled.known else None
    if known is not None and known.status in people.STOPPED:
        remedy = "`digest subscribers readmit` takes them back, when they asked for it"
        raise UsageError(known.address, f"is known, and {known.status}", remedy)
    for refused in enrolled.refused:
        raise UsageError(refused.text, refused.reason)
    return print_enrolled(enrolled, dry_run=dry_run, as_json=as_json)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@consent_option
@dry_option
@at_option
@json_option
@click.pass_context
def import_(  # noqa: PLR0917
    ctx: click.Context, file: Path, consent: str, dry_run: bool, at: str | None, as_json: bool
) -> int:
    """Take in a list: CSV with a header (address, name, status, trends, consent), or one address a line. `-` reads standard input.

    All of it or nothing. Exit code 1: lines were refused; each is named with its reason.
    """
    from digest.cli.people_page import print_enrolled
    from digest.cli.program import opened
    from digest.deliver import roster
    from digest.pipeline import people

    content = given_bytes(file, "name a file, or - for standard input")
    with opened(ctx, at, writes=False) as program:
        source = "standard input" if str(file) == "-" else file.name
        default = roster.note(consent) or f"imported from {source[:200]}, {program.now:%Y-%m-%d}"
        lines = roster.read(content, trends=program.trends)
        enrolled = people.enrol(program, lines, consent=default, dry_run=dry_run)
    return print_enrolled(enrolled, dry_run=dry_run, as_json=as_json)


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@click.pass_context
def export(ctx: click.Context, file: Path) -> int:
    """Write everyone as CSV that `import` reads back, and that runs no formula in a spreadsheet."""
    from digest.cli.program import opened
    from digest.deliver import roster
    from digest.resources import write_private

    with opened(ctx, None, writes=False) as program:
        lines = roster.write(program.store.subscribers.all())
        if str(file) == "-":
            for line in lines:
                click.echo(line, nl=False)
        else:
            write_private(file, (line.encode() for line in lines))
    return 0


@command.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those.")
@json_option
@click.pass_context
def list_(ctx: click.Context, status: SubscriberStatus | None, as_json: bool) -> int:
    """Show everyone: address, status, name, chosen trends, consent."""
    from digest.cli.people_page import print_counts, print_person
    from digest.cli.program import opened

    with opened(ctx, None, writes=False) as program:
        found = (one for one in program.store.subscribers.all() if status in (None, one.status))
        if as_json:
            print_json(list(found))
            return 0
        for person in found:
            print_person(person)
        print_counts(program.store.subscribers.counts(), program.store.subscribers.suppressions())
    return 0


@command.command("remove")
@click.argument("address", metavar="ADDR")
@dry_option
@at_option
@json_option
@click.pass_context
def remove(ctx: click.Context, address: str, dry_run: bool, at: str | None, as_json: bool) -> int:
    """Unsubscribe one person, for good: no import brings them back."""
    from digest.cli.people_page import print_changed
    from digest.cli.program import opened
    from digest.deliver import addresses
    from digest.pipeline import people

    checked = addresses.parse(address)
    with opened(ctx, at, writes=False) as program:
        changed = people.remove(program, checked, dry_run=dry_run)
    words = f"{changed.address} gets no more mail, and no import brings them back."
    print_changed(changed, words, dry_run=dry_run, as_json=as_json)
    return 0


@command.command("readmit")
@click.argument("address", metavar="ADDR")
@click.option("--consent", required=True, metavar="TEXT", help="When and how they asked for it again.")
@dry_option
@at_option
@json_option
@click.pass_context
def readmit(  # noqa: PLR0917
    ctx: click.Context, address: str, consent: str, dry_run: bool, at: str | None, as_json: bool
) -> int:
    """Take someone off the suppression list and mail them again, because they asked for it."""
    from digest.cli.people_page import print_changed
    from digest.cli.program import opened
    from digest.deliver import addresses, roster
    from digest.pipeline import people

    checked, note = addresses.parse(address), roster.note(consent)
    if not note:
        raise UsageError("--consent", "is empty", "say when and how they asked for it")
    with opened(ctx, at, writes=False) as program:
        changed = people.readmit(program, checked, consent=note, dry_run=dry_run)
    print_changed(changed, f"{changed.address} gets the mail again.", dry_run=dry_run, as_json=as_json)
    return 0


@command.command("bounces")
@click.argument("place", metavar="MAILDIR|FILE", type=click.Path(path_type=Path))
@at_option
@json_option
@click.pass_context
def bounces(ctx: click.Context, place: Path, at: str | None, as_json: bool) -> int:
    """Read mail that came in, each once: suspend addresses that keep failing for good, stop the mail of who asked for that by mail.

    Changes no mailbox. Exit code 1: somebody asked without the signed subject of their mail's own link.
    """
    from digest.cli.people_page import print_bounced
    from digest.cli.program import opened
    from digest.deliver.bounces import read
    from digest.pipeline import people

    with opened(ctx, at, writes=False) as program:
        found = people.read_returned(program, read(place))
    if as_json:
        print_json(found)
    else:
        print_bounced(found)
    return int(bool(found.unsigned))


@command.command("forget")
@click.argument("address", metavar="ADDR")
@dry_option
@at_option
@json_option
@click.pass_context
def forget(ctx: click.Context, address: str, dry_run: bool, at: str | None, as_json: bool) -> int:
    """Erase a person everywhere. Only a salted hash stays, so that no import adds them again."""
    from digest.cli.people_page import print_changed
    from digest.cli.program import opened
    from digest.deliver import addresses
    from digest.pipeline import people

    checked = addresses.parse(address)
    with opened(ctx, at, writes=False) as program:
        changed = people.forget(program, checked, dry_run=dry_run)
    words = "forgotten." if changed.was else "nobody had this address; from now on nobody can add it."
    print_changed(changed, f"{changed.address}: {words}", dry_run=dry_run, as_json=as_json)
    if not as_json:
        click.echo("Copies that this cannot reach: backups, exported lists, mail servers' logs.")
    return 0
