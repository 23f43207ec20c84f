"""Answers are read strictly, and however long one is, judging it takes no time."""

import json

import pytest

from digest.llm.tasks import Subject, parsed
from digest.llm.tasks.judgements import LABELS, STANCE
from digest.llm.tasks.prose import RESULT
from digest.llm.tasks.translation import TRANSLATION

SUBJECT = Subject(id="1", title="Ferns", sentences=("The method reaches 81 % accuracy on FernBench.",))


def _read(answer: str) -> object:
    return RESULT.read(parsed(answer))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            '{"sentences": [{"text": "It is old.", "sources": [1]}], "sentences": [{"text": "It is new.", "sources": [1]}]}',
            "named twice",
        ),
        ('{"sentences": [{"text": "It is old.", "text": "It is new.", "sources": [1]}]}', "named twice"),
        ('{"sentences": [{"text": "It is new.", "sources": [1' + "0" * 5_000 + "]}]}", "limit"),
        ('{"sentences": [{"text": NaN, "sources": [1]}]}', "no text"),
        ('{"sentences": {"text": "It is new.", "sources": [1]}}', "no list"),
        ('{"sentences": []}', "no sentence"),
        ('{"sentences": [{"text": "It is new.", "sources": [true]}]}', "no number"),
        ('{"sentences": [{"text": "It is new.", "sources": [1.0]}]}', "no number"),
        ('{"sentences": [{"text": "It is new.", "sources": ["1"]}]}', "no number"),
    ],
    ids=range(9),
)
def test_an_answer_of_another_form_is_refused(answer: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        _read(answer)


@pytest.mark.parametrize("number", [-1, 0, 2, 10**30])
def test_a_sentence_that_the_text_does_not_have_is_no_source(number: int) -> None:
    told = {"sentences": [{"text": SUBJECT.sentences[0], "sources": [number]}]}
    (refused,) = RESULT.refusals(RESULT.read(told), SUBJECT)
    assert refused.reason == "it names no sentence of the text that it rests on"
    stance = STANCE.read({"stance": "extends", "sentence": number})
    assert STANCE.refusals(stance, SUBJECT)


def test_true_is_no_number_of_a_sentence_or_text() -> None:
    with pytest.raises(ValueError, match="no number"):
        STANCE.read({"stance": "extends", "sentence": True})
    opinion = {"number": True, "language_models": True, "trends": [], "sentence": ""}
    with pytest.raises(ValueError, match="no number"):
        LABELS.read({"opinions": [opinion]})


@pytest.mark.parametrize("before", ["<think>\nIt is {new}.\n</think>\n\n", "<think></think>```json\n", " ```\n"])
def test_thoughts_and_fences_before_an_answer_are_passed_over(before: str) -> None:
    answer = '{"sentences": [{"text": "It is new.", "sources": [1]}]}'
    assert _read(f"{before}{answer}\n```" if "```" in before else f"{before}{answer}") == _read(answer)


def test_thoughts_without_an_answer_are_none() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        _read('<think>Perhaps {"sentences": []}')


def test_half_of_a_character_is_left_out() -> None:
    (sentence,) = RESULT.read(parsed('{"sentences": [{"text": "It is \\ud800new.", "sources": [1]}]}'))
    assert sentence.text == "It is new."


def test_of_an_answer_that_is_too_long_only_the_beginning_is_judged() -> None:
    many = [{"text": f"It reaches {number} % accuracy on FernBench.", "sources": [1]} for number in range(2_000)]
    refused = RESULT.refusals(RESULT.read(parsed(json.dumps({"sentences": many}))), SUBJECT)
    assert [one.text[:14] for one in refused] == ["It reaches 0 %", "It reaches 0 %"]
    assert all(len(one.text) <= 600 for one in refused)


def test_too_many_translations_are_refused_in_few_words() -> None:
    refused = TRANSLATION.refusals(TRANSLATION.read({"translations": ["Farne."] * 2_000}), SUBJECT)
    assert [(one.reason, len(one.text) <= 600) for one in refused] == [("1 texts were to be translated", True)]


def test_a_work_may_be_called_by_its_name_wherever_its_text_says_it() -> None:
    told = Subject(
        id="1",
        title="Reading ferns",
        sentences=(
            "We present a new FernNet for herbaria.",
            "Unlike MossNet, the method reaches 81 % accuracy on ferns.",
        ),
    )

    def refused(text: str, sources: list[int]) -> bool:
        return bool(RESULT.refusals(RESULT.read({"sentences": [{"text": text, "sources": sources}]}), told))

    assert not refused("FernNet reaches 81 % accuracy on ferns.", [2])
    assert refused("LichenNet reaches 81 % accuracy on ferns.", [2])
    assert refused("MossNet is for herbaria, as FernNet is.", [1])
