"""What `digest subscribers` says: a line a person, counts, what became of a list and of delivery reports."""

from collections.abc import Mapping

import click

from digest.cli.common import print_json
from digest.model import Subscriber
from digest.pipeline.people import Bounced, Changed, Enrolled
from digest.render.words import count


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
