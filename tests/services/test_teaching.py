"""What stands behind a link of a mail: items of closed issues for everybody, those of a letter for its reader alone."""

import time
from pathlib import Path

import pytest

from digest.model import IssueItem, Label, Preferences, Source
from digest.services.collect import collect
from digest.services.effects import effects
from digest.services.preferences import prefer
from digest.services.publish import publish
from digest.services.teaching import behind, lesson_of, meant
from digest.storage.archive import from_json
from digest.text.clean import anchor
from support.publishing import Paper


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """A weekly whose reader got a daily letter with one item that no issue holds yet."""
    made = Paper(tmp_path / "w")
    made.write("one")
    with made.at("2026-06-01T12:00") as program:
        collect(program)
        with program.store.transaction():
            for name in ("ada", "bob"):
                program.store.subscribers.add(f"{name}@x.example", key=f"{name}@x.example", at=program.now)
            person = program.store.subscribers.find("ada@x.example")
            assert person is not None
            prefer(program.store, program.config.digest, person.id, Preferences(frequency="daily", hour=7), program.now)
    with made.at("2026-06-02T05:00") as program:
        assert len(publish(program, effects(time)).rounds) == 1
    return made


def test_an_item_of_a_letter_is_known_to_its_reader_alone(paper: Paper) -> None:
    with paper.at("2026-06-02T12:00") as program:
        store = program.store
        ada, bob = (store.subscribers.find(f"{name}@x.example") for name in ("ada", "bob"))
        assert ada is not None
        assert bob is not None
        (row,) = store.letters.of_reader(ada.id)
        texts = store.letters.texts(row.key)
        assert texts is not None
        item = next(from_json(texts.issue.encode()).items())
        place = anchor(item.id)
        assert behind(store, program.archive, ada.id, row.name, place) == (item, from_json(texts.issue.encode()))
        assert behind(store, program.archive, bob.id, row.name, place) is None
        assert behind(store, program.archive, ada.id, "1999-W01", place) is None
    with paper.at("2026-06-08T06:00") as program:
        publish(program, effects(time))
    with paper.at("2026-06-08T12:00") as program:
        found = behind(program.store, program.archive, bob.id, "2026-W24", place)
        assert found is not None
        assert found[0].id == item.id


def test_an_item_stands_for_its_trend_its_words_its_people_and_itself(paper: Paper) -> None:
    item = IssueItem(
        id="arxiv:2606.00001",
        title="Speculative Decoding for Sparse Mixtures; Part = 2",
        url="https://arxiv.org/abs/2606.00001",
        authors=("Ada Byron", "B", "C", "D", "Grace Hopper"),
        trends=(Label(id="efficiency", score=1.0), Label(id="agents", score=0.5)),
        sources=(Source(feed="elsewhere", url=""),),
    )
    with paper.at("2026-06-02T12:00") as program:
        lesson = lesson_of(item, program.config, [item.title, *(f"On sparse mixtures {n}" for n in range(3))])
    assert lesson.names[:2] == ("trend:efficiency", "trend:agents")
    assert [name for name in lesson.names if name.startswith("author:")] == [
        "author:Ada Byron",
        "author:B",
        "author:Grace Hopper",
    ]
    assert lesson.names[-1] == "work:arxiv:2606.00001"
    assert lesson.first == {"trend:efficiency", *(name for name in lesson.names if name.startswith("term:"))}
    assert "term:speculative decoding" in lesson.first
    assert "term:sparse mixtures" not in lesson.names, "too common to say anything"
    assert not any(mark in name for name in lesson.names for mark in ";=")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Agents", "trend:agents"),
        ("“LLM agents”", "trend:agents"),
        ("arXiv 2601.00001", "work:arxiv:2601.00001"),
        ("2601.00001", "work:arxiv:2601.00001"),
        ("KV cache.", "term:KV cache"),
        ("a=b; c", "term:a b  c"),
        ("x" * 300, "term:" + "x" * 100),
    ],
)
def test_words_of_an_answer_mean_one_name(paper: Paper, words: str, expected: str) -> None:
    with paper.at("2026-06-02T12:00") as program:
        assert meant(words, program, ()) == expected
