"""`digest init [DIR]`: create a workspace with a commented feeds.yaml; from sample feeds, or from what you have."""

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.common import examples, given_bytes, json_option, print_json
from digest.errors import UsageError, WorkspaceError
from digest.storage.files.atomic import replace_file

if TYPE_CHECKING:
    from digest.services.start import Start

IGNORED = ".gitignore"
# The settings that `--ask` asks for, with the question and the value of the starter file.
QUESTIONS = {
    "title": ("Title of the newsletter", "LLM Trends Weekly"),
    "language": ("Language of the issues (en, ko)", "en"),
    "timezone": ("Time zone (an IANA name)", "Europe/Berlin"),
    "cadence": ("How often an issue appears (daily, weekly, monthly)", "weekly"),
    "schedule": ('When ("08:00", "mon 08:00" or "1 08:00")', "mon 08:00"),
    "minutes": ("Minutes to read the mail", "10"),
}


@click.command(
    "init",
    epilog=examples(
        "digest init my-digest",
        "digest init --sample demo && digest -C demo build",
        "digest init my-digest --from library.bib --from feeds.opml",
        "digest init my-digest --ask",
    ),
)
@click.argument("directory", type=click.Path(path_type=Path), required=False)
@click.option("--sample", is_flag=True, help="Add the bundled sample feeds, to build an issue without a network.")
@click.option(
    "--from",
    "sources",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Take watchlist, feeds and weights from a reference list (BibTeX, CSL JSON, Zotero's RDF or CSV) or OPML. Repeatable.",
)
@click.option("--ask", is_flag=True, help="Ask for the most important settings.")
@click.option("--title", help="The newsletter's title.")
@click.option("--language", help="The language of issues, as a BCP 47 tag.")
@click.option("--timezone", help="The IANA time zone of the schedule and of dates.")
@click.option("--cadence", type=click.Choice(["daily", "weekly", "monthly"]), help="How often an issue appears.")
@click.option("--schedule", metavar="WHEN", help='When issues appear: "08:00", "mon 08:00" or "1 08:00".')
@click.option("--minutes", type=click.IntRange(1), help="Minutes to read the mail.")
@json_option
@click.pass_context
def command(  # noqa: PLR0917  (click passes by name)
    ctx: click.Context,
    /,
    directory: Path | None,
    sample: bool,
    sources: tuple[Path, ...],
    ask: bool,
    as_json: bool,
    **given: str | int | None,
) -> int:
    """Create a workspace in DIRECTORY (default: the folder of -C) that is ready to build. Overwrites nothing.

    With --from, shows what was taken from the files, and why. Exit code 1: a feed of an OPML file was refused.
    """
    from digest.storage.files import resources

    root = ctx.obj if directory is None else ctx.obj / directory
    settings = {key: str(value) for key, value in given.items() if value is not None}
    if sample and (sources or settings or ask):
        raise UsageError("digest init --sample", "takes no other option", "leave out --sample, or the others")
    _refuse_known(root, ["feeds.yaml"])
    settings = _answers(settings) if ask else settings
    start = None
    files = resources.sample_files() if sample else {"feeds.yaml": resources.starter_config()}
    if sources or settings:
        start = _started(sources, settings)
        files = {"feeds.yaml": start.text}
    _write(root, files | {IGNORED: ".digest/\n"})
    _say(root, sorted(files), start, sample=sample, as_json=as_json)
    return int(bool(start and start.refused))


def _started(sources: Sequence[Path], settings: Mapping[str, str]) -> "Start":
    from digest.config import trend_files
    from digest.model import Workspace
    from digest.services.start import started
    from digest.storage.files import resources

    bodies = {str(path): given_bytes(path, "name a reference list or an OPML file") for path in sources}
    return started(bodies, settings, trend_files.load(resources.trend_texts(Workspace(root=Path("/nonexistent")))))


def _answers(given: Mapping[str, str]) -> dict[str, str]:
    """Ask for what no flag gave. Every question has a value to accept with Enter.

    Raises:
        UsageError: standard input is not a terminal.
    """
    if not sys.stdin.isatty():
        flags = ", ".join(f"--{name}" for name in QUESTIONS)
        raise UsageError("digest init --ask", "standard input is not a terminal", f"use the flags: {flags}")
    from digest.services.start import SCHEDULES

    answers = dict(given)
    for key, (question, default) in QUESTIONS.items():
        if key in answers:
            continue
        if key == "schedule":
            default = SCHEDULES[answers["cadence"]]  # noqa: PLW2901  (it follows from the cadence)
        answers[key] = click.prompt(question, default=default, err=True, value_proc=partial(_accepted, answers, key))
    return answers


def _accepted(answers: Mapping[str, str], key: str, answer: str) -> str:
    """The answer to one question, or the reason to ask it again."""
    from digest.errors import ConfigError

    answer = answer.strip()
    try:
        _started((), {**answers, key: answer})
    except ConfigError as error:
        raise click.BadParameter("; ".join(problem.message for problem in error.problems)) from error
    return answer


def _say(root: Path, files: list[str], start: "Start | None", *, sample: bool, as_json: bool) -> None:
    if as_json:
        taken = (
            {
                "works": start.works,
                "authors": start.authors,
                "arxiv": start.arxiv,
                "trends": start.followed,
                "feeds": start.feeds,
                "refused": start.refused,
            }
            if start
            else {}
        )
        print_json({"workspace": root.absolute(), "files": files, "sample": sample, **taken})
        return
    if start:
        print_start(start)
    place = "" if root == Path() else f"-C {root} "
    click.echo(f"{root / 'feeds.yaml'} is ready; build the first issue with `digest {place}build`.", err=True)


def print_start(start: "Start") -> None:
    """Print what was taken from the files, and why."""
    from digest.services.start import WEIGHT, WORKS
    from digest.text.clean import one_line
    from digest.text.formatting import count

    if start.works:
        click.echo(f"{count(start.works, 'work')} read.")
        click.echo(f"Watched papers: {len(start.arxiv)}, those that are on arXiv; items that mention them come first.")
        click.echo(f"Watched authors: {len(start.authors)}, those of at least {WORKS} works.")
        for name in start.authors:
            click.echo(f"  {one_line(name)}")
    for one in start.followed:
        raised = f"; weight {WEIGHT} for {', '.join(one.feeds)}" if one.feeds else "; no feed writes about it alone"
        click.echo(f"Trend: {one.trend}, {count(one.works, 'work')}{raised}.")
    if start.feeds:
        click.echo(f"Feeds: {len(start.feeds)} instead of the shipped ones.")
    for refused in start.refused:
        click.echo(f"digest: {one_line(refused.what)}: refused, {refused.why}", err=True)


def _refuse_known(root: Path, names: Sequence[str]) -> None:
    there = [name for name in names if name != IGNORED and (root / name).exists()]
    if there:
        raise UsageError(str(root / there[0]), "already exists", "name an empty folder, or remove the file")


def _write(root: Path, files: Mapping[str, str]) -> None:
    _refuse_known(root, list(files))
    try:
        for name, text in files.items():
            path = root / name
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                replace_file(path, text.encode())
    except OSError as error:
        raise WorkspaceError(
            str(root), f"cannot be written ({error.strerror})", "name a folder that you can write to"
        ) from error
