"""An operator's journey with real servers and every Python here: import, sign-up behind a proxy, review, bounce, backup, move.

Mail goes to Postfix's smtp-sink. The proxy is the test: it asks as one does, with `X-Forwarded-For` and the public name.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from support.interpreters import PACKAGES, others
from support.mailing import post
from support.running import ROOT, free_port, wait_for
from support.sinks import Sink

pytestmark = pytest.mark.slow

KEY, SLOT = "2026-W27", "2026-06-29T08:00"
PEOPLE = 200
DELIVERY = """delivery:
  from: "LLM Trends <digest@example.org>"
  base_url: https://digest.example.org/news
  smtp: {{host: 127.0.0.1, port: {port}, security: none}}
"""
REPORT = """From: MAILER-DAEMON@example.net
To: digest@example.org
Subject: Undelivered Mail Returned to Sender
Date: Mon, 29 Jun 2026 08:0{minute}:00 +0000
Message-ID: <report-{minute}@example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--b
Content-Type: text/rfc822-headers

Message-ID: {message}

--b--
"""


@dataclass(frozen=True)
class Operator:
    """A person at a shell, with one Python."""

    python: str
    home: Path

    def run(self, place: str, *words: str, code: int = 0) -> str:
        """What `digest -C PLACE WORDS` prints."""
        done = subprocess.run(
            self.command(place, *words), cwd=self.home, env=self._env(), capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr, f"{words}: {done.stderr}"
        assert done.returncode == code, f"{words}: {done.returncode} {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def command(self, place: str, *words: str) -> list[str]:
        return [self.python, "-m", "digest", "-C", place, *words]

    @contextmanager
    def serving(self, place: str) -> Iterator[str]:
        port = free_port()
        command = self.command(place, "serve", "--port", str(port))
        with subprocess.Popen(command, cwd=self.home, env=self._env(), stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            try:
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()

    def _env(self) -> dict[str, str]:
        paths = os.pathsep.join([str(ROOT / "src"), *PACKAGES])
        return {"PATH": os.environ["PATH"], "HOME": str(self.home), "PYTHONPATH": paths, "LANG": "C.UTF-8"}


def through_the_proxy(url: str, address: str, form: dict[str, str] | None) -> str:
    """A reader's request as the proxy passes it on."""
    headers = {"Host": "digest.example.org", "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    path = address.removeprefix("https://digest.example.org/news")
    request = Request(f"{url}{path}", data=None if form is None else urlencode(form).encode(), headers=headers)
    with urlopen(request, timeout=30) as answer:
        text: str = answer.read().decode()
    return text


def people_of(operator: Operator, place: str) -> dict[str, str]:
    rows = csv.DictReader(operator.run(place, "subscribers", "export").splitlines())
    return {row["address"]: row["status"] for row in rows}


@pytest.mark.skipif(shutil.which("smtp-sink") is None, reason="no smtp-sink here (Debian's package postfix)")
@pytest.mark.parametrize("python", [sys.executable, *others()])
def test_the_journey_of_an_operator(python: str, tmp_path: Path) -> None:
    operator, sink = Operator(python, tmp_path), Sink(tmp_path)
    try:
        journey(operator, sink)
    finally:
        sink.close()


def journey(operator: Operator, sink: Sink) -> None:
    home = operator.home
    operator.run(".", "init", "--sample", "news")
    feeds = home / "news/feeds.yaml"
    text = feeds.read_text().replace("digest:\n", "digest:\n  review: required\n", 1)
    feeds.write_text(text + DELIVERY.format(port=sink.port))
    rows = "".join(f"p{number}@example.org,Person {number}\n" for number in range(PEOPLE))
    (home / "people.csv").write_text(f"email,name\n{rows}")
    operator.run("news", "subscribers", "import", "people.csv", "--consent", "the old list")

    sign_up(operator, sink)
    assert len(people_of(operator, "news")) == PEOPLE + 1

    operator.run("news", "collect", "--at", "2026-06-28T08:00")
    held = operator.run("news", "build", "--at", SLOT, code=1)
    assert f"{KEY} held: waits for review" in held
    assert issue_mail(sink) == {}
    assert not (home / f"news/archive/{KEY}").exists()
    operator.run("news", "check", KEY)
    operator.run("news", "approve", KEY, "--yes", "--at", SLOT)
    wait_for(lambda: len(issue_mail(sink)) == PEOPLE + 1)
    mailed = issue_mail(sink)
    assert set(mailed) == set(people_of(operator, "news"))

    reports = [
        REPORT.format(minute=number, address=f"p{number}@example.org", message=mailed[f"p{number}@example.org"])
        for number in range(3)
    ]
    told = operator.run("news", "subscribers", "bounces", str(post(home / "box", *reports)), "--at", SLOT)
    assert "3" in told
    with operator.serving("news") as url:
        through_the_proxy(url, unsubscribe_link(sink, "p9@example.org"), {"List-Unsubscribe": "One-Click"})

    operator.run("news", "backup", "news.tar.gz")
    operator.run("moved", "restore", "news.tar.gz")
    (home / "news").rename(home / "old")
    people = people_of(operator, "moved")
    assert people["p9@example.org"] == "unsubscribed"
    assert people == people_of(operator, "old")
    operator.run("moved", "send", KEY, "--yes", "--at", "2026-06-29T09:00")
    assert len(sink.taken()) == PEOPLE + 2  # with the confirmation; nobody twice
    assert KEY in operator.run("moved", "list")


def sign_up(operator: Operator, sink: Sink) -> None:
    """Ask, find the link in the mail, open it, and confirm."""
    with operator.serving("news") as url:
        through_the_proxy(url, "/subscribe", {"address": "reader@example.org"})
        wait_for(lambda: "reader@example.org" in dict(sink.taken()))
        (link,) = set(re.findall(r"https://digest\.example\.org/news/confirm/[\w.=-]+", plain(sink.text())))
        assert "<form" in through_the_proxy(url, link, None)
        through_the_proxy(url, link, {})


def plain(text: str) -> str:
    """The text of quoted-printable mail on long lines."""
    return text.replace("=\n", "").replace("=3D", "=")


def issue_mail(sink: Sink) -> dict[str, str]:
    """The Message-ID of the issue by recipient; each recipient once."""
    found = [(address, message) for address, message in sink.taken() if KEY in message]
    assert len(dict(found)) == len(found)
    return dict(found)


def unsubscribe_link(sink: Sink, address: str) -> str:
    (mail,) = [one for one in sink.text().split("X-Mail-Args:") if f"X-Rcpt-Args: <{address}>" in one]
    (link,) = re.findall(r"^List-Unsubscribe:\s*<(https://[^>]+)>", mail, re.MULTILINE)
    return str(link)
