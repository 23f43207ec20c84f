"""What an item's worth is made of, part by part."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.config import Feed
from digest.editorial.candidates import Candidate, Voice, sift
from digest.editorial.rank import FOLLOW_UP, LATE, NOVELTY, YIELD, Background, background, parts
from digest.model import Follows, Issue, Item, Label, Sighting, Window
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
