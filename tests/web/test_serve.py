"""The archive over HTTP: what a browser gets, what it may do with it, and what nobody gets."""

import http.client
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from digest.cli import main
from support.forked import Forks
from support.running import ROOT, Run


@dataclass(frozen=True)
class Got:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    """A running `digest serve`."""

    port: int

    def get(self, path: str, method: str = "GET", **headers: str) -> Got:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        got = Got(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        connection.close()
        return got


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("served") / "w"
    assert main(["init", "--sample", str(place)]) == 0
    shutil.copytree(ROOT / "archive", place / "archive")
    (place / "archive/.new-2026-W28").mkdir()
    (place / "archive/.new-2026-W28/index.html").write_text("half a page")
    (place / "archive/out").symlink_to(place)
    (place / "archive/config.txt").symlink_to(place / "feeds.yaml")
    return place


@pytest.fixture(scope="module")
def server(place: Path, forks: Forks) -> Iterator[Server]:
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        yield Server(int(address.rpartition(":")[2]))


@pytest.mark.parametrize("page", ["", "2026-W27/", "trends/", "trends/agents/", "sources/", "latest/"])
def test_a_page_comes_with_its_own_policy_and_its_type(server: Server, place: Path, page: str) -> None:
    got = server.get(f"/{page}")
    assert (got.status, got.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert got.body == (place / f"archive/{page}index.html").read_bytes()
    assert page == "latest/" or "style-src 'sha256-" in got.headers["content-security-policy"]
    assert "unsafe" not in got.headers["content-security-policy"]
    assert got.headers["content-security-policy"].endswith("frame-ancestors 'none'")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["cache-control"] == "public, no-cache"


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("/2026-W27/issue.json", "application/json"),
        ("/2026-W27/issue.md", "text/markdown; charset=utf-8"),
        ("/2026-W27/email.txt", "text/plain; charset=utf-8"),
        ("/2026-W27/email.eml", "message/rfc822"),
        ("/2026-W27/cover.png", "image/png"),
        ("/search/2026-q2.js", "text/javascript; charset=utf-8"),
        ("/feed.xml", "application/atom+xml"),
        ("/feed.json", "application/feed+json"),
    ],
)
def test_what_is_no_page_may_do_nothing_in_a_browser(server: Server, path: str, type_: str) -> None:
    got = server.get(path)
    assert (got.status, got.headers["content-type"]) == (200, type_)
    assert got.headers["content-security-policy"].startswith("default-src 'none'")
    assert got.headers["x-content-type-options"] == "nosniff"


def test_the_archived_mail_keeps_its_style_attributes_and_nothing_else(server: Server) -> None:
    policy = server.get("/2026-W27/email.html").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src 'self'")


def test_a_second_visit_costs_no_body(server: Server) -> None:
    first = server.get("/2026-W27/issue.json")
    again = server.get("/2026-W27/issue.json", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert server.get("/2026-W27/issue.json", If_Modified_Since=first.headers["last-modified"]).status == 304
    assert server.get("/2026-W27/issue.json", If_None_Match='"else"').status == 200


def test_head_and_ranges(server: Server) -> None:
    whole = server.get("/2026-W27/email.txt")
    head = server.get("/2026-W27/email.txt", "HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(whole.body)))
    part = server.get("/2026-W27/email.txt", Range="bytes=5-24")
    assert (part.status, part.body) == (206, whole.body[5:25])
    assert server.get("/2026-W27/email.txt", Range="bytes=99999999-").status == 416


def test_a_folder_without_its_slash_leads_to_it_and_nowhere_else(server: Server) -> None:
    got = server.get("/2026-W27")
    assert (got.status, got.headers["location"]) == (301, "2026-W27/")
    for path in ("//evil.example/..", "//evil.example", "/\\evil.example"):
        assert server.get(path).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../feeds.yaml",
        "/%2e%2e/feeds.yaml",
        "/2026-W27/../../feeds.yaml",
        "/2026-W27/..%2f..%2ffeeds.yaml",
        "/..%5cfeeds.yaml",
        "/%2e%2e%5cfeeds.yaml",
        "/....//feeds.yaml",
        "/2026-W27/%00",
        "/2026-W27/index.html%00.png",
        "/2026-W27//index.html",
        "/.new-2026-W28/index.html",
        "/out/feeds.yaml",
        "/out/.digest/digest.sqlite3",
        "/config.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/%ff%fe",
        "/" + "a" * 5000,
        "/2026-W27/nothing",
    ],
)
def test_nothing_outside_the_archive_is_served(server: Server, path: str) -> None:
    got = server.get(path)
    assert got.status in (400, 404), got
    assert b"digest:" not in got.body
    assert b"feeds:" not in got.body


def test_other_methods_are_refused(server: Server) -> None:
    for method in ("POST", "PUT", "DELETE", "TRACE", "PATCH"):
        got = server.get("/2026-W27/", method)
        assert got.status == 405
        assert got.body == b"405 Method Not Allowed\n"
        assert got.headers["x-content-type-options"] == "nosniff"


def test_an_address_that_is_taken_is_named(server: Server, place: Path, run: Run) -> None:
    told = run("-C", place, "serve", "--port", server.port)
    assert told.code == 2
    assert "cannot listen" in told.err


def test_the_api_lists_and_searches(server: Server) -> None:
    listed = server.get("/api/issues")
    assert listed.headers["content-type"] == "application/json"
    assert [one["key"] for one in json.loads(listed.body)["issues"]] == ["2026-W27"]
    assert server.get("/api/issues", If_None_Match=listed.headers["etag"]).status == 304
    found = json.loads(server.get("/api/search?q=state%20space&limit=1").body)
    assert (len(found["hits"]), found["hits"][0]["card"]["key"]) == (1, "2026-W27")
    for query in (
        "",
        "?q=",
        "?q=a&limit=0",
        "?q=a&limit=x",
        "?q=a&since=never",
        "?q=a&since=2026-13",
        "?q=" + "a" * 501,
    ):
        assert server.get(f"/api/search{query}").status == 400
    for since, total in (("2026-06", True), ("2026-07", False)):
        assert bool(json.loads(server.get(f"/api/search?q=state&since={since}").body)["total"]) is total
    for query in ("%22", "%00", "AND%20OR%20(", "%27;DROP", "a&trend=%22%20OR%20"):
        assert server.get(f"/api/search?q={query}").status == 200
