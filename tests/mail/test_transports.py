"""The contract that every channel keeps, whatever it speaks; each case is a working way out, then one that cannot work."""

import json
import ssl
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from digest.mail.sendmail import Command, Outbox
from digest.mail.sendmail import meaning as command_meaning
from digest.mail.smtp.client import Smtp
from digest.mail.smtp.login import Server
from digest.mail.transport import Channel, Letter, Outcome
from digest.mail.webhook import Webhook, announcement
from support.mailing import hand_over, outcome_of
from support.smtpserver import serving


@dataclass
class Way:
    """`taken` lists what arrived at the other end."""

    channel: Channel
    letter: Letter
    taken: Callable[[], list[bytes]]


MAIL = Letter(
    id="2026-W27.abc@example.org",
    sender="s@example.org",
    recipient="r@example.org",
    content=b"To: r@example.org\r\n\r\nHello\r\n",
)


@contextmanager
def _smtp(tmp_path: Path) -> Iterator[Way]:
    with serving() as server:
        options = Server(
            host="127.0.0.1", port=server.port, security="none", timeout=2, trust=ssl.create_default_context()
        )
        yield Way(Smtp(options), MAIL, lambda: [taken.content for taken in server.taken])


@contextmanager
def _outbox(tmp_path: Path) -> Iterator[Way]:
    new = tmp_path / "outbox/new"
    yield Way(
        Outbox(tmp_path / "outbox"), MAIL, lambda: [p.read_bytes() for p in new.iterdir()] if new.exists() else []
    )


@contextmanager
def _command(tmp_path: Path) -> Iterator[Way]:
    taken = tmp_path / "taken"
    program = _script(tmp_path, f'printf "%s " "$@" >> {taken}; cat >> {taken}')
    yield Way(Command([str(program), "-i"], timeout=10), MAIL, lambda: [taken.read_bytes()] if taken.exists() else [])


@contextmanager
def _webhook(tmp_path: Path, *, status: int = 200) -> Iterator[Way]:
    posted: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    letter = announcement("2026-W27", title="LLM Trends", body="One line\n\n- [A story](https://example.org/)")
    try:
        yield Way(Webhook(f"mmost://127.0.0.1:{server.server_port}/sesame0123456789"), letter, lambda: posted)
    finally:
        server.shutdown()
        server.server_close()


def _script(folder: Path, text: str) -> Path:
    path = folder / "sendmail"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


WAYS = [_smtp, _outbox, _command, _webhook]


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__[1:])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    with request.param(tmp_path) as made:
        yield made


def test_a_message_is_offered_once_before_anything_leaves(way: Way) -> None:
    there_at_the_offer: list[int] = []

    def offer() -> bool:
        there_at_the_offer.append(len(way.taken()))
        return True

    outcome = hand_over(way.channel, way.letter, offer)
    way.channel.close()
    assert outcome is not None
    assert outcome.kind == "accepted"
    assert there_at_the_offer == [0]
    assert len(way.taken()) == 1


def test_what_may_not_leave_does_not(way: Way) -> None:
    assert hand_over(way.channel, way.letter, lambda: False) is None
    assert way.taken() == []
    assert outcome_of(way.channel, way.letter).kind == "accepted"
    way.channel.close()
    assert len(way.taken()) == 1


def test_a_talk_that_is_given_up_leaves_nothing_behind(way: Way) -> None:
    talk = way.channel.send(way.letter, lambda: None)
    next(talk)
    talk.close()
    assert outcome_of(way.channel, way.letter).kind == "accepted"
    way.channel.close()
    assert len(way.taken()) == 1


def test_closing_twice_is_fine(way: Way) -> None:
    way.channel.close()
    way.channel.close()


BROKEN: dict[str, Callable[[Path], Channel]] = {
    "smtp": lambda _: Smtp(
        Server(host="127.0.0.1", port=1, security="none", timeout=1, trust=ssl.create_default_context())
    ),
    "outbox": lambda tmp_path: Outbox(_file(tmp_path)),
    "command": lambda tmp_path: Command([str(tmp_path / "nothing")], timeout=1),
}


def _file(folder: Path) -> Path:
    (folder / "outbox").write_text("in the way")
    return folder / "outbox"


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_work_is_an_outcome_and_offers_nothing(name: str, tmp_path: Path) -> None:
    offers: list[int] = []
    channel = BROKEN[name](tmp_path)

    def offer() -> bool:
        offers.append(1)
        return False

    outcome = hand_over(channel, MAIL, offer)
    channel.close()
    assert outcome is not None
    assert (outcome.kind in ("locked_out", "unreachable"), offers) == (True, [])
    assert outcome.reply


