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
from digest.subscribers.tokens import SECRET, Tokens
from support.browsing import axe_violations, opened_page
from support.forked import Forks
from support.mailing import NOW, configure, outbox, store_of, subscribe
from support.reader_pages import Pages
from support.running import Run

BASE = "https://digest.example.org"
TWO = "  editions: [{language: en}, {language: ko, title: LLM 트렌드 주간}]\n"
READERS = {"en": "ada@example.org", "ko": "minji@example.org"}
RECEIPT = {
    "en": r"(\d+) items for you, (\d+) shown, (\d+) on the web",
    "ko": r"항목 (\d+)건이 구독 설정에 맞습니다\. (\d+)건을 여기에 싣고, (\d+)건은 웹에",
}
FOR_YOU = {"en": "items for you, shown here.", "ko": "구독 설정에 맞아 모두 여기에 실었습니다."}


@pytest.fixture
def pages(sample: Path, tmp_path: Path, forks: Forks, run: Run) -> Iterator[Pages]:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    config = place / "feeds.yaml"
    config.write_text(config.read_text().replace("  timezone:", f"{TWO}  timezone:"))
    configure(place, f'{{base_url: "{BASE}", from: "Trends <digest@example.org>"}}')
    subscribe(place, *READERS.values())
    with store_of(place) as store, store.transaction():
        choice = Preferences(frequency="daily", hour=7, minutes=3, zone="Asia/Seoul")
        for number, language in enumerate(READERS, 1):
            prefer(store, DigestSettings(), number, choice, NOW - timedelta(days=1))
            store.subscribers.speak(number, language)
        store.connection.execute("UPDATE preferences SET cutoff = NULL")
    assert run("-C", place, "send", "--letters", "--yes", "--at", "2026-06-29T12:00").code == 0
    with forks.serving(["-C", place, "serve", "--port", 0, "--at", "2026-06-30T12:00"]) as address:
        yield Pages(place, int(address.rpartition(":")[2]))


def text_of(place: Path, language: str) -> str:
    body = outbox(place)[READERS[language]].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_of(place: Path, language: str) -> str:
    """The path of the web copy that the mail names."""
    found = re.search(rf"{BASE}(?:/ko)?(/letter/\S+)", text_of(place, language))
    assert found
    return re.split(r"[#\s]", found[1])[0]


@pytest.mark.slow
@pytest.mark.parametrize("language", READERS)
def test_the_mail_names_a_page_that_no_search_engine_keeps_and_that_goes_with_its_texts(
    pages: Pages, browser: Any, language: str
) -> None:
    path = link_of(pages.place, language)
    told = " ".join(text_of(pages.place, language).split())
    receipt = re.search(RECEIPT[language], told)
    assert receipt
    items, shown, left = map(int, receipt.groups())
    assert shown + left == items
    got = pages.get(path)
    assert (got.status, got.headers["x-robots-tag"]) == (200, "noindex, nofollow, noarchive")
    assert got.headers["cache-control"] == "private, no-store"
    assert f'<html lang="{language}"' in got.text
    assert FOR_YOU[language] in got.text
    assert READERS[language] not in got.text
    assert not re.findall(r'href="(?!#|https?://)[^"]*"', got.text)  # of what is only beside an issue's page
    with opened_page(browser, f"http://127.0.0.1:{pages.port}{path}") as tab:
        assert axe_violations(tab) == []
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= tab.page.viewport_size["width"]
    with store_of(pages.place) as store, store.transaction():
        store.letters.tidy(NOW + timedelta(days=60))
    assert pages.get(path).status == 410


def forged(place: Path, real: str) -> list[str]:
    """Addresses that are nobody's letter: another person's, purpose's or newsletter's token, and damaged and encoded ones."""
    with store_of(place) as store:
        own = Tokens(store.subscribers.secret(SECRET))
        (key,) = store.connection.execute("SELECT min(key) FROM letters").fetchone()
        links = [person.link for person in store.subscribers.all()]
    payload, _, mac = real.partition(".")
    tokens = [
        *(own.make(purpose, key) for purpose in ("preferences", "unsubscribe", "confirm", "desk")),
        *(own.make("letter", link) for link in links),
        own.make("letter", 1),
        own.make("letter", ""),
        own.make("letter", f"{key}\0"),
        own.make("letter", key.upper()),
        Tokens(b"of another newsletter").make("letter", key),
        *(real[:n] for n in (1, len(payload), len(payload) + 1, len(real) - 1)),
        f"{real}x",
        f"x{real}",
        real.swapcase(),
        f"{payload}.{mac}.{mac}",
        f"{payload}..{mac}",
        f".{mac}",
        f"{payload}%00.{mac}",
        real.replace(".", "%252E"),
        f"{real}%20",
        f"{real}%0A",
        f"%2E%2E%2F{real}",
        "x" * 3000,
        "%FF%FE",
        "%F0%9F%92%8C",
    ]
    return [f"/letter/{token}" for token in tokens] + [f"/letter/{real}/", "/letter/", f"/letter//{real}"]


def test_no_forged_address_opens_a_letter_and_a_letter_s_opens_nothing_else(pages: Pages) -> None:
    path = link_of(pages.place, "en")
    real = path.rpartition("/")[2]
    for number, address in enumerate(forged(pages.place, real)):
        got = pages.get(address, **{"X-Forwarded-For": f"203.0.113.{number}"})
        assert got.status in (400, 404, 410), address  # 410: signed by this workspace, of no letter that it knows
        assert "items for you" not in got.text
    for page in ("preferences", "unsubscribe", "confirm"):
        for method in (pages.get, lambda address: pages.post(address, b"frequency=daily")):
            assert method(f"/{page}/{real}").status == 404
    assert pages.get(path).status == 200
    assert pages.get(path.replace(".", "%2E")).status == 200  # the same address, as some mail programs write it
    assert pages._ask("DELETE", path, None, {}).status == 405


@pytest.mark.parametrize(("at", "status"), [("2026-07-28T00:00", 200), ("2026-08-02T00:00", 410), ("2027-06-30T00:00", 410), ("2026-06-01T00:00", 200)])  # fmt: skip
def test_a_copy_is_gone_after_a_month_though_nobody_tidied(pages: Pages, forks: Forks, at: str, status: int) -> None:
    with forks.serving(["-C", pages.place, "serve", "--port", 0, "--at", at]) as address:
        own = Pages(pages.place, int(address.rpartition(":")[2]))
        assert own.get(link_of(pages.place, "en")).status == status
