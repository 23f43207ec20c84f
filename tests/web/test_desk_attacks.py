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
from support.desk import Visitor
from support.forked import Forks
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
    *("legend", "strong", "em", "noscript", "dl", "dt", "dd"),
}
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
    pages += [ada.ask("GET", path).text for path in ("/desk/audit", "/desk/accounts", f"{ada.desk}sending")]
    for text in pages:
        assert strange(text) == []
        assert "49 " not in text.partition("<body")[2] or "{{ 7*7 }}" in text


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
