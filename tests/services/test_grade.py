"""An issue is graded four weeks on: by what was seen after its cutoff, with one fate for each miss and what would have let it in."""

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

from digest.config import Feed
from digest.editorial.candidates import passes
from digest.editorial.remedies import added, unseen
from digest.model import Sighting
from support.publishing import utc
from support.running import ROOT, Run

CONFIG = """digest: {timezone: UTC, schedule: "mon 08:00", minutes: 2, lookback: 30d}
feeds:
  - {name: Papers, url: papers.xml, kind: papers, exclude: ['(?i)survey']}
  - {name: List, url: list.xml, kind: papers}
  - {name: Letter, url: letter.xml, kind: news}
"""
CHANNEL = '<?xml version="1.0"?><rss version="2.0"><channel><title>{}</title>{}</channel></rss>'
SAID = "We train a large language model for agents that plan with tools, and it improves on {0} by {1} points."
AGENTS = [f"Language model agents plan with tool {name}" for name in ("Alpha", "Beta", "Gamma", "Delta", "Epsilon")]
AGENTS += [f"Planning language model agents for {name}" for name in ("cooking", "sailing", "mending", "weaving")]
PAPERS = {f"2606.{number:05}": title for number, title in enumerate(AGENTS, start=1)}
SURVEY, MOSS, UNSEEN = "2606.00050", "2606.00051", "2606.00099"
FOUND = {**PAPERS, SURVEY: "A survey of language model agents", MOSS: "Growth rates of moss on northern roofs"}


def entry(id_: str, title: str, text: str, date: str = "Wed, 03 Jun 2026 06:00:00 +0000") -> str:
    link = f"https://arxiv.org/abs/{id_}"
    return (
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{date}</pubDate>"
        f"<description>{text}</description></item>"
    )


def write(place: Path, name: str, *entries: str) -> None:
    (place / f"{name}.xml").write_text(CHANNEL.format(name, "".join(entries)))


def letter(place: Path, number: str, *ids: str) -> None:
    links = "".join(f'&lt;a href="https://arxiv.org/abs/{id_}"&gt;one&lt;/a&gt; ' for id_ in ids)
    write(
        place,
        "letter",
        f"<item><title>Letter {number}</title><link>https://letter.example/{number}</link><guid>{number}</guid><description>{links}</description></item>",
    )


def begun(tmp_path: Path, run: Run, *picks: str, config: str = CONFIG) -> Path:
    """A workspace whose issue of 8 June is closed."""
    place = tmp_path / "w"
    place.mkdir()
    (place / "feeds.yaml").write_text(config)
    moss = "We measure how fast moss grows on roofs in the north."
    texts = {id_: moss if id_ == MOSS else SAID.format(title, id_[-1]) for id_, title in FOUND.items()}
    first, *rest = (entry(id_, FOUND[id_], text) for id_, text in texts.items())
    write(place, "papers", first.replace("<link>", "<author>Ada Late</author><link>", 1), *rest)
    write(place, "list")
    letter(place, "1", *(picks or (UNSEEN, "1706.03762", "1810.04805")))  # old papers are nothing that is taken up now
    assert run("-C", place, "collect", "--at", "2026-06-03T12:00").code == 0
    assert run("-C", place, "build", "--at", "2026-06-08T08:00").code == 0
    return place


def later(place: Path, run: Run, *, votes: int = 90) -> None:
    """Two days on, a letter links to works, and a list shows how many voted for others."""
    folded = issue(place, "2026-W24")["trends"][0]["folded"][0]["id"].removeprefix("arxiv:")
    shown = issue(place, "2026-W24")["lead"].removeprefix("arxiv:")
    letter(place, "2", folded, SURVEY, MOSS)
    others = [
        entry(f"2606.001{n:02}", f"A language model number {n}", f"Upvotes: {n} Summary: Text.") for n in range(8)
    ]
    write(place, "list", *others, entry(shown, FOUND[shown], f"Upvotes: {votes} Summary: {SAID}"))
    assert run("-C", place, "collect", "--at", "2026-06-10T12:00").code == 0


def issue(place: Path, key: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / f"archive/{key}/issue.json").read_text())
    return found


def grade(place: Path, run: Run, *more: object) -> dict[str, Any]:
    ran = run("-C", place, "grade", "2026-W24", "--at", "2026-07-06T09:00", "--json", *more)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def by_fate(found: dict[str, Any]) -> dict[str, list[str]]:
    fates: dict[str, list[str]] = {}
    for work in found["works"]:
        fates.setdefault(work["fate"], []).append(work["id"].removeprefix("arxiv:"))
    return fates


