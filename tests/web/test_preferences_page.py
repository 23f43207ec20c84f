"""A reader's own page: what they choose and teach, by forms without scripts; attacked, and looked at in a browser."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from digest.cli import main
from digest.model import Preferences
from digest.subscribers.tokens import Tokens
from support.browsing import assert_readable, opened_page
from support.forked import Forks
from support.mailing import configure, subscribe
from support.reader_pages import Got, Pages

BIBTEX = "\n".join(
    f"@article{{k{n}, title={{On {n}}}, author={{Byron, Ada}}, eprint={{2601.0000{n}}}}}" for n in range(3)
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BILLION = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]><rdf:RDF xmlns:rdf="x">&l11;</rdf:RDF>'
ADA, BEA, CAT, DAN, EVE, FAY, GIL = (
    f"{name}@example.org" for name in ("ada", "bea", "cat", "dan", "eve", "fay", "gil")
)
FORM = {"frequency": "weekly", "weekday": "2", "day": "9", "hour": "7", "zone": "Asia/Seoul", "minutes": "5"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, forks: Forks) -> Iterator[Pages]:
    place = tmp_path_factory.mktemp("prefs") / "w"
    assert main(["init", "--sample", str(place)]) == 0
    configure(place, '{base_url: "https://digest.example.org", from: "Trends <digest@example.org>"}')
    text = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(
        text.replace("digest:\n", "digest:\n  editions: [{language: en}, {language: ko}]\n", 1)
    )
    subscribe(place, ADA, BEA, CAT, DAN, EVE, FAY, GIL)
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        yield Pages(place, int(address.rpartition(":")[2]))


def save(pages: Pages, address: str, **said: str) -> Got:
    """Post the form. `weight__trend__agents` is the field `weight:trend:agents`."""
    fields = {name.replace("__", ":"): value for name, value in said.items()}
    return pages.post(pages.token("preferences", address), urlencode(FORM | fields).encode())


def upload(pages: Pages, address: str, body: bytes) -> Got:
    head = b'--b\r\nContent-Disposition: form-data; name="library"; filename="x"\r\n\r\n'
    path = pages.token("preferences", address) + "/library"
    return pages.post(path, head + body + b"\r\n--b--\r\n", Content_Type="multipart/form-data; boundary=b")


def test_a_page_says_what_is_chosen_and_what_comes(pages: Pages) -> None:
    got = save(pages, ADA, plain="on", trend="agents", weight__trend__agents="more", kind="author", name="Grace Hopper")
    assert got.status == 200
    assert re.search(r"Saved\. Your next letter comes on .* at 07:00 \(Asia/Seoul\)\.", got.text)
    assert pages.preferences(ADA) == Preferences(
        frequency="weekly",
        day=2,
        hour=7,
        zone="Asia/Seoul",
        minutes=5,
        plain=True,
        weights={"trend:agents": 1.0, "author:Grace Hopper": 1.0},
    )
    assert pages.trends(ADA) == ("agents",)
    shown = pages.get(pages.token("preferences", ADA)).text
    for part in ('value="weekly" checked', '<option value="2" selected>Tuesday', '<option value="7" selected>07:00', 'name="plain" checked', "Author: Grace Hopper"):  # fmt: skip
        assert part in shown
    save(pages, ADA, **{"weight__author__Grace Hopper": "none", "until": "2999-12-31"})
    after = pages.preferences(ADA)
    assert after.weights == {"trend:agents": 1.0}
    assert after.paused_until is not None
    assert "You get no mail before 31 December 2999" in save(pages, ADA, until="2999-12-31").text
    assert save(pages, ADA, erase="on").status == 200
    assert pages.preferences(ADA).weights == {}


@pytest.mark.parametrize(
    "said",
    [
        {"frequency": "hourly"},
        {"zone": "Mars/Olympus"},
        {"minutes": "999"},
        {"hour": "25"},
        {"weekday": "9"},
        {"until": "soon"},
        {"kind": "work;", "name": "x"},
        {"kind": "term", "name": "a;b=9"},
        {"weight__trend__nothing": "more"},
        {"weight__term__x": "1e9"},
        {"weight__" + "x" * 5000: "more"},
    ],
)
def test_what_the_page_does_not_offer_is_not_saved(pages: Pages, said: dict[str, str]) -> None:
    before = pages.preferences(BEA)
    got = save(pages, BEA, **said)
    assert got.status == 400
    assert "Nothing was saved" in got.text
    assert pages.preferences(BEA) == before


def test_looking_and_asking_for_a_head_change_nothing(pages: Pages) -> None:
    path = pages.token("preferences", DAN)
    query = "?" + urlencode({**FORM, "erase": "on", "paused": "on"})
    for method in ("GET", "HEAD"):
        for place in (path, path + query, f"{path}/data{query}", f"{path}/library{query}"):
            assert pages._ask(method, place, None, {}).status in (200, 404, 405)
    assert pages.preferences(DAN) == Preferences()
    assert pages.status(DAN) == "active"


def test_only_the_reader_s_own_token_opens_their_page(pages: Pages) -> None:
    real = pages.token("preferences", BEA).rpartition("/")[2]
    before = pages.preferences(BEA)
    other = Tokens(b"another workspace's").make("preferences", 1)
    unsubscribe = pages.token("unsubscribe", BEA).rpartition("/")[2]
    forged = [real[:-1], real + "x", real.swapcase(), other, unsubscribe, "x.y"]
    for token in forged:
        for end in ("", "/data", "/library"):
            got = pages.get(f"/preferences/{token}{end}", **{"X-Forwarded-For": "203.0.113.50"})
            assert got.status in (404, 405, 429)
            assert "example.org" not in got.text
        posted = pages.post(f"/preferences/{token}", urlencode(FORM).encode(), X_Forwarded_For="203.0.113.51")
        assert posted.status in (404, 429)
    assert pages.preferences(BEA) == before


def test_a_page_of_another_site_can_neither_read_nor_frame_it(pages: Pages) -> None:
    """There is no cookie that a browser would add: who lacks the token can post nothing in somebody's name."""
    got = pages.get(pages.token("preferences", BEA))
    assert "set-cookie" not in got.headers
    assert got.headers["cross-origin-resource-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in got.headers["content-security-policy"]
    assert got.headers["referrer-policy"] == "no-referrer"


def test_a_post_that_comes_again_changes_nothing_more(pages: Pages) -> None:
    for _ in range(3):
        assert save(pages, EVE, weight__trend__agents="more").status == 200
    assert pages.preferences(EVE).weights == {"trend:agents": 1.0}


def test_a_library_counts_and_is_not_kept(pages: Pages) -> None:
    got = upload(pages, BEA, BIBTEX.encode())
    assert "Authors: 1; terms: 0; papers: 3; sources: 0." in got.text
    assert "work:arxiv:2601.00001" in pages.preferences(BEA).weights
    kept = b"".join(path.read_bytes() for path in (pages.place / ".digest").rglob("*") if path.is_file())
    assert b"title={On 1}" not in kept
    assert upload(pages, BEA, BIBTEX.encode()).text.count("Authors: 0; terms: 0; papers: 0; sources: 0.") == 1


@pytest.mark.parametrize(
    "body", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, b"MZ" + bytes(5000), BILLION.encode(), b"[" * 100_000, b"x" * 6_000_000]
)  # fmt: skip
def test_a_hostile_file_is_refused_in_plain_words(pages: Pages, body: bytes) -> None:
    before = pages.preferences(GIL)
    got = upload(pages, GIL, body)
    assert got.status in (400, 429)
    assert "could not be read as a library" in got.text or got.status == 429
    assert pages.preferences(GIL) == before
    assert pages.get("/healthz").status in (200, 503)


