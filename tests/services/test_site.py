"""The archive's pages beside the issues: whole, small in what an issue changes, and readable in a browser from a disk."""

import html
import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image

from digest.cli import main
from digest.config.trend_files import GENERAL_READING
from digest.model import Issue, Moved, Reported, Touch, TouchedClaim, Window
from digest.render.og_image import content_of, cover, drawn
from digest.render.site import source_id
from digest.storage.files import resources
from digest.text.clean import clean, readable
from support.browsing import Tab, faults, nu_errors, opened_page
from support.cases import slow_but
from support.forked import Forks
from support.issues import FEEDS, archived, issue, several
from support.payloads import LINKS, PAYLOADS, told
from support.running import ROOT, Run
from support.specimens import trends_of

ISSUES = 59  # so that trends and sources have parts
ATTACK = "</title></style><script>alert(1)</script><img src=http://attacker.invalid/x onerror=alert(2)>"
# One of each kind; of every other kind than the mail and the issue's page.
PAGES = (
    "index.html",
    "2025/index.html",
    "trends/index.html",
    "trends/agents/index.html",
    "trends/agents/1/index.html",
    "sources/index.html",
    "sources/arxiv-2d5466/index.html",
    "sources/arxiv-2d5466/1/index.html",
    "search/index.html",
)


class Document(HTMLParser):
    """The links and the named places of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in ("href", "src") if name in given]
        self.places |= {given[name] for name in ("id", "name") if name in given}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of a year and four sources; its title, a trend of its own and its last issue are attacks from end to end."""
    return grown(tmp_path_factory.mktemp("many") / "w", PAYLOADS[::12])


def grown(place: Path, attacks: list[str]) -> Path:
    assert main(["init", "--sample", str(place)]) == 0
    arm(place, ATTACK)
    archived(place, *(several(number) for number in range(-ISSUES, 0)), assault(attacks))
    assert main(["-C", str(place), "render", issue(0).key]) == 0
    return place / "archive"


def arm(place: Path, attack: str) -> None:
    """The digest's title and a trend's every word."""
    config, said = place / "feeds.yaml", json.dumps(attack)
    config.write_text(re.sub(r"(?m)^  title: .*", lambda _: f"  title: {said}", config.read_text()))
    (place / "trends").mkdir()
    front = {"id": "hostile", "name": attack, "as_of": attack, "summary": attack, "terms": {attack: 1}}
    (place / "trends/hostile.md").write_text(f"---\n{json.dumps(front)}\n---\n# {attack}\n\n{attack}\n")


@pytest.fixture
def place(tmp_path: Path, run: Run) -> Path:
    assert run("init", "--sample", tmp_path / "w").code == 0
    return tmp_path / "w"


def assault(attacks: list[str]) -> Issue:
    """The next one: attacks in every field."""
    told_ = told(attacks, LINKS)
    plain = issue(0)
    window = Window(start=plain.window.start, end=plain.slot)
    first = told_.trends[0]
    trends = (replace(first, id="hostile", name=ATTACK, items=first.items[1:], folded=()), *told_.trends)
    return replace(told_, key=plain.key, slot=plain.slot, window=window, sample=True, trends=trends)


def state(place: Path) -> dict[str, bytes]:
    root = place / "archive"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_adding_an_issue_touches_only_what_changed(place: Path, run: Run, forks: Forks) -> None:
    archived(place, *(issue(number) for number in range(58)))
    assert run("-C", place, "render", issue(0).key).code == 0
    before = state(place)
    assert "2026/index.html" in before
    assert "trends/agents/1/index.html" in before
    added = issue(58)
    archived(place, added)
    # In a process of its own: a build needs an event loop, and a running browser has this thread's.
    forks.run(["-C", place, "build", "--at", (added.slot + timedelta(days=1)).isoformat()])
    after = state(place)
    assert before.keys() <= after.keys()
    changed = {name for name in after if before.get(name) != after[name]}
    assert len(changed - {name for name in changed if re.match(r"search/\d|\d{4}-W", name)}) < 40
    assert not any(re.match(r"trends/\w+/\d", name) for name in before.keys() & changed)
    held = [re.findall(r"number (\d+)", text.decode()) for name, text in after.items() if "trends/agents/" in name]
    assert {int(number) for numbers in held for number in numbers} == set(range(59))
    assert 6 <= len(re.findall(r"number \d+", after["trends/agents/index.html"].decode())) <= 13


