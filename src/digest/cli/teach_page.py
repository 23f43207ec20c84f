"""What `digest teach` shows and asks in the terminal."""

from collections.abc import Sequence

import click
from rich.console import Console
from rich.text import Text

from digest.model import Lesson, Verdict
from digest.pipeline.program import Program
from digest.pipeline.teach import Move, Proposal, Question, keep, lesson, precision, precision_words
from digest.render.plain import clean

SHOWN_MOVES = 20
CHOICES = "[y]es, [n]o, another trend's id, other (off-topic), [s]kip, [q]uit"


def print_proposal(proposal: Proposal) -> None:
    """What becomes of the item itself, and what else would move."""
    console = Console(highlight=False)
    console.print(Text(clean(proposal.own.title), style="bold"))
    console.print(Text(f"  {_change(proposal.own)}"))
    words = ", ".join(list(proposal.lesson.words)[:8])
    console.print(Text(f"  told from others by: {words or 'nothing; it acts on this item alone'}", style="dim"))
    if not proposal.moves:
        console.print("\nNothing else would move.")
        return
    count = len(proposal.moves)
    console.print(
        f"\n{count} more {'item' if count == 1 else 'items'} would stand elsewhere (closed issues stay as they are):"
    )
    for move in proposal.moves[:SHOWN_MOVES]:
        console.print(Text(f"  {move.issue or 'next issue'}  {clean(move.title)}"))
        console.print(Text(f"    {_change(move)}", style="dim"))
    if count > SHOWN_MOVES:
        console.print(f"  and {count - SHOWN_MOVES} more")


def ask(program: Program, questions: Sequence[Question], *, interactive: bool) -> int:
    """Ask about each question's first label and keep the answers, one by one."""
    console = Console(highlight=False)
    if not questions:
        console.print("No labelled item of the last 30 days is left to be asked about.")
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
            keep(program, answers)
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
    """The lessons of one answer: none when skipped, None to stop."""
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
        click.echo(f"There is no trend {said!r}; `digest trends` lists them.", err=True)


def _change(move: Move) -> str:
    before, after = _told(move.before), _told(move.after)
    return f"{before} -> {after}" if before != after else f"{before}, as before"


def _told(verdict: Verdict) -> str:
    if not verdict.llm:
        return "off-topic"
    return ", ".join(f"{label.id} {label.score:.2f}" for label in verdict.labels) or "no trend"
