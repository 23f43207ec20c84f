"""A window's items and their verdicts -> an `Issue`. Pure: no clock, no I/O, no classification of its own."""

from digest.issue.composition import Setting, compose
from digest.issue.selection import select
from digest.issue.sifting import sift

__all__ = ["Setting", "compose", "select", "sift"]
