"""`digest render [KEY|--all]`: render an archived issue's files again from its issue.json."""

import click

from digest.cli.help import examples
from digest.errors import UsageError


@click.command("render", epilog=examples("digest render 2026-W48", "digest render --all"))
@click.argument("key", required=False)
@click.option("--all", "everything", is_flag=True, help="Render every issue of the archive.")
@click.pass_context
def command(ctx: click.Context, key: str | None, everything: bool) -> int:
    """Render the files of issue KEY (default: the latest closed one) again, after a change of templates."""
    from digest.cli.context import opened
    from digest.services.archive_index import latest
    from digest.services.compose import render_again
    from digest.services.site import write_overviews

    if key and everything:
        raise UsageError("digest render", "got both KEY and --all", "give one of them")
    with opened(ctx, None, writes=True) as program:
        keys = program.archive.issue_keys() if everything else [key or latest(program)]
        for one in keys:
            click.echo(render_again(program, one))
        write_overviews(program, rebuild=True)
    return 0
