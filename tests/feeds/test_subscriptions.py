"""The list of feeds: feeds.yaml changed in place, OPML both ways, a site's feed found, a check that stores nothing."""

import json
import re
import string
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import listparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import config
from digest.config import Feed
from digest.errors import ConfigError, UsageError
from digest.feeds.subscriptions import discovery, opml, yaml_edit
from digest.feeds.subscriptions.discovery import guess
from digest.text.markup import NAME_CHARS, plain
from support.running import FeedServer, Run

LISTED = """\
# A head.
digest: {title: "Mine",   schedule: mon 08:00}   # aligned  by hand
feeds:
  # the first
  - {name: One, url: "https://one.example/feed", kind: blog}   # a note
  - name: 'Two'
    url: https://two.example/feed
    kind: papers
    include:
      - 'a: b'

  # - {name: Off, url: "https://off.example", kind: blog}
fetch: {allow_private: true}
"""
NAMES = st.text(min_size=1, max_size=40).map(lambda text: plain(text, chars=NAME_CHARS)).filter(bool)
WEB = st.text(alphabet=string.ascii_letters + string.digits + "/?&=#;:,.-_~%!'", max_size=30).map(
    lambda tail: f"https://a.example/{tail}"
)
FEEDS = st.lists(
    st.builds(Feed, name=NAMES, url=WEB, kind=st.sampled_from(["papers", "blog", "news", "releases"])),
    max_size=4,
    unique_by=(lambda feed: feed.name, lambda feed: feed.url),
)


def _parsed(text: str) -> tuple[Feed, ...]:
    return config.parse(text, file="feeds.yaml", trends={}).feeds


def _feed(name: str, url: str = "https://new.example/feed") -> Feed:
    return config.feed(name=name, url=url, kind="news")


def test_an_added_feed_is_one_line_in_the_style_of_the_last() -> None:
    flow = LISTED.replace(
        """  - name: 'Two'
    url: https://two.example/feed
    kind: papers
    include:
      - 'a: b'
""",
        "",
    )
    added = yaml_edit.add(flow, [_feed("New")], file="f")
    line = '  - {name: New, url: "https://new.example/feed", kind: news}\n'
    note = "kind: blog}   # a note\n"
    assert added == flow.replace(note, note + line)

    added = yaml_edit.add(LISTED, [_feed("New")], file="f")
    block = '  - name: New\n    url: "https://new.example/feed"\n    kind: news\n'
    assert added == LISTED.replace("      - 'a: b'\n", "      - 'a: b'\n" + block)


@given(feeds=FEEDS)
def test_adding_and_removing_again_leaves_every_character_as_it_was(feeds: list[Feed]) -> None:
    text = LISTED
    for feed in feeds:
        text = yaml_edit.add(text, [feed], file="f")
    assert _parsed(text)[2:] == tuple(feeds)
    for _ in feeds:
        text = yaml_edit.remove(text, 2, file="f")
    assert text == LISTED


@pytest.mark.parametrize(
    "text",
    [
        "feeds: []\n",
        "feeds: []",
        "feeds: []  # none yet\r\nwatch: {}\r\n",
        "{feeds: []}\n",
        "feeds:\n  # the first\n  - name: One\n    url: https://one.example\n    kind: blog\n",
        'feeds: [{name: One, url: "https://one.example", kind: blog}]\n',
        'feeds: [\n  {name: One, url: "https://one.example", kind: blog},   # a note\n]\n',
        "feeds:\r\n- name: One\r\n  url: https://one.example\r\n  kind: blog\r\n",
        "feeds:\n- name: One\n  url: https://one.example\n  kind: blog",
        "\ufefffeeds:\n  - &one {name: One, url: 'https://one.example', kind: blog}\n  # end\n\n",
        (
            "feeds:\n  - name: One\n    url: https://one.example\n    kind: blog\n    exclude: &x [a]\n"
            "  - name: Two\n    url: https://two.example\n    kind: blog\n    include: *x\n"
        ),
    ],
)
def test_lists_in_every_style_take_a_feed_and_lose_it_again(text: str) -> None:
    before = _parsed(text)
    added = yaml_edit.add(text, [_feed("New: #1")], file="f")
    assert _parsed(added) == (*before, _feed("New: #1"))
    assert ("\r\n" in text) == bool(re.search(r"\r\n", added))
    assert not ("\r\n" in text and re.search(r"(?<!\r)\n", added))
    removed = yaml_edit.remove(added, len(before), file="f")
    assert _parsed(removed) == before
    while _parsed(removed):
        removed = yaml_edit.remove(removed, len(_parsed(removed)) - 1, file="f")


