"""How the issues did over the archive's life, on a page; and the one thing that needs the operator."""

import json
import re
from dataclasses import replace
from pathlib import Path

from digest.editorial.reading_budget import used
from digest.model import Grade, GradedWork, Record, Uptake
from digest.render.chart import RecordChart
from digest.services.site import records
from digest.services.status import NOTHING, Section, first
from digest.storage.archive import summary_of
from digest.storage.archive.issue_json import from_json
from support.publishing import utc
from support.running import Run

SEEN = Uptake(kind="picked", source="A letter", at=utc("2026-07-10"))


def work(name: str, fate: str) -> GradedWork:
    return GradedWork(id=name, title=name, url="", uptakes=(SEEN,), fate=fate)  # type: ignore[arg-type]


def test_a_grade_counts_for_the_issue_that_it_grades(sample: Path) -> None:
    issue = from_json((sample / "archive/2026-W27/issue.json").read_bytes())
    works = (work("a", "shown"), work("b", "folded"), work("c", "no_feed"))
    later = replace(
        issue, key="2026-W31", grades=(Grade(key="2026-W27", until=utc("2026-07-30"), works=works),), accuracy=None
    )
    first_, second = records([summary_of(later), summary_of(issue)])
    assert (first_.key, first_.shown, first_.taken_up) == ("2026-W27", 1, 2)  # no feed had shown the third
    assert (second.key, second.taken_up) == ("2026-W31", 0)


def test_the_mail_uses_most_of_its_reading_time_and_no_more(sample: Path) -> None:
    issue = from_json((sample / "archive/2026-W27/issue.json").read_bytes())
    assert 0.5 < used(issue) <= 1.05
    assert used(replace(issue, minutes=2 * issue.minutes)) < used(issue)


def test_the_chart_draws_only_what_is_known() -> None:
    chart = RecordChart(
        records=(
            Record(key="2026-W01", used=0.9),
            Record(key="2026-W02", shown=1, taken_up=4, checked=10, corrected=1, used=1.2),
        )
    )
    assert str(chart.svg).count("<polyline") == 3
    assert 'class="recall" points="10,75 15,75"' in str(chart.svg)
    assert 'class="used" points="0,10 10,0"' in str(chart.svg)
    latest, oldest = chart.rows
    assert (latest.recall, latest.corrected, latest.used) == ("1 of 4", "1 of 10", "120 %")
    assert (oldest.recall, oldest.corrected) == ("", "")
    assert "(1 of 4)" in chart.caption
    assert str(RecordChart(records=(Record(key="2026-W01"),)).svg).count("<polyline") == 0


def test_the_page_is_part_of_the_archive(sample: Path) -> None:
    page = (sample / "archive/record/index.html").read_text()
    assert "2026-W27" in page
    known = set(re.findall(r"(--[a-z]+):", page))
    assert set(re.findall(r"var\((--[a-z]+)\)", page)) <= known  # a colour that no rule sets draws no line
    assert 'href="record/index.html"' in (sample / "archive/index.html").read_text()


def test_the_one_thing_that_needs_the_operator_has_its_command() -> None:
    feeds = Section(name="feeds", lines=(), problems=("feed A failed: 404",))
    held = Section(name="runs", lines=(), problems=("issue 2026-W48 held; approve it with `digest approve`",))
    late = Section(name="runs", lines=(), alarms=("issue 2026-W48 was due on Monday and is not published",))
    assert first([Section(name="config", lines=())]) == ""
    assert first([feeds]) == "One thing needs you: feed A failed: 404; see to it with `digest feeds check`"
    assert first([held, feeds]) == (
        "One thing needs you: issue 2026-W48 held; approve it with `digest approve` (1 more: `digest status`)"
    )
    assert first([feeds, late]).startswith("One thing needs you: issue 2026-W48 was due")


def test_status_says_that_nothing_needs_you(tmp_path: Path, run: Run) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - {name: F, url: f.xml, kind: blog}\n")
    assert NOTHING in run("-C", tmp_path, "status").out
    draft = tmp_path / "trends/baselines/agents/draft.md"
    draft.parent.mkdir(parents=True)
    draft.write_text("---\nid: agents\n---\n")
    told = json.loads(run("-C", tmp_path, "status", "--json").out)
    assert told["needed"] == "The next baseline of LLM agents waits for you: `digest baseline sign agents`"
