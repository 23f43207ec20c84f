"""Hosts and the clock -> how long the next request to each waits, so that no host is asked in bursts. Sleeps nowhere.

This machine and a private address are one's own, and asked at once.
"""

from dataclasses import dataclass, field
from random import Random

from digest.fetch.ssrf import is_literal, leads_outside

GAP = 0.25  # seconds between the starts of two requests to a host, on average
JITTER = 0.4  # of that, so that many readers of one host fall out of step


@dataclass(frozen=True, slots=True)
class Pace:
    """When each host may be asked next. For one collect; `random` spreads the starts."""

    random: Random
    _free: dict[str, float] = field(default_factory=dict)

    def wait(self, host: str, now: float) -> float:
        """The seconds until a request to this host may start; it is taken to start then.

        Args:
            host: its name or address, without a port.
            now: a clock that never goes back, in seconds.
        """
        if host.endswith("localhost") or (is_literal(host) and not leads_outside(host)):
            return 0.0
        start = max(now, self._free.get(host, now))
        self._free[host] = start + GAP * self.random.uniform(1 - JITTER, 1 + JITTER)
        return start - now
