"""What `publish` and `approve` say: a line for each slot that something became of."""

from collections.abc import Sequence

import click

from digest import agenda
from digest.cli.common import print_json
from digest.pipeline.due import standing
from digest.pipeline.program import Program
from digest.pipeline.publish import Published, line
from digest.store.publications import Publication


def print_published(done: Published, program: Program, *, as_json: bool) -> int:
    """Tell, and return the exit code: 1 where an issue is held, was skipped, or somebody's mail needs a person."""
    keys = [row.key for row in done.news]
    doubtful = [row for row in program.store.ledger.open_rows() if row.issue in keys]
    if as_json:
        print_json({"news": done.news, "open": doubtful, "feeds": done.fetched})
    elif not done.news:
        coming = agenda.coming(program.timetable, standing(program), program.now)
        click.echo(f"nothing is due before {coming.key}, {coming.at:%Y-%m-%d %H:%M} UTC")
    else:
        _lines(done.news, len(doubtful))
    return int(any(row.state != "published" for row in done.news) or bool(doubtful))


def _lines(news: Sequence[Publication], doubtful: int) -> None:
    for row in news:
        click.echo(line(row))
    if doubtful:
        click.echo(f"{doubtful} messages wait, were refused or are in doubt; `digest status` names them", err=True)
