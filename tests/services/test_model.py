"""`digest model check`, and the key that stays where it is."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from digest.config import ModelSettings, ModelTask
from digest.config.settings import PurseSettings
from digest.services.model_check import estimate
from digest.storage.files import resources
from support.modelserver import Reply, completion, model_server, sentences
from support.running import Run

pytest.importorskip("openai", reason="the extra [model] is not installed")

KEY = "sk-very-secret"


def configured(place: Path, url: str, more: str = "", *, name: str = "small") -> None:
    """Configure the model of a workspace."""
    text = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(f"model:\n  base_url: {url}\n  name: {name}\n  timeout: 60s\n{more}{text}")


def test_a_check_names_the_model_and_estimates_an_issue(tmp_path: Path, run: Run) -> None:
    run("init", tmp_path)
    models = [{"id": "small", "max_model_len": 32768}]
    with model_server(lambda _: sentences(("Fine.", [1])), models) as (url, asked):
        configured(tmp_path, url, "  purse: {price: {input: 0.5, output: 1.5}}\n")
        found = run("-C", tmp_path, "model", "check")
        data = run("-C", tmp_path, "model", "check", "--json").json
    assert found.code == 0
    assert f"Server: {url}\nModel: small (context: 32,768 tokens; structured answers: work)\n" in found.out
    assert len(asked.chats) == 2
    assert data["structured"] is True
    assert data["price"] == pytest.approx((data["tokens_in"] * 0.5 + data["tokens_out"] * 1.5) / 1e6)


@pytest.mark.parametrize("size", [True, -1, 0, 10**30, "many", None])
def test_a_context_of_no_sense_is_not_told(tmp_path: Path, run: Run, size: object) -> None:
    run("init", tmp_path)
    with model_server(lambda _: sentences(("Fine.", [1])), [{"id": "small", "max_model_len": size}]) as (url, _):
        configured(tmp_path, url)
        assert "(context: not told; " in run("-C", tmp_path, "model", "check").out


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        (completion("Sure! Here it is."), "the model did not answer in the form that was asked for"),
        (Reply(status=401, body=f'{{"error": "bad key {KEY}"}}'.encode()), "the server answered 401"),
    ],
)
def test_a_model_that_cannot_be_used_is_said_to_be(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, reply: Reply, trouble: str
) -> None:
    run("init", tmp_path)
    monkeypatch.setenv("MODEL_KEY", KEY)
    with model_server(lambda _: reply) as (url, _):
        configured(tmp_path, url, "  api_key_env: MODEL_KEY\n")
        found = run("-C", tmp_path, "model", "check")
    assert found.code == 1
    assert trouble in found.err
    assert KEY not in found.out + found.err


def test_without_a_model_there_is_nothing_to_check(tmp_path: Path, run: Run) -> None:
    run("init", tmp_path)
    found = run("-C", tmp_path, "model", "check")
    assert (found.code, found.err) == (3, "digest: model: none is configured; add a section `model:` to feeds.yaml\n")


def test_a_key_that_is_not_there_is_named(tmp_path: Path, run: Run) -> None:
    run("init", tmp_path)
    configured(tmp_path, "http://127.0.0.1:9", "  api_key_env: NO_SUCH_KEY\n")
    found = run("-C", tmp_path, "model", "check")
    assert found.code == 2
    assert "model.api_key: the variable NO_SUCH_KEY is empty" in found.err


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("  api_key: sk-1\n", "model: unknown key"),
        ("  tasks: [poems]\n", "tasks"),
        ("  purse: {per_issue: lots}\n", "a number of tokens such as 200k or 5M"),
        ("  purse: {per_issue: 10M}\n", "per_issue is more than per_month"),
        ("  tasks: [translation]\n", "needs the languages to translate into"),
        ("  api_key_env: A\n  api_key_file: b\n", "keep only one"),
        ("  name: small\n", "occurs twice"),
        ("  purse: {per_issue: -5}\n", "a number of tokens"),
        ("  purse: {per_issue: 0}\n", "a number of tokens"),
        ("  purse: {per_issue: true}\n", "a number of tokens"),
        ("  purse: {price: {input: -1}}\n", "greater than or equal to 0"),
        ("  purse: {price: {output: .nan}}\n", "finite number"),
    ],
)
def test_a_wrong_setting_is_an_error(tmp_path: Path, run: Run, more: str, problem: str) -> None:
    run("init", tmp_path)
    configured(tmp_path, "http://127.0.0.1:9", more)
    found = run("-C", tmp_path, "model", "check")
    assert found.code == 2
    assert problem in found.err or "api_key" in found.err


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ('"a\\e[31m\\ab"', "model.name: expected one line without control characters, got a [31m b\n"),
        ('"a\\nb"', "model.name: expected one line without control characters, got a b\n"),
        ('" "', "model.name: expected a text with a visible character"),
        ('"\\u202e"', "model.name: expected a text with a visible character"),
    ],
)
def test_a_name_of_control_characters_is_refused_and_not_printed(
    tmp_path: Path, run: Run, name: str, problem: str
) -> None:
    run("init", tmp_path)
    configured(tmp_path, "http://127.0.0.1:9", name=name)
    found = run("-C", tmp_path, "model", "check")
    assert found.code == 2
    assert problem in found.err
    assert found.err.replace("\n", "").isprintable()


def test_a_key_in_place_of_its_variable_is_not_repeated(tmp_path: Path, run: Run) -> None:
    run("init", tmp_path)
    configured(tmp_path, "http://127.0.0.1:9", f"  api_key_env: {KEY}\n")
    found = run("-C", tmp_path, "model", "check")
    assert found.code == 2
    assert "model.api_key_env: expected the name of an environment variable" in found.err
    assert KEY not in found.out + found.err


def test_an_estimate_has_every_task() -> None:
    templates = resources.packaged_templates()

    def tokens(*tasks: ModelTask, languages: tuple[str, ...] = (), purse: int = 200_000) -> tuple[int, int]:
        settings = ModelSettings(base_url="http://127.0.0.1:9", name="small", tasks=tasks, languages=languages)
        return estimate(replace(settings, purse=PurseSettings(per_issue=purse)), templates)

    assert tokens() == (0, 0)
    assert tokens("lead", "lead") == tokens("lead")
    for task in get_args(ModelTask):
        assert min(tokens(task, languages=("ko",))) > 0, task
    assert sum(tokens("labels")) <= 50_000  # their quarter of the purse
    assert sum(tokens("labels", purse=1_000)) == 0
    assert sum(tokens("labels", purse=10**12)) < 200_000  # a week has so many items


def test_a_key_is_not_sent_unencrypted_to_another_machine(tmp_path: Path, run: Run) -> None:
    run("init", tmp_path)
    configured(tmp_path, "http://models.example.org/v1", "  api_key_env: A\n")
    assert "use https" in run("-C", tmp_path, "model", "check").err


def test_a_key_in_an_address_is_refused_and_not_repeated(tmp_path: Path, run: Run) -> None:
    for number, address in enumerate((f"https://user:{KEY}@example.org/v1", f"https://example.org/v1?key={KEY}")):
        run("init", tmp_path / str(number))
        configured(tmp_path / str(number), address)
        found = run("-C", tmp_path / str(number), "model", "check")
        assert found.code == 2
        assert "model.base_url: expected an address" in found.err
        assert KEY not in found.out + found.err


@pytest.mark.parametrize("key", ["sk 1", "sk-1\nsk-2", "schlüssel"])
def test_what_can_be_no_key_is_refused_and_not_repeated(tmp_path: Path, run: Run, key: str) -> None:
    run("init", tmp_path)
    (tmp_path / "key").write_text(f"{key}\n", encoding="utf-8")
    configured(tmp_path, "http://127.0.0.1:9", "  api_key_file: key\n")
    found = run("-C", tmp_path, "model", "check")
    assert found.code == 2
    assert "model.api_key: it has a space or a character that no key has" in found.err
    assert key not in found.out + found.err
