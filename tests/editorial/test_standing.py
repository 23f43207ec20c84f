"""How an item stands to a claim: by numbers that both state, or by the editor; everything else only bears on it."""

from dataclasses import replace

import pytest

from digest.editorial.standing import standing, standings
from digest.model import Claim, IssueItem, Label, Touch, TouchedClaim, Trend

SCREENS = Claim(
    date="2025-03",
    text="The best agent reaches 38.1 % on OSWorld.",
    source="seed",
    about=(("agent", "agents"), ("osworld",)),
)
NAMED = replace(SCREENS, text="DeskPilot-7B reaches 38.1 % on OSWorld.")
VIDEO = Claim(date="2024-02", text="Sora generates video of up to one minute from text.", source="seed")
BITS = Claim(date="2024-02", text="Ternary weights of 1.58 bits beat 16-bit models.", source="seed")
PLAIN = Claim(date="2024", text="Agents forget.", source="seed")


def stance(claim: Claim, text: str) -> tuple[str, str, str] | None:
    found = standing(claim, "a", text)
    return found and (found[0], *found[2])


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        (SCREENS, "Our agent reaches 61.4% on OSWorld.", ("dates", "38.1 % on OSWorld", "61.4 % on OSWorld")),
        (NAMED, "Our agent reaches 61.4% on OSWorld.", ("extends", "38.1 % on OSWorld", "61.4 % on OSWorld")),
        (NAMED, "DeskPilot-7B reaches 31.0% on OSWorld.", ("disputes", "38.1 % on OSWorld", "31 % on OSWorld")),
        (VIDEO, "It makes videos. The model generates a video of 4 minutes.", ("dates", "one minute", "4 minutes")),
    ],
)
def test_another_value_of_the_same_quantity_tells(claim: Claim, text: str, expected: tuple[str, str, str]) -> None:
    assert stance(claim, text) == expected


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        (PLAIN, "Our agent reaches 61.4% on OSWorld."),  # a claim without a number
        (SCREENS, "Our agent reaches 12.0% on OSWorld."),  # less than the claim says of another
        (SCREENS, "Our agent reaches 61.4% on OSWorld-Verified."),  # a later version of the benchmark
        (SCREENS, "Our agent reaches 0.61 on OSWorld."),  # another scale
        (SCREENS, "Our agent reaches 1250 points on OSWorld."),
        (SCREENS, "It improves on OSWorld by 61.4%."),  # a gain
        (SCREENS, "Humans reach 72% on OSWorld."),
        (NAMED, "DeskPilot-7B reaches 38.4% on OSWorld."),  # the same, rounded
        (VIDEO, "We train for 4 minutes."),  # no video
        (VIDEO, "We collect 192 hours of video to generate more."),  # a collection
        (VIDEO, "Our dataset for generating video has 5 minutes a clip."),
        (VIDEO, "It answers questions about videos of 90 minutes."),  # it makes none
        (BITS, "It quantizes weights and is faster than 4-bit models."),  # what it is compared with
        (VIDEO, "A video of 2 minutes and a video of 9 minutes."),  # which one?
    ],
)
def test_numbers_that_cannot_be_compared_tell_nothing(claim: Claim, text: str) -> None:
    assert stance(claim, text) is None


TREND = Trend(
    id="t",
    name="T",
    as_of="2024",
    order=1,
    seeds=(),
    summary="",
    body="",
    terms={},
    claims=(SCREENS, replace(PLAIN, about=(("forget",),))),
)
TEXTS = {
    "a": "We show that our agent on OSWorld is fast.",
    "b": "We show that our agent reaches 61.4% on OSWorld.",
}


def items() -> list[IssueItem]:
    return [
        IssueItem(
            id=id_, title="An agent on OSWorld", url="", aliases=(f"alias-{id_}",), trends=(Label(id="t", score=1.0),)
        )
        for id_ in TEXTS
    ]


def told(decided: dict[str, dict[tuple[str, str], str]], *, again: bool = False) -> tuple[TouchedClaim, ...]:
    known = frozenset({SCREENS.text}) if again else frozenset()
    return standings(items(), TEXTS, {"t": TREND}, decided, known).get("t", ())


def test_what_numbers_tell_comes_first_with_both_sentences() -> None:
    (claim,) = told({})
    first, second = claim.items
    assert (first.id, first.stance, first.by) == ("b", "dates", "rule")
    assert (first.sentence, first.values) == (TEXTS["b"], ("38.1 % on OSWorld", "61.4 % on OSWorld"))
    assert (second.id, second.stance, second.by) == ("a", "", "")
    assert not claim.again


def test_a_claim_that_was_told_is_marked() -> None:
    (claim,) = told({}, again=True)
    assert claim.again


def test_the_editor_decides_whatever_words_and_numbers_tell() -> None:
    decided = {
        "alias-b": {("t", SCREENS.text): "bears-on", ("t", PLAIN.text): "disputes"},
        "a": {("t", SCREENS.text): "unrelated"},
    }
    first, second = told(decided)
    assert (first.text, first.items) == (PLAIN.text, (Touch(id="b", words=(), stance="disputes", by="editor"),))
    assert [(touch.id, touch.stance, touch.by) for touch in second.items] == [("b", "", "editor")]


def test_a_decision_on_what_is_not_there_changes_nothing() -> None:
    assert told({"z": {("t", SCREENS.text): "extends"}, "a": {("u", "x"): "extends"}}) == told({})
