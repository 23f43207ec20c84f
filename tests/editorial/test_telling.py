"""Which papers tell what came out, and which are for readers of another field."""

import time
from dataclasses import replace

import pytest

from digest.editorial.rank import BAR, is_telling
from digest.editorial.telling import is_of_another_field, told
from support.issues import ITEM


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("It cuts latency by 41 %.", "result"),
        ("Pass rates rise by 12.5 percentage points on two sets.", "result"),
        ("Pass rates rise from 5.8% to 47.2% on BeyondSWE.", "result"),
        ("The planner serves 2.5x-11x more requests.", "result"),
        ("It trains with 13 times fewer hours.", "result"),
        ("The model solves 35/42 of the problems.", "result"),
        ("Reviewers agreed in 9 of 10 cases.", "result"),
        ("AxDafny reaches 57.84 overall.", "result"),
        ("We find that longer plans break more often.", "result"),
        ("Chains are 17-24% shorter.", "result"),
        ("It is ahead of the strongest verifier by 14.3 AUC points.", "result"),
        ("Gains are +14.1 pp over GEPA.", "result"),
        ("Scores rise from 73.88 to 75.17 on average.", "slight"),
        ("The baseline wins 3/10 games and the skill layer 6 of 10 runs.", ""),
        ("It is 1.4 points better on all five.", "slight"),
        ("Average gains are +2.2% and +1.8% over GRPO.", "slight"),
        ("Average F1 gains of 3.1 on 3B and 4.9 on 7B models.", "slight"),
        ("It consistently outperforms strong baselines.", ""),
        ("Qwen3-14B and GPT-5.2 were trained on 2.4T tokens; version 1.2.3 is out.", ""),
        ("We use 17 novels and 80 characters of 2023.", ""),
    ],
)
def test_a_text_tells_a_result_by_a_figure_that_matters_or_a_finding(text: str, tells: str) -> None:
    assert told(text) == tells


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Playful Agentic Robot Learning", True),
        ("Thinking with Visual Grounding", True),
        ("Post-Training LLMs into Good Medical Coders", True),
        ("Legal Reasoning under Uncertainty", True),
        ("Agents that plan before each tool call", False),
        ("A Novel Scaling Law for Text-to-SQL with Student Models", False),
        ("Character-level Tokens and Web Navigation", False),
    ],
)
def test_a_title_is_of_another_field_by_what_it_names(title: str, other: bool) -> None:
    assert is_of_another_field(title) is other


def test_an_abstract_that_speaks_of_shops_more_than_once_is_of_another_field() -> None:
    text = "We rank items for a recommender. In an online A/B test on e-commerce traffic sales rise by 12 %."
    assert is_of_another_field("GR2 Technical Report", text)
    assert not is_of_another_field("GR2 Technical Report", "Agents recommend things: recommendations of a recommender.")


def test_what_the_editor_chose_and_what_is_no_paper_is_worth_showing_whatever_it_tells() -> None:
    plain = replace(ITEM, score=BAR, brief="It outperforms all others.")
    assert not is_telling(plain)
    assert is_telling(replace(plain, brief="It is 41 % faster."))
    assert not is_telling(replace(plain, brief="It is 41 % faster.", score=BAR - 0.1))
    assert is_telling(replace(plain, parts={"release": 0.5}))
    assert is_telling(replace(plain, kind="post", score=0.0))
    assert is_telling(replace(plain, edited=("pinned",), score=0.0))
    assert is_telling(replace(plain, watched=("Ada Byron",), score=0.0))


def test_a_hostile_text_is_judged_in_no_time() -> None:
    began = time.perf_counter()
    for text in ("1" * 100_000, "1 " * 50_000, "1,.-" * 25_000, "we find" * 20_000, "from 1 to " * 10_000):
        told(text)
        is_of_another_field(text[:2_000])
    assert time.perf_counter() - began < 1


def test_a_finding_may_follow_what_was_done_for_it() -> None:
    assert told("We weigh nine loaves and find that none is lighter.") == "result"
    assert told("We weigh nine loaves. Bakers find them light.") == ""


def test_a_result_that_its_authors_call_undecided_is_none() -> None:
    text = "The slow oven burns 3 of 10 loaves and the fast one 6. At this sample size the comparison is directional."
    assert told(text) == "unsure"
    assert told(text.partition(" At")[0]) == "result"
