"""A feed that attacks the editor: every payload in every field, on every page of the desk, as text and in a real browser."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from lxml import html

from support.browsing import opened_page
from support.cases import slow_but
from support.desk import Got, Visitor
from support.forked import Forks
from support.mailing import store_of, subscribe
from support.payloads import ELSEWHERE, LINKS, PAYLOADS
from support.running import Run

KEY, SATURDAY, SLOT = "2026-W27", "2026-06-27T08:00", "2026-06-29T08:00"
OWN_SCRIPTS = {"/desk/static/htmx.min.js", "/desk/static/Sortable.min.js", "/desk/static/desk.js"}
ELEMENTS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "link",
        "script",
        "body",
        "header",
        "main",
        "section",
        "aside",
        "h1",
        "h2",
        "h3",
    ),
    *("p", "span", "div", "a", "form", "input", "button", "label", "textarea", "select", "option", "ol", "ul", "li"),
    *(
        "details",
        "summary",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "iframe",
        "nav",
        "code",
        "progress",
        "fieldset",
    ),
    *("optgroup", "legend", "strong", "em", "noscript", "dl", "dt", "dd"),
}
HOSTILE = "\"'><script>alert(3)</script><img src=x onerror=alert(3)>"
LOCAL = ("file:///etc/passwd", "http://127.0.0.1:1/x", "http://[::1]/", "http://169.254.169.254/latest", HOSTILE)
ITEMS = 12  # whose own pages are looked at in the browser


def _item(number: int, payload: str, url: str) -> dict[str, object]:
    return {
        "id": f"{number} {payload}",
        "url": url,
        "external_url": payload,
        "image": payload,
        "title": f"{payload} a large language model {number} {payload}",
        "summary": f"{payload} Agents of a language model {number} answer. {payload}",
        "content_html": f"<p>{payload}</p> A benchmark of language models improves by 3 points. {payload}",
        "authors": [{"name": payload, "url": payload}],
        "tags": [payload],
        "language": payload,
        "date_published": f"2026-06-26T{number % 24:02d}:00:00Z",
    }


@pytest.fixture(scope="module")
def attacked(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a held issue of nothing but attacks."""
    place = tmp_path_factory.mktemp("attacked") / "w"
    (place / "feeds").mkdir(parents=True)
    listed = [_item(n, one, f"https://evil.example/{n}?{quote(one)}") for n, one in enumerate(PAYLOADS)]
    listed += [_item(1000 + n, f"link {n}", one) for n, one in enumerate(LINKS)]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "<script>alert(1)</script>", "items": listed}
    (place / "feeds/evil.json").write_text(json.dumps(feed))
    name = json.dumps("Evil <img src=x onerror=alert(2)> \"' {{ 7*7 }}")
    (place / "feeds.yaml").write_text(
        "digest: {review: required, max_items_per_trend: 40}\nfeeds:\n"
        f"  - {{name: {name}, url: feeds/evil.json, kind: blog, on_topic: true}}\n"
        "  - {name: 'Gone <b>x</b>', url: feeds/gone.json, kind: blog}\n"
    )
    forks.run(["-C", place, "collect", "--at", SATURDAY], check=False)
    forks.run(["-C", place, "build", "--at", SLOT], check=False)
    return place


@pytest.fixture
def place(attacked: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(attacked, tmp_path / "w"))


@pytest.fixture
def link(place: Path, forks: Forks) -> Iterator[str]:
    with forks.serving(["-C", place, "desk", "--port", 0, "--by", "<b>ada</b>", "--at", SLOT]) as address:
        yield address


def ids_of(run: Run, place: Path) -> list[str]:
    issue: dict[str, Any] = run("-C", place, "show", KEY, "--format", "json").json
    sections = [one for section in issue["trends"] for one in (*section["items"], *section["folded"])]
    return [one["id"] for one in (*sections, *issue["also_noted"])]


def strange(text: str) -> list[str]:
    """What a page has that the desk did not write: elements, handlers, and links that lead to no web page."""
    found = []
    for node in html.document_fromstring(text).iter():
        if not isinstance(node.tag, str):
            continue
        if node.tag not in ELEMENTS:
            found.append(f"<{node.tag}>")
        if node.tag == "script" and node.get("src") not in OWN_SCRIPTS:
            found.append("a script")
        for name, value in ((str(name), str(value)) for name, value in node.attrib.items()):
            if name.startswith("on") or name in ("style", "srcdoc", "background"):
                found.append(f"{node.tag} {name}={value}")
            leads = name in ("href", "src", "action", "formaction") and value != "data:,"
            if leads and not value.startswith(("/desk", "?", "#", "https://", "http://")):
                found.append(f"{node.tag} {name}={value}")
            if name in ("action", "formaction", "src") and not value.startswith("/desk"):
                found.append(f"{node.tag} {name}={value}")
    return found


