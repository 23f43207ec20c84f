"""What an item's worth is made of, part by part."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from digest.config import Feed
from digest.editorial.candidates import Candidate, Voice, sift
from digest.editorial.order import LEADS, lead_first, reading_order
from digest.editorial.rank import (
    FIELD,
    FOLLOW_UP,
    HEARSAY,
    LATE,
    NEW_MODEL,
    NOVELTY,
    OPEN_WEIGHTS,
    RELEASE,
    SLIGHT,
    UNTOLD,
    YIELD,
    Background,
    background,
    parts,
)
from digest.model import Follows, Issue, IssueItem, Item, ItemKind, Label, Release, Sighting, Window
from digest.storage.archive.issue_json import from_json
from support.running import Run

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = Window(start=NOON - 168 * HOUR, end=NOON)
LABEL = Label(id="agents", score=0.9)
ARXIV = {name: Feed(name=name, url=f"https://rss.arxiv.example/{name}", kind="papers") for name in ("cs.CL", "cs.LG")}
FEEDS = {**ARXIV, "Hub": Feed(name="Hub", url="https://hub.example/papers.xml", kind="papers")}


def seen(feed: str, url: str, *, hours: float) -> Sighting:
    return Sighting(
        feed=feed,
        url=url,
        title="Agents call tools",
        summary="",
        authors=(),
        published=None,
        first_seen=NOON + (hours - 168) * HOUR,
    )


def candidate(*sightings: Sighting) -> Candidate:
    item = Item(id="arxiv:2606.00001", keys=("arxiv:2606.00001",), sightings=sightings)
    (found,) = sift([item], window=WEEK, published=frozenset(), feeds=FEEDS).candidates
    return found


FIRST = seen("cs.CL", "https://arxiv.example/1", hours=1)


def test_two_sections_of_one_archive_are_one_voice() -> None:
    crossed = candidate(FIRST, seen("cs.LG", "https://arxiv.example/1", hours=2))
    assert crossed.voices == (Voice(name="rss.arxiv.example arxiv.example", heard=FIRST.first_seen),)
    assert parts(crossed, LABEL, WEEK)["corroboration"] == 0.0


def test_corroboration_grows_with_voices_and_is_worth_more_early() -> None:
    def worth(*hours: float) -> float:
        voices = tuple(Voice(name=str(n), heard=NOON + hour * HOUR) for n, hour in enumerate(hours))
        return parts(replace(candidate(FIRST), voices=voices), LABEL, WEEK)["corroboration"]

    assert worth(0) == 0.0
    assert worth(0, 0) > worth(0, 72) > worth(0, 168) == worth(0, 400) == round(LATE * worth(0, 0), 4)
    assert worth(0, 0) < worth(0, 0, 0) < 2 * worth(0, 0)


def test_new_words_are_novel_against_the_archive_and_the_baseline() -> None:
    known = Background(words=frozenset({"agents", "call"}))
    one = replace(candidate(FIRST), title="Agents call gizmos")
    assert parts(one, LABEL, WEEK, background=known)["novelty"] == round(NOVELTY / 3, 4)
    assert parts(one, LABEL, WEEK)["novelty"] == 0.0
    followed = replace(one, follows=Follows(key="2026-W22", id="x"))
    assert parts(followed, LABEL, WEEK)["follow-up"] == FOLLOW_UP


def test_a_paper_loses_worth_for_another_field_and_for_an_untold_result_but_not_if_it_releases_a_model() -> None:
    paper = replace(candidate(FIRST), kind="paper", title="Robots that read", summary="It outperforms all others.")
    lost = parts(paper, LABEL, WEEK)
    assert (lost["field"], lost["result"]) == (FIELD, UNTOLD)
    assert parts(replace(paper, summary="It is 2 points better."), LABEL, WEEK)["result"] == SLIGHT
    assert parts(replace(paper, summary=""), LABEL, WEEK)["result"] == 0.0
    for other in (replace(paper, release=Release(name="Robo 7B")), replace(paper, kind="post")):
        told = parts(other, LABEL, WEEK)
        assert (told.get("field", 0.0), told.get("result", 0.0)) == (0.0, 0.0)


def test_a_release_beyond_language_and_a_report_without_a_result_are_worth_little() -> None:
    paper = replace(candidate(FIRST), kind="paper", title="Qwen 4 Technical Report", summary="It takes a step.")
    plain = Release(name="Qwen 4", weights="open")
    told = parts(replace(paper, summary="It gains 41 % on all of them.", release=plain), LABEL, WEEK)
    assert (told["release"], told["result"]) == (RELEASE + NEW_MODEL + OPEN_WEIGHTS, 0.0)
    empty = parts(replace(paper, release=plain), LABEL, WEEK)
    assert (empty["release"], empty["result"]) == (RELEASE, UNTOLD)
    beyond = replace(candidate(FIRST), kind="post", release=replace(plain, beyond_language=True))
    lost = parts(beyond, LABEL, WEEK)
    assert (lost["release"], lost["field"]) == (RELEASE, FIELD)


def test_a_feed_whose_items_belong_here_lends_them_worth() -> None:
    yields = Background(yields={"cs.CL": 0.9})
    assert parts(candidate(FIRST), LABEL, WEEK, background=yields)["yield"] == round(0.9 * YIELD, 4)


def test_the_background_is_what_past_issues_say(tmp_path: Path, run: Run) -> None:
    run("init", "--sample", tmp_path / "w")
    built = run("-C", tmp_path / "w", "build", "--at", "2026-06-29T08:00", "--json").json
    issue: Issue = from_json(Path(built["paths"]["issue.json"]).read_bytes())
    found = background([issue])
    assert set(found.yields) == {feed.name for feed in issue.feeds}
    assert all(0 < share < 1 for share in found.yields.values())
    assert "agents" in found.words


@pytest.mark.slow
def test_minutes_given_at_a_build_replace_those_of_the_configuration(tmp_path: Path, run: Run) -> None:
    shown = {}
    for minutes in (4, 20):
        run("init", "--sample", tmp_path / str(minutes))
        built = run(
            "-C", tmp_path / str(minutes), "build", "--at", "2026-06-29T08:00", "--minutes", minutes, "--json"
        ).json
        issue = json.loads(Path(built["paths"]["issue.json"]).read_text())
        shown[minutes] = (issue["minutes"], issue["receipt"]["shown"])
    assert (shown[4][0], shown[20][0]) == (4, 20)
    assert shown[4][1] < shown[20][1]
    assert run("build", "--minutes", "0").code == 2


def announced(
    name: str, *, weights: Literal["open", "API", ""] = "", feeds: tuple[Feed, ...] = (), voices: int = 1
) -> float:
    heard = tuple(Voice(name=str(n), heard=NOON) for n in range(voices))
    one = replace(
        candidate(FIRST), kind="release", release=Release(name=name, weights=weights), feeds=feeds, voices=heard
    )
    return parts(one, LABEL, WEEK)["release"]


LAB = Feed(name="Lab", url="https://lab.example/feed", kind="blog", on_topic=True)


def test_a_new_model_of_a_known_family_is_worth_most_where_its_maker_tells_of_it() -> None:
    assert announced("Qwen 4", feeds=(LAB,)) == RELEASE + NEW_MODEL
    assert announced("Qwen 4", weights="open", feeds=(LAB,)) == RELEASE + NEW_MODEL + OPEN_WEIGHTS
    assert announced("Qwen 4") == HEARSAY * announced("Qwen 4", voices=2)
    assert announced("Qwen app", feeds=(LAB,)) == announced("Anything 3", feeds=(LAB,)) == RELEASE
    assert parts(candidate(FIRST), LABEL, WEEK)["release"] == 0.0


def item(id_: str, score: float, *, kind: ItemKind = "paper", pinned: bool = False, title: str = "") -> IssueItem:
    return IssueItem(
        id=id_,
        title=title or id_,
        url="",
        score=score,
        kind=kind,
        edited=("pinned",) if pinned else (),
        parts={"x": score},
    )


def test_the_order_of_reading_puts_pinned_items_first_and_then_the_best_of_all_kinds() -> None:
    items = [item("paper", 2.0), item("release", 3.0, kind="release"), item("pinned", 0.1, pinned=True)]
    assert [one.id for one in reading_order(items)] == ["pinned", "release", "paper"]


def test_twenty_releases_leave_room_for_everything_else_that_is_read_first() -> None:
    launches = [item(f"release{n}", 9.0 - n / 100, kind="release") for n in range(20)]
    papers = [item(f"paper{n}", 1.0 - n / 10) for n in range(4)]
    order = [one.id for one in reading_order([*launches, *papers])]
    assert order[:6] == ["release0", "release1", "paper0", "paper1", "paper2", "paper3"]
    assert len(order) == 24


def test_what_says_the_same_as_a_better_item_is_read_later() -> None:
    twins = [item("a", 2.0, title="Agents call tools well"), item("b", 1.9, title="Agents call tools well")]
    assert [one.id for one in reading_order([*twins, item("c", 1.5)])] == ["a", "c", "b"]


def test_what_is_read_first_comes_from_several_trends_unless_one_is_far_better() -> None:
    def of(name: str, score: float, *trends: str) -> IssueItem:
        labels = tuple(Label(id=trend, score=0.9) for trend in trends)
        return IssueItem(id=name, title=f"About {name}", url="", kind="paper", score=score, trends=labels)

    agents = [of(f"agent{n}", 3.0 - n / 10, "agents") for n in range(4)]
    others = [of("cache", 2.2, "efficiency"), of("proofs", 2.1, "reasoning", "agents")]
    order = [one.id for one in reading_order([*agents, *others])]
    assert order == ["agent0", "agent1", "cache", "agent2", "proofs", "agent3"]
    better = [replace(one, score=one.score + 2) for one in agents]
    assert [one.id for one in reading_order([*better, *others])][:4] == [f"agent{n}" for n in range(4)]


def test_what_has_no_text_leads_only_if_nothing_else_is_nearly_as_good() -> None:
    bare = item("bare", 3.0)
    told = replace(item("told", 2.5), summary="word " * 20)
    assert lead_first([bare, told]) == [told, bare]
    assert lead_first([bare, replace(told, score=1.9)])[0] == bare
    assert lead_first([replace(bare, edited=("pinned",)), told])[0].id == "bare"
    assert lead_first([]) == []


@pytest.mark.parametrize(
    ("text", "weighs"),
    [
        ("Noise falls by 41% on the quietest street of all, says the report that was read here.", True),
        ("The trees are 6x taller than others after three summers in the sun and in the rain.", True),
        ("The score rises from 0.31 to 0.47 where the trees stand in two rows beside the road.", True),
        ("Nine agents win 3 of 10 games against the best human players of the town last year.", True),
        ("It was trained on 1.5T tokens and writes as well as a model of twice its own size.", True),
        (
            "The method reaches a score of 57.84 overall (+2.61 over the model that it was made from) in all towns.",
            True,
        ),
        ("Qwen3 and GPT-5.2 generally improve on Street-100 after training in 2026 with the method.", False),
        ("The trees generally improve the street, and the method substantially outperforms all baselines.", False),
    ],
)
def test_a_lead_says_why_it_matters_where_another_worth_nearly_as_much_does(text: str, weighs: bool) -> None:
    vague = "The method generally improves the quality of the streets in all towns and villages."
    plain, other = replace(item("plain", 3.0), summary=vague), replace(item("other", 2.5), summary=text)
    assert lead_first([plain, other])[0].id == ("other" if weighs else "plain")
    assert lead_first([plain, replace(other, score=1.9)])[0].id == "plain"
    assert lead_first([plain, replace(other, title="A new image model")])[0].id == "plain"


def test_a_paper_about_a_new_model_leads_and_is_read_first_only_if_it_states_a_fact() -> None:
    vague = "A model that takes a step toward real work in all towns and villages. " * 2
    model = replace(item("model", 3.0, kind="release"), summary=vague, parts={"release": LEADS})
    study, other = (
        replace(item(name, score), summary="Noise falls by 41% on the quietest street of all, as the report says now.")
        for name, score in (("study", 1.0), ("other", 0.9))
    )
    paper = replace(model, kind="paper")
    assert [one.id for one in lead_first([model, study, other])] == ["model", "study", "other"]
    assert [one.id for one in lead_first([paper, study, other])] == ["study", "other", "model"]
    assert lead_first([paper, replace(study, score=-0.5)])[0].id == "model"
    stated = replace(paper, summary=f"{vague} It has 27B parameters.")
    second = replace(paper, id="second", score=2.9)
    assert [one.id for one in lead_first([stated, second, study])] == ["model", "study", "second"]


def test_a_text_of_a_few_words_gives_way_to_a_longer_one_of_another_feed() -> None:
    short = replace(FIRST, summary="A note.")
    long = replace(seen("Hub", "https://hub.example/1", hours=2), summary="word " * 30)
    assert candidate(short, long).summary == long.summary
    assert candidate(replace(short, summary="word " * 20), long).summary == "word " * 20


def test_a_new_model_leads_where_it_is_among_the_best_and_a_lesser_release_does_not() -> None:
    paper = IssueItem(id="paper", title="A study of forklifts", url="", kind="paper", score=6.3)
    model = IssueItem(
        id="model", title="Introducing GPT-9", url="", kind="release", score=5.5, parts={"release": LEADS}
    )
    tool = replace(model, id="tool", title="Introducing folders", score=5.9, parts={"release": RELEASE})
    assert [one.id for one in reading_order([paper, tool, model])] == ["model", "paper", "tool"]
    assert [one.id for one in reading_order([paper, tool])] == ["paper", "tool"]
    pinned = replace(paper, edited=("pinned",))
    assert [one.id for one in reading_order([pinned, model])] == ["paper", "model"]
    voice = replace(model, id="voice", title="Introducing GPT-9 Voice", score=5.8)
    assert [one.id for one in reading_order([paper, voice])] == ["paper", "voice"]
    assert next(one.id for one in reading_order([paper, voice, model])) == "model"
    crowd = [replace(paper, id=f"p{n}", title=f"Study {n} of subject{n}", score=9.0 + n) for n in range(6)]
    assert "model" not in [one.id for one in reading_order([*crowd, model])][:1]


def test_what_is_for_another_field_is_read_after_everything_else_unless_the_editor_chose_it() -> None:
    image = replace(item("image", 9.0), parts={"source": 10.0, "field": FIELD})
    order = [one.id for one in reading_order([image, item("a", 2.0), item("b", 1.0)])]
    assert order == ["a", "b", "image"]
    assert [one.id for one in reading_order([image])] == ["image"]
    chosen = replace(image, edited=("brought",))
    assert reading_order([chosen, item("a", 2.0)])[0].id == "image"


def test_a_size_in_a_name_is_no_figure() -> None:
    named = replace(
        item("named", 3.0),
        kind="paper",
        summary="We present Lift-35B and Lift-397B, which outperform all models by far, " * 2,
    )
    told = replace(
        item("told", 2.5),
        kind="paper",
        summary="It lifts 41 % more bricks than any other crane in the world, day and night.",
    )
    assert [one.id for one in lead_first([named, told])] == ["told", "named"]
