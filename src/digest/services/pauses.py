"""Pause a mailing, and let it continue. A pause holds for every process, and over restarts."""

from collections.abc import Callable

from digest.errors import UsageError
from digest.mail.connections import Clock
from digest.services.archive_index import latest
from digest.services.context import Program
from digest.services.rounds import ROUND, no_round
from digest.storage.db import Store
from digest.storage.db.ledger import Pause
from digest.text.clean import one_line

LOOK = 0.2  # seconds between two looks at whether somebody paused the mailing


def pause(program: Program, key: str | None, by: str) -> Pause:
    """Stop the mailing of an issue, or a round, after the messages in progress, whichever process sends it, until somebody continues it.

    Raises:
        NotFoundError: there is no such issue or round.
        UsageError: it is a draft, whose mailing has not begun.
    """
    chosen = key or latest(program.store, program.archive)
    if chosen.startswith(ROUND):
        if not program.store.ledger.begun(chosen):
            raise no_round(chosen)
    elif program.archive.read(chosen).state == "draft":
        raise UsageError(f"issue {chosen}", "is a draft, and nobody gets it yet", "name an issue that is being sent")
    stopped = Pause(issue=chosen, at=program.now, by=one_line(by, 200))
    with program.store.transaction():
        program.store.pauses.put(stopped)
    return stopped


def unpause(store: Store, key: str) -> bool:
    """Let the mailing of an issue continue. Returns whether it was paused."""
    with store.transaction():
        return store.pauses.drop(key)


def refuse_paused(store: Store, key: str) -> None:
    """Refuse to send what somebody paused.

    Raises:
        UsageError: the mailing is paused.
    """
    paused = store.pauses.get(key)
    if paused is not None:
        by = f" by {paused.by}" if paused.by else ""
        raise UsageError(
            f"the mailing of {key}",
            f"was paused{by} at {paused.at:%Y-%m-%d %H:%M} UTC",
            f"`digest send {key} --resume` continues it",
        )


def stopping_if_paused(store: Store, key: str, clock: Clock, stopping: Callable[[], bool]) -> Callable[[], bool]:
    """Whether to stop: told so, or paused by anybody since."""
    looked = clock.monotonic() - LOOK
    paused = False

    def stop() -> bool:
        nonlocal looked, paused
        if not paused and clock.monotonic() - looked >= LOOK:
            looked, paused = clock.monotonic(), store.pauses.get(key) is not None
        return paused or stopping()

    return stop
