"""`digest run`: the daemon. Collects and publishes on schedule until it is told to stop."""

import click


@click.command("run")
@click.option("--log", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--serve", "address", metavar="HOST:PORT", help="Serve the archive from this process, too, with /healthz."
)
@click.pass_context
def command(ctx: click.Context, form: str, address: str | None) -> int:
    """Collect every few hours and publish at the slot. SIGTERM stops it, SIGHUP has it read feeds.yaml again."""
    from digest.cli.common import workspace
    from digest.cli.daemon import be_daemon
    from digest.cli.logs import log_to_stderr
    from digest.cli.program import timetable

    log_to_stderr(form)
    be_daemon(workspace(ctx), slots=timetable, address=address)
    return 0
