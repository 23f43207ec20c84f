"""`digest next`: show the next slots, in local time and UTC."""

import itertools
from zoneinfo import ZoneInfo

import click

from digest.cli.common import at_option, json_option, print_json
from digest.cli.help import examples


@click.command("next", epilog=examples("digest next", "digest next 10 --at 2027-01-01"))
@click.argument("count", type=click.IntRange(1, 1000), default=5)
@at_option
@json_option
@click.pass_context
def command(ctx: click.Context, count: int, at: str | None, as_json: bool) -> int:
    """Show the next COUNT slots (default: 5), in local time and UTC."""
    from digest.cli.context import opened

    with opened(ctx, at, writes=False) as program:
        slots = list(itertools.islice(program.timetable.after(program.now), count))
        zone = ZoneInfo(program.config.digest.timezone)
    if as_json:
        print_json([{"key": slot.key, "local": slot.at.astimezone(zone).isoformat(), "utc": slot.at} for slot in slots])
        return 0
    for slot in slots:
        local = slot.at.astimezone(zone)
        click.echo(f"{slot.key:10}  {local:%a %Y-%m-%d %H:%M} {local.tzname():5}  {slot.at:%Y-%m-%d %H:%M} UTC")
    return 0
