"""Whatever a server does, a request ends as an answer or as a failure, in time, and without a word of the key."""

import gzip
import socket
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from digest.config import ModelSettings
from digest.llm.client import TOO_LONG, Client
from digest.llm.requests import Answer, Failure, Request
from support.modelserver import Chat, Reply, completion, model_server

pytest.importorskip("openai", reason="the extra [model] is not installed")

SETTINGS = ModelSettings(base_url="http://127.0.0.1:9", name="small", timeout=timedelta(minutes=1))
REQUEST = Request(task="results", model="small", system="Write.", data="{}", schema={"type": "object"}, most=50)
KEY = "sk-very-secret"


def _asked(reply: Reply, settings: ModelSettings = SETTINGS) -> Answer | Failure:
    with model_server(lambda _: reply) as (url, _):
        (found,) = Client(replace(settings, base_url=url), KEY).ask([REQUEST], seconds=60)
    return found


def test_an_answer_has_its_text_and_its_tokens() -> None:
    assert _asked(completion("Fine.")) == Answer(content="Fine.", input=700, output=50)


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        {"prompt_tokens": "many"},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": -1, "completion_tokens": True},
        {"prompt_tokens": 10**30, "completion_tokens": 1e400},
        [],
    ],
)
def test_tokens_that_are_not_told_are_unknown(usage: object) -> None:
    assert _asked(completion("Fine.", usage=usage)) == Answer(content="Fine.")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(body=b"<html>Bad gateway</html>", kind="text/html"), "the server’s answer is no chat completion"),
        (Reply(body=completion("Fine.").body[:40]), "the server’s answer is no chat completion"),
        (Reply(body=b"[" * 100_000), "the server’s answer is no chat completion"),
        (Reply(body=b"null"), "the server’s answer is no chat completion"),
        (Reply(body=b'{"choices": []}'), "the server’s answer is no chat completion"),
        (Reply(body=b'{"error": {"message": "overloaded"}}'), "the server’s answer is no chat completion"),
        (Reply(body=b""), "the server’s answer is no chat completion"),
        (Reply(body=b"\xff\xfe\x00"), "the server’s answer is no chat completion"),
        (
            Reply(body=b'data: {"choices": []}\n\ndata: [DONE]\n\n', kind="text/event-stream"),
            "the server’s answer is no chat completion",
        ),
        (completion(None), "the model answered nothing"),
        (completion("  "), "the model answered nothing"),
        (Reply(hang_up=True), "the server could not be reached, or broke off"),
        (replace(completion("Fine."), hang_up=True), "the server could not be reached, or broke off"),
        (
            replace(completion("Fine."), headers={"Content-Encoding": "gzip"}),
            "the server could not be reached, or broke off",
        ),
    ],
    ids=range(14),
)
def test_what_is_no_answer_is_a_failure(reply: Reply, reason: str) -> None:
    assert _asked(reply) == Failure(reason=reason)


@pytest.mark.parametrize("reply", [Reply(wait=600), replace(completion("Fine."), drip=60)], ids=["silent", "dripping"])
def test_a_server_that_is_too_slow_is_a_failure(reply: Reply) -> None:
    impatient = replace(SETTINGS, timeout=timedelta(seconds=0.3))
    assert _asked(reply, impatient) == Failure(reason="the server did not answer in time")


EVENT = b'data: {"choices": [{"delta": {"content": "more "}}]}\n\n'


def test_a_stream_of_events_that_drips_without_end_is_a_failure() -> None:
    impatient = replace(SETTINGS, timeout=timedelta(seconds=0.3))
    reply = Reply(body=EVENT, kind="text/event-stream", endless=True, drip=0.01)
    assert _asked(reply, impatient) == Failure(reason="the server did not answer in time")


@pytest.mark.parametrize("status", [200, 500])
def test_no_more_is_read_than_an_answer_can_have(status: int) -> None:
    reply = Reply(status=status, body=EVENT * 1_000, kind="text/event-stream", endless=True)
    assert _asked(reply) == Failure(reason=TOO_LONG)


def test_an_answer_that_swells_when_it_is_unpacked_is_not_read() -> None:
    packed = gzip.compress(b"[" * 5_000_000, compresslevel=1)
    assert _asked(Reply(body=packed, headers={"Content-Encoding": "gzip"})) == Failure(reason=TOO_LONG)


def test_a_packed_answer_is_unpacked() -> None:
    packed = replace(
        completion(None), body=gzip.compress(completion("Fine.").body), headers={"Content-Encoding": "gzip"}
    )
    assert _asked(packed) == Answer(content="Fine.", input=700, output=50)


def test_an_answer_is_not_much_longer_than_was_asked_for() -> None:
    assert _asked(completion("word " * 2_000)) == Failure(reason=TOO_LONG)


def test_half_of_a_character_is_no_text() -> None:
    assert _asked(completion("a\ud800b")) == Answer(content="a?b", input=700, output=50)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with model_server() as (elsewhere, asked):
        reply = Reply(status=status, headers={"Location": f"{elsewhere}/chat/completions?api_key={KEY}"})
        assert _asked(reply) == Failure(reason=f"the server answered {status}", free=True)
    assert asked.chats == []


