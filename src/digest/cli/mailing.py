"""What `digest send` shows (progress, outcome, plan), and what it is told besides: pause, continue, and which recipients in doubt received it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from digest.cli.terminal import login
from digest.errors import NotFoundError, UsageError
from digest.model import DeliveryState
from digest.services.context import Program
from digest.services.send_results import Listener, Planned, RouteSent, Sent
from digest.text.clean import one_line
from digest.text.formatting import count

WORDS: dict[DeliveryState, str] = {
    "accepted": "accepted",
    "pending": "waiting",
    "offered": "being sent",
    "in_doubt": "in doubt",
    "refused": "refused",
    "suppressed": "left out",
    "expired": "given up after a day",
}
STYLES: dict[DeliveryState, str] = {"accepted": "green", "in_doubt": "red", "refused": "yellow", "expired": "yellow"}


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f}/s" if task.speed else "")


class _Bar:
    """Advances a progress bar for each recipient that reaches a final state."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("sending", total=None)

    def begin(self, route: str, total: int) -> None:
        self._bar.reset(self._task, description=route, total=total)

    def settled(self, state: DeliveryState) -> None:  # noqa: ARG002  (the listener's signature)
        self._bar.advance(self._task)


@contextmanager
def progress() -> Iterator[Listener]:
    """Show a progress bar on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar)


def sent_lines(sent: Sent) -> None:
    """Print a line per route, when the next retry is due, and what to do about recipients in doubt."""
    console = Console(highlight=False, soft_wrap=True)
    for route in sent.routes:
        console.print(_counts(sent.key, route))
        if route.next_retry is not None and route.waiting:
            console.print(f"  next retry at {route.next_retry:%Y-%m-%d %H:%M} UTC")
        for reason in route.reasons:
            if reason.reply != route.stopped:
                console.print(f"  {reason.count} {WORDS[reason.state]}: {reason.reply}", markup=False)
        for address in route.suspended:
            console.print(f"  suspended after permanent refusals on several days: {address}", markup=False)
        if route.stopped:
            console.print(Text(f"  stopped early: {route.stopped}", style="red"))
    if any(route.counts["in_doubt"] for route in sent.routes):
        console.print(
            "Recipients in doubt may have received it: list them with `digest status`, "
            f"send to them again with `digest send {sent.key} --in-doubt`."
        )


def _counts(key: str, route: RouteSent) -> Text:
    line = Text(f"{key}, {route.route} ({route.place}): ")
    line.append_text(_states(route.counts))
    new = route.moved.get("accepted", 0)
    line.append(f"; {new} now" if 0 < new < route.counts["accepted"] else "")
    return line


def _states(counts: Mapping[DeliveryState, int]) -> Text:
    parts = [
        Text(f"{counts[state]} {words}", style=STYLES.get(state, "")) for state, words in WORDS.items() if counts[state]
    ]
    return Text(", ").join(parts) if parts else Text("nobody")


def plan_lines(planned: Sequence[Planned]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for route in planned:
        size = f", {route.size / 1000:.0f} kB each" if route.size else ""
        console.print(
            f"{route.route} ({route.place}): {route.due} of {route.candidates} would be sent to{size}", markup=False
        )
        if route.refused:
            click.echo(f"digest: {route.place}: {route.refused}", err=True)
        if route.text:
            told = f"\nIn {route.service}:\n\n{route.title}\n\n{route.text}\n"
            console.print("\n".join(map(one_line, told.split("\n"))), markup=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decisions:
    """The options of one command. `received` and `not_received` are addresses of recipients in doubt."""

    pause: bool
    resume: bool
    received: tuple[str, ...]
    not_received: tuple[str, ...]

    @property
    def alone(self) -> bool:
        """Whether nothing is to be sent afterwards."""
        return self.pause or bool(self.received and not self.not_received and not self.resume)

    @property
    def any(self) -> bool:
        """Whether anything is decided."""
        return self.pause or self.resume or bool(self.received or self.not_received)

    def refuse_mixed(self, *, others: bool) -> None:
        """Refuse options that contradict each other.

        Raises:
            UsageError: they do.
        """
        if self.pause and (self.resume or self.received or self.not_received or others):
            raise UsageError("digest send --pause", "only stops a mailing", "leave out the other options")
        if others and self.any:
            raise UsageError(
                "digest send",
                "got --resume, --received or --not-received with --to or --dry-run",
                "run it once for each",
            )

    def take(self, program: Program, key: str | None) -> str:
        """Record the decisions, and say what was decided.

        Raises:
            NotFoundError: the mailing is not paused, or one of the addresses is not in doubt.
            UsageError: the issue is a draft.
        """
        from digest.services.archive_index import latest
        from digest.services.mailing_decisions import pause, settle, unpause

        chosen = key or latest(program.store, program.archive)
        said = ""
        if self.pause:
            pause(program, chosen, login())
            said = f"The mailing of {chosen} is paused. `digest send {chosen} --resume` continues it."
        if self.resume and not unpause(program.store, chosen):
            raise NotFoundError(f"the mailing of {chosen}", "is not paused", "`digest status` lists paused mailings")
        if self.received:
            settled = settle(program, chosen, self.received, "received", login())
            said = f"{count(settled, 'recipient')} of {chosen} counted as received; nothing is sent to them."
        if self.not_received:
            settle(program, chosen, self.not_received, "not_received", login())
        return said
