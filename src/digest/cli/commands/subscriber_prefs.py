"""`digest subscribers prefs` and `library`: what one reader chose about their letters, and what their own library says of them."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.common import at_option, dry_option, examples, given_bytes, json_option, opened, print_json
from digest.errors import UsageError
from digest.text.formatting import count

if TYPE_CHECKING:
    from digest.config import DigestSettings
    from digest.model import Preferences, Subscriber, Trend
    from digest.services.context import Program


@click.command(
    "prefs",
    epilog=examples(
        "digest subscribers prefs ada@example.org",
        "digest subscribers prefs ada@example.org --frequency 'weekly tue 07:00'",
        "digest subscribers prefs ada@example.org --weight trend:agents=more",
        "digest subscribers prefs ada@example.org --pause 2026-12-24",
    ),
)
@click.argument("address", metavar="ADDR")
@click.option("--frequency", metavar="WHEN", help="How often: issue, daily 07:00, weekly tue 07:00 or monthly 1 07:00.")
@click.option("--zone", metavar="ZONE", help="The IANA time zone of that hour; digest means that of the digest.")
@click.option("--minutes", metavar="N", help="The reading time: 3, 5, 10, 20 or issue.")
@click.option("--trends", metavar="IDS", help="Send only these trends, separated by commas; all means all.")
@click.option(
    "--weight",
    "weights",
    multiple=True,
    metavar="NAME=LEVEL",
    help="Let a trend:, author:, term:, work: or feed: count for more, less, none or a number. Repeatable.",
)
@click.option("--language", metavar="TAG", help="The edition that they read; main means the main one.")
@click.option("--plain/--no-plain", default=None, help="Send plain text only, or not.")
@click.option("--pause", metavar="DATE", help="Send nothing before DATE; none ends the pause.")
@dry_option
@at_option
@json_option
@click.pass_context
def prefs(  # noqa: PLR0917  (click passes them)
    ctx: click.Context,
    address: str,
    frequency: str | None,
    zone: str | None,
    minutes: str | None,
    trends: str | None,
    weights: tuple[str, ...],
    language: str | None,
    plain: bool | None,
    pause: str | None,
    dry_run: bool,
    at: str | None,
    as_json: bool,
) -> int:
    """Show what a subscriber chose about their letters, or change it. With --json, everything that is stored about them."""
    from digest.services import subscribers
    from digest.services.preferences import Chosen, choose, preferences_of, stored_about
    from digest.subscribers import choices
    from digest.text import addresses

    with opened(ctx, at, writes=False) as program:
        settings = program.config.digest
        person = subscribers.find(program.store, addresses.parse(address))
        chosen = preferences_of(program.store, settings, person.id)
        if frequency is not None:
            chosen = choices.frequency(frequency, chosen)
        if zone is not None:
            chosen = replace(chosen, zone="" if zone == "digest" else choices.zone(zone))
        if minutes is not None:
            chosen = replace(chosen, minutes=choices.minutes(minutes))
        if plain is not None:
            chosen = replace(chosen, plain=plain)
        if pause is not None:
            chosen = replace(chosen, paused_until=choices.until(pause, chosen.zone or settings.timezone))
        if weights:
            named = dict(choices.weight(one, program.trends) for one in weights)
            chosen = replace(chosen, weights=choices.changed(chosen.weights, named))
        wish = Chosen(
            preferences=None if chosen == preferences_of(program.store, settings, person.id) else chosen,
            trends=_trends(trends, program.trends),
            language=_language(language, settings),
        )
        if wish != Chosen() and not dry_run:
            with program.store.transaction():
                choose(program.store, program.config, person.id, wish, program.now)
        person = replace(
            person,
            trends=person.trends if wish.trends is None else wish.trends,
            language=person.language if wish.language is None else wish.language,
        )
        if as_json:
            told = stored_about(program.store, program.config, person)
            print_json({**told, "preferences": asdict(chosen), "dry_run": dry_run})
        else:
            _print(program, person, chosen)
    return 0


def _trends(ids: str | None, known: Mapping[str, "Trend"]) -> tuple[str, ...] | None:
    from digest.subscribers import csv_io

    if ids is None:
        return None
    return () if ids == "all" else csv_io.choice(filter(None, ids.replace(" ", "").split(",")), known)


def _language(tag: str | None, settings: "DigestSettings") -> str | None:
    """The language of an edition.

    Raises:
        UsageError: there is no edition in it.
    """
    if tag is None or tag == "main":
        return tag and ""
    known = tuple(one.language for one in settings.editions) or (settings.language,)
    if tag not in known:
        raise UsageError(
            f"language {tag}", f"is not one of {', '.join(known)}", "name that of an edition in feeds.yaml"
        )
    return tag


def _print(program: "Program", person: "Subscriber", chosen: "Preferences") -> None:
    """Print a reader's choices, one line each."""
    from digest.services.preferences import next_letter
    from digest.subscribers import choices

    settings = program.config.digest
    zone = chosen.zone or settings.timezone
    at = next_letter(chosen, settings, after=program.now)
    click.echo(f"{person.address}, {person.status}")
    click.echo(f"frequency  {choices.spelt_frequency(chosen)}" + (f", {zone}" if at else ""))
    if at:
        click.echo(f"next       {choices.spelt_until(at, zone)} {chosen.hour:02d}:00")
    click.echo(f"minutes    {chosen.minutes or f'{settings.minutes}, as the issue'}")
    click.echo(f"trends     {' '.join(person.trends) or 'all'}")
    for name, value in chosen.weights.items():
        click.echo(f"weight     {name} {value:+g}")
    if person.language:
        click.echo(f"language   {person.language}")
    if chosen.plain:
        click.echo("form       plain text")
    if chosen.paused_until and chosen.paused_until > program.now:
        click.echo(f"paused     until {choices.spelt_until(chosen.paused_until, zone)}")


@click.command(
    "library",
    epilog=examples(
        "digest subscribers library ada@example.org references.bib --dry-run",
        "digest subscribers library ada@example.org feeds.opml",
    ),
)
@click.argument("address", metavar="ADDR")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@dry_option
@at_option
@json_option
@click.pass_context
def library(  # noqa: PLR0917
    ctx: click.Context, address: str, file: Path, dry_run: bool, at: str | None, as_json: bool
) -> int:
    """Give more weight to what a subscriber's own library names: frequent authors, recurring terms, papers, sources.

    FILE is BibTeX, CSL JSON, Zotero's RDF or CSV, or OPML; - means standard input. It is not kept.
    """
    from digest.services import subscribers
    from digest.services.library import read_library
    from digest.services.preferences import teach, weights_of
    from digest.text import addresses

    checked = addresses.parse(address)
    found = read_library(given_bytes(file, "name an export of a reference manager, or a list of feeds"), name=str(file))
    with opened(ctx, at, writes=False) as program:
        person = subscribers.find(program.store, checked)
        changes = weights_of(found, program.config)
        with subscribers.attempt(program.store, dry_run=dry_run):
            changes = teach(program.store, program.config, person.id, changes, program.now)
    if as_json:
        print_json({"works": found.works, "weights": changes, "dry_run": dry_run})
        return 0
    for name in changes:
        click.echo(name)
    would = "would count" if dry_run else "count"
    held = count(len(found.sources), "feed") if found.sources and not found.works else count(found.works, "work")
    click.echo(f"{held} read; {count(len(changes), 'name')} {would} for more from now on", err=True)
    return 0
