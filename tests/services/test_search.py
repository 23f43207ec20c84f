"""Searching the archive: every word a word, the best first, and nothing needed but the archive."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.cli.terminal import marked
from digest.model import Issue, Label, Source
from digest.storage.archive import summary_of
from digest.storage.db import open_store
from digest.storage.db.catalogue import Catalogue
from digest.storage.db.search import CLOSE, OPEN, Query
from support.cases import examples
from support.issues import ISSUE, ITEM
from support.running import ROOT, Run


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An archive that was copied here, and nothing else."""
    shutil.copytree(ROOT / "archive", tmp_path / "w/archive")
    return tmp_path / "w"


def entered(catalogue: Catalogue, title: str, *, week: int, trend: str = "agents", summary: str = "") -> None:
    item = replace(ITEM, id=title, title=title, summary=summary, trends=(Label(id=trend, score=1.0),))
    section = replace(ISSUE.trends[0], id=trend, items=(item,), folded=())
    slot = datetime(2026, 1, 5, 7, tzinfo=UTC) + timedelta(weeks=week)
    issue = replace(ISSUE, key=f"2026-W{week + 2:02}", slot=slot, trends=(section,))
    catalogue.put(issue, summary_of(issue), stamp_=str(week))


def carried(week: int, feeds: tuple[str, ...]) -> Issue:
    """An issue with an item of each of these feeds."""
    slot = datetime(2026, 1, 5, 7, tzinfo=UTC) + timedelta(weeks=week)
    items = tuple(replace(ITEM, id=feed, sources=(Source(feed=feed, url="https://example.org/"),)) for feed in feeds)
    section = replace(ISSUE.trends[0], items=items, folded=())
    return replace(ISSUE, key=f"2026-W{week + 2:02}", slot=slot, trends=(section,), also_noted=())


def test_a_copied_archive_can_be_searched(place: Path, run: Run) -> None:
    found = run("-C", place, "search", "state space", "--json").json
    assert found["total"] >= 1
    assert all("state" in hit["title"].lower() + hit["snippet"].lower() for hit in found["hits"])
    assert {hit["key"] for hit in found["hits"]} == {"2026-W27"}
    assert run("-C", place, "reindex", "--json").json == {"issues": 1}
    assert run("-C", place, "search", "state space", "--json").json == found


def test_trend_and_date_narrow_a_search(place: Path, run: Run) -> None:
    hits = run("-C", place, "search", "model*", "--trend", "agents", "--limit", "500", "--json").json["hits"]
    assert hits
    assert all("agents" in hit["trends"] for hit in hits)
    assert run("-C", place, "search", "model", "--since", "2026-06", "--json").json["total"] > 0
    assert run("-C", place, "search", "model", "--since", "2026-07", "--json").json["total"] == 0
    for at, some in (("2026-07-20", True), ("2026-08-20", False)):
        found = run("-C", place, "search", "model", "--since", "4w", "--at", at, "--json").json
        assert (found["total"] > 0) is some
    assert run("-C", place, "search", "model", "--trend", "nonsense").code == 3
    assert run("-C", place, "search", "model", "--since", "2026-13").code == 2
    assert run("-C", place, "search", '"*( ').code == 2


@settings(max_examples=examples(1.5), deadline=None)
@given(st.text(max_size=30) | st.text(alphabet="\"*()-^:{}+ aANDORNTE'\0", max_size=20))
def test_no_query_is_syntax(text: str) -> None:
    with open_store(Path(":memory:")) as store:
        entered(store.catalogue, "Agents AND tools", week=0)
        store.catalogue.search(Query(text=text))
        store.catalogue.search(Query(text=text, trend="agents"))


def test_an_issue_that_changed_or_went_is_searched_as_it_is_now(tmp_path: Path) -> None:
    with open_store(tmp_path / "db") as store:
        entered(store.catalogue, "Mamba one", week=0)
        entered(store.catalogue, "Transformers", week=0)
        assert store.catalogue.search(Query(text="mamba"))[1] == 0
        assert store.catalogue.search(Query(text="transformer"))[1] == 1
        store.catalogue.forget("2026-W02")
        assert store.catalogue.search(Query(text="transformer")) == ((), 0)
        assert store.catalogue.summaries() == ()


def test_items_that_share_enough_of_a_lessons_words_are_found(tmp_path: Path) -> None:
    with open_store(tmp_path / "digest.db") as store:
        entered(store.catalogue, "Premise selection", week=0, summary="Tactics of proof assistants.")
        entered(store.catalogue, "Selection of premises at sea", week=1)
        weights = {"premise selection": 0.3, "tactics": 0.2, 'a "quoted" word': 0.2, "…": 0.1}
        assert [card.key for card in store.catalogue.sharing(weights, least=0.2)] == ["2026-W02"]
        assert store.catalogue.sharing(weights, least=0.6) == ()


