"""`digest render [KEY|--all]`: an archived issue's files again from its issue.json."""

import click

from digest.errors import UsageError


@click.command("render")
@click.argument("key", required=False)
@click.option("--all", "everything", is_flag=True, help="Every issue of the archive.")
@click.pass_context
def command(ctx: click.Context, key: str | None, everything: bool) -> int:
    """Make the files of an issue (default: the latest closed one) again after templates changed."""
    from digest.cli.program import opened
    from digest.pipeline.catalogue import latest
    from digest.pipeline.overviews import write_overviews
    from digest.pipeline.rendering import render_again

    if key and everything:
        raise UsageError("digest render", "KEY and --all together", "name one issue, or ask for all")
    with opened(ctx, None, writes=True) as program:
        keys = program.archive.issue_keys() if everything else [key or latest(program)]
        for one in keys:
            click.echo(render_again(program, one))
        write_overviews(program, anew=True)
    return 0