def test_a_hundred_megabytes_are_refused_before_they_arrive(pages: Pages) -> None:
    path = pages.token("preferences", ADA) + "/library"
    with socket.create_connection(("127.0.0.1", pages.port), timeout=60) as sock:
        head = "Host: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000000\r\n\r\n"
        sock.sendall(f"POST {path} HTTP/1.1\r\n{head}".encode())
        assert sock.recv(100).startswith(b"HTTP/1.1 400")


def test_a_file_without_a_length_is_read_up_to_its_limit(pages: Pages) -> None:
    path = pages.token("preferences", ADA) + "/library"
    with socket.create_connection(("127.0.0.1", pages.port), timeout=60) as sock:
        head = "Host: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n"
        sock.sendall(f"POST {path} HTTP/1.1\r\n{head}".encode())
        part = b'--b\r\nContent-Disposition: form-data; name="library"; filename="x"\r\n\r\n'
        sock.sendall(b"%x\r\n%b\r\n" % (len(part), part))
        for _ in range(80):
            sock.sendall(b"%x\r\n%b\r\n" % (100_000, b"x" * 100_000))
        assert sock.recv(100).startswith(b"HTTP/1.1 400")


def test_a_reader_gets_everything_that_is_stored_about_them(pages: Pages) -> None:
    got = pages.get(pages.token("preferences", BEA) + "/data")
    found = json.loads(got.text)
    assert got.headers["content-disposition"].startswith("attachment")
    assert found["subscriber"]["address"] == BEA
    assert set(found) == {"subscriber", "preferences", "served_until", "messages"}
    assert ADA not in got.text


def test_the_page_speaks_the_language_of_its_reader(pages: Pages) -> None:
    got = save(pages, CAT, language="ko")
    assert 'lang="ko"' in got.text
    assert "화요일" in got.text
    assert "Saved" not in got.text
    assert "How often" not in got.text


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_works_on_a_phone_and_a_desk_in_light_and_dark(pages: Pages, browser: Any, tmp_path: Path) -> None:
    for address, width in ((FAY, 390), (FAY, 1200), (CAT, 390), (CAT, 1200)):
        url = f"http://127.0.0.1:{pages.port}{pages.token('preferences', address)}"
        with opened_page(browser, url, width=width, height=900) as tab:
            assert_readable(tab, width)
    without: dict[str, Any] = {"java_script_enabled": False}
    (tmp_path / "x.bib").write_text(BIBTEX)
    url = f"http://127.0.0.1:{pages.port}{pages.token('preferences', FAY)}"
    with opened_page(browser, url, width=390, **without) as tab:
        tab.page.get_by_label("A letter every day").check()
        tab.page.get_by_role("button", name="Save").click()
        assert tab.page.get_by_text("Saved. Your next letter comes on").count() == 1
        tab.page.get_by_label("File, at most 5 MB").set_input_files(tmp_path / "x.bib")
        tab.page.get_by_role("button", name="Upload").click()
        assert tab.page.get_by_text("papers: 3").count() == 1
        tab.page.get_by_role("button", name="Save").click()
        assert tab.page.get_by_text("Saved.").count() == 1
    assert pages.preferences(FAY).frequency == "daily"
