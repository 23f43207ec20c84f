"""The daemon: APScheduler wakes it, the store says what is due, and the services do it.

It keeps no state of its own, so that it can be killed at any time.

run         until told to stop:
                read feeds.yaml again if it changed; if it is invalid, report it once and keep the old configuration
                ask the store what is due
                collect | publish | tidy          one at a time, with the workspace locked; an error costs one log line
                sleep until the next due task or configuration check

While it sleeps it holds only its own lock, so that all commands work. The clock, the slots and the effects are arguments.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Literal

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from digest.config import Config
from digest.errors import DigestError, WorkspaceError
from digest.model import Workspace
from digest.schedule.due import agenda
from digest.services.collect import Fetched, collect
from digest.services.context import Program, standing
from digest.services.effects import Effects
from digest.services.publish import look, publish, waiting
from digest.storage.files import heartbeat
from digest.storage.files.heartbeat import Beat

WATCH = timedelta(seconds=10)  # how often to check feeds.yaml and the clock, and to write a heartbeat
GRACE = 8  # seconds that a step may take to finish after SIGTERM; then it is abandoned as if killed
TIDY_EVERY = timedelta(days=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)  # after a step that failed

Duty = Literal["collecting", "publishing", "tidying"]
Opener = Callable[[Config, datetime, bool], AbstractContextManager[Program]]
_log = logging.getLogger(__name__)


class Stopped(KeyboardInterrupt):
    """The current step took longer to finish than a supervisor waits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Setup:
    """The daemon's dependencies."""

    place: Workspace
    read: Callable[[], Config]  # feeds.yaml, or a DigestError
    opened: Opener  # configuration, clock, whether it writes -> the context of one step
    clock: Callable[[], datetime]
    # Whether the workspace's state is still the one that this daemon has locked.
    ours: Callable[[], bool] = lambda: True
    effects: Effects


@dataclass(slots=True)
class _Trouble:
    """How often a duty failed in a row, with what message, and when to retry it."""

    failures: int = 0
    words: str = ""
    until: datetime | None = None


@dataclass(slots=True)
class Orders:
    """Requests to the daemon, set by signals."""

    stop: threading.Event = field(default_factory=threading.Event)
    reload: threading.Event = field(default_factory=threading.Event)
    wake: threading.Event = field(default_factory=threading.Event)


