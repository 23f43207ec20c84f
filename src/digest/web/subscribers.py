"""The pages of a subscriber: unsubscribing (RFC 8058) and preferences.

A token in the URL identifies the subscriber, and only POST changes anything; there are no cookies, sessions or scripts. Responses
do not reveal whether a subscriber exists.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from aiohttp import web
from multidict import MultiDictProxy

from digest.model import Subscriber
from digest.render.subscribers import PeoplePages, TrendChoice
from digest.storage.db import LockedError, StoreError
from digest.storage.files import opt_outs, resources
from digest.subscribers.tokens import SECRET, Purpose, Tokens
from digest.text.formatting import language_name
from digest.text.words import gettext, using
from digest.web.archive import policy_in
from digest.web.callers import Callers
from digest.web.context import Background, Buckets, Site

_LOG = logging.getLogger(__name__)
BODY_SECONDS = 20.0  # for a form to arrive
STORE_SECONDS = 10.0  # to wait for the store
LOCKED_PAUSE = 0.1  # seconds between attempts
LOOK = 2.0  # seconds between checks for waiting opt-outs


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(people: "People") -> Sequence[web.AbstractRouteDef]:
    """The pages behind the links of a mail."""
    return [
        web.get("/unsubscribe/{token}", people.said("unsubscribe", people.ask_unsubscribe)),
        web.post("/unsubscribe/{token}", people.said("unsubscribe", people.unsubscribe)),
        web.get("/preferences/{token}", people.said("preferences", people.show_preferences)),
        web.post("/preferences/{token}", people.said("preferences", people.set_preferences)),
    ]


class People:
    """What the holder of a token may see and change."""

    def __init__(self, site: Site, callers: Callers, background: Background) -> None:
        self.site = site
        self.client = callers.client
        self.subscribers = site.store.subscribers
        self.tokens = Tokens(self.subscribers.secret(SECRET))
        self.pages = PeoplePages(resources.template_texts(site.workspace), title=site.config.digest.title)
        digest = site.config.digest
        self.languages = tuple(one.language for one in digest.editions) or (digest.language,)
        self._guesses = Buckets(burst=20, every=timedelta(seconds=6), clock=site.clock)
        self._changes = Buckets(burst=20, every=timedelta(seconds=30), clock=site.clock)
        background.every(LOOK, self._enter_opt_outs)

    def edition(self, language: str) -> str:
        """The language, if there is an edition in it; otherwise that of the main one."""
        return language if language in self.languages else self.languages[0]

    def said(self, purpose: Purpose, page: Handler) -> Handler:
        """The page in the language of the person whom its link names."""

        async def inner(request: web.Request) -> web.StreamResponse:
            named = self._named(request, purpose)
            person = self.subscribers.named(named) if named is not None else None
            with using(self.edition(person.language if person else request.query.get("language", ""))):
                return await page(request)

        return inner

    async def ask_unsubscribe(self, request: web.Request) -> web.Response:
        """Ask for confirmation. Nothing is changed, because mail scanners follow every link of a mail."""
        if self._named(request, "unsubscribe") is None:
            return self.refused(request)
        return self.answer(
            gettext("Unsubscribe"), gettext("Click the button to stop the mail."), button=gettext("Unsubscribe")
        )

    async def unsubscribe(self, request: web.Request) -> web.Response:
        """Unsubscribe. By RFC 8058 any POST counts as the request, whatever its body."""
        named = self._named(request, "unsubscribe")
        if named is None:
            return self.refused(request)
        person = self.subscribers.named(named)
        if person is not None and person.status != "unsubscribed":
            await self._opt_out(person, named)
        return self.answer(gettext("Unsubscribed"), gettext("You will get no more mail."))

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
                asked = form.get("language")
                if isinstance(asked, str) and asked in self.languages:
                    self.subscribers.speak(person.id, asked)
        chosen_language = self.subscribers.named(named)
        with using(self.edition(chosen_language.language if chosen_language else "")):
            return self._preferences(named, saved=True)

    async def form(self, request: web.Request) -> MultiDictProxy[str | bytearray | bytes | web.FileField]:
        """The form data of a request.

        Raises:
            HTTPError: it is not a form, or does not arrive in time.
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
        """A transaction, after waiting for other processes.

        Raises:
            HTTPServiceUnavailable: the store stays locked.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + STORE_SECONDS
        while True:
            try:
                self.site.store.connection.begin()
                break
            except LockedError as error:
                if loop.time() > end:
                    raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from error
                await asyncio.sleep(LOCKED_PAUSE)
        try:
            yield
        except BaseException:
            if self.site.store.connection.in_transaction:
                self.site.store.connection.rollback()
            raise
        self.site.store.connection.commit()

    async def _opt_out(self, person: Subscriber, named: int | str) -> None:
        """Unsubscribe a person now, or queue the request if another process holds the store."""
        now = self.site.clock()
        try:
            with self.site.store.transaction():
                self.subscribers.opt_out(person.id, now, reason="unsubscribed")
        except StoreError:
            await asyncio.to_thread(opt_outs.keep, self.site.workspace.state, named, now)

    async def _enter_opt_outs(self) -> None:
        try:
            opt_outs.enter(self.site.store, self.site.workspace.state)
        except StoreError:
            _LOG.debug("the store is still locked")

    def too_many(self) -> web.Response:
        """The response to too many requests."""
        return self.answer(gettext("Too many requests"), gettext("Please try again in a few minutes."), status=429)

    def answer(self, heading: str, words: str, *, status: int = 200, **more: object) -> web.Response:
        text = self.pages.page(heading, words, **more)  # type: ignore[arg-type]
        policy = f"{policy_in(text.encode())}; frame-ancestors 'none'"
        return web.Response(
            text=text, status=status, content_type="text/html", headers={"Content-Security-Policy": policy}
        )

    def refused(self, request: web.Request) -> web.Response:
        """The response to every invalid token, limited in rate."""
        if not self._guesses.take(self.client(request)):
            return self.too_many()
        return self.answer(
            gettext("This link does not work"),
            gettext(
                "It is incomplete, has expired or was already used. Please copy the complete link from your latest mail."
            ),
            status=404,
        )

    def _preferences(self, named: int | str, *, saved: bool = False) -> web.Response:
        person = self.subscribers.named(named)
        if person is None or person.status not in ("active", "paused"):
            return self.answer(
                gettext("You are unsubscribed"),
                gettext("You get no mail from this digest, so there is nothing to choose."),
            )
        words = gettext("Saved.") if saved else gettext("Choose what you want to get, then save.")
        leave = f"../unsubscribe/{self.tokens.make('unsubscribe', person.link)}"
        return self.answer(
            gettext("Preferences"),
            words,
            button=gettext("Save"),
            paused=person.status == "paused",
            trends=self._choices(person),
            languages=self._editions(person),
            link=(leave, gettext("Unsubscribe instead")),
        )

    def _choices(self, person: Subscriber) -> tuple[TrendChoice, ...]:
        return tuple(
            TrendChoice(id=one.id, name=one.name, chosen=one.id in person.trends) for one in self.site.trends.values()
        )

    def _editions(self, person: Subscriber) -> tuple[TrendChoice, ...]:
        """The editions to choose from, each in its own words; none if there is only one."""
        own = self.edition(person.language)
        return tuple(
            TrendChoice(id=one, name=language_name(one), chosen=one == own)
            for one in self.languages
            if len(self.languages) > 1
        )

    def _named(self, request: web.Request, purpose: Purpose) -> int | str | None:
        """The subscriber's id or number in the link."""
        return self.tokens.read(purpose, request.match_info["token"])
