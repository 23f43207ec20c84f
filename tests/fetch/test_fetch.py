"""Fetching from real servers on loopback, and refusing what leads inside."""

import asyncio
import errno
import gzip
import socket
import threading
import zlib
from collections import Counter
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from random import Random
from typing import Any

import brotli
import pytest

from digest.config import FetchSettings
from digest.fetch import ssrf
from digest.fetch.client import fetch_all
from digest.fetch.policy import Answer, Request, cause
from digest.fetch.ssrf import leads_outside
from support.listening import listening, serving

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    from backports import zstd

BODY = b"<rss/>" * 50
PACKED = {
    "gzip": gzip.compress(BODY),
    "deflate": zlib.compress(BODY),
    "br": brotli.compress(BODY),
    "zstd": zstd.compress(BODY),
}


def ask(
    url: str,
    *,
    root: Path = Path(),
    settings: FetchSettings | None = None,
    etag: str = "",
    last_modified: str = "",
    body_hash: str = "",
) -> Answer:
    found: list[Answer] = []

    async def keep(answer: Answer) -> None:
        found.append(answer)

    chosen = settings or FetchSettings(allow_private=True, timeout=timedelta(seconds=5))
    request = Request(feed=url, url=url, etag=etag, last_modified=last_modified, body_hash=body_hash)
    asyncio.run(fetch_all([request], chosen, root=root, random=Random(1), on_answer=keep))
    (answer,) = found
    return answer


@pytest.mark.parametrize("coding", PACKED)
def test_compressed_bodies(coding: str) -> None:
    with serving({"/": (200, {"Content-Encoding": coding}, PACKED[coding])}) as (url, asked):
        answer = ask(url + "/")
    assert (answer.outcome, answer.body) == ("body", BODY)
    assert coding in asked[0][1]["Accept-Encoding"]


@pytest.mark.parametrize("coding", PACKED)
def test_a_bomb_is_stopped_while_it_opens(coding: str) -> None:
    def quick(data: bytes) -> bytes:
        packed: bytes = brotli.compress(data, quality=1)
        return packed

    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": quick, "zstd": zstd.compress}[coding]
    bomb = pack(bytes(60_000_000))
    with serving({"/": (200, {"Content-Encoding": coding}, bomb)}) as (url, _):
        answer = ask(url + "/")
    assert answer.outcome == "failed"
    assert answer.reason == "is larger than 10 MB"


def test_validators_and_the_hash_of_the_body() -> None:
    with serving({"/": (200, {"ETag": '"1"', "Cache-Control": "max-age=600"}, BODY)}) as (url, _):
        first = ask(url + "/")
        assert (first.outcome, first.etag, first.max_age) == ("body", '"1"', 600)
        assert ask(url + "/", etag=first.etag).outcome == "unchanged"
        assert ask(url + "/", etag='"0"', body_hash=first.body_hash).outcome == "unchanged"  # a validator that lies


def test_redirects_are_told_apart() -> None:
    answers = {
        "/a": (301, {"Location": "/b"}, b""),
        "/b": (308, {"Location": "/c"}, b""),
        "/t": (302, {"Location": "/a"}, b""),
        "/c": (200, {}, BODY),
        "/loop": (301, {"Location": "/loop"}, b""),
        "/out": (301, {"Location": "file:///etc/passwd"}, b""),
    }
    with serving(answers) as (url, _):
        assert ask(url + "/a").moved_to == url + "/c"
        temporary = ask(url + "/t")
        assert (temporary.moved_to, temporary.outcome) == ("", "body")
        assert "more than 10 times" in ask(url + "/loop").reason
        assert "not on the web" in ask(url + "/out").reason


@pytest.mark.parametrize(
    ("status", "outcome"), [(404, "failed"), (410, "gone"), (429, "failed"), (500, "failed"), (204, "failed")]
)
def test_other_answers(status: int, outcome: str) -> None:
    with serving({"/": (status, {"Retry-After": "9"}, b"")}) as (url, _):
        answer = ask(url + "/")
    assert (answer.outcome, answer.status, answer.retry_after) == (outcome, status, "9")
    assert str(status) in answer.reason


@pytest.mark.parametrize("validator", ['"\xff"', '"\x1b]0;x"', '"caf\xe9"'])
def test_a_validator_that_no_header_can_hold_is_not_kept(validator: str) -> None:
    with serving({"/": (200, {"ETag": validator, "Last-Modified": validator}, BODY)}) as (url, _):
        answer = ask(url + "/")
    assert (answer.etag, answer.last_modified) == ("", "")


def test_few_requests_at_once_per_host_and_many_over_all(tmp_path: Path) -> None:
    """Two hosts by name are one machine here; each sees its own limit."""
    busy: Counter[str] = Counter()
    most: Counter[str] = Counter()
    order: list[str] = []
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers["Host"].partition(":")[0]
            with lock:
                order.append(host)
                busy[host] += 1
                most[host], most["all"] = max(most[host], busy[host]), max(most["all"], busy.total())
            threading.Event().wait(0.03)
            with lock:
                busy[host] -= 1
            self.send_response(304)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with listening(Handler) as port:
        urls = [f"http://{host}:{port}/{n}" for host in ("127.0.0.1", "localhost") for n in range(12)]
        settings = FetchSettings(allow_private=True, per_host=2, timeout=timedelta(seconds=5))
        asyncio.run(
            fetch_all(
                [Request(feed=url, url=url) for url in urls],
                settings,
                root=tmp_path,
                random=Random(1),
                on_answer=nothing,
            )
        )
    assert (most["127.0.0.1"], most["localhost"], most["all"]) == (2, 2, 4)
    assert len({*order[:4]}) == 2  # both hosts from the start, not one after the other


