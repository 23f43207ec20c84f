"""Keep a daemon running for each of several workspaces, in a process of its own, so that trouble in one does not affect the others.

start       a process for each workspace, forked from one that has imported everything, so that they share most of their memory
look        one that ended is started again, at once if its feeds.yaml changed, else after a pause that grows
            a workspace that is new is taken up; one that is gone is left
stop        SIGTERM and SIGHUP are passed on; a daemon whose parent is gone stops as well

It opens no store, and of feeds.yaml it only looks at the time of the last change.
"""

import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

from digest.errors import DigestError
from digest.model import Workspace

LOOK = 1.0  # seconds between two looks at the processes and their feeds.yaml
SEEK = 60.0  # seconds between two searches for new workspaces
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 900.0  # seconds until what ended is started again
LONG_ENOUGH = 600.0  # seconds after which a daemon that ended is started as if it were the first time
_TOLD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
GRACE = 10.0  # seconds that all have to stop; then they are killed
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Daemon:
    """A workspace's daemon: its process if it runs, and when it is started again."""

    place: Workspace
    process: int = 0
    begun: float = 0.0
    changed: int = 0
    due: float = 0.0
    failures: int = 0


@dataclass(slots=True)
class Daemons:
    """The daemons of the workspaces that `found` returns, by name. `be` runs one daemon, and returns when that is told to stop."""

    found: Callable[[], Mapping[str, Workspace]]
    be: Callable[[Workspace], None]
    _known: dict[str, _Daemon] = field(default_factory=dict)
    _stopping: bool = False

    def run(self) -> None:
        """Keep them running until SIGTERM or SIGINT. Must be called in the only thread of the process.

        Raises:
            DigestError: there is no workspace at the start.
        """
        self._seek(self.found())
        inherited, held = os.pipe()
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        before[signal.SIGHUP] = signal.signal(signal.SIGHUP, lambda *_: self._tell(signal.SIGHUP))
        _log.info("started: process %d, %s", os.getpid(), ", ".join(self._known))
        sought = time.monotonic()
        gc.freeze()  # a collection would write to what the processes share
        try:
            while not self._stopping:
                self._reap()
                for name, one in self._known.items():
                    if not one.process and not self._stopping and self._is_due(one):
                        self._start(name, one, inherited, held)
                time.sleep(LOOK)
                if time.monotonic() - sought > SEEK:
                    sought = time.monotonic()
                    with suppress(DigestError):  # as if nothing had changed
                        self._seek(self.found())
            self._end()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(inherited)
            os.close(held)
        _log.info("stopped")

    def _seek(self, found: Mapping[str, Workspace]) -> None:
        for name in self._known.keys() - found.keys():
            _log.info("%s is gone", name)
            gone = self._known.pop(name)
            if gone.process:
                _kill(gone.process, signal.SIGTERM)
        for name, place in found.items():
            self._known.setdefault(name, _Daemon(place=place))

    def _is_due(self, one: _Daemon) -> bool:
        return time.monotonic() >= one.due or _changed(one.place) != one.changed

    def _start(self, name: str, one: _Daemon, inherited: int, held: int) -> None:
        one.begun, one.changed = time.monotonic(), _changed(one.place)
        signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD)  # the child must not run the handlers of this process
        try:
            process = os.fork()
            if not process:
                os.close(held)
                self._become(name, one.place, inherited)
            one.process = process
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD)

    def _become(self, name: str, place: Workspace, inherited: int) -> NoReturn:
        """Be the daemon, in the process that was forked for it."""
        code = 1
        try:
            for number in _TOLD:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD)
            threading.Thread(target=_stop_with_parent, args=(inherited,), daemon=True).start()
            for handler in logging.getLogger("digest").handlers:
                handler.addFilter(_named(name))
            self.be(place)
            code = 0
        except DigestError as error:
            _log.error("%s", error)
            code = error.exit_code
        except Exception:  # noqa: BLE001  (a bug in one daemon must not stop the others)
            _log.exception("a bug in digest; please report it")
        finally:
            logging.shutdown()
            os._exit(code)

    def _reap(self) -> None:
        """Take note of processes that ended, and set when they are started again."""
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not process:
                return
            name, one = next(((name, one) for name, one in self._known.items() if one.process == process), ("", None))
            if one is None:
                continue
            now = time.monotonic()
            one.failures = 1 if now - one.begun > LONG_ENOUGH else one.failures + 1
            pause = min(FIRST_PAUSE * 2 ** (one.failures - 1), LONGEST_PAUSE)
            one.process, one.due = 0, now + pause
            if not self._stopping:
                _log.error("%s: its daemon ended (%s), and is started again in %.0f s", name, _words(status), pause)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _tell(self, number: signal.Signals) -> None:
        for one in self._known.values():
            if one.process:
                _kill(one.process, number)

    def _end(self) -> None:
        """Stop all of them."""
        self._tell(signal.SIGTERM)
        until = time.monotonic() + GRACE
        while any(one.process for one in self._known.values()):
            if time.monotonic() > until:
                self._tell(signal.SIGKILL)
            time.sleep(0.05)
            self._reap()


def _kill(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it has ended, which is not noted yet
        os.kill(process, number)


def _stop_with_parent(inherited: int) -> None:
    """Wait for the end of the process that holds the other end of the pipe, then stop as if told to."""
    os.read(inherited, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _named(name: str) -> Callable[[logging.LogRecord], bool]:
    """A filter that says which newsletter each record is of."""

    def named(record: logging.LogRecord) -> bool:
        record.newsletter = name
        return True

    return named


def _changed(place: Workspace) -> int:
    """When feeds.yaml was changed last; 0 if it is not there."""
    try:
        return place.config.stat().st_mtime_ns
    except OSError:
        return 0


def _words(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
