"""Claims of a baseline: an item that bears on one is pointed to with its words; what only mentions it is not; labelled by hand."""

import csv
import gzip
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digest.config import trend_files
from digest.editorial.claims import bearings, touched
from digest.model import Claim, IssueItem, Label, Touch, TouchedClaim, Trend, Workspace
from digest.storage.files import resources
from support.running import Run

LABELS = Path(__file__).parent / "claims.csv"
CLAIM = Claim(
    date="2024-02",
    text="Tin forklifts use less energy than steel ones.",
    source="seed",
    about=(("tin", "pewter"), ("energy", "power")),
)
PLAIN = Claim(date="2024", text="Forklifts lift.", source="seed")
FOUND = "Cranes are everywhere. We show that tin lowers energy by 40%."


def words(title: str, summary: str) -> tuple[str, ...]:
    found = bearings(title, summary, (PLAIN, CLAIM))
    return found[0][1] if found else ()


def test_a_finding_that_has_a_phrase_of_each_group_bears_on_the_claim() -> None:
    assert words("On tin forklifts", FOUND) == ("tin", "energy")


def test_a_title_that_has_them_all_is_enough() -> None:
    assert words("Pewter forklifts save Power", "") == ("Pewter", "Power")


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("On forklifts", FOUND),  # the title names none of it
        ("On tin forklifts", "Tin has long been known to save energy, and remains widely used."),  # background
        ("On tin forklifts", "We show that tin is light. We show that energy is dear by 40%."),  # in two sentences
        ("On power", FOUND),  # the title names the second group, which is not the claim's subject
        ("On tin forklifts", f"We show that tin {' '.join(['is'] * 6)} energy."),  # far apart
        ("On tin forklifts", "We show that tin is light while maintaining energy."),  # which did not change
        ("On tin-power forklifts", "We show that tin-power is cheap."),  # one compound
        ("On tinny forklifts", "We show that tinny ones save energy."),  # a part of a word
    ],
)
def test_what_only_mentions_its_words_does_not(title: str, summary: str) -> None:
    assert words(title, summary) == ()


def test_a_title_with_which_the_words_mean_something_else_does_not() -> None:
    claim = replace(CLAIM, unless=("tin can", "cans"))
    assert bearings("On tin cans", FOUND, (claim,)) == ()
    assert bearings("On tin beer-cans", FOUND, (claim,)) == ()
    assert bearings("On tin", "We show that tin cans lower energy by 40%.", (claim,)) == ()
    assert bearings("On tin forklifts", FOUND, (claim,))[0][1] == ("tin", "energy")


def test_words_that_are_part_of_each_other_are_one_sign() -> None:
    claim = replace(CLAIM, about=(("tin shift",), ("shift", "shifts")))
    assert bearings("On tin shift", "", (claim,)) == ()
    assert bearings("Tin shift shifts", "", (claim,))[0][1] == ("Tin shift", "shifts")


def test_an_uncertain_label_of_a_packaged_trend_points_to_no_claim() -> None:
    item = IssueItem(id="a", title="On tin", url="", score=1, trends=(Label(id="t", score=0.8),))
    own = Trend(id="t", name="T", as_of="2024", order=1, seeds=(), summary="", body="", terms={}, claims=(CLAIM,))
    assert touched([item], {"a": FOUND}, {"t": own})["t"]
    assert touched([item], {"a": FOUND}, {"t": replace(own, seeds=("000",))}) == {}


def test_training_free_is_no_training() -> None:
    claim = replace(CLAIM, about=(("training",), ("energy",)))
    assert (
        bearings("Training-free forklifts", "We show that training-free lifting lowers energy by 40%.", (claim,)) == ()
    )
    assert bearings("Training forklifts", "We show that training lowers energy by 40%.", (claim,))


