"""A weekly with real mail into the outbox, and readers who get letters."""

import time
from pathlib import Path

from digest.model import Preferences
from digest.services.collect import collect
from digest.services.effects import effects
from digest.services.preferences import prefer
from digest.services.publish import publish
from digest.storage.archive import from_json
from support.publishing import Paper

DAILY = Preferences(frequency="daily", hour=7)


class Press:
    """A weekly with real mail into the outbox."""

    def __init__(self, root: Path, more: str = "") -> None:
        self.paper = Paper(root, more=more)

    def subscribe(self, name: str, *trends: str, at: str = "2026-06-01T12:00") -> None:
        with self.paper.at(at) as program, program.store.transaction():
            program.store.subscribers.add(f"{name}@x.example", key=f"{name}@x.example", at=program.now, trends=trends)

    def prefer(self, name: str, preferences: Preferences, at: str = "2026-06-01T12:00") -> None:
        with self.paper.at(at) as program, program.store.transaction():
            person = program.store.subscribers.find(f"{name}@x.example")
            assert person is not None
            prefer(program.store, program.config.digest, person.id, preferences, program.now)

    def collect(self, when: str, *names: str) -> None:
        self.paper.write(*names)
        with self.paper.at(when) as program:
            collect(program)

    def publish(self, when: str) -> tuple[str, ...]:
        with self.paper.at(when) as program:
            return publish(program, effects(time)).rounds

    def got(self, name: str) -> list[tuple[str, list[str]]]:
        """The letters and issues of a reader, in order: the name and the items of each."""
        with self.paper.at("2026-06-01") as program:
            store = program.store
            rows = store.connection.execute(
                "SELECT issue, letter FROM deliveries JOIN subscribers ON id = subscriber"
                " WHERE key = ? AND state = 'accepted' ORDER BY at, issue",
                (f"{name}@x.example",),
            ).fetchall()
            told = []
            for key, letter in rows:
                if not letter:
                    told.append((key, self.paper_ids(program.archive.read(key))))
                    continue
                row, texts = store.letters.get(letter), store.letters.texts(letter)
                assert row is not None
                assert texts is not None
                issue = from_json(texts.issue.encode())
                assert [one.id for one in row.items] == [item.id for item in issue.items()]
                told.append((row.name, self.paper_ids(issue)))
        return told

    @staticmethod
    def paper_ids(issue: object) -> list[str]:
        return sorted(item.id.rpartition("/")[2] for item in issue.items())  # type: ignore[attr-defined]
