"""What an editor would pick: the scores, that they can be told, and that they find real picks better than chance."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.classify import Text
from digest.editorial.interest import BATCH, FORMS, SUMMARY, Interest, load, measures
from digest.storage.files.resources import interest_bytes

ABSTRACT = "We study agents that call tools. " * 8


@pytest.fixture(scope="module")
def interest() -> Interest:
    return load(interest_bytes())


def score(interest: Interest, title: str, summary: str = "") -> float:
    return interest.scores([Text(id="x", title=title, summary=summary)])[0]


def test_the_model_is_small() -> None:
    assert len(interest_bytes()) < 2_000_000


def test_a_subject_that_editors_pick_beats_one_that_they_do_not(interest: Interest) -> None:
    titles = (
        "A Survey of LLM Reasoning Agents",
        "A Survey of Galaxies",
        "Tumour Detection in Arabic Radiology Reports",
    )
    scores = [score(interest, title) for title in titles]
    assert scores == sorted(scores, reverse=True)


def test_the_reasons_are_the_form_and_the_words_that_speak_for_an_item(interest: Interest) -> None:
    found = interest.reasons(Text(id="x", title="A Survey of LLM Agents", summary=ABSTRACT))
    assert "a survey" in found
    assert "“LLM Agents”" in found or "“Agents”" in found


@given(title=st.text(max_size=300), summary=st.text(max_size=500))
def test_every_text_has_one_bounded_number_for_each_form(title: str, summary: str) -> None:
    found = measures(title, summary)
    assert len(found) == len(FORMS)
    assert all(0 <= value <= 320 for value in found)


def test_a_summary_that_says_no_more_than_the_title_counts_neither_way(interest: Interest) -> None:
    assert score(interest, "Agents call tools") == score(interest, "Agents call tools", "Agents call tools.")
    assert measures("Agents call tools", "")[SUMMARY:] == [0.0] * (len(FORMS) - SUMMARY)


def test_texts_are_scored_alike_alone_and_in_batches(interest: Interest) -> None:
    texts = [
        Text(id=str(n), title=f"Agents call {n} tools", summary=ABSTRACT if n % 2 else "") for n in range(BATCH + 3)
    ]
    assert interest.scores(texts) == tuple(interest.scores([text])[0] for text in texts)
    assert interest.scores([]) == ()


def test_no_two_candidates_are_tied_by_a_bound(interest: Interest) -> None:
    """Scores far from the usual still differ."""
    best = "LLM Agents: A Survey of Reasoning, Reinforcement Learning and Tools"
    assert score(interest, best, ABSTRACT) != score(interest, f"{best}?", ABSTRACT)


def test_an_editors_picks_stand_well_before_the_middle(interest: Interest, shared: Path) -> None:
    with gzip.open(shared / "data/picks/week-2025-03-31.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [row for number, row in enumerate(map(json.loads, file)) if row["pick"] or number % 4 == 0]
    scores = interest.scores([Text(id="", title=row["title"], summary=row["summary"] or "") for row in rows])
    worth = sorted((-score, row["pick"]) for score, row in zip(scores, rows, strict=True))
    places = [place for place, (_, picked) in enumerate(worth) if picked]
    assert sum(places) / len(places) < len(rows) / 6
