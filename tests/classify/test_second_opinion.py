"""Whom to ask about which labels, and what becomes of the answers."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from digest.classify import Explanation, Text, TrendScore, load
from digest.classify.corrections import OFF_TOPIC
from digest.classify.second_opinion import (
    SCORE,
    Checked,
    CheckText,
    Opinion,
    check,
    check_texts,
    expected_errors,
    is_quoted,
    least_certain,
    merged,
)
from digest.config import trend_files
from digest.model import Label, Trend, Verdict, Workspace
from digest.storage.files import resources

TEXT = Text(
    id="a", title="Agents That Plan", summary="Our agent plans twice, and reasons about each step. It is small."
)


def told(about: float, scores: dict[str, float], *given: str) -> Explanation:
    labels = tuple(Label(id=id_, score=scores[id_], evidence=("plans",)) for id_ in given)
    return Explanation(
        scores=tuple(TrendScore(id=id_, score=score, threshold=0.5) for id_, score in scores.items()),
        llm_score=about,
        llm_threshold=0.5,
        verdict=Verdict(labels=labels, llm=about >= 0.5),
    )


@pytest.fixture(scope="module")
def trends() -> dict[str, Trend]:
    return trend_files.load(resources.trend_texts(Workspace(root=Path("nowhere"))))


@pytest.fixture(scope="module")
def known() -> tuple[CheckText, ...]:
    return check_texts(resources.check_texts())


def right(known: tuple[CheckText, ...]) -> dict[str, Opinion]:
    """The opinions of a reader who is always right."""
    return {one.text.id: opinion(*one.labels) for one in known}


def opinion(*labels: str) -> Opinion:
    return Opinion(trends=tuple(label for label in labels if label != OFF_TOPIC), llm=OFF_TOPIC not in labels)


def test_what_is_certain_is_expected_to_have_no_errors() -> None:
    assert expected_errors(told(1.0, {"agents": 1.0, "reasoning": 0.0}, "agents")) == 0.0
    assert expected_errors(told(0.0, {"agents": 0.9})) == 0.0


@pytest.mark.parametrize(
    ("explanation", "errors"),
    [
        (told(1.0, {"agents": 0.6, "reasoning": 0.3}, "agents"), 0.4 + 0.3),
        (told(0.8, {"agents": 0.5}), 0.2 + 0.4),
        (told(0.4, {"agents": 0.5}), 0.4 * 1.5),
    ],
)
def test_wrong_and_missing_labels_and_a_wrong_subject_are_added_up(explanation: Explanation, errors: float) -> None:
    assert expected_errors(explanation) == pytest.approx(errors)


def test_the_least_certain_texts_come_first_and_equal_ones_by_id() -> None:
    sure, unsure = told(1.0, {"agents": 1.0}, "agents"), told(1.0, {"agents": 0.5}, "agents")
    assert least_certain({"d": sure, "c": unsure, "b": unsure, "a": sure}) == ("b", "c", "a", "d")


def test_a_readers_labels_replace_the_classifiers_in_the_readers_order() -> None:
    explanation = told(0.9, {"agents": 0.8, "reasoning": 0.3, "efficiency": 0.6}, "agents", "efficiency")
    sentence = "It reasons about each step"
    assert merged(TEXT, explanation, Opinion(trends=("reasoning", "agents"), llm=True, sentence=sentence)) == (
        explanation.verdict
    ), "a sentence that is not in the text"
    sentence = "our agent plans twice and reasons about each step"
    got = merged(TEXT, explanation, Opinion(trends=("reasoning", "agents", "unknown"), llm=True, sentence=sentence))
    assert got == Verdict(
        labels=(
            Label(id="reasoning", score=SCORE, evidence=(sentence,)),
            Label(id="agents", score=0.8, evidence=("plans",)),
        ),
        llm=True,
    )


def test_a_reader_who_names_many_trends_gets_three() -> None:
    names = ("agents", "reasoning", "efficiency", "multimodal")
    got = merged(TEXT, told(0.9, dict.fromkeys(names, 0.1)), Opinion(trends=names, llm=True, sentence=TEXT.title))
    assert tuple(label.id for label in got.labels) == names[:3]


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        ("each step", False),
        ("", False),
        ("reasons about each step.", True),
        ("A plan", True),
    ],
)
def test_a_word_or_two_are_no_sentence_of_a_text(sentence: str, quoted: bool) -> None:
    assert is_quoted(replace(TEXT, title="A plan"), sentence) is quoted


def test_a_reader_can_reject_and_recover_a_text_but_not_against_its_feeds_configuration() -> None:
    off, on = Opinion(trends=(), llm=False, sentence=TEXT.title), Opinion(trends=(), llm=True, sentence=TEXT.title)
    kept, lost = told(0.9, {"agents": 0.8}, "agents"), told(0.1, {"agents": 0.8})
    assert merged(TEXT, kept, off) == Verdict(labels=(), llm=False)
    assert merged(TEXT, lost, on) == Verdict(labels=(), llm=True)
    assert merged(TEXT, lost, off) == lost.verdict
    assert merged(Text(id="a", title=TEXT.title, on_topic=True), kept, off) == kept.verdict


def test_the_check_texts_are_120_with_every_trend(known: tuple[CheckText, ...], trends: dict[str, Trend]) -> None:
    labels = Counter(label for one in known for label in one.labels)
    assert len({one.text.id for one in known}) == len({one.text.title for one in known}) == 120
    assert set(labels) == {*trends, OFF_TOPIC}
    assert min(labels.values()) >= 4
    assert {one.text.kind for one in known} == {"paper", "post", "news", "release"}
    assert any(not one.labels for one in known), "about language models, of no trend"


def test_a_reader_who_is_right_is_accepted_and_one_who_is_silent_is_not(
    known: tuple[CheckText, ...], trends: dict[str, Trend]
) -> None:
    assert check(right(known), known, trends.keys()) == Checked(f1=1.0, low=1.0, high=1.0, texts=120)
    assert str(check({}, known, trends.keys())) == (
        "micro-F1 0.00 (0.00-0.00) on 120 check texts: refused, because the upper end is below 0.88"
    )
    assert check({}, (), trends.keys()).accepted is False


@pytest.mark.parametrize(("share", "accepted"), [(0.1, True), (0.35, False)])
def test_a_reader_is_accepted_by_the_upper_end_of_the_interval(
    known: tuple[CheckText, ...], trends: dict[str, Trend], share: float, accepted: bool
) -> None:
    wrong = {one.text.id: opinion("multitask") for one in known[:: round(1 / share)]}
    found = check(right(known) | wrong, known, trends.keys())
    assert found.low < found.f1 < found.high
    assert (found.accepted, found.high >= 0.88) == (accepted, accepted)


def test_trends_outside_the_workspace_or_the_check_texts_do_not_count(known: tuple[CheckText, ...]) -> None:
    told = {id_: Opinion(trends=(*one.trends, "our-own"), llm=one.llm) for id_, one in right(known).items()}
    less = {id_: Opinion(trends=tuple(set(one.trends) & {"agents"}), llm=one.llm) for id_, one in right(known).items()}
    assert check(told, known, {"agents", "reasoning", "our-own"}).f1 == 1.0
    assert check(less, known, {"agents"}).f1 == 1.0
    assert check(less, known, {"agents", "reasoning"}).f1 < 0.9


def test_the_classifier_reads_the_check_texts_well_but_not_as_a_careful_reader(
    known: tuple[CheckText, ...], trends: dict[str, Trend]
) -> None:
    """Which shows that the texts are neither trivial nor odd."""
    verdicts = load(trends, resources.model_bytes()).classify([one.text for one in known])
    told = {
        one.text.id: Opinion(trends=tuple(label.id for label in verdict.labels), llm=verdict.llm)
        for one, verdict in zip(known, verdicts, strict=True)
    }
    assert 0.6 < check(told, known, trends.keys()).f1 < 0.88