def test_a_draft_changes_no_file_of_the_archive(place: Path, run: Run) -> None:
    archived(place, issue(0))
    run("-C", place, "render", issue(0).key)
    before = state(place)
    archived(place, issue(1, state="draft"))
    run("-C", place, "render", issue(0).key)
    after = state(place)
    assert before == after


def test_feeds_carry_whole_issues(place: Path, run: Run) -> None:
    import feedparser

    archived(place, *(issue(number) for number in range(12)))
    run("-C", place, "render", "--all")
    parsed = feedparser.parse((place / "archive/feed.xml").read_bytes())
    assert not parsed.bozo
    assert len(parsed.entries) == 10
    assert "Agents, number 11" in parsed.entries[0].content[0].value
    feed = json.loads((place / "archive/feed.json").read_text())
    assert [one["id"] for one in feed["items"]] == [entry.id for entry in parsed.entries]
    assert "Agents, number 11" in feed["items"][0]["content_html"]
    assert not (place / "archive/sitemap.xml").exists()


def test_a_year_s_sources_lose_nothing(many: Path) -> None:
    """What stands on a source's own pages and what the list has of it are all its items, each once."""
    for feed, each in (("arXiv", 8), *((feed, 1) for feed in FEEDS)):
        row, *_ = (many / f"sources/{source_id(feed)}").rglob("index.html")
        held = [path.read_text() for path in (many / f"sources/{source_id(feed)}").rglob("index.html")]
        listed = (many / "sources/index.html").read_text()
        _, _, newer = listed.partition(f'<h2 id="new-{source_id(feed)}">')
        held.append(newer.partition("</section>")[0])
        numbers = [int(found) for text in held for found in re.findall(r"number (-?\d+)", text)]
        assert sorted(numbers) == sorted(list(range(-ISSUES, 0)) * each), row


def test_every_link_within_the_archive_leads_somewhere(many: Path) -> None:
    """From a disk: every file and every place in it that a page names is there."""
    pages = {path: Document(path) for path in many.rglob("*.html") if path.name != "email.html"}
    stubs = {path for path, page in pages.items() if page.links == []}
    broken = [
        f"{path.relative_to(many)}: {link}"
        for path, page in pages.items()
        for link in page.links
        if not leads(pages, stubs, path, link)
    ]
    assert broken == []
    assert len(pages) - len(stubs) > 30


def leads(pages: dict[Path, Document], stubs: set[Path], page: Path, link: str) -> bool:
    parts = urlsplit(link)
    if parts.scheme in ("http", "https") or link.startswith("data:"):
        return True
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_file():
        return False
    return not parts.fragment or target in stubs or target not in pages or parts.fragment in pages[target].places


def test_issues_link_to_their_neighbours_and_keep_the_rest(place: Path, run: Run) -> None:
    archived(place, issue(0))
    run("-C", place, "render", "--all")
    alone = (place / "archive" / issue(0).key / "index.html").read_text()
    assert "rel=" not in alone.partition("<nav")[2]
    changed = alone.replace("</main>", "<p>as it was published</p></main>")
    (place / "archive" / issue(0).key / "index.html").write_text(changed)
    archived(place, issue(1), issue(2))
    run("-C", place, "render", issue(2).key)
    run("-C", place, "render", issue(1).key)
    first, second, third = ((place / "archive" / issue(n).key / "index.html").read_text() for n in range(3))
    assert neighbours(first) == [("next", issue(1).key)] * 2
    assert neighbours(second) == [("prev", issue(0).key), ("next", issue(2).key)] * 2
    assert neighbours(third) == [("prev", issue(1).key)] * 2
    assert re.sub(r'<a rel="\w+"[^>]*>[^<]*</a>', "", first) == changed


