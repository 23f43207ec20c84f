"""What stands above an item's section is left out there, with a word of where it stands, unless the rest would tell nothing."""

from dataclasses import replace

import pytest

from digest.lint import check
from digest.model import Issue, Line, Source, Written, WrittenSentence
from digest.render import view
from digest.render.retold import untold
from support import specimens

DONE = "We plant quiet trees along nine streets."
FOUND = "Noise falls by 41% on the quietest street of all."
ALSO = "Sleep improves by 12% beside them."
MORE = "The trees need no water after their third summer."
FILES = ("email.html", "email.txt", "index.html", "issue.md")


def retelling(
    *, summary: str = f"{DONE} {FOUND}", full: str = "", lines: tuple[Line, ...] = (), first: bool = True
) -> Issue:
    """An issue whose second item has this text; its result is read first, or told by a line."""
    plain = specimens.issue()
    section = plain.trends[0]
    item = replace(section.items[1], brief=summary, summary=full or summary, result=FOUND, follows=None)
    return replace(
        plain,
        lines=lines,
        read_first=(item.id,) if first else (),
        trends=(replace(section, items=(section.items[0], item)), *plain.trends[1:]),
    )


def beside(issue: Issue, title: str) -> Issue:
    """The issue with another item in its first section."""
    section = issue.trends[0]
    other = replace(
        section.items[-1], id="other", title=title, url="https://example.org/other", brief="", result="", summary=""
    )
    return replace(issue, trends=(replace(section, items=(*section.items, other)), *issue.trends[1:]))


@pytest.mark.parametrize("file", FILES)
def test_what_is_to_be_read_first_is_told_whole_there_and_not_again_in_its_section(file: str) -> None:
    files = specimens.files(retelling(full=f"{DONE} {FOUND} {MORE}"))
    text = " ".join(files[file].split())
    assert text.count(FOUND.removesuffix(".")) == 1
    assert text.count(DONE.removesuffix(".")) == 1
    assert text.index(DONE.removesuffix(".")) < text.index(FOUND.removesuffix("."))
    more = file in {"index.html", "issue.md"}  # a mail tells it in one place
    assert (MORE.removesuffix(".") in text) is more
    assert text.count("More of it under “Read first”") == more
    assert check(files, "") == ()


def test_a_result_that_a_model_or_the_editor_wrote_stands_alone_under_read_first() -> None:
    issue = retelling()
    section = issue.trends[0]
    written = Written(place="result", model="small", prompt="p", sentences=(WrittenSentence(text=FOUND),))
    item = replace(section.items[1], written=(written,))
    issue = replace(issue, trends=(replace(section, items=(section.items[0], item)), *issue.trends[1:]))
    assert view(issue, baselines=specimens.trends_of()).read_first[0].result == FOUND


def test_the_data_hold_the_whole_text_once() -> None:
    assert specimens.files(retelling())["issue.json"].count(f"{DONE} {FOUND}") == 2  # brief and summary


@pytest.mark.parametrize("file", FILES)
def test_an_item_that_was_told_whole_says_only_where(file: str) -> None:
    text = " ".join(specimens.files(beside(retelling(summary=FOUND), "Another work"))[file].split())
    assert text.count(FOUND.removesuffix(".")) == 1
    assert ("Told under “Read first”" if file == "index.html" else "Told above: ") in text


def test_a_section_names_in_one_line_what_was_told_above() -> None:
    plain = retelling(summary=FOUND)
    section = plain.trends[0]
    named = replace(section.items[1], title="QuietTrees: nine streets and their noise")
    issue = replace(plain, trends=(replace(section, items=(named,)), *plain.trends[1:]))
    shown = view(beside(issue, "Another work"), baselines=specimens.trends_of()).sections[0]
    assert [one.title for one in shown.items] == ["Another work"]
    assert [(one.text, one.url) for one in shown.told] == [("QuietTrees", named.url)]


def test_a_section_that_has_nothing_to_add_shares_the_block_of_titles() -> None:
    plain = retelling(summary=FOUND)
    section = plain.trends[0]
    named = replace(section.items[1], title="QuietTrees")
    issue = replace(plain, trends=(replace(section, items=(named,)), *plain.trends[1:]))
    shown = view(issue, baselines=specimens.trends_of())
    assert section.id not in [one.anchor for one in shown.sections]
    assert shown.shared[0].items == ()
    assert [one.text for one in shown.shared[0].told] == ["QuietTrees"]


@pytest.mark.parametrize("file", FILES)
def test_the_background_of_a_section_closes_it(file: str) -> None:
    plain = specimens.issue()
    text = " ".join(specimens.files(plain)[file].split())
    last = plain.trends[0].items[-1].title.split()[0]
    assert text.index(last) < text.index("as of 2024")


@pytest.mark.parametrize(("file", "times"), [("email.html", 1), ("email.txt", 1), ("index.html", 2)])
def test_a_mail_does_not_note_again_by_its_title_what_stands_under_read_first(file: str, times: int) -> None:
    plain = specimens.issue()
    noted = replace(plain.trends[0].items[1], id="noted", title="A work of no trend", url="https://example.org/noted")
    text = specimens.files(replace(plain, also_noted=(noted,), read_first=("noted",)))[file]
    assert text.count(">A work of no trend<" if file.endswith(".html") else "A work of no trend") == times