def test_each_miss_has_one_fate_and_what_would_have_let_it_in(tmp_path: Path, run: Run) -> None:
    place = begun(tmp_path, run)
    later(place, run)
    found = grade(place, run)["grade"]
    fates = by_fate(found)
    assert (fates["filtered"], fates["off_topic"], fates["no_feed"]) == ([SURVEY], [MOSS], [UNSEEN])
    assert (len(fates["also_noted"]), len(fates["shown"]), len(found["works"])) == (1, 1, 5)
    works = {work["fate"]: work for work in found["works"]}
    assert works["filtered"]["detail"] == "Papers: exclude (?i)survey"
    assert works["filtered"]["remedy"]["command"] == "digest feeds filter Papers --remove '(?i)survey'"
    assert works["off_topic"]["detail"].endswith(" of 0.72")
    assert works["off_topic"]["remedy"]["command"].startswith("digest watch add --term ")
    assert works["no_feed"]["remedy"]["command"] == "digest feeds add https://rss.arxiv.org/rss/cs.CL"
    assert works["no_feed"]["remedy"]["others"] is None
    (vote,) = works["shown"]["uptakes"]
    assert (vote["kind"], vote["value"], vote["before"]) == ("votes", 90, 0)


def test_only_what_was_known_at_the_cutoff_is_offered_to_be_watched(tmp_path: Path, run: Run) -> None:
    place = begun(tmp_path, run)
    later(place, run)
    noted = by_fate(grade(place, run)["grade"])["also_noted"][0]
    named = entry(noted, FOUND[noted], "Upvotes: 3 Summary: Text.").replace(
        "<link>", "<author>Ada Late</author><link>", 1
    )
    write(place, "list", named)
    assert run("-C", place, "collect", "--at", "2026-06-11T12:00").code == 0
    works = {work["id"]: work for work in grade(place, run)["grade"]["works"]}
    command = works[f"arxiv:{noted}"]["remedy"]["command"]
    assert command.startswith("digest watch add --term ")


def test_what_the_watchlist_names_is_shown_wherever_it_stands(tmp_path: Path, run: Run) -> None:
    place = begun(tmp_path, run)
    later(place, run)
    found = grade(place, run)["grade"]
    command = next(work["remedy"]["command"] for work in found["works"] if work["fate"] == "off_topic")
    again = tmp_path / "again"
    again.mkdir()
    (again / "feeds.yaml").write_text(f"{CONFIG}watch: {{terms: [{command.rpartition('--term ')[2]}]}}\n")
    (again / "papers.xml").write_text((place / "papers.xml").read_text())
    for name in ("list", "letter"):
        write(again, name)
    assert run("-C", again, "collect", "--at", "2026-06-03T12:00").code == 0
    assert run("-C", again, "build", "--at", "2026-06-08T08:00").code == 0
    later(again, run)
    assert MOSS in by_fate(grade(again, run)["grade"])["shown"]


def test_the_grade_stands_in_the_issue_four_weeks_on_and_never_in_its_own(tmp_path: Path, run: Run) -> None:
    place = begun(tmp_path, run)
    before = {path.name: path.read_bytes() for path in (place / "archive/2026-W24").iterdir()}
    later(place, run)
    for day in ("06-15", "06-22", "06-29", "07-06"):
        letter_of_the_week(place, day)
        assert run("-C", place, "build", "--at", f"2026-{day}T08:00").code == 0
    assert [key for key in ("2026-W25", "2026-W26", "2026-W27") if "grades" in issue(place, key)] == []
    (stated,) = issue(place, "2026-W28")["grades"]
    assert (stated["key"], len(stated["works"])) == ("2026-W24", 5)
    mail = " ".join((place / "archive/2026-W28/email.txt").read_text().split())
    assert "Of 5 works of 2026-W24 that the field took up since, that issue had shown 1." in mail
    assert "The works that 2026-W24 had not shown" in (place / "archive/2026-W28/index.html").read_text()
    own = {path.name: path.read_bytes() for path in (place / "archive/2026-W24").iterdir()}
    assert {name for name in own if own[name] != before[name]} <= {"index.html"}  # the link to the next issue
    whole = grade(place, run)
    assert (whole["stated_in"], whole["grade"]) == ("2026-W28", stated)
    assert run("-C", place, "show", "2026-W28").out.count("2026-W24 that the field took up") == 1


def letter_of_the_week(place: Path, day: str) -> None:
    title = f"A language model of the week of {day}"
    write(
        place,
        "papers",
        entry(f"2606.9{day.replace('-', '')}", title, SAID, f"{day[3:]} {MONTHS[day[:2]]} 2026 06:00:00 GMT"),
    )


