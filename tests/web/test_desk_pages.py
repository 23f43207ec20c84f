"""The desk's pages beside the draft: mailings, subscribers and feeds. Each does what the commands do."""

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from support.desk import KEY, SLOT, Got, Visitor
from support.forked import Forks
from support.listening import serving
from support.mailing import configure, outbox, store_of, subscribe
from support.running import Run
from support.smtpserver import Fault, SmtpServer
from support.smtpserver import serving as serving_mail

PEOPLE = [f"p{number}@example.org" for number in range(150)]
LIST = """address,name,status
new@example.org,New Person,
"broken
ada@example.org,,
gone@example.org,,unsubscribed
not an address,,
"""


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """A server that takes about twenty messages a second."""
    with serving_mail(hook=lambda stage: time.sleep(0.05 if stage == "dot" else 0)) as found:
        yield found


@pytest.fixture
def ada(place: Path, forks: Forks) -> Iterator[Visitor]:
    """Somebody who has opened the desk."""
    with forks.serving(["-C", place, "desk", "--port", 0, "--by", "ada", "--at", SLOT]) as link:
        someone = Visitor(urlsplit(link).netloc)
        someone.enter(link)
        yield someone


def shown(someone: Visitor, path: str) -> Got:
    got = someone.ask("GET", path)
    assert got.status == 200, got.text
    return Got(got.status, got.headers, unescape(got.text))


def done(someone: Visitor, path: str, page: str, **form: Any) -> Got:
    """Submit a form, and show the page that it leads to."""
    answer = someone.ask("POST", path, {"csrf": shown(someone, page).csrf, **form})
    assert answer.status == 303, answer.text
    return shown(someone, answer.headers["location"].partition("#")[0])


def upload(someone: Visitor, csrf: str, content: bytes) -> Got:
    parts = [
        ("csrf", "", csrf.encode()),
        ("consent", "", b"by mail"),
        ("file", '; filename="list.csv"', content),
    ]
    body = b"".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"
        for name, more, value in parts
    )
    got = someone.ask(
        "POST", "/desk/subscribers/preview", raw=body + b"--x--\r\n", Content_Type="multipart/form-data; boundary=x"
    )
    return Got(got.status, got.headers, unescape(got.text))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def smtp(place: Path, server: SmtpServer) -> None:
    settings = f"{{host: 127.0.0.1, port: {server.port}, security: none, connections: 1}}"
    configure(place, f"{{from: digest@example.org, smtp: {settings}}}")


def test_the_page_of_a_mailing_says_who_would_get_it_and_how(ada: Visitor, place: Path) -> None:
    subscribe(place, "reader@example.org", "other@example.org")
    page = shown(ada, f"/desk/{KEY}/sending")
    assert "<td>outbox</td><td>.digest/outbox</td>" in page.text
    assert "2 people" in page.text
    assert "approve it on the page of the draft" in page.text
    assert KEY in shown(ada, "/desk/mailings").text
    told = done(
        ada, f"/desk/{KEY}/test", f"/desk/{KEY}/sending", addresses="me@example.org, you@example.org\nme@example.org"
    )
    assert "on its way to me@example.org, you@example.org." in told.text
    assert sorted(outbox(place)) == ["me@example.org", "you@example.org"]
    assert "needs one to 20 addresses" in done(ada, f"/desk/{KEY}/test", f"/desk/{KEY}/sending", addresses=" ").text
    assert "cannot be mailed" in done(ada, f"/desk/{KEY}/test", f"/desk/{KEY}/sending", addresses="nobody").text