@pytest.mark.parametrize("file", FILES)
def test_what_a_line_tells_is_not_told_again_if_the_rest_tells_a_result(file: str) -> None:
    plain = retelling(first=False, summary=f"{FOUND} {ALSO}")
    line = Line(text=FOUND, target=plain.trends[0].items[1].id)
    moved = Line(text="What moved fills the line that an inbox shows beside the subject. " * 3)
    text = " ".join(specimens.files(replace(plain, lines=(moved, line)))[file].split())
    assert text.count(FOUND.removesuffix(".")) == 1
    assert "More of it at the top" in text


@pytest.mark.parametrize("file", FILES)
def test_a_summary_stays_whole_if_a_line_would_leave_nothing_worth_reading(file: str) -> None:
    plain = retelling(first=False)
    line = Line(text=FOUND, target=plain.trends[0].items[1].id)
    moved = Line(text="What moved fills the line that an inbox shows beside the subject. " * 3)
    text = " ".join(specimens.files(replace(plain, lines=(moved, line)))[file].split())
    assert f"{DONE} {FOUND}" in text
    assert "More of it at the top" not in text


def test_a_line_that_stands_again_among_what_to_read_first_is_left_out() -> None:
    """As issues of earlier versions have it."""
    plain = retelling()
    shown = view(replace(plain, lines=(Line(text=FOUND, target=plain.read_first[0]),)), baselines=specimens.trends_of())
    assert shown.lines == ()


@pytest.mark.parametrize(
    ("summary", "told", "rest"),
    [
        (f"{DONE} {FOUND}", FOUND, DONE),
        (f"{FOUND} It also lasts for years. {MORE}", FOUND, MORE),  # the second leans on the first
        (f"{DONE} It is cheap. {FOUND}", FOUND, f"{DONE} It is cheap."),
        (f"Experiments on nine streets show that noise falls by 41% on the quietest street of all. {MORE}", FOUND, MORE),
        (DONE, FOUND, DONE),
        ("It rains. Noise falls.", "Noise rises.", "It rains. Noise falls."),
    ],
)  # fmt: skip
def test_what_is_left_of_a_summary(summary: str, told: str, rest: str) -> None:
    assert untold((summary,), (told,), None) == rest


def test_only_whole_sentences_are_left() -> None:
    assert untold((f"{FOUND} {DONE} {MORE}",), (FOUND,), 8) == DONE
    assert untold((f"{FOUND} {DONE}",), (FOUND,), 3) == ""


@pytest.mark.parametrize("file", FILES)
def test_a_release_says_what_it_is_unless_it_is_told_above(file: str) -> None:
    plain = specimens.issue()
    first, second = plain.releases
    said = replace(second.release, what="a model that hums")
    assert "a model that hums" in specimens.files(replace(plain, releases=(first, replace(second, release=said))))[file]
    leading = replace(second, id=plain.lead, release=said)
    assert "a model that hums" not in specimens.files(replace(plain, releases=(first, leading)))[file]


def test_feeds_that_show_one_page_are_one_place() -> None:
    plain = specimens.issue()
    section = plain.trends[0]
    own = section.items[1].url
    there = "https://hub.example/papers/1"
    named = [
        ("arXiv cs.CL", own),
        ("arXiv cs.LG", own),
        ("Hub Daily Papers", there),
        ("Hub Papers", there),
        ("A blog", own),
        ("Hub", own),
    ]
    sources = tuple(Source(feed=feed, url=url) for feed, url in named)
    item = replace(section.items[1], sources=sources)
    issue = replace(plain, trends=(replace(section, items=(section.items[0], item)), *plain.trends[1:]))
    shown = view(issue, baselines=specimens.trends_of()).sections[0].items[0]
    assert [(one.text, one.url) for one in shown.sources] == [("arXiv", ""), ("Hub", there), ("A blog", "")]
    assert shown.more_sources == 1
    two = (
        Source(feed="Big Hub Daily", url=own),
        Source(feed="Big Hub Weekly", url=there),
        Source(feed="Big News", url=there),
    )
    item = replace(item, sources=two)
    issue = replace(plain, trends=(replace(section, items=(section.items[0], item)), *plain.trends[1:]))
    shown = view(issue, baselines=specimens.trends_of()).sections[0].items[0]
    assert [(one.text, one.url) for one in shown.sources] == [("Big Hub", there), ("Big News", there)]


def test_a_line_that_tells_everything_leads_to_the_section_that_names_its_item() -> None:
    plain = beside(retelling(summary=FOUND, first=False), "Another work")
    moved = Line(text="What moved fills the line that an inbox shows beside the subject. " * 3)
    files = specimens.files(replace(plain, lines=(moved, Line(text=FOUND, target=plain.trends[0].items[1].id))))
    assert "Told above: " in " ".join(files["email.txt"].split())
    assert check(files, "") == ()
