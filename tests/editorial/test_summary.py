"""Summaries: the contribution and its result in the text's own words, nothing of the page around it; judged by hand on real items."""

import csv
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.clauses import forms
from digest.editorial.openings import untied
from digest.editorial.pointers import initials, points_out, stems
from digest.editorial.summary import BRIEF, FULL, LEAD, ONE, lead_text, one_sentence, summarise
from digest.text.clean import readable
from digest.text.glued import unglued
from digest.text.sentences import shorten, split
from digest.text.tex import untex

ROOT = Path(__file__).parents[2]
MARKS = Path(__file__).parent / "summaries.csv"
ABSTRACT = (
    "Language models are everywhere, e.g. in search. Prior work (Smith et al. 2024) is slow. We propose FastThing, "
    "which prunes $a + b = c$ tokens. It is simple. It is 2.5x faster and loses 0.3 % accuracy."
)


def test_a_summary_tells_the_contribution_and_its_number() -> None:
    assert summarise(ABSTRACT) == (
        "We propose FastThing, which prunes a + b = c tokens. It is 2.5x faster and loses 0.3 % accuracy."
    )


def test_what_ties_a_sentence_to_the_one_before_goes() -> None:
    text = "Forklifts have long been slow. However, to address this gap, we introduce QuickLift. Moreover, it lifts 40% more."
    assert summarise(text) == "We introduce QuickLift. It lifts 40% more."


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
        ("We address this gap with care.", "We address this gap with care."),
        ("To turn bricks into houses, we build QuickLift.", "To turn bricks into houses, we build QuickLift."),
    ],
)
def test_only_what_points_to_an_untold_sentence_goes(sentence: str, told: str) -> None:
    assert untied(sentence) == told


def test_a_sentence_that_needs_an_untold_one_gives_way_to_one_that_does_not() -> None:
    text = "Forklifts tip over. We extend this idea to kites. We present KiteLift, which carries bricks. It loses 0.3% of them."
    assert summarise(text) == "We present KiteLift, which carries bricks. It loses 0.3% of them."


def test_a_clause_gives_way_where_the_figure_would_not_fit() -> None:
    aside = " ".join(f"word{n}" for n in range(25))
    text = f"We present a forklift that can lift twice its own weight with ease, which {aside}. Tests show a gain of 12% over cranes."
    assert summarise(text) == (
        "We present a forklift that can lift twice its own weight with ease. Tests show a gain of 12% over cranes."
    )


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
        "We propose a lift that patiently lifts and carries a load of bricks.",
        "It raises the score from 71.8% for lifts and 75.4% for cranes to 78.9%.",
        "We measure a noise floor we find that no crane reaches.",
        "It keeps bricks dry under 20% and 40% rain.",
        "We propose a lift that enables people to carry bricks.",
        "We say that larger models recognize and can repeat a brick.",
        "We compare lifts and identify cases where they fail.",
    ],
)
def test_no_form_stops_before_its_verb_or_inside_a_list(sentence: str) -> None:
    assert {one.text for one in forms(sentence)} == {sentence}


def test_what_follows_a_semicolon_is_told_whole_or_not() -> None:
    sentence = "Scores rise from 35.42 to 54.73; then, using wheels, the lift also turns faster than cranes."
    assert "Scores rise from 35.42 to 54.73; then." not in {one.text for one in forms(sentence)}


def test_a_second_list_costs_much_without_the_first() -> None:
    sentence = "On halls and yards, QuickLift reaches 46% and 52%, respectively."
    cost = {one.text: one.cost for one in forms(sentence)}
    assert cost["QuickLift reaches 46% and 52%, respectively."] > 1


def test_what_limits_a_claim_leaves_an_ellipsis() -> None:
    shorter = [
        one.text for one in forms("The lift can carry more bricks than any crane, but only if the floor is new.")
    ]
    assert shorter[-1] == "The lift can carry more bricks than any crane …"


@pytest.mark.parametrize(
    "pointing",
    [
        "We extend this idea to kites.",
        "Both effects grow by 40% in the rain.",
        "This assumption costs 12% of all bricks.",
        "The phenomenon raises losses by 9%.",
        "We improve the lift by 30% in two ways.",
        "Our tests reveal gains of 20% as follows:",
        "(ii) the lift is 4x faster.",
        "In a previous post, we made lifts 12% faster.",
        "(We raise it by 40%.)",
        "The framework raises losses by 9%.",
        "We outperform lifts by 30% at this http URL",
        "Do lifts fail in 30% of halls?",
        "We lift 40% more and report three results.",
        "As its counterpart we raise the gain to 30%.",
    ],
)
def test_a_sentence_that_points_to_an_untold_one_is_not_told(pointing: str) -> None:
    text = f"Forklifts tip over. {pointing} Loads differ. We present KiteLift, which carries bricks. It loses 0.3% of them."
    assert summarise(text) == "We present KiteLift, which carries bricks. It loses 0.3% of them."


