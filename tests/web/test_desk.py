"""The desk over HTTP: who may enter, what a form does without JavaScript, what two editors and attackers get."""

import http.client
import json
import os
import signal
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

from digest.web.desk.sessions import Sessions, meant
from support.cases import slow_but
from support.desk import HOSTILE, KEY, SLOT, Visitor
from support.forked import Forks
from support.mailing import outbox, subscribe
from support.running import Run


def visitor(link: str) -> Visitor:
    return Visitor(urlsplit(link).netloc)


def issue_of(run: Run, place: Path) -> dict[str, Any]:
    found: dict[str, Any] = run("-C", place, "show", KEY, "--format", "json").json
    return found


def test_a_link_opens_the_desk_once_and_for_one_browser(link: str) -> None:
    ada = visitor(link)
    page = ada.enter(link)
    assert "Held: waits for review" in page.text
    assert visitor(link).ask("GET", urlsplit(link).path).status == 403
    assert visitor(link).ask("GET", ada.desk).status == 401
    assert visitor(link).ask("GET", f"{ada.desk}preview/mail").status == 401
    done = ada.ask("POST", "/desk/leave", {"csrf": page.csrf})
    assert (done.status, ada.ask("GET", ada.desk).status) == (200, 401)


def test_the_cookie_and_the_pages_give_nothing_away(link: str) -> None:
    ada = visitor(link)
    ada.cookies["digest-desk"] = "planted"
    answer = ada.ask("GET", urlsplit(link).path)
    assert ada.cookies["digest-desk"] != "planted"
    cookie = answer.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/desk"))
    got = ada.ask("GET", f"/desk/{KEY}/")
    policy = got.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (got.headers["cache-control"], got.headers["referrer-policy"]) == ("no-store", "same-origin")
    for kind in ("mail", "web", "text"):
        framed = ada.ask("GET", f"/desk/{KEY}/preview/{kind}").headers["content-security-policy"]
        assert "sandbox allow-popups" in framed
        assert "frame-ancestors 'self'" in framed
        assert "script-src" not in framed


def test_a_forged_request_changes_nothing(link: str, run: Run, place: Path) -> None:
    ada = visitor(link)
    page = ada.enter(link)
    form = {"csrf": page.csrf, "seen": page.seen, "subject": "forged", "do": "words"}
    path = f"{ada.desk}change"
    assert ada.ask("POST", path, {**form, "csrf": ""}).status == 403
    assert ada.ask("POST", path, {**form, "csrf": "x" * 43}).status == 403
    assert ada.ask("POST", path, form, Origin="https://evil.example").status == 403
    assert ada.ask("POST", path, form, Origin="null").status == 403
    assert ada.ask("POST", path, form, Sec_Fetch_Site="cross-site").status == 403
    assert ada.ask("POST", path, form, Sec_Fetch_Site="same-site").status == 403
    assert ada.ask("GET", f"{path}?{urlencode(form)}").status == 405
    assert ada.ask("POST", f"{ada.desk}approve", {"csrf": "no"}).status == 403
    assert not (place / "edits.jsonl").exists()
    assert run("-C", place, "status", "--json").code in (0, 1)


@pytest.mark.parametrize(
    "key",
    slow_but(["%2F%2Fevil.example", "..%2F..%2Fetc", "2026-W01", "%0d%0aLocation:x", "<script>"], "%2F%2Fevil.example"),
)
def test_a_strange_address_leads_nowhere(link: str, key: str) -> None:
    ada = visitor(link)
    page = ada.enter(link)
    assert ada.ask("GET", f"/desk/{quote(key, safe='%')}/").status in (400, 404)
    done = ada.ask("POST", f"/desk/{quote(key, safe='%')}/change", {"csrf": page.csrf, "do": "undo_last"})
    assert done.status in (303, 400, 404)
    assert done.headers.get("location", "/desk/").startswith("/desk/")
    assert ada.ask("GET", "/desk/static/..%2Fapp.py").status == 404