class Daemon:
    """The daemon of one workspace. The caller calls `turn`, which does what is due, when it is time."""

    def __init__(self, setup: Setup, orders: Orders) -> None:
        self._setup = setup
        self._orders = orders
        self._seen = self._fingerprint()
        self._config = setup.read()
        self._collected: datetime | None = None
        self._tidied = setup.clock()
        self._troubles: dict[Duty, _Trouble] = {
            "collecting": _Trouble(),
            "publishing": _Trouble(),
            "tidying": _Trouble(),
        }
        self._failing: frozenset[str] = frozenset()
        self._next: datetime | None = None
        self._doing: tuple[str, datetime] = ("", setup.clock())

    def turn(self) -> datetime:
        """Do what is due, and return when to look again; never earlier than just after now."""
        self._refuse_other()
        self._reload()
        times = self._times()
        for duty in ("publishing", "collecting", "tidying"):
            if times[duty] <= self._setup.clock() and not self._orders.stop.is_set():
                self._do(duty)
                times = self._times()
        now = self._setup.clock()
        self._next = max(min(times.values()), now + timedelta(seconds=1))
        self.beat()
        return self._next

    def _refuse_other(self) -> None:
        """Stop where somebody deleted `.digest/` or put another in its place: two daemons must not work in one workspace.

        Raises:
            WorkspaceError: it is not ours any more.
        """
        if not self._setup.ours():
            state = self._setup.place.state
            raise WorkspaceError(str(state), "was deleted or replaced while the daemon ran", "start `digest run` again")

    def beat(self) -> None:
        """Write a heartbeat."""
        if not self._setup.ours():
            return
        doing, since = self._doing
        at = self._setup.clock()
        sign = Beat(process=os.getpid(), at=at, doing=doing, since=since, next=None if doing else self._next)
        heartbeat.write(self._setup.place.state, sign)

    def watch(self) -> None:
        """Write a heartbeat, and check whether anything changed."""
        self.beat()
        self._orders.wake.set()

    def _times(self) -> dict[Duty, datetime]:
        """When each duty is due, including the pause after a failure. If the store cannot be read, publishing waits."""
        now = self._setup.clock()
        every = self._config.digest.collect_every
        try:
            with self._setup.opened(self._config, now, False) as program:
                self._collected = self._collected or program.store.feeds.last_collect()
                plan = agenda(
                    program.timetable,
                    standing(program),
                    now,
                    collected=self._collected,
                    every=every,
                    waiting=waiting(program),
                )
        except DigestError as error:
            self._failed("publishing", error)
            pause = now + FIRST_PAUSE
            return {"publishing": pause, "collecting": pause, "tidying": pause}
        times: dict[Duty, datetime] = {
            "publishing": plan.publish,
            "collecting": plan.collect,
            "tidying": self._tidied + TIDY_EVERY,
        }
        return {duty: max(instant, self._troubles[duty].until or instant) for duty, instant in times.items()}

    def _do(self, duty: Duty) -> None:
        steps: dict[Duty, Callable[[Program], None]] = {
            "publishing": self._publish,
            "collecting": self._collect,
            "tidying": self._tidy,
        }
        with self._busy(duty):
            try:
                with self._setup.opened(self._config, self._setup.clock(), True) as program:
                    steps[duty](program)
            except DigestError as error:
                if self._orders.stop.is_set():
                    _log.warning("%s: %s", duty, error)
                else:
                    self._failed(duty, error)
            except Exception as error:  # noqa: BLE001  (a bug must not end a daemon that nobody watches)
                _log.exception("%s: a bug in digest; please report it", duty)
                self._failed(duty, error)
            else:
                self._went_well(duty)

    def _publish(self, program: Program) -> None:
        fetched = publish(program, self._setup.effects).fetched
        if fetched:
            self._note(fetched)

    def _collect(self, program: Program) -> None:
        self._note(collect(program, forced=False))
        look(program)

    def _tidy(self, program: Program) -> None:
        self._tidied = program.now
        program.store.tidy(program.now)

    def _note(self, fetched: Sequence[Fetched]) -> None:
        """Remember a collect, and log which feeds started or stopped failing."""
        self._collected = self._setup.clock()
        failing = {one.feed: one.reason for one in fetched if one.status in ("failed", "gone")}
        for feed in sorted(failing.keys() - self._failing):
            _log.warning("feed %s: %s", feed, failing[feed], extra={"feed": feed})
        for feed in sorted(self._failing & {one.feed for one in fetched if one.status in ("ok", "unchanged")}):
            _log.info("feed %s: answers again", feed, extra={"feed": feed})
        answered = {one.feed for one in fetched if one.status in ("ok", "unchanged")}
        self._failing = (self._failing | failing.keys()) - answered
        new = sum(one.new for one in fetched)
        _log.info("collected: %d new items, %d feeds, %d with problems", new, len(fetched), len(failing))

    def _failed(self, duty: Duty, error: Exception) -> None:
        """Log a failure once, and wait longer each time."""
        trouble = self._troubles[duty]
        words = str(error)
        if words != trouble.words:
            _log.error("%s: %s", duty, words)
        pause = min(FIRST_PAUSE * 2 ** min(trouble.failures, 6), LONGEST_PAUSE)
        self._troubles[duty] = _Trouble(failures=trouble.failures + 1, words=words, until=self._setup.clock() + pause)

    def _went_well(self, duty: Duty) -> None:
        if self._troubles[duty].failures:
            _log.info("%s: works again", duty)
        self._troubles[duty] = _Trouble(until=self._setup.clock() + timedelta(seconds=1))

    def _reload(self) -> None:
        """Read feeds.yaml again if it changed, or if SIGHUP asks for it."""
        seen = self._fingerprint()
        if seen == self._seen and not self._orders.reload.is_set():
            return
        self._orders.reload.clear()
        self._seen = seen
        try:
            self._config = self._setup.read()
        except DigestError as error:
            _log.error("feeds.yaml is invalid; the old configuration stays in effect: %s", error)
        else:
            _log.info("feeds.yaml was reloaded: %d feeds", len(self._config.feeds))

    def _fingerprint(self) -> tuple[int, int, int] | None:
        """A value that changes whenever the file does."""
        try:
            found = self._setup.place.config.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    @contextmanager
    def _busy(self, doing: str) -> Iterator[None]:
        self._doing = (doing, self._setup.clock())
        self.beat()
        try:
            yield
        finally:
            self._doing = ("", self._setup.clock())


def run(setup: Setup, orders: Orders) -> None:
    """Run the daemon until SIGTERM or SIGINT. Must be called in the main thread, by one process per workspace."""
    daemon = Daemon(setup, orders)
    scheduler = _scheduler()
    with _signals(orders):
        _log.info("started: process %d, %s", os.getpid(), setup.place.root.absolute())
        try:
            scheduler.start()
            scheduler.add_job(daemon.watch, "interval", seconds=WATCH.total_seconds())
            while not orders.stop.is_set():
                orders.wake.clear()
                following = daemon.turn()
                scheduler.add_job(orders.wake.set, "date", run_date=following, id="next", replace_existing=True)
                if not orders.stop.is_set():
                    orders.wake.wait()
        except Stopped:
            _log.warning("stopped in the middle of a step; the next run continues it")
        finally:
            scheduler.shutdown(wait=False)
            if setup.ours():
                heartbeat.remove(setup.place.state)
    _log.info("stopped")


def _scheduler() -> BackgroundScheduler:
    """The scheduler, which only wakes the daemon. The store decides what is due, so that no wake-up is too late."""
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    return BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )


@contextmanager
def _signals(orders: Orders) -> Iterator[None]:
    """Handle signals for the block: SIGTERM and SIGINT stop, SIGHUP reloads."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        orders.stop.set()
        orders.wake.set()
        signal.setitimer(signal.ITIMER_REAL, GRACE, 0.5)

    def reload(_number: int, _frame: FrameType | None) -> None:
        orders.reload.set()
        orders.wake.set()

    def abandon(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    handlers = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload, signal.SIGALRM: abandon}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