@pytest.mark.parametrize(
    "name", ["true", "null", "- x", "a: b # c", "@at", "'", '"', "1e3", "&a *b", "%", "日本語", "a\u2014b"]
)
def test_names_that_mean_something_in_yaml_are_only_names(name: str) -> None:
    assert (
        _parsed(f"feeds:\n  - name: {yaml_edit.scalar(name)}\n    url: https://e.org\n    kind: blog\n")[0].name == name
    )


def test_a_name_with_control_characters_is_refused() -> None:
    with pytest.raises(UsageError, match="name"):
        _feed("a\x1b[31mb")


def test_a_file_without_a_list_is_refused() -> None:
    with pytest.raises(ConfigError):
        yaml_edit.add("digest: {}\n", [_feed("New")], file="f")


@given(feeds=FEEDS)
def test_what_is_exported_is_imported_again(feeds: list[Feed]) -> None:
    read = opml.read(opml.write("A <title> & more", feeds).encode())
    assert [(one.name, one.url, one.kind) for one in read.feeds] == [
        (feed.name, opml._address(feed.url), feed.kind) for feed in feeds
    ]
    assert not read.refused


def _suite(shared: Path) -> list[Path]:
    return sorted((shared / "data/suites/listparser/tests/files").rglob("*.xml"))


def test_the_lists_of_listparser_are_read_as_it_says(shared: Path) -> None:
    files = _suite(shared)
    assert len(files) >= 80
    for path in files:
        body = path.read_bytes()
        result = listparser.parse(body)
        # Dates of the list and lists of lists mean nothing here.
        for line in re.findall(r"Eval: (.*feeds.+)", body.decode("utf-8", "replace")):
            assert eval(line.strip(), {"result": result, "datetime": __import__("datetime")}), (path.name, line)
        expected = {
            url: plain(str(feed.title), chars=NAME_CHARS)
            for feed in result.feeds
            if (url := opml._address(str(feed.url)))
        }
        assert {one.url: one.name for one in opml.read(body).feeds} == expected, path.name


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><opml><body><outline text="&b;" xmlUrl="https://e.org/f"/></body></opml>',
        b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="https://e.org/f"/></body></opml>',
        b"<opml><body>"
        + b'<outline text="a">' * 55_000
        + b'<outline text="x" xmlUrl="https://e.org/f"/></body></opml>',
        b"\x00\xff<opml",
        b"",
        b"https://example.org/list.opml",
        b'<opml><body><outline xmlUrl="javascript:x"/><outline htmlUrl="https://e.org"/></body></opml>',
    ],
)
def test_hostile_lists_expand_nothing_and_open_nothing(body: bytes) -> None:
    read = opml.read(body)
    assert all(one.url == "https://e.org/f" and len(one.name) < 30 and "root:" not in one.name for one in read.feeds)


def test_a_page_names_its_feeds_before_the_usual_places() -> None:
    body = b"""<base href="https://e.org/blog/"><link rel="alternate" type="application/rss+xml" href="comments/feed">
        <LINK REL='alternate' type='application/atom+xml' href='atom.xml'><a href="/rss">RSS</a><a href="javascript:feed/">no</a>"""
    assert discovery.addresses(body, "https://e.org/x")[:4] == (
        "https://e.org/blog/atom.xml", "https://e.org/blog/comments/feed", "https://e.org/rss", "https://e.org/x/feed",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://rss.arxiv.org/rss/cs.CL", "papers"),
        ("https://github.com/a/b/releases.atom", "releases"),
        ("https://techcrunch.com/feed/", "news"),
        ("https://lilianweng.github.io/index.xml", "blog"),
    ],
)
def test_a_kind_is_guessed_by_the_address(url: str, kind: str) -> None:
    assert guess(url) == kind
    assert guess(url, ["My", "Blogs"]) == "blog"