async def nothing(answer: Answer) -> None:
    assert answer.outcome == "unchanged"


def test_hosts_that_are_not_there() -> None:
    assert "refused" in ask("http://127.0.0.1:1/").reason


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "x"), "its host name cannot be resolved at the moment; is there a network?"),
        (socket.gaierror(socket.EAI_NONAME, "x"), "its host does not exist"),
        (OSError(errno.ENETUNREACH, "x"), "its host cannot be reached; is there a network?"),
        (OSError(errno.EHOSTUNREACH, "x"), "its host cannot be reached; is there a network?"),
    ],
)
def test_no_network_is_told_from_no_host(error: OSError, told: str) -> None:
    wrapped = RuntimeError("wrapped")
    wrapped.__cause__ = error
    assert cause(wrapped, FetchSettings()) == told


PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b:1::a", "2002:7f00:1::", "2001:db8::1",
    "2001::1", "::127.0.0.1", "fe80::1%eth0", "3fff::1", "not an address",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_lead_inside(address: str) -> None:
    assert not leads_outside(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "151.101.3.42", "2606:4700::1111", "64:ff9b::101:101", "2002:101:101::"]
)
def test_addresses_that_lead_outside(address: str) -> None:
    assert leads_outside(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "0",
        "127.1",
        "0177.0.0.1",
        "\uff11\uff12\uff17\u30020.0.1",
    ],
)
def test_nothing_private_is_asked_unless_told(host: str) -> None:
    with serving({"/": (200, {}, BODY)}) as (url, asked):
        port = url.rpartition(":")[2]
        answer = ask(f"http://{host}:{port}/", settings=FetchSettings(timeout=timedelta(seconds=5)))
    assert answer.outcome == "failed"
    assert asked == []


INSIDE_BY_NAME = {
    "private.example": "192.168.7.7",
    "mapped.example": "::ffff:10.0.0.1",
    "six-to-four.example": "2002:a9fe:a9fe::1",
    "nat64.example": "64:ff9b::a9fe:a9fe",
    "local-nat64.example": "64:ff9b:1::a00:1",
    "teredo.example": "2001:0:a9fe::1",
    "metadata.example": "fd00:ec2::254",
}


@pytest.mark.parametrize(
    "inside",
    [
        "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b:1::a00:1]/", "http://[2002:a9fe:a9fe::]/", "http://[2001:0:a9fe::1]/",
        "http://[fe80::1]/", "http://3232235777/", "http://0xa.1/", "http://10.1/", "http://012.1/", "//10.0.0.1/",
        *(f"http://{name}/" for name in INSIDE_BY_NAME),
    ],
)  # fmt: skip
@pytest.mark.parametrize("hops", [0, 3])
def test_no_redirect_leads_inside(monkeypatch: pytest.MonkeyPatch, inside: str, hops: int) -> None:
    """Loopback stands for the web here, so that the first hop is one that may be asked."""
    outer = tuple(network for network in ssrf._INSIDE_V4 if str(network) != "127.0.0.0/8")
    monkeypatch.setattr(ssrf, "_INSIDE_V4", outer)
    resolve = socket.getaddrinfo

    def resolving(host: Any, *more: Any, **named: Any) -> Any:
        return resolve(INSIDE_BY_NAME.get(host, host), *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolving)
    answers = {f"/{n}": (302, {"Location": f"/{n + 1}"}, b"") for n in range(hops)}
    answers[f"/{hops}"] = (301, {"Location": inside}, b"")
    with serving(answers) as (url, asked):
        answer = ask(f"{url}/0", settings=FetchSettings(timeout=timedelta(seconds=5)))
    assert answer.outcome == "failed"
    assert "private network" in answer.reason, answer.reason
    assert len(asked) == hops + 1


def test_of_a_hosts_addresses_only_those_outside_are_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    def mixed(host: str, port: int, **_: Any) -> Any:
        addresses = ("10.0.0.1", "151.101.3.42", "127.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    async def resolved() -> list[str]:
        return [one["host"] for one in await ssrf.GuardedResolver().resolve("mixed.example", 80)]

    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, *_, **named: mixed(host, port, **named))
    assert asyncio.run(resolved()) == ["151.101.3.42"]


def test_feeds_that_are_files_stay_in_the_workspace(tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    root.mkdir()
    (tmp_path / "secret.xml").write_bytes(BODY)
    (root / "feed.xml").write_bytes(BODY)
    (root / "link.xml").symlink_to(tmp_path / "secret.xml")
    assert ask("feed.xml", root=root).body == BODY
    for outside in ("../secret.xml", "link.xml", str(tmp_path / "secret.xml")):
        assert "outside" in ask(outside, root=root).reason
    for missing in ("missing.xml", "openai.com/rss.xml"):
        reason = "no such file in the workspace; a web address begins with https://"
        assert ask(missing, root=root).reason == reason