def test_the_outbox_holds_a_message_once(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox")
    for _ in range(2):
        assert outcome_of(outbox, MAIL).kind == "accepted"
    (path,) = (tmp_path / "outbox/new").iterdir()
    assert path.read_bytes() == b"To: r@example.org\n\nHello\n"


def test_a_command_gets_the_envelope_as_arguments(tmp_path: Path) -> None:
    with _command(tmp_path) as way:
        outcome_of(way.channel, way.letter)
        assert way.taken() == [b"-i -f s@example.org -- r@example.org To: r@example.org\n\nHello\n"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (0, "accepted"),
        (75, "deferred"),
        (67, "refused"),
        (65, "refused"),
        (77, "barred"),
        (1, "barred"),
        (-9, "in_doubt"),
    ],
)
def test_what_an_exit_code_means(code: int, kind: str) -> None:
    assert command_meaning(code) == kind


def test_a_commands_words_are_kept(tmp_path: Path) -> None:
    program = _script(tmp_path, "cat > /dev/null; echo 'user unknown' >&2; exit 67")
    outcome = outcome_of(Command([str(program)], timeout=10), MAIL)
    assert (outcome.kind, outcome.reply) == ("refused", "user unknown")


def test_a_command_that_does_not_end_is_in_doubt(tmp_path: Path) -> None:
    program = _script(tmp_path, "exec sleep 30")
    assert outcome_of(Command([str(program)], timeout=0.2), MAIL).kind == "in_doubt"


@pytest.mark.parametrize(("status", "kind"), [(404, "barred"), (429, "deferred"), (503, "deferred")])
def test_a_webhooks_refusal_keeps_its_address_secret(tmp_path: Path, status: int, kind: str) -> None:
    with _webhook(tmp_path, status=status) as way:
        outcome = outcome_of(way.channel, way.letter)
    assert outcome.kind == kind
    assert "sesame" not in outcome.reply


def test_a_webhook_that_nobody_answers_never_left() -> None:
    outcome = outcome_of(Webhook("mmost://127.0.0.1:1/sesame0123456789"), announcement("k", title="t", body="b"))
    assert outcome.kind == "unreachable"
    assert "sesame" not in outcome.reply


def test_a_webhook_carries_lines_stories_and_link(tmp_path: Path) -> None:
    with _webhook(tmp_path) as way:
        outcome_of(way.channel, way.letter)
        (posted,) = way.taken()
    text = json.loads(posted)["text"]
    assert "One line" in text
    assert "https://example.org/" in text


SERVICES: dict[str, tuple[str, Callable[[Any], str]]] = {
    "slack": (
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/" + "s" * 24,
        lambda post: post["attachments"][0]["text"],
    ),
    "discord": ("https://discord.com/api/webhooks/4174216298/" + "s" * 30, lambda post: post["content"]),
    "teams": (
        "https://default01.12.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/"
        + "a" * 32
        + "/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig="
        + "s" * 43,
        lambda post: post["attachments"][0]["content"]["body"][-1]["text"],
    ),
    "telegram": ("tgram://123456789:abcdefg_hijklmnop/12315544", lambda post: post["text"]),
    "ntfy": ("ntfys://ntfy.example.org/topic", lambda post: post["message"]),
    "matrix": ("matrixs://token@matrix.example.org?mode=matrix", lambda post: post["text"]),
    "mattermost": ("https://mattermost.example.org/hooks/" + "a" * 32, lambda post: post["text"]),
}


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_known_by_the_address_that_it_gives_and_gets_its_own_form(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their hosts are fixed, so the post is caught where it would leave. No picture or name of another program is in it."""
    address, text_of = SERVICES[service]
    posted: list[tuple[str, str]] = []

    def caught(_: object, request: requests.PreparedRequest, **__: object) -> requests.Response:
        posted.append(
            (str(request.url), request.body.decode() if isinstance(request.body, bytes) else str(request.body))
        )
        response = requests.Response()
        response.status_code, response._content = 200, b"ok"
        return response

    monkeypatch.setattr(requests.Session, "send", caught)
    letter = announcement("2026-W27", title="LLM Trends", body="One line\n\n- [A story](https://example.org/)")
    assert outcome_of(Webhook(address), letter) == Outcome(kind="accepted", reply="posted")
    ((_, body),) = posted
    assert "One line" in text_of(json.loads(body))
    assert "https://example.org/" in text_of(json.loads(body))
    assert "apprise" not in body.lower()
