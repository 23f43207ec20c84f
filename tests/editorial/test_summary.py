"""Summaries: the contribution and its result in the text's own words, nothing of the page around it; judged by hand on real items."""

import csv
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.openings import untied
from digest.editorial.pointers import initials, points_out, stems
from digest.editorial.summary import BRIEF, FULL, ONE, one_sentence, summarise
from digest.text.clean import readable
from digest.text.sentences import unglued
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
        "We make three contributions.",
        "We lift 40% more and report three results.",
        "As its counterpart we raise the gain to 30%.",
        "Each stage of the tower raises losses by 9%.",
        "The second wheel raises losses by 9%.",
        "The spring cuts losses by 9%.",
        "We lift 40% more and keep all four.",
        "We show the opposite through a lens, at 40% more.",
        "We build a lift on top of that horn, at 40% more.",
        "We test whether that load depends on halls by 40%.",
        "We extend the question to halls, at 40% more.",
        "We plan to release all 40% of code.",
        "In an earlier letter, we lifted 40% more.",
        "Three findings emerge, consistent across 40% of halls.",
        "We begin with 40% of all halls.",
    ],
)
def test_a_sentence_that_points_to_an_untold_one_is_not_told(pointing: str) -> None:
    text = f"Forklifts tip over. {pointing} Loads differ. We present KiteLift, which carries bricks. It loses 0.3% of them."
    assert summarise(text) == "We present KiteLift, which carries bricks. It loses 0.3% of them."


@pytest.mark.parametrize(
    "pointing",
    [
        "We introduce an alternative contract at 40% more.",
        "The same progression rises from 10% to 40%.",
        "In nine halls, the spring cuts losses by 9%.",
        "We take a step toward lifts in all halls.",
        "KiteLift provides a practical pathway toward open halls.",
    ],
)
def test_a_sentence_that_leads_elsewhere_is_not_told(pointing: str) -> None:
    text = f"Forklifts tip over. {pointing} Loads differ. We present KiteLift, which carries bricks. It loses 0.3% of them."
    assert summarise(text, title="KiteLift") == "We present KiteLift, which carries bricks. It loses 0.3% of them."


def test_it_is_the_work_unless_the_sentence_before_is_about_something_else() -> None:
    made = "We present KiteLift, which carries bricks with the help of kites in nine halls."
    own = f"{made} We tested nine. It raises the lift by 40% over cranes."
    assert summarise(own, title="KiteLift", words=24).endswith("It raises the lift by 40% over cranes.")
    other = f"{made} The resulting tower stands. It raises the lift by 40% over cranes."
    assert "It raises" not in summarise(other, title="KiteLift", words=24)


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (
            "We address this gap by introducing our dataset, a list of 207 lifts.",
            "Introducing a list of 207 lifts.",
        ),
        (
            "The OpenLift (OL) project addresses this gap with a plan of nine halls.",
            "The OpenLift (OL) project: a plan of nine halls.",
        ),
        (
            "We take a step toward better halls by introducing a lift that carries bricks.",
            "Introducing a lift that carries bricks.",
        ),
        (
            "We present Lift2, a series of lifts that takes a meaningful step toward solving all tasks.",
            "We present Lift2, a series of lifts.",
        ),
        ("Broadly, we find that nine of ten lifts fail.", "We find that nine of ten lifts fail."),
    ],
)
def test_what_says_nothing_of_a_work_is_left_out_of_its_sentence(sentence: str, told: str) -> None:
    assert untied(sentence) == told


def test_the_other_half_of_a_difference_is_kept() -> None:
    half = "Our tests reveal a large gap: lifts with springs reach 92%"
    whole = f"{half}, whereas lifts without any springs reach only 18%."
    text = f"We present KiteLift, a lift with springs that carries all kinds of bricks through nine halls of one street. {whole}"
    assert f"{half}." not in summarise(text, title="KiteLift", words=32)
    limit = "The strongest crane reaches 59%, ahead of lifts at 48%; however, springs raise lifts to 69%."
    text = f"We introduce a test of 440 loads. {limit[:-1]}, showing that halls of all kinds need springs and horns."
    assert summarise(text, title="Cranes and lifts", words=24).endswith(limit)


def test_a_feeds_cut_ends_before_words_that_need_another() -> None:
    assert summarise("Lift News tests nine lifts in the rain to …") == "Lift News tests nine lifts in the rain …"


def test_both_may_join_names_with_figures() -> None:
    assert (
        points_out(
            "Lift-7B surpasses both GPT-4o and Crane 5.1 by 12%.", frozenset(), follows=False, defined=frozenset()
        )
        == 0
    )


def test_what_the_title_names_may_be_pointed_to() -> None:
    sentence = "Rain increases these gaps by 40% at night."
    assert points_out(sentence, stems("Gaps between halls"), follows=True, defined=frozenset()) == 0
    assert points_out(sentence, stems("Gaps between halls"), follows=False, defined=frozenset()) < 0.5
    assert points_out(sentence, stems("Loads"), follows=False, defined=frozenset()) > 1


