"""`digest check [KEY]`: what is wrong with an issue's mail, by the rules of mail clients."""

import click

from digest.cli.common import json_option, print_json, workspace
from digest.errors import NotFoundError


@click.command("check")
@click.argument("key", required=False)
@json_option
@click.pass_context
def command(ctx: click.Context, key: str | None, as_json: bool) -> int:
    """Lint the mail of an issue (default: the latest closed one). Exit code 1 where it has an error."""
    from digest import resources, trends
    from digest.archive import Archive
    from digest.check import check
    from digest.cli.catalogue import latest
    from digest.cli.check_page import print_findings
    from digest.cli.program import read_config

    place = workspace(ctx)
    config = read_config(place, trends.load(resources.trend_texts(place)))
    archive = Archive(place.archive)
    folder = archive.folder(archive.read(key).key if key else latest(place))
    names = ("email.html", "email.txt", "email.eml", "issue.json")
    files = {name: (folder / name).read_text("utf-8", "replace") for name in names if (folder / name).is_file()}
    if "email.html" not in files:
        raise NotFoundError(str(folder / "email.html"), "is missing", f"`digest render {folder.name}` makes it again")
    findings = check(files, config.delivery.base_url)
    if as_json:
        print_json(findings)
    else:
        print_findings(findings, folder)
    return int(any(one.severity == "error" for one in findings))
