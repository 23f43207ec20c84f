"""Answer requests over HTTP, or from files of the workspace. Redirects are followed here, so that every hop is checked."""

import asyncio
import hashlib
import re
import zlib
from base64 import b64encode
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from random import Random
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

import aiohttp
from yarl import URL

from digest.config import FetchSettings
from digest.fetch.policy import Answer, NotOnTheWebError, Request, TooLargeError, cause
from digest.fetch.ssrf import GuardedResolver, PrivateAddressError, is_literal, leads_outside
from digest.fetch.throttle import RULES, Pace, Rule
from digest.text.markup import plain
from digest.text.secrets import masked, public

HOPS = 10
_WITH_BODY = (200, 201, 202, 203, 206, 226)
_PERMANENT = (301, 308)
_REJECTED = (400, 412)  # statuses by which servers reject a validator
_REDIRECTS = (301, 302, 303, 307, 308)
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_CHUNK = 65_536
_LINE, _HEADERS = 131_072, 1_000  # bytes of one header line, and lines: what browsers take and more
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
_GZIP, _ZLIB = b"\x1f\x8b", (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_WRAPPED = 3  # codings in each other that are undone

OnAnswer = Callable[[Answer], Awaitable[Request | None]]


async def fetch_all(
    requests: Sequence[Request],
    settings: FetchSettings,
    *,
    root: Path,
    random: Random,
    on_answer: OnAnswer,
    rules: Sequence[Rule] = RULES,
) -> None:
    """Fetch every feed, and pass on each answer as it arrives.

    Args:
        requests: the requests, which are started in this order as far as their hosts allow; each gets exactly one answer.
        settings: limits, the User-Agent, and whether private addresses are allowed.
        root: the workspace, which contains the feeds that are files.
        random: spreads the starts of the requests to one host.
        on_answer: called with each answer. Its slot stays occupied until it returns, which bounds memory. It may return another
            request to the same host, such as for the next page of the feed, which is sent in the same slot.
        rules: what the owners of hosts ask for.
    """
    hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(settings.per_host))
    hosts.update({rule.owner: asyncio.Semaphore(rule.connections) for rule in rules})
    everything = asyncio.Semaphore(settings.concurrency)
    pace = Pace(random, root / ".digest" / "hosts.json", rules)
    resting: dict[str, Answer] = {}
    clock = asyncio.get_running_loop().time
    async with _session(settings) as session, asyncio.TaskGroup() as group:

        async def ask(request: Request) -> None:
            host, rule, name = host_of(request.url, pace)
            following: Request | None = request
            async with hosts[name]:
                if rule is None:
                    await asyncio.sleep(pace.wait(host, clock()))
                async with everything:
                    while following is not None:
                        if (rule is not None or following is not request) and name not in resting:
                            await asyncio.sleep(pace.wait(host, clock()))
                        if name in resting:
                            answer = replace(resting[name], feed=following.feed, url=following.url)
                        elif "://" in following.url:
                            answer = await _Asking(session, settings, pace).ask(following)
                        else:
                            answer = _from_file(following, root, settings.max_bytes)
                        pace.done(host, clock())
                        if answer.status == HTTPStatus.TOO_MANY_REQUESTS and name:
                            resting.setdefault(name, _resting(answer, name))
                        following = await on_answer(answer)

        for request in requests:
            group.create_task(ask(request))


def host_of(url: str, pace: Pace) -> tuple[str, Rule | None, str]:
    """The host of a feed, its rule, and the name under which its requests are counted: its owner's, where that has a rule."""
    try:
        address = URL(url)
        host = (address.raw_host or "localhost").lower().rstrip(".")
        port = address.explicit_port
    except ValueError:
        return "localhost", None, ""
    rule = pace.rule_of(host) if address.raw_host else None
    name = f"{host}:{port}" if port not in (None, 80, 443) else host
    return host, rule, rule.owner if rule else name if address.raw_host else ""


def _resting(answer: Answer, name: str) -> Answer:
    """What every further feed of a host gets that asked to be left alone."""
    reason = f"not asked: {name} answered 429 Too Many Requests to another feed"
    return replace(answer, outcome="resting", status=0, reason=reason, etag="", last_modified="", moved_to="")


