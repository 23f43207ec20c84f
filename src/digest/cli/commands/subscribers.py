"""`digest subscribers`: who gets the mail, who must not, and how it came to that."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from digest.cli.common import at_option, given_bytes, json_option, print_json
from digest.errors import UsageError
from digest.model import Subscriber, SubscriberStatus
from digest.services.subscribers import Bounced, Changed, Enrolled
from digest.text.formatting import count

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
    from digest.cli.context import opened

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
    from digest.cli.context import opened
    from digest.services import subscribers
    from digest.subscribers import csv_io
    from digest.text import addresses

    with opened(ctx, at, writes=False) as program:
        person = csv_io.Person(
            line=1,
            address=addresses.parse(address),
            name=addresses.name(name),
            trends=csv_io.choice(filter(None, trends.replace(" ", "").split(",")), program.trends),
        )
        default = csv_io.note(consent) or f"added by hand, {program.now:%Y-%m-%d}"
        enrolled = subscribers.enrol(program, [person], consent=default, dry_run=dry_run)
        known = subscribers.find(program, person.address) if enrolled.known else None
    if known is not None and known.status in subscribers.STOPPED:
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
    from digest.cli.context import opened
    from digest.services import subscribers
    from digest.subscribers import csv_io

    content = given_bytes(file, "name a file, or - for standard input")
    with opened(ctx, at, writes=False) as program:
        source = "standard input" if str(file) == "-" else file.name
        default = csv_io.note(consent) or f"imported from {source[:200]}, {program.now:%Y-%m-%d}"
        lines = csv_io.read(content, trends=program.trends)
        enrolled = subscribers.enrol(program, lines, consent=default, dry_run=dry_run)
    return print_enrolled(enrolled, dry_run=dry_run, as_json=as_json)


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@click.pass_context
def export(ctx: click.Context, file: Path) -> int:
    """Write everyone as CSV that `import` reads back, and that runs no formula in a spreadsheet."""
    from digest.cli.context import opened
    from digest.storage.files.resources import write_private
    from digest.subscribers import csv_io

    with opened(ctx, None, writes=False) as program:
        lines = csv_io.write(program.store.subscribers.all())
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
    from digest.cli.context import opened

    with opened(ctx, None, writes=False) as program:
        found = (one for one in program.store.subscribers.all() if status in (None, one.status))
        if as_json:
            print_json([{key: value for key, value in asdict(one).items() if key != "link"} for one in found])
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
    from digest.cli.context import opened
    from digest.services import subscribers
    from digest.text import addresses

    checked = addresses.parse(address)
    with opened(ctx, at, writes=False) as program:
        changed = subscribers.remove(program, checked, dry_run=dry_run)
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
    from digest.cli.context import opened
    from digest.services import subscribers
    from digest.subscribers import csv_io
    from digest.text import addresses

    checked, note = addresses.parse(address), csv_io.note(consent)
    if not note:
        raise UsageError("--consent", "is empty", "say when and how they asked for it")
    with opened(ctx, at, writes=False) as program:
        changed = subscribers.readmit(program, checked, consent=note, dry_run=dry_run)
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
    from digest.cli.context import opened
    from digest.services import subscribers
    from digest.subscribers.inbound import read

    with opened(ctx, at, writes=False) as program:
        found = subscribers.read_returned(program, read(place))
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
    from digest.cli.context import opened
    from digest.services import subscribers
    from digest.text import addresses

    checked = addresses.parse(address)
    with opened(ctx, at, writes=False) as program:
        changed = subscribers.forget(program, checked, dry_run=dry_run)
    words = "forgotten." if changed.was else "nobody had this address; from now on nobody can add it."
    print_changed(changed, f"{changed.address}: {words}", dry_run=dry_run, as_json=as_json)
    if not as_json:
        click.echo("Copies that this cannot reach: backups, exported lists, mail servers' logs.")
    return 0


def print_person(person: Subscriber) -> None:
    name = f"  {person.name}" if person.name else ""
    trends = f"  [{' '.join(person.trends)}]" if person.trends else ""
    click.echo(f"{person.address:32} {person.status:12}{name}{trends}  ({person.consent})")


def print_counts(counts: Mapping[str, int], suppressed: Mapping[str, int]) -> None:
    people = ", ".join(f"{number} {status}" for status, number in counts.items())
    click.echo(people or "Nobody gets the mail yet; `digest subscribers add ADDR` adds one.")
    if suppressed:
        reasons = ", ".join(f"{number} {reason}" for reason, number in suppressed.items())
        click.echo(f"suppression list: {reasons}")


def print_enrolled(enrolled: Enrolled, *, dry_run: bool, as_json: bool) -> int:
    """Every refused line on standard error, then the counts; the exit code."""
    if as_json:
        print_json({"dry_run": dry_run, "enrolled": enrolled})
        return int(bool(enrolled.refused))
    for refused in enrolled.refused:
        click.echo(f"line {refused.line}: {refused.reason}\n    {refused.text}", err=True)
    told = [f"{enrolled.added} added", f"{enrolled.known} known already"]
    told += [f"{enrolled.stopped} unsubscribed"] * bool(enrolled.stopped)
    told += [f"{count(len(enrolled.refused), 'line')} refused"] * bool(enrolled.refused)
    click.echo(f"{'would be: ' if dry_run else ''}{', '.join(told)}")
    return int(bool(enrolled.refused))


def print_bounced(found: Bounced) -> None:
    click.echo(
        f"{count(found.reports, 'report')} read for the first time, {found.repeated} mails again,"
        f" {found.unreadable} of other kinds: {found.hard} hard, {found.soft} soft, {found.strangers} of strangers"
    )
    for address in found.suspended:
        click.echo(f"suspended: {address}")
    for address in found.opted_out:
        click.echo(f"unsubscribed by mail: {address}")
    for sender in found.unsigned:
        click.echo(f"asks to be unsubscribed, without their mail's own subject: {sender}")
    if found.unsigned:
        click.echo("Anybody can write that; when you are sure, `digest subscribers remove ADDR`.")


def print_changed(changed: Changed, words: str, *, dry_run: bool, as_json: bool) -> None:
    """What became of one person, or would become."""
    if as_json:
        print_json({"dry_run": dry_run, "changed": changed})
    elif dry_run:
        click.echo(f"would be: {words} (is {changed.was or 'unknown'} now)")
    else:
        click.echo(words)
