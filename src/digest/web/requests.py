"""Read a request: its client behind trusted proxies, the host name that it used, and the form that it brings.

By DNS rebinding, a foreign page can point its own host name at this machine and make a reader's browser send requests here.
Requests for unknown host names are therefore refused. Addresses, localhost and names without a dot cannot be abused that way.
"""

import asyncio
import ipaddress
from collections.abc import Iterable
from typing import TypeAlias
from urllib.parse import urlsplit

from aiohttp import web
from multidict import MultiDictProxy

from digest.config import Config
from digest.web.connections import Handler

LOOPBACK = ("127.0.0.0/8", "::1/128")
Form: TypeAlias = MultiDictProxy[str | bytearray | bytes | web.FileField]
SECONDS = 20.0  # for a form to arrive


class Callers:
    """The rules of one configuration for clients and host names."""

    def __init__(self, config: Config) -> None:
        self._proxies = [ipaddress.ip_network(one) for one in (*LOOPBACK, *config.serve.trusted_proxies)]
        own = urlsplit(config.delivery.base_url).hostname
        self._names = {name.lower().rstrip(".") for name in (*config.serve.hosts, own) if name}

    def client(self, request: web.Request) -> str:
        """The client: the peer, or the last address before the trusted proxies. For IPv6 it is the network of one customer."""
        address = self._address(request)
        if address is None:
            return "unknown"
        return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))

    def within(self, request: web.Request, networks: Iterable[str]) -> bool:
        """Whether the client is in one of these networks."""
        address = self._address(request)
        return address is not None and any(address in ipaddress.ip_network(one) for one in networks)

    def _address(self, request: web.Request) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        hops = [hop.strip() for line in request.headers.getall("X-Forwarded-For", []) for hop in line.split(",")]
        asker = request.remote or ""
        while hops and self._trusted(asker):
            asker = hops.pop()
        return _address(asker)

    def secure(self, request: web.Request) -> bool:
        """Whether the client asked over https, by the word of a trusted proxy."""
        said = ",".join(request.headers.getall("X-Forwarded-Proto", []))
        return request.secure or (
            self._trusted(request.remote or "") and said.split(",")[-1].strip().lower() == "https"
        )

    def shared(self, address: str) -> bool:
        """Whether this address stands for many clients."""
        return self._trusted(address)

    @web.middleware
    async def known_host(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self._answers_to(request.headers.get("Host", "")):
            raise web.HTTPMisdirectedRequest
        return await handler(request)

    def _answers_to(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        return "." not in name or name in self._names or name.endswith(".localhost") or _address(name) is not None

    def _trusted(self, address: str) -> bool:
        found = _address(address)
        return found is not None and any(found in network for network in self._proxies)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Parse an address; one that is IPv4 in IPv6 notation becomes IPv4."""
    try:
        found = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if found.version == 6 else found


async def form_of(request: web.Request) -> Form:
    """The form data of a request.

    Raises:
        HTTPError: it is not a form, is too large, or does not arrive in time.
    """
    try:
        async with asyncio.timeout(SECONDS):
            return await request.post()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except (ValueError, LookupError, RuntimeError, AssertionError) as error:  # broken multipart, an unknown charset
        raise web.HTTPBadRequest from error


def text_of(form: Form, name: str) -> str:
    """A field of a form; empty if it is missing or a file."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
