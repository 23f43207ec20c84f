"""How thresholds are chosen and two readings become one: without the texts that the model is made from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training import hosts
from training.data import Row
from training.heads import LLM, POST_LLM, TRENDS
from training.measure import Answered, asked_again
from training.readings import Reading, agreement
from training.thresholds import Asked, Judged, Thresholds, choose, lowered, quality, shown

from digest.classify import Explanation, Text, TrendScore, load
from digest.classify.linear import unpack
from digest.classify.second_opinion import check_texts
from digest.classify.text import FORMS, POST_FORMS
from digest.config import trend_files
from digest.model import Label, Verdict, Workspace
from digest.storage.files import resources

LABELS = st.lists(st.sampled_from(["agents", "reasoning", "efficiency"]), unique=True, max_size=3).map(tuple)


@pytest.fixture(scope="module")
def judged() -> Judged:
    """Three trends and being about language models, scored well but not perfectly; the last trend is rare in the stream."""
    source = np.random.default_rng(3)
    on = source.random(300) < 0.6
    labels = np.column_stack([(source.random((300, 3)) < (0.4, 0.3, 0.05)) & on[:, None], on]).astype(float)
    scores = np.clip(0.3 + 0.4 * labels + source.normal(0, 0.12, (300, 4)), 0, 1)
    natural = np.arange(300) < 150
    return Judged(scores=scores, labels=labels, counts=np.where(natural, 3.0, 1.0), natural=natural)


@pytest.mark.slow
def test_the_thresholds_reach_what_is_asked_and_more_is_paid_for_with_labels(judged: Judged) -> None:
    found = [choose(judged, Asked(first=0.6, right=right, rejected=0.85, kept=0.8)) for right in (0.7, 0.9)]
    assert all(one == quality(judged, at) for at, one in found)
    assert [one.right >= right for right, (_, one) in zip((0.7, 0.9), found, strict=True)] == [True] * 2
    assert min(one.rejected for _, one in found) >= 0.85
    worth = [one.hit + one.macro_f1 for _, one in found]
    assert worth == sorted(worth, reverse=True)


@pytest.mark.slow
def test_a_floor_for_first_labels_alone_leaves_more_of_the_others(judged: Judged) -> None:
    (_, first), (_, every) = (
        choose(judged, Asked(first=0.9, right=right, rejected=0.85, kept=0.8)) for right in (0.0, 0.9)
    )
    assert min(first.first, every.first) >= 0.9
    assert first.macro_f1 >= every.macro_f1


def test_where_nothing_reaches_what_is_asked_the_nearest_is_taken(judged: Judged) -> None:
    asked = Asked(first=1.0, right=1.0, rejected=1.0, kept=1.0)
    _, one = choose(judged, asked)
    loose = quality(judged, Thresholds(heads=np.full(4, 0.3), alone=0.1))
    assert 0 < one.short(asked) < loose.short(asked)


def test_a_trends_threshold_is_lowered_until_enough_of_its_texts_are_found(judged: Judged) -> None:
    strict = Thresholds(heads=np.array([0.75, 0.75, 0.75, 0.3]), alone=0.5)
    loose = lowered(judged, strict, {1: 0.9, 2: 0.0})
    about, true = judged.scores[:, 3] >= 0.3, judged.labels[:, 1] * judged.counts
    found = [
        float(true @ (about & (judged.scores[:, 1] >= at)) / true.sum())
        for at in (loose.heads[1], loose.heads[1] + 0.01)
    ]
    assert found[0] >= 0.9 > found[1]
    assert loose.heads[[0, 2, 3]].tolist() == strict.heads[[0, 2, 3]].tolist()
    assert lowered(judged, loose, {1: 0.5}).heads[1] <= loose.heads[1]


@pytest.mark.parametrize("form", range(len(FORMS)), ids=FORMS)
def test_labels_are_chosen_by_what_the_classifier_shows(form: int) -> None:
    model = resources.model_bytes()
    assert model is not None
    known = trend_files.load(resources.trend_texts(Workspace(root=Path("nowhere"))))
    classifier, heads = load(known, model), unpack(model)
    texts = [_as(form, one.text) for one in check_texts(resources.check_texts())]
    own = [*range(TRENDS), (LLM, POST_LLM)[form // POST_FORMS]]
    scores = heads.score(heads.vocabulary.encode(texts), [form] * len(texts), [""] * len(texts))[:, own]
    given, about = shown(scores, Thresholds(heads=heads.thresholds[form, own], alone=float(heads.alone[form])))
    verdicts = classifier.classify(texts)
    assert {text.form for text in texts} == {form}
    assert [verdict.llm for verdict in verdicts] == about.tolist()
    assert [{label.id for label in verdict.labels} for verdict in verdicts] == [
        {heads.heads[head] for head in np.flatnonzero(row)} for row in given
    ]


def _as(form: int, text: Text) -> Text:
    kind, alone = ("paper", "post")[form // POST_FORMS], form % POST_FORMS == 1
    return replace(text, kind=kind, summary="" if alone else text.summary)


def test_a_host_moves_its_posts_by_what_its_other_posts_tell() -> None:
    scores = np.zeros((8, 2))
    labels = np.array([[1, 0]] * 4 + [[0, 0], [0, 1], [1, 1], [0, 1]], dtype=float)
    names = ["on.example"] * 4 + ["off.example"] * 2 + [""] * 2
    trust = np.column_stack([np.ones(8), np.zeros(8)])
    moves = hosts.moves(scores, labels, trust, names)
    assert list(moves) == ["on.example"], "two posts are too few"
    assert moves["on.example"][0] == 1.04
    assert moves["on.example"][1] == 0, "labels without trust say nothing"
    alone = hosts.moved_by_others(scores, labels, trust, names)
    assert (alone[:4, 0] > 0).all()
    assert (alone[:4, 0] < moves["on.example"][0]).all(), "three posts tell less than four"
    assert not alone[4:].any()


def test_a_host_is_moved_no_further_by_posts_that_are_certain() -> None:
    labels = np.ones((50, 1))
    sure, unsure = (
        hosts.moves(np.full((50, 1), score), labels, np.ones((50, 1)), ["a.example"] * 50)["a.example"][0]
        for score in (6.0, -6.0)
    )
    assert 0 <= sure < 0.2
    assert 5 < unsure < 10


@given(LABELS, LABELS)
def test_two_readings_share_what_both_have_and_either_is_the_rest(one: tuple[str, ...], two: tuple[str, ...]) -> None:
    read = Reading(one=one, two=two)
    assert set(read.shared) == set(one) & set(two)
    assert set(read.either) == set(one) ^ set(two)
    assert not read.shared or read.shared == tuple(label for label in one if label in read.shared)


def test_agreement_is_counted_by_label_by_first_label_and_off_topic_beyond_chance() -> None:
    read = [
        Reading(one=("agents", "reasoning"), two=("reasoning",)),
        Reading(one=("agents",), two=("agents",)),
        Reading(one=("other",), two=("other",)),
        Reading(one=("other",), two=()),
    ]
    found = agreement(read)
    assert (round(found.macro_f1, 3), found.first, round(found.kappa, 3)) == (0.833, 0.75, 0.5)


def test_a_second_readers_labels_take_the_models_place_where_most_errors_are_expected() -> None:
    def answered(id_: str, score: float) -> Answered:
        verdict = Verdict(labels=(Label(id="agents", score=score),), llm=True)
        scores = (TrendScore(id="agents", score=score, threshold=0.5),)
        told = Explanation(scores=scores, llm_score=1.0, llm_threshold=0.5, verdict=verdict)
        return Answered(row=Row(text=Text(id=id_, title=id_)), explanation=told)

    read = {
        "sure": Reading(one=("reasoning",), two=("efficiency",)),
        "unsure": Reading(one=("reasoning",), two=("reasoning",)),
        "off": Reading(one=("other",), two=("other",)),
    }
    rows = [answered("sure", 0.99), answered("unsure", 0.51), answered("off", 0.6)]
    given = asked_again(rows, read, 2 / 3)
    assert [one.given for one in given] == [("agents",), ("reasoning",), ()]
    assert [one.labels for one in given] == [("reasoning",), ("reasoning",), ("other",)]
    assert [one.verdict.llm for one in given] == [True, True, False]
