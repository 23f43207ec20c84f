"""Decide what is due and when to look again, from the slots, the clock and what the store remembers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.schedule.slots import Slot, Slots

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What the store remembers of a workspace's past. None means that it never happened."""

    cutoff: datetime | None  # of the last closed issue
    begun: datetime | None  # the first collect
    passed: datetime | None  # the latest slot that was skipped or is held
    taken: frozenset[str]  # the keys of closed and held issues
    looked: datetime | None  # when a check last found nothing due


@dataclass(frozen=True, kw_only=True, slots=True)
class Agenda:
    """When each duty is next due. One that is not after the clock is due now."""

    collect: datetime
    publish: datetime

    def next(self) -> datetime:
        return min(self.collect, self.publish)


def due(slots: Slots, standing: Standing, now: datetime) -> Slot | None:
    """The latest slot up to `now` that no issue covers yet: none is closed or held, and the slot was not skipped.

    Slots before the first collect are never due. If the store was lost, the cutoff of the last archived issue counts instead.
    """
    since = standing.cutoff or (standing.begun or now) - TICK
    if standing.passed is not None:
        since = max(since, standing.passed)
    return next((slot for slot in slots.until(now, since=since) if slot.key not in standing.taken), None)


def coming(slots: Slots, standing: Standing, now: datetime) -> Slot:
    """The slot that ends the open period: the next one whose key no issue has.

    If the clock was ahead once, nothing is published before the end of the last issue.
    """
    since = now if standing.cutoff is None else max(now, standing.cutoff)
    return next(slot for slot in slots.after(since) if slot.key not in standing.taken)


def missed(slot: Slot, standing: Standing, now: datetime, catch_up: timedelta) -> bool:
    """Whether it is too late to publish this slot: more than `catch_up` has passed.

    If an edit of the schedule moved the slot into the past, the time counts from the last check that found nothing due.
    """
    possible = slot.at if standing.looked is None else max(slot.at, standing.looked)
    return now - possible > catch_up


def agenda(
    slots: Slots,
    standing: Standing,
    now: datetime,
    *,
    collected: datetime | None,
    every: timedelta,
    waiting: datetime | None,
) -> Agenda:
    """When each duty is due next.

    Args:
        slots: the schedule.
        standing: what the store remembers.
        now: the clock.
        collected: the last collect. One after `now` is ignored: the clock was set back since.
        every: how often to collect.
        waiting: the earliest instant at which waiting mail may be retried, or None.
    """
    old = collected is None or not collected <= now < collected + every
    slot = due(slots, standing, now) or coming(slots, standing, now)
    return Agenda(
        collect=now if old or collected is None else collected + every,
        publish=slot.at if waiting is None else min(slot.at, waiting),
    )
