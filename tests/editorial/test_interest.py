"""What an editor would pick: the signals, that they can be told, and that they find real picks better than chance."""

import gzip
import json
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.interest import MOST, SIGNALS, features, interest, reasons

WORDS = sorted(
    {word for signal in SIGNALS for word in re.findall(r"[a-z0-9-]+", re.sub(r"\\[a-z]", " ", signal.pattern.pattern))}
)


def test_the_reasons_are_the_signals_that_speak_for_an_item_strongest_first() -> None:
    title = "A Survey of Agents"
    assert reasons(title, "") == ("agents in the title", "survey")
    assert interest(title, "") > interest("A Survey of Galaxies", "") > interest("Detection of Galaxies in Arabic", "")


@given(st.text(max_size=200), st.text(max_size=500))
def test_every_text_has_one_bounded_number_per_signal(title: str, summary: str) -> None:
    found = features(title, summary)
    assert len(found) == len(SIGNALS) + 2
    assert all(0 <= value <= MOST for value in found[: len(SIGNALS)])


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_a_text_that_is_not_searched_has_no_match(words: list[str]) -> None:
    text = " ".join(words)
    for signal in SIGNALS:
        assert signal.count(text) == min(len(signal.pattern.findall(text)), MOST), signal.name


def test_a_missing_summary_counts_neither_way() -> None:
    assert interest("A title", "") == interest("A title", " ".join(["word"] * 180))


def test_an_editors_picks_stand_well_before_the_middle(shared: Path) -> None:
    with gzip.open(shared / "data/picks/week-2025-03-31.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [row for number, row in enumerate(map(json.loads, file)) if row["pick"] or number % 4 == 0]
    worth = sorted((-interest(row["title"], row["summary"] or ""), row["pick"]) for row in rows)
    places = [place for place, (_, picked) in enumerate(worth) if picked]
    assert sum(places) / len(places) < len(rows) / 6
