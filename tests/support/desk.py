"""A visitor of the desk over HTTP, and a workspace with a draft one of whose items is an attack."""

import http.client
import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from support.forked import Fork, Forks
from support.mailing import subscribe

KEY, SATURDAY, SLOT = "2026-W27", "2026-06-27T08:00", "2026-06-29T08:00"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> language model agents {{ 7*7 }}"


@dataclass
class Got:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def csrf(self) -> str:
        return self.hidden("csrf")

    @property
    def seen(self) -> str:
        return self.hidden("seen")

    def hidden(self, name: str) -> str:
        found = re.search(f'name="{name}" value="([^"]*)"', self.text)
        assert found, self.text[:500]
        return found[1]


@dataclass
class Visitor:
    """A client with cookies, which follows no redirect by itself."""

    host: str
    cookies: dict[str, str] = field(default_factory=dict)
    desk: str = ""
    headers: dict[str, str] = field(default_factory=dict)  # with every request

    def ask(
        self, method: str, path: str, form: dict[str, Any] | None = None, *, raw: bytes = b"", **headers: str
    ) -> Got:
        connection = http.client.HTTPConnection(self.host, timeout=60)
        sent = {name.replace("_", "-"): value for name, value in {**self.headers, **headers}.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urlencode(form, doseq=True).encode() if form is not None else raw or None
        if form is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        with closing(connection):
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            text = answer.read().decode()
        if "set-cookie" in found:
            name, _, rest = found["set-cookie"].partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Got(answer.status, found, text)

    def enter(self, link: str) -> Got:
        """Open the desk by a link, and show the draft."""
        answer = self.ask("GET", urlsplit(link).path)
        assert answer.status == 303, answer.text
        self.desk = self.ask("GET", answer.headers["location"]).headers["location"]
        return self.show()

    def show(self, query: str = "") -> Got:
        got = self.ask("GET", self.desk + query)
        assert got.status == 200, got.text
        return got

    def change(self, page: Got, **form: Any) -> Got:
        """Submit a form of a page, and show the draft again."""
        done = self.ask("POST", f"{self.desk}change", {"csrf": page.csrf, "seen": page.seen, **form})
        assert done.status == 303, done.text
        return self.show()


@contextmanager
def killable_desk(place: Path, forks: Forks, *options: object) -> Iterator[tuple[Fork, Visitor]]:
    """The process of a desk in a terminal, which is killed at the end, and somebody who has entered."""
    ours, theirs = os.pipe()
    process = forks.start(["-C", place, "desk", "--port", 0, "--by", "ada", "--at", SLOT, *options], stdout=theirs)
    os.close(theirs)
    with open(ours) as out:  # noqa: PTH123
        link = out.readline().strip()
    someone = Visitor(urlsplit(link).netloc)
    someone.ask("GET", urlsplit(link).path)
    yield process, someone
    process.send_signal(signal.SIGKILL)
    process.wait()


def ask_until_it_dies(someone: Visitor, path: str, form: dict[str, Any]) -> None:
    """Submit a form to a server that may be killed meanwhile."""
    with suppress(OSError, http.client.HTTPException):
        someone.ask("POST", path, form)


def draft_in(place: Path, forks: Forks) -> Path:
    """Make a workspace with a held issue of the sample, one of whose titles is an attack."""
    forks.run(["init", "--sample", place])
    item = (
        f"<item><title><![CDATA[{HOSTILE.replace('<', '&lt;')}]]></title><link>https://evil.example/a</link>"
        f"<description><![CDATA[A language model agent {HOSTILE.replace('<', '&lt;')}]]></description></item>"
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{"Bad"}</title>{item}</channel></rss>'
    (place / "feeds/bad.xml").write_text(feed)
    text = (place / "feeds.yaml").read_text()
    name = json.dumps("Bad <script>alert(2)</script>")
    text = text.replace(
        "feeds:\n", f"feeds:\n  - {{name: {name}, url: feeds/bad.xml, kind: blog, on_topic: true}}\n", 1
    )
    (place / "feeds.yaml").write_text(text)
    _hold(place, forks, "collect", "--at", SATURDAY)
    return place


def held_in(place: Path, forks: Forks) -> Path:
    """Make a workspace with a held issue of the sample, and one subscriber."""
    forks.run(["init", "--sample", place])
    _hold(place, forks)
    subscribe(place, "reader@example.org")
    return place


def _hold(place: Path, forks: Forks, *before: str) -> None:
    """Require a review, run the command that comes before, if any, and build the issue."""
    text = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(text.replace("digest:\n", "digest:\n  review: required\n", 1))
    if before:
        forks.run(["-C", place, *before])
    with pytest.raises(subprocess.CalledProcessError):  # exit code 1: it is held
        forks.run(["-C", place, "build", "--at", SLOT])