@pytest.mark.slow
def test_a_mailing_is_paused_stays_paused_over_a_restart_and_continues(
    place: Path, server: SmtpServer, run: Run, forks: Forks
) -> None:
    smtp(place, server)
    subscribe(place, *PEOPLE)
    sending = f"/desk/{KEY}/sending"
    with forks.serving(["-C", place, "desk", "--port", 0, "--by", "ada", "--at", SLOT]) as link:
        ada = Visitor(urlsplit(link).netloc)
        page = ada.enter(link)
        approved = ada.ask("POST", f"{ada.desk}approve", {"csrf": page.csrf, "seen": page.seen})
        assert approved.headers["location"] == sending
        until(lambda: len(server.taken) >= 3)
        assert "being sent" in shown(ada, sending).text
        assert "Nobody is skipped" in done(ada, f"/desk/{KEY}/pause", sending).text
        until(lambda: "State: paused by ada" in shown(ada, sending).text)
        page = shown(ada, sending)
        assert "a second; the rest takes about" in page.text
        assert f"Finished for {len(server.taken)} of {len(PEOPLE)}." in page.text
    taken = len(server.taken)
    assert taken < len(PEOPLE)
    assert run("-C", place, "publish", "--at", SLOT).code in (0, 1)
    assert len(server.taken) == taken
    server.hook = lambda _stage: None  # the rest need not be slow
    with forks.serving(["-C", place, "desk", "--port", 0, "--by", "bob", "--at", SLOT]) as link:
        bob = Visitor(urlsplit(link).netloc)
        bob.ask("GET", urlsplit(link).path)
        assert "State: paused by ada" in shown(bob, sending).text
        done(bob, f"/desk/{KEY}/resume", sending)
        until(lambda: "State: published" in shown(bob, sending).text)
    assert sorted(server.recipients) == sorted(PEOPLE)


def test_a_person_decides_on_those_in_doubt(ada: Visitor, place: Path, server: SmtpServer, run: Run) -> None:
    smtp(place, server)
    subscribe(place, "a@example.org", "b@example.org", "c@example.org")
    server.faults.append(Fault("dot", "reset", of="example.org"))
    run("-C", place, "approve", KEY, "--at", SLOT, "--yes")
    server.faults.clear()
    server.taken.clear()
    sending = f"/desk/{KEY}/sending"
    page = shown(ada, sending)
    assert 'name="who" value="a@example.org"' in page.text
    assert "recipients in doubt: nobody was chosen" in done(ada, f"/desk/{KEY}/settle", sending, do="received").text
    told = done(ada, f"/desk/{KEY}/settle", sending, do="received", who=["a@example.org"])
    assert "one recipient counted as received" in told.text
    told = done(ada, f"/desk/{KEY}/settle", sending, do="not_received", who=["b@example.org"])
    assert "It is sent again to one recipient" in told.text
    until(lambda: server.recipients == ["b@example.org"])
    until(lambda: 'in doubt</td><td class="figure">1<' in shown(ada, sending).text)
    with store_of(place) as store:
        counts = store.ledger.mailing(KEY, "mail").counts()
    assert (counts["accepted"], counts["in_doubt"], counts["pending"]) == (2, 1, 0)


def test_a_draft_is_closed_and_sent_only_if_somebody_means_it(tmp_path: Path, forks: Forks) -> None:
    place, sending = tmp_path / "d", f"/desk/{KEY}/sending"
    forks.run(["init", "--sample", place])
    forks.run(["-C", place, "build", "--at", "2026-06-27T08:00"])
    subscribe(place, "reader@example.org")
    with forks.serving(["-C", place, "desk", "--port", 0, "--by", "ada", "--at", "2026-06-27T09:00"]) as link:
        ada = Visitor(urlsplit(link).netloc)
        ada.ask("GET", urlsplit(link).path)
        assert "Close it and send to one person by outbox" in " ".join(shown(ada, sending).text.split())
        done(ada, f"/desk/{KEY}/send", sending)
        until(lambda: "its period is open until" in shown(ada, sending).text)
        done(ada, f"/desk/{KEY}/send", sending, early="yes")
        until(lambda: "<td>accepted</td>" in shown(ada, sending).text)
    assert list(outbox(place)) == ["reader@example.org"]


@pytest.mark.slow
def test_the_draft_is_shown_in_each_edition(tmp_path: Path, forks: Forks) -> None:
    place = tmp_path / "d"
    forks.run(["init", "--sample", place])
    config = place / "feeds.yaml"
    editions = "  editions: [{language: en}, {language: ko, title: LLM 트렌드 주간}]\n"
    config.write_text(config.read_text().replace("  timezone:", f"{editions}  timezone:", 1))
    forks.run(["-C", place, "build", "--at", "2026-06-27T08:00"])
    with forks.serving(["-C", place, "desk", "--port", 0, "--by", "ada", "--at", "2026-06-27T09:00"]) as link:
        ada = Visitor(urlsplit(link).netloc)
        page = ada.enter(link)
        assert "language=ko" in page.text
        korean = ada.show("?kind=mail&language=ko")
        frame = unescape(korean.text).partition("<iframe")[2].split('src="', 1)[1].split('"', 1)[0]
        for kind in ("mail", "web", "text"):
            assert "LLM 트렌드 주간" in ada.ask("GET", frame.replace("/mail?", f"/{kind}?")).text
            assert "LLM 트렌드 주간" not in ada.ask("GET", f"{ada.desk}preview/{kind}").text
        form = {"csrf": korean.csrf, "seen": korean.seen, "do": "words", "note": "Read this."}
        done_ = ada.ask("POST", f"{ada.desk}change?language=ko", form)
        assert done_.headers["location"] == f"{ada.desk}?language=ko"


