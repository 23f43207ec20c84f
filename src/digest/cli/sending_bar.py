"""What `send` shows on a terminal while it sends: how many, how fast, how long still."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from digest.model import DeliveryState
from digest.pipeline.send import Listener


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f}/s" if task.speed else "")


class _Bar:
    """Moves a bar for each recipient that is settled."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("sending", total=None)

    def begin(self, route: str, total: int) -> None:
        self._bar.reset(self._task, description=route, total=total)

    def settled(self, state: DeliveryState) -> None:  # noqa: ARG002  (the listener's signature)
        self._bar.advance(self._task)


@contextmanager
def progress() -> Iterator[Listener]:
    """A bar on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar)
