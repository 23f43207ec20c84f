"""Compute how long the next request to each host has to wait, so that no host gets bursts.

This machine and private addresses belong to the operator and are not throttled.
"""

from dataclasses import dataclass, field
from random import Random

from digest.fetch.ssrf import is_literal, leads_outside

GAP = 0.25  # average seconds between the starts of two requests to a host
JITTER = 0.4  # the share of it that varies, so that many clients of a host do not stay in step


@dataclass(frozen=True, slots=True)
class Pace:
    """When each host may get its next request, during one collect. `random` varies the gaps."""

    random: Random
    _free: dict[str, float] = field(default_factory=dict)

    def wait(self, host: str, now: float) -> float:
        """The seconds until a request to this host may start. The request is assumed to start then.

        Args:
            host: its name or address, without a port.
            now: a monotonic clock, in seconds.
        """
        if host.endswith("localhost") or (is_literal(host) and not leads_outside(host)):
            return 0.0
        start = max(now, self._free.get(host, now))
        self._free[host] = start + GAP * self.random.uniform(1 - JITTER, 1 + JITTER)
        return start - now
