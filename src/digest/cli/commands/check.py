"""`digest check [KEY]`: lint an issue's mail against the rules of mail clients."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from digest.cli.common import examples, json_option, print_json, workspace
from digest.errors import NotFoundError
from digest.lint import RULES, Finding
from digest.text.formatting import count


@click.command("check", epilog=examples("digest check", "digest check 2026-W48 --json"))
@click.argument("key", required=False)
@json_option
@click.pass_context
def command(ctx: click.Context, key: str | None, as_json: bool) -> int:
    """Lint the mail of issue KEY (default: the latest closed one) against the rules of mail clients.

    Exit code 1: it has an error.
    """
    from digest.cli.archive_index import latest
    from digest.config import trend_files
    from digest.lint import check
    from digest.services.context import read_config
    from digest.storage.archive import Archive
    from digest.storage.files import resources

    place = workspace(ctx)
    config = read_config(place, trend_files.load(resources.trend_texts(place)))
    archive = Archive(place.archive)
    folder = archive.folder(archive.read(key).key if key else latest(place))
    names = ("email.html", "email.txt", "email.eml", "issue.json")
    files = {name: (folder / name).read_text("utf-8", "replace") for name in names if (folder / name).is_file()}
    if "email.html" not in files:
        raise NotFoundError(str(folder / "email.html"), "is missing", f"run `digest render {folder.name}`")
    findings = check(files, config.delivery.base_url)
    if as_json:
        print_json(findings)
    else:
        print_findings(findings, folder)
    return int(any(one.severity == "error" for one in findings))


STYLES = {"error": "bold red", "warning": "yellow"}


def print_findings(findings: Sequence[Finding], folder: Path) -> None:
    """Print each finding's place, message and remedy, then a summary line."""
    console = Console(highlight=False, soft_wrap=True)
    for one in findings:
        place = f"{folder / one.file}:{one.line}" if one.line else str(folder / one.file)
        line = Text(f"{place}: ").append(f"{one.severity} {one.rule}", style=STYLES[one.severity])
        console.print(line.append(f": {one.message}"))
        console.print(f"    {one.remedy}", markup=False)
    errors = sum(one.severity == "error" for one in findings)
    result = f"{count(errors, 'error')}, {count(len(findings) - errors, 'warning')}" if findings else "no problems"
    console.print(f"{folder.name}: {result}; {len(RULES)} rules checked", markup=False)
