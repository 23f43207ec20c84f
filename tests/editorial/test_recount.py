"""Every number that an issue shows, counted again from the issue.json files alone; and windows that are hard to tell of."""

import contextlib
import io
import json
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.cli import main
from digest.editorial.pulse import HISTORY, pulses
from digest.editorial.terms import phrases
from digest.storage.files.resources import ordinary_words
from support.running import Ran, Run

FIRST = date(2026, 6, 1)
CONFIG = """digest: {timezone: Europe/Berlin, schedule: mon 08:00, lookback: 9000d, max_age: 9000d, minutes: 3, on_empty: send}
feeds:
  - {name: Papers, url: papers.xml, kind: papers}
  - {name: Blog, url: blog.xml, kind: blog}
"""
SUBJECTS = (
    ("Agents that call tools, part {}", "Large language model agents call tools and plan in {} steps."),
    ("Quantized small language models {}", "Quantization of a small language model to {} bits costs little."),
    ("Chains of thought in language models {}", "Reasoning of large language models over {} steps of thought."),
    ("A galaxy of the year {}", "Astronomers saw {} galaxies."),
)
Entry = tuple[str, str, str]


def rss(items: list[Entry]) -> str:
    told = "".join(
        f"<item><title>{title}</title><link>https://example.org/{name}</link><guid>https://example.org/{name}</guid>"
        f"<description>{text}</description></item>"
        for name, title, text in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{told}</channel></rss>'


def works(week: int) -> list[Entry]:
    """A dozen works; in the last week ten times as many about agents."""
    counts = [80 if week == 4 else 8, 7, 6, 5]
    return [
        (f"{week}-{kind}-{n}", SUBJECTS[kind][0].format(f"{week}{n:02}"), SUBJECTS[kind][1].format(n))
        for kind, count in enumerate(counts)
        for n in range(count)
    ]


def publish(place: Path, run: Run, week: int, papers: list[Entry], blog: list[Entry]) -> Any:
    (place / "feeds.yaml").write_text(CONFIG)
    (place / "papers.xml").write_text(rss(papers))
    (place / "blog.xml").write_text(rss(blog))
    built = run("-C", place, "build", "--at", f"{FIRST + timedelta(weeks=week)}T08:00", "--json")
    assert built.code == 0, built.err
    return json.loads((place / "archive" / built.json["key"] / "issue.json").read_text())


@pytest.fixture(scope="module")
def issues(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Five weeks, the blog showing again what the papers' feed brought first."""
    place = tmp_path_factory.mktemp("weeks")

    def run(*argv: object) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([str(part) for part in argv])
        return Ran(code, out.getvalue(), err.getvalue())

    return [publish(place, run, week, works(week), works(week)[:3]) for week in range(5)]


def everything(issue: Any) -> list[Any]:
    told: list[Any] = [item for trend in issue["trends"] for item in (*trend["items"], *trend["folded"])] + issue[
        "also_noted"
    ]
    return told


def test_the_receipt_is_the_sum_of_the_feeds_and_counts_what_is_there(issues: list[Any]) -> None:
    for issue in issues:
        receipt = issue["receipt"]
        assert sum(receipt.values()) == sum(feed["new"] for feed in issue["feeds"])
        assert receipt["shown"] == sum(len(trend["items"]) for trend in issue["trends"])
        assert receipt["folded"] == sum(len(trend["folded"]) for trend in issue["trends"])
        assert receipt["also_noted"] == len(issue["also_noted"])


def test_the_tally_and_every_pulse_follow_from_the_items_and_the_past(issues: list[Any]) -> None:
    for number, issue in enumerate(issues):
        tally, past = issue["tally"], [one["tally"] for one in issues[:number]]
        ids = [trend["id"] for trend in issue["trends"]]
        counts = {trend["id"]: len(trend["items"]) + len(trend["folded"]) for trend in issue["trends"]}
        told: Counter[str] = Counter()
        for by_trend in tally.values():
            told.update({trend: count for trend, count in by_trend.items() if trend})
        assert dict(told) == counts
        every = [*ids, *issue["quiet"]]
        expected = pulses(tally, past, every)
        for trend in issue["trends"]:
            found, pulse = expected[trend["id"]], trend["pulse"]
            assert (found.count, found.expected, found.q, found.verdict, list(found.past)) == (
                pulse["count"],
                pulse["expected"],
                pulse["q"],
                pulse["verdict"],
                pulse["past"],
            )
    verdicts = {trend["pulse"]["verdict"] for issue in issues[:4] for trend in issue["trends"]}
    assert verdicts == {"no_history"}
    assert {trend["id"]: trend["pulse"]["verdict"] for trend in issues[4]["trends"]}["agents"] == "more"


def test_every_score_is_the_sum_of_its_parts_and_orders_its_section(issues: list[Any]) -> None:
    for issue in issues:
        for trend in issue["trends"]:
            scores = [item["score"] for item in trend["items"]]
            assert scores == pytest.approx([sum(item["parts"].values()) for item in trend["items"]], abs=1e-4)


def test_every_figure_of_the_lines_stands_in_the_issue(issues: list[Any]) -> None:
    for issue in issues:
        known = {float(HISTORY)}
        largest = max(trend["pulse"]["count"] for trend in issue["trends"])
        known.add(round(100 * largest / sum(trend["pulse"]["count"] for trend in issue["trends"])))
        for told in (*(trend["pulse"] for trend in issue["trends"]), *issue["moved"]):
            expected = told["expected"] or 0
            known |= {told["count"], expected, round(expected), round(expected, 1)}
        texts = " ".join(f"{item.get('result', '')} {item['title']}" for item in everything(issue))
        names = " ".join(trend["name"] for trend in issue["trends"])
        for line in issue["lines"]:
            for figure in re.findall(r"\d+(?:\.\d+)?", line["text"]):
                assert float(figure) in known or figure in texts + names, line


def test_what_moved_follows_from_the_archive(issues: list[Any]) -> None:
    assert [issue["moved"] for issue in issues[:4]] == [[]] * 4
    ordinary = ordinary_words()
    assert issues[4]["moved"]
    for term in issues[4]["moved"]:
        (key,) = [key for key in phrases(term["name"], ordinary) if len(key.split()) == len(term["name"].split())]
        counts = [
            sum(key in phrases(item["title"], ordinary) for item in everything(issue))
            for issue in (*issues[:4], issues[4])
        ]
        items = [len(everything(issue)) for issue in issues]
        assert (counts[:4], counts[4]) == (term["past"], term["count"]) == (term["past"], len(term["items"]))
        assert term["expected"] == round(sum(counts[:4]) * items[4] / sum(items[:4]), 1)


def test_the_lines_tell_the_lead_and_what_moved_or_that_nothing_can(issues: list[Any]) -> None:
    for issue in issues:
        items = {item["id"]: item for item in everything(issue)}
        assert issue["lines"][0] == {"text": items[issue["lead"]]["result"], "target": issue["lead"]}
        assert not {line["text"] for line in issue["lines"]} & {item["title"] for item in items.values()}
    for issue in issues[:4]:
        assert not [line for line in issue["lines"] if "usual" in line["text"] or "largest" in line["text"]]
    pulse = next(trend["pulse"] for trend in issues[4]["trends"] if trend["id"] == "agents")
    assert issues[4]["lines"][1]["text"].startswith("More than usual: ")
    assert f"LLM agents, with {pulse['count']} items where " in issues[4]["lines"][1]["text"]
    assert issues[4]["lines"][1]["target"] == "moved"


SIXTH = [
    (f"5-{kind}-{n}", title.format(f"5{n:02}"), text.format(n))
    for kind, (title, text) in enumerate(SUBJECTS)
    for n in range(8 - kind)
]


def test_a_still_week_says_that_nothing_moved(tmp_path: Path, run: Run) -> None:
    for week in range(4):
        publish(tmp_path, run, week, works(week), [])
    issue = publish(tmp_path, run, 4, SIXTH, [])
    assert issue["moved"] == []
    assert issue["lines"][1]["text"] == "No trend, name or phrase moved beyond its usual."


def test_baselines_are_dated_and_every_trend_is_there_once(issues: list[Any]) -> None:
    for issue in issues:
        ids = [*(trend["id"] for trend in issue["trends"]), *issue["quiet"]]
        assert len(ids) == len(set(ids)) == 19
        assert all(trend["baseline"]["as_of"] and trend["baseline"]["summary"] for trend in issue["trends"])


ONE: Entry = ("a", "A guide to tool use by LLM agents", "Large language model agents call tools.")


def test_a_window_of_one_item(tmp_path: Path, run: Run) -> None:
    issue = publish(tmp_path, run, 0, [ONE], [])
    assert issue["receipt"]["shown"] == 1
    (trend,) = issue["trends"]
    assert trend["pulse"]["verdict"] == "no_history"
    page = run("-C", tmp_path, "show").out
    assert ONE[1] in page
    assert "1 items" not in page
    assert "more than usual" not in page
    page = (tmp_path / "archive/2026-W23/issue.md").read_text()
    assert "there are too few past issues to compare with yet" in page


def test_a_window_of_none(tmp_path: Path, run: Run) -> None:
    publish(tmp_path, run, 0, [ONE], [])
    issue = publish(tmp_path, run, 1, [ONE], [])
    assert (issue["trends"], sum(issue["receipt"].values())) == ([], 0)
    assert len(issue["lines"]) >= 1
