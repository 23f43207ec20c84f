"""Send one mailing in shards, so that processes on several machines share the work and mail each recipient at most once.

prepare     hold the sending lock: fix the recipients, post to teams
letters     share the locks; claim a profile | make its letters
shard       share the sending lock; claim the shard, in the session of the database that commits to its ledger
            those who are `offered` there are in doubt: the process that sent to them has lost that session, and can write nothing more
            run, as for a whole mailing; not before all letters are made
the end     record the counts in the archive
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from digest.errors import DeliveryError
from digest.mail.connections import SharedPace
from digest.mail.delivery import TOLD_TO_STOP
from digest.mail.transport import Letter
from digest.model import Recipient
from digest.services.context import Program
from digest.services.letter_making import make_profile, profiles_due
from digest.services.mail_merge import Messages, OwnLetters
from digest.services.mailing_decisions import stopping_if_paused
from digest.services.mailing_run import DIED, Manner, sending_of
from digest.services.rounds import ROUND
from digest.services.send import closed_issue, note_mailing, send
from digest.services.send_letters import send_round
from digest.services.shared_archive import pull
from digest.services.transports import Route, people_route, routes, welcome
from digest.storage.files import opt_outs

AHEAD = 20  # shards of a newsletter that wait for a process at once


@dataclass(frozen=True, kw_only=True, slots=True)
class Shard:
    """Some of the recipients of an issue or of a round of letters."""

    key: str
    number: int


def prepare_issue(program: Program, key: str, *, manner: Manner) -> bool:
    """Fix the recipients of an issue unless that is done, post it to teams, and return whether letters are still to be made or shards to be sent."""
    if not _prepared(program, key):
        sent = send(program, key, clock=manner.clock, stopping=manner.stopping, in_shards=True)
        if sent.stopped:
            raise DeliveryError(f"issue {key}", sent.stopped, "nobody is skipped; it is tried again later")
    if profiles_due(program.store, key, limit=1) or shards_due(program, key, limit=1):
        return True
    route = people_route(program.workspace, program.config)
    mailing = program.store.ledger.mailing(key, route.name)
    if mailing.row() is not None:
        note_mailing(program.archive, key, route, mailing)
    return False


def prepare_round(program: Program, key: str, *, manner: Manner) -> bool:
    """The same for a round of letters."""
    if not _fixed(program, key):
        send_round(program, key, manner, in_shards=True)
    return bool(profiles_due(program.store, key, limit=1) or shards_due(program, key, limit=1))


def _prepared(program: Program, key: str) -> bool:
    """Whether only letters and shards are left: teams have their posts, and those who joined since have their mail."""
    ledger = program.store.ledger
    for route in routes(program.workspace, program.config):
        others = ledger.mailing(key, welcome(route).name if route.people else route.name)
        if others.count_due(program.now) or (not route.people and others.row() is None):
            return False
    return _fixed(program, key) or not program.store.subscribers.counts().get("active")


def _fixed(program: Program, key: str) -> bool:
    """Whether the recipients are fixed."""
    row = program.store.ledger.mailing(key, people_route(program.workspace, program.config).name).row()
    return row is not None and row.runs > 0


def begun(program: Program, key: str) -> bool:
    """Whether the recipients are fixed and their letters made."""
    return _fixed(program, key) and not profiles_due(program.store, key, limit=1)


def make_letters_of(program: Program, key: str, number: int) -> bool:
    """Make the letters of a profile, unless another process does. False if somebody else has locked the newsletter, or sends to all of it."""
    _have(program, program.store.issues.text_keys())
    claim = program.store.connection.claim
    with claim("lock", shared=True) as free, claim("sending.lock", shared=True) as also:
        if not free or not also:
            return False
        with claim(f"{key} profile {number}") as ours:
            if ours:
                make_profile(program, key, number)
        return True


def shards_due(program: Program, key: str, *, after: int = -1, limit: int = AHEAD) -> tuple[Shard, ...]:
    """The next shards of a mailing, after one of them, that have messages to send now."""
    route = people_route(program.workspace, program.config)
    mailing = program.store.ledger.mailing(key, route.name)
    return tuple(Shard(key=key, number=one) for one in mailing.shards_due(program.now, after=after, limit=limit))


def send_shard(program: Program, shard: Shard, manner: Manner, *, reserve: Callable[[float], float]) -> int:
    """Send to everybody in a shard who is due, unless another process does, and return how many messages were accepted.

    Args:
        program: the run, which has not locked the workspace.
        shard: whom to send to.
        manner: how to send.
        reserve: takes seconds from the time that all processes share for the newsletter's mail, and returns when they begin.

    Raises:
        DeliveryError: sending stopped early.
    """
    _have(program, () if shard.key.startswith(ROUND) else (shard.key,))
    route = people_route(program.workspace, program.config)
    claim = program.store.connection.claim
    with claim("sending.lock", shared=True) as free, claim(f"{shard.key} {route.name} {shard.number}") as ours:
        if not free or not ours or program.store.pauses.get(shard.key) is not None or not begun(program, shard.key):
            return 0
        opt_outs.enter(program.store, program.workspace.state)
        mailing = program.store.ledger.mailing(shard.key, route.name).shard(shard.number)
        with mailing.transaction():
            mailing.move("offered", "in_doubt", program.now, reply=DIED)
        stopping = stopping_if_paused(program.store, shard.key, manner.clock, manner.stopping)
        run = sending_of(
            program,
            route,
            mailing,
            replace(manner, stopping=stopping),
            letter=_letters(program, route, shard.key),
            suspended=[],
            pace=SharedPace(route.rate, manner.clock, reserve) if route.rate else None,
        ).run()
    if run.stopped and run.stopped != TOLD_TO_STOP:
        raise DeliveryError(shard.key, run.stopped, "nobody is skipped; it is tried again later")
    return run.moved["accepted"]


def _have(program: Program, keys: Sequence[str]) -> None:
    """Write issues into the archive here, if other machines closed them. The caller has claimed nothing that others share."""
    archive = program.archive
    if set(keys) <= set(archive.issue_keys()) - set(archive.draft_keys()):
        return
    with program.store.exclusive(program.workspace.state / "lock", waiting=lambda _: None):
        pull(program)


def _letters(program: Program, route: Route, key: str) -> Callable[[Recipient], Letter | None]:
    row = program.store.ledger.mailing(key, route.name).row()
    assert row is not None
    if key.startswith(ROUND):
        return OwnLetters(program, key, date=row.started, sign=route.sign).letter
    return Messages(program, closed_issue(program, key), date=row.started, sign=route.sign).letter
