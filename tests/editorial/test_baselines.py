"""The one sentence of its baseline that a section shows."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.config import trend_files
from digest.editorial.baselines import WORDS, rarity, recent, sentence, turn
from digest.model import TouchedClaim, Trend, Workspace
from digest.storage.files import resources
from digest.text.words import using
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


def every_sentence(language: str = "en") -> dict[str, list[str]]:
    """All that sections may show, by trend: the sentence of each turn, without the ones before."""
    trends = trend_files.load(resources.trend_texts(Workspace(root=Path("/nowhere")), language))
    found: dict[str, list[str]] = {}
    with using(language):
        for id_, trend in trends.items():
            told: list[str] = []
            while (one := sentence(trend, (), recent=frozenset(told), turn=0)) and one.text not in told:
                told.append(one.text)
            found[id_] = told
    return found


def test_every_sentence_is_whole_and_understood_alone() -> None:
    told = every_sentence()
    claims = {claim.text for trend in specimens.trends_of().values() for claim in trend.claims}
    for id_, texts in told.items():
        assert len(texts) >= 9, id_
        for text in texts:
            assert re.fullmatch(r"[A-Z][^!?]*[A-Za-z0-9)]\.", text), text
            assert len(text.split()) <= WORDS, text
            if text not in claims:
                assert not re.match(r"Open:|The |One |Two |Some ", text), text
                assert not re.search(
                    r"\b(?:this|these|then|first three|five parts|every stage)\b|(?:given|named)[.]$", text
                ), text
            verb = r"\b(?:is|are|was|were|has|have|had|can|could|may|will|remains|[a-z]+(?:s|ed|e)|led|got|made|gave|came|grew|rewrote)\b"
            assert re.search(verb, text), text


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Several models stop at text output and need only the first three.", None),
        ("A survey of early 2024 describes five parts.", None),
        ("Wider access and smaller devices are the reasons given.", None),
        ("Earlier designs were weak at recall; this selection is what mends it.", None),
        ("A router picks, for each token, the few copies that work on it.", None),
        ("The number of parameters then grows without the work growing in step.", None),
        ("Models learn from what people wrote and repeat its slants.", "Models learn from what people wrote and repeat its slants."),
        ("## Open directions\n\n- Hybrids that keep a few attention layers.", "Work remains on hybrids that keep a few attention layers."),
        ("## Open directions\n\n- RLHF without a reward model.", "Work remains on RLHF without a reward model."),
        ("## Open directions\n\n- How few bits suffice. Nobody knows.", "It is open how few bits suffice."),
        ("## Open directions\n\n- Use: finding and mending a fault through its explanation.", None),
        ("## Open directions\n\n- Does the written reasoning cause the answer?", None),
        ("## Open directions\n\nCode has its place under domain-specific models.", None),
    ],
)  # fmt: skip
def test_a_sentence_that_needs_another_is_left_out_and_a_direction_becomes_a_sentence(
    written: str, told: str | None
) -> None:
    trend = replace(specimens.trends_of()["agents"], claims=(), summary="", body=written)
    found = sentence(trend, (), recent=frozenset(), turn=0)
    assert (found and found.text) == told


def test_in_korean_directions_become_sentences_and_prose_is_left_out() -> None:
    for id_, texts in every_sentence("ko").items():
        assert len(texts) >= 9, id_
        assert all(re.search(r"다\.$", text) for text in texts)
    assert "PaLM-E와 같은 체화된 에이전트가 과제로 남아 있습니다." in every_sentence("ko")["multimodal"]


def test_nothing_is_cited_from_after_the_issue() -> None:
    trend = specimens.trends_of()["agents"]
    claims = tuple(
        replace(trend.claims[0], date=date, text=f"Claim of {date}.") for date in ("2026-05", "2026-07", "2027")
    )
    later = replace(trend, claims=claims, summary="", body="", as_of="2027")
    found = {sentence(later, (), recent=frozenset(), turn=turn, until="2026-06-29") for turn in range(3)}
    assert {one and one.text for one in found} == {"Claim of 2026-05."}


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


def test_a_sentence_that_shares_rare_words_with_an_item_comes_before_the_next_in_turn() -> None:
    trend = replace(specimens.trends_of()["agents"], claims=(), summary="", body="")
    trend = replace(
        trend, body="Agents answer questions about many things.\n\nA planner calls tools before it acts again."
    )
    texts = [f"Agents answer question {number} about things" for number in range(30)]
    rare = rarity([*texts, "A planner with a memory"], frozenset({"before"}))
    assert "agent" not in rare
    assert "before" not in rare

    def told(*items: str) -> str:
        found = sentence(trend, (), recent=frozenset(), turn=0, items=items, rare=rare)
        return found.text if found else ""

    assert (
        told("Others")
        == told("Agents answer questions about many things")
        == "Agents answer questions about many things."
    )
    assert told("Our planner calls tools", "Others") == "A planner calls tools before it acts again."


def test_a_fact_comes_before_what_is_open_and_that_before_what_everybody_knows() -> None:
    trend = replace(specimens.trends_of()["agents"], claims=(), summary="", examples=())
    known = "Many cranes lift a great many bricks every single day."
    facts = (
        "The crane was slow. CraneNet lifts 18 bricks at a time in the wind.",
        "Builders call CraneNet II their second home now.",
    )
    directions = "## Open directions\n\n- Whether cranes can lift themselves."
    everything = replace(trend, body="\n\n".join((known, *facts, directions)))

    def told(trend: Trend, *items: str, turn: int = 0) -> str:
        rare = {"home": 0.5, "wind": 0.4, "brick": 0.9, "crane": 0.9}
        found = sentence(trend, (), recent=frozenset(), turn=turn, items=items, rare=rare)
        return found.text if found else ""

    assert told(everything) == "CraneNet lifts 18 bricks at a time in the wind."
    assert told(everything, turn=1) == "Builders call CraneNet II their second home now."
    assert told(everything, "A new home for all") == "Builders call CraneNet II their second home now."
    without = replace(trend, body=f"{known}\n\n{directions}")
    assert [told(without, turn=turn) for turn in (0, 1)] == ["It is open whether cranes can lift themselves."] * 2
    assert told(without, "A brick for a crane") == known
    assert told(replace(trend, body=known)) == known


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