def test_what_the_title_names_may_be_pointed_to() -> None:
    sentence = "Rain increases these gaps by 40% at night."
    assert points_out(sentence, stems("Gaps between halls"), follows=True, defined=frozenset()) == 0
    assert points_out(sentence, stems("Gaps between halls"), follows=False, defined=frozenset()) < 0.5
    assert points_out(sentence, stems("Loads"), follows=False, defined=frozenset()) > 1


def test_an_acronym_that_the_title_spells_out_is_known() -> None:
    text = "Brick Image Search (BIS) is slow. We present QuickFind, which makes BIS faster by 40%. It is free."
    assert "makes BIS faster by 40%" in summarise(text, title="QuickFind: better brick image search", words=12)
    assert points_out("It makes BIS fast.", frozenset(), follows=True, defined=frozenset({"BIS"})) > 1
    assert initials("QuickFind: better brick image search") >= {"BIS", "BBIS"}


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (  # the text says neither "we" nor "this paper"
            "Lifts are slow. Lifts are loud. Lifts tip over. A lift is trained on bricks of nine halls. It carries 40% more.",
            "A lift is trained on bricks of nine halls. It carries 40% more.",
        ),
        (
            "Whether lifts can fly remains unclear. Using a kite as a probe, we estimate the wind in nine halls.",
            "Using a kite as a probe, we estimate the wind in nine halls.",
        ),
        (
            "Lifts matter. Loads differ. Halls vary. The paper proposes KiteLift, a lift with a kite and wheels. It is new.",
            "The paper proposes KiteLift, a lift with a kite and wheels.",
        ),
        (
            "Lift News has released its list. It is long. In this article, we trace how lifts came to fly. Some fell. Few care.",
            "We trace how lifts came to fly.",
        ),
        (
            "Lift News moved its lifts to the cloud. The update introduces a horn for schools.",
            "Lift News moved its lifts to the cloud. The update introduces a horn for schools.",
        ),
        (
            "Ann is a friend of the house. In this post, we will review the lifts of nine halls.",
            "We will review the lifts of nine halls.",
        ),
        (
            "Steel Works will join the Lift League as a partner of schools. It is glad.",
            "Steel Works will join the Lift League as a partner of schools. It is glad.",
        ),
    ],
)
def test_what_was_done_is_found_however_it_is_said(text: str, summary: str) -> None:
    assert summarise(text, title="KiteLift: a plan", words=20).startswith(summary)


def test_the_work_comes_before_its_parts() -> None:
    text = (
        "Lifts are slow. Halls differ. We present KiteLift, a lift that flies over walls of any height with a kite and two wheels. "
        "To ensure that bricks stay dry, we introduce a RoofJudge of nine people. Tests show 42% fewer wet bricks. It is free."
    )
    assert summarise(text, words=28).startswith("We present KiteLift, a lift that flies over walls")


def test_a_contribution_keeps_its_substance() -> None:
    text = (
        "Lifts are slow. Halls differ. Loads vary. We present KiteLift, a framework that pulls bricks over high walls with strings of silk. "
        "KiteLift outperforms cranes by 12% in halls and by 9% in yards, while old lifts with wheels of wood and a horn stand far behind."
    )
    assert summarise(text, words=34).startswith("We present KiteLift, a framework that pulls bricks over high walls")


def test_an_abbreviation_is_spelled_out_as_the_text_does() -> None:
    text = (
        "High Loads (HL) are hard. We present KiteLift, which carries bricks. KiteLift outperforms cranes on HL by 40%."
    )
    told = "We present KiteLift, which carries bricks. KiteLift outperforms cranes on High Loads (HL) by 40%."
    assert summarise(text) == told
    assert summarise(text, words=14) == told.replace("High Loads (HL)", "HL")
    assert summarise(text, title="High loads") == told.replace("High Loads (HL)", "HL")


def test_nothing_is_told_twice() -> None:
    result = "In nine halls, KiteLift outperforms cranes by 12%, and lifts of old by 40%."
    text = f"We present KiteLift, which carries bricks. {result} {result} {result}"
    assert summarise(text, words=FULL) == f"We present KiteLift, which carries bricks. {result}"


def test_one_sentence_is_the_result() -> None:
    assert one_sentence(ABSTRACT, title="FastThing: prune the tokens") == "It is 2.5x faster and loses 0.3 % accuracy."
    assert one_sentence("", title="Nothing") == ""