@pytest.mark.parametrize("status", [400, 401, 404, 422, 500, 502])
def test_an_error_of_the_server_is_named_by_its_number_alone(status: int) -> None:
    body = f'{{"error": {{"message": "Incorrect API key provided: {KEY}"}}}}'.encode()
    assert _asked(Reply(status=status, body=body)) == Failure(reason=f"the server answered {status}", free=True)


def test_a_server_that_puts_off_is_asked_again_when_it_says() -> None:
    replies = [
        Reply(status=429, headers={"Retry-After": "0.2"}),
        Reply(status=503, headers={"Retry-After": "0"}),
        completion("Fine."),
    ]
    with model_server(lambda _: replies.pop(0)) as (url, asked):
        begun = time.monotonic()
        found = Client(replace(SETTINGS, base_url=url), "").ask([REQUEST], seconds=60)
        assert time.monotonic() - begun >= 0.2
    assert found == [Answer(content="Fine.", input=700, output=50)]
    assert len(asked.chats) == 3


def test_a_date_to_come_again_counts_from_the_servers_own_clock() -> None:
    behind = datetime(2001, 1, 1, 12, 0, 0, tzinfo=UTC)
    later = {"Date": format_datetime(behind, usegmt=True)}
    later["Retry-After"] = format_datetime(behind + timedelta(seconds=1), usegmt=True)
    replies = [Reply(status=429, headers=later), completion("Fine.")]
    with model_server(lambda _: replies.pop(0)) as (url, _):
        begun = time.monotonic()
        (found,) = Client(replace(SETTINGS, base_url=url), "").ask([REQUEST], seconds=60)
        assert time.monotonic() - begun >= 1
    assert found == Answer(content="Fine.", input=700, output=50)


@pytest.mark.parametrize(
    "after",
    [
        "60",
        "-1",
        "soon",
        "",
        "Fri, 31 Dec 2027 23:59:59 GMT",
        "Sat, 01 Jan 2000 00:00:00 GMT",
        "nan",
        "1e400",
        "99999999999999999999",
        "Fri, 31 Dec 2027 23:59:59 -0000",
        "Fri, 31 Dec 99999 23:59:59 GMT",
    ],
)
def test_a_server_that_puts_off_too_long_is_not_waited_for(after: str) -> None:
    found = _asked(Reply(status=429, headers={"Retry-After": after}))
    assert isinstance(found, Failure)
    assert found.reason == "the server answered 429"


def test_a_server_that_nobody_runs_is_a_failure() -> None:
    (found,) = Client(SETTINGS, KEY).ask([REQUEST], seconds=60)
    assert found == Failure(reason="the server could not be reached, or broke off")


def test_a_name_that_takes_long_to_look_up_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()

    def stuck(*_: object, **__: object) -> None:
        free.wait(60)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    client = Client(replace(SETTINGS, base_url="http://model.example:9", timeout=timedelta(seconds=0.2)), KEY)
    begun = time.monotonic()
    try:
        assert client.ask([REQUEST], seconds=60) == [Failure(reason="the server did not answer in time")]
        assert client.models() == []
        assert time.monotonic() - begun < 30
    finally:
        free.set()


def test_nothing_outlasts_its_time() -> None:
    def slow(_: Chat) -> Reply:
        return replace(completion("Fine."), wait=600)

    with model_server(slow) as (url, _):
        patient = replace(SETTINGS, base_url=url, timeout=timedelta(hours=1))
        found = Client(patient, "").ask([REQUEST, REQUEST], seconds=0.3)
    assert [isinstance(one, Failure) for one in found] == [True, True]


def test_a_request_is_what_every_server_understands() -> None:
    with model_server() as (url, asked):
        Client(replace(SETTINGS, base_url=url), KEY).ask(
            [replace(REQUEST, data='{"sentences": [{"text": "One."}]}')], seconds=60
        )
    (chat,) = asked.chats
    form = {"name": "results", "schema": {"type": "object"}, "strict": True}
    assert chat == {
        "model": "small",
        "messages": [
            {"role": "system", "content": "Write."},
            {"role": "user", "content": '{"sentences": [{"text": "One."}]}'},
        ],
        "max_tokens": 50,
        "temperature": 0,
        "seed": 1,
        "response_format": {"type": "json_schema", "json_schema": form},
    }
    assert asked.headers[0]["authorization"] == f"Bearer {KEY}"


def test_nothing_of_other_programs_variables_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-other")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-other")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-other-admin")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Other: secret-other\nAuthorization: Bearer sk-other")
    with model_server() as (url, asked):
        client = Client(replace(SETTINGS, base_url=url), KEY)
        client.ask([replace(REQUEST, data='{"sentences": [{"text": "One."}]}')], seconds=60)
    (headers,) = asked.headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert "other" not in str(headers)


def test_a_server_without_schemas_is_not_sent_one() -> None:
    with model_server(lambda _: completion("{}")) as (url, asked):
        Client(replace(SETTINGS, base_url=url, structured=False), "").ask([REQUEST], seconds=60)
    assert "response_format" not in asked.chats[0]
