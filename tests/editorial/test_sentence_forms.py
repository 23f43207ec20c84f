"""Sentences: where they end, what of TeX is read, and the shorter forms in which a summary may tell them."""

import pytest

from digest.editorial.clauses import forms
from digest.editorial.openings import untied
from digest.text.sentences import shorten, split
from digest.text.tex import untex

ABSTRACT = (
    "Language models are everywhere, e.g. in search. Prior work (Smith et al. 2024) is slow. We propose FastThing, "
    "which prunes $a + b = c$ tokens. It is simple. It is 2.5x faster and loses 0.3 % accuracy."
)


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("To study and address this, we introduce QuickLift.", "We introduce QuickLift."),
        ("For this purpose, we therefore propose QuickLift.", "We propose QuickLift."),
        ("Guided by these findings, we build QuickLift.", "We build QuickLift."),
        ("Motivated by it, we build QuickLift.", "We build QuickLift."),
        ("To break free from these limits, we build QuickLift.", "We build QuickLift."),
        ("(3) QuickLift lifts more.", "QuickLift lifts more."),
        ("Secondly, we then lift it.", "We lift it."),
        ("We first asked 77 drivers.", "We asked 77 drivers."),
        ("Nevertheless, QuickLift fails in rain.", "QuickLift fails in rain."),
        ("We instead propose QuickLift.", "We propose QuickLift."),
        ("We instantiate this as QuickLift, a lift with wheels.", "QuickLift, a lift with wheels."),
        ("Exploiting this discovery, we build QuickLift.", "We build QuickLift."),
        (
            "We address this gap by introducing QuickLift, a lift with wheels.",
            "Introducing QuickLift, a lift with wheels.",
        ),
        ("We address this with QuickLift (QL), a lift with wheels.", "QuickLift (QL), a lift with wheels."),
        (
            "We propose a lift that overcomes this barrier by turning its wheels.",
            "We propose a lift turning its wheels.",
        ),
        (
            "Our tests reveal that: (I) lifts fall; (II) cranes do not.",
            "Our tests reveal that (I) lifts fall; (II) cranes do not.",
        ),
        (
            "We build QuickLift, which unifies both skills by training on bricks.",
            "We build QuickLift, training on bricks.",
        ),
        ("We show that in such halls, lifts fall.", "We show that lifts fall."),
        ("We propose QuickLift, a lift designed to address these challenges.", "We propose QuickLift, a lift."),
        ("We present QuickLift, a lift of steel realizing all four.", "We present QuickLift, a lift of steel."),
        ("We introduce our method, a lift with wheels.", "We introduce a lift with wheels."),
        ("In rain, however, lifts fall.", "In rain, lifts fall."),
        ("QuickLift, however, does not.", "QuickLift does not."),
        ("Our last lift therefore has wheels.", "Our last lift has wheels."),
        ("Ultimately, lifts fall.", "Lifts fall."),
        ("To address both gaps in one lift, we build QuickLift.", "We build QuickLift."),
        ("We present QuickLift, a lift of steel for carrying such bricks.", "We present QuickLift, a lift of steel."),
        ("We build a lift, QuickLift, to detect such bricks.", "We build a lift, QuickLift."),
        ("Lifting Regime: We show that lifts fall.", "We show that lifts fall."),
        ("QuickLift also saves bricks.", "QuickLift saves bricks."),
        ("We present QuickLift, a lift which addresses all three weaknesses.", "We present QuickLift, a lift."),
        ("While prior lifts have been loud, we find that kites are not.", "We find that kites are not."),
        ("Moreover, human-LLM lifts fall.", "Human-LLM lifts fall."),
        ("Moreover, τ-lift falls.", "τ-lift falls."),
        ("We address this gap with care.", "We address this gap with care."),
        ("To turn bricks into houses, we build QuickLift.", "To turn bricks into houses, we build QuickLift."),
    ],
)
def test_only_what_points_to_an_untold_sentence_goes(sentence: str, told: str) -> None:
    assert untied(sentence) == told


