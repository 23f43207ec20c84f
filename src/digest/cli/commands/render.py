"""`digest render [KEY|--all]`: an archived issue's files again from its issue.json."""

import click

from digest.errors import UsageError


@click.command("render")
@click.argument("key", required=False)
@click.option("--all", "everything", is_flag=True, help="Every issue of the archive.")
@click.pass_context
def command(ctx: click.Context, key: str | None, everything: bool) -> int:
    """Make the files of an issue (default: the latest closed one) again after templates changed."""
    from digest.cli.context import opened
    from digest.services.archive_index import latest
    from digest.services.compose import render_again
    from digest.services.site import write_overviews

    if key and everything:
        raise UsageError("digest render", "KEY and --all together", "name one issue, or ask for all")
    with opened(ctx, None, writes=True) as program:
        keys = program.archive.issue_keys() if everything else [key or latest(program)]
        for one in keys:
            click.echo(render_again(program, one))
        write_overviews(program, anew=True)
    return 0
