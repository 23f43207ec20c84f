"""`digest teach`: correct the trend of an item. Shows which items would move, and stores the correction if confirmed."""

import sys
from collections.abc import Sequence

import click
from rich.console import Console
from rich.text import Text

from digest.cli.common import at_option, examples, json_option, opened, print_json
from digest.errors import UsageError, did_you_mean
from digest.model import Lesson, Verdict
from digest.services.context import Program
from digest.services.teach import Move, Proposal, Question, keep, lesson, precision, precision_words
from digest.text.clean import clean
from digest.text.formatting import count


@click.command(
    "teach",
    epilog=examples(
        "digest teach 2606.01234 agents", "digest teach 2606.01234 --not agents --dry-run", "digest teach --review 20"
    ),
)
@click.argument("item", required=False)
@click.argument("trend", required=False)
@click.option("--not", "unfit", metavar="TREND", help="Teach that ITEM does not belong to TREND.")
@click.option("--review", type=click.IntRange(1, 200), metavar="N", help="Ask about the N least certain recent items.")
@click.option("--yes", is_flag=True, help="Store the correction without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would move, and store nothing.")
@at_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    item: str | None,
    trend: str | None,
    unfit: str | None,
    review: int | None,
    yes: bool,
    dry_run: bool,
    at: str | None,
    as_json: bool,
) -> int:
    """Teach that ITEM (an id, URL or arXiv id) belongs to TREND or, with --not, that it does not.

    TREND is an id from `digest trends`, or `other` for items that are not about language models. Corrections are stored in
    lessons.jsonl. From the next issue on, a correction decides the trend of its item and affects similar items. Closed issues
    do not change.
    """
    from digest.services.teach import keep, lesson, propose
    from digest.services.teach import review as least_certain

    if review is not None:
        if item or trend or unfit or as_json or dry_run:
            raise UsageError(
                "--review", "cannot be combined with ITEM, TREND or other options", "run `digest teach --review 20`"
            )
        with opened(ctx, at, writes=False) as program:
            questions = least_certain(program, review)
            return ask(program, questions, interactive=sys.stdin.isatty())
    if item is None or (trend is None) == (unfit is None):
        raise UsageError(
            "teach", "expected an ITEM and one TREND", "run `digest teach 2606.01234 agents`, or `--not agents`"
        )
    with opened(ctx, at, writes=False) as program:
        proposal = propose(program, lesson(program, item, trend or unfit or "", fits=unfit is None))
        if as_json:
            print_json(proposal)
        else:
            print_proposal(proposal)
        if dry_run:
            return 0
        if not yes and not sys.stdin.isatty():
            raise UsageError(
                "teach", "cannot ask for confirmation without a terminal", "add --yes to store the correction"
            )
        if not yes and not click.confirm("Store this correction?", default=True, err=True):
            return 0
        keep(program.workspace, [proposal.lesson])
        click.echo(f"correction stored in {program.workspace.lessons}", err=True)
    return 0


SHOWN_MOVES = 20
CHOICES = "[y]es, [n]o, another trend's id, other (off-topic), [s]kip, [q]uit"


def print_proposal(proposal: Proposal) -> None:
    """Print what changes for the item itself, and which other items would move."""
    console = Console(highlight=False)
    console.print(Text(clean(proposal.own.title), style="bold"))
    console.print(Text(f"  {_change(proposal.own)}"))
    words = ", ".join(list(proposal.lesson.words)[:8])
    console.print(
        Text(f"  characteristic words: {words or 'none; the correction affects this item only'}", style="dim")
    )
    if not proposal.moves:
        console.print("\nNothing else would move.")
        return
    moves = len(proposal.moves)
    console.print(f"\n{count(moves, 'more item').capitalize()} would move (closed issues do not change):")
    for move in proposal.moves[:SHOWN_MOVES]:
        console.print(Text(f"  {move.issue or 'next issue'}  {clean(move.title)}"))
        console.print(Text(f"    {_change(move)}", style="dim"))
    if moves > SHOWN_MOVES:
        console.print(f"  and {moves - SHOWN_MOVES} more")


def ask(program: Program, questions: Sequence[Question], *, interactive: bool) -> int:
    """Ask about the first label of each question, and keep each answer at once."""
    console = Console(highlight=False)
    if not questions:
        console.print("All classified items of the last 30 days have been reviewed.")
        return 0
    given: list[Lesson] = list(program.lessons)
    for number, question in enumerate(questions, start=1):
        _print_question(console, question, f"{number} of {len(questions)}")
        if not interactive:
            continue
        answers = _answer(program, question)
        if answers is None:
            break
        if answers:
            keep(program.workspace, answers)
            given += answers
    console.print(Text(precision_words(precision(given))))
    return 0


def _print_question(console: Console, question: Question, place: str) -> None:
    console.print()
    console.print(Text(f"{place}: {clean(question.text.title)}", style="bold"))
    if question.text.summary:
        console.print(Text(clean(question.text.summary)[:600]))
    for label in question.explanation.verdict.labels[:3]:
        words = ", ".join(label.evidence) or "no words"
        console.print(Text(f"  {label.id} {label.score:.2f}: {clean(words)}", style="dim"))


def _answer(program: Program, question: Question) -> list[Lesson] | None:
    """The lessons from one answer: an empty list to skip the question, None to stop."""
    first = question.explanation.verdict.labels[0].id
    while True:
        said = click.prompt(f"Is it {first}? {CHOICES}", default="s", show_default=False, err=True).strip().lower()
        if said in ("q", "quit"):
            return None
        if said in ("s", "skip"):
            return []
        if said in ("y", "yes", first):
            return [lesson(program, question.text.id, first, fits=True, asked=True)]
        if said in ("n", "no") or said in program.trends or said == "other":
            wrong = lesson(program, question.text.id, first, fits=False, asked=True)
            right = [] if said in ("n", "no") else [lesson(program, question.text.id, said, fits=True)]
            return [wrong, *right]
        click.echo(did_you_mean(said, program.trends, "`digest trends` lists the trends."), err=True)


def _change(move: Move) -> str:
    before, after = _labels(move.before), _labels(move.after)
    return f"{before} -> {after}" if before != after else f"{before}, unchanged"


def _labels(verdict: Verdict) -> str:
    if not verdict.llm:
        return "off-topic"
    return ", ".join(f"{label.id} {label.score:.2f}" for label in verdict.labels) or "no trend"
