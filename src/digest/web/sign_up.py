"""Signing up with a confirmation by mail. Sends through `Site.mail` alone.

Nobody becomes a subscriber before they confirm, and every request's answer is given before anything is looked up. A confirmation that meets
a temporary failure waits in the store and is tried again; once it left, or after three days, nothing of it stays.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from aiohttp import web

from digest.errors import DeliveryError, UsageError
from digest.mail.single_letters import confirmation
from digest.mail.transport import Letter
from digest.storage.db.confirmations import Waiting
from digest.subscribers.tokens import link
from digest.text import addresses
from digest.text.addresses import Address
from digest.web.background import Background
from digest.web.rate_limit import Buckets
from digest.web.subscribers import People

_LOG = logging.getLogger(__name__)
CONFIRM_WITHIN = timedelta(days=3)
AT_ONCE = 200  # confirmations that may be on their way
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=4)
LOOK = 15.0  # seconds between two looks at what waits
LAST_SECONDS = 20.0  # for what is on its way when the server stops
WORTH_ANOTHER_TRY: Final = frozenset({"deferred", "lost", "unreachable", "locked_out", "barred"})


def routes(people: People, background: Background) -> Sequence[web.AbstractRouteDef]:
    """The pages, of a digest that has an address on the web."""
    pages = SignUp(people, background)
    return [
        web.get("/subscribe", pages.ask),
        web.post("/subscribe", pages.request),
        web.get("/confirm/{token}", pages.ask_confirmation),
        web.post("/confirm/{token}", pages.confirm),
    ]


class SignUp:
    """The pages, and the confirmations that are on their way."""

    def __init__(self, people: People, background: Background) -> None:
        assert people.site.mail is not None
        self._people = people
        self._mail = people.site.mail
        self._waiting = people.site.store.confirmations
        self._clock: Callable[[], datetime] = people.site.clock
        self._by_client = Buckets(burst=10, every=timedelta(minutes=1), clock=self._clock)
        self._by_mailbox = Buckets(burst=1, every=timedelta(hours=4), clock=self._clock)
        self._all = Buckets(burst=60, every=timedelta(seconds=2), clock=self._clock)
        self._sending: dict[str, asyncio.Task[None]] = {}
        background.every(LOOK, self._try_again)
        background.at_end(self._finish)

    async def ask(self, _request: web.Request) -> web.Response:
        words = "Leave your address. A mail with a link comes, and nothing else before you have confirmed it."
        return self._people.answer("Subscribe", words, button="Subscribe", asks_address=True)

    async def request(self, request: web.Request) -> web.Response:
        """The same answer for every address that is one; what becomes of it happens afterwards."""
        form = await self._people.form(request)
        given = form.get("address")
        try:
            address = addresses.parse(given if isinstance(given, str) else "")
        except UsageError:
            words = "That is no address that mail can be sent to. Write it as name@example.org."
            return self._people.answer("Subscribe", words, status=400, button="Subscribe", asks_address=True)
        if not self._by_client.take(self._people.client(request)) or len(self._sending) >= AT_ONCE:
            return self._people.too_many()
        if self._by_mailbox.take(addresses.mailbox(address.key)) and self._all.take(""):
            self._start(Waiting(key=address.key, address=address.text, asked=self._clock()))
        return self._people.answer(
            "Check your inbox",
            "If this address does not get the digest yet, a mail with a link is on its way. The link works for three days."
            " If nothing comes within an hour, look into the folder for spam.",
        )

    async def ask_confirmation(self, request: web.Request) -> web.Response:
        if self._read(request) is None:
            return self._people.refused(request)
        words = "One click, and the digest comes to you. Every issue has a link that ends it."
        return self._people.answer("Confirm", words, button="Yes, send it to me")

    async def confirm(self, request: web.Request) -> web.Response:
        """A link that is older than the person's last opt-out does nothing: whoever left has left."""
        asked = self._read(request)
        if asked is None:
            return self._people.refused(request)
        address, at = asked
        subscribers, now = self._people.subscribers, self._clock()
        consent = f"asked on the sign-up page {at:%Y-%m-%d %H:%M} UTC, confirmed by mail {now:%Y-%m-%d %H:%M} UTC"
        async with self._people.writing():
            self._waiting.drop(address.key)
            person = subscribers.find(address.key)
            if person is None or person.status not in ("active", "paused"):
                subscribers.opt_in(address.key, consent=consent)
                subscribers.add(address.text, key=address.key, at=now, consent=consent)
        return self._people.answer("Subscribed", "The next issue comes to you.")

    def _read(self, request: web.Request) -> tuple[Address, datetime] | None:
        """Whom a confirmation is for and when they asked; None where it no longer counts."""
        found = self._people.tokens.read(
            "confirm", request.match_info["token"], now=self._clock(), max_age=CONFIRM_WITHIN
        )
        if not isinstance(found, str):
            return None
        seconds, _, text = found.partition(" ")
        address, at = addresses.parse(text), datetime.fromtimestamp(int(seconds), UTC)
        return None if self._people.subscribers.suppressed_since(address.key, at) else (address, at)

    def _start(self, waiting: Waiting) -> None:
        """Send it beside answering, unless the same is on its way."""
        if waiting.key in self._sending:
            return
        task = asyncio.create_task(self._send(waiting))
        self._sending[waiting.key] = task
        task.add_done_callback(lambda _: self._sending.pop(waiting.key, None))

    async def _try_again(self) -> None:
        """Send what waited long enough; forget what waited too long."""
        now = self._clock()
        for waiting in self._waiting.due(now):
            if now - waiting.asked > CONFIRM_WITHIN:
                async with self._people.writing():
                    self._waiting.drop(waiting.key)
            elif len(self._sending) < AT_ONCE:
                self._start(waiting)

    async def _finish(self) -> None:
        """Let what is on its way arrive before the server stops; what does not waits for the next start."""
        if self._sending:
            await asyncio.wait(list(self._sending.values()), timeout=LAST_SECONDS)

    async def _send(self, waiting: Waiting) -> None:
        """Post the confirmation, unless the person gets the digest already; until then the same is done for everyone."""
        person = self._people.subscribers.find(waiting.key)
        letter = self._confirmation(waiting)
        wanted = letter is not None and (person is None or person.status not in ("active", "paused"))
        async with self._people.writing():  # a server that is killed meanwhile begins with it again
            self._waiting.put(waiting, retry_at=self._clock() + FIRST_WAIT)
        outcome = await asyncio.to_thread(self._mail.post, letter) if letter is not None and wanted else None
        later = outcome is not None and outcome.kind in WORTH_ANOTHER_TRY
        async with self._people.writing():
            if later:
                pause = min(FIRST_WAIT * 2 ** min(waiting.attempts, 6), LONGEST_WAIT)
                self._waiting.put(waiting, retry_at=self._clock() + pause)
            else:
                self._waiting.drop(waiting.key)
        if later:
            self._by_mailbox.give_back(addresses.mailbox(waiting.key))
        if outcome is not None and outcome.kind != "accepted":
            again = ", and is tried again" if later else ""
            _LOG.warning("a confirmation was not sent: %s%s", outcome.kind, again)  # the words may hold the address

    def _confirmation(self, waiting: Waiting) -> Letter | None:
        """The letter with the link; None for an address that mail knows and our headers refuse."""
        asked = waiting.asked
        token = self._people.tokens.make("confirm", f"{int(asked.timestamp())} {waiting.address}", at=asked)
        try:
            return confirmation(
                waiting.address,
                link=link(self._mail.imprint.base_url, "confirm", token),
                imprint=self._mail.imprint,
                date=asked,
                secret=self._people.subscribers.secret("message-ids"),
            )
        except DeliveryError:
            return None
