"""Compute how long the next request to each host has to wait: as the host's own rules ask, and else so that it gets no bursts.

This machine and private addresses belong to the operator and are not throttled.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from digest.fetch.ssrf import is_literal, leads_outside

GAP = 0.25  # average seconds between the starts of two requests to a host
JITTER = 0.4  # the share of it that varies, so that many clients of a host do not stay in step


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """What the owner of some hosts asks of programs: the seconds between two requests, and how many at once, for all hosts together."""

    owner: str
    hosts: frozenset[str]
    gap: float
    connections: int
    source: str


RULES = (
    Rule(
        owner="arxiv.org",
        hosts=frozenset({"arxiv.org", "www.arxiv.org", "export.arxiv.org", "rss.arxiv.org", "oaipmh.arxiv.org"}),
        gap=3.0,
        connections=1,
        source="https://info.arxiv.org/help/api/tou.html",  # legacy APIs, RSS and OAI-PMH together
    ),
)


@dataclass(frozen=True, slots=True)
class Pace:
    """When each host may get its next request, during one collect. `random` varies the gaps.

    `times` is a file in which the end of the last request under each rule is kept, for the next process.
    """

    random: Random
    times: Path | None = None
    rules: Sequence[Rule] = RULES
    _free: dict[str, float] = field(default_factory=dict)

    def rule_of(self, host: str) -> Rule | None:
        """The rule of a host's owner, if one is known."""
        name = host.lower().rstrip(".")
        return next((rule for rule in self.rules if name in rule.hosts), None)

    def gap(self, host: str) -> float:
        """The seconds between a request to this host and the next one, at most."""
        rule = self.rule_of(host)
        if rule is not None:
            return rule.gap
        return 0.0 if _is_private(host) else GAP * (1 + JITTER)

    def wait(self, host: str, now: float) -> float:
        """The seconds until a request to this host may start. The request is assumed to start then.

        Args:
            host: its name or address, without a port.
            now: the system's monotonic clock, in seconds.
        """
        rule = self.rule_of(host)
        if rule is not None:
            return self._under(rule, now)
        if _is_private(host):
            return 0.0
        start = max(now, self._free.get(host, now))
        self._free[host] = start + GAP * self.random.uniform(1 - JITTER, 1 + JITTER)
        return start - now

    def done(self, host: str, now: float) -> None:
        """A request to this host has ended. A rule's gap starts here, so that no server sees a shorter one, however slow the way."""
        rule = self.rule_of(host)
        if rule is not None:
            self._free[rule.owner] = max(self._free.get(rule.owner, now), now + rule.gap)
            self._write(self._read() | {rule.owner: self._free[rule.owner]})

    def _under(self, rule: Rule, now: float) -> float:
        known = self._read()
        free = max(self._free.get(rule.owner, now), known.get(rule.owner, now))
        start = max(now, min(free, now + 20 * rule.gap))  # a time before the machine last started says nothing
        self._free[rule.owner] = start + rule.gap
        self._write(known | {rule.owner: start + rule.gap})
        return start - now

    def _read(self) -> dict[str, float]:
        try:
            kept = json.loads(self.times.read_text("utf-8")) if self.times else {}
            return {str(owner): float(free) for owner, free in kept.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def _write(self, kept: dict[str, float]) -> None:
        if self.times is not None and self.times.parent.is_dir():
            try:
                self.times.write_text(json.dumps(kept), "utf-8")
            except OSError:
                return  # on a full disk the rule still holds within this process


def _is_private(host: str) -> bool:
    return host.endswith("localhost") or (is_literal(host) and not leads_outside(host))