def test_a_lead_has_up_to_three_sentences() -> None:
    text = f"{ABSTRACT} Across 12 sites, FastThing cuts the cost by 30%. It was tried in May."
    assert len(split(lead_text(text, title="FastThing"))) == 3


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("Forklifts fly. The post Forklifts fly appeared first on Lift News.", "Forklifts fly."),
        (
            "A forklift was seen in the sky over […] The post Seen appeared first on Lift News.",
            "A forklift was seen in the sky over …",
        ),
        ("GITHUB HUGGING FACE DEMO Introduction Today we launch Lift 2.", "Today we launch Lift 2."),
        (
            "What's changed Fix the brake (#12) Add a horn by @ann in #13 Full Changelog: v1...v2",
            "Fix the brake. Add a horn.",
        ),
        ("Authors: Ann Byron, J. Lift Upvotes: 9 Summary: Forklifts fly.", "Forklifts fly."),
        ("Lift 2 is now available. Read more", "Lift 2 is now available."),
        ("QWEN CHAT Hugging Face ModelScope DEMO DISCORD Forklifts fly.", "Forklifts fly."),
        ("} We present KiteLift.", "We present KiteLift."),
        ("The Batch - AI News & Insights. Forklifts fly.", "Forklifts fly."),
        ("Editor’s note: This post is part of Lifts of the Year. Forklifts fly.", "Forklifts fly."),
        ("(This post was a talk before.)", "(This post was a talk before.)"),
        ("Forklifts fly, it says. Generated by lift/Small-2 We present KiteLift.", "We present KiteLift."),
        ("We present KiteLift. https://example.org/kite", "We present KiteLift."),
        ("The source is now available on LiftHub .", "The source is now available on LiftHub."),
        ('<iframe src="https://x.example"></iframe> Forklifts matter.', "Forklifts matter."),
        ("The post Nothing appeared first on Lift News.", ""),
        (
            "Bug Fix Fix the brakes of all lifts (#12) Type inference Check the horn (#13)",
            "Fix the brakes of all lifts. Check the horn",
        ),
        (
            "Features api: add brakes to all lifts (09ce187) client: add a horn that can be heard in the yard (f79882b)",
            "api: add brakes to all lifts. client: add a horn that can be heard in the yard",
        ),
        (
            "[Updated on 2020-11-12: add an example with bricks. We review nine lifts of all kinds.",
            "We review nine lifts of all kinds.",
        ),
        (
            "We present DEAR(Decision-Evidence Aware Lifting) with ourdataset of bricks.",
            "We present DEAR (Decision-Evidence Aware Lifting) with our dataset of bricks.",
        ),
        ("", ""),
    ],
)
def test_what_stands_around_a_text_on_its_page_is_left_out(text: str, summary: str) -> None:
    assert summarise(text) == summary


def test_what_the_authors_did_comes_before_what_others_say() -> None:
    text = "Forklifts carry loads in halls. Loads differ. We carry bricks with kites. Across 12 sites, 96% arrived."
    assert summarise(text) == "We carry bricks with kites. Across 12 sites, 96% arrived."


def test_a_post_tells_its_news_at_once() -> None:
    lead = "Lift 2 carries two tons and is free for schools."
    filler = " ".join(f"Sentence number {n} of the long story talks about something else." for n in range(60))
    assert summarise(f"{lead} {filler} We present 90% more wheels.").startswith(lead)


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
    assert untex(r"from $5 to \$10") == "from $5 to $10"
    assert untex(r"T{\"}ulu and Schr\"{o}dinger") == "Tülu and Schrödinger"
    assert untex("a moving rover.\\\\ This") == "a moving rover. This"


@given(st.text(max_size=400))
def test_a_summary_is_made_of_the_texts_own_words(text: str) -> None:
    own = re.findall(r"\w+", unglued(readable(text)).lower())
    assert set(re.findall(r"\w+", summarise(text).lower())) <= set(own)


@given(st.lists(st.sampled_from([*ABSTRACT.split(), "we", "However,", "(", "$", "The post", "…"]), max_size=300))
def test_no_summary_is_longer_than_its_room(words: list[str]) -> None:
    text = " ".join(words)

    def long(summary: str) -> int:
        return len([word for word in summary.split() if word != "…"])

    assert long(summarise(text)) <= BRIEF
    assert long(summarise(text, words=FULL)) <= FULL
    assert long(lead_text(text)) <= LEAD
    assert long(one_sentence(text)) <= ONE


@pytest.mark.parametrize(
    "piece",
    [
        "a ",
        "(",
        ", and",
        "The post ",
        "$",
        "In particular, ",
        "we-",
        "A. ",
        "we propose ",
        "$a$",
        "–",
        "1.",
        "by ",
        "\\text{",
        "this ",
    ],
)
def test_the_time_a_text_takes_does_not_grow_with_its_length(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    before = time.process_time()
    summarise(text)
    one_sentence(text[::-1])
    untex(text)
    assert time.process_time() - before < 1.0


def test_the_figures_of_the_notebook_are_those_of_the_marks() -> None:
    with MARKS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    story = (ROOT / "docs" / "notebook" / "story.md").read_text()
    assert len(rows) == 100
    for line in ("All items", "Papers", "Posts"):
        some = [row for row in rows if line == "All items" or row["kind"] == line[:-1].lower()]
        told = [row["contribution"] == "1" and row["number"] != "0" for row in some]
        best = [row["best_contribution"] == "1" for row in some]
        alone = [row["alone"] == "1" for row in some]
        assert f"| {line} | {sum(told) / sum(best):.2f} | {sum(alone) / len(alone):.2f} |" in story
