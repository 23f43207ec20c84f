"""Lessons: what an editor corrects decides its item, acts on similar ones, and is on file only when the editor says so."""

import json
import os
import pty
import resource
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.classify import Taught, Text, load
from digest.classify.corrections import WORDS, lesson_words
from digest.errors import WorkspaceError
from digest.model import Lesson, Trend
from digest.storage.files import resources
from digest.storage.files.jsonl import add, read
from support.forked import Forks
from support.mailing import lose_store
from support.running import Run, wait_for

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SLOT = "2026-06-29T08:00"
PAPER = "2606.25519"
TRENDS = {
    id_: Trend(id=id_, name=id_, as_of="2024", order=n, seeds=(), summary="", body="", terms=terms)
    for n, (id_, terms) in enumerate({"agents": {"tool use": 3.0}, "reasoning": {"proofs": 3.0}}.items())
}
TOOLS = Text(
    id="a", title="Tool use of language models in Lean", summary="Proof assistants, tactics and premise selection."
)
ALIKE = Text(id="b", title="Premise selection", summary="Tactics that language models choose in proof assistants.")
UNLIKE = Text(id="c", title="Tool use of language models at sea", summary="Buoys, currents and tides.")


def lesson(trend: str, *, fits: bool, text: Text = TOOLS, words: Mapping[str, float] | None = None) -> Lesson:
    telling = {
        "lean",
        "proof",
        "assistants",
        "proof assistants",
        "tactics",
        "premise",
        "selection",
        "premise selection",
    }
    found = words or lesson_words(text, lambda word: 1.0 if word in telling else 0.0)
    return Lesson(item=text.id, title=text.title, trend=trend, fits=fits, at=NOON, words=found)


def labels(text: Text, *lessons: Lesson) -> tuple[str, ...]:
    (verdict,) = Taught(load(TRENDS, None), lessons, TRENDS).classify([text])
    return tuple(label.id for label in verdict.labels) if verdict.llm else ("off-topic",)


def test_a_lesson_decides_where_its_own_item_stands() -> None:
    assert labels(TOOLS) == ("agents",)
    assert labels(TOOLS, lesson("reasoning", fits=True)) == ("reasoning", "agents")
    assert labels(TOOLS, lesson("reasoning", fits=True), lesson("agents", fits=False)) == ("reasoning",)
    assert labels(TOOLS, lesson("other", fits=True)) == ("off-topic",)


def test_the_later_of_two_lessons_counts() -> None:
    assert labels(TOOLS, lesson("agents", fits=False), lesson("agents", fits=True)) == ("agents",)
    assert labels(TOOLS, lesson("other", fits=True), lesson("other", fits=False)) == ("agents",)


def test_a_lesson_acts_on_similar_items_and_on_no_others() -> None:
    taught = lesson("reasoning", fits=True)
    assert (labels(ALIKE), labels(ALIKE, taught)) == ((), ("reasoning",))
    assert labels(UNLIKE) == labels(UNLIKE, taught) == ("agents",)


def test_a_lessons_evidence_stands_in_the_text() -> None:
    explanation = Taught(load(TRENDS, None), [lesson("reasoning", fits=True)], TRENDS).explain(ALIKE)
    assert explanation.lessons == (TOOLS.title,)
    (label,) = explanation.verdict.labels
    assert 1 <= len(label.evidence) <= 8
    assert all(words in f"{ALIKE.title} {ALIKE.summary}" for words in label.evidence)


def test_a_workspaces_terms_pull_a_packaged_trend_both_ways() -> None:
    def with_terms(terms: dict[str, float]) -> tuple[str, ...]:
        trends = TRENDS | {"agents": replace(TRENDS["agents"], own_terms=terms)}
        (verdict,) = Taught(load(TRENDS, None), (), trends).classify([UNLIKE])
        return tuple(label.id for label in verdict.labels)

    assert with_terms({"glaciers": 3.0}) == ("agents",)
    assert with_terms({"buoys": -3.0}) == ()


@given(st.text(max_size=300), st.text(max_size=2000))
def test_a_lesson_keeps_few_words_whose_weights_add_up_to_one(title: str, summary: str) -> None:
    words = lesson_words(Text(id="x", title=title, summary=summary), lambda word: float(len(word) > 2))
    assert len(words) <= WORDS
    assert not words or abs(sum(words.values()) - 1) < 0.01


def test_lessons_are_read_as_they_were_kept(tmp_path: Path) -> None:
    path = tmp_path / "lessons.jsonl"
    first, second = lesson("agents", fits=False), lesson("reasoning", fits=True)
    assert read(path, Lesson) == ()
    add(path, [first], Lesson)
    add(path, [second], Lesson)
    assert read(path, Lesson) == (first, second)
    path.write_text(path.read_text().rstrip("\n"))
    add(path, [first], Lesson)
    assert read(path, Lesson) == (first, second, first)


@pytest.fixture
def place(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "w"))


def test_nothing_is_kept_unless_the_editor_says_so(place: Path, run: Run) -> None:
    before = (place / "archive/2026-W27/issue.json").read_bytes()
    for argv in ((PAPER, "small-quantized", "--dry-run"), (PAPER, "small-quantized")):
        shown = run("-C", place, "teach", *argv)
        assert "Quantization Inflates Reasoning" in shown.out
        assert not (place / "lessons.jsonl").exists()
    assert shown.code == 2
    assert "--yes" in shown.err
    assert run("-C", place, "teach", PAPER, "small-quantized", "--yes").code == 0
    assert (
        run("-C", place, "why", PAPER, "--json").json["explanation"]["verdict"]["labels"][0]["id"] == "small-quantized"
    )
    assert (place / "archive/2026-W27/issue.json").read_bytes() == before


