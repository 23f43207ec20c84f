"""Feed documents drawn from a grammar of what feeds do: orders, relations, types, prefixes, entities, languages, odd dates."""

from collections.abc import Sequence
from random import Random
from xml.sax.saxutils import escape

WORDS = (
    "agents", "Größe", "모델", "模型", "language", "model", "a < b", "R&D", "AT&amp;T", "&lt;think&gt;", "&#8217;s", "&#146;", "x &nbsp; y", "“quoted”",
    "$a_1 < b$", "<b>bold</b>", "<think>", "</think>", "<p>para</p>", "<br/>", "\u200bzero", "tab\there", "line\nbreak", "&copy=", "&hellip;",
    "<script>alert(1)</script>", "1 &lt; 2", "&amp;amp;", "&unknown;", "<!-- c -->", "C++", "é́", "🙂", "https://e.org/?a=1&section=2",
)  # fmt: skip
DATES = (
    "Sun, 22 Nov 2026 10:00:00 GMT", "Sun, 22 Nov 2026 10:00:00 +0200", "22 Nov 2026 10:00:00 -0530", "2026-11-22T10:00:00Z",
    "2026-11-22T10:00:00.123+02:00", "2026-11-22T10:00:00-05:00", "Sun, 22 Nov 2026 24:00:00 GMT", "2026-11-22T29:00:00Z", "Sun, 31 Feb 2026 10:00:00 GMT",
    "Sun, 22 Nov 2026 10:00:00 EST", "2026-11-22", "22.11.2026", "", "Sun, 22 Nov 2026 23:59:60 GMT", " Sun, 22 Nov 2026 10:00:00 GMT ",
)  # fmt: skip
LINKS = (
    "https://e.org/a", "http://e.org/a?b=1&c=2", "https://e.org/a#x", "https://e.org/a?x=1&section=2&copy=3", "HTTPS://E.org/a", "/relative", "post.html",
    "https://e.org/größe", "https://e.org/a%20b", "https://e.org/(x)", "https://user:pw@e.org/a", "javascript:alert(1)", "", " https://e.org/a ",
    "https://www.google.com/url?rct=j&url=https://e.org/real&ct=ga", "N/A", "//e.org/a", "https://e.org/a;b", "https://e.org/&amp;x;y",
)  # fmt: skip
RELATIONS = (
    "alternate",
    "self",
    "edit",
    "replies",
    "related",
    "via",
    "enclosure",
    "ALTERNATE",
    "canonical",
    "alternate nofollow",
    "",
)
TYPES = ("text/html", "application/json", "application/pdf", "text/plain", "application/xhtml+xml", "audio/mpeg")
LANGUAGES = ("", ' xml:lang="de"', ' xml:lang="ko"')
NAMES = ("Ada Byron", "Ada, Charles", "ada@e.org (Ada)", "Ádám <b>B</b>", "", " Ada ", "R&D")


def document(random: Random) -> bytes:
    """One document; most are regular, some in one way or another are not."""
    declaration = random.choice(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<?xml version="1.0"?>',
            "",
            "<?xml version='1.0' encoding='utf-8'?>\n",
        )
    )
    body = _atom(random) if random.random() < 0.5 else _rss(random)
    return (declaration + body).encode()


def _text(random: Random) -> str:
    text = " ".join(random.choices(WORDS[:12] if random.random() < 0.5 else WORDS, k=random.randint(0, 6)))
    return f"<![CDATA[{text}]]>" if random.random() < 0.3 and "]]>" not in text else escape(text)


def _some(random: Random, parts: Sequence[str]) -> str:
    """The parts in any order, each with white space around it or none."""
    shuffled = random.sample(parts, k=len(parts))
    return "".join(part + random.choice(("", "\n  ", "")) for part in shuffled if part)


def _maybe(random: Random, part: str, chance: float = 0.8) -> str:
    return part if random.random() < chance else ""


