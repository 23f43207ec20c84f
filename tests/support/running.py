"""What most tests use: the checkout's root, a command's result, free ports, waiting, the server of captured feeds."""

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


class FeedServer:
    """The server of captured feeds, in a process of its own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def set_date(self, date: str) -> None:
        self._call("PUT", f"/clock/{date}")

    def stats(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._call("GET", "/stats"))
        return found

    def forget(self) -> None:
        self._call("DELETE", "/stats")

    def _call(self, method: str, path: str) -> bytes:
        request = urllib.request.Request(self.url + path, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            body: bytes = answer.read()
        return body


def answers(server: FeedServer) -> bool:
    try:
        server.stats()
    except (urllib.error.URLError, ConnectionError):
        return False
    return True


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port


def wait_for(true: Callable[[], bool], *, seconds: float = 120) -> None:
    """Wait for another process, on however busy a machine."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
