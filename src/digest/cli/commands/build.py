"""`digest collect` and `digest build`: fetch all feeds; build the issue that is due, or the draft of the open period."""

import click

from digest.cli import common
from digest.cli.common import NO_FEEDS, at_option, examples, json_option, opened, print_json


@click.command(
    "build", epilog=examples("digest build --open", "digest build --offline --minutes 5", "digest build --json")
)
@click.option("--offline", is_flag=True, help="Build from what is stored; fetch nothing.")
@click.option("--minutes", type=click.IntRange(min=1), help="Override the reading time set in feeds.yaml.")
@click.option("--override", is_flag=True, help="Close the due issue even if it is empty or needs a review first.")
@click.option("--open", "opens", is_flag=True, help="Open the issue in the browser.")
@at_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    offline: bool,
    minutes: int | None,
    override: bool,
    opens: bool,
    at: str | None,
    as_json: bool,
) -> int:
    """Collect, then compose and archive the issue that is due, or the draft of the open period.

    Exit code 1: a feed failed, or the issue is held or skipped.
    """
    from digest.cli.progress import built_lines, feed_lines, progress

    with opened(ctx, at, writes=True) as program:
        from digest.services.build import build, nobody
        from digest.services.context import with_minutes
        from digest.services.gate import reviewed

        ours = with_minutes(program, minutes) if minutes else program
        with progress(0 if offline else len(program.config.feeds)) as listener:
            judge = nobody if override else reviewed(program.config)
            built = build(ours, offline=offline, listener=listener, judge=judge)
    issue = built.issue
    skipped = built.ruling is not None and built.ruling.state == "skipped"
    if as_json:
        paths = {path.name: path for path in sorted(built.folder.glob("*"))}
        print_json(
            {"key": issue.key, "state": issue.state, "receipt": issue.receipt, "paths": paths, "feeds": built.fetched}
        )
    else:
        feed_lines(built.fetched)
        if not skipped:
            built_lines(issue, built.folder)
    if built.ruling is not None and not as_json:
        remedy = "its slot has passed" if skipped else f"`digest approve {issue.key}` closes and mails it"
        click.echo(f"{issue.key} {built.ruling.state}: {built.ruling.reason}; {remedy}", err=True)
    if opens and not skipped:
        common.show((built.folder / "index.html").resolve().as_uri())
    return int(built.ruling is not None or any(one.status in ("failed", "gone") for one in built.fetched))


@click.command("collect", epilog=examples("digest collect", "digest collect --json"))
@at_option
@json_option
@click.pass_context
def collect_command(ctx: click.Context, at: str | None, as_json: bool) -> int:
    """Fetch all feeds into the store. Exit code 1: a feed failed."""
    from digest.cli.progress import feed_lines, progress

    with opened(ctx, at, writes=True) as program:
        from digest.services.collect import collect

        with progress(len(program.config.feeds)) as listener:
            fetched = collect(program, listener=listener)
    if as_json:
        print_json(fetched)
    else:
        feed_lines(fetched)
        if not fetched:
            click.echo(NO_FEEDS, err=True)
    return int(any(one.status in ("failed", "gone") for one in fetched))