def _rss(random: Random) -> str:
    def item() -> str:
        link = escape(random.choice(LINKS[:3] if random.random() < 0.8 else LINKS))
        permalink = random.choice(("", ' isPermaLink="false"', ' isPermaLink="true"'))
        parts = [
            _maybe(random, f"<title>{_text(random)}</title>", 0.9),
            _maybe(random, f"<link>{link}</link>", 0.95),
            _maybe(
                random,
                f"<guid{permalink}>{escape(random.choice((*LINKS, 'tag:1', 'oai:arXiv.org:2611.00001v2')))}</guid>",
            ),
            _maybe(random, f"<pubDate>{random.choice(DATES[:3] if random.random() < 0.8 else DATES)}</pubDate>"),
            _maybe(random, f"<description>{_text(random)}</description>"),
            _maybe(random, f"<content:encoded>{_text(random)}</content:encoded>", 0.2),
            _maybe(random, f"<dc:creator>{escape(random.choice(NAMES))}</dc:creator>", 0.4),
            _maybe(random, f"<author>{escape(random.choice(NAMES))}</author>", 0.1),
            _maybe(random, "<category>x</category>", 0.3),
            _maybe(random, f'<enclosure url="https://e.org/a.mp3" length="1" type="{random.choice(TYPES)}"/>', 0.2),
            _maybe(random, '<media:content url="https://e.org/a.png"/>', 0.1),
            _maybe(random, f'<atom:link rel="{random.choice(RELATIONS)}" href="https://e.org/x"/>', 0.1),
            _maybe(random, "<dc:date>2026-11-22</dc:date>", 0.05),
            _maybe(random, "<dc:identifier>doi:10.1101/2026.11</dc:identifier>", 0.05),
            _maybe(random, "<arxiv:announce_type>new</arxiv:announce_type>", 0.1),
        ]
        return f"<item>{_some(random, parts)}</item>"

    head = [
        f"<title>{_text(random)}</title>",
        "<link>https://e.org/</link>",
        _maybe(random, "<description>d</description>"),
        _maybe(random, "<ttl>60</ttl>", 0.3),
        _maybe(random, '<atom:link rel="self" href="https://e.org/feed"/>', 0.5),
        _maybe(random, "<skipHours><hour>3</hour><hour>24</hour></skipHours>", 0.2),
        _maybe(random, "<skipDays><day>Sunday</day></skipDays>", 0.2),
        _maybe(
            random, "<image><url>https://e.org/i.png</url><title>i</title><link>https://e.org/i</link></image>", 0.1
        ),
    ]
    names = (
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:arxiv="http://arxiv.org/schemas/atom"'
    )
    items = [item() for _ in range(random.randint(1, 3))]
    version = random.choice(("2.0", "2.0", "2.0", "0.92", "1.0"))
    return f'<rss version="{version}"{names}><channel>{_some(random, head)}{"".join(items)}</channel></rss>'


def _atom(random: Random) -> str:
    prefix = "a:" if random.random() < 0.1 else ""

    def element(name: str, content: str, attributes: str = "") -> str:
        return f"<{prefix}{name}{attributes}>{content}</{prefix}{name}>"

    def construct(name: str) -> str:
        kind = random.choice(
            ("", "", ' type="text"', ' type="html"', ' type="text/html"', ' type="xhtml"')
        ) + random.choice(LANGUAGES)
        return element(name, _text(random), kind)

    def link() -> str:
        rel = random.choice(("", "", ' rel="alternate"', f' rel="{random.choice(RELATIONS)}"'))
        type_ = _maybe(random, f' type="{random.choice(TYPES)}"', 0.3)
        parts = [rel, type_, f' href="{escape(random.choice(LINKS[:3] if random.random() < 0.8 else LINKS))}"']
        return f"<{prefix}link{''.join(random.sample(parts, k=3))}/>"

    def entry() -> str:
        parts = [
            _maybe(random, construct("title"), 0.95),
            _maybe(
                random,
                element("id", escape(random.choice(("urn:1", "tag:e.org,2026:1", "https://e.org/1", "/1", " urn:2 ")))),
                0.95,
            ),
            *(link() for _ in range(random.choice((1, 1, 1, 2, 2, 0)))),
            _maybe(random, element("updated", random.choice(DATES[3:6] if random.random() < 0.8 else DATES))),
            _maybe(random, element("published", random.choice(DATES[3:6] if random.random() < 0.8 else DATES)), 0.6),
            _maybe(random, construct("summary"), 0.6),
            _maybe(random, construct("content"), 0.4),
            *(
                element("author", element("name", escape(random.choice(NAMES))))
                for _ in range(random.choice((0, 1, 1, 2)))
            ),
            _maybe(random, f'<{prefix}category term="x"/>', 0.2),
            _maybe(random, element("rights", "r"), 0.1),
        ]
        return element("entry", _some(random, parts))

    head = [construct("title"), element("id", "urn:f"), element("updated", "2026-11-22T05:00:00Z"), link()]
    base = ' xml:base="https://e.org/b/"' if random.random() < 0.05 else ""
    name = "xmlns:a" if prefix else "xmlns"
    entries = "".join(entry() for _ in range(random.randint(1, 3)))
    return f'<{prefix}feed {name}="http://www.w3.org/2005/Atom"{base}>{_some(random, head)}{entries}</{prefix}feed>'
