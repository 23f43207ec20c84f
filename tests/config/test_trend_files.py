"""The trend files: all nineteen whole, in order, and what is said of a broken one."""

from dataclasses import replace
from pathlib import Path

import pytest

from digest.config import trend_files
from digest.errors import ConfigError
from digest.model import Trend, TrendTexts, Workspace
from digest.storage.files import resources
from digest.text.languages import language_of
from digest.text.words import shipped

GOOD = """---
id: tiny
name: Tiny models
as_of: 2024
order: 3
summary: >-
  Models that fit
  a watch.
terms: {tiny model: 2.0}
claims: [{date: 2024, text: They fit., source: a test}]
---

# Tiny

They are small.
"""


def test_a_trend_file_is_read_whole() -> None:
    trend = trend_files.parse(GOOD, file="tiny.md")
    assert (trend.id, trend.as_of, trend.summary) == ("tiny", "2024", "Models that fit a watch.")
    assert trend.body == "# Tiny\n\nThey are small.\n"
    assert trend.claims[0].date == "2024"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no front matter", "tiny.md:1: expected YAML between two lines ---, followed by the baseline"),
        (GOOD.replace("order: 3", "order: three"), 'tiny.md:5: order: expected a whole number, got "three"'),
        (GOOD.replace("name:", "nam:"), "tiny.md:3: nam: unknown key; did you mean name?"),
        (
            GOOD.replace("{tiny model: 2.0}", "{tiny model: lots}"),
            'tiny.md:9: terms.tiny model: expected a number, got "lots"',
        ),
    ],
)
def test_a_broken_trend_file_names_the_line(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        trend_files.parse(text, file="tiny.md")
    assert message in str(caught.value)


def test_two_files_of_one_place_cannot_describe_one_trend() -> None:
    for texts in (
        TrendTexts(packaged={"a.md": GOOD, "b.md": GOOD}),
        TrendTexts(packaged={}, own={"a.md": GOOD, "b.md": GOOD}),
    ):
        with pytest.raises(ConfigError, match=r"b.md:1: a.md already describes the trend tiny"):
            trend_files.load(texts)


def test_a_workspaces_file_adds_a_trend_by_terms_and_examples_alone() -> None:
    own = (
        "---\nid: watches\nname: Models on watches\nterms: {smartwatch: 2.0}\n---\n\n# Watches\n\nThey fit\na wrist.\n"
    )
    known = trend_files.load(TrendTexts(packaged={"tiny.md": GOOD}, own={"w.md": own}))
    assert list(known) == ["tiny", "watches"]
    assert (known["watches"].summary, known["watches"].as_of) == ("They fit a wrist.", "undated")
    assert known["watches"].own_terms == {}


def test_a_workspaces_file_is_laid_over_the_packaged_trend_of_its_id() -> None:
    own = "---\nid: tiny\nname: Very small models\nterms: {microcontroller: 3.0, tiny model: -1.0}\n---\n"
    before = trend_files.parse(GOOD, file="tiny.md")
    after = trend_files.load(TrendTexts(packaged={"tiny.md": GOOD}, own={"any name.md": own}))["tiny"]
    terms = {"tiny model": -1.0, "microcontroller": 3.0}
    assert after == replace(before, name="Very small models", terms=terms, own_terms=terms)


def test_a_trend_without_terms_and_examples_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"w.md:2: terms: expected terms or examples, got neither"):
        trend_files.load(TrendTexts(packaged={}, own={"w.md": "---\nid: watches\nname: Watches\n---\n"}))


def test_the_workspaces_trend_files_are_read_beside_the_packaged_ones(tmp_path: Path) -> None:
    own = Workspace(root=tmp_path)
    own.trends.mkdir()
    (own.trends / "tiny.md").write_text(GOOD, "utf-8")
    (own.trends / "agents.md").write_text("---\nid: agents\nname: My agents\n---\n", "utf-8")
    known = trend_files.load(resources.trend_texts(own))
    assert len(known) == 20
    assert known["agents"].name == "My agents"


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Trend]:
    return trend_files.load(resources.trend_texts(Workspace(root=tmp_path_factory.mktemp("empty"))))


def test_the_nineteen_trends_stand_in_their_order(packaged: dict[str, Trend]) -> None:
    assert [trend.order for trend in packaged.values()] == list(range(1, 20))


