"""Refuse private addresses. The ranges are listed here, because `ipaddress.is_global` misses several that reach internal networks."""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

# IANA's special-purpose registries for IPv4 and IPv6, multicast, and other reserved ranges.
_INSIDE_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_OUTSIDE_V6 = IPv6Network("2000::/3")
_INSIDE_V6 = tuple(IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20"))
# Ranges that embed an IPv4 address, and its distance from the right in bits.
_CARRYING = ((IPv6Network("::ffff:0:0/96"), 0), (IPv6Network("64:ff9b::/96"), 0), (IPv6Network("2002::/16"), 80))


class PrivateAddressError(OSError):
    """A host name or an address leads to this machine or to a private network."""


class GuardedResolver(AbstractResolver):
    """Resolves names, and refuses those that lead inside. aiohttp connects to exactly the addresses it returns."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The public addresses of a host."""
        found = await self._resolver.resolve(host, port, family)
        outside = [one for one in found if leads_outside(one["host"])]
        if not outside:
            raise PrivateAddressError(f"{host} is an address of this machine or a private network")
        return outside

    async def close(self) -> None:
        await self._resolver.close()


def leads_outside(address: str) -> bool:
    """Whether this is an address on the public internet; False if it is not an address."""
    try:
        read = ip_address(address.partition("%")[0].strip("[]"))
    except ValueError:
        return False
    return _outside_v4(read) if isinstance(read, IPv4Address) else _outside_v6(read)


def is_literal(host: str) -> bool:
    """Whether aiohttp would connect to this host without the resolver: it treats all digits and dots as an address, even `127.1`."""
    return ":" in host or host.replace(".", "").isdigit()


def _outside_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in _INSIDE_V4)


def _outside_v6(address: IPv6Address) -> bool:
    for network, shift in _CARRYING:
        if address in network:
            return _outside_v4(IPv4Address((int(address) >> shift) & 0xFFFF_FFFF))
    return address in _OUTSIDE_V6 and not any(address in network for network in _INSIDE_V6)
