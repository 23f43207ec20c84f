"""A server that many, slow or hostile clients ask: it goes on answering, and says little about it."""

import http.client
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from digest.subscribers.tokens import SECRET, Tokens
from digest.web.requests import Callers
from support.forked import Forks
from support.mailing import configure, store_of, subscribe
from support.running import Run, wait_for


@pytest.fixture
def place(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "w"))


def _ask(port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode("utf-8", "replace")
    connection.close()
    return found


@pytest.fixture
def port(place: Path, forks: Forks) -> Iterator[int]:
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        yield int(address.rpartition(":")[2].rstrip("/"))


@contextmanager
def _served_with_few_descriptors(place: Path) -> Iterator[tuple[int, Path]]:
    """A server that may open 200 files; its port, and what it says on standard error."""
    errors = place / "errors"
    digest = [sys.executable, "-m", "digest", "-C", str(place), "serve", "--port", "0"]
    command = ["sh", "-c", 'ulimit -n 200; exec "$@"', "sh", *digest]
    with errors.open("wb") as err:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline().decode().rpartition(":")[2].strip("/\n")), errors
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


NOTHING, HALF, WHOLE = b"", b"GET / HTTP/1.1\r\nHost: loc", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.slow
@pytest.mark.parametrize("opening", [NOTHING, HALF, WHOLE])
def test_idle_connections_shut_nobody_out(place: Path, opening: bytes) -> None:
    """Nothing sent, half a request, kept alive: three hundred of them, with two hundred descriptors."""
    with _served_with_few_descriptors(place) as (port, errors):
        idle = []
        try:
            for _ in range(300):
                sock = socket.create_connection(("127.0.0.1", port), timeout=60)
                sock.sendall(opening)
                idle.append(sock)
            assert _ask(port, "/")[0] == 200
            assert _ask(port, "/api/search?q=model")[0] == 200
        finally:
            for sock in idle:
                sock.close()
        assert errors.read_text() == ""


def test_health_is_one_look_for_everybody(port: int) -> None:
    begun = time.monotonic()
    with ThreadPoolExecutor(30) as pool:
        assert {code for code, _ in pool.map(lambda _: _ask(port, "/healthz"), range(300))} <= {200, 503}
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("query", ["a*%20" * 6, "a*%20" * 160, "%22a%20b*%22%20" * 30, "e*%20t*", "%E6*"])
def test_short_prefixes_and_many_terms_cost_little(port: int, query: str) -> None:
    begun = time.monotonic()
    code, _ = _ask(port, f"/api/search?q={query}")
    assert code in (200, 400)
    assert time.monotonic() - begun < 5


def test_who_is_asked_under_a_strange_name_does_not_answer(port: int) -> None:
    assert _ask(port, "/", Host="evil.example.org")[0] == 421
    for host in (f"localhost:{port}", "127.0.0.1", "[::1]:80", "nas", "192.0.2.7:8000", "digest.localhost"):
        assert _ask(port, "/", Host=host)[0] == 200, host


def test_names_that_are_configured_are_known(place: Path, forks: Forks) -> None:
    configure(place, '{base_url: "https://digest.example.org/x"}')
    with (place / "feeds.yaml").open("a") as file:
        file.write("serve: {hosts: [reader.lan], trusted_proxies: [172.16.0.0/12]}\n")
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        port = int(address.rpartition(":")[2].rstrip("/"))
        asked = {host: _ask(port, "/", Host=host)[0] for host in ("digest.example.org", "reader.lan", "other.lan")}
    assert asked == {"digest.example.org": 200, "reader.lan": 200, "other.lan": 421}


