"""The context of a run: configuration, store, archive, clock, randomness and number of workers."""

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from digest import config
from digest.config import Config, trend_files
from digest.errors import UsageError, WorkspaceError
from digest.model import Accuracy, Edit, Lesson, Trend, Workspace
from digest.schedule.due import TICK, Standing, coming, due
from digest.schedule.slots import Ahead, Slot, Slots, Timetable
from digest.services.memory import Memory
from digest.storage.archive import Archive
from digest.storage.db import Store, located, open_store
from digest.storage.db.issues import IssueRow
from digest.storage.files import jsonl, opt_outs, regular, resources
from digest.storage.files.atomic import close_to_others
from digest.storage.files.lock import Released, exclusive
from digest.text import words

if TYPE_CHECKING:
    from digest.classify import Taught
    from digest.editorial.interest import Interest
    from digest.feeds.announcements import Places
    from digest.fetch.throttle import Rule

_log = logging.getLogger(__name__)
WORKERS = 2  # parser processes in a collect


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """Everything that a run needs. The caller builds it, so that tests can substitute any part."""

    workspace: Workspace
    config: Config
    trends: Mapping[str, Trend]
    store: Store
    archive: Archive
    timetable: Slots
    now: datetime
    random: random.Random
    workers: int
    since: float = field(default_factory=time.monotonic, compare=False)  # when `now` was read, on the monotonic clock
    arxiv: "Places | None" = None  # None: where it is on the web
    rules: "tuple[Rule, ...] | None" = None  # what the owners of hosts ask for; None: what is known of them
    lessons: tuple[Lesson, ...] = ()
    edits: tuple[Edit, ...] = ()
    # Of an edition: the trends' claims in the main language -> its own.
    claims: Mapping[str, str] = field(default_factory=dict)
    released: Released = nullcontext  # unlocks the workspace for a block, if this run has locked it
    memory: Memory = field(default_factory=Memory)  # what the last run of the same server computed

    def classifier(self) -> "Taught":
        """The trained classifier with the workspace's trends and corrections."""
        from digest.classify import Taught, load  # noqa: PLC0415  (a tenth of a second that a collect need not pay)
        from digest.services.foreign_phrases import phrases  # noqa: PLC0415

        known = load(self.trends, resources.model_bytes(), partial(phrases, self.workspace, self.trends))
        return Taught(known, self.lessons, self.trends)

    def interest(self) -> "Interest":
        """The model of how likely an editor picks an item."""
        from digest.editorial.interest import load  # noqa: PLC0415  (the same tenth of a second)

        return load(resources.interest_bytes())

    def accuracy(self) -> Accuracy | None:
        """The measured accuracy of the classifier and of its labels here, or None if there are no figures."""
        from digest.classify.classifier import accuracy_of  # noqa: PLC0415  (the same tenth of a second)
        from digest.services.label_checks import label_checks  # noqa: PLC0415

        found = accuracy_of(resources.accuracy_text(), resources.model_bytes())
        checks = label_checks(self.lessons, self.edits, self.now)
        return found and replace(found, checked=checks.checked, stood=checks.stood)

    def instant(self) -> datetime:
        """The clock of this run, but at least just after the last cutoff of a closed or held issue."""
        last = self.store.issues.last_cutoff()
        return self.now if last is None else max(self.now, last + TICK)