MONTHS = {"06": "Jun", "07": "Jul"}


def test_a_signal_that_ranked_a_work_does_not_grade_it(tmp_path: Path, run: Run) -> None:
    place = begun(tmp_path, run)
    place.joinpath("feeds.yaml").write_text(CONFIG)
    later(place, run)
    shown = issue(place, "2026-W24")["lead"].removeprefix("arxiv:")
    again = tmp_path / "again"
    again.mkdir()
    (again / "feeds.yaml").write_text(CONFIG)
    for name in ("papers", "list", "letter"):
        (again / f"{name}.xml").write_text((place / f"{name}.xml").read_text())
    assert run("-C", again, "collect", "--at", "2026-06-04T12:00").code == 0  # all of it before the cutoff
    assert run("-C", again, "build", "--at", "2026-06-08T08:00").code == 0
    assert run("-C", again, "collect", "--at", "2026-06-10T12:00").code == 0
    found = by_fate(grade(again, run)["grade"])
    assert shown not in found.get("shown", [])
    assert "filtered" not in found


def test_a_feed_that_revises_its_past_grades_nothing(tmp_path: Path, run: Run) -> None:
    place = begun(tmp_path, run)
    later(place, run)
    shown = issue(place, "2026-W24")["lead"].removeprefix("arxiv:")
    before = grade(place, run)["grade"]
    write(place, "list", entry(shown, FOUND[shown], "Upvotes: 2 Summary: Text.", "Mon, 01 Jan 2024 06:00:00 +0000"))
    write(place, "letter")
    assert run("-C", place, "collect", "--at", "2026-06-12T12:00").code == 0
    found = grade(place, run)["grade"]
    (told,) = next(work["uptakes"] for work in found["works"] if work["fate"] == "shown")
    assert told["kind"] == "voice"  # the list showed it, and its last word is two votes
    assert by_fate(found) == by_fate(before)


def test_without_uptake_nothing_is_said(tmp_path: Path, run: Run) -> None:
    place = begun(tmp_path, run, "1706.03762")
    for day in ("06-15", "06-22", "06-29", "07-06"):
        letter_of_the_week(place, day)
        assert run("-C", place, "build", "--at", f"2026-{day}T08:00").code == 0
    assert "grades" not in issue(place, "2026-W28")
    assert grade(place, run)["taken_up"] == 0
    assert run("-C", place, "grade", "2026-W99").code == 3
    assert run("-C", place, "grade", "--at", "2026-06-09T09:00").code == 3  # none is old enough


def test_the_offered_filter_lets_in_what_it_foretold(tmp_path: Path, run: Run) -> None:
    place = begun(tmp_path, run)
    later(place, run)
    missed = next(work for work in grade(place, run)["grade"]["works"] if work["fate"] == "filtered")
    dry = run("-C", place, "feeds", "filter", "Papers", "--remove", "(?i)survey", "--dry-run", "--json")
    assert len(json.loads(dry.out)["let_in"]) == missed["remedy"]["others"] + 1
    assert (place / "feeds.yaml").read_text() == CONFIG
    assert run("-C", place, "feeds", "filter", "Papers", "--remove", "(?i)survey").code == 0
    assert "exclude: []" in (place / "feeds.yaml").read_text()


def test_all_patterns_that_keep_a_work_out_are_removed_by_one_command(tmp_path: Path, run: Run) -> None:
    """Even if the feed's name has a colon, as the receipt writes it before its filter."""
    config = CONFIG.replace("name: Papers", "name: 'Papers: all'")
    config = config.replace("'(?i)survey'", "'(?i)survey', '(?i)roof', '(?i)a survey of'")
    place = begun(tmp_path, run, config=config)
    later(place, run)
    missed = next(work for work in grade(place, run)["grade"]["works"] if work["id"] == f"arxiv:{SURVEY}")
    command = missed["remedy"]["command"]
    assert command == "digest feeds filter 'Papers: all' --remove '(?i)survey' --remove '(?i)a survey of'"
    assert run("-C", place, *shlex.split(command)[1:]).code == 0
    assert 'exclude: ["(?i)roof"]' in (place / "feeds.yaml").read_text()


