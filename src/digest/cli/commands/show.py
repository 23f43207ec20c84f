"""`digest show [KEY]`: an archived issue in the terminal, or one of its files on standard output."""

import click

from digest.cli.common import workspace
from digest.errors import NotFoundError

FORMATS = {"md": "issue.md", "txt": "email.txt", "html": "index.html", "json": "issue.json"}


@click.command("show")
@click.argument("key", required=False)
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), help="Print this file of the issue instead of a page."
)
@click.pass_context
def command(ctx: click.Context, key: str | None, form: str | None) -> int:
    """Read an archived issue: the latest closed one, or the one of KEY (a draft too)."""
    from digest.archive import Archive
    from digest.cli.catalogue import latest

    archive = Archive(workspace(ctx).archive)
    issue = archive.read(key or latest(workspace(ctx)))
    if form is not None:
        path = archive.folder(issue.key) / FORMATS[form]
        if not path.is_file():
            raise NotFoundError(str(path), "is missing", f"`digest render {issue.key}` makes it again")
        click.echo(path.read_bytes(), nl=False)
        return 0
    from digest import resources, trends
    from digest.cli.issue_page import print_issue
    from digest.render import view

    known = trends.load(resources.trend_texts(workspace(ctx)))
    print_issue(view(issue, baselines=known))
    return 0
