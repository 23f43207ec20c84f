"""What is due in a newsletter, and what is done about it: each step asks the store again, so it does not matter how often it is woken.

collect    claim the hosts, over all newsletters | share the newsletter with other collectors | fetch what is due
compose    lock the newsletter | if feeds are still to be collected for the issue, ask for that and stop | publish, as the daemon does
letters    of a round or an issue: share the newsletter with other makers of letters | claim a profile | make its letters
send       claim a shard of a mailing | send
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from digest.config import Config
from digest.model import Workspace
from digest.schedule.due import agenda
from digest.services.collect import Fetched
from digest.services.collect_shards import awaits_feeds, collect_shard, collect_shards_due, known_fetches
from digest.services.context import Program, standing
from digest.services.effects import effects
from digest.services.letter_making import profiles_due
from digest.services.mailing_run import Manner
from digest.services.memory import Memory
from digest.services.publish import mailings, publish, waiting
from digest.services.shards import AHEAD, Shard, begun, make_letters_of, send_shard, shards_due
from digest.storage.db.deployment import Deployment, open_deployment
from digest.workers.newsletters import Configs, Newsletter

Kind = Literal["collect", "compose", "send"]
KINDS: tuple[Kind, ...] = ("compose", "collect", "send")  # the first comes first
KEPT = timedelta(days=1)  # how long a document waits for other newsletters
BUSY = 5.0  # seconds until a step that another worker or command blocks is tried again
REMEMBERED = 4  # newsletters whose filed items are kept for further letters
Opener = Callable[[Workspace, Config, datetime, bool], AbstractContextManager[Program]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Where to look: a newsletter's shard of hosts, its issue, a profile of a mailing's letters, or a shard of a mailing. `failures` counts those in a row."""

    kind: Kind
    newsletter: str
    key: str = ""
    number: int = 0
    failures: int = 0

    @property
    def place(self) -> str:
        """Equal for two jobs if one of them is enough."""
        return f"{self.kind} {self.newsletter} {self.key} {self.number}"


Later = tuple[Job, float]  # a job, and in how many seconds it is to be done


class Duties:
    """What a worker does for its newsletters.

    `opened` is given a workspace, its configuration, the clock and whether it writes, and gives the context of one step.
    """

    def __init__(self, configs: Configs, opened: Opener, stopping: Callable[[], bool]) -> None:
        self._configs = configs
        self._opened = opened
        self._stopping = stopping
        self._memories: dict[str, Memory] = {}

    def due(self, at: Newsletter) -> list[Job]:
        """The jobs that are due in a newsletter."""
        with open_deployment(at.server) as shared, self._open(at, shared, writes=False) as program:
            found = [Job(kind="collect", newsletter=at.name, number=shard) for shard in collect_shards_due(program)]
            if _publishes(program):
                found.append(Job(kind="compose", newsletter=at.name))
            return found + [job for key in mailings(program) for job in _rest(program, at, key)]

    def do(self, at: Newsletter, job: Job) -> list[Later]:
        """Do a job, and return what is to be done then."""
        steps = {"collect": self._collect, "compose": self._letters if job.key else self._compose, "send": self._send}
        with open_deployment(at.server) as shared:
            return steps[job.kind](at, shared, replace(job, failures=0))

    def _collect(self, at: Newsletter, shared: Deployment, job: Job) -> list[Later]:
        with shared.claim(f"hosts {job.number}") as ours:
            if not ours:
                return [(job, BUSY)]
            with (
                self._open(at, shared, writes=False) as program,
                program.store.connection.claim("lock", shared=True) as free,
            ):
                if not free:
                    return [(job, BUSY)]
                now = replace(program, now=shared.clock())
                done = collect_shard(now, job.number, documents=shared, shared=self._configs.shared())
            time.sleep(done.rest)
        _log_collected(done.fetched)
        return [(job, 0.0)] if done.more else []

    def _compose(self, at: Newsletter, shared: Deployment, _job: Job) -> list[Later]:
        with self._open(at, shared, writes=True) as locked:
            program = replace(locked, now=shared.clock(), since=time.monotonic())
            if awaits_feeds(program):
                shards = collect_shards_due(program)
                return [(Job(kind="collect", newsletter=at.name, number=shard), 0.0) for shard in shards]
            mailing = effects(time, stopping=self._stopping, in_shards=True)
            done = publish(program, mailing, collector=lambda program, cutoff, _: known_fetches(program, cutoff))
            if done.news:
                program.store.tidy(program.now)
                shared.forget_documents(program.now - KEPT)
            return [(one, 0.0) for key in mailings(program) for one in _rest(program, at, key)]

    def _letters(self, at: Newsletter, shared: Deployment, job: Job) -> list[Later]:
        with self._open(at, shared, writes=False) as opened:
            program = replace(opened, now=shared.clock(), memory=self._memory(at.name))
            if job.key not in mailings(program):
                return []
            if not make_letters_of(program, job.key, job.number):
                return [(job, BUSY)]
            if not profiles_due(program.store, job.key, limit=1):
                return [(one, 0.0) for one in _rest(program, at, job.key)]
            # Those before wait for somebody already.
            others = profiles_due(program.store, job.key, after=AHEAD - 1, limit=1)
            return [(replace(job, number=number), 0.0) for number in others]

    def _memory(self, name: str) -> Memory:
        """The memory of a newsletter; only those of the last few newsletters are kept."""
        self._memories[name] = self._memories.pop(name, Memory())
        for forgotten in list(self._memories)[:-REMEMBERED]:
            del self._memories[forgotten]
        return self._memories[name]

    def _send(self, at: Newsletter, shared: Deployment, job: Job) -> list[Later]:
        with self._open(at, shared, writes=False) as program:
            if job.key not in mailings(program):
                return []
            manner = Manner(clock=time, stopping=self._stopping)
            shard = Shard(key=job.key, number=job.number)
            accepted = send_shard(program, shard, manner, reserve=lambda seconds: shared.reserve(at.name, seconds))
            if accepted:
                _log.info("%s, shard %d: %d accepted", job.key, job.number, accepted)
            if shards_due(program, job.key, limit=1):
                return [(one, 0.0) for one in _rest(program, at, job.key, after=job.number)]
            return [(Job(kind="compose", newsletter=at.name), 0.0)]

    @contextmanager
    def _open(self, at: Newsletter, shared: Deployment, *, writes: bool) -> Iterator[Program]:
        with self._opened(at.place, self._configs.of(at.place), shared.clock(), writes) as program:
            yield program


def _log_collected(fetched: Sequence[Fetched]) -> None:
    new, failed = sum(one.new for one in fetched), sum(one.status in ("failed", "gone") for one in fetched)
    if fetched:
        _log.info("collected: %d new items, %d feeds, %d with problems", new, len(fetched), failed)


def _publishes(program: Program) -> bool:
    """Whether an issue or its mail is due, and nothing is to be collected for it first."""
    every = program.config.digest.collect_every
    past = standing(program)
    plan = agenda(program.timetable, past, program.now, collected=None, every=every, waiting=waiting(program))
    return plan.publish <= program.now and not awaits_feeds(program)


def _rest(program: Program, at: Newsletter, key: str, *, after: int = -1) -> list[Job]:
    """The jobs that are left in a mailing: its letters to make, then its shards to send, from the one after a given shard."""
    if numbers := profiles_due(program.store, key, limit=AHEAD):
        return [Job(kind="compose", newsletter=at.name, key=key, number=number) for number in numbers]
    shards = shards_due(program, key, after=after) if begun(program, key) else ()
    return [Job(kind="send", newsletter=at.name, key=one.key, number=one.number) for one in shards]
