"""The issue as its reader meets it: the order, the lead, what was released, titles in other languages, the reading time."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from digest.config import DigestSettings, Feed
from digest.editorial.candidates import sift
from digest.editorial.compose import compose
from digest.editorial.reading_budget import NOTED_PAPERS, WORDS_A_MINUTE
from digest.editorial.setting import Setting
from digest.editorial.written import with_written
from digest.lint import check
from digest.model import (
    Artefact,
    FeedReport,
    Issue,
    IssueItem,
    Item,
    Label,
    ModelNote,
    Sighting,
    Source,
    Touch,
    TouchedClaim,
    Verdict,
    Window,
    Written,
    WrittenSentence,
)
from digest.render import view
from digest.render.chat import announce
from digest.render.syndication import subject
from digest.schedule.slots import Slot
from digest.storage.archive import to_json
from digest.storage.archive.issue_json import from_json
from support import specimens
from support.browsing import opened_page

LEAD = "Small steps: agents that plan before each tool call make fewer wrong ones"
ORDER = (
    "LLM Trends Weekly",
    LEAD,
    "This week in three lines",
    "Read first",
    "Releases",
    "Contents",
    "as of April 2023",
)


def _flat(text: str) -> str:
    return " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL).split())


@pytest.mark.parametrize("file", ["email.html", "email.txt", "index.html"])
def test_the_lead_opens_the_issue_and_the_rest_follows_in_order(file: str) -> None:
    body = _flat(specimens.files()[file].partition("</head>")[2] or specimens.files()[file]).casefold()
    places = [body.index(words.casefold()) for words in ORDER]
    assert places == sorted(places)


@pytest.mark.parametrize("file", ["email.html", "email.txt", "index.html", "issue.md"])
def test_every_format_tells_the_lead_once_with_its_voices_and_what_was_released(file: str) -> None:
    plain = specimens.issue()
    section = plain.trends[0]
    lead = replace(section.items[0], summary="What this one found stands nowhere else.")
    issue = replace(plain, trends=(replace(section, items=(lead, *section.items[1:])), *plain.trends[1:]))
    text = _flat(specimens.files(issue)[file])
    assert text.count("What this one found stands nowhere else.") == 1
    assert ("told at the top of this" if file == "index.html" else "told above: ") in text.casefold()
    assert "Also on" in text
    assert "Example Large 3" in text
    assert "2T (48B active)" in text


@pytest.mark.parametrize("file", ["email.html", "email.txt", "index.html"])
def test_what_is_published_with_the_lead_alone_is_linked_in_every_part_of_the_mail(file: str) -> None:
    plain = specimens.issue()
    section = plain.trends[0]
    code = Artefact(kind="code", url="https://github.com/example/of-the-lead-alone")
    lead = replace(section.items[0], artefacts=(code,))
    assert lead.id == plain.lead
    issue = replace(plain, trends=(replace(section, items=(lead, *section.items[1:])), *plain.trends[1:]))
    files = specimens.files(issue)
    assert code.url in files[file]
    assert check(files, "") == ()


def test_the_subject_is_the_leads_title_and_a_teams_channel_hears_its_result() -> None:
    issue = specimens.issue()
    assert subject(issue).startswith("LLM Trends Weekly 2026-W48: Small steps: agents that plan")
    _, words = announce(issue, base_url="")
    assert words.startswith(f"[{LEAD}](https://arxiv.org/abs/2611.00001)\nAgents that plan in small steps")


def test_only_the_web_page_lists_what_was_taken_for_off_topic_and_what_touches_a_claim() -> None:
    plain = specimens.issue()
    touched = TouchedClaim(
        date="2024", text="Agents plan.", source="seed 001", items=(Touch(id=plain.lead, words=("plan",)),)
    )
    section = replace(plain.trends[0], claims=(touched,))
    files = specimens.files(replace(plain, trends=(section, *plain.trends[1:])))
    assert {name for name, text in files.items() if "A walk in the park" in text} == {"index.html", "issue.json"}
    assert {name for name, text in files.items() if "Claim, " in text} == {"index.html"}


def test_a_release_without_a_trend_is_listed_once() -> None:
    plain = specimens.issue()
    noted = specimens.item(900, "Example Voice speaks", trends=())
    release = replace(plain.releases[1], id=noted.id)
    files = specimens.files(replace(plain, also_noted=(noted,), releases=(release,)))
    for name in ("email.html", "email.txt", "index.html", "issue.md"):
        assert "Example Voice speaks" not in files[name]
        assert "Example Voice" in files[name]
    assert re.search(
        r'<tr id="i[0-9a-f]{10}"><th scope="row"><a href="https://arxiv.org/abs/2611.00900">', files["index.html"]
    )


def test_an_issue_of_the_first_edition_reads_with_its_first_story_as_the_lead() -> None:
    issue = specimens.issue()
    data = json.loads(to_json(issue))
    for name in ("lead", "releases", "off_topic"):
        del data[name]
    data["read_first"] = [issue.lead, *issue.read_first]
    for section in data["trends"]:
        del section["baseline"]["line"], section["baseline"]["line_date"]
        for item in section["items"]:
            del item["brief"], item["result"]
            item["kind"] = "papers"
    old = from_json(json.dumps(data).encode())
    text = _flat(specimens.files(old)["email.html"])
    assert text.index(LEAD) < text.index("Read first")
    assert old.trends[0].items[0].kind == "paper"
    assert "as of 2024" in text


def test_a_title_in_another_language_is_marked_and_named() -> None:
    html = specimens.files()["index.html"]
    assert re.search(r'lang="ja">言語モデルのための小さな語彙</a> <span class="soft">\(in Japanese\)</span>', html)


def test_a_feed_that_is_gone_for_good_is_named() -> None:
    gone = FeedReport(name="Old blog", url="https://old.example/feed", status="gone", reason="gone for good; remove it")
    issue = replace(specimens.issue(), feeds=(gone,))
    told = view(issue, baselines=specimens.trends_of()).trouble
    assert [(one.feeds, one.reason) for one in told] == [(("Old blog",), "gone for good")]
    assert "items of theirs may be missing: Old blog." in _flat(specimens.files(issue)["email.txt"])


def test_a_mail_tells_of_a_feed_only_where_something_may_be_missing_and_names_no_file_of_the_program() -> None:
    silent = FeedReport(name="Old blog", url="https://old.example/feed", status="ok", health="silent", reason="silent")
    made = specimens.files(replace(specimens.issue(), feeds=(silent,)))
    for file in ("email.html", "email.txt"):
        assert "may be missing" not in made[file]
        assert "Old blog" not in made[file]
        assert "accuracy.md" not in made[file]
    assert "Old blog: silent" in _flat(made["index.html"])
    assert "accuracy.md" in made["index.html"]


def test_also_noted_says_its_order_where_that_is_by_kind() -> None:
    noted = tuple(
        specimens.item(place, f"Thing {place}", kind=kind)
        for place, kind in enumerate(("release", "news", "paper"), 50)
    )
    told = "In this order: launches, news and papers; the best first in each."
    issue = replace(specimens.issue(), also_noted=noted, releases=())
    assert told in _flat(specimens.files(issue)["email.txt"])
    assert told in _flat(specimens.files(issue)["email.html"])
    moved = replace(issue, also_noted=noted[::-1])
    assert "In this order" not in _flat(specimens.files(moved)["email.txt"])
    papers = tuple(specimens.item(place, f"Thing {place}", kind="paper") for place in range(60, 69))
    few = _flat(specimens.files(replace(issue, also_noted=papers))["email.txt"])
    assert "Only papers this time, the best first." in few
    assert few.count("* Thing") == NOTED_PAPERS


def test_a_folded_paper_may_be_listed_by_title_and_the_page_holds_it_under_one_anchor() -> None:
    plain = specimens.issue()
    first, *others = plain.trends
    folded = replace(first.folded[0], kind="paper", trends=first.items[0].trends)
    issue = replace(plain, trends=(replace(first, folded=(folded, *first.folded[1:])), *others))
    files = specimens.files(replace(issue, noted_papers=(folded.id,)))
    for name in ("email.txt", "email.html", "index.html", "issue.md"):
        noted = _flat(files[name]).rpartition("Also noted" if name != "email.txt" else "ALSO NOTED")[2]
        assert folded.title in noted
        assert ("Some papers belong to a trend above." in noted) is (name != "index.html")
    anchors = re.findall(r' id="([^"]+)"', files["index.html"])
    assert len(anchors) == len(set(anchors))
    assert "and 2 more" in _flat(files["email.txt"])  # of those without a trend, as before


def test_the_only_place_of_a_paper_without_authors_is_not_named_where_the_title_links_to_it() -> None:
    link = "https://arxiv.org/abs/2611.00001"

    def text(**changes: Any) -> str:
        item = replace(
            specimens.item(1, "Small steps", sources=(Source(feed="arXiv cs.CL", url=link),)), url=link, **changes
        )
        section = specimens.section("agents", "LLM agents", (item,))
        issue = replace(specimens.issue(), trends=(section,), lead="", read_first=(), releases=(), also_noted=())
        return _flat(specimens.files(issue)["email.txt"])

    assert "In arXiv" not in text(authors=(), kind="paper")
    assert "Ada Byron In arXiv cs.CL" in text(authors=("Ada Byron",), kind="paper")
    assert "In arXiv" in text(authors=(), kind="post")


def test_a_because_line_says_more_than_what_is_shown_and_its_words_only_on_the_web_page() -> None:
    def because(title: str, *labels: Label) -> str:
        item = specimens.item(1, title, trends=labels)
        section = specimens.section("agents", "LLM agents", (item,))
        issue = replace(specimens.issue(), trends=(section,), lead="", read_first=())
        page = re.search(r"(?:Filed here|Also fits)[^\n]*", specimens.files(issue)["index.html"])
        for file in ("email.html", "email.txt", "issue.md"):  # have no room for it
            assert not re.search("Filed here|Also fits", specimens.files(issue)[file])
        return _flat(page[0] if page else "")

    here = Label(id="agents", score=0.9, evidence=("agents", "tool use"))
    assert because("Small steps", here) == "Filed here for tool use"
    assert because("Tool use in small steps", here) == ""
    assert because("Small steps", replace(here, evidence=("wrong tool calls",))) == ""
    there = Label(id="reasoning", score=0.8, evidence=("chain of thought",))
    name = specimens.trends_of()["reasoning"].name
    assert because("Tool use in small steps", here, there) == f"Also fits {name} ( chain of thought )"


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("name", ["email", "index"])
def test_on_a_phone_the_first_sentence_about_a_work_is_on_the_first_screen(
    browser: Any, tmp_path: Path, name: str
) -> None:
    (tmp_path / "page.html").write_text(specimens.files()[f"{name}.html"])
    with opened_page(browser, (tmp_path / "page.html").as_uri(), width=390, height=844) as tab:
        bottom = tab.page.evaluate(
            "document.querySelector('.story + p, h2:has(> #lead) + p').getBoundingClientRect().bottom"
        )
    assert 0 < bottom < 844


NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
WEEK = Window(start=NOON - timedelta(days=7), end=NOON)
SENTENCE = (
    "We train a model on many tasks and it answers {} more questions of a hard test than the best earlier one does. "
)


def _week(count: int, feeds: Sequence[str]) -> list[Item]:
    """As many papers as a week brings, each with a title of twelve words and a long abstract."""
    return [
        Item(
            id=f"arxiv:2606.{n:05}",
            keys=(f"arxiv:2606.{n:05}",),
            sightings=tuple(
                Sighting(
                    feed=feed,
                    url=f"https://arxiv.org/abs/2606.{n:05}",
                    title=f"Method number {n}: planning with tools for language agents that read {n} long texts",
                    summary="".join(SENTENCE.format(k) for k in range(9)),
                    authors=("Ada Byron", "Émile Borel", "Grace Hopper", "Yamada Taro"),
                    published=None,
                    first_seen=NOON - timedelta(days=1),
                )
                for feed in feeds
            ),
        )
        for n in range(count)
    ]


def _busy_issue(model: frozenset[str] = frozenset()) -> Issue:
    feeds = {name: Feed(name=name, url=f"https://{name}.example/feed", kind="papers") for name in ("one", "two")}
    sifted = sift(_week(400, list(feeds)), window=WEEK, published=frozenset(), feeds=feeds)
    trends = specimens.trends_of()
    ids = list(trends)
    verdicts = {
        one.id: Verdict(
            labels=(Label(id=ids[n % len(ids)], score=0.9, evidence=("planning",)),) if n % 10 else (), llm=True
        )
        for n, one in enumerate(sifted.candidates)
    }
    setting = Setting(
        slot=Slot(at=NOON, key="2026-W23"),
        window=WEEK,
        state="closed",
        settings=DigestSettings(minutes=10),
        trends=trends,
        feeds=(),
        past=(),
        model=model,
    )
    return compose(sifted, verdicts, setting)


def _written(item: IssueItem, place: Literal["lead", "result", "summary"], text: str) -> Written:
    return Written(place=place, model="small", prompt="0" * 12, sentences=(WrittenSentence(text=text),))


def _by_model(issue: Issue) -> Issue:
    """The issue with every text that it shows written by a language model, in the same words."""
    texts = {
        item.id: [
            _written(item, "lead" if item.id == issue.lead else "summary", item.brief or item.summary),
            *([_written(item, "result", item.result)] if item.id in issue.read_first else []),
        ]
        for item in issue.items()
        if item.summary
    }
    return replace(with_written(issue, texts, {}), model=ModelNote(name="small", texts=len(texts)))


@pytest.mark.parametrize("tasks", [frozenset(), frozenset({"lead", "results", "summaries"})], ids=["plain", "written"])
def test_a_mail_of_ten_minutes_has_no_more_words_than_a_reader_reads_in_them(tasks: frozenset[str]) -> None:
    """Every word of the text part but addresses counts, down to the footer, and what marks a language model's texts."""
    issue = _by_model(_busy_issue(tasks)) if tasks else _busy_issue()
    text = specimens.files(issue)["email.txt"]
    words = [
        word
        for word in re.sub(r"^\[\d+\] .*$|https?://\S+", "", text, flags=re.MULTILINE).split()
        if re.search(r"\w", word)
    ]
    assert 0.75 * 10 * WORDS_A_MINUTE < len(words) <= 10 * WORDS_A_MINUTE
