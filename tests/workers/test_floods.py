"""Newsletters of one worker: floods of feeds and a full purse are the trouble of one, and another comes in time all the same."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from support.deployments import all_published, newsletter, published, workers
from support.forked import Forks
from support.mailing import store_of
from support.modelserver import model_server
from support.publishing import ITEM
from support.running import Run, wait_for
from support.smtpserver import serving

pytestmark = pytest.mark.slow
MANY = 5_000


@contextmanager
def flooding() -> Iterator[str]:
    """A host of two feeds: `/many` has thousands of items, and `/endless` never ends."""
    over = threading.Event()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(b'<rss version="2.0"><channel><title>F</title>')
                if self.path == "/many":
                    self.wfile.write("".join(ITEM.format(name=f"many-{n}") for n in range(MANY)).encode())
                    self.wfile.write(b"</channel></rss>")
                while self.path == "/endless" and not over.wait(0.1):
                    self.wfile.write(ITEM.format(name="endless").encode())

        def log_message(self, *_: object) -> None:
            pass

    host = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=host.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{host.server_port}"
    finally:
        over.set()
        host.shutdown()
        host.server_close()


def configured(place: Path, *, before: str = "", feeds: str = "") -> None:
    path = place / "feeds.yaml"
    path.write_text(before + re.sub(r"^feeds:\n", f"feeds:\n{feeds}", path.read_text(), flags=re.MULTILINE))


@pytest.mark.usefixtures("database")
def test_a_flood_in_one_newsletter_does_not_hold_up_another(
    sample: Path, tmp_path: Path, forks: Forks, run: Run
) -> None:
    folder = tmp_path / "newsletters"
    with serving() as server, flooding() as url:
        for name in ("calm", "flooded"):
            newsletter(folder / name, sample=sample, port=server.port, people=5, late=timedelta(minutes=1))
        feeds = "".join(f"  - {{name: {name}, url: '{url}/{name}', kind: papers}}\n" for name in ("many", "endless"))
        configured(folder / "flooded", before="fetch: {allow_private: true, timeout: 20s}\n", feeds=feeds)
        with workers(forks, folder, tmp_path / "log", ()):
            wait_for(lambda: bool(published(folder / "calm")), seconds=120)
            all_published(folder, seconds=240)
        assert sorted(server.recipients) == sorted(
            f"{name}-{n}@example.org" for name in ("calm", "flooded") for n in range(5)
        )
    with store_of(folder / "calm") as store:
        assert store.connection.execute("SELECT count(*) FROM sightings WHERE title LIKE '%many-%'").fetchone() == (0,)
    told = run("-C", folder / "flooded", "show", "--format", "json").json
    reports = {feed["name"]: feed for feed in told["feeds"]}
    assert reports["endless"]["status"] == "failed"
    assert reports["many"]["status"] == "ok"
    calm = run("-C", folder / "calm", "show", "--format", "json").json
    assert not any("many" in feed["name"] for feed in calm["feeds"])


@pytest.mark.usefixtures("database")
def test_a_full_purse_is_that_of_one_newsletter(sample: Path, tmp_path: Path, forks: Forks) -> None:
    folder = tmp_path / "newsletters"
    with serving() as server, model_server() as (url, asked):
        for name, purse in {"poor": 100, "rich": 200_000}.items():
            newsletter(folder / name, sample=sample, port=server.port, people=2)
            model = f"model: {{base_url: '{url}', name: {name}, tasks: [lead], purse: {{per_issue: {purse}, per_month: {purse}}}}}\n"
            configured(folder / name, before=model)
        with workers(forks, folder, tmp_path / "log", (), ()):
            all_published(folder, seconds=120)
        assert {chat["model"] for chat in asked.chats} == {"rich"}, "what one may spend is spent for another"
        for name, spends in {"poor": False, "rich": True}.items():
            with store_of(folder / name) as store:
                (tokens,) = store.connection.execute(
                    "SELECT coalesce(sum(input + output), 0) FROM model_spending"
                ).fetchone()
            assert bool(tokens) == spends, name
        assert len(server.recipients) == 4
