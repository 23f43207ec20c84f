"""A window's items and their verdicts -> an `Issue`. Pure: no clock, no I/O, no classification of its own."""

from digest.issue.admit import admit
from digest.issue.compose import Setting, compose

__all__ = ["Setting", "admit", "compose"]