@pytest.mark.slow
def test_no_page_of_the_desk_has_an_element_that_a_feed_wrote(link: str, run: Run, place: Path) -> None:
    ada = Visitor(urlsplit(link).netloc)
    pages = [ada.enter(link).text]
    items = ids_of(run, place)
    assert len(items) > 150
    asked = [f"?q={quote(words)}" for words in ("", "alert", "<script>", "javascript", "link", "language model 7")]
    asked += ["?place=also_noted", f"?place={quote('<script>alert(1)</script>')}", f"?kind={quote('><script>')}"]
    pages += [ada.show(query).text for query in asked]
    for item in items[::5]:
        got = ada.ask("GET", f"{ada.desk}item?id={quote(item, safe='')}")
        assert got.status == 200, item
        pages.append(got.text)
    csrf = ada.show().csrf
    for payload in PAYLOADS[::20]:  # what is told about a form that cannot be carried out
        ada.ask("POST", f"{ada.desk}change", {"csrf": csrf, "seen": "x", "do": payload, "item": payload})
        pages.append(ada.show().text)
    subscribe(place, f"{HOSTILE} <x@example.org>")
    for address in (
        f'"{HOSTILE}"@example.org',
        "o'brien&lt;b&gt;@example.org",
        "a+<b>@example.org",
        "{{7*7}}@example.org",
    ):
        form = {"csrf": csrf, "do": "add", "role": "editor", "address": address}
        assert ada.ask("POST", "/desk/accounts", form).status == 303
        pages.append(ada.ask("GET", "/desk/accounts").text)
    assert ada.ask("POST", "/desk/accounts", {"csrf": csrf, "do": HOSTILE, "address": HOSTILE}).status == 303
    others = (
        "audit",
        "accounts",
        "mailings",
        "letters",
        f"letters/{quote(HOSTILE, safe='')}",
        "feeds",
        "subscribers",
        f"subscribers?find={quote(HOSTILE)}",
        f"{KEY}/sending",
    )
    pages += [ada.ask("GET", f"/desk/{path}").text for path in others]
    for address in LOCAL:
        assert ada.ask("POST", "/desk/feeds/look", {"csrf": csrf, "address": address}).status == 303, address
        pages.append(ada.ask("GET", "/desk/feeds").text)
    for text in pages:
        assert strange(text) == []
        assert "49 " not in text.partition("<body")[2] or "{{ 7*7 }}" in text


def upload(someone: Visitor, csrf: str, content: bytes, name: str = "list.csv", kind: str = "text/csv") -> Got:
    body = (
        f'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{csrf}\r\n'
        f'--b\r\nContent-Disposition: form-data; name="consent"\r\n\r\n{HOSTILE}\r\n'
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
    ).encode() + content
    sent = body + b"\r\n--b--\r\n"
    return someone.ask("POST", "/desk/subscribers/preview", raw=sent, Content_Type="multipart/form-data; boundary=b")


QUOTED = HOSTILE.replace('"', '""')
UPLOADS = {
    "markup": f"address,name,trends\na@example.org,{QUOTED},{QUOTED}\n{HOSTILE},,\n".encode(),
    "formulas": b"address,name\na@example.org,=cmd|' /C calc'!A0\n=1+1@example.org,@SUM(1)\n",
    "headers": b'address,name\n"a@example.org\r\nBcc: b@example.org","x\r\nBcc: c@example.org"\n',
    "controls": "address,name\na@example.org,\x1b]0;x\x07\u202e\x00\n".encode(),
    "binary": bytes(range(256)) * 400,
    "quotes": b'"' * 100_000,
    "one line": b"a" * 5_000_000,
    "many lines": b"not an address\n" * 20_000,
    "utf-16": "address\na@example.org\n".encode("utf-16"),
    "zip": b"PK\x03\x04" + bytes(1000),
    "nothing": b"",
}