class _Request:
    def __init__(self, remote: str, forwarded: list[str]) -> None:
        self.remote = remote
        self.headers = self
        self._forwarded = forwarded

    def getall(self, name: str, default: list[str]) -> list[str]:
        return self._forwarded or default


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),  # a stranger says what they like
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["10.9.9.9, 198.51.100.1"], "198.51.100.1"),
        ("172.17.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("::ffff:172.17.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("172.17.0.1", ["9.9.9.9, 198.51.100.1, 172.18.0.2"], "198.51.100.1"),
        ("172.17.0.1", ["9.9.9.9", "198.51.100.1"], "198.51.100.1"),
        ("172.17.0.1", [], "172.17.0.1"),
        ("127.0.0.1", ["2001:db8:1:2:3::4"], "2001:db8:1:2::/64"),
        ("127.0.0.1", ["nonsense"], "unknown"),
    ],
)
def test_the_client_is_the_last_address_before_trusted_proxies(remote: str, forwarded: list[str], client: str) -> None:
    from digest import config

    read = config.parse("serve: {trusted_proxies: [172.16.0.0/12]}\nfeeds: []\n", file="feeds.yaml", trends={})
    assert Callers(read).client(_Request(remote, forwarded)) == client  # type: ignore[arg-type]


def _unsubscribe_path(place: Path, address: str) -> str:
    with store_of(place) as store:
        person = store.subscribers.find(address)
        assert person is not None
        return f"/unsubscribe/{Tokens(store.subscribers.secret(SECRET)).make('unsubscribe', person.link)}"


def _status(place: Path, address: str) -> str:
    with store_of(place) as store:
        person = store.subscribers.find(address)
        assert person is not None
        return person.status


def test_an_opt_out_is_not_lost_to_a_lock(place: Path, forks: Forks) -> None:
    subscribe(place, "ada@example.org", "bob@example.org")
    paths = [_unsubscribe_path(place, f"{name}@example.org") for name in ("ada", "bob")]
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        port = int(address.rpartition(":")[2].rstrip("/"))
        with store_of(place) as other:
            other.connection.begin()
            asked = [_ask(port, path, "POST", b"List-Unsubscribe=One-Click")[0] for path in paths]
            pages = _ask(port, "/")[0]
            assert _status(place, "ada@example.org") == "active"
            other.connection.rollback()
        assert (asked, pages) == ([200, 200], 200)
        wait_for(lambda: _status(place, "ada@example.org") == "unsubscribed")
    assert list((place / ".digest/opt-outs").iterdir()) == []


def test_an_opt_out_that_waits_is_applied_before_a_send(run: Run, place: Path, forks: Forks) -> None:
    subscribe(place, "ada@example.org", "bob@example.org")
    path = _unsubscribe_path(place, "ada@example.org")
    with store_of(place) as other:
        with forks.serving(["-C", place, "serve", "--port", 0]) as address:
            other.connection.begin()
            assert _ask(int(address.rpartition(":")[2].rstrip("/")), path, "POST")[0] == 200
        other.connection.rollback()
    told = run("-C", place, "send", "--json")
    assert told.json["routes"][0]["candidates"] == 1


@pytest.mark.slow
def test_sign_up_never_fails_on_what_is_sent(place: Path, forks: Forks) -> None:
    configure(place, '{base_url: "https://digest.example.org", from: "Trends <digest@example.org>"}')
    bodies = [
        (b"x", "multipart/form-data"),
        (b"--b\r\n\r\n", "multipart/form-data; boundary=b"),
        (b"address=a%40b.org", "application/x-www-form-urlencoded; charset=no-such"),
        (b"address=%ff%fe%00", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"address=" + b"a" * 100_000, "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (
            b"--b\r\nContent-Disposition: form-data; name=address; filename=x\r\n\r\nx\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
        ),
        (
            b"--b\r\nContent-Transfer-Encoding: no-such\r\nContent-Disposition: form-data; name=address\r\n\r\nx\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
        ),
    ]
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        port = int(address.rpartition(":")[2].rstrip("/"))
        codes = [_ask(port, "/subscribe", "POST", body, Content_Type=kind)[0] for body, kind in bodies]
    assert all(code in (400, 413, 415) for code in codes), codes