def test_subscribers_are_found_added_unsubscribed_and_forgotten(ada: Visitor, place: Path) -> None:
    subscribe(place, *(f"Reader{n} <r{n}@example.org>" for n in range(120)), "odd_%@example.net")
    first = shown(ada, "/desk/subscribers")
    assert "121 subscribers found" in first.text
    assert first.text.count('value="forget"') == 50
    assert shown(ada, "/desk/subscribers?page=3").text.count('value="forget"') == 21
    assert shown(ada, "/desk/subscribers?page=999").text.count('value="forget"') == 21
    assert "one subscriber found" in shown(ada, "/desk/subscribers?q=R77%40").text
    assert "one subscriber found" in shown(ada, "/desk/subscribers?q=reader119").text
    assert "one subscriber found" in shown(ada, "/desk/subscribers?q=_%25").text
    assert "no subscribers found" in shown(ada, "/desk/subscribers?q=r&status=suspended").text
    page = "/desk/subscribers"
    told = done(ada, page, page, do="add", address="New@example.org", trends=["agents"])
    assert "New@example.org is a subscriber now." in told.text
    assert "only agents" in shown(ada, "/desk/subscribers?q=new").text
    assert "was known before" in done(ada, page, page, do="add", address="new@example.org").text
    assert "gets no more mail" in done(ada, page, page, do="remove", address="r1@example.org").text
    assert "all data erased" in done(ada, page, page, do="forget", address="r2@example.org").text
    assert "suppression list" in done(ada, page, page, do="add", address="r2@example.org").text
    with store_of(place) as store:
        assert store.subscribers.find("r2@example.org") is None
        assert store.subscribers.counts() == {"active": 120, "unsubscribed": 1}


def test_an_import_shows_the_fate_of_every_line_first(ada: Visitor, place: Path) -> None:
    subscribe(place, "ada@example.org", "gone@example.org")
    csrf = shown(ada, "/desk/subscribers").csrf
    preview = upload(ada, csrf, LIST.encode())
    assert preview.status == 200, preview.text
    assert "Nothing is changed yet" in preview.text
    assert "1 added, 1 known before, 1 unsubscribed, 2 lines refused." in preview.text
    for line, words in ((2, "is added"), (4, "is known"), (5, "is unsubscribed"), (3, "refused"), (6, "refused")):
        row = preview.text.split(f'<td class="figure">{line}</td>', 1)[1].split("</tr>", 1)[0]
        assert words in row, row
    with store_of(place) as store:
        assert store.subscribers.counts() == {"active": 2}
    token = preview.hidden("list")
    told = done(ada, "/desk/subscribers/import", "/desk/subscribers", list=token)
    assert "1 added, 1 known before, 1 unsubscribed, 2 lines refused." in told.text
    with store_of(place) as store:
        assert store.subscribers.counts() == {"active": 2, "unsubscribed": 1}
        person = store.subscribers.find("new@example.org")
        assert person is not None
        assert person.consent == "by mail"
    again = done(ada, "/desk/subscribers/import", "/desk/subscribers", list=token)
    assert "Upload it again" in again.text
    exported = ada.ask("GET", "/desk/subscribers/export")
    assert exported.headers["content-disposition"] == 'attachment; filename="subscribers.csv"'
    assert exported.text.startswith('"address","name","status"')
    assert "new@example.org" in exported.text


