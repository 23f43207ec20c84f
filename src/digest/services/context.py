"""What a run needs: the edges it works on, and the clock, the randomness and the workers it was given."""

import random
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from digest.config import Config
from digest.errors import UsageError
from digest.model import Accuracy, Edit, Lesson, Trend, Workspace
from digest.schedule.due import TICK
from digest.schedule.slots import Slots
from digest.storage.archive import Archive
from digest.storage.db import Store
from digest.storage.files import resources
from digest.storage.files.lock import Released

if TYPE_CHECKING:
    from digest.classify import Taught


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """Everything that a run needs; made by the command line, so that tests can hand in what they like."""

    workspace: Workspace
    config: Config
    trends: Mapping[str, Trend]
    store: Store
    archive: Archive
    timetable: Slots
    now: datetime
    random: random.Random
    workers: int
    lessons: tuple[Lesson, ...] = ()
    edits: tuple[Edit, ...] = ()
    released: Released = nullcontext  # lets others work on the workspace for a block, where this run has it to itself

    def classifier(self, *, also: Sequence[Lesson] = ()) -> "Taught":
        """The trained classifier with the workspace's trends, its editor's lessons, and `also` some that are not on file."""
        from digest.classify import Taught, load  # noqa: PLC0415  (a tenth of a second that a collect need not pay)

        return Taught(load(self.trends, resources.model_bytes()), (*self.lessons, *also), self.trends)

    def accuracy(self) -> Accuracy | None:
        """How often the trained classifier is right; None where its own figures are not there."""
        from digest.classify.classifier import accuracy_of  # noqa: PLC0415  (the same tenth of a second)

        return accuracy_of(resources.accuracy_text(), resources.model_bytes())

    def instant(self) -> datetime:
        """The clock of this run, but never earlier than just after the last cutoff of a closed or held issue."""
        last = self.store.issues.last_cutoff()
        return self.now if last is None else max(self.now, last + TICK)


def with_minutes(program: Program, minutes: int) -> Program:
    """The program with another reading time than feeds.yaml's."""
    settings = replace(program.config.digest, minutes=minutes)
    return replace(program, config=replace(program.config, digest=settings))


def refuse_past(program: Program) -> None:
    """Writing with a clock before the last closed cutoff would put items into a closed window.

    Raises:
        UsageError: the clock is set before that cutoff.
    """
    last = program.store.issues.last_cutoff()
    if last is not None and program.now < last:
        raise UsageError(
            f"--at {program.now.isoformat()}",
            f"an issue is closed or held up to {last.isoformat()}",
            "set the clock to a later instant",
        )
