"""Who asks, and under which name: the client behind trusted proxies, and the host names that this server answers to.

A page elsewhere may let its own name lead to this machine (DNS rebinding) and have a reader's browser ask here; such a name is unknown
and gets no answer. Addresses, localhost and names without a dot cannot be taken by a stranger.
"""

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web

from digest.config import Config
from digest.web.connections import Handler

LOOPBACK = ("127.0.0.0/8", "::1/128")


class Callers:
    """What one configuration says of those who ask."""

    def __init__(self, config: Config) -> None:
        self._proxies = [ipaddress.ip_network(one) for one in (*LOOPBACK, *config.serve.trusted_proxies)]
        own = urlsplit(config.delivery.base_url).hostname
        self._names = {name.lower().rstrip(".") for name in (*config.serve.hosts, own) if name}

    def client(self, request: web.Request) -> str:
        """Who asks: the peer, or the last address before the trusted proxies; of IPv6 the network, which is one customer's."""
        hops = [hop.strip() for line in request.headers.getall("X-Forwarded-For", []) for hop in line.split(",")]
        asker = request.remote or ""
        while hops and self._trusted(asker):
            asker = hops.pop()
        address = _address(asker)
        if address is None:
            return "unknown"
        return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))

    def shared(self, address: str) -> bool:
        """Whether many clients come from this address."""
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
    """An address, an IPv4 one that is written as IPv6 as itself."""
    try:
        found = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if found.version == 6 else found