def test_a_foreign_name_that_leads_to_this_machine_opens_nothing(link: str) -> None:
    ada = visitor(link)
    ada.enter(link)
    for path in (ada.desk, urlsplit(link).path, "/desk/static/desk.js"):
        assert ada.ask("GET", path, Host="evil.example").status == 421
        assert ada.ask("GET", path, Host="evil.example:8002").status == 421


def test_nothing_of_a_feed_is_markup_on_any_page(link: str) -> None:
    ada = visitor(link)
    ada.enter(link)
    pages = [ada.show(), ada.show("?q=language+model+agents"), ada.show(f"?q={quote(HOSTILE)}")]
    pages.append(ada.ask("GET", f"{ada.desk}item?id=url:https://evil.example/a"))
    assert pages[-1].status == 200
    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        assert "49 " not in page.text
    assert all("{{ 7*7 }}" in unescape(page.text) for page in pages[1:])
    assert "<script>alert" not in ada.ask("GET", f"{ada.desk}preview/web").text


@pytest.mark.slow
def test_the_sunday_without_javascript(link: str, run: Run, place: Path) -> None:
    subscribe(place, "reader@example.org")
    before = issue_of(run, place)
    ada = visitor(link)
    page = ada.enter(link)
    best = [before["lead"], *before["read_first"]]
    drop = best[3]
    page = ada.change(page, do=f"drop {drop}")
    now = issue_of(run, place)
    assert drop not in [now["lead"], *now["read_first"]]
    listed = [now["lead"], *now["read_first"]]
    page = ada.change(page, do=f"up {listed[2]}", place="read_first", items=listed)
    page = ada.change(page, do="words", subject="In my words", preheader="", note="Read *this*.\r\n")
    assert "<em>this</em>" in page.text
    folded = next(one for section in now["trends"] for one in section["folded"])
    words = " ".join(folded["title"].split()[:3])
    found = ada.show(f"?q={quote(words)}")
    assert "folded in" in found.text
    page = ada.change(found, do=f"bring {folded['id']}")
    page = ada.change(page, do="words", item=listed[1], title="Another title", summary="A sentence of mine.")
    page = ada.change(page, do="move", item=listed[1], trend="multimodal")
    page = ada.change(page, do="undo_last")
    assert "moved here" not in page.text
    after = issue_of(run, place)
    assert [after["lead"], *after["read_first"]][:3] == [listed[0], listed[2], listed[1]]
    assert (after["subject"], after["preheader"], after["note"]) == ("In my words", "", "Read *this*.")
    assert folded["id"] in [one["id"] for section in after["trends"] for one in section["items"]]
    sent = ada.ask("POST", f"{ada.desk}test", {"csrf": page.csrf, "addresses": "me@example.org", "back": "draft"})
    assert sent.status == 303
    assert "on its way to me@example.org" in ada.show().text
    assert list(outbox(place)) == ["me@example.org"]
    approved = ada.ask("POST", f"{ada.desk}approve", {"csrf": page.csrf, "seen": page.seen})
    assert approved.headers["location"] == f"/desk/{KEY}/sending"
    end = time.monotonic() + 60
    while "published" not in ada.ask("GET", approved.headers["location"]).text:
        assert time.monotonic() < end
        time.sleep(0.2)
    assert "Finished for 1 of 1." in ada.ask("GET", approved.headers["location"]).text
    assert outbox(place)["reader@example.org"]["Subject"] == "In my words"
    closed = issue_of(run, place)
    assert {**closed, "state": "draft"} == after
    history = run("-C", place, "why", drop).out
    assert "dropped by the editor (ada)" in history


def test_a_label_that_is_mended_teaches(link: str, run: Run, place: Path) -> None:
    ada = visitor(link)
    page = ada.enter(link)
    item = issue_of(run, place)["read_first"][0]
    ada.change(page, do="unteach", item=item, trend="agents")
    (lesson,) = [json.loads(line) for line in (place / "lessons.jsonl").read_text().splitlines()]
    assert (lesson["item"], lesson["trend"], lesson["fits"]) == (item, "agents", False)