def _session(settings: FetchSettings) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        limit=0, resolver=None if settings.allow_private else GuardedResolver(), use_dns_cache=settings.allow_private
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        headers={"User-Agent": settings.user_agent, "Accept": _ACCEPT},
        max_line_size=_LINE,
        max_field_size=_LINE,
        max_headers=_HEADERS,
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    """One request in progress."""

    session: aiohttp.ClientSession
    settings: FetchSettings
    pace: Pace

    async def ask(self, request: Request) -> Answer:
        """The answer to a request. Every error except cancellation is returned in it."""
        try:
            async with asyncio.timeout(self.settings.timeout.total_seconds()) as limit:
                return await self._follow(request, limit)
        except (aiohttp.ClientError, OSError, ValueError, TimeoutError) as error:
            reason = masked(cause(error, self.settings))
            return Answer(feed=request.feed, url=request.url, outcome="failed", reason=reason)
        except Exception as error:  # noqa: BLE001  (a failure caused by one answer must affect only its feed)
            return Answer(
                feed=request.feed, url=request.url, outcome="failed", reason=f"cannot be asked ({type(error).__name__})"
            )

    async def _follow(self, request: Request, limit: asyncio.Timeout) -> Answer:
        url, moved_to, permanent = _without_login(_as_written(request.url)), "", True
        secret = _login(request.feed) | dict(request.headers)
        cookies: aiohttp.CookieJar | None = None  # of this request alone; most servers set none
        validators = _validators(request)
        for _ in range(HOPS + 1):
            self._refuse_private(url)
            address = URL(url, encoded=True)
            sent = cookies.filter_cookies(address).output(header="", sep=";").strip() if cookies is not None else ""
            headers = (
                validators | ({"Cookie": sent} if sent else {}) | (secret if _same_server(request.feed, url) else {})
            )
            async with self.session.get(address, headers=headers, allow_redirects=False) as response:
                if response.cookies:
                    cookies = aiohttp.CookieJar(unsafe=True) if cookies is None else cookies
                    cookies.update_cookies(response.cookies, address)
                location = _as_written(response.headers.get("Location", ""))
                if validators and response.status in _REJECTED:
                    validators = {}
                    continue
                if response.status not in _REDIRECTS or not location:
                    return replace(await self._read(request, response), url=url, moved_to=moved_to)
                permanent = permanent and response.status in _PERMANENT
            url = _without_login(urljoin(url, location))
            moved_to = url if permanent else moved_to
            await self._keep_rule(url, limit)
        reason = f"was redirected more than {HOPS} times"
        return Answer(feed=request.feed, url=request.url, outcome="failed", reason=reason)

    async def _keep_rule(self, url: str, limit: asyncio.Timeout) -> None:
        """Wait before a redirect to a host with a rule is followed. The time does not count against the limit."""
        host, rule, _ = host_of(url, self.pace)
        if rule is not None:
            now = asyncio.get_running_loop().time()
            self.pace.done(host, now)
            wait = self.pace.wait(host, now)
            limit.reschedule((limit.when() or now) + wait)
            await asyncio.sleep(wait)

    def _refuse_private(self, url: str) -> None:
        """Check what the resolver never sees: other schemes, and hosts that are IP addresses."""
        parts = URL(url, encoded=True)  # parsed as aiohttp does, so that no other spelling passes
        host = parts.raw_host or ""
        if parts.scheme not in ("http", "https") or not host:
            raise NotOnTheWebError(f"was redirected to {plain(public(url), chars=200)}, which is not on the web")
        if not self.settings.allow_private and is_literal(host) and not leads_outside(host):
            raise PrivateAddressError(f"{host} is an address of this machine or a private network")

    async def _read(self, request: Request, response: aiohttp.ClientResponse) -> Answer:
        headers = response.headers
        fresh = _MAX_AGE.search(headers.get("Cache-Control", ""))
        answer = Answer(
            feed=request.feed,
            outcome="failed",
            status=response.status,
            content_type=headers.get("Content-Type", ""),
            etag=_repeatable(headers.get("ETag", "")),
            last_modified=_repeatable(headers.get("Last-Modified", "")),
            retry_after=headers.get("Retry-After", ""),
            max_age=int(fresh[1]) if fresh else 0,
        )
        if response.status == HTTPStatus.NOT_MODIFIED:
            return replace(answer, outcome="unchanged")
        if response.status == HTTPStatus.GONE:
            return replace(answer, outcome="gone", reason="answered 410: the feed is permanently gone")
        if response.status not in _WITH_BODY:
            return replace(answer, reason=plain(f"answered {response.status} {response.reason or ''}", chars=100))
        return with_body(answer, await self._body(response), known=request.body_hash)

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        """The decoded body. It is decoded in pieces, so that a decompression bomb is stopped early."""
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > self.settings.max_bytes:
                raise TooLargeError
        return _unwrapped(bytes(body), self.settings.max_bytes)


