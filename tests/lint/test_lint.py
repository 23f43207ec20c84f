"""Broken mails, each caught by the rule that is about it; a sound mail, whatever feeds say, has no error."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from digest.lint import RULES, check
from digest.lint.clients import CLIENTS, SUPPORT
from digest.render import UNSUBSCRIBE_URL
from support import specimens
from support.cases import examples, slow_but
from support.running import Run

Files = dict[str, str]
HTML, TEXT, MESSAGE = "email.html", "email.txt", "email.eml"
EML = """From: LLM Trends <digest@example.org>
To: reader@example.org
Subject: LLM Trends Weekly, 16-23 November 2026
Date: Mon, 23 Nov 2026 07:00:00 +0000
Message-ID: <2026-W48.1@digest.example.org>
List-Id: <llm-trends.example.org>
List-Unsubscribe: <https://digest.example.org/unsubscribe/0>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset="utf-8"

Text
--b
Content-Type: text/html; charset="utf-8"

<p>HTML</p>
--b--
"""


def swapped(old: str, new: str, name: str = HTML, count: int = 1) -> Callable[[Files], Files]:
    """A mail with `new` in the place of `old`; a regular expression where it begins with `re:`."""

    def change(files: Files) -> Files:
        if old.startswith("re:"):
            text, times = re.subn(old[3:], new, files[name], count=count, flags=re.DOTALL)
        else:
            times = files[name].count(old)
            text = files[name].replace(old, new, count or -1)
        assert times, f"{old!r} is nowhere in {name}: the mutation changes nothing"
        return files | {name: text}

    return change


def before(place: str, more: str, name: str = HTML) -> Callable[[Files], Files]:
    return swapped(place, more + place, name)


IN_BODY = '<table role="presentation" width="100%"'
IN_STYLE = "@media"
BROKEN: dict[str, tuple[str, Callable[[Files], Files]]] = {
    "too large": ("R1", before("</body>", "<p>" + "word " * 20_000 + "</p>")),
    "nearly too large": ("R1", before("</body>", "<p>" + "word " * 13_000 + "</p>")),
    "no way to unsubscribe": ("R1", swapped(f'href="{UNSUBSCRIBE_URL}"', 'href="https://digest.example.org/x"')),
    "no view-online link": ("R1", swapped('href="https://digest.example.org', 'href="https://elsewhere.org', count=0)),
    "unsubscribe link beyond the cut": ("R1", before("<h1", "<p>" + "word " * 18_600 + "</p>")),
    "styles not inlined": ("R2", before(IN_STYLE, "p { color: #333333 }\n")),
    "too much style": ("R3", before(IN_STYLE, ".a { color: #111111 }\n" * 900)),
    "a comment before a rule": ("R3", before(IN_STYLE, "/* phones */")),
    "a style block in the body": (
        "R3",
        before(IN_BODY, "<style>@media print { a { color: #000 !important } }</style>"),
    ),
    "a style block that cannot be read": ("R3", before(IN_STYLE, "} ]\n")),
    "a typeface in no style attribute": ("R4", swapped("re:font-family:[^;]*; ?", "", count=0)),
    "hidden by a style block alone": ("R4", before(IN_STYLE, ".x { display: none }\n")),
    "flexbox": ("R5", swapped("margin:0", "display:flex; margin:0")),
    "a unit that Outlook has not": ("R5", swapped("re:font-size:\\d+px", "font-size:1rem")),
    "an element that Outlook has not": ("R5", before("<h1", "<meter value='1'>1</meter>")),
    "a property nobody tested": ("R5", swapped("margin:0", "hanging-punctuation:first; margin:0")),
    "a shadow behind text": ("R5", swapped("margin:0", "text-shadow:none; margin:0")),
    "a colour with spaces": ("R6", swapped("re:color:#[0-9a-f]+", "color:rgb(0 0 0 / 1)")),
    "a variable": ("R6", swapped("re:color:#[0-9a-f]+", "color:var(--ink)")),
    "a calculation": ("R6", swapped("margin:0", "margin:calc(1px + 1px)")),
    "positioned": ("R6", swapped("margin:0", "position:absolute; margin:0")),
    "a negative margin": ("R6", swapped("margin:0", "margin:0 -4px")),
    "a box shadow": ("R6", swapped("margin:0", "box-shadow:none; margin:0")),
    "an imported style sheet": ("R6", before(IN_STYLE, "@import 'x.css';\n")),
    "a typeface from the network": ("R6", before(IN_STYLE, "@font-face { font-family: x }\n")),
    "!important without a space": ("R7", swapped(" !important", "!important")),
    "!IMPORTANT": ("R7", swapped("!important", "!IMPORTANT")),
    "!important inline": ("R7", swapped("margin:0", "margin:0 !important")),
    "url() in a style block": ("R7", before(IN_STYLE, "@media print { a { background: url(x.png) !important } }\n")),
    "a script": ("R8", before(IN_BODY, "<script>1</script>")),
    "a form": ("R8", before(IN_BODY, "<form></form>")),
    "an SVG": ("R8", before(IN_BODY, "<svg></svg>")),
    "a linked style sheet": ("R8", before("</head>", '<link rel="stylesheet" href="https://x.org/a.css">')),
    "an event handler": ("R8", swapped("<h1", "<h1 onclick='x()'")),
    "a picture without alt": ("R9", before("<h1", '<img src="https://x.org/a.png" width="10">')),
    "a picture without width": ("R9", before("<h1", '<img src="https://x.org/a.png" alt="">')),
    "a picture in the mail's own text": ("R9", before("<h1", '<img src="data:image/png;base64,AA" alt="" width="1">')),
    "an SVG as a picture": ("R9", before("<h1", '<img src="https://x.org/a.svg" alt="" width="10">')),
    "a table that is read out": ("R10", swapped('<table role="presentation"', "<table")),
    "a table with Outlook's gaps": ("R10", swapped('re:(<tr><td[^>]*>\\s*<table[^>]*) cellpadding="0"', "\\1")),
    "no table for Outlook": ("R10", swapped("re:<!--\\[if mso\\]>.*?<!\\[endif\\]-->", "", count=0)),
    "max-width on a cell": ("R10", swapped("<h1", "<div style='max-width:10px'></div><h1")),
    "a conditional comment over two lines": ("R11", swapped("<!--[if mso]>", "<!--[if mso]>\n")),
    "a conditional comment without an end": ("R11", swapped("<![endif]-->", "-->")),
    "a table for Outlook that stays open": ("R11", swapped("</td></tr></table><![endif]-->", "</td></tr><![endif]-->")),
    "no language on the document": ("R12", swapped('<html lang="en"', "<html")),
    "no direction on the wrapper": ("R12", swapped('re:(role="article"[^>]*) dir="ltr"', "\\1")),
    "no wrapper with a role": ("R12", swapped('role="article"', 'role="none"')),
    "no title": ("R12", swapped("re:<title>.*?</title>", "<title></title>")),
    "no charset": ("R12", swapped("re:<meta charset[^>]*>", "")),
    "a heading too deep": ("R12", swapped("re:<h2(.*?)</h2>", "<h4\\1</h4>")),
    "two main headings": ("R12", before("</main>", "<h1>Again</h1>")),
    "grey on white": ("R13", swapped("re:(<p[^>]*color:)#[0-9a-f]+", "\\1#aaaaaa")),
    "dark on dark": ("R13", swapped("re:(dark\\) \\{.*?\\.soft[^{]*\\{ color: )#[0-9a-f]+", "\\1#333333")),
    "lost when inverted": ("R13", swapped('re:<p style="', '<p style="color:#0000ff; background-color:#8f8f00; ')),
    "a colour on no background": ("R13", swapped('re:background-color:#fff[f]*|bgcolor="#fff[f]*"', "", count=0)),
    "no colour scheme": ("R14", swapped('re:<meta name="color-scheme"[^>]*>', "")),
    "no supported colour schemes": ("R14", swapped('re:<meta name="supported-color-schemes"[^>]*>', "")),
    "an anchor by id": ("R15", swapped('<a name="agents"', "<a")),
    "an anchor to nowhere": ("R15", swapped('href="#agents"', 'href="#nowhere"')),
    "no preheader": ("R16", swapped('re:<div class="preheader".*?</div>', "")),
    "a preheader that Outlook shows": ("R16", swapped("mso-hide:all", "mso-hide:none")),
    "a preheader of two words": ("R16", swapped('re:(class="preheader"[^>]*>)[^<\u034f]*', "\\1Our news")),
    "a preheader with nothing after it": ("R16", swapped("\u034f", "", count=0)),
    "a relative link": ("R17", before("<h1", '<a href="../index.html">All issues</a>')),
    "an empty link": ("R17", before("<h1", '<a href="">All issues</a>')),
    "a link without words": ("R17", before("<h1", '<a href="https://x.org/"></a>')),
    "a script for a link": ("R17", before("<h1", '<a href="javascript:1">All issues</a>')),
    "click here": ("R17", before("<h1", '<a href="https://x.org/">click here</a>')),
    "a shortened link": ("R17", before("<h1", '<a href="https://bit.ly/x">All issues</a>')),
    "a variable left over": ("R18", before("<h1", "<p>{{ issue.title }}</p>")),
    "a block left over": ("R18", before("<h1", "<p>{% if issue.lines %}</p>")),
    "None left over": ("R18", before("<h1", "<p>None</p>")),
    "nan left over in the text": ("R18", before("CONTENTS", "nan\n", TEXT)),
    "TK left over": ("R18", before("<h1", "<p>TK</p>")),
    "a short subject": ("R19", swapped("re:<title>.*?</title>", "<title>News</title>")),
    "a subject that turns round": ("R19", swapped("<title>", "<title>\u202e")),
    "a long subject of a message": ("R19", swapped("Subject: ", "Subject: " + "very " * 12, MESSAGE)),
    "no text": ("R20", lambda files: files | {TEXT: ""}),
    "a headline missing in the text": ("R20", swapped("re:Batches that wait[ \n]+for nobody", "", TEXT, count=0)),
    "a link missing in the text": ("R20", swapped("https://arxiv.org/abs/2611.00004", "https://x.org", TEXT, count=0)),
    "a line that servers cut": ("R20", before("CONTENTS", "word " * 250 + "\n", TEXT)),
    "HTML before text": ("R20", swapped("re:text/plain(.*)text/html", "text/html\\1text/plain", MESSAGE)),
    "a line of a message that servers cut": ("R20", swapped("Text\n", "word " * 250 + "\n", MESSAGE)),
    "no date": ("R21", swapped("re:Date: [^\n]*\n", "", MESSAGE)),
    "no List-Id": ("R21", swapped("re:List-Id: [^\n]*\n", "", MESSAGE)),
    "no one-click": ("R21", swapped("re:List-Unsubscribe-Post: [^\n]*\n", "", MESSAGE)),
    "unsubscribing by mail alone": (
        "R21",
        swapped("<https://digest.example.org/unsubscribe/0>", "<mailto:x@y.org>", MESSAGE),
    ),
    "two readers in To": ("R21", swapped("To: reader@example.org", "To: a@example.org, b@example.org", MESSAGE)),
    "Bcc": ("R21", before("To: ", "Bcc: b@example.org\n", MESSAGE)),
    "a rule that cannot win": ("R22", swapped("re:(@media[^{]*\\{[^}]*?) !important", "\\1")),
    "a rule for nothing": ("R22", before(IN_STYLE, "@media print { .nothing { color: #000 !important } }\n")),
    "a control character": ("R23", before("<h1", "<p>\x07</p>")),
    "a control character as a reference": ("R23", before("<h1", "<p>&#150;</p>")),
    "a text in another language than its mark": (
        "R24",
        before("<h1", '<p lang="ko">This is the text of the day that we show</p>'),
    ),
    "a paragraph in another language than the mail": (
        "R24",
        before("<h1", "<p>한국어 문장이 이 문단에 그대로 들어 있습니다</p>"),
    ),
    "a text without spaces in another language": ("R24", before("<h1", '<p lang="ko">大语言模型的推理能力研究</p>')),
    "Japanese that is marked as Chinese": ("R24", before("<h1", '<p lang="zh-CN">言語モデルのための小さな語彙</p>')),
    "a mark that an inner one replaces": (
        "R24",
        before("<h1", '<div lang="ko"><p lang="en">이 문단은 영어라고 표시된 한국어 문장입니다</p></div>'),
    ),
    "a character that was not decoded": ("R23", before("CONTENTS", "\ufffd\n", TEXT)),
}


@pytest.fixture(scope="module")
def good() -> Files:
    return specimens.files() | {MESSAGE: EML}


def found(files: Mapping[str, str], base_url: str = specimens.BASE_URL) -> list[str]:
    return [str(one) for one in check(files, base_url)]


def test_a_good_mail_has_nothing_wrong(good: Files) -> None:
    assert found(good) == []


@pytest.mark.parametrize(
    "text",
    [
        '<p lang="ko-KR">한국어 문장이 이 문단에 그대로 들어 있습니다</p>',
        '<p lang="">한국어 문장이 이 문단에 그대로 들어 있습니다</p>',
        '<p lang="ko">GPT-5.6 Sol, Qwen 3.5 Max, DeepSeek-V4 Pro 외 3건</p>',
        "<p>Shuo Yang, Jinyang Wu, 김하늘 and four others</p>",
        '<div lang="en"><p lang="ko">한국어 문장이 이 문단에 그대로 들어 있습니다</p></div>',
    ],
)
def test_a_right_mark_and_names_are_no_fault(good: Files, text: str) -> None:
    assert [one for one in found(before("<h1", text)(good)) if "R24" in one] == []


def test_the_same_issue_gives_the_same_bytes_in_every_time_zone(good: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert specimens.files() == {name: text for name, text in good.items() if name != MESSAGE}
    monkeypatch.undo()
    time.tzset()


def test_a_mail_of_an_archive_without_an_address_has_nothing_wrong() -> None:
    assert found(specimens.files(base_url=""), "") == []


def test_an_address_without_https_is_told_to_lack_one_click() -> None:
    base_url = specimens.BASE_URL.replace("https:", "http:")
    (told,) = check(specimens.files(base_url=base_url), base_url)
    assert (told.rule, told.severity) == ("R21", "warning")
    assert told.message == "mail programs offer one click to unsubscribe (RFC 8058) for an https address only"


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_mail_is_caught_by_the_rule_that_is_about_it(good: Files, name: str) -> None:
    rule, breaks = BROKEN[name]
    caught = check(breaks(good), specimens.BASE_URL)
    assert rule in {one.rule for one in caught}, [str(one) for one in caught]
    assert all(one.message and one.remedy and one.file for one in caught)


def test_every_rule_has_a_broken_mail() -> None:
    assert {rule for rule, _ in BROKEN.values()} == set(RULES)
    assert len(BROKEN) >= 40


def test_a_finding_names_its_line(good: Files) -> None:
    broken = BROKEN["a relative link"][1](good)
    line = next(number for number, text in enumerate(broken[HTML].split("\n"), 1) if "../index.html" in text)
    assert found(broken) == [
        f"email.html:{line}: R17: the link 'All issues' leads to '../index.html', which is nowhere in a mail; write the whole https address"
    ]


def test_what_a_feed_says_is_no_mark_of_a_template() -> None:
    title = "{{ issue.title }} {% if %} TK: None \ufffd of [object Object]"
    hostile = specimens.item(1, title, summary="{{ x }} [object Object]", authors=("None", "nan"))
    told = specimens.issue()
    sections = (replace(told.trends[0], items=(hostile, *told.trends[0].items[1:])), *told.trends[1:])
    files = specimens.files(replace(told, trends=sections, lines=(), read_first=()))
    assert title[:17] in files[TEXT]
    assert found(files) == []
    del files["issue.json"]
    assert {one.rule for one in check(files, specimens.BASE_URL)} >= {"R18", "R23"}


def test_a_name_that_ends_like_a_mark_may_be_followed_by_a_word() -> None:
    hostile = specimens.item(1, "A title", authors=("Ada", "Émile", "{{", "Grace", "Alan"))
    told = specimens.issue()
    sections = (replace(told.trends[0], items=(hostile, *told.trends[0].items[1:])), *told.trends[1:])
    files = specimens.files(replace(told, trends=sections))
    assert "{{ and 2 others" in files[TEXT]
    assert found(files) == []


texts = st.text(max_size=60) | st.sampled_from(
    ["{{", "None", "here", "]]>", "<!--[if mso]>", "</style>", "x" * 3000, "\u034f" * 9]
)


@given(title=texts, summary=texts, author=texts, reason=texts)
@tried(max_examples=examples(0.5), deadline=None)
def test_nothing_that_a_feed_says_makes_an_error(title: str, summary: str, author: str, reason: str) -> None:
    """One bad item costs one line, never an issue."""
    hostile = specimens.item(1, title, summary=summary, authors=(author,), because=reason)
    told = specimens.issue()
    sections = (replace(told.trends[0], items=(hostile, *told.trends[0].items[1:])), *told.trends[1:])
    feeds = tuple(replace(feed, name=author or "x", reason=reason) for feed in told.feeds)
    files = specimens.files(replace(told, trends=sections, also_noted=(hostile,), feeds=feeds))
    assert [str(one) for one in check(files, specimens.BASE_URL) if one.severity == "error"] == []


def test_the_table_of_clients_is_whole() -> None:
    assert len(CLIENTS) == 9
    assert len(SUPPORT) > 200
    assert {len(known) for known in SUPPORT.values()} == {9}
    assert set("".join(SUPPORT.values())) == set("ynau")


SLOT = "2026-06-29T08:00"


@pytest.fixture
def place(tmp_path: Path, run: Run) -> Path:
    run("init", "--sample", tmp_path / "w")
    return tmp_path / "w"


@pytest.mark.slow
def test_a_build_holds_an_issue_whose_mail_cannot_be_read(place: Path, run: Run) -> None:
    (place / "templates").mkdir()
    own = place / "templates/email.txt.j2"
    own.write_text("Only {{ issue.key }}\n")
    built = run("-C", place, "build", "--at", SLOT)
    assert built.code == 3
    assert "email.txt: R20: the headline" in built.err
    assert "fix the templates" in built.err
    assert json.loads((place / ".digest/drafts/2026-W27/issue.json").read_text())["state"] == "draft"
    checked = run("-C", place, "check", "2026-W27", "--json")
    assert checked.code == 1
    assert {one["rule"] for one in checked.json if one["severity"] == "error"} == {"R20"}

    own.unlink()
    assert run("-C", place, "build", "--at", SLOT, "--json").json["state"] == "closed"
    checked = run("-C", place, "check")
    assert (checked.code, checked.out) == (0, "2026-W27: no problems; 24 rules checked\n")


@pytest.mark.parametrize("base_url", slow_but(["", "https://digest.example.org"], ""))
def test_an_archived_issue_is_as_readable_as_it_was_when_it_was_built(place: Path, run: Run, base_url: str) -> None:
    if base_url:
        text = (place / "feeds.yaml").read_text()
        (place / "feeds.yaml").write_text(f"{text}delivery: {{base_url: '{base_url}', from: a@example.org}}\n")
    assert run("-C", place, "build", "--at", SLOT).code == 0
    assert run("-C", place, "check", "2026-W27", "--json").json == []
