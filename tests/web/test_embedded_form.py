"""The documented sign-up form, on a page of another origin, in a browser without scripts."""

import re
import shutil
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from support.browsing import opened_page
from support.forked import Forks
from support.mailing import KEY, configure, parsed, store_of
from support.running import ROOT
from support.smtpserver import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GUIDE = ROOT / "docs/guide/subscribers.md"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """The folder of another site; the file `address` in it is the site's address."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (folder / "address").write_text(f"http://127.0.0.1:{server.server_port}/")
    yield folder
    server.shutdown()
    server.server_close()


def snippet(action: str) -> str:
    """The form as the guide gives it, for a digest at another address."""
    found = re.search(r"```html\n(<form .*?</form>)\n```", GUIDE.read_text(), re.DOTALL)
    assert found
    return found[1].replace("https://digest.example.org/", action)


def test_the_documented_form_works_from_another_origin_without_scripts(
    browser: Any, sample: Path, tmp_path: Path, elsewhere: Path, forks: Forks
) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    with serving() as server:
        smtp = f"{{host: 127.0.0.1, port: {server.port}, security: none}}"
        base = "https://digest.example.org"
        configure(place, f'{{from: digest@example.org, base_url: "{base}", smtp: {smtp}}}')
        with forks.serving(["-C", place, "serve", "--port", 0]) as address:
            (elsewhere / "index.html").write_text(f"<!DOCTYPE html><title>My page</title>{snippet(f'{address}/')}")
            theirs = (elsewhere / "address").read_text()
            assert urlsplit(theirs).port != urlsplit(address).port
            with opened_page(browser, f"{address}/subscribe") as tab:
                tab.page.get_by_role("link", name="Read the latest issue first").click()
                tab.page.wait_for_url(f"{address}/{KEY}/**")
            with opened_page(browser, theirs, java_script_enabled=False) as tab:
                tab.page.get_by_label("Your address").fill("reader@example.net")
                tab.page.get_by_role("button", name="Subscribe").click()
                tab.page.get_by_role("heading", name="Check your inbox").wait_for()
                assert tab.page.url == f"{address}/subscribe"
                until(server.taken)
                mail = parsed(server.taken[0].content)
                assert mail["To"] == "reader@example.net"
                body = mail.get_body(("plain",))
                assert body is not None
                link = re.search(rf"{base}/(confirm/\S+)", body.get_content())
                assert link
                tab.page.goto(f"{address}/{link[1]}")
                tab.page.get_by_role("button", name="Subscribe").click()
                tab.page.get_by_role("heading", name="Subscribed").wait_for()
    with store_of(place) as store:
        person = store.subscribers.find("reader@example.net")
        assert person is not None
        assert person.status == "active"


def until(found: list[Any]) -> None:
    end = time.monotonic() + 30
    while not found:
        assert time.monotonic() < end
        time.sleep(0.05)
