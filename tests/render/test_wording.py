"""Words that a reader meets: what decided, TeX without its marks, a baseline in whole sentences, feeds with the same trouble."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.evidence_phrases import worded
from digest.model import FeedReport, Issue, Label, NewName, Pulse
from digest.render import view
from digest.text.clean import readable, sentences, shorten
from support import specimens
from support.specimens import files, trends_of

TEXT = (
    "Long-Horizon Agents with Tool-Calling: Beyond Turkish RLHF\n"
    "We train long-horizon agents. They call a tool, and tool calling of Turkish models costs little on-policy."
)


def told(*evidence: str, text: str = TEXT, trend: str = "agents") -> tuple[str, ...]:
    (label,) = worded([Label(id=trend, score=0.9, evidence=evidence)], text, trends_of())
    return label.evidence


def test_a_word_is_told_in_the_term_around_it() -> None:
    assert told("Tool", "long") == ("tool calling", "long-horizon")
    assert told("space", text="A State-Space Model of space", trend="non-transformer") == ("State-Space Model",)
    assert told("tool", text="A tool. Use it with agents", trend="agents") == ()


def test_a_word_gets_back_the_compound_that_it_stands_in() -> None:
    assert told("Long") == ("long-horizon",)
    assert told("policy", trend="training-paradigms") == ("on-policy",)


def test_a_name_with_digits_is_no_compound() -> None:
    assert told("Math", text="Qwen2.5-Math-1.5B learns", trend="reasoning") == ("Math",)


def test_a_word_that_also_stands_alone_stays_alone_and_small_where_the_text_has_it_so() -> None:
    assert told("Agents") == ("agents",)
    assert told("RLHF") == ("RLHF",)


def test_terms_come_first_then_compounds_then_parts_of_terms_and_plain_words_never() -> None:
    words = ("costs", "use", "policy", "Beyond", "Calling", "Agents")
    assert told(*words, text=f"{TEXT} In use.") == ("tool calling", "agents", "on-policy", "use")


def test_nothing_is_told_where_only_a_weak_word_would_stand() -> None:
    assert told("tool", text="Tools of Steps") == ()
    assert told("Steps", "Leaves", "voting", text="Steps and Leaves by voting") == ()
    assert told("tool", "use", text="The use of a tool") == ("tool", "use")
    assert told("apart matters", text="How far apart matters") == ()
    assert told("AI", text="AI of today") == told("0", "e") == ()


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=8), max_size=5))
def test_no_word_is_added_that_the_text_has_not(text: str, evidence: list[str]) -> None:
    found = told(*evidence, text=text)
    assert all(one.casefold() in text.casefold() or one in evidence for one in found)
    assert len(found) <= len(evidence)


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"Denser $\neq$ better", "Denser ≠ better"),
        (r"gains 92.7\% at $8\times$ the speed", "gains 92.7% at 8× the speed"),
        (r"\ours lifts more, \eg, pass\textasciicircum{}k by \alpha", "Our method lifts more, e.g., pass^k by α"),
        (
            "1.5times more on Lift~3, from 62% rightarrow 67% at ~30 rpm",
            "1.5× more on Lift 3, from 62% → 67% at ~30 rpm",
        ),
        ("Self-text{CO}rrecting textbf{Jump}", "Self-COrrecting Jump"),
        (r"$\tau^2$-bench in $O(N^2)$", "τ²-bench in O(N²)"),
        (r"\textbf{\textsc{S-Agent}}, a method", "S-Agent, a method"),
        (
            r"\textbf{\openbio{}}, $12{,}553$ questions, $+31.1 \pm {9.7}$ points",
            "openbio, 12,553 questions, +31.1 ± 9.7 points",
        ),
        (r"the $\textit{zero models}$ of $\mathbf{X}$", "the zero models of X"),
        (r"P\textsuperscript{2}, $\sim$20 vs.\ 30 in $\mathbb{Z}_4$", "P², ~20 vs. 30 in Z₄"),
        (r"\textbf{OPID} and {\em others}~\cite{x}", "OPID and others"),
        ("Text--Visual -- ``as meant''", "Text–Visual – “as meant”"),
        (r"$\binom{n}{2}$ stays", r"$\binom{n}{2}$ stays"),
        ("from $5 to $10 a month", "from $5 to $10 a month"),
        ("run it with --flag", "run it with --flag"),
        ("for a lot of $very much money$", "for a lot of $very much money$"),
    ],
)
def test_tex_is_read_as_it_was_meant_or_left_alone(tex: str, plain: str) -> None:
    assert readable(tex) == plain


@given(st.text())
def test_a_line_without_marks_of_tex_and_markdown_stays_as_it_is(text: str) -> None:
    line = " ".join(text.split())
    if (
        line.isascii()
        and line.isprintable()
        and not any(mark in line for mark in ("\\", "$", "--", "*", "`", "_", "["))
    ):
        assert readable(line) == line


def test_a_baseline_ends_with_a_sentence_in_the_mail() -> None:
    assert sentences("One two three. Four five. Six seven eight.", 6) == "One two three. Four five."
    assert sentences("One two three four five.", 3) == "One two three …"
    assert shorten("The rules of the U.S. and of J. Smith. Then more of it.", 8) == "The rules of the U.S. and of J. …"
    assert [one.id for one in trends_of().values() if sentences(one.summary, 20).endswith("…")] == []


def test_feeds_with_one_trouble_stand_together_without_what_their_editor_may_do() -> None:
    gone = "permanently gone; remove it from feeds.yaml, or enter its new URL"
    feeds = tuple(
        FeedReport(name=name, url=f"https://example.org/{name}", status="gone", reason=reason)
        for name, reason in (("One", gone), ("Two", "timed out"), ("Three", gone))
    )
    shown = view(replace(specimens.issue(), feeds=feeds), baselines=trends_of())
    assert [(one.feeds, one.reason) for one in shown.trouble] == [
        (("One", "Three"), "permanently gone"),
        (("Two",), "timed out"),
    ]


def test_a_name_is_not_said_twice() -> None:
    issue = specimens.issue()
    names = (NewName(name="Small steps", items=issue.moved[0].items),)
    (shown,) = view(replace(issue, names=names), baselines=trends_of()).names
    assert shown.items[0].text == "agents that plan before each tool call make fewer wrong ones"


def test_what_moved_is_told_with_what_it_is_compared_with() -> None:
    shown = view(specimens.issue(), baselines=trends_of()).moved
    assert [(one.name, one.told) for one in shown] == [
        ("FooBench 2", "12 items; 0.4 expected (q\u00a0<\u00a00.001)"),
        ("“small steps”", "7 items; first seen here (q\u00a0=\u00a00.02)"),
    ]


def test_the_new_names_of_an_older_issue_are_still_shown() -> None:
    issue = specimens.issue()
    names = (NewName(name="Small steps", items=issue.moved[0].items),)
    (shown,) = view(replace(issue, moved=(), names=names), baselines=trends_of()).moved
    assert (shown.name, shown.told) == ("Small steps", "first seen here")


def unstyled(html: str) -> str:
    return re.sub(r'\s(?:style|class)="[^"]*"', "", html)


def pulsing(*pulses: Pulse) -> Issue:
    """An issue whose sections moved like that."""
    issue = specimens.issue()
    sections = [replace(one, pulse=pulse) for one, pulse in zip(issue.trends, pulses, strict=False)]
    return replace(issue, trends=tuple(sections))


STILL = Pulse(count=12, expected=11.0, q=0.8, verdict="as_usual", past=(11, 12, 11, 12))
GROWN = Pulse(count=31, expected=14.2, q=0.004, verdict="more", past=(12, 15, 13, 16))
SHRUNK = Pulse(count=4, expected=11.0, q=0.02, verdict="less", past=(11, 9, 12, 12))


def test_that_trends_are_as_usual_is_said_once() -> None:
    text = files(pulsing(STILL, STILL, STILL))["email.txt"]
    assert text.count("as usual") == 1
    assert "expected" not in text.partition("CONTENTS")[2].partition("WHAT MOVED")[0]


@pytest.mark.parametrize(
    ("pulses", "marks"),
    [((STILL, STILL), ""), ((GROWN, STILL), "▲"), ((STILL, SHRUNK), "▼"), ((GROWN, SHRUNK), "▲▼")],
)
@pytest.mark.parametrize("file", ["email.html", "email.txt", "index.html", "issue.md"])
def test_the_contents_explain_the_marks_that_they_use(file: str, pulses: tuple[Pulse, ...], marks: str) -> None:
    issue = pulsing(*pulses)
    told = files(replace(issue, trends=issue.trends[: len(pulses)]))[file]
    assert {mark for mark in "▲▼" if mark in told} == set(marks)


def test_a_mail_without_a_web_address_points_to_no_web_page() -> None:
    """Without `base_url` nobody can open what it leaves out."""
    for base_url, least in ((specimens.BASE_URL, 0), ("", 4)):
        made = files(base_url=base_url)
        for file in ("email.html", "email.txt"):
            told = " ".join(made[file].split())
            assert told.count("that this mail leaves out") >= min(least, 1)
            assert ("on the web page" in told) is bool(base_url)


def test_what_is_left_out_of_a_list_is_linked_where_there_is_an_address() -> None:
    made = files()
    assert f'<a href="{specimens.BASE_URL}/{specimens.KEY}/">and 2 more</a>' in unstyled(made["email.html"])
    assert re.search(r"^and 2 more \[\d+\]$", made["email.txt"], re.MULTILINE)


def test_an_issue_cites_no_day_that_is_after_it() -> None:
    issue = specimens.issue()
    assert issue.accuracy is not None
    later = replace(issue, accuracy=replace(issue.accuracy, measured=issue.window.end.date() + timedelta(days=1)))
    assert "20 November 2026" in view(issue, baselines=trends_of()).accuracy
    told = view(later, baselines=trends_of()).accuracy
    assert "right 81 times in 100" in told
    assert "November" not in told