@pytest.fixture
def site(shared: Path) -> Iterator[str]:
    """A site whose front page names its feed."""
    document = (shared / "data/feeds/real/lilianweng.xml").read_bytes()
    front = b'<!doctype html><link rel="alternate" type="application/rss+xml" href="/posts.xml">'

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = {"/": front, "/posts.xml": document, "/bare": b"<!doctype html>nothing"}.get(self.path)
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _place(folder: Path, text: str = LISTED) -> Path:
    (folder / "feeds.yaml").write_bytes(text.encode())
    return folder


def test_a_site_is_added_by_its_page_once(site: str, tmp_path: Path, run: Run) -> None:
    place = _place(tmp_path)
    tried = run("-C", place, "feeds", "add", site + "/", "--dry-run")
    assert tried.code == 0
    assert "Lil'Log" in tried.err
    assert tried.err.endswith("feeds.yaml was not changed\n")
    assert (place / "feeds.yaml").read_bytes().decode() == LISTED
    added = run("-C", place, "feeds", "add", site + "/", "--name", "Lil: log", "--yes")
    assert (added.code, added.err.splitlines()[-1]) == (0, "added Lil: log to feeds.yaml")
    lines = f'  - name: "Lil: log"\n    url: "{site}/posts.xml"\n    kind: blog\n'
    assert (place / "feeds.yaml").read_text() == LISTED.replace("      - 'a: b'\n", "      - 'a: b'\n" + lines)
    again = run("-C", place, "feeds", "add", f"{site}/posts.xml", "--yes")
    assert (again.code, "already in feeds.yaml, as Lil: log" in again.err) == (2, True)
    nobody = run("-C", place, "feeds", "add", f"{site}/bare", "--yes")
    assert (nobody.code, "and it links to no feed" in nobody.err) == (3, True)
    assert run("-C", place, "feeds", "remove", "Lil: log").code == 0
    assert (place / "feeds.yaml").read_text() == LISTED


def test_a_host_without_https_is_found_by_its_bare_name(site: str, tmp_path: Path, run: Run) -> None:
    place = _place(tmp_path)
    bare = site.removeprefix("http://")
    added = run("-C", place, "feeds", "add", bare + "/", "--name", "Bare", "--yes")
    assert (added.code, added.err.splitlines()[-1]) == (0, "added Bare to feeds.yaml")
    assert f'url: "{site}/posts.xml"' in (place / "feeds.yaml").read_text()
    refused = run("-C", place, "feeds", "add", f"https://{bare}/other", "--yes")
    assert refused.code == 3
    assert "no secure connection (" in refused.err
    assert "if the host has none, write its address with http://" in refused.err


@pytest.mark.parametrize("scheme", ["feed://", "feed:http://", "FEED://"])
def test_an_address_may_begin_with_feed(site: str, tmp_path: Path, run: Run, scheme: str) -> None:
    place = _place(tmp_path)
    address = site.replace("http://", scheme) + "/posts.xml"
    added = run("-C", place, "feeds", "add", address, "--name", "Feed", "--yes")
    assert (added.code, added.err.splitlines()[-1]) == (0, "added Feed to feeds.yaml")
    again = run("-C", place, "feeds", "add", address, "--yes")
    assert (again.code, "already in feeds.yaml, as Feed" in again.err) == (2, True)
    assert run("-C", place, "feeds", "remove", address).code == 0
    assert (place / "feeds.yaml").read_text() == LISTED


def test_a_listed_page_names_the_feed_that_it_announces(site: str, tmp_path: Path, run: Run) -> None:
    listed = f"fetch: {{allow_private: true}}\nfeeds:\n  - name: Page\n    url: {site}/\n    kind: blog\n"
    listed += f"  - name: Bare\n    url: feed:{site}/bare\n    kind: blog\n"
    place = _place(tmp_path, listed)
    collected = run("-C", place, "collect", "--json")
    reasons = [feed["reason"] for feed in json.loads(collected.out)]
    assert reasons == [
        f"a web page, not a feed; it announces {site}/posts.xml",
        f"a web page, not a feed; `digest feeds add {site}/bare` looks for its feed",
    ]
    assert f"it announces {site}/posts.xml" in run("-C", place, "feeds", "check").out


