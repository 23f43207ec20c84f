"""A trend's count in this window and in past issues -> how it moved. Pure arithmetic on counts."""

from collections.abc import Sequence

from digest.model import Pulse


def pulse(count: int, past: Sequence[int]) -> Pulse:
    """The pulse of one trend, its past counts oldest first."""
    return Pulse(count=count, past=tuple(past))
