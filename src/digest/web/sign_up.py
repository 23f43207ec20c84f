"""The sign-up pages, with confirmation by mail.

Nobody is subscribed before they confirm, and requests are answered before anything is looked up, so that the response reveals
nothing. After a temporary failure the confirmation is kept in the store and retried; it is deleted once it is sent, or after three
days.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from aiohttp import web

from digest.errors import DeliveryError, DigestError, UsageError
from digest.mail.single_letters import confirmation
from digest.mail.transport import Letter
from digest.services.send_now import enter
from digest.storage.db.subscribers import Waiting
from digest.subscribers.tokens import link
from digest.text import addresses
from digest.text.addresses import Address
from digest.text.words import gettext, language, using
from digest.web.context import Background, Buckets, Site, Welcoming
from digest.web.requests import form_of
from digest.web.subscribers import Handler, People

GREET_EVERY = 15.0  # seconds between checks for those who are waiting
_log = logging.getLogger(__name__)
CONFIRM_WITHIN = timedelta(days=3)
AT_ONCE = 200  # confirmations being sent at once
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=4)
LOOK = 15.0  # seconds between checks for waiting confirmations
LAST_SECONDS = 20.0  # for confirmations being sent when the server stops
WORTH_ANOTHER_TRY: Final = frozenset({"deferred", "lost", "unreachable", "locked_out", "barred"})


class Welcomes:
    """Who is waiting stands in the store, so that a server that is killed forgets nobody."""

    def __init__(self, site: Site, welcoming: Welcoming, background: Background) -> None:
        self._site = site
        self._welcoming = welcoming
        self._one = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._trouble = ""
        background.every(GREET_EVERY, self._greet)
        background.at_end(self._finish)

    def hurry(self) -> None:
        """Look now, not in a few seconds."""
        task = asyncio.create_task(self._greet())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _greet(self) -> None:
        async with self._one:
            if not self._site.store.ledger.welcomes_due(self._site.clock()):
                return
            try:
                await asyncio.to_thread(self._welcoming.greet)
                self._trouble = ""
            except DigestError as error:
                if str(error) != self._trouble:
                    _log.warning("a new subscriber is waiting for the latest issue: %s", error)
                self._trouble = str(error)

    async def _finish(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks)


def routes(people: People, background: Background) -> Sequence[web.AbstractRouteDef]:
    """The sign-up pages, for a digest with a base URL."""
    pages = SignUp(people, background)
    return [
        web.get("/subscribe", pages.said(pages.ask)),
        web.post("/subscribe", pages.said(pages.request)),
        web.get("/confirm/{token}", pages.said(pages.ask_confirmation)),
        web.post("/confirm/{token}", pages.said(pages.confirm)),
    ]


class SignUp:
    """The sign-up pages, and the confirmations being sent."""

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
        self._welcoming = people.site.welcoming
        self._welcomes = Welcomes(people.site, self._welcoming, background) if self._welcoming else None
        background.every(LOOK, self._try_again)
        background.at_end(self._finish)

    def said(self, page: Handler) -> Handler:
        """The page in the language of its link: `?language=ko` on the sign-up page, then that of the sign-up itself."""

        async def inner(request: web.Request) -> web.StreamResponse:
            asked = self._read(request) if "token" in request.match_info else None
            with using(self._people.edition(asked[2] if asked else request.query.get("language", ""))):
                return await page(request)

        return inner

    async def ask(self, _request: web.Request) -> web.Response:
        words = gettext("Enter your address. You will get one mail with a link, and nothing else until you confirm.")
        return self._people.answer(
            gettext("Subscribe"), words, button=gettext("Subscribe"), asks_address=True, link=self._latest()
        )

    def _latest(self) -> tuple[str, str]:
        """The way to the latest issue of the page's edition, for those who want to see first what they would get."""
        place = f"{self._chosen()}/latest/".removeprefix("/")
        there = (self._people.site.workspace.archive / place / "index.html").is_file()
        return (place, gettext("Read the latest issue first")) if there else ("", "")

    async def request(self, request: web.Request) -> web.Response:
        """The same response for every valid address. What follows happens in the background."""
        form = await form_of(request)
        given = form.get("address")
        try:
            address = addresses.parse(given if isinstance(given, str) else "")
        except UsageError:
            words = gettext("Mail cannot be sent to this address. Please write it like name@example.org.")
            return self._people.answer(
                gettext("Subscribe"), words, status=400, button=gettext("Subscribe"), asks_address=True
            )
        if not self._by_client.take(self._people.client(request)) or len(self._sending) >= AT_ONCE:
            return self._people.too_many()
        if self._by_mailbox.take(addresses.mailbox(address.key)) and self._all.take(""):
            self._start(Waiting(key=address.key, address=address.text, asked=self._clock(), language=self._chosen()))
        return self._people.answer(
            gettext("Check your inbox"),
            gettext(
                "If this address is not subscribed yet, a mail with a link is on its way. The link works for three days."
                " If nothing comes within an hour, look into the folder for spam."
            ),
        )

    async def ask_confirmation(self, request: web.Request) -> web.Response:
        if self._read(request) is None:
            return self._people.refused(request)
        words = gettext("Click the button to subscribe. You can unsubscribe at any time with the link in every issue.")
        return self._people.answer(gettext("Confirm"), words, button=gettext("Subscribe"))

    async def confirm(self, request: web.Request) -> web.Response:
        """Subscribe the person. A link older than their last opt-out has no effect."""
        asked = self._read(request)
        if asked is None:
            return self._people.refused(request)
        async with self._people.writing():
            coming = self._admit(*asked)
        if self._welcomes is None or not coming:
            return self._people.answer(gettext("Subscribed"), gettext("You will get the next issue."))
        self._welcomes.hurry()
        return self._people.answer(
            gettext("Subscribed"),
            gettext("The latest issue is on its way to you, and you will get each one that follows."),
        )

    def _admit(self, address: Address, at: datetime, tongue: str) -> bool:
        """Subscribe a person who confirmed, in the caller's transaction. Whether the latest issue is on its way to them."""
        subscribers, now = self._people.subscribers, self._clock()
        self._waiting.drop(address.key)
        before = subscribers.find(address.key)
        new = before is None or before.status not in ("active", "paused")
        if new:
            consent = f"asked on the sign-up page {at:%Y-%m-%d %H:%M} UTC, confirmed by mail {now:%Y-%m-%d %H:%M} UTC"
            subscribers.opt_in(address.key, consent=consent)
            subscribers.add(address.text, key=address.key, at=now, consent=consent)
        person = subscribers.find(address.key)
        if person is None:
            return False
        if tongue:
            subscribers.speak(person.id, tongue)
        if self._welcoming is None or not new:
            return False
        return enter(self._people.site.store, self._welcoming.route, person.id, now)

    def _chosen(self) -> str:
        """The language of the page, for the store; empty if it is that of the main edition."""
        return "" if language() == self._people.languages[0] else language()

    def _read(self, request: web.Request) -> tuple[Address, datetime, str] | None:
        """The address of a confirmation, when it was requested and in which language; None if it is no longer valid."""
        found = self._people.tokens.read(
            "confirm", request.match_info["token"], now=self._clock(), max_age=CONFIRM_WITHIN
        )
        if not isinstance(found, str):
            return None
        asked, _, text = found.partition(" ")
        seconds, _, tongue = asked.partition("/")
        address, at = addresses.parse(text), datetime.fromtimestamp(int(seconds), UTC)
        return None if self._people.subscribers.suppressed_since(address.key, at) else (address, at, tongue)

    def _start(self, waiting: Waiting) -> None:
        """Send a confirmation in the background, unless it is being sent already."""
        if waiting.key in self._sending:
            return
        task = asyncio.create_task(self._send(waiting))
        self._sending[waiting.key] = task
        task.add_done_callback(lambda _: self._sending.pop(waiting.key, None))

    async def _try_again(self) -> None:
        """Retry the confirmations that are due, and delete the expired ones."""
        now = self._clock()
        for waiting in self._waiting.due(now):
            if now - waiting.asked > CONFIRM_WITHIN:
                async with self._people.writing():
                    self._waiting.drop(waiting.key)
            elif len(self._sending) < AT_ONCE:
                self._start(waiting)

    async def _finish(self) -> None:
        """Finish confirmations in progress before the server stops. The rest is retried after the next start."""
        if self._sending:
            await asyncio.wait(list(self._sending.values()), timeout=LAST_SECONDS)

    async def _send(self, waiting: Waiting) -> None:
        """Send the confirmation, unless the person is already subscribed. Up to that check all addresses are treated alike."""
        person = self._people.subscribers.find(waiting.key)
        letter = self._confirmation(waiting)
        wanted = letter is not None and (person is None or person.status not in ("active", "paused"))
        async with self._people.writing():  # if the server is killed meanwhile, it is retried
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
            again = ", and will be retried" if later else ""
            _log.warning("a confirmation was not sent: %s%s", outcome.kind, again)  # the reply may contain the address

    def _confirmation(self, waiting: Waiting) -> Letter | None:
        """The message with the link; None for a valid address that cannot be put into a header."""
        asked = waiting.asked
        tongue = f"/{waiting.language}" if waiting.language else ""
        token = self._people.tokens.make("confirm", f"{int(asked.timestamp())}{tongue} {waiting.address}", at=asked)
        try:
            with using(self._people.edition(waiting.language)):
                return confirmation(
                    waiting.address,
                    link=link(self._mail.imprint.base_url, "confirm", token),
                    imprint=replace(self._mail.imprint, title=self._people.title()),
                    date=asked,
                    secret=self._people.subscribers.secret("message-ids"),
                )
        except DeliveryError:
            return None
