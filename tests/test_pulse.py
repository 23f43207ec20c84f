"""The pulse: silent when nothing moves, loud when a trend doubles, unmoved by feeds, holidays and outages."""

import random
from collections import Counter

import pytest

from digest.issue.pulse import LEAST, SPREAD, false_discovery, p_value, pulses, spread
from digest.model import Pulse

TRENDS = [f"trend-{n:02d}" for n in range(19)]


def poisson(rng: random.Random, mean: float) -> int:
    """A Poisson draw, by the exponential gaps between arrivals."""
    count, left = 0, mean
    while (left := left - rng.expovariate(1)) > 0:
        count += 1
    return count


def week(rng: random.Random, means: dict[str, float], scale: float = 1.0) -> dict[str, int]:
    """One feed's counts: each trend's rate varies by a gamma of the given spread."""
    shape = 1 / SPREAD**2
    return {id_: poisson(rng, scale * mean * rng.gammavariate(shape, 1 / shape)) for id_, mean in means.items()}


MEANS = {id_: 4.0 + 6 * n for n, id_ in enumerate(TRENDS)} | {"": 80.0}


def moved(rng: random.Random, now: dict[str, float], scale: float = 1.0) -> list[str]:
    past = [{"arxiv": week(rng, MEANS)} for _ in range(12)]
    found = pulses({"arxiv": week(rng, now, scale)}, past, TRENDS)
    return [id_ for id_, pulse in found.items() if pulse.verdict in ("more", "less")]


@pytest.mark.parametrize("scale", [1.0, 0.71, 2.0], ids=["a usual week", "a July week", "two weeks"])
def test_at_most_one_week_in_twenty_flags_anything_when_nothing_moves(scale: float) -> None:
    rng = random.Random(7)
    flagged = [bool(moved(rng, MEANS, scale)) for _ in range(200)]
    assert sum(flagged) <= 0.05 * len(flagged) + 4  # the bound, and two standard errors of a sample of 200


def test_a_doubling_of_sixty_is_found_four_times_in_five_and_of_six_is_not_claimed_to_be() -> None:
    rng = random.Random(8)
    large, small = "trend-09", "trend-00"
    found = Counter[str]()
    for _ in range(100):
        found.update(moved(rng, MEANS | {large: 2 * MEANS[large], small: 2 * MEANS[small]}))
    assert found[large] >= 72  # four in five, less two standard errors of a sample of 100
    assert found[small] < 50


def weeks(rng: random.Random, varies: float) -> list[dict[str, dict[str, int]]]:
    shape = 1 / varies**2
    return [
        {"arxiv": {id_: poisson(rng, mean * rng.gammavariate(shape, 1 / shape)) for id_, mean in MEANS.items()}}
        for _ in range(12)
    ]


@pytest.mark.parametrize(("varies", "least", "most"), [(0.05, 0.08, 0.13), (0.15, 0.13, 0.17), (0.3, 0.22, 0.3)])
def test_how_much_weeks_vary_is_told_from_the_past_and_drawn_towards_the_usual(
    varies: float, least: float, most: float
) -> None:
    told = [spread(weeks(random.Random(seed), varies), TRENDS) for seed in range(5)]
    assert least < sum(told) / len(told) < most


def test_where_the_past_is_short_or_thin_the_usual_is_believed() -> None:
    assert spread([{"one": {"a": 1, "": 2}}, {"one": {"a": 0, "": 3}}], ["a"]) == pytest.approx(SPREAD, abs=0.01)
    assert spread([{"one": {"a": 100}}] * 12, ["a"]) >= LEAST


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


def test_the_tails_of_a_count_meet_at_one_in_the_middle() -> None:
    assert p_value(20, 20.0, varies=SPREAD, noise=0.001) > 0.9
    assert p_value(60, 20.0, varies=SPREAD, noise=0.001) < 0.001
    assert p_value(2, 20.0, varies=SPREAD, noise=0.001) < 0.001


def test_q_values_are_those_of_the_procedures_paper() -> None:
    tails = {"a": 0.01, "b": 0.02, "c": 0.03, "d": 0.9}
    assert false_discovery(tails) == pytest.approx({"a": 0.04, "b": 0.04, "c": 0.04, "d": 0.9})