@pytest.mark.parametrize("content", slow_but(UPLOADS.values(), UPLOADS["one line"]), ids=UPLOADS)
def test_a_hostile_list_is_shown_tamed_and_imports_nobody_by_itself(link: str, place: Path, content: bytes) -> None:
    ada = Visitor(urlsplit(link).netloc)
    ada.enter(link)
    csrf = ada.ask("GET", "/desk/subscribers").csrf
    for name, kind in (("list.csv", "text/csv"), ("../../etc/passwd<script>", "text/html")):
        got = upload(ada, csrf, content, name=name, kind=kind)
        assert got.status in (200, 303), got.text[:300]
        assert strange(got.text or "<p></p>") == []
        assert strange(ada.ask("GET", "/desk/subscribers").text) == []
    with store_of(place) as store:
        assert list(store.subscribers.all()) == []
    forged = ada.ask("POST", "/desk/subscribers/import", {"csrf": csrf, "list": "../../etc/passwd"})
    assert forged.status == 303
    if 'name="list"' in got.text:
        ada.ask("POST", "/desk/subscribers/import", {"csrf": csrf, "list": got.hidden("list")})
        exported = ada.ask("GET", "/desk/subscribers/export").text
        assert not [cell for line in exported.splitlines() for cell in line.split(",") if cell[:1] in tuple("=@+")]
        assert "Bcc:" not in exported.replace(" Bcc:", "")  # no line of its own
        assert strange(ada.ask("GET", "/desk/subscribers").text) == []


def test_a_list_that_never_ends_is_refused(link: str, place: Path) -> None:
    ada = Visitor(urlsplit(link).netloc)
    ada.enter(link)
    csrf = ada.ask("GET", "/desk/subscribers").csrf
    assert upload(ada, csrf, b"a@example.org\n" * 1_500_000).status == 413
    assert upload(ada, "x" * 64, b"a@example.org\n").status == 403
    assert upload(Visitor(urlsplit(link).netloc), csrf, b"a@example.org\n").status == 401


def test_no_feed_is_a_file_of_this_machine(link: str, run: Run, place: Path) -> None:
    ada = Visitor(urlsplit(link).netloc)
    ada.enter(link)
    before = (place / "feeds.yaml").read_text()
    csrf = ada.ask("GET", "/desk/feeds").csrf
    for url in ("file:///etc/passwd", "/etc/passwd", "../../../etc/passwd", "javascript:alert(1)", "\n- {name: x}"):
        form = {"csrf": csrf, "do": "add", "name": "Evil 2", "kind": "blog", "url": url}
        ada.ask("POST", "/desk/feeds", form)
        assert "Evil 2" not in (place / "feeds.yaml").read_text(), url
    name = "x, url: https://evil.example/f}\nserve: {desk: true}\n#"
    form = {"csrf": csrf, "do": "add", "name": name, "kind": "blog", "url": "https://example.org/feed"}
    ada.ask("POST", "/desk/feeds", form)
    assert run("-C", place, "status").code in (0, 1)
    assert "\nserve:" not in (place / "feeds.yaml").read_text()
    assert (place / "feeds.yaml").read_text().startswith(before.rstrip()[:200])


@pytest.mark.slow
@pytest.mark.browser
def test_nothing_that_a_feed_says_runs_in_the_editors_browser(browser: Any, link: str, run: Run, place: Path) -> None:
    items = ids_of(run, place)
    with opened_page(browser, link) as tab:
        desk = tab.page.url
        for page in (
            "",
            "?q=alert",
            "?q=javascript",
            "?q=<script>",
            "?place=also_noted",
            "?kind=web",
            "?kind=web&scheme=dark",
            "?kind=text",
        ):
            tab.page.goto(desk + page)
            tab.page.wait_for_load_state("networkidle")
        for item in items[:: len(items) // ITEMS]:
            tab.page.goto(f"{desk}item?id={quote(item, safe='')}")
            assert tab.page.get_by_role("heading", name="Why it is where it is").count() == 1
        tab.page.goto(desk)
        seen = tab.page.locator("input[name=seen]").first.get_attribute("value")
        tab.page.get_by_role("button", name="Down: ").first.click()  # the page is put together again, by htmx
        tab.page.wait_for_function(
            "before => document.querySelector('input[name=seen]').value !== before", arg=seen, timeout=60_000
        )
        assert [one for one in tab.problems if "sandbox" not in one] == []
        assert tab.elsewhere() == []
        assert not [one for one in tab.asked if ELSEWHERE in one]
