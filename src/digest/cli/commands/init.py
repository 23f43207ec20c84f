"""`digest init [DIR]`: create a workspace with a commented feeds.yaml; `--sample` adds sample feeds."""

from pathlib import Path

import click

from digest.cli.common import examples, json_option, print_json
from digest.errors import UsageError, WorkspaceError

IGNORED = ".gitignore"


@click.command("init", epilog=examples("digest init my-digest", "digest init --sample demo && digest -C demo build"))
@click.argument("directory", type=click.Path(path_type=Path), required=False)
@click.option("--sample", is_flag=True, help="Add the bundled sample feeds, to build an issue without a network.")
@json_option
@click.pass_context
def command(ctx: click.Context, directory: Path | None, sample: bool, as_json: bool) -> int:
    """Create a workspace in DIRECTORY (default: the folder of -C) that is ready to build. Overwrites nothing."""
    from digest.storage.files import resources

    root = ctx.obj if directory is None else ctx.obj / directory
    files = resources.sample_files() if sample else {"feeds.yaml": resources.starter_config()}
    _write(root, files | {IGNORED: ".digest/\n"})
    if as_json:
        print_json({"workspace": root.absolute(), "files": sorted(files), "sample": sample})
    else:
        place = "" if root == Path() else f"-C {root} "
        click.echo(f"{root / 'feeds.yaml'} is ready; build the first issue with `digest {place}build`.", err=True)
    return 0


def _write(root: Path, files: dict[str, str]) -> None:
    there = [name for name in files if name != IGNORED and (root / name).exists()]
    if there:
        raise UsageError(str(root / there[0]), "already exists", "name an empty folder, or remove the file")
    try:
        for name, text in files.items():
            path = root / name
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
    except OSError as error:
        raise WorkspaceError(
            str(root), f"cannot be written ({error.strerror})", "name a folder that you can write to"
        ) from error