@pytest.mark.parametrize(
    ("sentence", "form"),
    [
        (
            "Extensive tests in nine halls show that QuickLift reduces the cost by 40%.",
            "QuickLift reduces the cost by 40%.",
        ),
        (
            "We show that QuickLift, unlike cranes (see below), improves with time.",
            "QuickLift, unlike cranes, improves with time.",
        ),
        ("By turning its wheels, QuickLift saves a third of the way.", "QuickLift saves a third of the way."),
        ("We argue that cranes are slow and propose a lift with wheels.", "We propose a lift with wheels."),
        (
            "Our tests give two key findings: lifting bricks alone is not enough for halls.",
            "Lifting bricks alone is not enough for halls.",
        ),
        (
            "QuickLift matches other lifts in all halls and outperforms cranes by 12% outside.",
            "QuickLift outperforms cranes by 12% outside.",
        ),
        (
            "It improves the work in halls and yards, and reduces the cost by 4% at night.",
            "It improves the work in halls and yards.",
        ),
        ("Lifts can carry more in the rain, but only if the floor is new.", "Lifts can carry more in the rain …"),
        (
            "We have closed a round of $6 billion with help from banks, funds, and two old friends.",
            "We have closed a round of $6 billion.",
        ),
        (
            "We introduce QuickLift, which lifts bricks at night, moves boards in the yard, and saves time.",
            "We introduce QuickLift, which lifts bricks at night.",
        ),
        ("Working under these limits, we propose a lift with wheels.", "We propose a lift with wheels."),
        (
            "QuickLift delivers loads 3.5x faster than all cranes, 46% quieter turns, and a 2.1x drop in price.",
            "QuickLift delivers loads 3.5x faster than all cranes.",
        ),
        (
            "QuickLift saves up to 75% of bricks, 25% of time, and 16% of wheels.",
            "QuickLift saves up to 75% of bricks, 25% of time …",
        ),
        (
            "QuickLift surpasses all known cranes by 3 points and old lifts by 0.9 points.",
            "QuickLift surpasses all known cranes by 3 points.",
        ),
        (
            "Our results confirm that (1) risk is widespread in all halls; (2) wheels can reduce it.",
            "Our results confirm that risk is widespread in all halls.",
        ),
        (
            "We propose sorting bricks into labelled boxes of one size and evaluate the effect of this in a hall.",
            "We propose sorting bricks into labelled boxes of one size.",
        ),
        (
            "We present KiteLift (KL), a lift (with a kite) for halls.",
            "We present KiteLift (KL), a lift for halls.",
        ),
        (
            "Both halls are hard: among all lifts, the best one reaches only 32% of the floors.",
            "Among all lifts, the best one reaches only 32% of the floors.",
        ),
        (
            "We present QuickLift, a lift with wheels developed through nine years of work in halls.",
            "We present QuickLift, a lift with wheels.",
        ),
        (
            "We introduce a list of 1,005 lifts of any size, each tested by nine people.",
            "We introduce a list of 1,005 lifts of any size.",
        ),
        (
            "The tests suggest that lifts provide a new layer for halls, but the way is long.",
            "The tests suggest that lifts provide a new layer …",
        ),
        (
            "Unlike Crane-1.2 (4B/8B), Lift-0.5-Max, KiteLift, and WindLift, the best lift gains 20 points.",
            "Unlike Crane-1.2, Lift-0.5-Max, KiteLift, and WindLift, the best lift gains 20 points.",
        ),
        (
            "Lifts fail in rain of all kinds; e.g., the best one carries 24% of bricks, compared to 90% for ours.",
            "The best one carries 24% of bricks, compared to 90% for ours.",
        ),
        (
            "Lift-L1 is the best in both halls: on HallBench, it improves the score from 61.0 to 85.4.",
            "On HallBench, it improves the score from 61.0 to 85.4.",
        ),
        (
            "We introduce a new way, called LiftWise, for halls: we use a kite to pull bricks over the walls.",
            "We use a kite to pull bricks over the walls.",
        ),
        (
            "On HallBench, KiteLift keeps 77.8% of bricks and 100% of boards in nine and ten halls, respectively, suggesting that kites pull.",
            "On HallBench, KiteLift keeps 77.8% of bricks and 100% of boards in nine and ten halls, respectively.",
        ),
        (
            "Unlike cranes of old, the new lift achieves gains of 20 points over people.",
            "The new lift achieves gains of 20 points over people.",
        ),
    ],
)
def test_a_sentence_has_shorter_forms(sentence: str, form: str) -> None:
    assert form in [one.text for one in forms(sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        "QuickLift with four wheels, trained on halls, outperforms all cranes.",
        "We pair lifts of any size with cranes of any size in all halls.",
        "We propose three parts: a wheel, which turns; a fork, which lifts; a seat.",
        "The lift carries bricks, masks, wheels, and boards in any hall.",
        "We report that although lifts are slower than people, when rain falls they win.",
        "We present two findings - lifts tip over in the rain; cranes do not move at all.",
        "We share our notes to help others break through walls.",
        "QuickLift achieves 37.2%, 70.6%, and 32.2% on halls, yards and roads.",
        "QuickLift offers firms and countries control over bricks and boards.",
        "It improves the 4B and 8B lifts.",
        "QuickLift cuts the cost of bricks by 30%.",
        "We reveal a consistent trade-off: lifts that are fast tip over.",
        "We present a lift that combines a strong fork of steel, controlled turns of its wheels, and a seat for two.",
        "Trained on bricks from nine halls, using wheels, QuickLift wins.",
        "It remains competitive with all cranes.",
        "It surpasses both the cranes of old halls and people.",
        "It not only raises the score of lifts to 91%, but also saves time.",
        "If you are like me, entering into the field of lifts, you may wonder.",
        "We hold that the same exact lift trained on bricks can carry boards.",
        "We propose a lift that patiently lifts and carries a load of bricks.",
        "It raises the score from 71.8% for lifts and 75.4% for cranes to 78.9%.",
        "We measure a noise floor we find that no crane reaches.",
        "It keeps bricks dry under 20% and 40% rain.",
        "We propose a lift that enables people to carry bricks.",
        "We say that larger models recognize and can repeat a brick.",
        "We compare lifts and identify cases where they fail.",
        "We study how a lift scales from bricks to boards.",
        "Tests with nine lifts demonstrate that they fall.",
        "We build a lift upon the principle that bricks are light.",
        "The main need of halls is no longer steel, but wheels of wood.",
        "An old lift of steel removes that load and turns round.",
    ],
)
def test_no_form_stops_before_its_verb_or_inside_a_list(sentence: str) -> None:
    assert {one.text for one in forms(sentence)} == {sentence}


