"""A mail that would be cut: summaries give way first, then items, and it says so; nothing that it links to is missing."""

import re
from dataclasses import replace

import pytest

from digest.lint import check
from digest.model import Issue, Line
from digest.render.mail import SOFT
from support import specimens

LONG = (
    "We present a method that plans before it calls a tool and report what it costs on a benchmark of many tasks, " * 3
)


def issue_of(items: int) -> Issue:
    """Ten sections of so many items; the last line is about the last item of the first one."""
    plain = specimens.issue()
    names = list(specimens.trends_of())[:10]
    sections = tuple(
        specimens.section(
            id_,
            specimens.trends_of()[id_].name,
            tuple(specimens.item(1000 * place + n, f"Work {n} of {id_}", summary=LONG) for n in range(items)),
        )
        for place, id_ in enumerate(names)
    )
    last = sections[0].items[-1]
    lines = (*plain.lines[1:2], Line(text=f"Most widely carried, by 3 feeds: {last.title}.", target=last.id))
    lines = (replace(lines[0], target=names[1]), lines[1])
    return replace(plain, trends=sections, lines=lines, lead="", read_first=(), releases=(), moved=())


def summaries(html: str) -> list[int]:
    return [len(found.split()) for found in re.findall(r"<p[^>]*>(We present[^<]*)</p>", html)]


@pytest.mark.parametrize(
    ("items", "told", "words", "shown"),
    [
        (2, "", 40, 20),
        (8, "Summaries were shortened, so that mail programs show this mail whole.", 30, 80),
        (
            12,
            "Summaries were shortened and items left to the web page, so that mail programs show this mail whole.",
            12,
            40,
        ),
    ],
)
def test_summaries_give_way_before_items_and_the_mail_says_so(items: int, told: str, words: int, shown: int) -> None:
    files = specimens.files(issue_of(items))
    html, text = files["email.html"], files["email.txt"]
    assert len(html.encode()) <= SOFT
    assert (len(summaries(html)), max(summaries(html)) <= words + 1) == (shown, True)
    assert ("Summaries were shortened" in html) is bool(told)
    assert told in html
    assert told in " ".join(text.split())
    assert [str(one) for one in check(files, specimens.BASE_URL) if one.severity == "error"] == []


def test_a_line_about_a_story_that_stands_among_other_trends_leads_to_its_trend() -> None:
    plain = issue_of(2)
    first, *others = plain.trends
    files = specimens.files(replace(plain, trends=(*others, replace(first, own=False))))
    assert f'<a href="#{first.id}"' in files["email.html"]
    assert [str(one) for one in check(files, specimens.BASE_URL) if one.severity == "error"] == []