def test_the_second_of_two_editors_is_told(link: str, forks: Forks, place: Path, run: Run) -> None:
    with forks.serving(["-C", place, "desk", "--port", 0, "--by", "bob", "--at", SLOT]) as other:
        ada, bob = visitor(link), visitor(other)
        hers, his = ada.enter(link), bob.enter(other)
        best = issue_of(run, place)["read_first"]
        ada.change(hers, do=f"pin {best[0]}")
        told = bob.change(his, do=f"drop {best[0]}")
        assert "was changed meanwhile by ada" in unescape(told.text)
        refused = bob.ask("POST", f"{bob.desk}approve", {"csrf": his.csrf, "seen": his.seen})
        assert refused.headers["location"] == bob.desk
        assert run("-C", place, "edit", "--json").json["dropped"] == []
        bob.change(told, do=f"drop {best[0]}")
        assert run("-C", place, "edit", "--json").json["dropped"] == [best[0]]


def test_what_cannot_be_done_is_told_on_the_same_page(link: str) -> None:
    ada = visitor(link)
    page = ada.enter(link)
    assert "127.0.0.1 is an address of this machine" in ada.change(page, do="add", url="http://127.0.0.1:1/x").text
    assert "is not a web address" in ada.change(page, do="add", url="file:///etc/passwd").text
    assert "at most 150" in ada.change(page, do="words", subject="x" * 151).text
    assert "no change is left to undo" in ada.change(page, do="undo_last").text
    assert "does not know" in unescape(ada.change(page, do="explode everything").text)
    large = {"csrf": page.csrf, "note": "x" * 300_000}
    assert ada.ask("POST", f"{ada.desk}change", large).status == 413


def test_sessions_end_when_idle_and_after_half_a_day(tmp_path: Path) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)

    def clock() -> datetime:
        return now

    sessions = Sessions(database=tmp_path / "store", clock=clock, server="here")
    token, late = sessions.link("ada"), sessions.link("ada")
    elsewhere = Sessions(database=tmp_path / "store", clock=clock, server="there")
    assert elsewhere.enter(token) is None
    entered = sessions.enter(token)
    assert entered is not None
    assert sessions.enter(token) is None
    session = sessions.find(entered.cookie)
    assert session is not None
    assert elsewhere.find(entered.cookie) is None
    assert (meant(session, session.csrf), meant(session, ""), meant(session, None)) == (True, False, False)
    for _ in range(12):
        now += timedelta(minutes=59)
        assert sessions.find(entered.cookie) is session
    now += timedelta(minutes=30)
    assert sessions.find(entered.cookie) is None
    assert sessions.enter(late) is None
    again = sessions.enter(sessions.link("ada"))
    assert again is not None
    now += timedelta(minutes=61)
    assert sessions.find(again.cookie) is None


@pytest.mark.parametrize("seconds", slow_but([0.0, 0.4, 1.2], 0.4))
def test_a_kill_in_the_middle_of_a_change_leaves_a_whole_draft(
    forks: Forks, run: Run, place: Path, seconds: float
) -> None:
    before = issue_of(run, place)
    ours, theirs = os.pipe()
    process = forks.start(["-C", place, "desk", "--port", 0, "--at", SLOT], stdout=theirs)
    os.close(theirs)
    with open(ours) as out:  # noqa: PTH123
        link = out.readline().strip()
    ada = visitor(link)
    page = ada.enter(link)
    form = {"csrf": page.csrf, "seen": page.seen, "do": f"drop {before['lead']}"}
    asking = threading.Thread(target=_until_it_dies, args=(ada, f"{ada.desk}change", form))
    asking.start()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    asking.join()
    assert issue_of(run, place)["lead"]
    done = run("-C", place, "edit", "--drop", before["lead"], "--at", SLOT)
    assert done.code == 0, done.err
    assert issue_of(run, place)["lead"] != before["lead"]
    assert sum(issue_of(run, place)["receipt"].values()) == sum(before["receipt"].values())


def _until_it_dies(someone: Visitor, path: str, form: dict[str, Any]) -> None:
    with suppress(OSError, http.client.HTTPException):
        someone.ask("POST", path, form)
