"""Feeds are asked and read as browsers do it: addresses as written, long headers, stacked codings, cookies between hops."""

import gzip
import zlib
from pathlib import Path

import pytest

from support.listening import serving
from support.running import Run

FEED = b'<rss version="2.0"><channel><title>T</title><item><title>One</title><link>https://example.org/1</link></item></channel></rss>'
Answer = tuple[int, dict[str, str], bytes]


def collected(run: Run, place: Path, *urls: str) -> list[tuple[str, str]]:
    feeds = "".join(f"  - {{name: F{n}, url: '{url}', kind: blog}}\n" for n, url in enumerate(urls))
    (place / "feeds.yaml").write_text(f"fetch: {{allow_private: true}}\nfeeds:\n{feeds}")
    return [(one["status"], one["reason"]) for one in run("-C", place, "collect", "--json").json]


@pytest.mark.parametrize(
    "target",
    [
        "/f?type=a%2Fb%2Bc&sig=a%2Cb%3D%3D",
        "/p%3A1/a%2Ea",
        "/f?q=%7Ex%2d%5F",
        "/f?q=a+b%20c&e=&f",
        "/f?x=%e4%b8",
        "/f?q=(LLM)",
    ],
)
def test_an_address_is_asked_as_it_is_written(run: Run, tmp_path: Path, target: str) -> None:
    with serving({target: (200, {}, FEED), "/go": (302, {"Location": target}, b"")}) as (base, asked):
        assert collected(run, tmp_path, base + target, f"{base}/go") == [("ok", ""), ("ok", "")]
    assert sorted(path for path, _ in asked) == sorted([target, "/go", target])


def test_bytes_in_an_address_are_encoded_and_nothing_else(run: Run, tmp_path: Path) -> None:
    hops: dict[str, Answer] = {"/go": (302, {"Location": "/gr\xf6\xdfe b"}, b""), "/gr%F6%DFe%20b": (200, {}, FEED)}
    with serving(hops) as (base, _):
        assert collected(run, tmp_path, f"{base}/go") == [("ok", "")]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("x-gzip", gzip.compress(FEED)),
        ("gzip, gzip", gzip.compress(gzip.compress(FEED))),
        ("deflate, gzip", gzip.compress(zlib.compress(FEED))),
        ("gzip", gzip.compress(FEED[:50]) + gzip.compress(FEED[50:])),
        ("", gzip.compress(FEED)),
        ("text/xml", FEED),
    ],
)
def test_codings_are_undone_in_any_order(run: Run, tmp_path: Path, coding: str, body: bytes) -> None:
    with serving({"/f": (200, {"Content-Encoding": coding} if coding else {}, body)}) as (base, _):
        assert collected(run, tmp_path, f"{base}/f") == [("ok", "")]


def test_a_bomb_under_an_unknown_coding_is_stopped(run: Run, tmp_path: Path) -> None:
    bomb = gzip.compress(gzip.compress(bytes(60_000_000)))
    with serving({"/f": (200, {"Content-Encoding": "x-gzip"}, bomb)}) as (base, _):
        assert collected(run, tmp_path, f"{base}/f") == [("failed", "is larger than 10 MB")]


def test_long_and_many_headers_are_read(run: Run, tmp_path: Path) -> None:
    many = {f"X-{n}": "v" for n in range(200)} | {"Link": "<x>; rel=preload, " * 2_000}
    with serving({"/f": (200, many, FEED)}) as (base, _):
        assert collected(run, tmp_path, f"{base}/f") == [("ok", "")]


@pytest.mark.parametrize("status", [201, 203, 206])
def test_other_successes_are_read(run: Run, tmp_path: Path, status: int) -> None:
    with serving({"/f": (status, {}, FEED)}) as (base, _):
        assert collected(run, tmp_path, f"{base}/f") == [("ok", "")]


def test_a_cookie_is_kept_between_the_hops_of_one_request_only(run: Run, tmp_path: Path) -> None:
    hops: dict[str, Answer] = {
        "/f": (302, {"Location": "/g", "Set-Cookie": "seen=1; Path=/"}, b""),
        "/g": (200, {}, FEED),
    }
    with serving(hops) as (base, asked):
        collected(run, tmp_path, f"{base}/f")
        collected(run, tmp_path, f"{base}/f")
    assert [headers.get("Cookie") for _, headers in asked] == [None, "seen=1"] * 2


def test_after_a_429_no_further_feed_of_the_host_is_asked(run: Run, tmp_path: Path) -> None:
    answers: dict[str, Answer] = {f"/{n}": (429, {"Retry-After": "3600"}, b"") for n in range(8)}
    with serving(answers) as (base, asked):
        found = collected(run, tmp_path, *(f"{base}/{n}" for n in range(8)))
        assert len(asked) <= 2
        assert {status for status, _ in found} == {"failed", "skipped"}
        collected(run, tmp_path, *(f"{base}/{n}" for n in range(8)))
        assert len(asked) <= 2


@pytest.mark.parametrize("spelling", ["LOCALHOST", "localhost.", "ada:pw@localhost"])
def test_a_host_rests_under_every_spelling(run: Run, tmp_path: Path, spelling: str) -> None:
    answers: dict[str, Answer] = {f"/{n}": (429, {}, b"") for n in range(6)}
    with serving(answers) as (base, asked):
        one = base.replace("127.0.0.1", "localhost")
        other = base.replace("127.0.0.1", spelling)
        collected(run, tmp_path, *(f"{one if n % 2 else other}/{n}" for n in range(6)))
    assert len(asked) <= 2


def test_what_is_published_shows_no_password_or_token(run: Run, tmp_path: Path) -> None:
    with serving(
        {"/f?token=s3cr3t": (200, {}, FEED), "/bad": (302, {"Location": "ftp://ada:hunter2@x/y?token=s3cr3t"}, b"")}
    ) as (base, _):
        there = base.replace("//", "//ada:hunter2@")
        collected(run, tmp_path, f"{there}/f?token=s3cr3t", f"{there}/bad")
        run("-C", tmp_path, "build", "--offline")
    files = [
        path for folder in ("archive", ".digest/drafts") for path in (tmp_path / folder).rglob("*") if path.is_file()
    ]
    assert files
    assert [path.name for path in files if b"hunter2" in path.read_bytes() or b"s3cr3t" in path.read_bytes()] == []
