"""From the notice to the approval, in a real browser over real https: on a phone by touch, with scripts and without."""

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from support.browsing import axe_violations, opened_page
from support.forked import Forks
from support.mailing import parsed
from support.running import Run, free_port
from support.tls_proxy import https_before

pytestmark = [pytest.mark.browser, pytest.mark.slow]
KEY, REVIEW, EVENING = "2026-W27", "2026-06-28T18:00", "2026-06-28T20:00"
BOB = "bob@example.org"


@pytest.fixture(scope="module")
def held(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose issue waits for review, with an editor who was mailed the notice; {port} is filled in by each test."""
    place = tmp_path_factory.mktemp("phone") / "w"
    forks.run(["init", "--sample", place])
    text = (place / "feeds.yaml").read_text()
    text = text.replace("digest:\n", 'digest:\n  review: required\n  review_at: "sun 18:00"\n', 1)
    delivery = 'delivery: {base_url: "https://localhost:1", from: "d@example.org"}\nserve: {desk: true}\n'
    (place / "feeds.yaml").write_text(f"{text}\n{delivery}")
    forks.run(["-C", place, "desk", "accounts", "add", BOB, "--at", REVIEW])
    forks.run(["-C", place, "collect", "--at", "2026-06-27T08:00"])
    forks.run(["-C", place, "publish", "--at", REVIEW], check=False)
    return place


@pytest.fixture
def place(held: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(held, tmp_path / "w"))


@pytest.fixture
def base(place: Path, forks: Forks, tmp_path: Path) -> Iterator[str]:
    """The address of the desk, as its users have it."""
    port = free_port()
    text = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(text.replace("https://localhost:1", f"https://localhost:{port}"))
    with (
        forks.serving(["-C", place, "serve", "--port", 0, "--at", EVENING]) as address,
        https_before(urlsplit(address).netloc, port, tmp_path) as base,
    ):
        yield base


def mailed(place: Path, words: str) -> str:
    """The path of the link in the mail with these words."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for path in (place / ".digest/outbox/new").glob("*"):
            body = parsed(path.read_bytes()).get_body(("plain",))
            text = body.get_content() if body else ""
            if words in text:
                found = re.search(r"https://localhost:\d+(/desk/enter/\S+)", text)
                assert found
                return found[1]
        time.sleep(0.1)
    raise AssertionError(f"no mail says {words}")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_notice_to_the_approval_on_a_phone(
    browser: Any, base: str, place: Path, run: Run, scripts: bool
) -> None:
    touch: dict[str, Any] = {"has_touch": True, "is_mobile": True, "java_script_enabled": scripts}
    notice = mailed(place, "held: waits for review")
    began = time.monotonic()
    with opened_page(browser, base + notice, width=390, height=844, ignore_https_errors=True, **touch) as tab:
        tab.page.get_by_role("button", name="Open the desk").tap()
        tab.page.wait_for_url(f"**/desk/{KEY}/")
        if scripts:
            assert tab.width() == 390
        tab.page.locator("summary#approve").tap()
        tab.page.get_by_role("button", name=re.compile("^Approve and send")).tap()
        tab.page.get_by_text(f"Approved by {BOB}.").wait_for(timeout=30_000)
        assert time.monotonic() - began < 30
        (cookie,) = tab.page.context.cookies()
        kept = (cookie["name"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"])
        assert kept == ("__Host-digest-desk", True, True, "Strict", "/")
        if scripts:
            assert [one for one in tab.problems if "sandbox" not in one] == []
        tab.page.goto(base + notice)
        tab.page.get_by_role("button", name="Open the desk").tap()
        tab.page.wait_for_url(f"**/desk/{KEY}/")  # used up, but the phone is signed in
    with opened_page(browser, base + notice, ignore_https_errors=True, java_script_enabled=scripts) as tab:
        tab.page.get_by_role("button", name="Open the desk").click()
        tab.page.get_by_text("was used already").wait_for()
    log = run("-C", place, "desk", "audit", "--json").json
    assert [(one["who"], one["action"]) for one in log[:2]] == [(BOB, "approve"), (BOB, "signed in")]


def test_a_link_from_a_page_of_another_site_signs_in(browser: Any, base: str, place: Path, tmp_path: Path) -> None:
    """As in webmail: the browser sends no strict cookie with the link, and keeps the one that the button's answer sets."""
    notice = mailed(place, "held: waits for review")
    webmail = tmp_path / "webmail.html"
    webmail.write_text(f"<a href='{base}{notice}'>open</a><a href='{base}/desk/'>desk</a>")
    with opened_page(browser, webmail.as_uri(), ignore_https_errors=True) as tab:
        tab.page.get_by_text("open").click()
        tab.page.get_by_role("button", name="Open the desk").click()
        tab.page.wait_for_url(f"**/desk/{KEY}/")
        tab.page.reload()
        assert tab.page.get_by_text("is editing").count() == 1


def test_signing_in_by_address_is_accessible_and_ends_everywhere(browser: Any, base: str, place: Path) -> None:
    with opened_page(browser, f"{base}/desk/", width=390, height=844, ignore_https_errors=True) as tab:
        assert axe_violations(tab) == []
        assert tab.width() == 390
        tab.page.get_by_role("textbox", name="Your address").fill(BOB)
        tab.page.get_by_role("button", name="Send me a link").click()
        tab.page.get_by_text("If there is an account").wait_for()
        tab.page.goto(base + mailed(place, "to sign in to the desk"))
        assert axe_violations(tab) == []
        tab.page.get_by_role("button", name="Open the desk").click()
        tab.page.wait_for_url(f"**/desk/{KEY}/")
        assert tab.page.get_by_role("link", name="Accounts").count() == 0
        tab.page.get_by_role("button", name="Sign out everywhere").click()
        tab.page.get_by_role("heading", name="Signed out").wait_for()
        tab.page.goto(f"{base}/desk/")
        tab.page.get_by_role("textbox", name="Your address").wait_for()


def test_the_pages_of_an_owner_are_accessible(browser: Any, base: str, place: Path, run: Run) -> None:
    assert run("-C", place, "desk", "accounts", "role", BOB, "owner").code == 0
    assert run("-C", place, "desk", "accounts", "add", "eve@example.org").code == 0
    with opened_page(
        browser, base + mailed(place, "held: waits for review"), width=390, height=844, ignore_https_errors=True
    ) as tab:
        tab.page.get_by_role("button", name="Open the desk").click()
        tab.page.wait_for_url(f"**/desk/{KEY}/")
        for path, words in (("accounts", "eve@example.org"), ("audit", "added an account")):
            tab.page.goto(f"{base}/desk/{path}")
            tab.page.get_by_text(words).first.wait_for()
            assert axe_violations(tab) == []
            assert tab.width() == 390
            tab.page.emulate_media(color_scheme="dark")
            assert axe_violations(tab, only=["color-contrast"]) == []
            tab.page.emulate_media(color_scheme="light")
        tab.page.goto(f"{base}/desk/accounts")
        tab.page.get_by_role("button", name="Remove: eve@example.org").click()
        tab.page.get_by_text("eve@example.org has no account any more.").wait_for()


@pytest.mark.parametrize("scripts", [True, False])
def test_accounts_sign_in_and_are_managed_with_and_without_scripts(
    browser: Any, base: str, place: Path, run: Run, scripts: bool
) -> None:
    assert run("-C", place, "desk", "accounts", "role", BOB, "owner").code == 0
    options: dict[str, Any] = {"ignore_https_errors": True, "java_script_enabled": scripts}
    with opened_page(browser, f"{base}/desk/{KEY}/", width=390, height=844, **options) as tab:
        page = tab.page
        page.get_by_role("textbox", name="Your address").fill("nobody")
        page.get_by_role("button", name="Send me a link").click()
        page.get_by_role("textbox", name="Your address").wait_for()  # the browser or the desk asks for an address
        page.get_by_role("textbox", name="Your address").fill(BOB)
        page.get_by_role("button", name="Send me a link").click()
        page.get_by_text("If there is an account").wait_for()
        page.goto(base + mailed(place, "to sign in to the desk"))
        page.get_by_role("button", name="Open the desk").click()
        page.wait_for_url(f"**/desk/{KEY}/")
        page.get_by_role("link", name="Accounts").click()
        page.get_by_label("Address").fill("eve@example.org")
        page.get_by_role("button", name="Add").click()
        page.get_by_text("eve@example.org may sign in now.").wait_for()
        for act, words in (
            ("Make an owner", "is an owner now"),
            ("Make an editor", "is an editor now"),
            ("Keep out", "cannot sign in any more"),
            ("Let in again", "may sign in again"),
            ("Remove", "has no account any more"),
        ):
            page.get_by_role("button", name=f"{act}: eve@example.org").click()
            page.get_by_text(f"eve@example.org {words}.").wait_for()
        page.goto(f"{base}/desk/{KEY}/")
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.get_by_role("heading", name="Signed out").wait_for()
        page.goto(f"{base}/desk/{KEY}/")
        page.get_by_role("heading", name="Sign in").wait_for()
    assert len(run("-C", place, "desk", "accounts", "--json").json) == 1


def test_a_foreign_page_can_neither_frame_nor_use_the_desk(
    browser: Any, base: str, place: Path, run: Run, tmp_path: Path
) -> None:
    evil = tmp_path / "evil.html"
    with opened_page(browser, base + mailed(place, "held: waits for review"), ignore_https_errors=True) as tab:
        tab.page.get_by_role("button", name="Open the desk").click()
        tab.page.wait_for_url(f"**/desk/{KEY}/")
        csrf = tab.page.locator("input[name=csrf]").first.get_attribute("value")
        evil.write_text(
            f"<iframe src='{base}/desk/{KEY}/'></iframe>"
            f"<form method='post' action='{base}/desk/{KEY}/approve'><input name='csrf' value='{csrf}'><button>go</button></form>"
        )
        tab.page.goto(evil.as_uri())
        tab.page.wait_for_timeout(500)
        assert all("Held" not in frame.content() for frame in tab.page.frames)
        tab.page.get_by_role("button", name="go").click()
        tab.page.get_by_role("heading", name="Sign in").wait_for()  # the browser sent no cookie
    assert "approve" not in [one["action"] for one in run("-C", place, "desk", "audit", "--json").json]
