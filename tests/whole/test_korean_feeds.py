"""Ten Korean feeds in the forms that sites give them, as a reader of an English and of a Korean edition meets them."""

import json
import re
from html import unescape
from pathlib import Path
from shutil import copytree

import pytest

from digest.cli import main
from digest.text.columns import COLUMNS, width
from support.running import Run

CORPUS = Path(__file__).parents[1] / "corpus" / "korean"
KEY = "2026-W27"
KINDS = {"newspaper": "news", "releases": "releases"}
TRENDS = {  # by the beginning of a title
    "LLM 에이전트는": "agents",
    "한국어 토크나이저를": "low-resource",
    "노트북 한 대로": "small-quantized",
    "국내 연구진": "open-source",
    "vLLM에서": "efficiency",
    "[논문 리뷰] 사고의": "reasoning",
    "[논문 리뷰] 프롬프트": "robustness",
    "Hanbit-LLM": "mixture-of-experts",
    "파인튜닝": "training-paradigms",
    "시각 언어": "multimodal",
    "희소 오토인코더로": "interpretability",
}
NOTED = "검색 증강 생성, 정말 환각을 줄일까?"
OFF_TOPIC = ("제주도", "새 스마트폰", "[React]")
UNCERTAIN = {"": "Trend uncertain: told by terms and names alone", "ko/": "트렌드 불확실: 용어와 이름만으로 분류"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with these feeds and two editions, and its issue."""
    root = tmp_path_factory.mktemp("korean") / "w"
    copytree(CORPUS, root)
    feeds = "".join(
        f"  - {{name: {path.stem}, url: {path.name}, kind: {KINDS.get(path.stem, 'blog')}}}\n"
        for path in sorted(root.iterdir())
    )
    (root / "feeds.yaml").write_text(
        "digest: {title: Feeds, lookback: 300d, max_age: 300d, editions: [{language: en}, {language: ko}]}\n"
        f"delivery: {{base_url: 'https://digest.example.org'}}\nfeeds:\n{feeds}"
    )
    assert main(["-C", str(root), "build", "--at", "2026-06-29T08:00"]) == 0
    return root


def read(place: Path, name: str) -> str:
    return (place / "archive" / name).read_text("utf-8")


def test_every_document_is_read_and_every_entry_has_a_fate(place: Path) -> None:
    issue = json.loads(read(place, f"{KEY}/issue.json"))
    assert {feed["name"]: feed["status"] for feed in issue["feeds"]} == {path.stem: "ok" for path in CORPUS.iterdir()}
    assert {fate: count for fate, count in issue["receipt"].items() if count} == {
        "shown": 11,
        "also_noted": 1,
        "off_topic": 3,
    }
    assert sorted(one["title"].split(" ")[0] for one in issue["off_topic"]) == sorted(
        title.split(" ")[0] for title in OFF_TOPIC
    )
    assert all("does not read its language" in one["reason"] for one in issue["off_topic"])


def test_terms_tell_the_trend_and_the_item_says_that_it_is_uncertain(place: Path) -> None:
    issue = json.loads(read(place, f"{KEY}/issue.json"))
    items = [item for section in issue["trends"] for item in section["items"]]
    told = {start: item for start in TRENDS for item in items if item["title"].startswith(start)}
    assert {start: item["trends"][0]["id"] for start, item in told.items()} == TRENDS
    assert all(item["by_terms"] for item in items)
    assert [item["title"] for item in issue["also_noted"]] == [NOTED]
    for edition, said in UNCERTAIN.items():
        assert read(place, f"{edition}{KEY}/index.html").count(said) == 11
        for name in ("email.html", "email.txt", "issue.md"):
            assert said in " ".join(unescape(read(place, f"{edition}{KEY}/{name}")).split()), name


def test_the_charset_of_an_old_newspaper_is_read(place: Path) -> None:
    assert "국내 연구진, 매개변수 30억 개 언어 모델 공개…&#34;휴대전화에서 실행&#34;" in read(
        place, f"{KEY}/index.html"
    )


def test_a_korean_text_is_marked_in_english_and_plain_in_korean(place: Path) -> None:
    english, korean = read(place, f"{KEY}/index.html"), read(place, f"ko/{KEY}/index.html")
    title = "한국어 토크나이저를 다시 만들며 배운 것"
    assert re.search(rf'<a href="[^"]*" lang="ko">{title}</a> <span class="soft">\(in Korean\)</span>', english)
    assert re.search(rf'<a href="[^"]*">{title}</a></h3>', korean)
    assert re.search(r'<(?:p|span) lang="ko">같은 문장이라도', english)
    assert re.search(r"(?:<p>|<br>)같은 문장이라도", korean)
    assert f"{title} (in Korean)" in " ".join(read(place, f"{KEY}/email.txt").split())
    assert "(한국어)" not in read(place, f"ko/{KEY}/email.txt")


@pytest.mark.parametrize("edition", ["", "ko/"])
def test_lines_end_within_the_columns_of_a_terminal(place: Path, edition: str) -> None:
    lines = read(place, f"{edition}{KEY}/email.txt").splitlines()
    assert [line for line in lines if width(line) > COLUMNS and "://" not in line] == []


def test_a_word_is_found_with_its_particle_and_without_a_space(place: Path, run: Run) -> None:
    for query, start in (("토크나이저", "한국어"), ("언어모델", "노트북"), ("캐시", "vLLM에서"), ("에이전트", "LLM")):
        hits = run("-C", place, "search", query, "--json").json["hits"]
        assert any(hit["title"].startswith(start) for hit in hits), query


def test_why_says_that_the_classifier_does_not_read_the_language(place: Path, run: Run) -> None:
    told = " ".join(run("-C", place, "why", "https://velog.example.io/@hana/dpo").out.split())
    assert "uncertain: the classifier does not read its language; told by terms and names alone" in told
    assert re.search(r"training-paradigms .*파인튜닝", told)


def test_a_lesson_counts_more_than_terms(place: Path, run: Run, tmp_path: Path) -> None:
    copytree(place, tmp_path / "w")
    assert run("-C", tmp_path / "w", "teach", "--yes", "https://velog.example.io/@hana/dpo", "agents").code == 0
    told = run("-C", tmp_path / "w", "why", "https://velog.example.io/@hana/dpo").out
    assert re.search(r"^agents +0\.[5-9]", told, re.MULTILINE), told