def test_the_preview_of_a_long_list_has_pages(ada: Visitor, place: Path) -> None:
    lines = "".join(f"n{number}@example.org\n" for number in range(1, 1_201))
    first = upload(ada, shown(ada, "/desk/subscribers").csrf, f"{lines}no address\n".encode())
    assert "1200 added, 0 known before, one line refused." in first.text
    assert "Page 1 of 3" in first.text
    token = first.hidden("list")
    second = shown(ada, f"/desk/subscribers/preview?list={token}&page=2")
    assert "n500@example.org" in second.text
    assert "n499@example.org" not in second.text
    last = shown(ada, f"/desk/subscribers/preview?list={token}&page=9")
    assert "Page 3 of 3" in last.text
    assert "n1200@example.org" in last.text
    with store_of(place) as store:
        assert store.subscribers.counts() == {}
    assert ada.ask("GET", "/desk/subscribers/preview?list=other").status == 303
    assert "Upload it again" in shown(ada, "/desk/subscribers").text


def test_a_list_without_a_file_is_refused_and_a_huge_one_too(ada: Visitor) -> None:
    csrf = shown(ada, "/desk/subscribers").csrf
    answer = ada.ask("POST", "/desk/subscribers/preview", {"csrf": csrf, "file": "text"})
    assert answer.status == 303
    assert "no file was chosen" in shown(ada, "/desk/subscribers").text
    with suppress(ConnectionError, http.client.HTTPException):  # the server need not read all of it
        assert upload(ada, csrf, b"x@example.org\n" * 2_000_000).status == 413


def test_feeds_are_seen_muted_weighed_and_removed(ada: Visitor, place: Path) -> None:
    config = place / "feeds.yaml"
    config.write_text(config.read_text().replace("feeds:\n", "feeds:\n  # a comment\n", 1))
    before = config.read_text()
    page = shown(ada, "/desk/feeds")
    assert "<script>alert(2)" not in ada.ask("GET", "/desk/feeds").text
    name = "Bad <script>alert(2)</script>"
    assert name in page.text
    told = done(ada, "/desk/feeds", "/desk/feeds", do="mute", name=name)
    assert "is not fetched until you unmute it" in told.text
    assert "1 muted" in told.text
    assert "is fetched again" in done(ada, "/desk/feeds", "/desk/feeds", do="unmute", name=name).text
    assert config.read_text() == before
    assert "has the weight 2.5" in done(ada, "/desk/feeds", "/desk/feeds", do="weigh", name=name, weight="2,5").text
    assert "is not between" in done(ada, "/desk/feeds", "/desk/feeds", do="weigh", name=name, weight="99").text
    assert "is not a number" in done(ada, "/desk/feeds", "/desk/feeds", do="weigh", name=name, weight="many").text
    assert "no feed has this name" in done(ada, "/desk/feeds", "/desk/feeds", do="remove", name="Nobody").text
    assert "not in feeds.yaml any more" in done(ada, "/desk/feeds", "/desk/feeds", do="remove", name=name).text
    assert name not in config.read_text()
    assert "# a comment" in config.read_text()


def test_a_feed_is_looked_at_before_it_is_added(ada: Visitor, place: Path) -> None:
    item = "<item><title>A &lt;b&gt;new&lt;/b&gt; post</title><link>https://n.example/a</link><guid>a</guid></item>"
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>News of N</title>{item}</channel></rss>'
    csrf = shown(ada, "/desk/feeds").csrf
    with serving({"/n.xml": (200, {"Content-Type": "application/rss+xml"}, feed.encode())}) as (host, _):
        form = {"csrf": csrf, "address": f"{host}/n.xml"}
        assert ada.ask("POST", "/desk/feeds/look", form).status == 303  # an address of this machine
        with (place / "feeds.yaml").open("a") as file:
            file.write("\nfetch: {allow_private: true}\n")
        before = (place / "feeds.yaml").read_text()
        found = ada.ask("POST", "/desk/feeds/look", form)
        assert found.status == 200, found.text
    assert "News of N" in found.text
    assert "post" in found.text
    assert (place / "feeds.yaml").read_text() == before
    told = done(ada, "/desk/feeds", "/desk/feeds", do="add", name="News of N", url=found.hidden("url"), kind="blog")
    assert "is fetched with the next collect" in told.text
    assert f"{host}/n.xml" in (place / "feeds.yaml").read_text()
    for address in ("http://127.0.0.1:1/x", "feeds/bad.xml", "file:///etc/passwd", f"{host}/n.xml"):
        refused = ada.ask("POST", "/desk/feeds/look", {"csrf": csrf, "address": address})
        assert refused.status == 303
        assert '<p class="told"' in shown(ada, "/desk/feeds").text
