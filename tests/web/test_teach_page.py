"""More or less of this: the quiet links of a mail, their page, and answers by mail; and that nothing else of a reading is recorded."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from digest.cli import main
from digest.storage.archive import Archive
from support.browsing import assert_readable, opened_page
from support.forked import Forks
from support.mailing import KEY, configure, outbox, post, store_of, subscribe
from support.reader_pages import Pages
from support.running import Run

BASE = "https://digest.example.org"
READERS = tuple(f"r{n}@example.org" for n in range(6))
LINK = re.compile(rf"{re.escape(BASE)}(/preferences/[\w.-]+/more/[\w-]+/[\w-]+)")


@pytest.fixture(scope="module")
def pages(sample: Path, tmp_path_factory: pytest.TempPathFactory, forks: Forks) -> Iterator[Pages]:
    """A served workspace whose issue lies in the outbox for some readers."""
    place = Path(shutil.copytree(sample, tmp_path_factory.mktemp("teach") / "w"))
    configure(place, f'{{base_url: "{BASE}", from: "Trends <digest@example.org>"}}')
    text = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(
        text.replace("digest:\n", "digest:\n  editions: [{language: en}, {language: ko}]\n", 1)
    )
    subscribe(place, *READERS)
    for argv in (["render", "--all"], ["send"], ["subscribers", "prefs", READERS[5], "--language", "ko"]):
        assert main(["-C", str(place), *argv]) == 0
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        yield Pages(place, int(address.rpartition(":")[2]))


def html(pages: Pages, reader: str) -> str:
    part = outbox(pages.place)[reader].get_body(("html",))
    assert part is not None
    found: str = part.get_content()
    return found


def links(pages: Pages, reader: str) -> tuple[list[str], list[str]]:
    """The paths behind the quiet links of a reader's mail: of items, and of sections."""
    found = list(dict.fromkeys(LINK.findall(html(pages, reader))))
    items = [path for path in found if re.fullmatch(r"i[0-9a-f]{10}", path.rpartition("/")[2])]
    return items, [path for path in found if path not in items]


def fields(page: str) -> tuple[dict[str, str], list[str], list[str]]:
    """The hidden fields of a page, the names that it offers, and those that are checked."""
    hidden = {
        unescape(name): value for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    }
    names = [unescape(name) for name in re.findall(r'name="weight" value="([^"]+)"', page)]
    checked = [unescape(name) for name in re.findall(r'name="weight" value="([^"]+)" checked', page)]
    return hidden, names, checked


def press(pages: Pages, path: str, to: str, page: str, names: list[str]) -> int:
    hidden, _, _ = fields(page)
    body = urlencode([*hidden.items(), *(("weight", name) for name in names), ("to", to)])
    return pages.post(path, body.encode()).status


def test_each_item_and_section_has_a_quiet_link_that_asks_and_a_button_that_changes(pages: Pages) -> None:
    reader = READERS[0]
    items, sections = links(pages, reader)
    assert len(items) > 5
    assert len(sections) > 3
    first = next(item for item in items if "author:" in pages.get(item).text)
    page = pages.get(first)
    assert page.status == 200
    _, names, checked = fields(page.text)
    kinds = {name.partition(":")[0] for name in names}
    assert kinds >= {"trend", "term", "author", "work"}
    assert checked
    author = next(name for name in names if name.startswith("author:"))
    assert press(pages, first, "more", page.text, [*checked, author]) == 200
    weights = pages.preferences(reader).weights
    assert weights == dict.fromkeys([*checked, author], 1.0)
    assert "more" in pages.get(first).text
    section = pages.get(sections[0])
    _, (trend,), _ = fields(section.text)
    assert press(pages, sections[0], "less", section.text, [trend]) == 200
    assert pages.preferences(reader).weights.get(trend, 0.0) == weights.get(trend, 0.0) - 1.0


