"""The one sentence of its baseline that a section shows."""

from datetime import UTC, datetime, timedelta

import pytest

from digest.editorial.baselines import WORDS, recent, sentence, turn
from digest.model import TouchedClaim
from support import specimens
from support.issues import issue


def test_nobody_gets_the_same_sentence_twice_in_two_months() -> None:
    for trend in specimens.trends_of().values():
        told: list[str] = []
        for week in range(9):
            found = sentence(trend, (), recent=frozenset(told), turn=week)
            assert found is not None
            assert len(found.text.split()) <= WORDS
            told.append(found.text)
        assert len(set(told)) == 9


def test_the_sentence_that_items_bear_on_comes_first_unless_it_was_told_lately() -> None:
    trend = specimens.trends_of()["agents"]
    claim = trend.claims[3]
    touched = (TouchedClaim(date=claim.date, text=claim.text, source=claim.source, items=()),)
    found = sentence(trend, touched, recent=frozenset(), turn=0)
    assert found is not None
    assert (found.text, found.date) == (claim.text, claim.date)
    later = sentence(trend, touched, recent=frozenset({claim.text}), turn=0)
    assert later is not None
    assert later.text != claim.text


@pytest.mark.parametrize(("cadence", "days", "apart"), [("daily", 1, 1), ("weekly", 7, 1), ("monthly", 31, 1)])
def test_each_period_takes_the_next_sentence(cadence: str, days: int, apart: int) -> None:
    at = datetime(2026, 6, 29, tzinfo=UTC)
    assert turn(at + timedelta(days=days), cadence) - turn(at, cadence) == apart  # type: ignore[arg-type]


def test_what_past_issues_showed_is_remembered_for_two_months() -> None:
    plain = specimens.issue()
    line = plain.trends[0].baseline.line
    assert line in recent([plain], plain.slot + timedelta(days=7))
    assert recent([plain], plain.slot + timedelta(days=63)) == frozenset()
    assert recent([issue(1)], plain.slot) == frozenset()