@pytest.mark.parametrize("words", ["no", "every", "No", "of", "language"])
def test_common_words_tell_nothing_even_where_a_small_archive_has_them_once(words: str) -> None:
    assert load(TRENDS, resources.model_bytes()).rarity(words) == 0.0


@pytest.mark.parametrize(
    "said",
    [
        "Anyway it doesn't, anyhow always",
        "Und das ist nicht für uns",
        "Elle n'est pas qu’une",
        "있는 것을 위한 매우",
        "모든 것은 그래서",
        "Up to 81.3 and 47 of 1,093",
    ],
)
def test_numbers_and_words_of_grammar_tell_nothing_in_any_language_however_rare_they_are(said: str) -> None:
    """In a small archive each of them may stand in one other item, and the texts behind the model lack many of them."""
    classifier = load(TRENDS, resources.model_bytes())

    def rarity(words: str) -> float:
        known = classifier.rarity(words)
        return 8.5 if known is None else known

    text = Text(id="x", title=said, summary=f"Quartz {said}. Quartz, {said}")
    assert list(lesson_words(text, rarity)) == ["quartz"]


def test_words_are_weighed_by_the_texts_behind_the_model() -> None:
    classifier = load(TRENDS, resources.model_bytes())
    rare, usual = classifier.rarity("quantization"), classifier.rarity("reasoning")
    assert rare is not None
    assert usual is not None
    assert rare > usual
    assert classifier.rarity("chain of") == 0.0
    assert classifier.rarity("zyzzyva") is None
    assert load(TRENDS, None).rarity("quantization") is None


def test_a_lesson_rests_on_words_that_tell_its_item_from_others(place: Path, run: Run) -> None:
    told = run("-C", place, "teach", PAPER, "small-quantized", "--dry-run", "--json", "--at", SLOT).json
    assert "quantization" in told["lesson"]["words"]
    assert not set(told["lesson"]["words"]) & {"no", "every", "is", "while", "it"}


def test_a_lesson_holds_in_the_next_build_without_the_store(place: Path, run: Run) -> None:
    run("-C", place, "teach", PAPER, "quantum-inspired", "--yes")
    lose_store(place)
    for path in (place / "archive/2026-W27").iterdir():
        path.unlink()
    run("-C", place, "build", "--at", SLOT)
    issue = json.loads((place / "archive/2026-W27/issue.json").read_text())
    (section,) = [section for section in issue["trends"] if section["id"] == "quantum-inspired"]
    assert f"arxiv:{PAPER}" in [item["id"] for item in section["items"]]


def test_what_cannot_be_taught_is_said_in_one_line(place: Path, run: Run) -> None:
    wrong: dict[tuple[object, ...], str] = {
        (): "teach: expected an ITEM and one TREND",
        (PAPER,): "teach: expected an ITEM and one TREND",
        (PAPER, "agents", "--not", "agents"): "teach: expected an ITEM and one TREND",
        (PAPER, "--review", 3): "--review: cannot be combined with ITEM",
        (PAPER, "horses"): "trend horses: no such trend",
        ("2001.00001", "agents"): "2001.00001: no feed has shown such an item",
    }
    for argv, message in wrong.items():
        refused = run("-C", place, "teach", *argv)
        assert refused.code in (2, 3)
        assert message in refused.err
        assert len(refused.err.strip().splitlines()) == 1


def test_a_broken_file_of_lessons_names_its_lines(place: Path, run: Run) -> None:
    (place / "lessons.jsonl").write_text('{"item": 1}\nnot json\n')
    refused = run("-C", place, "build", "--at", "2026-06-30T08:00")
    assert refused.code == 2
    assert "lessons.jsonl:1:" in refused.err
    assert "lessons.jsonl:2:" in refused.err


def test_a_full_disk_keeps_the_lessons_there_are(tmp_path: Path) -> None:
    path = tmp_path / "lessons.jsonl"
    add(path, [lesson("agents", fits=True)], Lesson)
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before), limits[1]))
    try:
        with pytest.raises(WorkspaceError, match=r"lessons.jsonl: cannot be written"):
            add(path, [lesson("agents", fits=False)], Lesson)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.read_bytes(), [*tmp_path.iterdir()]] == [before, [path]]


def test_review_asks_keeps_each_answer_and_reports_the_precision(place: Path, run: Run, forks: Forks) -> None:
    argv = ["-C", place, "teach", "--review", "4", "--at", "2026-06-30T08:00"]
    ours, theirs = pty.openpty()
    process = forks.start(argv, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = ""

    def asked(number: int) -> bool:
        nonlocal said
        said += os.read(ours, 65_536).decode()
        return said.count("Is it ") >= number

    for number, answer in enumerate(("y", "horses", "n", "s", "q"), start=1):
        wait_for(partial(asked, number))
        os.write(ours, f"{answer}\n".encode())
    assert process.wait() == 0
    os.set_blocking(ours, False)
    while "labels asked about" not in said:
        said += os.read(ours, 65_536).decode()
    kept = read(place / "lessons.jsonl", Lesson)
    assert [one.asked for one in kept if one.asked] == [True, True]
    assert "1 of 2 right (50 %, 95 % interval 9–91 %)" in " ".join(said.split())
    found = run("-C", place, "status", "--at", "2026-06-30T09:00", "--json").json["lessons"]["precision"]
    assert (found["right"], found["asked"]) == (1, 2)
