"""The web copy of a letter: at a signed address, for its readers' eyes only, gone with its texts."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.config import DigestSettings
from digest.model import Preferences
from digest.services.preferences import prefer
from support.browsing import axe_violations, opened_page
from support.forked import Forks
from support.mailing import NOW, configure, outbox, store_of, subscribe
from support.reader_pages import Pages
from support.running import Run

BASE = "https://digest.example.org"


@pytest.fixture
def pages(sample: Path, tmp_path: Path, forks: Forks, run: Run) -> Iterator[Pages]:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    configure(place, f'{{base_url: "{BASE}", from: "Trends <digest@example.org>"}}')
    subscribe(place, "ada@example.org")
    with store_of(place) as store, store.transaction():
        choice = Preferences(frequency="daily", hour=7, minutes=3)
        prefer(store, DigestSettings(), 1, choice, NOW - timedelta(days=1))
        store.connection.execute("UPDATE preferences SET cutoff = NULL")
    assert run("-C", place, "send", "--letters", "--yes", "--at", "2026-06-29T12:00").code == 0
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        yield Pages(place, int(address.rpartition(":")[2]))


def link_of(place: Path) -> str:
    """The path of the web copy that the mail names."""
    body = outbox(place)["ada@example.org"].get_body(("plain",))
    assert body is not None
    found = re.search(rf"{BASE}(/letter/\S+)", body.get_content())
    assert found
    return re.split(r"[#\s]", found[1])[0]


def test_the_mail_names_a_page_that_no_search_engine_keeps_and_that_goes_with_its_texts(
    pages: Pages, browser: Any
) -> None:
    path = link_of(pages.place)
    got = pages.get(path)
    assert (got.status, got.headers["x-robots-tag"]) == (200, "noindex, nofollow, noarchive")
    assert got.headers["cache-control"] == "private, no-store"
    assert "items for you" in got.text
    assert "ada@example.org" not in got.text
    with opened_page(browser, f"http://127.0.0.1:{pages.port}{path}") as tab:
        assert axe_violations(tab) == []
    assert pages.get(path[:-2] + ("aa" if path[-2:] != "aa" else "bb")).status == 404
    with store_of(pages.place) as store, store.transaction():
        store.letters.tidy(NOW + timedelta(days=60))
    assert pages.get(path).status == 410
