"""`digest templates list|eject`: list the templates of mail and pages, or copy one to change it."""

import click

from digest.cli.common import dry_option, examples, json_option, print_json, workspace
from digest.errors import NotFoundError, UsageError, did_you_mean


@click.group(
    "templates",
    invoke_without_command=True,
    epilog=examples("digest templates", "digest templates eject email.html.j2"),
)
@click.pass_context
def command(ctx: click.Context) -> None:
    """List the templates of mail and pages, or copy one to change it. docs/reference/templates.md lists their variables."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_templates, as_json=False)


@command.command("list", epilog=examples("digest templates list", "digest templates list --json"))
@json_option
@click.pass_context
def list_templates(ctx: click.Context, as_json: bool) -> int:
    """List the templates, and whether the packaged one or the workspace's own is used."""
    from digest.storage.files import resources

    place = workspace(ctx)
    packaged, used = resources.packaged_templates(), resources.template_texts(place)
    own = resources.own_templates(place)
    rows = [
        {"name": name, "origin": "own" if name in own else "packaged", "known": name in packaged}
        for name in sorted(used)
    ]
    if as_json:
        print_json(rows)
        return 0
    for row in rows:
        note = "" if row["known"] else "  (not a packaged name: used only if another template includes it)"
        click.echo(f"{row['origin']:9} {row['name']}{note}")
    return 0


@command.command("eject", epilog=examples("digest templates eject email.html.j2"))
@click.argument("name")
@dry_option
@click.pass_context
def eject(ctx: click.Context, name: str, dry_run: bool) -> int:
    """Copy the packaged template NAME into the workspace. From then on the copy is used instead."""
    from digest.storage.files import resources

    packaged = resources.packaged_templates()
    if name not in packaged:
        remedy = did_you_mean(name, packaged, "`digest templates list` lists them")
        raise NotFoundError(f"template {name}", "no such packaged template", remedy)
    path = workspace(ctx).templates / name
    if path.exists():
        raise UsageError(str(path), "already exists", "edit it, or move it away first")
    if not dry_run:
        resources.write_own(path, packaged[name])
    click.echo(f"{'would write' if dry_run else 'wrote'} {path}")
    return 0
