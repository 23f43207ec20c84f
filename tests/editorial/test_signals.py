"""What others' interest is worth: within its feed, once, and bounded."""

from datetime import UTC, datetime

import pytest

from digest.editorial.candidates import Candidate
from digest.editorial.signals import ACCEPTED, COUNTS, PICKED, in_words, shown, signals, worth
from digest.model import ItemSignal, Observation, SignalName

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)


def seen(value: int, feed: str = "Daily", name: SignalName = "votes", text: str = "") -> Observation:
    return Observation(feed=feed, name=name, value=value, text=text, at=NOON)


def candidate(number: int, *found: Observation) -> Candidate:
    return Candidate(
        id=str(number),
        keys=(str(number),),
        title=f"Paper {number}",
        summary="",
        url="",
        authors=(),
        published=None,
        first_seen=NOON,
        sources=(),
        feeds=(),
        voices=(),
        sightings=1,
        observations=found,
    )


def worths(*candidates: Candidate) -> list[dict[str, float]]:
    found = signals({one.id: one.observations for one in candidates})
    return [dict(worth(found.get(one.id, ()))) for one in candidates]


def test_votes_count_against_those_of_their_own_feed() -> None:
    small = worths(*(candidate(n, seen(n)) for n in range(1, 41)))
    large = worths(*(candidate(n, seen(100 * n)) for n in range(1, 41)))
    assert small == large
    assert small[0] == {"votes": 0.0}
    assert small[19]["votes"] < small[30]["votes"] < small[39]["votes"] < COUNTS["votes"]


def test_a_million_votes_gain_no_more_than_the_best_of_any_list_and_nothing_where_all_claim_them() -> None:
    usual = worths(*(candidate(n, seen(n)) for n in range(1, 41)))
    claimed = worths(*(candidate(n, seen(n)) for n in range(1, 40)), candidate(40, seen(1_000_000)))
    assert usual[-1] == claimed[-1]
    assert worths(*(candidate(n, seen(1_000_000)) for n in range(40))) == [{"votes": 0.0}] * 40


def test_a_list_of_one_tells_nothing() -> None:
    assert worths(candidate(1, seen(500))) == [{"votes": 0.0}]


def test_two_scrapes_of_one_list_gain_nothing_over_one() -> None:
    once = worths(*(candidate(n, seen(n)) for n in range(1, 41)))
    twice = worths(*(candidate(n, seen(n), seen(n, feed="Mirror")) for n in range(1, 41)))
    assert once == twice


def test_of_several_counts_the_one_that_says_most_speaks() -> None:
    both = [candidate(n, seen(n), seen(n, name="stars")) for n in range(1, 41)]
    assert list(worths(*both)[-1]) == ["votes"]


def test_round_ups_count_once_each_and_less_each_time() -> None:
    def picked(*names: str) -> dict[str, float]:
        (found,) = worths(candidate(1, *(seen(1, f"Feed {n}", "picked", text) for n, text in enumerate(names))))
        return found

    assert picked("Round-up 7") == picked("Round-up 7", "Round-up 7") == {"picked": PICKED}
    assert PICKED < picked("Round-up 7", "Another")["picked"] < 2 * PICKED


def test_what_is_accepted_gains_a_little() -> None:
    assert worths(candidate(1, seen(1, "arXiv", "accepted", "ACL 2026"))) == [{"accepted": ACCEPTED}]


@pytest.mark.parametrize(
    ("name", "value", "text", "words"),
    [
        ("votes", 240, "", "240 votes"),
        ("votes", 1, "", "one vote"),
        ("accepted", 1, "ACL 2026", "accepted at ACL 2026"),
        ("picked", 1, "Round-up 7", "picked by Round-up 7"),
    ],
)
def test_signals_are_told_in_words(name: SignalName, value: int, text: str, words: str) -> None:
    assert in_words(ItemSignal(name=name, value=value, feed="Daily", at=NOON, text=text)) == words


def test_readers_see_the_counts_that_stand_out_each_once() -> None:
    found = [
        ItemSignal(name="comments", value=9, feed="News", at=NOON, above=0.9),
        ItemSignal(name="votes", value=240, feed="Daily", at=NOON, above=0.9),
        ItemSignal(name="votes", value=200, feed="Weekly", at=NOON, above=0.8),
        ItemSignal(name="stars", value=30, feed="Daily", at=NOON, above=0.2),
        ItemSignal(name="likes", value=2, feed="Daily", at=NOON, above=0.9),
    ]
    assert shown(found) == ("240 votes", "9 comments")
