"""The real effects: a notice by command or by mail, a ping after each issue that went out; review, by the commands themselves."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from digest.services import gate
from digest.services.effects import effects
from digest.services.publish import publish
from support.mailing import outbox, subscribe
from support.publishing import Paper, collected_in
from support.running import Run


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """A weekly with one item and one reader, which collected on a Saturday; its slot is Monday, 8 June 2026, 06:00 UTC."""
    paper = collected_in(tmp_path / "w")
    subscribe(paper.place.root, "reader@example.org")
    return paper


def published(paper: Paper, when: str) -> list[str]:
    with paper.at(when) as program:
        return [f"{row.key} {row.state}" for row in publish(program, effects(time)).news]


@contextmanager
def watchdog(status: int) -> Iterator[tuple[str, list[str]]]:
    """A server's address, and the paths that it was asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_ping_follows_each_issue_that_went_out_and_no_other(paper: Paper) -> None:
    with watchdog(200) as (url, asked):
        paper.configure(more=f"ping_url: {url}/went-out")
        assert published(paper, "2026-06-08T06:00") == ["2026-W24 published"]
        assert published(paper, "2026-06-08T07:00") == []
        assert asked == ["/went-out"]
        assert published(paper, "2026-06-15T06:00") == ["2026-W25 skipped"]  # it would hold nothing
        paper.write("two")
        assert published(paper, "2026-06-22T06:00") == ["2026-W26 published"]
        assert asked == ["/went-out"] * 2


def test_a_ping_that_fails_is_a_warning_and_holds_nothing_up(paper: Paper, caplog: pytest.LogCaptureFixture) -> None:
    with watchdog(503) as (url, asked):
        paper.configure(more=f"ping_url: {url}/")
        assert published(paper, "2026-06-08T06:00") == ["2026-W24 published"]
        assert len(asked) == 2
    assert f"ping_url: {url}/: it answered 503" in caplog.text


def test_a_command_reads_the_notice(paper: Paper, tmp_path: Path) -> None:
    script = tmp_path / "tell"
    script.write_text(f'#!/bin/sh\necho "$DIGEST_SUBJECT" > {tmp_path}/subject; cat > {tmp_path}/notice\n')
    script.chmod(0o755)
    paper.configure(more=f"review: required;notify: {script} --once")
    assert published(paper, "2026-06-08T06:00") == ["2026-W24 held"]
    assert published(paper, "2026-06-08T06:10") == []
    assert (tmp_path / "subject").read_text().strip().endswith(": 2026-W24 held")
    told = (tmp_path / "notice").read_text()
    assert told.startswith("issue 2026-W24 held: waits for review.")
    assert f"digest -C {paper.place.root.absolute()} approve 2026-W24" in told


def test_the_notice_of_a_held_issue_says_what_it_holds_and_what_is_unusual(paper: Paper, tmp_path: Path) -> None:
    script = tmp_path / "tell"
    script.write_text(f"#!/bin/sh\ncat > {tmp_path}/notice\n")
    script.chmod(0o755)
    paper.configure(more=f'review: required;review_at: "sun 18:00";notify: {script} --once')
    with paper.place.config.open("a") as feeds:
        feeds.write("  - {name: Gone, url: gone.xml, kind: blog}\n")
    assert published(paper, "2026-06-07T16:00") == ["2026-W24 held"]
    root = paper.place.root.absolute()
    told = (tmp_path / "notice").read_text()
    assert told.startswith(
        "issue 2026-W24 held: waits for review.\n\n"
        "Subject: LLM Trends Weekly 2026-W24: A large language model reasons about one\n\n- "
    )
    assert "\n\nLead, then Read first:\n1. A large language model reasons about one\n\n" in told
    assert "one item, of which 1 shown in sections, up to 2026-06-07 16:00 UTC." in told
    assert "one feed in trouble:\n- Gone: no such file in the workspace; a web address begins with https://\n" in told
    assert told.endswith(
        f"Let it go out to one person at its slot, 2026-06-08 06:00 UTC:\n\n    digest -C {root} approve 2026-W24\n\n"
        f"Review and edit it in a browser:\n\n    digest -C {root} desk --open\n"
    )


def test_an_address_gets_the_notice_by_mail(paper: Paper) -> None:
    paper.configure(more="notify: editor@example.org")
    paper.place.config.write_text(paper.place.config.read_text() + "delivery: {from: digest@example.org}\n")
    assert published(paper, "2026-06-12T09:00") == ["2026-W24 skipped"]
    mail = outbox(paper.place.root)["editor@example.org"]
    assert mail["Subject"].endswith(": 2026-W24 skipped")
    assert "missed by 4 days and 3 hours" in mail.get_content()


def test_a_command_that_is_not_there_is_a_warning(paper: Paper, caplog: pytest.LogCaptureFixture) -> None:
    paper.configure(more="review: required;notify: /nowhere/tell")
    assert published(paper, "2026-06-08T06:00") == ["2026-W24 held"]
    assert "notify: /nowhere/tell: it cannot be started" in caplog.text


def test_review_by_the_commands(paper: Paper, run: Run) -> None:
    paper.configure(more="review: required")
    held = run("-C", paper.place.root, "publish", "--at", "2026-06-08T08:00")
    assert (held.code, held.out.splitlines()[0]) == (1, "issue 2026-W24 held: waits for review")
    refused = run("-C", paper.place.root, "send", "2026-W24", "--early", "--at", "2026-06-08T08:30")
    assert (refused.code, "digest approve 2026-W24" in refused.err) == (2, True)
    assert not (paper.place.state / "outbox").exists()
    approved = run("-C", paper.place.root, "approve", "2026-W24", "--at", "2026-06-08T09:00")
    assert (approved.code, approved.out.splitlines()[0]) == (0, "issue 2026-W24 published: approved")
    assert list(outbox(paper.place.root)) == ["reader@example.org"]
    again = run("-C", paper.place.root, "approve", "2026-W24", "--at", "2026-06-08T09:30")
    assert (again.code, "is not held, but published" in again.err) == (3, True)


def test_a_notice_is_signed_like_the_issues(paper: Paper) -> None:
    key = paper.place.root / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
    key.chmod(0o600)
    paper.configure(more="review: required;notify: editor@example.org")
    text = paper.place.config.read_text()
    dkim = "dkim: {domain: example.org, selector: s1, key_file: dkim.pem}"
    paper.place.config.write_text(f'{text}delivery:\n  from: "LLM Trends <digest@example.org>"\n  {dkim}\n')
    assert published(paper, "2026-06-08T06:00") == ["2026-W24 held"]
    notice = outbox(paper.place.root)["editor@example.org"]
    assert "d=example.org" in notice["DKIM-Signature"]
    assert notice["From"] == "LLM Trends <digest@example.org>"


def test_one_published_issue_is_linted_once(paper: Paper) -> None:
    gate._errors.cache_clear()
    assert published(paper, "2026-06-08T06:00") == ["2026-W24 published"]
    assert gate._errors.cache_info().misses == 1
    assert gate._errors.cache_info().hits >= 2
