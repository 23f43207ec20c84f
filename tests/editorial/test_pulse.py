"""The pulse: silent when nothing moves, loud when a trend doubles, unmoved by feeds, holidays and outages."""

from collections import Counter
from math import sqrt

import numpy as np
import pytest

from digest.editorial.pulse import (
    LEAST,
    SPREAD,
    Direction,
    Expected,
    Spread,
    false_discovery,
    p_values,
    pulses,
    spread,
)
from digest.model import Pulse, Tally

TRENDS = [f"trend-{n:02d}" for n in range(19)]


def week(
    rng: np.random.Generator, means: dict[str, float], scale: float = 1.0, varies: float = SPREAD
) -> dict[str, int]:
    """One feed's counts: each trend's rate varies by a gamma of the given spread."""
    shape = 1 / varies**2
    rates = scale * np.array([*means.values()]) * rng.gamma(shape, 1 / shape, len(means))
    return dict(zip(means, map(int, rng.poisson(rates)), strict=True))


MEANS = {id_: 4.0 + 6 * n for n, id_ in enumerate(TRENDS)} | {"": 80.0}


def moved(rng: np.random.Generator, now: dict[str, float], scale: float = 1.0) -> list[str]:
    past = [{"arxiv": week(rng, MEANS)} for _ in range(12)]
    found = pulses({"arxiv": week(rng, now, scale)}, past, TRENDS)
    return [id_ for id_, pulse in found.items() if pulse.verdict in ("more", "less")]


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1.0, 0.71, 2.0], ids=["a usual week", "a July week", "two weeks"])
def test_at_most_one_week_in_twenty_flags_anything_when_nothing_moves(scale: float) -> None:
    rng = np.random.default_rng(7)
    flagged = [bool(moved(rng, MEANS, scale)) for _ in range(120)]
    assert sum(flagged) <= 0.05 * len(flagged) + 4  # the bound, and two standard errors of a sample of 120


def test_a_doubling_of_sixty_is_found_three_times_in_four_and_of_six_is_not_claimed_to_be() -> None:
    rng = np.random.default_rng(8)
    large, small = "trend-09", "trend-00"
    found = Counter[str]()
    for _ in range(100):
        found.update(moved(rng, MEANS | {large: 2 * MEANS[large], small: 2 * MEANS[small]}))
    assert found[large] >= 66  # three in four, less two standard errors of a sample of 100
    assert found[small] < 50


def weeks(seed: int, varies: float) -> list[Tally]:
    rng = np.random.default_rng(seed)
    return [{"arxiv": week(rng, MEANS, varies=varies)} for _ in range(12)]


@pytest.mark.parametrize(("varies", "least", "most"), [(0.05, 0.06, 0.1), (0.15, 0.13, 0.17), (0.3, 0.22, 0.3)])
def test_how_much_weeks_vary_is_told_from_the_past_and_drawn_towards_the_usual(
    varies: float, least: float, most: float
) -> None:
    told = [sqrt(spread(weeks(seed, varies)).squared) for seed in range(5)]
    assert least < sum(told) / len(told) < most


def test_where_the_past_is_short_or_thin_the_usual_is_believed() -> None:
    thin = spread([{"one": {"a": 1, "": 2}}, {"one": {"a": 0, "": 3}}])
    assert sqrt(thin.squared) == pytest.approx(SPREAD, abs=0.01)
    assert thin.error == pytest.approx(sqrt(2 / 10), abs=0.01)
    assert spread([{"one": {"a": 100}}] * 12).squared >= LEAST**2


def test_one_week_that_moved_in_the_past_hides_little_of_what_moves_now() -> None:
    past = weeks(3, SPREAD)
    doubled = {**past[6]["arxiv"], "trend-12": 3 * past[6]["arxiv"]["trend-12"]}
    surge = [*past[:6], {"arxiv": doubled}, *past[7:]]
    assert spread(surge).squared < 1.7 * spread(past).squared