def test_what_stands_in_the_closed_issue_could_be_brought_in_while_it_was_a_draft(tmp_path: Path, run: Run) -> None:
    """Every term of its title is too broad to be watched, and it has no author."""
    place = begun(tmp_path, run)
    folded = issue(place, "2026-W24")["trends"][0]["folded"][0]["id"]
    broad = [entry(f"2606.3{n:04}", f"{FOUND[folded[6:]]}, part {n}", f"Part {n} of many.") for n in range(30)]
    write(place, "list", *broad)
    assert run("-C", place, "collect", "--at", "2026-06-09T12:00").code == 0
    later(place, run)
    missed = next(work for work in grade(place, run)["grade"]["works"] if work["id"] == folded)
    assert missed["remedy"]["command"] == f"digest edit 2026-W24 --bring {folded}"
    said = run("-C", place, "grade", "2026-W24", "--at", "2026-07-06T09:00").out
    assert "could be done until the issue was closed" in said
    again = tmp_path / "again"
    again.mkdir()
    (again / "feeds.yaml").write_text(CONFIG)
    shutil.copy(place / "papers.xml", again)
    for name in ("list", "letter"):
        write(again, name)
    assert run("-C", again, "collect", "--at", "2026-06-03T12:00").code == 0
    assert run("-C", again, "build", "--at", "2026-06-05T08:00").code == 0  # a draft
    assert run("-C", again, *shlex.split(missed["remedy"]["command"])[1:], "--at", "2026-06-05T09:00").code == 0
    assert run("-C", again, "build", "--at", "2026-06-08T08:00").code == 0
    later(again, run)
    assert folded not in [one["id"] for one in issue(again, "2026-W24")["trends"][0]["folded"]]


def test_commands_are_quoted_for_a_shell() -> None:
    assert added("https://example.org/a?b=1&c='x'") == """digest edit --add 'https://example.org/a?b=1&c='"'"'x'"'"''"""


def test_the_feeds_that_are_offered_are_feeds_of_the_project_and_none_that_is_configured() -> None:
    offered = [command.removeprefix("digest feeds add ") for command in unseen("doi:10.1/x", [])]
    own = (ROOT / "feeds.yaml").read_text()
    assert offered
    assert [url for url in offered if url not in own] == []
    assert unseen("doi:10.1/x", offered) == ()
    assert unseen("arxiv:2606.00099", ["https://rss.arxiv.org/rss/cs.CL"])[0] == (
        "digest feeds add https://rss.arxiv.org/rss/cs.LG"
    )


def test_a_filter_is_changed_in_any_style_of_yaml(tmp_path: Path, run: Run) -> None:
    place = tmp_path / "w"
    place.mkdir()
    text = "feeds:\n  - name: A   # kept\n    url: a.xml\n    kind: blog\n    include:\n      - one\n\n  # kept\n  - {name: B, url: b.xml, kind: blog}\n"
    (place / "feeds.yaml").write_text(text)
    assert run("-C", place, "feeds", "filter", "A", "--include", r"(?i)\btwo\b", "--exclude", "three").code == 0
    assert run("-C", place, "feeds", "filter", "B", "--exclude", "four").code == 0
    assert (place / "feeds.yaml").read_text() == (
        'feeds:\n  - name: A   # kept\n    url: a.xml\n    kind: blog\n    include:\n      [one, "(?i)\\\\btwo\\\\b"]\n'
        "    exclude: [three]\n\n  # kept\n  - {name: B, url: b.xml, kind: blog, exclude: [four]}\n"
    )
    assert run("-C", place, "feeds", "filter", "A", "--remove", "five").code == 3
    assert run("-C", place, "feeds", "filter", "A", "--include", "(").code == 2
    assert run("-C", place, "feeds", "filter", "A").code == 2


def test_terms_are_watched_by_name(tmp_path: Path, run: Run) -> None:
    place = tmp_path / "w"
    place.mkdir()
    (place / "feeds.yaml").write_text("feeds:\n  - {name: A, url: a.xml, kind: blog}\n")
    assert run("-C", place, "watch", "add", "--term", "state space model", "--author", "Ada Lovelace").code == 0
    assert (
        (place / "feeds.yaml")
        .read_text()
        .endswith("watch:\n  authors:\n    - Ada Lovelace\n  terms:\n    - state space model\n")
    )
    again = run("-C", place, "watch", "add", "--term", "State Space Model")
    assert (again.code, "watched already" in again.err) == (0, True)
    assert run("-C", place, "watch", "add").code == 2


def test_a_sighting_passes_a_filter_or_not() -> None:
    seen = Sighting(
        feed="A", url="", title="A survey", summary="", authors=(), published=None, first_seen=utc("2026-06-03")
    )
    assert not passes(seen, Feed(name="A", url="a", kind="papers", exclude=("survey",)))
