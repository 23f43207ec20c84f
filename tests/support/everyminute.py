"""`python everyminute.py WORKSPACE`: the real daemon with a slot every minute, which is this script's to say."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from digest.model import Workspace
from digest.schedule.slots import Slot


@dataclass(frozen=True)
class Every:
    """A slot every so many minutes, on the round minute."""

    minutes: int

    def after(self, instant: datetime) -> Iterator[Slot]:
        number = int(instant.timestamp()) // (60 * self.minutes)
        while True:
            number += 1
            yield self._slot(number)

    def until(self, instant: datetime, *, since: datetime) -> Iterator[Slot]:
        number = int(instant.timestamp()) // (60 * self.minutes)
        while (slot := self._slot(number)).at > since:
            yield slot
            number -= 1

    def _slot(self, number: int) -> Slot:
        at = datetime.fromtimestamp(number * 60 * self.minutes, UTC)
        return Slot(at=at, key=f"{at:%Y-%m-%d-%H%M}")


if __name__ == "__main__":
    from digest.cli.commands.run import be_daemon
    from digest.cli.log_lines import log_to_stderr

    log_to_stderr("text")
    be_daemon(Workspace(root=Path(sys.argv[1])), slots=lambda _config: Every(1))
