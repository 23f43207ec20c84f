"""`digest render` and `digest reindex`: an archived issue's files again from its issue.json, the search index again.

`digest templates` lists the templates, and copies one to change it.
"""

import click

from digest.cli.common import dry_option, examples, json_option, opened, print_json, workspace
from digest.errors import NotFoundError, UsageError, did_you_mean
from digest.text.formatting import count


@click.command(
    "render", epilog=examples("digest render 2026-W48", "digest render --all", "digest render --all --check")
)
@click.argument("key", required=False)
@click.option("--all", "everything", is_flag=True, help="Render every issue of the archive.")
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; name the files that rendering would change, and exit with 1 if there are any.",
)
@click.pass_context
def command(ctx: click.Context, key: str | None, everything: bool, check: bool) -> int:
    """Render the files of issue KEY (default: the latest closed one) again, after a change of templates.

    With --check, verify that the archive's files are what issue.json and the templates give.
    """
    from digest.services.archive_index import latest
    from digest.services.compose import different, render_again
    from digest.services.site import write_overviews

    if key and everything:
        raise UsageError("digest render", "got both KEY and --all", "give one of them")
    with opened(ctx, None, writes=not check) as program:
        keys = program.archive.issue_keys() if everything else [key or latest(program.store, program.archive)]
        if check:
            found = [f"{program.archive.folder(one) / name}" for one in keys for name in different(program, one)]
            for path in found:
                click.echo(f"{path}: differs from what issue.json and the templates give")
            click.echo(f"{count(len(keys), 'issue')} checked", err=True)
            return int(bool(found))
        for one in keys:
            click.echo(render_again(program, one))
        write_overviews(program, rebuild=True)
    return 0


@click.command("reindex", epilog=examples("digest reindex"))
@json_option
@click.pass_context
def reindex_command(ctx: click.Context, as_json: bool) -> int:
    """Rebuild the search index from the archive, for example after copying issues into it."""
    from digest.services.archive_index import catch_up
    from digest.storage.archive import Archive
    from digest.storage.db import index_of, open_index

    place = workspace(ctx)
    with open_index(index_of(place)) as catalogue:
        issues = len(catch_up(Archive(place.archive), catalogue, rebuild=True))
    if as_json:
        print_json({"issues": issues})
    else:
        click.echo(f"{count(issues, 'issue').capitalize()} indexed.")
    return 0


@click.group(
    "templates",
    invoke_without_command=True,
    epilog=examples("digest templates", "digest templates eject email.html.j2"),
)
@click.pass_context
def templates_command(ctx: click.Context) -> None:
    """List the templates of mail and pages, or copy one to change it. docs/reference/templates.md lists their variables."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_templates, as_json=False)


@templates_command.command("list", epilog=examples("digest templates list", "digest templates list --json"))
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


@templates_command.command("eject", epilog=examples("digest templates eject email.html.j2"))
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