def neighbours(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<a rel="(\w+)" href="\.\./([^/]+)/index\.html">', page)


def test_a_picture_and_addresses_for_those_who_link(place: Path, run: Run) -> None:
    archived(place, *(issue(number) for number in range(2)))
    run("-C", place, "render", "--all")
    page = (place / "archive" / issue(1).key / "index.html").read_text()
    assert 'property="og:title"' in page
    assert "og:url" not in page
    assert "og:image" not in page
    with (place / "feeds.yaml").open("a") as file:
        file.write("delivery: {base_url: https://digest.example.org/news}\n")
    assert run("-C", place, "render", "--all").code == 0
    page = (place / "archive" / issue(1).key / "index.html").read_text()
    root = "https://digest.example.org/news/"
    assert f'<meta property="og:url" content="{root}{issue(1).key}/">' in page
    assert f'<meta property="og:image" content="{root}{issue(1).key}/cover.png">' in page
    told = (place / "archive/sitemap.xml").read_text()
    assert re.findall(r"<loc>(.*)</loc>", told) == [
        root,
        *(f"{root}{issue(number).key}/" for number in (1, 0)),
        f"{root}record/",
        f"{root}trends/",
        *(f"{root}trends/{id_}/" for id_ in trends_of()),
        f"{root}sources/",
        f"{root}sources/{source_id('arXiv')}/",
        f"{root}search/",
    ]
    for loc in re.findall(rf"<loc>{root}(.*)</loc>", told):
        assert (place / "archive" / loc / "index.html").is_file()


def test_the_picture_is_one_and_draws_no_boxes() -> None:
    fonts = resources.fonts()
    plain = issue(0)
    once = cover(plain, fonts)
    assert once == drawn(content_of(plain), fonts)
    with Image.open(BytesIO(once)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert cover(replace(plain, title="模型"), fonts) == cover(replace(plain, title=""), fonts)
    assert cover(assault(PAYLOADS), fonts)


def test_the_picture_draws_hangul_beside_latin() -> None:
    fonts = resources.fonts()
    without = cover(replace(issue(0), title=""), fonts)
    korean, mixed, rare = (
        cover(replace(issue(0), title=title), fonts) for title in ("주간 동향", "LLM 동향", "뷁 동향")
    )
    assert len({without, korean, mixed}) == 3
    assert rare == without, "a syllable outside KS X 1001 is not drawn as a box"


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(
    "page", ["2026-W27/index.html", "trends/hostile/index.html", f"sources/{source_id(PAYLOADS[0])}/index.html"]
)
def test_attacks_in_every_field_do_nothing(many: Path, browser: Any, page: str) -> None:
    assert_harmless(browser, many / page)


@pytest.mark.soak
@pytest.mark.browser
def test_no_attack_of_all_does_anything_on_any_page(tmp_path: Path, browser: Any) -> None:
    archive = grown(tmp_path / "w", PAYLOADS)
    pages = [page for page in archive.rglob("index.html") if page.parent.name != "latest"]  # which leads on at once
    assert len(pages) > 20
    for page in pages:
        assert_harmless(browser, page)


def assert_harmless(browser: Any, page: Path) -> None:
    with opened_page(browser, page.as_uri()) as tab:
        look_for_attacks(tab)
        assert tab.problems == []
        assert tab.elsewhere() == []


def look_for_attacks(tab: Tab) -> None:
    """Search, where a page does, and find no handler."""
    if "/search/" in tab.page.url:
        tab.page.fill("#words", "title")
        tab.page.locator("#found p").nth(20).wait_for()
    handlers = "[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => /^on/i.test(a.name)))"
    assert tab.page.evaluate(f"{handlers}.length") == 0


@pytest.mark.browser
@pytest.mark.parametrize("page", slow_but(PAGES, "search/index.html"))
def test_pages_fit_are_accessible_and_attacks_do_nothing(many: Path, browser: Any, page: str) -> None:
    assert faults(browser, many / page, use=look_for_attacks) == []


@pytest.mark.browser
def test_the_search_page_searches_from_a_disk(browser: Any) -> None:
    with opened_page(browser, (ROOT / "archive/search/index.html").as_uri() + "#q=state%20space") as tab:
        tab.page.locator("#found p").first.wait_for()
        titles = tab.page.locator("#found a").all_inner_texts()
        tab.page.select_option("#trend", "quantum-inspired")
        assert tab.page.locator("#found a").count() < len(titles)
        assert tab.problems == []
    assert any("State Space" in title for title in titles)


@pytest.mark.slow
def test_documents_are_valid(many: Path) -> None:
    """Of the sample, mail included, and of the attacks: one page of each kind."""
    assert nu_errors([*(ROOT / "archive").rglob("*.html"), *(many / page for page in PAGES)]) == []


def test_a_trend_s_page_tells_what_touched_its_claims(place: Path, run: Run) -> None:
    """The claim, the item that bears on it with its words, and the issue; of a trend that none touched, that nothing does."""
    claim = trends_of()["agents"].claims[0]
    told = issue(0)
    (item,) = told.trends[0].items
    touched = TouchedClaim(
        date=claim.date, text=claim.text, source=claim.source, items=(Touch(id=item.id, words=("a <b> word",)),)
    )
    archived(place, replace(told, trends=(replace(told.trends[0], claims=(touched,)),)))
    assert run("-C", place, "render", told.key).code == 0
    page = (place / "archive/trends/agents/index.html").read_text()
    _, _, section = page.partition("<h2>The ledger of its claims")
    shown = section.partition("</section>")[0]
    assert readable(claim.text) in html.unescape(shown)
    assert f'href="../../{told.key}/index.html#agents"' in shown
    assert "words: a &lt;b&gt; word" in shown
    assert "one item bearing on it" in shown
    other = (place / "archive/trends/reasoning/index.html").read_text()
    untouched = other.partition("Nothing in the issues of the chart touches these:")[2]
    assert untouched.count("<strong>Claim, ") == len(trends_of()["reasoning"].claims)


def test_a_trend_s_page_shows_the_best_result_that_its_items_report(place: Path, run: Run) -> None:
    told = issue(0)
    first, second = ((*told.trends[0].items, *told.trends[0].folded) * 2)[:2]
    results = (
        Reported(
            id=first.id, benchmark="GAIA", value=40.5, model="Tern-<7B>", sentence="It reaches <b>40.5</b> % on GAIA."
        ),
        Reported(id=second.id, benchmark="HLE", value=7, sentence="It reaches 7 % on HLE."),
        Reported(id="unknown", benchmark="GAIA", value=99, sentence="It reaches 99 % on GAIA."),
    )
    archived(place, replace(told, reported=results))
    assert run("-C", place, "render", told.key).code == 0
    page = (place / "archive/trends/agents/index.html").read_text()
    shown = page.partition("<h2>Best reported results</h2>")[2].partition("</section>")[0]
    assert re.findall(r'<th scope="row">(.*?)</th><td class="figure">(.*?)</td>', shown) == [
        ("GAIA", "40.5 %"),
        ("HLE", "7 %"),
    ]
    assert shown.count("<strong>Tern-&lt;7B&gt;</strong> · ") == shown.count("<strong>") == 1
    assert "It reaches &lt;b&gt;40.5&lt;/b&gt; % on GAIA." in shown
    assert "Best reported results" not in (place / "archive/trends/reasoning/index.html").read_text()


def test_a_trend_s_page_and_the_terminal_name_what_moved_among_its_items(place: Path, run: Run) -> None:
    """Each name once, with the figures of the latest issue and all issues in which it moved; only of items of the trend."""
    before, after = issue(0), issue(1)
    for one, expected in ((before, 0.0), (after, 2.0)):
        (item,) = one.trends[0].items
        name = Moved(
            name="Tern <b>",
            kind="name",
            items=(item.id, "elsewhere"),
            count=7,
            expected=expected,
            q=0.01,
            past=(int(expected), 0, 0, 0),
        )
        other = replace(name, name="of no trend", kind="phrase", items=("elsewhere",))
        archived(place, replace(one, moved=(name, other)))
        assert run("-C", place, "render", one.key).code == 0
    page = (place / "archive/trends/agents/index.html").read_text()
    shown = page.partition("<h2>Names and phrases that moved</h2>")[2].partition("</section>")[0]
    assert shown.count("<li>") == 1
    assert ">: 7 items; 2 expected (q\u00a0=\u00a00.01) · <a " in shown
    assert ">: 7 items; first seen here (q\u00a0=\u00a00.01)</span>" in shown
    assert re.findall(r'href="../../([\w-]+)/index.html#moved"', shown) == [after.key, before.key]
    assert "Names and phrases that moved" not in (place / "archive/trends/reasoning/index.html").read_text()
    said = run("-C", place, "trends", "agents").out
    assert f"Tern <b>: 7 items in {after.key}, 2 expected" in said
    assert f"Tern <b>: 7 items in {before.key}, first seen there" in said
    found = run("-C", place, "trends", "agents", "--json").json["moved"]
    assert [(one["key"], one["term"]["name"]) for one in found] == [(after.key, "Tern <b>"), (before.key, "Tern <b>")]


def test_the_terminal_shows_the_best_reported_results_of_a_trend_and_works_on_the_whole_field(
    place: Path, run: Run
) -> None:
    told = issue(0)
    (item,) = told.trends[0].items
    result = Reported(
        id=item.id, benchmark="GAIA", value=40.5, model="Tern-7B", sentence="It reaches \x1b[31m40.5 % on GAIA."
    )
    archived(place, replace(told, reported=(result,)))
    (best,) = json.loads(run("-C", place, "trends", "agents", "--json").out)["best_reported"]
    assert best == {
        "benchmark": "GAIA",
        "value": 40.5,
        "key": told.key,
        "id": item.id,
        "title": item.title,
        "url": item.url,
        "sentence": "It reaches \x1b[31m40.5 % on GAIA.",
        "others": 0,
        "model": "Tern-7B",
    }
    shown = run("-C", place, "trends", "agents").out
    assert "GAIA: 40.5 % (Tern-7B)" in shown
    assert "\x1b[31m" not in shown
    assert json.loads(run("-C", place, "trends", "reasoning", "--json").out)["best_reported"] == []
    assert "Best results" not in run("-C", place, "trends", "reasoning").out
    assert "https://arxiv.org/abs/2310.14724" in run("-C", place, "trends").out


def test_a_trend_s_page_lists_examples_and_reading_and_the_overview_the_general_works(place: Path, run: Run) -> None:
    archived(place, issue(0))
    assert run("-C", place, "render", issue(0).key).code == 0
    agents = trends_of()["agents"]
    page = html.unescape((place / "archive/trends/agents/index.html").read_text())
    headings = re.findall(r"^##? (.+)$", agents.body, re.MULTILINE)
    assert headings
    assert [heading for heading in headings if f"<h2>{clean(heading)}</h2>" not in page] == []
    for work in (*agents.examples, *agents.reading):
        assert clean(work.name) in page
        assert clean(work.note) in page
    overview = (place / "archive/trends/index.html").read_text()
    assert all(work.url in overview for work in GENERAL_READING)


def test_pages_lead_to_the_sign_up_where_people_can_be_mailed(place: Path, run: Run) -> None:
    archived(place, issue(0), issue(1))
    link = '<a href="https://example.org/news/subscribe">Subscribe</a>'
    shown = ("index.html", "trends/index.html", "search/index.html", f"{issue(0).key}/index.html")

    def linked() -> list[str]:
        assert run("-C", place, "render", "--all").code == 0
        return [name for name in shown if link in (place / "archive" / name).read_text()]

    address = "delivery:\n  base_url: https://example.org/news\n"
    text = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(text + address)
    assert linked() == []
    (place / "feeds.yaml").write_text(text + address + "  from: news@example.org\n  sendmail: /usr/sbin/sendmail -i\n")
    assert linked() == list(shown)
    (place / "feeds.yaml").write_text(text)
    assert linked() == []
