"""A reader's own pages: unsubscribing, preferences, signing up; attacked, and looked at in a browser."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from digest.cli import main
from digest.subscribers.tokens import SECRET, Tokens
from digest.web.context import Buckets
from support.browsing import axe_violations, opened_page
from support.forked import Forks
from support.mailing import configure, outbox, store_of, subscribe
from support.reader_pages import Pages
from support.running import wait_for

ONE_CLICK = b"List-Unsubscribe=One-Click"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, forks: Forks) -> Iterator[Pages]:
    place = tmp_path_factory.mktemp("people") / "w"
    assert main(["init", "--sample", str(place)]) == 0
    configure(place, '{base_url: "https://digest.example.org", from: "Trends <digest@example.org>"}')
    subscribe(place, *(f"p{n}@example.org" for n in range(9)))
    said = place.with_name("said")
    with (
        said.open("w") as stderr,
        forks.serving(["-C", place, "serve", "--port", 0], stderr=stderr) as address,
    ):
        yield Pages(place, int(address.rpartition(":")[2]))
    assert said.read_text() == ""  # no token, no address, no complaint


def test_looking_at_a_link_changes_nothing(pages: Pages) -> None:
    got = pages.get(pages.token("unsubscribe", "p0@example.org"))
    assert (got.status, got.headers["cache-control"], got.headers["referrer-policy"]) == (
        200,
        "no-store",
        "no-referrer",
    )
    assert "form-action 'self'" in got.headers["content-security-policy"]
    assert "set-cookie" not in got.headers
    assert '<form method="post">' in got.text
    assert pages.status("p0@example.org") == "active"


@pytest.mark.parametrize(
    ("number", "body", "type_"),
    [
        (1, ONE_CLICK, "application/x-www-form-urlencoded"),
        (2, b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n', "multipart/form-data; boundary=b"),
        (3, b"--b\r\nbroken", "multipart/form-data; boundary=b"),
        (4, b"", "text/plain"),
    ],
)  # fmt: skip
def test_one_click_unsubscribes_at_once(pages: Pages, number: int, body: bytes, type_: str) -> None:
    address = f"p{number}@example.org"
    path = pages.token("unsubscribe", address)
    for _ in range(2):
        got = pages.post(path, body, Content_Type=type_)
        assert got.status == 200
        assert "location" not in got.headers
        assert "set-cookie" not in got.headers
        assert "Unsubscribed" in got.text
        assert address not in got.text
    assert pages.status(address) == "unsubscribed"


def test_no_token_but_ours_does_anything_and_guessing_is_slowed(pages: Pages) -> None:
    token = pages.token("unsubscribe", "p0@example.org").rpartition("/")[2]
    wrong = [
        token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:],
        token[:-4],
        "x" + token,
        Tokens(b"another workspace's").make("unsubscribe", 1),
        pages.token("preferences", "p0@example.org").rpartition("/")[2],
        "%00",
        "ü".encode().hex(),
        "a" * 4000,
    ]
    elsewhere = {"X_Forwarded_For": "203.0.113.9"}
    got = [pages.post(f"/unsubscribe/{one}", ONE_CLICK, **elsewhere) for one in wrong]
    assert {one.status for one in got} == {404}
    assert len({one.text for one in got}) == 1
    assert {pages.post("/unsubscribe/x", b"", **elsewhere).status for _ in range(20)} == {404, 429}
    assert pages.post(f"/preferences/{token}", b"paused=on").status == 404
    assert pages.status("p0@example.org") == "active"
    assert pages.get(pages.token("unsubscribe", "p0@example.org"), **{"X-Forwarded-For": "203.0.113.9"}).status == 200


def test_preferences_are_kept(pages: Pages) -> None:
    path = pages.token("preferences", "p5@example.org")
    got = pages.post(path, b"trend=agents&trend=reasoning&trend=%00evil&paused=on")
    assert got.status == 200
    assert len(re.findall(r'name="trend" value="[\w-]+" checked', got.text)) == 2
    assert (pages.status("p5@example.org"), set(pages.trends("p5@example.org"))) == ("paused", {"agents", "reasoning"})
    pages.post(path, b"")
    assert (pages.status("p5@example.org"), pages.trends("p5@example.org")) == ("active", ())
    pages.post(pages.token("unsubscribe", "p5@example.org"))
    gone = pages.post(path, b"paused=on")
    assert "You are unsubscribed" in gone.text
    assert pages.status("p5@example.org") == "unsubscribed"


def _confirmation(pages: Pages, address: str) -> str:
    """The path in the letter to an address, once it is there."""
    new = pages.place / ".digest/outbox/new"
    wait_for(lambda: new.exists() and address in outbox(pages.place))
    content = outbox(pages.place)[address].get_content()
    found = re.search(r"https://digest\.example\.org(/confirm/\S+)", content)
    assert found is not None
    return found[1]


def test_signing_up_takes_a_letter_and_a_click(pages: Pages) -> None:
    assert 'type="email"' in pages.get("/subscribe").text
    assert pages.post("/subscribe", b"address=New%40Example.org").status == 200
    path = _confirmation(pages, "New@example.org")
    assert outbox(pages.place)["New@example.org"]["Auto-Submitted"] == "auto-generated"
    assert pages.status("new@example.org") == ""
    assert pages.get(path).status == 200
    assert pages.status("new@example.org") == ""
    with ThreadPoolExecutor(4) as pool:
        assert {got.status for got in pool.map(lambda _: pages.post(path), range(4))} == {200}
    assert pages.status("new@example.org") == "active"
    pages.post(pages.token("unsubscribe", "new@example.org"))
    assert pages.post(path).status == 404, "a link from before the opt-out does nothing"
    assert pages.status("new@example.org") == "unsubscribed"


def test_signing_up_tells_nobody_who_is_known(pages: Pages) -> None:
    client = {"X_Forwarded_For": "203.0.113.20"}
    known, new = (
        pages.post("/subscribe", f"address={who}@example.org".encode(), **client) for who in ("p6", "stranger")
    )
    assert (known.status, known.text) == (new.status, new.text)
    _confirmation(pages, "stranger@example.org")
    assert "p6@example.org" not in outbox(pages.place)


def test_signing_up_is_slowed_for_each_client_and_address(pages: Pages) -> None:
    one = {"X_Forwarded_For": "2001:db8::1"}
    same_network = {"X_Forwarded_For": "198.51.100.7, 2001:db8::2"}
    got = [pages.post("/subscribe", b"address=often%40example.org", **one).status for _ in range(10)]
    assert got == [200] * 10
    assert pages.post("/subscribe", b"address=often%40example.org", **same_network).status == 429
    _confirmation(pages, "often@example.org")


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b\r\nBcc: c@example.org", "<a@example.org>", "a@example.org, b@example.org", "a" * 9000],
)
def test_what_is_no_address_is_said_and_sent_nothing(pages: Pages, address: str) -> None:
    got = pages.post("/subscribe", f"address={quote(address)}".encode(), X_Forwarded_For="203.0.113.30")
    assert got.status == 400
    assert pages.post("/subscribe", b"\x00" * 2_000_000, X_Forwarded_For="203.0.113.31").status in (400, 413)


def test_a_confirmation_expires(pages: Pages) -> None:
    asked = datetime.now(UTC) - timedelta(days=3, minutes=1)
    with store_of(pages.place) as store:
        tokens = Tokens(store.subscribers.secret(SECRET))
    late = tokens.make("confirm", f"{int(asked.timestamp())} late@example.org", at=asked)
    assert pages.post(f"/confirm/{late}", X_Forwarded_For="203.0.113.40").status == 404
    assert pages.status("late@example.org") == ""


def test_without_an_address_on_the_web_nobody_signs_up(tmp_path: Path, forks: Forks) -> None:
    place = tmp_path / "w"
    assert main(["init", "--sample", str(place)]) == 0
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        pages = Pages(place, int(address.rpartition(":")[2]))
        assert (pages.get("/subscribe").status, pages.post("/subscribe", b"address=a%40example.org").status) == (
            404,
            405,
        )


def test_a_bucket_fills_again() -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    buckets = Buckets(burst=2, every=timedelta(minutes=1), clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [True, True, False]
    assert buckets.take("b")
    now[0] += timedelta(minutes=1)
    assert [buckets.take("a") for _ in range(2)] == [True, False]
    now[0] -= timedelta(hours=1)
    assert not buckets.take("a"), "a clock that was set back gives nothing"


@pytest.mark.slow
@pytest.mark.browser
def test_the_pages_work_on_a_phone_without_scripts(pages: Pages, browser: Any) -> None:
    preferences, leave = (pages.token(purpose, "p7@example.org") for purpose in ("preferences", "unsubscribe"))
    for path in (preferences, leave, "/subscribe", "/confirm/x"):
        with opened_page(browser, f"http://127.0.0.1:{pages.port}{path}", width=375, height=700) as tab:
            assert axe_violations(tab) == []
            tab.page.emulate_media(color_scheme="dark")
            assert axe_violations(tab, only=["color-contrast"]) == []
            assert tab.width() <= 375
            assert [one for one in tab.problems if "404" not in one] == []
            assert tab.elsewhere() == []
    without: dict[str, Any] = {"java_script_enabled": False}
    with opened_page(browser, f"http://127.0.0.1:{pages.port}{preferences}", width=375, **without) as tab:
        tab.page.get_by_label("Agents", exact=False).first.check()
        tab.page.get_by_role("button", name="Save").click()
        assert tab.page.get_by_text("Saved.").count() == 1
    assert len(pages.trends("p7@example.org")) == 1


def test_many_at_once_are_all_heard(pages: Pages) -> None:
    path = pages.token("unsubscribe", "p8@example.org")
    with ThreadPoolExecutor(8) as pool:
        assert {got.status for got in pool.map(lambda _: pages.post(path, ONE_CLICK), range(40))} == {200}
    assert pages.status("p8@example.org") == "unsubscribed"
