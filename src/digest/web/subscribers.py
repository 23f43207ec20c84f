"""A reader's own pages: unsubscribing (RFC 8058), preferences, signing up with a confirmation. Sends through `Site.post` alone.

A token in the address says whom a page is about, and only POST changes anything: no cookie, no session, no script. Every answer
about an account is the same whether there is one.
"""

import asyncio
import ipaddress
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from aiohttp import web

from digest.errors import DeliveryError, UsageError
from digest.mail.single_letters import confirmation
from digest.mail.transport import Letter
from digest.model import Subscriber
from digest.render.subscribers import PeoplePages, TrendChoice
from digest.storage.files import resources
from digest.subscribers.tokens import SECRET, Purpose, Tokens, link
from digest.text import addresses
from digest.text.addresses import Address
from digest.web.archive import policy_in
from digest.web.context import Site
from digest.web.rate_limit import Buckets

_LOG = logging.getLogger(__name__)
CONFIRM_WITHIN = timedelta(days=3)
WAITING = 200  # confirmations that may wait to be sent


def routes(site: Site) -> Sequence[web.AbstractRouteDef]:
    """The pages behind a mail's links; with an address on the web, signing up too."""
    people = People(site)
    found: list[web.AbstractRouteDef] = [
        web.get("/unsubscribe/{token}", people.ask_unsubscribe),
        web.post("/unsubscribe/{token}", people.unsubscribe),
        web.get("/preferences/{token}", people.show_preferences),
        web.post("/preferences/{token}", people.set_preferences),
    ]
    if site.mail is not None and site.mail.imprint.base_url:
        sign_up = SignUp(people)
        found += [
            web.get("/subscribe", sign_up.ask),
            web.post("/subscribe", sign_up.request),
            web.get("/confirm/{token}", sign_up.ask_confirmation),
            web.post("/confirm/{token}", sign_up.confirm),
        ]
    return found


