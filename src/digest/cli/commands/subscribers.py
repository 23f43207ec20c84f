"""`digest subscribers`: manage who gets the mail, and who must not get it."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from digest.cli.commands.subscriber_prefs import library, prefs
from digest.cli.common import at_option, dry_option, examples, given_bytes, json_option, opened, print_json
from digest.errors import UsageError
from digest.model import Subscriber, SubscriberStatus
from digest.services.returned_mail import Bounced
from digest.services.subscribers import Changed, Enrolled
from digest.text.formatting import count

STATUSES: tuple[SubscriberStatus, ...] = ("unconfirmed", "active", "paused", "unsubscribed", "suspended")
FATES = {"known": "left as they are", "stopped": "unsubscribed"}
consent_option = click.option(
    "--consent", default="", metavar="TEXT", help="When and how they agreed; stored with the address."
)


@click.group(
    "subscribers",
    invoke_without_command=True,
    epilog=examples(
        "digest subscribers", "digest subscribers add ada@example.org", "digest subscribers import list.csv"
    ),
)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """Show how many subscribers there are in each state, or change them with a command below."""
    if ctx.invoked_subcommand is not None:
        return 0

    with opened(ctx, None, writes=False) as program:
        counts, suppressed = program.store.subscribers.counts(), program.store.subscribers.suppressions()
    if as_json:
        print_json({"subscribers": counts, "suppressed": suppressed})
    else:
        print_counts(counts, suppressed)
    return 0


@command.command(
    "add",
    epilog=examples(
        "digest subscribers add ada@example.org --consent 'by mail, 2026-11-20'",
        "digest subscribers add ada@example.org --trends agents,reasoning",
    ),
)
@click.argument("address", metavar="ADDR")
@click.option("--name", default="", help="The name for the To header.")
@click.option("--trends", default="", metavar="IDS", help="Send only these trends, separated by commas (default: all).")
@consent_option
@dry_option
@at_option
@json_option
@click.pass_context
def add(  # noqa: PLR0917  (click passes them)
    ctx: click.Context, address: str, name: str, trends: str, consent: str, dry_run: bool, at: str | None, as_json: bool
) -> int:
    """Add one subscriber."""
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
        settings = program.config.digest
        enrolled = subscribers.enrol(program.store, settings, program.now, [person], consent=default, dry_run=dry_run)
        known = subscribers.find(program.store, person.address) if enrolled.known else None
    if known is not None and known.status in subscribers.STOPPED:
        remedy = "if they asked for it again, use `digest subscribers readmit`"
        raise UsageError(known.address, f"is already known, and {known.status}", remedy)
    for refused in enrolled.refused:
        raise UsageError(refused.text, refused.reason, "correct the address")
    return print_enrolled(enrolled, dry_run=dry_run, as_json=as_json)


@command.command(
    "import",
    epilog=examples(
        "digest subscribers import list.csv --dry-run", "digest subscribers import - --consent 'moved from listmonk'"
    ),
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@consent_option
@dry_option
@at_option
@json_option
@click.pass_context
def import_(  # noqa: PLR0917
    ctx: click.Context, file: Path, consent: str, dry_run: bool, at: str | None, as_json: bool
) -> int:
    """Import subscribers from FILE: CSV, or one address per line. FILE may be - for standard input.

    Columns are recognised by their headers, also those in the exports of other newsletter programs. Only an address is
    required. Subscribers who opted out stay out. Exit code 1: lines were refused; each is listed with its reason.
    """
    from digest.services import subscribers
    from digest.subscribers import csv_io

    content = given_bytes(file, "name a file, or - for standard input")
    with opened(ctx, at, writes=False) as program:
        source = "standard input" if str(file) == "-" else file.name
        default = csv_io.note(consent) or f"imported from {source[:200]}, {program.now:%Y-%m-%d}"
        lines = subscribers.read_list(content, program.config, program.trends)
        enrolled = subscribers.enrol(
            program.store, program.config.digest, program.now, lines, consent=default, dry_run=dry_run
        )
    if csv_io.has_invisible(content):
        click.echo("digest: invisible characters around addresses and in names were removed", err=True)
    return print_enrolled(enrolled, dry_run=dry_run, as_json=as_json)


@command.command("export", epilog=examples("digest subscribers export list.csv", "digest subscribers export | wc -l"))
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@click.pass_context
def export(ctx: click.Context, file: Path) -> int:
    """Export all subscribers as CSV, to FILE or to standard output.

    `import` reads the file back. Cells are escaped so that no spreadsheet runs a formula.
    """
    from digest.services import subscribers
    from digest.storage.files.resources import write_private

    with opened(ctx, None, writes=False) as program:
        lines = subscribers.written_list(program.config, program.store)
        if str(file) == "-":
            for line in lines:
                click.echo(line, nl=False)
        else:
            write_private(file, (line.encode() for line in lines))
    return 0


@command.command(
    "list", epilog=examples("digest subscribers list", "digest subscribers list --status suspended --json")
)
@click.option("--status", type=click.Choice(STATUSES), help="List only subscribers with this status.")
@json_option
@click.pass_context
def list_(ctx: click.Context, status: SubscriberStatus | None, as_json: bool) -> int:
    """List the subscribers: address, status, name, chosen trends, consent."""
    with opened(ctx, None, writes=False) as program:
        found = (one for one in program.store.subscribers.all() if status in (None, one.status))
        if as_json:
            print_json([{key: value for key, value in asdict(one).items() if key != "link"} for one in found])
            return 0
        for person in found:
            print_person(person)
        print_counts(program.store.subscribers.counts(), program.store.subscribers.suppressions())
    return 0


@command.command("remove", epilog=examples("digest subscribers remove ada@example.org"))
@click.argument("address", metavar="ADDR")
@dry_option
@at_option
@json_option
@click.pass_context
def remove(ctx: click.Context, address: str, dry_run: bool, at: str | None, as_json: bool) -> int:
    """Unsubscribe one subscriber permanently: a later import does not add them again."""
    from digest.services import subscribers
    from digest.text import addresses

    checked = addresses.parse(address)
    with opened(ctx, at, writes=False) as program:
        changed = subscribers.remove(program.store, program.now, checked, dry_run=dry_run)
    words = f"{changed.address} gets no more mail, and a later import does not add them again."
    print_changed(changed, words, dry_run=dry_run, as_json=as_json)
    return 0


@command.command(
    "readmit", epilog=examples("digest subscribers readmit ada@example.org --consent 'by mail on 2026-11-28'")
)
@click.argument("address", metavar="ADDR")
@click.option("--consent", required=True, metavar="TEXT", help="When and how they asked to get the mail again.")
@dry_option
@at_option
@json_option
@click.pass_context
def readmit(  # noqa: PLR0917
    ctx: click.Context, address: str, consent: str, dry_run: bool, at: str | None, as_json: bool
) -> int:
    """Resubscribe someone who opted out or was suspended, and has asked to get the mail again."""
    from digest.services import subscribers
    from digest.subscribers import csv_io
    from digest.text import addresses

    checked, note = addresses.parse(address), csv_io.note(consent)
    if not note:
        raise UsageError("--consent", "is empty", "state when and how they asked for it")
    with opened(ctx, at, writes=False) as program:
        changed = subscribers.readmit(program.store, program.now, checked, consent=note, dry_run=dry_run)
    print_changed(changed, f"{changed.address} gets the mail again.", dry_run=dry_run, as_json=as_json)
    return 0


@command.command(
    "bounces", epilog=examples("digest subscribers bounces ~/Maildir", "digest subscribers bounces /var/mail/bounces")
)
@click.argument("place", metavar="MAILDIR|FILE", type=click.Path(path_type=Path))
@at_option
@json_option
@click.pass_context
def bounces(ctx: click.Context, place: Path, at: str | None, as_json: bool) -> int:
    """Process bounces and unsubscribe mails from a Maildir, or from a file (mbox, or a single message).

    Suspends addresses that keep hard-bouncing, unsubscribes people who asked for it, and applies answers such as
    "more agents" or "less Ada Byron". Each message counts once; the mailbox is not changed. Exit code 1: there are unsubscribe requests without a valid signature, which you should check.
    """
    from digest.services.returned_mail import read_returned
    from digest.subscribers.inbound import read

    with opened(ctx, at, writes=False) as program:
        found = read_returned(program, read(place))
    if as_json:
        print_json(found)
    else:
        print_bounced(found)
    return int(bool(found.unsigned))


@command.command("forget", epilog=examples("digest subscribers forget ada@example.org --dry-run"))
@click.argument("address", metavar="ADDR")
@dry_option
@at_option
@json_option
@click.pass_context
def forget(ctx: click.Context, address: str, dry_run: bool, at: str | None, as_json: bool) -> int:
    """Erase all data on a person. A salted hash of the address is kept, so that an import does not add them again."""
    from digest.services import subscribers
    from digest.text import addresses

    checked = addresses.parse(address)
    with opened(ctx, at, writes=False) as program:
        changed = subscribers.forget(program, checked, dry_run=dry_run)
    words = "erased." if changed.was else "was not a subscriber; it cannot be added from now on."
    print_changed(changed, f"{changed.address}: {words}", dry_run=dry_run, as_json=as_json)
    if not as_json:
        click.echo("Not erased: copies in backups, in exported lists and in the logs of mail servers.")
    return 0


command.add_command(prefs)
command.add_command(library)


def print_person(person: Subscriber) -> None:
    name = f"  {person.name}" if person.name else ""
    trends = f"  [{' '.join(person.trends)}]" if person.trends else ""
    click.echo(f"{person.address:32} {person.status:12}{name}{trends}  ({person.consent})")


def print_counts(counts: Mapping[str, int], suppressed: Mapping[str, int]) -> None:
    people = ", ".join(f"{number} {status}" for status, number in counts.items())
    click.echo(people or "There are no subscribers yet; add one with `digest subscribers add ADDR`.")
    if suppressed:
        reasons = ", ".join(f"{number} {reason}" for reason, number in suppressed.items())
        click.echo(f"suppression list: {reasons}")


def print_enrolled(enrolled: Enrolled, *, dry_run: bool, as_json: bool) -> int:
    """Print each refused line to standard error, then the counts. The exit code: 1 if a line was refused."""
    if as_json:
        print_json({"dry_run": dry_run, "enrolled": enrolled})
        return int(bool(enrolled.refused))
    for one in enrolled.fates:
        click.echo(f"line {one.line}: {one.address} would be {FATES.get(one.fate, one.fate)}, {one.status}", err=True)
    for refused in enrolled.refused:
        click.echo(f"line {refused.line}: {refused.reason}\n    {refused.text}", err=True)
    inactive = f" ({enrolled.inactive} of them inactive: the list says so)" if enrolled.inactive else ""
    counts = [f"{enrolled.added} added{inactive}", f"{enrolled.known} already known"]
    counts += [f"{enrolled.stopped} unsubscribed"] * bool(enrolled.stopped)
    counts += [f"{count(len(enrolled.refused), 'line')} refused"] * bool(enrolled.refused)
    click.echo(f"{'dry run: ' if dry_run else ''}{', '.join(counts)}")
    return int(bool(enrolled.refused))


def print_bounced(found: Bounced) -> None:
    click.echo(
        f"{count(found.reports, 'new bounce report')}: {found.hard} hard, {found.soft} soft,"
        f" {found.strangers} for unknown addresses; skipped {found.repeated} read before, {found.unreadable} of other kinds"
    )
    if found.unproven:
        click.echo(f"{found.unproven} of them contain no link or Message-ID of ours and are ignored")
    for address in found.suspended:
        click.echo(f"suspended: {address}")
    for address in found.opted_out:
        click.echo(f"unsubscribed by mail: {address}")
    for address in found.taught:
        click.echo(f"taught by mail: {address}")
    for sender in found.unsigned:
        click.echo(f"unsigned unsubscribe request, claimed sender: {sender}")
    if found.unsigned:
        click.echo("The sender may be forged; if it is genuine, run `digest subscribers remove ADDR`.")


def print_changed(changed: Changed, words: str, *, dry_run: bool, as_json: bool) -> None:
    """Print what changed, or would change, for one person."""
    if as_json:
        print_json({"dry_run": dry_run, "changed": changed})
    elif dry_run:
        click.echo(f"dry run: {words} (now: {changed.was or 'unknown'})")
    else:
        click.echo(words)
