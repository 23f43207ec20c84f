"""`digest templates list|eject`: which templates make an issue, and a copy of one to change."""

import click

from digest.cli.common import json_option, print_json, workspace
from digest.errors import NotFoundError, UsageError


@click.group("templates", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """The templates that make mail and pages; docs/templates.md names the variables they may use."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_templates, as_json=False)


@command.command("list")
@json_option
@click.pass_context
def list_templates(ctx: click.Context, as_json: bool) -> int:
    """List the templates: packaged, or the workspace's own in their place."""
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
        note = "" if row["known"] else "  (no packaged template of that name: used only if another includes it)"
        click.echo(f"{row['origin']:9} {row['name']}{note}")
    return 0


@command.command("eject")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.pass_context
def eject(ctx: click.Context, name: str, dry_run: bool) -> int:
    """Copy the packaged template NAME into the workspace, where it stands in for the packaged one."""
    from digest.storage.files import resources

    packaged = resources.packaged_templates()
    if name not in packaged:
        raise NotFoundError(f"template {name}", "there is none of that name", "`digest templates list` names them")
    path = workspace(ctx).templates / name
    if path.exists():
        raise UsageError(str(path), "is there already", "edit it, or move it away first")
    if not dry_run:
        resources.write_own(path, packaged[name])
    click.echo(f"{'would write' if dry_run else 'wrote'} {path}")
    return 0
