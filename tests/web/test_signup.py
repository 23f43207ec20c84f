"""Signing up seen from within: until a letter leaves, the same is done for an address that is known and for one that is not."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from digest import config
from digest.config import trend_files
from digest.mail.transport import Letter, Outcome
from digest.model import Workspace
from digest.services.mail_merge import imprint
from digest.storage.db.connection import Connection
from digest.storage.db.sqlite import SqliteConnection
from digest.storage.files import resources
from digest.web import Site, make_app
from digest.web.context import Mail
from digest.web.sign_up import FIRST_WAIT
from support.mailing import NOW, store_of, subscribe
from support.running import Run

ACCEPTED = Outcome(kind="accepted", reply="250 thanks")
KNOWN, STRANGER = "known@example.org", "other@example.org"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Seen:
    """What one sign-up set off: statements to the store, until the answer was ready and in all, and letters."""

    letters: list[Letter] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    answer: tuple[int, str] = (0, "")
    outcome: Outcome = ACCEPTED  # of every letter

    def hear(self, statement: str) -> None:
        self.statements.append(statement.partition(" WHERE ")[0].partition(" VALUES ")[0])

    def post(self, letter: Letter) -> Outcome:
        self.letters.append(letter)
        return self.outcome


@pytest.fixture
def place(run: Run, tmp_path: Path) -> Path:
    run("init", "--sample", tmp_path / "w")
    with (tmp_path / "w/feeds.yaml").open("a") as file:
        file.write('\ndelivery: {base_url: "https://digest.example.org", from: "d@example.org"}\n')
    subscribe(tmp_path / "w", KNOWN)
    return tmp_path / "w"


@contextmanager
def site_of(place: Path, seen: Seen) -> Iterator[Site]:
    known = trend_files.load(resources.trend_texts(Workspace(root=place)))
    settings = config.parse((place / "feeds.yaml").read_text(), file="feeds.yaml", trends=known)
    mail = Mail(imprint=imprint(settings), post=seen.post)
    with store_of(place) as store:
        yield Site(
            workspace=Workspace(root=place), config=settings, trends=known, store=store, clock=lambda: NOW, mail=mail
        )


@contextmanager
def listening(connection: Connection, hear: Callable[[str], None]) -> Iterator[None]:
    """Call `hear` with each statement in the block."""
    if isinstance(connection, SqliteConnection):
        connection.set_trace_callback(hear)
        yield
        connection.set_trace_callback(None)
        return
    psycopg = pytest.importorskip("psycopg")
    executed = psycopg.RawCursor.execute

    def execute(cursor: Any, query: str, *rest: Any, **options: Any) -> Any:
        hear(query)
        return executed(cursor, query, *rest, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.RawCursor, "execute", execute)
        yield


def signed_up(place: Path, address: str, outcome: Outcome = ACCEPTED) -> Seen:
    """One sign-up, up to its end."""
    seen = Seen(outcome=outcome)

    @web.middleware
    async def noting(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        seen.before = list(seen.statements)
        return answer

    async def ask(site: Site) -> None:
        app = make_app(site)
        app.middlewares.append(noting)
        async with TestClient(TestServer(app)) as client:
            site.store.subscribers.secret("message-ids")
            with listening(site.store.connection, seen.hear):
                answer = await client.post("/subscribe", data={"address": address})
                seen.answer = answer.status, await answer.text()
                sending = [task for task in asyncio.all_tasks() if "SignUp" in str(task.get_coro())]
                await asyncio.gather(*sending)

    with site_of(place, seen) as site:
        asyncio.run(ask(site))
    return seen


def test_nothing_of_an_answer_or_of_the_work_tells_who_is_known(place: Path) -> None:
    """The answer is ready before the store is asked; what the store hears is the same; only the letter leaves or not."""
    known, stranger = signed_up(place, KNOWN), signed_up(place, STRANGER)
    assert known.answer == stranger.answer
    assert known.before == stranger.before == []
    assert known.statements == stranger.statements != []
    assert [len(one.letters) for one in (known, stranger)] == [0, 1]
    assert stranger.letters[0].recipient == STRANGER


def test_a_greylisted_confirmation_waits_in_the_store_and_is_sent_when_asked_again(place: Path) -> None:
    greylisted = Outcome(kind="deferred", reply="451 4.7.1 greylisted, try again later")
    first = signed_up(place, STRANGER, greylisted)
    assert first.answer[0] == 200
    with store_of(place) as store:
        assert store.confirmations.due(NOW + FIRST_WAIT - timedelta(seconds=1)) == []
        (waiting,) = store.confirmations.due(NOW + FIRST_WAIT)
    assert (waiting.key, waiting.asked) == (STRANGER, NOW)
    again = signed_up(place, STRANGER)
    assert (
        [letter.recipient for letter in first.letters] == [letter.recipient for letter in again.letters] == [STRANGER]
    )
    with store_of(place) as store:
        assert store.confirmations.due(NOW + timedelta(days=1)) == []


def test_a_refused_confirmation_is_not_tried_again(place: Path) -> None:
    refused = Outcome(kind="refused", reply="550 5.1.1 no such user")
    assert len(signed_up(place, STRANGER, refused).letters) == 1
    with store_of(place) as store:
        assert store.confirmations.due(NOW + timedelta(days=1)) == []