def _login(url: str) -> dict[str, str]:
    """The header for a user and a password in a URL (RFC 7617, in UTF-8)."""
    login, at, _ = urlsplit(url).netloc.rpartition("@") if "@" in url else ("", "", "")
    return {"Authorization": "Basic " + b64encode(unquote_to_bytes(login)).decode("ascii")} if at else {}


def _without_login(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else url


def _same_server(configured: str, url: str) -> bool:
    """Whether secrets for a configured URL may be sent to another one: to the same host and port, or from http to https there."""
    there, here = URL(configured), URL(url, encoded=True)
    same = (there.scheme, there.port) == (here.scheme, here.port)
    upgraded = (there.scheme, there.port, here.scheme, here.port) == ("http", 80, "https", 443)
    return there.host == here.host and (same or upgraded)


def _as_written(url: str) -> str:
    """The address as it is written, so that a signed one stays valid; only what no request line can hold is encoded."""
    parts = urlsplit(url)
    if parts.netloc and not parts.netloc.isascii():
        user, at, host = parts.netloc.rpartition("@")
        url = parts._replace(netloc=user + at + URL(f"http://{host}").raw_authority).geturl()
    return quote(url.encode("utf-8", "surrogateescape").strip(), safe=_VISIBLE)


def _unwrapped(body: bytes, limit: int) -> bytes:
    """The body without compression that its headers name in a way that aiohttp does not know, or do not name."""
    for _ in range(_WRAPPED):
        if not body.startswith((_GZIP, *_ZLIB)):
            break
        opened = bytearray()
        rest = body
        while rest.startswith((_GZIP, *_ZLIB)):
            stream = zlib.decompressobj(wbits=47)
            try:
                opened += stream.decompress(rest, limit + 1 - len(opened))
            except zlib.error:
                break
            if len(opened) > limit:
                raise TooLargeError
            rest = stream.unused_data
        if not opened:
            break
        body = bytes(opened)
    return body


def with_body(answer: Answer, body: bytes, *, known: str) -> Answer:
    """The answer with its body. A body with the known hash counts as unchanged, whatever the validators say."""
    found = hashlib.sha256(body).hexdigest()
    if found == known:
        return replace(answer, outcome="unchanged", body_hash=found)
    return replace(answer, outcome="body", body=body, body_hash=found)


def _validators(request: Request) -> dict[str, str]:
    headers = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in headers.items() if value}


def _repeatable(validator: str) -> str:
    """A validator, if it fits into a header; otherwise empty, because every later request would fail."""
    return validator if validator.isascii() and validator.isprintable() else ""


def _from_file(request: Request, root: Path, limit: int) -> Answer:
    """The answer for a feed that is a file, which must be inside the workspace even through links."""
    answer = Answer(feed=request.feed, url=request.url, outcome="failed")
    path = (root / request.url).resolve()
    if not path.is_relative_to(root.resolve()):
        return replace(answer, reason="is outside the workspace; copy the file into it")
    try:
        if path.stat().st_size > limit:
            return replace(answer, reason=f"is larger than {limit:,} bytes".replace(",", " "))
        return with_body(answer, path.read_bytes(), known=request.body_hash)
    except FileNotFoundError:
        return replace(answer, reason="no such file in the workspace; a web address begins with https://")
    except OSError as error:
        return replace(answer, reason=f"cannot be read ({error.strerror})")