class People:
    """What a token's bearer may see and change."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.subscribers = site.store.subscribers
        self.tokens = Tokens(self.subscribers.secret(SECRET))
        self.pages = PeoplePages(resources.template_texts(site.workspace), title=site.config.digest.title)
        self._guesses = Buckets(burst=20, every=timedelta(seconds=6), clock=site.clock)
        self._changes = Buckets(burst=20, every=timedelta(seconds=30), clock=site.clock)

    async def ask_unsubscribe(self, request: web.Request) -> web.Response:
        """Changes nothing: programs that look at every link of a mail come here too."""
        if self._number(request, "unsubscribe") is None:
            return self.refused(request)
        return self.answer("Unsubscribe", "Shall the mail stop? One click, and no more comes.", button="Unsubscribe")

    async def unsubscribe(self, request: web.Request) -> web.Response:
        """RFC 8058: whatever the body says, the POST is the wish."""
        number = self._number(request, "unsubscribe")
        if number is None:
            return self.refused(request)
        person = self.subscribers.get(number)
        if person is not None and person.status != "unsubscribed":
            with self.site.store.transaction():
                self.subscribers.opt_out(number, self.site.clock(), reason="unsubscribed")
        return self.answer("Unsubscribed", "No more mail comes to you.")

    async def show_preferences(self, request: web.Request) -> web.Response:
        number = self._number(request, "preferences")
        return self.refused(request) if number is None else self._preferences(number)

    async def set_preferences(self, request: web.Request) -> web.Response:
        number = self._number(request, "preferences")
        if number is None:
            return self.refused(request)
        if not self._changes.take(str(number)):
            raise web.HTTPTooManyRequests
        form = await request.post()
        chosen = tuple(one for one in self.site.trends if one in form.getall("trend", []))
        with self.site.store.transaction():
            self.subscribers.choose(number, chosen)
            self.subscribers.pause(number, paused="paused" in form)
        return self._preferences(number, saved=True)

    def answer(self, heading: str, words: str, *, status: int = 200, **more: object) -> web.Response:
        text = self.pages.page(heading, words, **more)  # type: ignore[arg-type]
        policy = f"{policy_in(text.encode())}; frame-ancestors 'none'"
        return web.Response(
            text=text, status=status, content_type="text/html", headers={"Content-Security-Policy": policy}
        )

    def refused(self, request: web.Request) -> web.Response:
        """The one answer for every token that is not ours, and how often it is given."""
        if not self._guesses.take(client(request)):
            raise web.HTTPTooManyRequests
        return self.answer(
            "This link does not work",
            "It is incomplete, has expired or was used. Take the link from your latest mail, whole.",
            status=404,
        )

    def _preferences(self, number: int, *, saved: bool = False) -> web.Response:
        person = self.subscribers.get(number)
        if person is None or person.status not in ("active", "paused"):
            return self.answer("No mail comes to you", "There is nothing to choose: no more mail comes to you.")
        words = "Saved." if saved else "Choose what comes to you, then save."
        leave = f"../unsubscribe/{self.tokens.make('unsubscribe', number)}"
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

    def _number(self, request: web.Request, purpose: Purpose) -> int | None:
        found = self.tokens.read(purpose, request.match_info["token"])
        return found if isinstance(found, int) else None


class SignUp:
    """Signing up: nothing is stored before the confirmation, and the request's answer is given before anything is looked up."""

    def __init__(self, people: People) -> None:
        assert people.site.mail is not None
        self._people = people
        self._mail = people.site.mail
        self._clock: Callable[[], datetime] = people.site.clock
        self._by_client = Buckets(burst=10, every=timedelta(minutes=1), clock=self._clock)
        self._by_address = Buckets(burst=1, every=timedelta(hours=4), clock=self._clock)
        self._all = Buckets(burst=60, every=timedelta(seconds=2), clock=self._clock)
        self._sending: set[asyncio.Task[None]] = set()

    async def ask(self, _request: web.Request) -> web.Response:
        words = "Leave your address. A mail with a link comes, and nothing else before you have confirmed it."
        return self._people.answer("Subscribe", words, button="Subscribe", asks_address=True)

    async def request(self, request: web.Request) -> web.Response:
        """The same answer for every address that is one; what becomes of it happens afterwards."""
        form = await request.post()
        given = form.get("address")
        try:
            address = addresses.parse(given if isinstance(given, str) else "")
        except UsageError:
            words = "That is no address that mail can be sent to. Write it as name@example.org."
            return self._people.answer("Subscribe", words, status=400, button="Subscribe", asks_address=True)
        if not self._by_client.take(client(request)) or len(self._sending) >= WAITING:
            raise web.HTTPTooManyRequests
        if self._by_address.take(address.key) and self._all.take(""):
            task = asyncio.create_task(self._send(address, self._clock()))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        return self._people.answer(
            "Look into your mailbox",
            "If this address does not get the digest yet, a mail with a link is on its way. It is good for three days.",
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
        with self._people.site.store.transaction():
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

    async def _send(self, address: Address, now: datetime) -> None:
        """Post the confirmation, unless the person gets the digest already; until then the same is done for everyone."""
        person = self._people.subscribers.find(address.key)
        letter = self._confirmation(address, now)
        if letter is None or (person is not None and person.status in ("active", "paused")):
            return
        outcome = await asyncio.to_thread(self._mail.post, letter)
        if outcome.kind != "accepted":
            _LOG.warning("a confirmation was not sent: %s", outcome.kind)  # the other side's words may hold the address

    def _confirmation(self, address: Address, now: datetime) -> Letter | None:
        """The letter with the link; None for an address that mail knows and our headers refuse."""
        token = self._people.tokens.make("confirm", f"{int(now.timestamp())} {address.text}", at=now)
        try:
            return confirmation(
                address.text,
                link=link(self._mail.imprint.base_url, "confirm", token),
                imprint=self._mail.imprint,
                date=now,
                secret=self._people.subscribers.secret("message-ids"),
            )
        except DeliveryError:
            return None


def client(request: web.Request) -> str:
    """Who asks: the peer, or whom a proxy on this machine names last; of IPv6 the network, which is one customer's."""
    peer = request.remote or ""
    if peer in ("127.0.0.1", "::1"):
        peer = request.headers.get("X-Forwarded-For", peer).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return "unknown"
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))