def test_scanners_that_open_every_link_of_a_mail_change_nothing(pages: Pages) -> None:
    reader = READERS[1]
    before = pages.preferences(reader)
    items, sections = links(pages, reader)
    everything = re.findall(rf'"{re.escape(BASE)}(/[^"]+)"', html(pages, reader))
    assert set(everything) >= {*items, *sections}
    for path in dict.fromkeys(map(unescape, everything)):
        for method in ("GET", "HEAD"):
            assert pages._ask(method, path, None, {}).status in (200, 301, 404)
    query = "?" + urlencode({"weight": "trend:agents", "to": "more", "held:trend:agents": "0"})
    assert pages.get(items[0] + query).status == 200
    assert pages.preferences(reader) == before
    assert pages.status(reader) == "active"


def test_a_form_that_comes_again_changes_nothing_more(pages: Pages) -> None:
    reader = READERS[2]
    path = links(pages, reader)[1][0]
    page = pages.get(path).text
    _, (trend,), _ = fields(page)
    for _ in range(3):
        assert press(pages, path, "more", page, [trend]) == 200
    assert pages.preferences(reader).weights == {trend: 1.0}
    assert press(pages, path, "more", pages.get(path).text, [trend]) == 200
    assert pages.preferences(reader).weights == {trend: 2.0}


def test_a_form_teaches_only_what_its_item_stands_for(pages: Pages) -> None:
    reader = READERS[3]
    path = links(pages, reader)[0][0]
    page = pages.get(path).text
    _, names, _ = fields(page)
    for body in (
        urlencode({"weight": "author:Somebody Else", "to": "more"}),
        urlencode({"weight": names[0], "to": "sideways"}),
        urlencode({"weight": names[0], "to": "more", f"held:{names[0]}": "1e99"}),
        "to=more",
        "",
    ):
        assert pages.post(path, body.encode()).status == 400
    assert pages.preferences(reader).weights == {}


def test_another_reader_s_or_a_forged_link_teaches_nobody(pages: Pages) -> None:
    path = links(pages, READERS[3])[1][0]
    token = path.split("/")[2]
    wrong = [token[:-1], token.swapcase(), pages.token("unsubscribe", READERS[3]).rpartition("/")[2], "x.y"]
    for one in wrong:
        forged = path.replace(token, one)
        assert pages.get(forged, **{"X-Forwarded-For": "203.0.113.60"}).status in (404, 429)
        assert pages.post(forged, b"weight=trend:agents&to=more", X_Forwarded_For="203.0.113.61").status in (404, 429)
    for place in ("i0000000000", "nothing", "%2e%2e", "i" + "0" * 500):
        assert pages.get("/".join([*path.split("/")[:-1], place])).status == 404
    assert pages.get(path.replace(KEY, "1999-W01").replace(path.split("/")[-1], "i0000000000")).status == 404
    assert pages.preferences(READERS[3]).weights == {}


def test_nothing_that_leaves_can_tell_what_is_read(pages: Pages) -> None:
    """No pixel, no script, no remote style, and each link leads straight to its page; only a reader's own pages bear their token."""
    text = html(pages, READERS[1])
    assert re.findall(r"<(?:img|script|link|iframe|object|video|audio|source|form|input|button)\b", text) == []
    assert re.findall(r"@import|url\(|background(?:-image)?\s*=|srcset|ping=", text) == []
    issue = Archive(pages.place / "archive").read(KEY)
    told = {
        urlsplit(address)._replace(fragment="").geturl()
        for address in re.findall(r'"(https?://[^"]+)"', issue_text(pages))
    }
    assert issue.key == KEY
    own = {"unsubscribe", "preferences"}
    for address in map(unescape, re.findall(r'href="([^"#][^"]*)"', text)):
        parts = urlsplit(address)
        first = parts.path.split("/")[1] if parts.netloc == "digest.example.org" else ""
        known = parts._replace(fragment="").geturl() in told or parts.netloc == "digest.example.org"
        assert known, address
        assert not parts.query or address in told, address
        if parts.netloc == "digest.example.org" and first not in own:
            assert not re.search(r"[\w-]+\.[\w-]{43}", address), address
    headers = str(outbox(pages.place)[READERS[1]]).partition("\n\n")[0]
    assert not re.search(r"Return-Receipt|Disposition-Notification|X-Confirm", headers, re.IGNORECASE)


