"""A feed that attacks whoever reads what we say of it: in the terminal, as Markdown, as HTML, in feeds of our own.

All commands are run over one workspace whose feeds are hostile in every part: texts, names, ids, addresses, headers, status lines.
"""

import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import markdown
import pytest
from lxml import html
from markdown_it import MarkdownIt

from digest.cli import main
from support.listening import listening
from support.running import Run

ELSEWHERE = "attacker.invalid"
# What moves a cursor, sets a title, links, rings, hides, turns the direction of the text, or breaks a line.
CONTROLS = (
    "\x1b[2J\x1b[31m\x1b]0;owned\x07\x1b]8;;http://attacker.invalid/osc\x1b\\go\x1b]8;;\x1b\\\x1bP1$r\x1b\\\x9b31m\x9d0;x\x9c\x07\x08\x0b\x0c"
    "\x00\x7f\x85\r\u2028\u2029\u202e\u202d\u2066\u2067\u2068\u061c\u200f\u200e\u200b\u2060\ufeff\ufff9\U000e0041\ud800"
)
MARKUP = (
    "[x](javascript:alert(1)) ![x](http://attacker.invalid/img) <script>alert(1)</script> <img src=x onerror=alert(1)>"
    " <javascript:alert(1)> [y]: javascript:alert(1) `code` **b** | a | b | $x$ <!-- {{ 7*7 }} [red]r[/red] [link=javascript:x]l[/link]"
)
LINKS = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    f"https://{ELSEWHERE}/\x1b]0;x\x07",
    f"https://{ELSEWHERE}/\u202egpj.exe",
    f"https://{ELSEWHERE}/a)[b](javascript:alert(1)",
    f'https://{ELSEWHERE}/"onmouseover="alert(1)',
    f"https://user:pass@{ELSEWHERE}/",
    "\x01javascript:alert(1)",
)
WORDS = "A large language model reasons about agents and prompts"


def _item(number: int, payload: str) -> dict[str, object]:
    return {
        "id": f"{payload} {number}",
        "url": LINKS[number % len(LINKS)],
        "title": f"{payload}{WORDS} {number} {payload}",
        "summary": f"{payload}{WORDS}; {payload} retrieval and evaluation of LLM agents {number}. {payload}",
        "authors": [{"name": f"{payload}Ada {payload}"}, {"name": payload}],
        "date_published": f"2026-09-2{number % 4}T08:00:00Z",
        "tags": [payload],
    }