def read_config(place: Workspace, known: dict[str, Trend]) -> Config:
    """The configuration in the workspace's feeds.yaml; `known` are the trends that it may name.

    Raises:
        WorkspaceError: the file is missing or cannot be read.
        ConfigError: it has problems; all of them are listed.
    """
    try:
        text = regular(place.config).read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise WorkspaceError(
            str(place.config), "no such file", "create a workspace with `digest init`, or name one with -C DIR"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(str(place.config), f"cannot be read ({error})", "save it as UTF-8 text") from error
    return config.parse(text, file=str(place.config), trends=known)


def trends_in(known: Mapping[str, Trend], place: Workspace, language: str) -> Mapping[str, Trend]:
    """The trends with their texts in a language; `known` are those in English."""
    if not known or words.catalogue_of(language) in ("", words.SOURCE):
        return known
    return trend_files.load(resources.trend_texts(place, language))


def timetable(settings: Config) -> Slots:
    """The slots of the schedule in feeds.yaml."""
    digest = settings.digest
    slots = Timetable(schedule=digest.schedule, cadence=digest.cadence, zone=ZoneInfo(digest.timezone))
    return Ahead(timetable=slots, review=digest.review_at) if digest.review_at else slots


@contextmanager
def program_at(
    now: datetime,
    place: Workspace,
    settings: Config,
    known: Mapping[str, Trend],
    *,
    writes: bool,
    waiting: Callable[[str], None],
    slots: Callable[[Config], Slots] = timetable,
) -> Iterator[Program]:
    """The context of a workspace at an instant.

    Args:
        now: the clock of the run.
        place: the workspace.
        settings: its configuration.
        known: its trends.
        writes: lock the workspace, after waiting for another process that has it.
        waiting: called with the id of the process that is waited for.
        slots: computes the slots; tests substitute their own.
    """
    since = time.monotonic()
    if close_to_others(place.state):
        _log.warning("digest: %s: was readable by other users; now only its owner can read it", place.state)
    with (
        exclusive(place.state / "lock", enabled=writes, waiting=waiting) as released,
        open_store(located(place)) as store,
        store.connection.exclusive("lock", waiting=waiting) if writes else nullcontext(nullcontext) as let_in,
    ):
        if writes:
            opt_outs.enter(store, place.state)
        yield Program(
            workspace=place,
            config=settings,
            trends=trends_in(known, place, settings.digest.language),
            store=store,
            archive=Archive(place.archive),
            timetable=slots(settings),
            now=now,
            random=random.Random(),  # noqa: S311  (spreads requests; guards nothing)
            workers=WORKERS,
            since=since,
            lessons=jsonl.read(place.lessons, Lesson),
            edits=jsonl.read(place.edits, Edit),
            released=lambda: _both(released, let_in),
        )


@contextmanager
def _both(released: Released, let_in: Released) -> Iterator[None]:
    """Unlock the workspace on this machine, then on all; lock it in the same order as before."""
    with let_in(), released():
        yield


def with_minutes(program: Program, minutes: int) -> Program:
    """The context with another reading time than that in feeds.yaml."""
    settings = replace(program.config.digest, minutes=minutes)
    return replace(program, config=replace(program.config, digest=settings))


def refuse_past(store: Store, now: datetime) -> None:
    """Refuse a clock before the last closed cutoff, which would put items into a closed window.

    Raises:
        UsageError: the clock is before that cutoff.
    """
    last = store.issues.last_cutoff()
    if last is not None and now < last:
        raise UsageError(
            f"--at {now.isoformat()}",
            f"an issue is closed or held up to {last.isoformat()}",
            "set --at to a later time",
        )


def standing(program: Program) -> Standing:
    """The facts in the store that decide what is due."""
    store = program.store
    last = store.issues.last_closed()
    held = {row.key for row in store.publications.in_state("held")}
    return Standing(
        cutoff=last.cutoff if last else None,
        begun=None if last else _begun(program),
        passed=store.publications.passed(),
        taken=store.issues.closed_keys() | held,
        looked=store.publications.looked(),
    )


def due_slot(program: Program, now: datetime) -> Slot | None:
    """The slot whose issue `build` and `publish` would build now."""
    return due(program.timetable, standing(program), now)


def issue_to_make(program: Program) -> IssueRow:
    """The issue to make: the one that a killed run left, otherwise the one that is due, otherwise the draft of the open period."""
    issues = program.store.issues
    now = program.instant()
    past = standing(program)
    slot = due(program.timetable, past, now)
    left = issues.making()
    if left is not None and (slot is None or slot.key == left.key):
        return left
    if left is not None:  # a later slot has passed since: one issue covers both
        with program.store.transaction():
            issues.forget(left.key)
    state: Literal["making", "draft"] = "making" if slot else "draft"
    slot = slot or coming(program.timetable, past, now)
    return IssueRow(key=slot.key, slot=slot.at, start=past.cutoff, cutoff=now, state=state)


def note_start(program: Program) -> None:
    """Record in the archive when a workspace began, if it has published nothing yet: its store may not survive until its first slot."""
    if program.config.digest.sample or program.store.issues.last_closed() or program.archive.started():
        return
    begun = _begun(program)
    if begun is not None:
        program.archive.note_started(begun)


def _begun(program: Program) -> datetime | None:
    """The first collect: the earliest that the store, the archive's record or the drafts know of."""
    recorded = None if program.config.digest.sample else program.archive.started()
    found = (program.store.feeds.first_collect(), recorded, _first_draft(program))
    return min((one for one in found if one is not None), default=None)


def _first_draft(program: Program) -> datetime | None:
    """The earliest draft's cutoff. If the store is lost, it proves that the workspace was in use then."""
    archive = program.archive
    drafts = (issue for issue in map(archive.read, archive.issue_keys()) if issue.state == "draft")
    return min((issue.window.end for issue in drafts if issue.sample == program.config.digest.sample), default=None)