def test_what_follows_a_semicolon_is_told_whole_or_not() -> None:
    sentence = "Scores rise from 35.42 to 54.73; then, using wheels, the lift also turns faster than cranes."
    assert "Scores rise from 35.42 to 54.73; then." not in {one.text for one in forms(sentence)}


def test_a_figure_that_another_differs_from_costs_more_to_lose() -> None:
    plain, with_figure = (
        f"Lifts of all halls reach 92% of the floors, whereas cranes reach {few}." for few in ("few", "18%")
    )
    assert forms(plain)[-1].text == forms(with_figure)[-1].text
    assert forms(plain)[-1].cost < forms(with_figure)[-1].cost


@pytest.mark.parametrize(
    ("sentence", "bare", "telling"),
    [
        (
            "We present QuickLift, a training-free and load-agnostic framework that carries bricks over walls.",
            "We present QuickLift, a training-free and load-agnostic framework.",
            "We present QuickLift, a training-free and load-agnostic framework that carries bricks over walls.",
        ),
        (
            "We introduce a lift with wings, an odd object that lets us see how halls differ.",
            "We introduce a lift with wings, an odd object.",
            "We introduce a lift with wings, an odd object that lets us see how halls differ.",
        ),
        (
            "Our tests reveal a pattern termed Lift Collapse, where lifts fall in rain.",
            "Our tests reveal a pattern termed Lift Collapse.",
            "Our tests reveal a pattern termed Lift Collapse, where lifts fall in rain.",
        ),
        (
            "We propose Constrained Lifting for Halls (CLH), which lets go of bricks that are too heavy.",
            "We propose Constrained Lifting for Halls (CLH).",
            "We propose Constrained Lifting for Halls (CLH), which lets go of bricks that are too heavy.",
        ),
        (
            "We present QuickLift, which introduces two core mechanisms, by which bricks stay dry and light.",
            "We present QuickLift, which introduces two core mechanisms.",
            "We present QuickLift, which introduces two core mechanisms, by which bricks stay dry and light.",
        ),
        (
            "Wins gains of 4% (halls), 3% (yards), and 2% (roads) over all cranes.",
            "Wins gains of 4%, 3%, and 2% over all cranes.",
            "Wins gains of 4% (halls), 3% (yards), and 2% (roads) over all cranes.",
        ),
    ],
)
def test_a_cut_before_the_substance_costs_much(sentence: str, bare: str, telling: str) -> None:
    cost = {one.text: one.cost for one in forms(sentence)}
    assert cost.get(bare, 9) - cost[telling] > 0.5


