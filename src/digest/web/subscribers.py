"""A reader's own pages: unsubscribing (RFC 8058) and preferences. Sends nothing.

A token in the address says whom a page is about, and only POST changes anything: no cookie, no session, no script. Every answer
about an account is the same whether there is one.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from aiohttp import web
from multidict import MultiDictProxy

from digest.model import Subscriber
from digest.render.subscribers import PeoplePages, TrendChoice
from digest.storage.files import opt_outs, resources
from digest.subscribers.tokens import SECRET, Purpose, Tokens
from digest.web.archive import policy_in
from digest.web.background import Background
from digest.web.callers import Callers
from digest.web.context import Site
from digest.web.rate_limit import Buckets

_LOG = logging.getLogger(__name__)
BODY_SECONDS = 20.0  # for a form to arrive
STORE_SECONDS = 10.0  # for others to let go of the store
LOCKED_PAUSE = 0.1  # seconds between two tries
LOOK = 2.0  # seconds between two looks at opt-outs that wait


def routes(people: "People") -> Sequence[web.AbstractRouteDef]:
    """The pages behind a mail's links."""
    return [
        web.get("/unsubscribe/{token}", people.ask_unsubscribe),
        web.post("/unsubscribe/{token}", people.unsubscribe),
        web.get("/preferences/{token}", people.show_preferences),
        web.post("/preferences/{token}", people.set_preferences),
    ]


class People:
    """What a token's bearer may see and change."""

    def __init__(self, site: Site, callers: Callers, background: Background) -> None:
        self.site = site
        self.client = callers.client
        self.subscribers = site.store.subscribers
        self.tokens = Tokens(self.subscribers.secret(SECRET))
        self.pages = PeoplePages(resources.template_texts(site.workspace), title=site.config.digest.title)
        self._guesses = Buckets(burst=20, every=timedelta(seconds=6), clock=site.clock)
        self._changes = Buckets(burst=20, every=timedelta(seconds=30), clock=site.clock)
        background.every(LOOK, self._enter_opt_outs)

    async def ask_unsubscribe(self, request: web.Request) -> web.Response:
        """Changes nothing: programs that look at every link of a mail come here too."""
        if self._named(request, "unsubscribe") is None:
            return self.refused(request)
        return self.answer("Unsubscribe", "Shall the mail stop? One click, and no more comes.", button="Unsubscribe")

    async def unsubscribe(self, request: web.Request) -> web.Response:
        """RFC 8058: whatever the body says, the POST is the wish."""
        named = self._named(request, "unsubscribe")
        if named is None:
            return self.refused(request)
        person = self.subscribers.named(named)
        if person is not None and person.status != "unsubscribed":
            await self._opt_out(person, named)
        return self.answer("Unsubscribed", "No more mail comes to you.")

    async def show_preferences(self, request: web.Request) -> web.Response:
        named = self._named(request, "preferences")
        return self.refused(request) if named is None else self._preferences(named)

    async def set_preferences(self, request: web.Request) -> web.Response:
        named = self._named(request, "preferences")
        if named is None:
            return self.refused(request)
        if not self._changes.take(str(named)):
            return self.too_many()
        person = self.subscribers.named(named)
        form = await self.form(request)
        chosen = tuple(one for one in self.site.trends if one in form.getall("trend", []))
        if person is not None:
            async with self.writing():
                self.subscribers.choose(person.id, chosen)
                self.subscribers.pause(person.id, paused="paused" in form)
        return self._preferences(named, saved=True)

    async def form(self, request: web.Request) -> MultiDictProxy[str | bytearray | bytes | web.FileField]:
        """What was sent with a request.

        Raises:
            HTTPError: it is no form, or does not arrive in time.
        """
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await request.post()
        except TimeoutError as error:
            raise web.HTTPRequestTimeout from error
        except (ValueError, LookupError, RuntimeError, AssertionError) as error:  # broken multipart, an unknown charset
            raise web.HTTPBadRequest from error

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """A transaction, as soon as others let go of the store.

        Raises:
            HTTPServiceUnavailable: they do not.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + STORE_SECONDS
        while True:
            try:
                self.site.store.connection.execute("BEGIN IMMEDIATE")
                break
            except sqlite3.OperationalError as error:
                if loop.time() > end:
                    raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from error
                await asyncio.sleep(LOCKED_PAUSE)
        try:
            yield
        except BaseException:
            self.site.store.connection.execute("ROLLBACK")
            raise
        self.site.store.connection.execute("COMMIT")

    async def _opt_out(self, person: Subscriber, named: int | str) -> None:
        """Stop a person's mail now, or, while others hold the store, write the wish down for it."""
        now = self.site.clock()
        try:
            with self.site.store.transaction():
                self.subscribers.opt_out(person.id, now, reason="unsubscribed")
        except sqlite3.OperationalError:
            await asyncio.to_thread(opt_outs.keep, self.site.workspace.state, named, now)

    async def _enter_opt_outs(self) -> None:
        try:
            opt_outs.enter(self.site.store, self.site.workspace.state)
        except sqlite3.OperationalError:
            _LOG.debug("the store is still locked")

    def too_many(self) -> web.Response:
        """The answer to who asks too often."""
        return self.answer("Too many requests", "Please try again in a few minutes.", status=429)

    def answer(self, heading: str, words: str, *, status: int = 200, **more: object) -> web.Response:
        text = self.pages.page(heading, words, **more)  # type: ignore[arg-type]
        policy = f"{policy_in(text.encode())}; frame-ancestors 'none'"
        return web.Response(
            text=text, status=status, content_type="text/html", headers={"Content-Security-Policy": policy}
        )

    def refused(self, request: web.Request) -> web.Response:
        """The one answer for every token that is not ours, and how often it is given."""
        if not self._guesses.take(self.client(request)):
            return self.too_many()
        return self.answer(
            "This link does not work",
            "It is incomplete, has expired or was used. Take the link from your latest mail, whole.",
            status=404,
        )

    def _preferences(self, named: int | str, *, saved: bool = False) -> web.Response:
        person = self.subscribers.named(named)
        if person is None or person.status not in ("active", "paused"):
            return self.answer("No mail comes to you", "There is nothing to choose: no more mail comes to you.")
        words = "Saved." if saved else "Choose what comes to you, then save."
        leave = f"../unsubscribe/{self.tokens.make('unsubscribe', person.link)}"
        return self.answer(
            "Preferences",
            words,
            button="Save",
            paused=person.status == "paused",
            trends=self._choices(person),
            link=(leave, "Unsubscribe instead"),
        )

    def _choices(self, person: Subscriber) -> tuple[TrendChoice, ...]:
        return tuple(
            TrendChoice(id=one.id, name=one.name, chosen=one.id in person.trends) for one in self.site.trends.values()
        )

    def _named(self, request: web.Request, purpose: Purpose) -> int | str | None:
        """Whom the link in the address names, by id or number."""
        return self.tokens.read(purpose, request.match_info["token"])