def test_a_new_feed_moves_nothing() -> None:
    past = [{"old": {"agents": 20, "": 80}}] * 6
    now = {"old": {"agents": 20, "": 80}, "new": {"agents": 50}}
    pulse = pulses(now, past, ["agents"])["agents"]
    assert (pulse.count, pulse.expected, pulse.verdict) == (70, 70.0, "as_usual")


def test_an_outage_moves_nothing() -> None:
    past = [{"one": {"agents": 20, "": 80}, "two": {"agents": 5, "": 200}}] * 6
    now = {"one": {"agents": 21, "": 79}}
    assert pulses(now, past, ["agents"])["agents"].verdict == "as_usual"


def test_a_first_issue_has_no_history() -> None:
    assert pulses({"one": {"agents": 3}}, [], ["agents"])["agents"] == Pulse(count=3)


def test_a_trend_that_was_never_seen_can_move() -> None:
    past = [{"one": {"agents": 20, "": 80}}] * 12
    pulse = pulses({"one": {"agents": 20, "": 80, "quantum": 15}}, past, ["agents", "quantum"])["quantum"]
    assert (pulse.expected, pulse.verdict) == (0.0, "more")


def test_a_feed_with_little_past_is_not_believed_much() -> None:
    past = [{"old": {"agents": 40, "": 160}}] * 11 + [{"old": {"agents": 40, "": 160}, "young": {"": 10}}]
    now = {"old": {"agents": 40, "": 160}, "young": {"agents": 25, "": 175}}
    assert pulses(now, past, ["agents"])["agents"].verdict == "as_usual"


@pytest.mark.parametrize(
    "now", [{}, {"one": {}}, {"new": {"agents": 9}}], ids=["no feed", "no item", "a new feed alone"]
)
def test_a_window_that_cannot_be_compared_moves_nothing(now: Tally) -> None:
    past = [{"one": {"agents": 20, "": 80}}] * 6
    assert {one.verdict for one in pulses(now, past, ["agents", "quantum"]).values()} == {"as_usual"}


STEADY = Spread(squared=SPREAD**2, error=0.1)


def test_both_tails_hold_the_count_itself() -> None:
    more, less = p_values(Expected(count=20, mean=20.0, noise=0.001), STEADY)
    assert more > 0.4
    assert less > 0.4
    assert more + less == pytest.approx(1 + p_at(20, 20.0))


def p_at(count: int, mean: float) -> float:
    """By the tails: what a count's own probability adds to both."""
    more, _ = p_values(Expected(count=count, mean=mean, noise=0.001), STEADY)
    above, _ = p_values(Expected(count=count + 1, mean=mean, noise=0.001), STEADY)
    return more - above


def test_without_errors_the_tails_are_those_of_the_negative_binomial() -> None:
    known = Spread(squared=0.5, error=0.0)  # of size 2: with mean 2, a half to the second power of nothing at all
    assert p_values(Expected(count=1, mean=2.0, noise=0.0), known) == pytest.approx((0.75, 0.5))


def test_what_is_known_less_surely_moves_less_easily() -> None:
    sure = p_values(Expected(count=60, mean=20.0, noise=0.001), STEADY)[0]
    unsure = p_values(Expected(count=60, mean=20.0, noise=0.3), STEADY)[0]
    assert sure < 0.001 < unsure


def test_q_values_are_those_of_the_procedures_paper() -> None:
    tails: dict[tuple[str, Direction], float] = {(name, "more"): p for name, p in TAILS.items()}
    even = dict.fromkeys(tails, 1.0)
    q_values = {name: q for (name, _), q in false_discovery(tails, even).items()}
    assert q_values == pytest.approx({"a": 0.04, "b": 0.04, "c": 0.04, "d": 0.9})


def test_a_p_value_counts_by_its_weight() -> None:
    tails: dict[tuple[str, Direction], float] = {("a", "more"): 0.02, ("a", "less"): 0.9}
    weights: dict[tuple[str, Direction], float] = {("a", "more"): 2.0, ("a", "less"): 0.0}
    assert false_discovery(tails, weights) == pytest.approx({("a", "more"): 0.02, ("a", "less"): 1.0})


TAILS = {"a": 0.01, "b": 0.02, "c": 0.03, "d": 0.9}
