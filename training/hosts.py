"""Scores of posts that the model has not seen, their labels and hosts -> how far a host moves each head's score. Trains nothing.

What a post says in a title and a sentence often does not tell whether it is about language models; where it appeared does. A host's
log-odds are those that fit its posts best, held near 0 where it has few: a logistic model with a random intercept for each host.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from digest.classify.linear import Floats

SPREAD = 1.0  # of hosts' log-odds, as a standard deviation
LEAST = 3  # posts that a host must have
ANYONES = frozenset(
    {"github.com", "youtube.com", "x.com", "news.ycombinator.com"}
)  # where one publisher says nothing of another
STEPS = 30  # of Newton's method, none longer than STEP, so that it cannot overshoot
STEP = 0.5
DIGITS = 2


def moves(scores: Floats, labels: Floats, trust: Floats, hosts: Sequence[str]) -> Mapping[str, Floats]:
    """By host, the log-odds for each head. `scores` are in log-odds, [posts, heads], `labels` and `trust` likewise."""
    names, numbers, counts = np.unique(np.array(hosts), return_inverse=True, return_counts=True)
    own = [numbers == number for number in range(len(names))]
    return {
        str(name): _fitted(scores[posts], labels[posts], trust[posts])
        for name, posts, count in zip(names, own, counts, strict=True)
        if name and name not in ANYONES and count >= LEAST
    }


def moved_by_others(scores: Floats, labels: Floats, trust: Floats, hosts: Sequence[str]) -> Floats:
    """Each post's scores, moved by what the other posts of its host tell."""
    found, named = scores.copy(), np.array(hosts)
    for number, host in enumerate(hosts):
        others = np.logical_and(named == host, np.arange(len(hosts)) != number)
        if host and host not in ANYONES and others.sum() >= LEAST - 1:
            found[number] += _fitted(scores[others], labels[others], trust[others])
    return found


def _fitted(scores: Floats, labels: Floats, trust: Floats) -> Floats:
    move = np.zeros(scores.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-(scores + move)))
        slope = (trust * (likely - labels)).sum(axis=0) + move / SPREAD**2
        curve = (trust * likely * (1 - likely)).sum(axis=0) + 1 / SPREAD**2
        move -= np.clip(slope / curve, -STEP, STEP)
    rounded: Floats = np.round(move, DIGITS)
    return rounded