def test_a_second_list_is_not_told_without_the_first() -> None:
    sentence = "On halls and yards, QuickLift reaches 46% and 52%, respectively."
    assert "QuickLift reaches 46% and 52%, respectively." not in {one.text for one in forms(sentence)}


def test_what_limits_a_claim_leaves_an_ellipsis() -> None:
    shorter = [
        one.text for one in forms("The lift can carry more bricks than any crane, but only if the floor is new.")
    ]
    assert shorter[-1] == "The lift can carry more bricks than any crane …"


def test_abbreviations_and_decimals_end_no_sentence() -> None:
    assert len(split(ABSTRACT)) == 5
    assert split('He asked: "Why?" Nobody knew (yet). So it was.') == [
        'He asked: "Why?"',
        "Nobody knew (yet).",
        "So it was.",
    ]
    assert split("Notes come from X. We then lift.") == ["Notes come from X.", "We then lift."]
    assert split("It came in Sep. 2023. It lifts.") == ["It came in Sep. 2023.", "It lifts."]
    assert split("It beats LLMs. The lift is new.") == ["It beats LLMs.", "The lift is new."]
    assert split("It dates back to A. B. Stone (1965). He lifts.") == [
        "It dates back to A. B. Stone (1965).",
        "He lifts.",
    ]


def test_a_sentence_ends_where_a_feed_dropped_the_line() -> None:
    assert split("Forklifts fly over halls.We show it. See asyncio.Queue for queues.") == [
        "Forklifts fly over halls.",
        "We show it.",
        "See asyncio.Queue for queues.",
    ]


def test_a_cut_falls_between_words_and_never_inside_a_formula() -> None:
    assert shorten("one two $a + b$ four five", 3) == "one two $a + b$ …"


def test_formulas_and_letters_of_tex_are_read() -> None:
    assert (
        untex(r"by $\sim\!$2 points and $2.5\!\times$ for small-$M$ lifts") == "by ~2 points and 2.5× for small-M lifts"
    )
    assert untex(r"We build \ours. \ours gains $\uparrow5\%$.") == "We build our method. Our method gains ↑5%."
    assert untex(r"QuickLift, \textcolor{black}{a lift} for halls") == "QuickLift, a lift for halls"
    assert untex(r"from $5 to \$10") == "from $5 to $10"
    assert untex(r"T{\"}ulu and Schr\"{o}dinger") == "Tülu and Schrödinger"
    assert untex(r"$3\sim 6\times$ faster, 3 ~ 6 lifts, about ~5") == "3–6× faster, 3–6 lifts, about ~5"
    assert untex(r"We introduce \benchmarkname, a list.") == "We introduce our benchmark, a list."
    assert untex("a moving rover.\\\\ This") == "a moving rover. This"


def test_no_figure_is_told_without_what_it_is_of() -> None:
    sentence = "QuickLift lifts 2.2% more than cranes on 5 long sites, and 1.8% across 12 sites of many kinds."
    assert not [form for form in forms(sentence) if form.text.endswith("1.8%.")]
