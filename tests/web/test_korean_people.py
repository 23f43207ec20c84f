"""A Korean reader's own pages and letters: signing up, confirming, choosing, unsubscribing, each in Korean and marked as such."""

import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from digest.cli import main
from digest.subscribers.tokens import SECRET, Purpose, Tokens
from support.browsing import axe_violations, opened_page
from support.forked import Forks
from support.mailing import configure, outbox, store_of, subscribe
from support.running import wait_for

TWO = "  editions: [{language: en}, {language: ko, title: LLM 트렌드 주간}]\n"
ENGLISH = re.compile(r">[^<>]*\b(?:the|your|you|mail|Save|Subscribe|Confirm|Unsubscribe|Preferences)\b[^<>]*<")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample in two editions, with a Korean and an English subscriber."""
    root = tmp_path_factory.mktemp("people") / "w"
    assert main(["init", "--sample", str(root)]) == 0
    config = root / "feeds.yaml"
    config.write_text(config.read_text().replace("  timezone:", f"{TWO}  timezone:"))
    configure(root, '{base_url: "https://digest.example.org", from: "Trends <digest@example.org>"}')
    subscribe(root, "minji@example.org", "ada@example.org")
    with store_of(root) as store, store.transaction():
        store.subscribers.speak(_person(store, "minji@example.org").id, "ko")
    return root


@pytest.fixture(scope="module")
def port(place: Path, forks: Forks) -> Iterator[int]:
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        yield int(address.rpartition(":")[2])


def _person(store: Any, address: str) -> Any:
    found = store.subscribers.find(address)
    assert found is not None
    return found


def _link(place: Path, purpose: Purpose, address: str) -> str:
    with store_of(place) as store:
        token = Tokens(store.subscribers.secret(SECRET)).make(purpose, _person(store, address).link)
    return f"/{purpose}/{token}"


def _language(place: Path, address: str) -> str:
    with store_of(place) as store:
        found: str = _person(store, address).language
        return found


def _ask(port: int, method: str, path: str, body: str = "") -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body.encode(), {"Content-Type": "application/x-www-form-urlencoded"})
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def _is_korean(page: str) -> None:
    assert '<html lang="ko"' in page
    assert ENGLISH.findall(re.sub(r"(?s)<(?:style|title)\b.*?</(?:style|title)>", "", page)) == []


def test_signing_up_from_a_korean_page_is_korean_to_the_end(place: Path, port: int) -> None:
    asked = _ask(port, "GET", "/subscribe?language=ko")
    _is_korean(asked)
    assert "메일 주소를 입력해 주십시오" in asked
    wrong = _ask(port, "POST", "/subscribe?language=ko", "address=nobody")
    _is_korean(wrong)
    assert "이 주소로는 메일을 보낼 수 없습니다" in wrong
    sent = _ask(port, "POST", "/subscribe?language=ko", "address=jiho%40example.org")
    _is_korean(sent)
    assert "받은 편지함을 확인해 주십시오" in sent
    new = place / ".digest/outbox/new"
    wait_for(lambda: new.exists() and "jiho@example.org" in outbox(place))
    letter = outbox(place)["jiho@example.org"]
    assert str(letter["Subject"]) == "구독 확인: LLM 트렌드 주간"
    content = letter.get_content()
    assert "사흘 안에 다음 링크를 열어 주십시오" in content
    assert not re.search(r"\b(?:the|you|link)\b", content.partition("http")[0])
    found = re.search(r"https://digest\.example\.org(/confirm/\S+)", content)
    assert found is not None
    _is_korean(_ask(port, "GET", found[1]))
    done = _ask(port, "POST", found[1])
    _is_korean(done)
    assert "구독이 시작되었습니다" in done
    assert _language(place, "jiho@example.org") == "ko"


def test_preferences_and_unsubscribing_are_in_the_readers_language(place: Path, port: int) -> None:
    preferences, leave = (_link(place, purpose, "minji@example.org") for purpose in ("preferences", "unsubscribe"))
    page = _ask(port, "GET", preferences)
    _is_korean(page)
    for words in ("LLM 트렌드 주간", "수신 설정", "LLM 에이전트", "메일의 언어", "저장"):
        assert words in page
    _is_korean(_ask(port, "GET", leave))
    assert "더 이상 메일을 보내지 않습니다" in _ask(port, "POST", leave, "List-Unsubscribe=One-Click")
    _is_korean(_ask(port, "GET", preferences))


def test_choosing_a_language_changes_the_page_and_the_mail(place: Path, port: int) -> None:
    link = _link(place, "preferences", "ada@example.org")
    assert '<html lang="en"' in _ask(port, "GET", link)
    chosen = _ask(port, "POST", link, "language=ko")
    _is_korean(chosen)
    assert "저장" in chosen
    assert _language(place, "ada@example.org") == "ko"


def test_a_link_that_does_not_work_says_so_in_the_language_asked_for(port: int) -> None:
    page = _ask(port, "GET", "/preferences/x?language=ko")
    _is_korean(page)
    assert "사용할 수 없는 링크입니다" in page


@pytest.mark.slow
@pytest.mark.browser
def test_the_korean_pages_are_accessible_on_a_phone(place: Path, port: int, browser: Any) -> None:
    for path in ("/subscribe?language=ko", "/confirm/x?language=ko", _link(place, "preferences", "ada@example.org")):
        with opened_page(browser, f"http://127.0.0.1:{port}{path}", width=375, height=700) as tab:
            assert axe_violations(tab) == []
            tab.page.emulate_media(color_scheme="dark")
            assert axe_violations(tab, only=["color-contrast"]) == []
            assert tab.width() <= 375