def test_an_acronym_that_the_title_spells_out_is_known() -> None:
    text = "Brick Image Search (BIS) is slow. We present QuickFind, which makes BIS faster by 40%. It is free."
    assert "makes BIS faster by 40%" in summarise(text, title="QuickFind: better brick image search", words=12)
    assert points_out("It makes BIS fast.", frozenset(), follows=True, defined=frozenset({"BIS"})) > 1
    assert points_out("It makes BIS-made lifts fast.", frozenset(), follows=True, defined=frozenset({"BIS"})) > 1
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
            "Lifts. In your hands. Today we launch Lift 2, a lift with two horns for halls of all kinds. It is loud.",
            "Today we launch Lift 2, a lift with two horns for halls of all kinds.",
        ),
        (
            "Which brick made a lift fall remains a fundamental open problem. Halls differ. Loads vary. Our method pulls each brick up and down and counts. It is slow.",
            "Our method pulls each brick up and down and counts.",
        ),
        (
            "Lifts are slow. They carry bricks. Halls differ. We conclude that lifts with kites cannot be made safe by training alone. It is sad.",
            "We conclude that lifts with kites cannot be made safe by training alone.",
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


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (  # a figure wins over praise
            "We present KiteLift, which carries bricks. Tests show that it significantly outperforms all other lifts. KiteLift lifts 40% more than cranes.",
            "We present KiteLift, which carries bricks. KiteLift lifts 40% more than cranes.",
        ),
        (  # without a figure, what was made says more than praise
            (
                "We present KiteLift, which carries bricks over walls. KiteLift ties nine kites to each brick and winds them in by hand. "
                "Tests show that it achieves state-of-the-art performance in halls of all kinds."
            ),
            "We present KiteLift, which carries bricks over walls. KiteLift ties nine kites to each brick and winds them in by hand.",
        ),
        (  # what others reached is not the result
            "We present KiteLift, which carries bricks. We found that a baseline crane lifted only 39% of them. With kites, KiteLift lifts 50% of bricks.",
            "We present KiteLift, which carries bricks. With kites, KiteLift lifts 50% of bricks.",
        ),
        (  # what reduces something else is no praise of the work
            "We ask 380 drivers about lifts with a horn. A loud horn reduces the trust of drivers in lifts of all kinds. Our method improves all that there is in halls.",
            "We ask 380 drivers about lifts with a horn. A loud horn reduces the trust of drivers in lifts of all kinds.",
        ),
        (  # a name such as "top-10%" is no figure
            "We present KiteLift, which carries bricks. It reaches the top-10% of lifts in halls. With kites, KiteLift lifts 50% of bricks.",
            "We present KiteLift, which carries bricks. With kites, KiteLift lifts 50% of bricks.",
        ),
        (  # what happened once says less than what happened everywhere
            (
                "We compare lifts in nine halls. In the clearest case, the lift drops all of its bricks while its horn is loud. "
                "Across all halls, lifts without a horn drop bricks first, and lifts with two horns drop them last."
            ),
            "We compare lifts in nine halls. Across all halls, lifts without a horn drop bricks first, and lifts with two horns drop them last.",
        ),
    ],
)
def test_a_result_says_what_was_found(text: str, summary: str) -> None:
    assert summarise(text, words=32) == summary


def test_a_work_that_its_text_names_is_told_by_that_name() -> None:
    text = (
        "Lifts are slow. Halls differ. Loads vary. We present a Kite-Powered Lift (KPL), a unified framework designed to address these challenges. "
        "KPL ties nine kites to each brick and winds them in by hand. KPL outperforms all lifts."
    )
    assert "Kite-Powered Lift (KPL) ties nine kites to each brick" in summarise(
        text, title="A lift with kites", words=30
    )
    assert "KPL ties nine kites to each brick" in summarise(text, title="KPL: a lift with kites", words=30)


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


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("Forklifts fly. The post Forklifts fly appeared first on Lift News.", "Forklifts fly."),
        (
            "A forklift was seen in the sky over […] The post Seen appeared first on Lift News.",
            "A forklift was seen in the sky …",
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


def test_a_claim_without_a_figure_is_told_where_nothing_else_came_of_a_work() -> None:
    intro = "We introduce Crane-3, a machine that lifts bricks by listening to halls of any size."
    claim = "On nine yards, Crane-3 achieves higher speed than old cranes."
    text = f"Lifting is hard. {intro} The machine has arms of steel and of oak. {claim} Halls may differ."
    assert summarise(text, title="Lifting bricks") == f"{intro} {claim}"
    figure = "Crane-3 lifts 9% more bricks than old cranes."
    assert figure in summarise(text.replace(claim, f"{claim} {figure}"), title="Lifting bricks")
