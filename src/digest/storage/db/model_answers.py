"""What a language model answered, what it failed to answer, and what that cost."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, stamp


@dataclass(frozen=True, kw_only=True, slots=True)
class OpinionRow:
    """What a model said of an item's labels, as JSON. `request` is the same for the same text, trends, prompt and model."""

    request: str
    item: str
    model: str
    answer: str
    at: datetime


class ModelAnswers:
    """The tables `model_answers`, `model_failures`, `model_spending` and `model_opinions`. Answers are kept for good, so that an issue can be made again without asking."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def answer(self, request: str) -> str | None:
        """The answer to the request with this key, from any window."""
        return self._text("SELECT answer FROM model_answers WHERE request = ?", request)

    def failure(self, request: str, cutoff: datetime) -> str | None:
        """Why there was no answer in the window that ends at this cutoff."""
        query = "SELECT reason FROM model_failures WHERE request = ? AND cutoff = ?"
        return self._text(query, request, stamp(cutoff))

    def keep(self, request: str, *, task: str, model: str, answer: str, at: datetime) -> None:
        self._connection.execute(
            "INSERT INTO model_answers (request, task, model, answer, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (request, task, model, answer, stamp(at)),
        )

    def fail(self, request: str, *, cutoff: datetime, reason: str) -> None:
        self._connection.execute(
            "INSERT INTO model_failures (cutoff, request, reason) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (stamp(cutoff), request, reason),
        )

    def opinion(self, request: str) -> str | None:
        """What the model said of the item of this request."""
        return self._text("SELECT answer FROM model_opinions WHERE request = ?", request)

    def keep_opinion(self, row: OpinionRow) -> None:
        self._connection.execute(
            "INSERT INTO model_opinions (request, item, model, answer, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (row.request, row.item, row.model, row.answer, stamp(row.at)),
        )

    def latest_opinion(self, items: Collection[str]) -> OpinionRow | None:
        """What was said last of an item, by all its keys."""
        marks = ", ".join("?" * len(items))
        query = (
            "SELECT request, item, model, answer, at FROM model_opinions"  # noqa: S608  (question marks only)
            f" WHERE item IN ({marks}) ORDER BY at DESC, request LIMIT 1"
        )
        row = self._connection.execute(query, tuple(items)).fetchone()
        if row is None:
            return None
        return OpinionRow(request=row[0], item=row[1], model=row[2], answer=row[3], at=instant(row[4]))

    def spend(self, request: str, *, issue: str, at: datetime, tokens_in: int, tokens_out: int) -> None:
        """Count tokens for a request that is about to be sent."""
        self._connection.execute(
            "INSERT INTO model_spending (request, issue, at, input, output) VALUES (?, ?, ?, ?, ?)",
            (request, issue, stamp(at), tokens_in, tokens_out),
        )

    def settle(self, request: str, *, issue: str, tokens_in: int | None, tokens_out: int | None) -> None:
        """Replace the tokens that were last counted for a request by those that it took; None keeps them."""
        self._connection.execute(
            "UPDATE model_spending SET input = coalesce(?, input), output = coalesce(?, output)"
            " WHERE id = (SELECT max(id) FROM model_spending WHERE request = ? AND issue = ?)",
            (tokens_in, tokens_out, request, issue),
        )

    def spent(self, *, issue: str) -> tuple[int, int]:
        """The tokens, in and out, counted for an issue."""
        return self._sums("issue = ?", issue)

    def spent_in(self, month: datetime) -> tuple[int, int]:
        """The same for the month (in UTC) of an instant."""
        return self._sums("substr(at, 1, 7) = ?", stamp(month)[:7])

    def _sums(self, where: str, *values: str) -> tuple[int, int]:
        query = f"SELECT coalesce(sum(input), 0), coalesce(sum(output), 0) FROM model_spending WHERE {where}"  # noqa: S608
        found = self._connection.execute(query, values).fetchone()
        return int(found[0]), int(found[1])

    def _text(self, query: str, *values: str) -> str | None:
        row = self._connection.execute(query, values).fetchone()
        return None if row is None else str(row[0])
