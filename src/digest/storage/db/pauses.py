"""The table `pauses`: mailings that a person stopped, and that continue only when a person says so."""

from dataclasses import dataclass
from datetime import datetime

from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, stamp, upsert


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """The mailing of an issue, on all routes, stopped by somebody."""

    issue: str
    at: datetime
    by: str


class Pauses:
    """The paused mailings, by issue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, pause: Pause) -> None:
        self._connection.execute(
            upsert("pauses", "issue, at, by", key="issue"), (pause.issue, stamp(pause.at), pause.by)
        )

    def drop(self, issue: str) -> bool:
        """Let a mailing continue. Returns whether it was paused."""
        return self._connection.execute("DELETE FROM pauses WHERE issue = ?", (issue,)).rowcount > 0

    def get(self, issue: str) -> Pause | None:
        return next((one for one in self.all() if one.issue == issue), None)

    def keys(self) -> frozenset[str]:
        """The issues whose mailing is paused."""
        return frozenset(one.issue for one in self.all())

    def all(self) -> tuple[Pause, ...]:
        rows = self._connection.execute("SELECT issue, at, by FROM pauses ORDER BY issue").fetchall()
        return tuple(Pause(issue=issue, at=instant(at), by=by) for issue, at, by in rows)