def _json_feed() -> bytes:
    items = [_item(number, (CONTROLS, MARKUP, MARKUP + CONTROLS)[number % 3]) for number in range(24)]
    items += [
        {"id": f"arxiv {n}", "url": f"https://arxiv.org/abs/2609.0000{n}", "title": f"{MARKUP} {n}"} for n in range(3)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": MARKUP + CONTROLS, "items": items}
    return json.dumps(feed).encode()


def _loose_feed(text: str, doi: str) -> bytes:
    """XML that only a forgiving parser reads."""
    return (
        f'<rss version="2.0" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"><channel><title>{text}</title>'
        f"<item><title>{WORDS} {text}</title><guid>{text}</guid><author>{text}</author><description>&lt;b {text}</description>"
        f"<prism:doi>10.1234/{doi}</prism:doi><link>https://{ELSEWHERE}/{text}</link>&nope;</item></channel></rss>"
    ).encode("utf-8", "surrogatepass")


ESCAPE = "\x1b]0;owned\x07\x9b31m\u202e"
ARXIV_ERROR = (
    f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Error</title><entry><id>http://arxiv.org/api/errors#x</id><title>Error</title>'
    f"<summary>{ESCAPE}{MARKUP.replace('<', '&lt;')}</summary></entry></feed>"
).encode()
# path -> status line and headers, body; {HOST} is this server
ANSWERS: dict[str, tuple[str, bytes]] = {
    "/json": ("200 OK\r\nContent-Type: application/feed+json", _json_feed()),
    "/loose": ("200 OK\r\nContent-Type: text/xml; charset=utf-8", _loose_feed(CONTROLS, f"a{ESCAPE}b")),
    "/reason": (f"500 {ESCAPE}<script>\r\nX: y", b""),
    "/type": (f"200 OK\r\nContent-Type: {ESCAPE}<b>; charset={ESCAPE}", b"<html>"),
    "/etag": (f'200 OK\r\nETag: "{ESCAPE}"\r\nLast-Modified: {ESCAPE}', _json_feed()[:9000]),
    "/away": (f"301 {ESCAPE}\r\nLocation: ftp://{ELSEWHERE}/{ESCAPE}<script>", b""),
    "/script": (f"302 Found\r\nLocation: javascript:alert(1)//{ESCAPE}", b""),
    "/no-host": (f"302 Found\r\nLocation: http://[{ESCAPE}", b""),
    "/port": (f"302 Found\r\nLocation: http://127.0.0.1:99999999/{ESCAPE}", b""),
    "/refused": (f"302 Found\r\nLocation: http://127.0.0.1:1/{ESCAPE}", b""),
    "/moved": (f"301 Moved\r\nLocation: /json?{ESCAPE}", b""),
    "/later": (f"429 {ESCAPE}\r\nRetry-After: {ESCAPE}", b""),
    "/arxiv": ("200 OK\r\nContent-Type: application/atom+xml", ARXIV_ERROR),
    "/coding": (f"200 OK\r\nContent-Encoding: {ESCAPE}", b"x"),
    "/header": (f"200 OK\r\n{ESCAPE}: {ESCAPE}\r\n{ESCAPE}", b"x"),
    "/broken": ("200 OK", b'{"version": "' + ESCAPE.encode() + b'", '),
    "/page": (
        "200 OK\r\nContent-Type: text/html",
        f'<html><title>{ESCAPE}</title><link rel="alternate" type="application/rss+xml" href="/json?{ESCAPE}">'
        f'<link rel="alternate" type="application/rss+xml" href="javascript:{ESCAPE}">'.encode(),
    ),
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        head, body = ANSWERS.get(self.path.partition("?")[0], ("404 Not Found", b""))
        self.wfile.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def attacker() -> Iterator[str]:
    with listening(_Handler) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def attacked(attacker: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with all of those feeds and a closed issue of them; `said` is what making it said in a terminal."""
    place = tmp_path_factory.mktemp("attacked")
    other = attacker.replace("127.0.0.1", "localhost")  # a 429 rests its host
    feeds = "".join(
        f"  - {{name: 'F{path[1:]}', url: '{other if path == '/later' else attacker}{path}', kind: news}}\n"
        for path in ANSWERS
    )
    (place / "feeds.yaml").write_text(
        "digest: {max_age: 3650d, lookback: 3650d}\nfetch: {allow_private: true}\n"
        f"delivery: {{from: 'D <d@example.org>', base_url: 'https://digest.example.org'}}\nfeeds:\n{feeds}"
    )
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        _in_a_terminal(patch)
        main(["-C", str(place), "collect", "--at", "2026-09-25T08:00"])
        main(["-C", str(place), "build", "--at", "2026-09-28T09:00"])
    assert list(place.glob("archive/2026-W40/issue.json")), said.getvalue()
    (place / "said").write_text(said.getvalue())
    return place


def _in_a_terminal(patch: pytest.MonkeyPatch) -> None:
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "80", "PAGER": "cat"}.items():
        patch.setenv(name, value)


# What we write ourselves: colours, links to the web, and how a progress bar moves.
OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[\w=]*;(?:https?://[!-~]+)?\x1b\\|\x1b\[\?25[lh]|\r|\x1b\[(?:2K|1A)")


def assert_calm(text: str) -> None:
    """Nothing but lines and fields of printable characters; what hides or turns text counts as not printable."""
    odd = [part for part in re.split("[\n\t]", OURS.sub("", text)) if not part.isprintable()]
    assert odd == []


def test_what_a_collect_and_a_build_say_moves_no_cursor(attacked: Path) -> None:
    said = (attacked / "said").read_text()
    assert "answered 500" in said
    assert_calm(said)


COMMANDS = (
    ("status",),
    ("feeds",),
    ("feeds", "check"),
    ("feeds", "export"),
    ("list",),
    ("show",),
    ("search", "agents"),
    ("search", "--from", "Fjson", "model"),
    ("why", "1 {id}"),
    ("check",),
    ("recap",),
    ("teach", "--review", "3"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("as_json", [False, True], ids=["", "json"])
def test_no_command_lets_a_feed_reach_the_terminal(
    attacked: Path, run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], as_json: bool
) -> None:
    _in_a_terminal(monkeypatch)
    first = json.loads((attacked / "archive/2026-W40/issue.json").read_text())["trends"][0]["items"][0]["id"]
    argv = [part.replace("1 {id}", first) for part in command]
    ran = run("-C", attacked, *argv, *["--json"] * as_json)
    assert ran.out + ran.err
    assert_calm(ran.out + ran.err)


def test_the_archive_holds_no_character_that_hides_or_turns(attacked: Path) -> None:
    files = [
        path for path in (attacked / "archive").rglob("*") if path.suffix in (".md", ".txt", ".json", ".html", ".xml")
    ]
    assert {"issue.md", "email.txt", "issue.json", "index.html", "feed.xml"} <= {path.name for path in files}
    for path in files:
        # What our preheader ends with.
        assert_calm(path.read_text("utf-8").translate({ord("\xa0"): " ", ord("\u200c"): None}))


def _links(tree: Any) -> set[str]:
    return {str(link).partition(":")[0] if ":" in str(link).partition("/")[0] else "" for link in tree.xpath("//@href")}


def test_in_markdown_nothing_of_a_feed_is_live(attacked: Path) -> None:
    text = (attacked / "archive/2026-W40/issue.md").read_text()
    assert "alert" in text
    for made in (
        markdown.markdown(text, extensions=["tables"]),
        MarkdownIt("commonmark", {"html": True}).enable("table").render(text),
    ):
        tree: Any = html.fromstring(made)
        assert _links(tree) <= {"http", "https", ""}
        assert tree.xpath("//img | //script | //code | //*[starts-with(name(@*), 'on')]") == []
        assert tree.xpath("//strong[.='b'] | //b | //a[.='x' or .='y']") == []
        assert {len(row) for row in tree.xpath("//table[1]//tr")} <= {2, 3}


def test_no_page_of_the_archive_runs_or_links_what_a_feed_says(attacked: Path) -> None:
    pages = list((attacked / "archive").rglob("*.html"))
    assert len(pages) > 5
    for path in pages:
        tree: Any = html.fromstring(path.read_bytes())
        scripts = [script for script in tree.xpath("//script") if "alert" in (script.text or "")]
        handlers = [name for element in tree.iter() for name in element.attrib if str(name).lower().startswith("on")]
        elsewhere = [source for source in tree.xpath("//@src | //link/@href") if ELSEWHERE in str(source)]
        assert (scripts, handlers, elsewhere, _links(tree) - {"http", "https", "mailto", ""}) == ([], [], [], set()), (
            path
        )


def test_the_mail_has_the_headers_that_we_wrote(attacked: Path, run: Run) -> None:
    sent = run("-C", attacked, "send", "2026-W40", "--to", "reader@example.org", "--at", "2026-09-28T10:00")
    assert sent.code == 0, sent.err
    (path,) = (attacked / ".digest/outbox/new").iterdir()
    raw = path.read_bytes()
    mail = message_from_bytes(raw, policy=default)
    assert_calm("\n".join(f"{name}: {value}" for name, value in mail.items()))
    assert raw.partition(b"\n\n")[0].isascii()
    assert {"bcc", "cc", "x"}.isdisjoint(name.lower() for name in mail)
    body = mail.get_body(("plain",))
    assert body is not None
    assert_calm(body.get_content())


def test_a_list_of_feeds_with_hostile_names_is_refused_or_tamed(attacked: Path, tmp_path: Path, run: Run) -> None:
    place = tmp_path / "w"
    place.mkdir()
    (place / "feeds.yaml").write_text("feeds: []\n")
    (tmp_path / "in.opml").write_bytes(
        f'<opml><body><outline text="{CONTROLS}a" xmlUrl="https://one.example/f"/>'
        f'<outline text="b" xmlUrl="{CONTROLS}"/><outline text="{CONTROLS}" htmlUrl="http://x.example/{CONTROLS}"/>'
        f'<outline text="c" xmlUrl="https://two.example/{ESCAPE}"/></body></opml>'.encode("utf-8", "surrogatepass")
    )
    done = run("-C", place, "feeds", "import", tmp_path / "in.opml")
    assert_calm(done.err + (place / "feeds.yaml").read_text())
    assert_calm(run("-C", place, "feeds").out)


def test_a_site_with_a_hostile_page_is_shown_tamed(attacker: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "feeds.yaml").write_text("fetch: {allow_private: true}\nfeeds: []\n")
    for path in ("/page", "/json", "/away", "/arxiv", "/header"):
        done = run("-C", tmp_path, "feeds", "add", attacker + path, "--yes")
        assert_calm(done.out + done.err + (tmp_path / "feeds.yaml").read_text())