def test_every_packaged_trend_is_filled_in(packaged: dict[str, Trend]) -> None:
    for trend in packaged.values():
        assert len(trend.terms) >= 20, trend.id
        assert 15 <= len(trend.summary.split()) <= 60, trend.id
        assert len(trend.body.split()) >= 100, trend.id
        assert trend.seeds, trend.id
        assert trend.claims, trend.id
        assert bool(trend.name_ko) == bool(trend.summary_ko), trend.id


def test_a_claim_or_a_work_without_words_is_named() -> None:
    front = (
        "id: watches\nname: Watches\nexamples:\n  - {name: '', note: Small.}\n"
        "claims:\n  - {date: 2024, text: They fit., source: ''}\n  - {date: 2024, text: A., source: b, about: [[]]}\n"
    )
    with pytest.raises(ConfigError) as refused:
        trend_files.load(TrendTexts(packaged={}, own={"w.md": f"---\n{front}---\n"}))
    assert [(problem.line, problem.path) for problem in refused.value.problems] == [
        (5, "examples[0].name"),
        (7, "claims[0].source"),
        (8, "claims[1].about[0]"),
    ]


def test_an_unknown_key_of_a_claim_is_refused() -> None:
    front = (
        "id: watches\nname: Watches\nterms: {watch: 1}\nclaims:\n  - {date: 2024, text: A., source: b, colour: red}\n"
    )
    with pytest.raises(ConfigError, match=r"w.md:6: claims\[0\].colour"):
        trend_files.load(TrendTexts(packaged={}, own={"w.md": f"---\n{front}---\n"}))


def test_every_trend_is_told_in_every_shipped_language(tmp_path: Path) -> None:
    """Adding a trend means adding its texts: `src/digest/languages/*/trends/`."""
    place = Workspace(root=tmp_path)
    english = trend_files.load(resources.trend_texts(place))
    for language in shipped()[1:]:
        known = trend_files.load(resources.trend_texts(place, language))
        assert list(known) == list(english)
        for id_, trend in known.items():
            assert (trend.terms, len(trend.claims)) == (english[id_].terms, len(english[id_].claims))
            for text in (trend.name, trend.summary, trend.body, *(claim.text for claim in trend.claims)):
                assert language_of(text) == language, (id_, text)


def test_a_workspaces_own_texts_in_a_language_come_before_the_packaged_ones(tmp_path: Path) -> None:
    place = Workspace(root=tmp_path)
    (place.trends / "ko").mkdir(parents=True)
    (place.trends / "ko" / "tiny.md").write_text("---\nname: 작은 모델\nsummary: 작습니다.\n---\n본문입니다.\n")
    (place.trends / "tiny.md").write_text(GOOD)
    tiny = trend_files.load(resources.trend_texts(place, "ko"))["tiny"]
    assert (tiny.name, tiny.summary, tiny.body) == ("작은 모델", "작습니다.", "본문입니다.\n")


def test_texts_with_other_claims_than_the_trends_are_refused(tmp_path: Path) -> None:
    place = Workspace(root=tmp_path)
    (place.trends / "ko").mkdir(parents=True)
    (place.trends / "tiny.md").write_text(GOOD)
    (place.trends / "ko" / "tiny.md").write_text("---\nname: ㄱ\nsummary: ㄴ\nclaims: [하나, 둘, 셋, 넷, 다섯]\n---\n")
    with pytest.raises(ConfigError, match="claims of the trend in its order, got 5"):
        trend_files.load(resources.trend_texts(place, "ko"))


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_a_list_of_terms_names_every_trend_in_its_language(tmp_path: Path, language: str) -> None:
    texts = resources.foreign_texts(Workspace(root=tmp_path)).terms
    (file,) = [path for path in texts if f"/{language}/" in path]
    terms = trend_files.terms_by_trend(texts[file], file=file)
    assert set(terms) == set(trend_files.load(resources.trend_texts(Workspace(root=tmp_path))))
    assert min(map(len, terms.values())) >= 3
    assert not any(phrase.isascii() or phrase != phrase.lower() for phrases in terms.values() for phrase in phrases)


def test_a_broken_list_of_terms_names_its_lines() -> None:
    with pytest.raises(ConfigError, match=r"zh.yaml:2: agents.智能体: expected a number"):
        trend_files.terms_by_trend("agents:\n  智能体: many\n", file="zh.yaml")
