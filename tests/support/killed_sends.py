"""Runs `digest send`, with options that follow, again and again, each run in a process that kills itself with -9 at a random step, until one ends by itself.

A step is any write to or read from a server, and any change or commit of the ledger, before it and after it. Prints, as JSON, how many runs
were killed, at which kinds of step, and how many more messages each kill left uncertain.
"""

import inspect
import json
import os
import random
import signal
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.cli import main
from digest.mail.smtp.wire import Wire
from digest.model import Workspace
from digest.storage.db import located, open_store
from digest.storage.db.letters import Letters
from digest.storage.db.mailing import Mailing

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS: tuple[tuple[type, str], ...] = (
    (Wire, "write"), (Wire, "reply"), (Mailing, "offer"), (Mailing, "mark"), (Mailing, "freeze"), (Mailing, "count_run"), (Mailing, "counts"),
    (Mailing, "assign"), (Letters, "put"), (Letters, "keep"), (Letters, "settle"), (Letters, "hold"),
)  # fmt: skip


class Death:
    """Counts steps down; at zero the process is no more."""

    def __init__(self, after: int, log: Path) -> None:
        self._left = after
        self._log = log

    def step(self, name: str) -> None:
        self._left -= 1
        if self._left == 0:
            with self._log.open("a") as file:
                file.write(name + "\n")
            os.kill(os.getpid(), signal.SIGKILL)


def _deadly(death: Death, kind: type, name: str) -> None:
    original: Callable[..., Any] = getattr(kind, name)

    def step(*args: Any, **kwargs: Any) -> Any:
        death.step(f"before {name}")
        result = original(*args, **kwargs)
        death.step(f"after {name}")
        return result

    def talk(*args: Any, **kwargs: Any) -> Any:
        death.step(f"before {name}")
        result = yield from original(*args, **kwargs)
        death.step(f"after {name}")
        return result

    setattr(kind, name, talk if inspect.isgeneratorfunction(original) else step)


def _deadly_commits(death: Death) -> None:
    from contextlib import contextmanager

    original = Mailing.transaction

    @contextmanager
    def transaction(self: Mailing) -> Any:
        with original(self):
            yield
            death.step("before commit")
        death.step("after commit")

    Mailing.transaction = transaction  # type: ignore[method-assign]


def _one_run(place: Path, after: int, log: Path, options: list[str]) -> int:
    """Send in a child that dies after so many steps; its exit status."""
    child = os.fork()
    if child == 0:
        death = Death(after, log)
        for kind, name in STEPS:
            _deadly(death, kind, name)
        _deadly_commits(death)
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115
        os._exit(main(["-C", str(place), "send", *options]))
    return os.waitpid(child, 0)[1]


def _uncertain(place: Path) -> int:
    """How many messages may have arrived without the ledger knowing, from all runs so far."""
    with open_store(located(Workspace(root=place))) as store:
        query = "SELECT count(*) FROM deliveries WHERE state IN ('offered', 'in_doubt')"
        (count,) = store.connection.execute(query).fetchone()
    return int(count)


def run(place: Path, options: list[str], *, seed: int, longest: int) -> dict[str, object]:
    dice, log = random.Random(seed), place / "deaths"
    log.touch()
    main(["-C", str(place), "status", "--json"])  # what a run imports is imported once, before the forks
    main(["-C", str(place), "send", "--dry-run", "--json"])
    left = [0]
    while os.WIFSIGNALED(_one_run(place, dice.randint(1, longest), log, options)):
        left.append(_uncertain(place))
    return {
        "kills": len(left) - 1,
        "steps": Counter(log.read_text().splitlines()),
        "left": [now - before for before, now in pairwise(left)],
    }


if __name__ == "__main__":
    told = run(Path(sys.argv[1]), sys.argv[4:], seed=int(sys.argv[2]), longest=int(sys.argv[3]))
    print("\n" + json.dumps(told))