def test_what_a_page_announces_is_found_in_its_head_alone() -> None:
    links = b'<link rel="alternate" type="application/rss+xml" title="a &gt; b" href="feed://e.org/posts">'
    page = (
        b"<html><head><base href=/blog/>" + links + b"<link rel=alternate type=application/atom+xml href=comments.xml>"
    )
    page += b'<link rel="alternate" type="application/atom+xml" href="posts.xml"><a href="/rss">RSS</a>'
    found = ("http://e.org/posts", "https://example.org/blog/posts.xml", "https://example.org/blog/comments.xml")
    assert discovery.announced(page, "https://example.org/") == found
    assert discovery.announced(b" " * 300_000 + page, "https://example.org/") == ()
    assert discovery.announced(b"<link " * 100_000 + page, "https://example.org/") == ()


def test_private_addresses_are_refused_when_a_feed_is_looked_for(site: str, tmp_path: Path, run: Run) -> None:
    place = _place(tmp_path, LISTED.replace("true", "false"))
    refused = run("-C", place, "feeds", "add", site, "--yes")
    assert (refused.code, "private network" in refused.err) == (3, True)


def test_an_import_reports_what_it_refuses(tmp_path: Path, run: Run) -> None:
    place = _place(tmp_path, LISTED.replace("\n", "\r\n"))
    (tmp_path / "in.opml").write_text(
        '<opml><body><outline title="Papers"><outline title="Deep" xmlUrl="https://deep.example/f"/></outline>'
        '<outline text="One again" xmlUrl="http://one.example/feed"/><outline text="\x1b]0;x" xmlUrl="ftp://e.org"/>'
        '<outline text="Two" xmlUrl="feed://three.example/f"/></body></opml>'
    )
    done = run("-C", place, "feeds", "import", tmp_path / "in.opml", "--json")
    assert done.code == 1
    assert [(one["name"], one["url"], one["kind"]) for one in done.json["added"]] == [
        ("Deep", "https://deep.example/f", "papers"),
        ("Two (three.example)", "http://three.example/f", "blog"),
    ]
    assert [one["why"] for one in done.json["refused"]] == [
        "its URL is not http or https",
        "already listed as One",
    ]
    assert b"\n" not in (place / "feeds.yaml").read_bytes().replace(b"\r\n", b"")
    assert run("-C", place, "feeds", "export").out.count("<outline") == 4


def test_the_only_feed_can_be_removed_and_another_added(tmp_path: Path, run: Run) -> None:
    text = "# mine\nfeeds:  # all\n  # the first\n  - name: One   # one\n    url: https://one.example/feed\n    kind: blog\n# end\n"
    place = _place(tmp_path, text)
    assert run("-C", place, "feeds", "remove", "One").err == (
        "removed One (https://one.example/feed) from feeds.yaml; its items are kept\n"
        "it was the last feed; add another with `digest feeds add URL`\n"
    )
    assert (place / "feeds.yaml").read_text() == "# mine\nfeeds: []  # all\n  # the first\n# end\n"
    none = "feeds.yaml lists no feeds; add one with `digest feeds add URL`\n"
    assert (run("-C", place, "feeds").out, run("-C", place, "collect").err) == (none, none)
    (tmp_path / "in.opml").write_text('<opml><body><outline text="Two" xmlUrl="https://two.example/f"/></body></opml>')
    assert run("-C", place, "feeds", "import", tmp_path / "in.opml").code == 0
    two = '  - name: Two\n    url: "https://two.example/f"\n    kind: blog\n'
    assert (place / "feeds.yaml").read_text() == f"# mine\nfeeds:  # all\n{two}  # the first\n# end\n"
    missing = run("-C", place, "feeds", "remove", "One")
    assert (missing.code, missing.err) == (
        3, "digest: One: no feed has this name or URL; `digest feeds` lists the feeds\n"
    )  # fmt: skip