def test_claims_come_with_their_items_the_plainest_first_and_the_most_touched_claim_first() -> None:
    other = Claim(date="2024", text="Tin bends.", source="seed", about=(("tin",), ("bends",)))
    trend = Trend(
        id="t", name="T", as_of="2024", order=1, seeds=(), summary="", body="", terms={}, claims=(PLAIN, other, CLAIM)
    )
    texts = {"a": FOUND, "b": "We present tin that bends. We show that tin lowers energy by 40%.", "c": FOUND}
    items = [
        IssueItem(id=id_, title="On tin", url="", score=n, trends=(Label(id="t", score=1.0),))
        for n, id_ in enumerate(texts)
    ]
    pair = ("tin", "energy")
    assert touched(items, texts, {"t": trend}) == {
        "t": (
            TouchedClaim(
                date="2024-02",
                text=CLAIM.text,
                source="seed",
                items=(Touch(id="c", words=pair), Touch(id="b", words=pair), Touch(id="a", words=pair)),
            ),
            TouchedClaim(date="2024", text="Tin bends.", source="seed", items=(Touch(id="b", words=("tin", "bends")),)),
        )
    }


def test_the_issue_and_the_trend_show_what_touches_a_claim(sample: Path, run: Run) -> None:
    issue = json.loads((sample / "archive" / "2026-W27" / "issue.json").read_text())
    section = next(each for each in issue["trends"] if each["claims"] and each["own"])
    claim = section["claims"][0]
    items = {item["id"]: item for each in issue["trends"] for item in (*each["items"], *each["folded"])}
    title = items[claim["items"][0]["id"]]["title"]
    page = (sample / "archive" / "2026-W27" / "index.html").read_text()
    assert claim["text"] in page
    shown = run("-C", sample, "trends", section["id"], "--json").json
    assert shown["touches"][claim["text"]][0]["title"] == title
    assert "touched by" in run("-C", sample, "trends", section["id"]).out


def test_a_trend_is_shown_without_opening_an_issue(sample: Path, tmp_path: Path, run: Run) -> None:
    place = tmp_path / "w"
    shutil.copytree(sample, place)
    before = run("-C", place, "trends", "agents", "--json").json
    assert before["touches"]
    file = place / "archive" / "2026-W27" / "issue.json"
    stat = file.stat()
    file.write_text("x" * stat.st_size)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert run("-C", place, "trends", "agents", "--json").json == before


def test_what_touches_a_claim_stands_in_the_issue_under_its_trend(sample: Path) -> None:
    issue = json.loads((sample / "archive" / "2026-W27" / "issue.json").read_text())
    items = {item["id"]: item for each in issue["trends"] for item in (*each["items"], *each["folded"])}
    for section in issue["trends"]:
        for claim in section["claims"]:
            assert claim["items"]
            for touch in claim["items"]:
                assert section["id"] in [label["id"] for label in items[touch["id"]]["trends"]]
                assert any(word.lower() in items[touch["id"]]["title"].lower() for word in touch["words"])


def test_nine_of_ten_pairs_of_the_last_draw_are_right_by_two_readers() -> None:
    rows = _labels()
    assert len(rows) == 73
    for reader in ("right", "second"):
        assert sum(row[reader] == "1" for row in rows) / len(rows) >= 0.9


@pytest.mark.soak
def test_the_labelled_pairs_are_still_what_the_rules_find(shared: Path) -> None:
    """The weights of sentences change; what the pairs say of the rules holds as long as nearly all right ones are found."""
    known = trend_files.load(resources.trend_texts(Workspace(root=Path("nowhere"))))
    right = [row for row in _labels() if row["right"] == row["second"] == "1"]
    wanted = {row["item"] for row in right}
    items = {row["id"]: row for row in _texts(shared) if row["id"] in wanted}
    assert len(items) >= 0.8 * len(wanted)  # the others are posts of captured feeds
    there = [row for row in right if row["item"] in items]
    found = [
        row
        for row in there
        if bearings(
            items[row["item"]]["title"],
            items[row["item"]].get("summary", ""),
            (known[row["trend"]].claims[int(row["claim"]) - 1],),
        )
    ]
    assert len(found) >= 0.9 * len(there)


def _texts(shared: Path) -> Iterator[dict[str, str]]:
    """The texts that came after those beside which the rules were written: reading lists, and the last days of arXiv."""
    for name in ("dev", "dev_gold", "read_2026-11"):
        with (shared / f"data/labels/{name}.jsonl").open(encoding="utf-8") as file:
            yield from map(json.loads, file)
    for path in sorted((shared / "data/replay").glob("arxiv-2026-07-*.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


def _labels() -> list[dict[str, str]]:
    with LABELS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if row["draw"] == rows[-1]["draw"]]
