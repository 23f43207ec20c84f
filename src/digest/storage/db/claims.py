"""Index which items touched the claims of the baselines, issue by issue, for the pages of trends."""

import json
import sqlite3
from collections.abc import Sequence

from digest.model import ClaimTouch, Issue, Section


def enter(connection: sqlite3.Connection, number: int, issue: Issue) -> None:
    """Index the claims that an issue's items touched, under the issue's number."""
    items = issue.by_id(noted=False)
    for section in issue.trends:
        told = [
            (issue.key, claim.text, touch.id, items[touch.id].title, items[touch.id].url, touch.words)
            for claim in section.claims
            for touch in claim.items
            if touch.id in items
        ]
        if told:
            _put(connection, section, number, json.dumps(told, ensure_ascii=False))


def of(connection: sqlite3.Connection, trend: str, numbers: Sequence[int]) -> tuple[ClaimTouch, ...]:
    """The touches of a trend's claims between the first and the last of these ascending numbers; latest first."""
    if not numbers:
        return ()
    rows = connection.execute(
        "SELECT touches FROM catalogue_claims WHERE trend = ? AND number BETWEEN ? AND ? ORDER BY number DESC",
        (trend, numbers[0], numbers[-1]),
    )
    return tuple(
        ClaimTouch(key=key, claim=claim, id=id_, title=title, url=url, words=tuple(words))
        for (text,) in rows
        for key, claim, id_, title, url, words in json.loads(text)
    )


def _put(connection: sqlite3.Connection, section: Section, number: int, touches: str) -> None:
    connection.execute("INSERT OR REPLACE INTO catalogue_claims VALUES (?, ?, ?)", (section.id, number, touches))
