"""The help pages and the suggestions for misspelt names."""

import re
from collections.abc import Iterator

import click
import pytest

from digest.cli import COMMANDS, root
from digest.errors import did_you_mean
from support.running import ROOT, Run

# Phrases that readers stumbled over in earlier texts.
BANNED = re.compile(r"\b(anew|whoever|(is|are) none that|counts on|decides nothing)\b", re.IGNORECASE)
TEXTS = (("src", "*.py"), ("templates", "*.j2"), ("docs", "*.md"), (".", "README.md"), (".", "CONTRIBUTING.md"))


def pages() -> Iterator[tuple[str, click.Command]]:
    """Every command and subcommand, with the words that call it."""
    yield "digest", root
    for name in COMMANDS:
        command = root.get_command(click.Context(root), name)
        assert command is not None
        yield from tree(f"digest {name}", command)


def tree(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """A command, and the commands below it."""
    yield words, command
    for sub, each in command.commands.items() if isinstance(command, click.Group) else ():
        yield from tree(f"{words} {sub}", each)


def test_every_help_page_has_an_example_and_fits_80_columns() -> None:
    without, wide = [], []
    for words, command in pages():
        context = click.Context(command, info_name=words, terminal_width=80, help_option_names=["-h", "--help"])
        shown = command.get_help(context)
        _, _, examples = shown.partition("  Examples:\n")
        called = words.removeprefix("digest ")
        if not re.search(rf"digest .*\b{called}\b|\b{words}\b", examples):
            without.append(words)
        wide += [line for line in shown.splitlines() if len(line) > 80]
    assert (without, wide) == ([], [])


def test_every_option_says_what_it_does() -> None:
    silent = [
        f"{words} --{each.name}"
        for words, command in pages()
        for each in command.params
        if isinstance(each, click.Option) and not each.help
    ]
    assert silent == []


def test_the_summaries_are_sentences_that_fit_a_line() -> None:
    for summary in COMMANDS.values():
        assert re.fullmatch(r"[A-Z][a-z]+,? .{,63}\.", summary), summary


@pytest.mark.parametrize(
    ("argv", "code", "suggestion"),
    [
        (["serch", "x"], 2, "Did you mean one of: 'search', 'serve', 'teach'?"),
        (["feeds", "improt", "x"], 2, "Did you mean 'import'?"),
        (["build", "--ofline"], 2, "Did you mean '--offline'?"),
        (["trends", "agent"], 3, "did you mean agents? `digest trends` lists the trends"),
        (["show", "2026-w72"], 3, "did you mean 2026-W27? `digest list` lists the issues"),
        (["search", "model", "--trend", "agent"], 3, "did you mean agents?"),
        (["feeds", "remove", "arxiv cs.CL"], 3, "did you mean arXiv cs.CL?"),
        (["templates", "eject", "email.html"], 3, "did you mean email.html.j2?"),
        (["subscribers", "add", "a@example.org", "--trends", "agentss"], 2, "did you mean agents?"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(
    run: Run, sample: object, argv: list[str], code: int, suggestion: str
) -> None:
    shown = run("-C", sample, *argv)
    assert shown.code == code
    assert suggestion in shown.err


def test_a_name_like_no_other_gets_no_suggestion() -> None:
    assert did_you_mean("zzz", ["agents", "reasoning"], "look at the list") == "look at the list"


def test_the_phrases_that_readers_stumbled_over_stay_away() -> None:
    paths = [
        path
        for folder, pattern in TEXTS
        for path in (ROOT / folder).glob(f"**/{pattern}" if folder != "." else pattern)
    ]
    assert len(paths) > 250
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if BANNED.search(line)
    ]
    assert found == []
