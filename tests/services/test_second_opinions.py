"""A language model's labels: only from one that reads the check texts well, only for uncertain items, only with a sentence of the text."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.classify.corrections import OFF_TOPIC
from digest.classify.second_opinion import SCORE, check_texts
from digest.model import Issue
from digest.services.build import build
from digest.services.collect import collect
from digest.services.explain import SecondOpinion, why
from digest.storage.archive import to_json
from digest.storage.files import resources
from support.modelserver import Chat, Reply, completion, model_server
from support.publishing import Paper

pytest.importorskip("openai", reason="the extra [model] is not installed")

KNOWN = {one.text.title: one.labels for one in check_texts(resources.check_texts())}


def _built(place: Path, url: str, more: str = "") -> Issue:
    paper = Paper(place)
    paper.write("ferns", "lichens")
    text = paper.place.config.read_text()
    paper.place.config.write_text(f"model:\n  base_url: {url}\n  name: small\n  tasks: [labels]\n{more}{text}")
    with paper.at("2026-06-27T08:00") as program:
        return build(program).issue


def _reader(*, knows: bool, sentence: str = "A benchmark of language model reasoning.") -> Callable[[Chat], Reply]:
    """A reader who knows the check texts by heart or not at all, and takes everything else for multimodal."""

    def answer(chat: Chat) -> Reply:
        opinions = []
        for one in json.loads(chat["messages"][1]["content"])["sentences"]:
            labels = next((found for title, found in KNOWN.items() if one["text"].startswith(title[:40])), None)
            mine = (
                ["multimodal"]
                if labels is None
                else []
                if not knows
                else [name for name in labels if name != OFF_TOPIC]
            )
            about = labels is None or ((knows and bool(mine)) or labels == ())
            opinions.append({"number": one["number"], "language_models": about, "trends": mine, "sentence": sentence})
        return completion(json.dumps({"opinions": opinions}))

    return answer


def _trends(issue: Issue) -> set[str]:
    return {item.trends[0].id if item.trends else "" for item in issue.items()}


def test_a_good_reader_changes_uncertain_labels(tmp_path: Path) -> None:
    with model_server(_reader(knows=True)) as (url, asked):
        issue = _built(tmp_path, url)
        assert _trends(issue) == {"multimodal"}
        assert {item.trends[0].score for item in issue.items()} == {SCORE}
        count = len(asked.chats)
        assert asked.tasks == ["labels"] * 13  # twelve batches of check texts, one of items
        assert to_json(_built(tmp_path, url)) == to_json(issue)
        assert len(asked.chats) == count


def test_a_reader_below_the_bar_changes_nothing(tmp_path: Path) -> None:
    with model_server(_reader(knows=False)) as (url, asked):
        issue = _built(tmp_path, url)
    assert "multimodal" not in _trends(issue)
    assert issue.model is not None
    assert "refused, because the upper end is below 0.88" in issue.model.left[0].reason
    assert len(asked.chats) == 12


def test_a_sentence_that_is_not_in_the_text_changes_nothing(tmp_path: Path) -> None:
    with model_server(_reader(knows=True, sentence="It was not said.")) as (url, _):
        assert "multimodal" not in _trends(_built(tmp_path, url))


def test_a_broken_server_is_asked_three_times_for_everything_together(tmp_path: Path) -> None:
    with model_server(lambda _: Reply(status=500)) as (url, asked):
        issue = _built(tmp_path, url)
    assert issue.model is not None
    assert len(asked.chats) <= 4
    assert "3 failures in a row" in issue.model.left[0].reason


def test_a_check_that_the_purse_ended_is_no_result(tmp_path: Path) -> None:
    with model_server(_reader(knows=True)) as (url, asked):
        issue = _built(tmp_path, url, "  purse: {per_issue: 40k}\n")
    assert 0 < len(asked.chats) < 12
    assert "multimodal" not in _trends(issue)
    assert issue.model is not None
    assert [left.reason for left in issue.model.left] == ["the issue’s purse is spent"]


def test_opinions_that_are_stored_need_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_KEY", "sk-1")
    more = "  api_key_env: MODEL_KEY\n"
    with model_server(_reader(knows=True)) as (url, _):
        issue = _built(tmp_path, url, more)
        monkeypatch.delenv("MODEL_KEY")
        assert to_json(_built(tmp_path, url, more)) == to_json(issue)
        assert _trends(issue) == {"multimodal"}


def _why(place: Path, item: str) -> SecondOpinion | None:
    config = (place / "feeds.yaml").read_text()
    paper = Paper(place)
    paper.place.config.write_text(config)
    with paper.at("2026-06-27T08:00") as program:
        return why(program, item).opinion


def test_why_shows_both_opinions_and_what_became_of_the_second(tmp_path: Path) -> None:
    with model_server(_reader(knows=True)) as (url, _):
        first = next(_built(tmp_path, url).items())
    said = _why(tmp_path, first.id)
    assert said is not None
    assert said.in_words == (
        'small: multimodal, for "A benchmark of language model reasoning."; used instead of the classifier\'s'
    )
    with Paper(tmp_path).at("2026-06-27T08:00") as program:
        explained = why(program, first.id).explanation
    assert explained is not None
    assert "multimodal" not in {label.id for label in explained.verdict.labels}


def test_why_says_when_a_second_opinion_was_not_used(tmp_path: Path) -> None:
    with model_server(_reader(knows=True, sentence="It was not said.")) as (url, _):
        first = next(_built(tmp_path, url).items())
    said = _why(tmp_path, first.id)
    assert said is not None
    assert said.effect == "not used: its sentence is not in the text"


def test_why_says_that_an_opinion_is_not_used_once_its_model_is_asked_for_no_labels(tmp_path: Path) -> None:
    with model_server(_reader(knows=True)) as (url, _):
        first = next(_built(tmp_path, url).items())
    config = tmp_path / "feeds.yaml"
    text = config.read_text()
    for change in (("tasks: [labels]", "tasks: [summaries]"), ("name: small", "name: large")):
        config.write_text(text.replace(*change))
        said = _why(tmp_path, first.id)
        assert said is not None
        assert said.effect == "not used: feeds.yaml asks this model for no labels"


def test_another_draft_asks_only_about_new_items(tmp_path: Path) -> None:
    paper = Paper(tmp_path)
    with model_server(_reader(knows=True)) as (url, asked):
        _built(tmp_path, url)
        asked.chats.clear()
        paper.write("ferns", "lichens", "mosses")
        with paper.at("2026-06-27T09:00") as program:
            collect(program)
            build(program)
    (chat,) = asked.data
    assert len(chat["sentences"]) == 1
    assert "mosses" in chat["sentences"][0]["text"].lower()