def issue_text(pages: Pages) -> str:
    return (pages.place / "archive" / KEY / "issue.json").read_text()


def test_an_archived_mail_bears_nobody_s_link(pages: Pages) -> None:
    for name in ("email.html", "email.txt", "email.eml"):
        text = (pages.place / "archive" / KEY / name).read_text()
        assert not re.search(r"/preferences/[\w-]+\.[\w-]{43}", text)
    archived = (pages.place / "archive" / KEY / "email.html").read_text()
    assert len(re.findall(r"https://preferences\.invalid/0{64}/more/", archived)) > 10
    assert "preferences.invalid" not in (pages.place / "archive" / KEY / "index.html").read_text()


def answer(pages: Pages, reader: str, text: str, *, number: int, quoted: str | None = None, more: str = "") -> str:
    """A reader's answer to their mail."""
    to = str(outbox(pages.place)[reader]["Message-ID"])
    head = f"From: Somebody <else@example.net>\nSubject: Re: Trends\nMessage-ID: <{number}@example.net>\nIn-Reply-To: {to}\n{more}"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n\n{quoted or '> the mail'}\n"


def test_an_answer_teaches_once_and_only_the_reader_of_that_mail(run: Run, pages: Pages, tmp_path: Path) -> None:
    reader, other = READERS[4], READERS[3]
    issue = Archive(pages.place / "archive").read(KEY)
    author = next(name for item in issue.items() for name in item.authors)
    said = f"more agents\nLess {author}\n더 speculative decoding\nmore 2601.00001\nThanks!"
    box = post(
        tmp_path / "box",
        answer(pages, reader, said, number=1),
        answer(pages, reader, said, number=1),
        answer(pages, reader, "more of the same", number=2, more="Auto-Submitted: auto-replied\n"),
        answer(pages, reader, "I read more papers than ever", number=3),
        re.sub(r"In-Reply-To.*\n", "", answer(pages, other, "more agents", number=4)),
    )
    ran = run("-C", pages.place, "subscribers", "bounces", box, "--json")
    assert ran.json["taught"] == [reader]
    assert pages.preferences(reader).weights == {
        "trend:agents": 1.0,
        f"author:{author}": -1.0,
        "term:speculative decoding": 1.0,
        "work:arxiv:2601.00001": 1.0,
    }
    assert run("-C", pages.place, "subscribers", "bounces", box, "--json").json["taught"] == []
    assert pages.preferences(other).weights == {}


def test_what_was_taught_is_forgotten_with_its_reader(run: Run, pages: Pages) -> None:
    reader = "gone@example.org"
    subscribe(pages.place, reader)
    run("-C", pages.place, "subscribers", "prefs", reader, "--weight", "term:a private matter=more")
    run("-C", pages.place, "subscribers", "forget", reader)
    with store_of(pages.place) as store:
        rows = store.connection.execute("SELECT content FROM profiles").fetchall()
    assert not any("private matter" in content for (content,) in rows)


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_works_on_a_phone_and_a_desk_in_light_and_dark(pages: Pages, browser: Any) -> None:
    own = pages.token("preferences", READERS[5])
    path = links(pages, READERS[1])[0][0]
    korean = own + path[path.index("/more/") :]
    for address, width in ((path, 390), (path, 1200), (korean, 390), (korean, 1200)):
        with opened_page(browser, f"http://127.0.0.1:{pages.port}{address}", width=width, height=800) as tab:
            assert_readable(tab, width)
    without: dict[str, Any] = {"java_script_enabled": False}
    with opened_page(browser, f"http://127.0.0.1:{pages.port}{path}", width=390, **without) as tab:
        tab.page.get_by_role("button", name="More of this").click()
        assert tab.page.get_by_text("From now on you see more of").count() == 1
        tab.page.get_by_role("link", name="Everything that you taught").click()
        assert tab.page.get_by_role("heading", name="Preferences").count() == 1