LIST = """<opml version="2.0"><body>
<outline text="Research"><outline text="Deep"><outline text="Text only" type="rss" xmlUrl="https://text.example/f"/></outline>
<outline title="Papers"><outline title="Title only" xmlUrl="https://title.example/f"/></outline></outline>
<outline text="Twice" xmlUrl="https://text.example/f"/><outline text="Known" xmlUrl="http://one.example/feed"/>
<outline text="Bad" xmlUrl="ht!tp:/x"/><outline text="Empty" xmlUrl=""/><outline text="FTP" xmlUrl="ftp://e.org/f"/>
<outline text="Page" htmlUrl="https://page.example/"/><outline xmlUrl="https://noname.example/f"/>
<outline text="Open & <broken" xmlUrl="https://open.example/f?a=1&b=2"
<outline text="After" xmlUrl="https://after.example/f"/>
<outline text="Text only" xmlUrl="https://same.example/f"/></body>"""


def test_every_line_of_an_import_is_taken_over_or_named(tmp_path: Path, run: Run) -> None:
    place = _place(tmp_path)
    (tmp_path / "in.opml").write_text(LIST)
    for arguments in (["--dry-run"], []):
        done = run("-C", place, "feeds", "import", tmp_path / "in.opml", *arguments)
        assert done.code == 1
        told, lead = ("would be added", "to add   ") if arguments else ("added", "added    ")
        assert done.err.splitlines() == [
            f"{lead}Text only: blog, https://text.example/f",
            f"{lead}Title only: papers, https://title.example/f",
            f"{lead}noname.example: blog, https://noname.example/f",
            f"{lead}Open & <broken: blog, https://open.example/f?a=1&b=2",
            f"{lead}Text only (same.example): blog, https://same.example/f",
            "refused  Bad: its URL is not http or https",
            "refused  FTP: its URL is not http or https",
            "refused  Twice: has the same URL as an earlier line",
            "refused  Empty: has no URL",
            "refused  After: its line cannot be parsed; is the one before it closed?",
            "refused  Page: is a page, not a feed; try `digest feeds add https://page.example/`",
            "refused  Known: already listed as One",
            f"5 feeds {told}, 7 refused",
        ]
        assert ((place / "feeds.yaml").read_bytes().decode() == LISTED) == bool(arguments)
    text = (place / "feeds.yaml").read_text()
    there = iter(text.splitlines())
    assert all(line in there for line in LISTED.splitlines())  # in their order
    names = [feed.name for feed in _parsed(text)]
    assert names == [
        "One",
        "Two",
        "Text only",
        "Title only",
        "noname.example",
        "Open & <broken",
        "Text only (same.example)",
    ]


@pytest.mark.parametrize("address", ["https://[::1", "not a url", "", "ftp://x.org", " https://x.org"])
def test_what_is_no_address_is_refused_before_it_is_asked(tmp_path: Path, run: Run, address: str) -> None:
    refused = run("-C", _place(tmp_path), "feeds", "add", address, "--yes")
    assert (refused.code, "is not a web address; write it as https://example.org" in refused.err) == (2, True)


def test_what_would_break_the_file_is_not_written(tmp_path: Path, run: Run) -> None:
    text = LISTED.replace("{name: One,", "{name: &n One,").replace("name: 'Two'", "name: Two\n    exclude: [*n]")
    place = _place(tmp_path, text)
    refused = run("-C", place, "feeds", "remove", "One")
    assert (refused.code, "was not changed" in refused.err) == (2, True), refused.err
    assert (place / "feeds.yaml").read_text() == text
    assert not list(place.glob(".feeds.*"))


def test_a_check_says_what_would_change_and_stores_nothing(feedserver: FeedServer, tmp_path: Path, run: Run) -> None:
    paths = {"good": "/real/lilianweng", "moved": "/fault/moved", "gone": "/fault/status-410", "bad": "/fault/html"}
    feeds = "".join(
        f'  - {{name: {name}, url: "{feedserver.url}{path}", kind: blog}}\n' for name, path in paths.items()
    )
    place = _place(tmp_path, "fetch: {allow_private: true}\nfeeds:\n" + feeds)
    for _ in range(2):
        checked = run("-C", place, "feeds", "check", "--json")
        found = {one["feed"]: one for one in checked.json}
        assert checked.code == 1
        assert {name: one["outcome"] for name, one in found.items()} == {
            "good": "ok", "moved": "ok", "gone": "gone", "bad": "failed",
        }  # fmt: skip
        assert found["good"]["new"] == found["good"]["entries"] > 40
        assert found["moved"]["moved_to"]
    listed = run("-C", place, "feeds", "--json").json
    assert {one["verdict"] for one in listed} == {"learning"}
