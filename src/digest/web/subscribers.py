"""What the pages of a subscriber share, unsubscribing (RFC 8058), and the web copies of readers' own letters.

A token in the URL identifies the subscriber, and only POST changes anything; there are no cookies, sessions or scripts. Responses
do not reveal whether a subscriber exists.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from datetime import timedelta

from aiohttp import web

from digest.model import Subscriber
from digest.render.subscribers import PeoplePages
from digest.storage.db import LockedError, StoreError
from digest.storage.db.letters import KEPT
from digest.storage.files import opt_outs, resources
from digest.subscribers.tokens import SECRET, Purpose, Tokens
from digest.text.words import catalogue_of, gettext, language, using
from digest.web.archive import policy_in
from digest.web.context import Background, Buckets, Site
from digest.web.requests import Callers

_log = logging.getLogger(__name__)
STORE_SECONDS = 10.0  # to wait for the store
LOCKED_PAUSE = 0.1  # seconds between attempts
LOOK = 2.0  # seconds between checks for waiting opt-outs


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# No search engine and no shared cache keeps it.
PRIVATE = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "private, no-store"}


def routes(people: "People") -> Sequence[web.AbstractRouteDef]:
    """The pages behind the links of a mail."""
    return [
        web.get("/unsubscribe/{token}", people.said("unsubscribe", people.ask_unsubscribe)),
        web.post("/unsubscribe/{token}", people.said("unsubscribe", people.unsubscribe)),
    ]


class People:
    """What the holder of a token may see and change."""

    def __init__(self, site: Site, callers: Callers, background: Background) -> None:
        self.site = site
        self.client = callers.client
        self.subscribers = site.store.subscribers
        self.tokens = Tokens(self.subscribers.secret(SECRET))
        digest = site.config.digest
        self._titles = {catalogue_of(one.language): one.title or digest.title for one in digest.editions}
        self.pages = PeoplePages(resources.template_texts(site.workspace), title=self.title)
        self.languages = tuple(one.language for one in digest.editions) or (digest.language,)
        self._guesses = Buckets(burst=20, every=timedelta(seconds=6), clock=site.clock)
        background.every(LOOK, self._enter_opt_outs)

    def title(self) -> str:
        """The title of the edition in the language in use."""
        return self._titles.get(language(), self.site.config.digest.title)

    def edition(self, language: str) -> str:
        """The language, if there is an edition in it; otherwise that of the main one."""
        return language if language in self.languages else self.languages[0]

    def said(self, purpose: Purpose, page: Handler) -> Handler:
        """The page in the language of the person whom its link names."""

        async def inner(request: web.Request) -> web.StreamResponse:
            named = self.named(request, purpose)
            person = self.subscribers.named(named) if named is not None else None
            with using(self.edition(person.language if person else request.query.get("language", ""))):
                return await page(request)

        return inner

    def speaking(self, person: Subscriber) -> AbstractContextManager[None]:
        """The language of a person, for the block."""
        return using(self.edition(person.language))

    async def ask_unsubscribe(self, request: web.Request) -> web.Response:
        """Ask for confirmation. Nothing is changed, because mail scanners follow every link of a mail."""
        if self.named(request, "unsubscribe") is None:
            return self.refused(request)
        return self.answer(
            gettext("Unsubscribe"), gettext("Click the button to stop the mail."), button=gettext("Unsubscribe")
        )

    async def unsubscribe(self, request: web.Request) -> web.Response:
        """Unsubscribe. By RFC 8058 any POST counts as the request, whatever its body."""
        named = self.named(request, "unsubscribe")
        if named is None:
            return self.refused(request)
        person = self.subscribers.named(named)
        if person is not None and person.status != "unsubscribed":
            await self._opt_out(person, named)
        return self.answer(gettext("Unsubscribed"), gettext("You will get no more mail."))

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """A transaction, after waiting for other processes.

        Raises:
            HTTPServiceUnavailable: the store stays locked.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + STORE_SECONDS
        with ExitStack() as block:
            while True:
                try:
                    block.enter_context(self.site.store.transaction())
                    break
                except LockedError as error:
                    if loop.time() > end:
                        raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from error
                    await asyncio.sleep(LOCKED_PAUSE)
            yield

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
            _log.debug("the store is still locked")

    def too_many(self) -> web.Response:
        """The response to too many requests."""
        return self.answer(gettext("Too many requests"), gettext("Please try again in a few minutes."), status=429)

    def answer(
        self,
        heading: str,
        words: str,
        *,
        status: int = 200,
        button: str = "",
        asks_address: bool = False,
        link: tuple[str, str] = ("", ""),
    ) -> web.Response:
        """A page of words, with a form if it has a button."""
        text = self.pages.page(heading, words, button=button, asks_address=asks_address, link=link)
        return self.html(text, status=status)

    def html(self, text: str, *, status: int = 200) -> web.Response:
        """A page under the policy that its own head states."""
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

    def reader(self, request: web.Request) -> Subscriber | None:
        """The person whose preferences the link names, while they get mail."""
        person = self.subscribers.named(self.named(request, "preferences"))
        return person if person is not None and person.status in ("active", "paused") else None

    def nobody(self, request: web.Request) -> web.Response:
        """The response to a link that names nobody who gets mail."""
        if self.named(request, "preferences") is None:
            return self.refused(request)
        return self.answer(
            gettext("You are unsubscribed"),
            gettext("You get no mail from this digest, so there is nothing to choose."),
        )

    def named(self, request: web.Request, purpose: Purpose) -> int | str | None:
        """The subscriber's id or number in the link."""
        return self.tokens.read(purpose, request.match_info["token"])


def letter_routes(people: People) -> Sequence[web.AbstractRouteDef]:
    """The page of a letter. It is gone after a month, whether or not the store has deleted the letter's texts by then."""
    letters, tokens = people.site.store.letters, Tokens(people.subscribers.secret(SECRET))

    async def show(request: web.Request) -> web.Response:
        key = tokens.read("letter", request.match_info["token"])
        if not isinstance(key, str):
            return people.refused(request)
        row, texts = letters.get(key), letters.texts(key)
        if row is None or texts is None or not texts.page or row.cutoff + KEPT < people.site.clock():
            return people.answer(
                gettext("This letter is gone"),
                gettext("Letters are kept on the web for a month. The mail itself stays as it is."),
                status=410,
            )
        policy = f"{policy_in(texts.page.encode())}; frame-ancestors 'none'"
        return web.Response(
            text=texts.page, content_type="text/html", headers={**PRIVATE, "Content-Security-Policy": policy}
        )

    return [web.get("/letter/{token}", show)]