def test_titles_count_more_than_summaries_and_new_more_than_old(tmp_path: Path) -> None:
    with open_store(tmp_path / "db") as store:
        entered(store.catalogue, "Mamba old", week=0)
        entered(store.catalogue, "Something else", week=40, summary="It mentions mamba somewhere in passing.")
        entered(store.catalogue, "Mamba new", week=39)
        for week in range(1, 30):
            entered(store.catalogue, f"Filler {week}", week=week)
        hits, total = store.catalogue.search(Query(text="mamba"))
    assert ([hit.card.title for hit in hits], total) == (["Mamba new", "Mamba old", "Something else"], 3)
    assert hits[0].title == "\x02Mamba\x03 new"


@pytest.mark.parametrize(
    ("text", "first"),
    [("C++", "Code in C++"), ("c#", "Code in C#"), ("90% code", "90% of code"), (".NET", "Code on .NET")],
)
def test_what_has_the_signs_of_a_word_comes_first(tmp_path: Path, text: str, first: str) -> None:
    with open_store(tmp_path / "s") as store:
        titles = (
            "Code in C++",
            "Code in C#",
            "Code in C",
            "90% of code",
            "90 kinds of code",
            "Code on .NET",
            "Net code",
        )
        for week, title in enumerate((*titles, *reversed(titles))):
            entered(store.catalogue, title, week=week)
        hits, total = store.catalogue.search(Query(text=text))
        assert [hit.card.title for hit in hits[:2]] == [first] * 2
        assert total > 2


def test_a_piped_search_loads_nothing_heavy(place: Path, run: Run) -> None:
    run("-C", place, "reindex")
    command = [sys.executable, "-X", "importtime", "-m", "digest", "-C", str(place), "search", "agents"]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    loaded = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert told.stdout.startswith("2026-W27\t")
    assert loaded & {"rich", "pydantic", "jinja2", "aiohttp", "numpy", "babel", "yaml"} == set()


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["put", "forget"]), st.sets(st.sampled_from("abc"))), max_size=12
    )
)
def test_how_many_items_a_feed_had_is_what_counting_tells(steps: list[tuple[int, str, set[str]]]) -> None:
    """In whatever order issues come, come again and go."""
    with open_store(Path(":memory:")) as store:
        catalogue, held = store.catalogue, dict[int, tuple[str, ...]]()
        for week, step, feeds in steps:
            issue = carried(week, held_now := tuple(sorted(feeds)))
            if step == "forget":
                catalogue.forget(issue.key)
                held.pop(week, None)
            else:
                held[week] = held_now
                catalogue.put(issue, summary_of(issue), stamp_="")
        counts = Counter(feed for feeds in held.values() for feed in feeds)
        assert {name: count for name, count, _ in catalogue.sources()} == counts
        for feed in counts:
            weeks = [week for week in sorted(held) if feed in held[week]]
            cards = catalogue.source_cards(feed, first=0, last=len(weeks))
            assert [card.key for card in cards] == [carried(week, ()).key for week in weeks]
            assert catalogue.source_cards(feed, first=len(weeks) - 1, last=len(weeks)) == cards[-1:]
            assert [catalogue.source_count(feed, until=carried(week, ()).key) for week in weeks] == list(
                range(1, len(weeks) + 1)
            )


def test_a_hit_is_read_without_texs_marks_and_found_words_stay_marked(place: Path, run: Run) -> None:
    held = next((place / "archive").glob("*/issue.json"))
    told = json.loads(held.read_text())
    told["trends"][0]["items"][0]["title"] = r"Zebra models are $8\times$ \textbf{faster}"
    held.write_text(json.dumps(told))
    plain = "Zebra models are 8× faster"
    assert run("-C", place, "search", "zebra").out.split("\t")[2] == plain
    assert (
        run("-C", place, "search", "zebra", "--json").json["hits"][0]["title"] == told["trends"][0]["items"][0]["title"]
    )
    assert marked(r"\textbf{" + OPEN + "faster" + CLOSE + r"} by $8\times$", "").plain == "faster by 8×"


TITLES = (
    "大規模言語モデルの推論能力を評価する LLM",
    "面向大语言模型的检索增强生成方法 LLM",
    "대규모 언어 모델의 추론 능력 평가 LLM",
    "Τα μεγάλα γλωσσικά μοντέλα LLM",
    "ＦｕｌｌＷｉｄｔｈ LLM title",
    "Naïve résumé screening with an LLM",
)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("推論", 0),
        ("言語モデル", 0),
        ("检索增强", 1),
        ("모델", 2),
        ("추론 LLM", 2),
        ("μεγαλα", 3),
        ("μεγάλα", 3),
        ("fullwidth", 4),
        ("ｆｕｌｌｗｉｄｔｈ", 4),
        ("naive resum*", 5),
    ],
)
def test_words_are_found_in_any_script_width_and_accent(tmp_path: Path, query: str, title: int) -> None:
    with open_store(tmp_path / "store") as store:
        for week, one in enumerate(TITLES):
            entered(store.catalogue, one, week=week)
        hits, total = store.catalogue.search(Query(text=query))
    assert ([hit.card.title for hit in hits], total) == ([TITLES[title]], 1)


def test_characters_that_stand_apart_are_no_word(tmp_path: Path) -> None:
    with open_store(tmp_path / "store") as store:
        entered(store.catalogue, TITLES[0], week=1)
        assert store.catalogue.search(Query(text="推能")) == ((), 0)
