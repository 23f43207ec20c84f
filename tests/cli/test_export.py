"""`digest export` writes every first sighting, accepted or not, and the chosen items in every format."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from digest.model import Release, Released
from support.issues import archived, issue
from support.running import Run

ITEMS = """<item><title>LLM agents use tools</title><link>https://example.org/a</link><guid>a</guid>
<pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate><author>Ada Byron</author><description>Large language model agents.</description></item>
<item><title>Old</title><link>https://example.org/b</link><guid>b</guid><pubDate>Sun, 22 Nov 2015 10:00:00 GMT</pubDate></item>"""


def test_every_first_sighting_is_a_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "f.xml").write_text(f'<rss version="2.0"><channel><title>T</title>{ITEMS}</channel></rss>')
    (tmp_path / "feeds.yaml").write_text("feeds: [{name: F, url: f.xml, kind: blog}]\n")
    run("-C", tmp_path, "collect", "--at", "2026-11-23T08:00:00Z")
    ran = run("-C", tmp_path, "export")
    first, second = map(json.loads, ran.out.splitlines())
    assert first.pop("trends")
    assert first == {
        "feed": "F",
        "title": "LLM agents use tools",
        "url": "https://example.org/a",
        "published": "2026-11-22T10:00:00Z",
        "first_seen": "2026-11-23T08:00:00Z",
        "authors": '["Ada Byron"]',
        "summary": "Large language model agents.",
        "fate": None,
        "item": "url:https://example.org/a",
        "keys": ["url:https://example.org/a", "guid:f.xml a"],
        "signals": [],
        "kind": "post",
    }
    assert (second["title"], second["fate"]) == ("Old", "too_old")


@pytest.fixture
def issues(tmp_path: Path) -> Path:
    """A workspace with two issues of one item each, a watched one and a release among them."""
    plain, later = issue(0), issue(1)
    (item,) = later.trends[0].items
    section = replace(later.trends[0], items=(replace(item, watched=("agents",), kind="release"),))
    released = (Released(id=item.id, release=Release(name="Model", size="7B")),)
    archived(tmp_path, plain, replace(later, trends=(section,), releases=released, lead=item.id))
    (tmp_path / "feeds.yaml").write_text(
        "feeds: [{name: arXiv, url: 'https://rss.arxiv.org/rss/cs.CL', kind: papers}]\n"
    )
    return tmp_path


CHOICES = {
    "--item arxiv:0": ["arxiv:0"],
    "--item arxiv:1 --item arxiv:0": ["arxiv:1", "arxiv:0"],
    "--issue 2026-W27": ["arxiv:0"],
    "--trend agents": ["arxiv:1", "arxiv:0"],
    "--trend agents --since 2026-07-05": ["arxiv:1"],
    "--trend agents --limit 1": ["arxiv:1"],
    "--search number": ["arxiv:1", "arxiv:0"],
    "--search number --trend agents --limit 1": ["arxiv:1"],
    "--watched": ["arxiv:1"],
}


@pytest.mark.parametrize("choice", CHOICES)
def test_every_format_takes_the_same_choices(run: Run, issues: Path, choice: str) -> None:
    def exported(form: str) -> str:
        return run("-C", issues, "export", "--format", form, *choice.split()).out

    ids = CHOICES[choice]
    own = [f"llm-trends-weekly-{choice.split()[1]}"] if "--issue" in choice else []
    keys = [*own, *(id_.replace(":", "-") for id_ in ids)]
    assert [one["id"] for one in json.loads(exported("csl"))] == keys
    assert re.findall(r"^@\w+\{(.*),$", exported("bibtex"), re.MULTILINE) == keys
    assert re.findall(r"^ID  - (.*)$", exported("ris"), re.MULTILINE) == keys
    assert [json.loads(line)["item"] for line in exported("jsonl").splitlines()] == ids
    assert exported("opml").count("xmlUrl=") == 1


def test_everything_is_every_item(run: Run, issues: Path) -> None:
    found = run("-C", issues, "export", "--format", "csl").json
    assert [(one["id"], one["type"]) for one in found] == [("arxiv-1", "software"), ("arxiv-0", "article")]
    assert found[0]["genre"] == "Model"


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("--item 2401.00001", "item 2401.00001: no published issue has such an item"),
        ("--issue 2026-W99", "issue 2026-W99: not found in the archive"),
        ("--trend agent", "did you mean agents"),
        ("--search ?", "contains no word"),
        ("--watched --issue 2026-W27", "choose by one of them"),
        ("--issue 2026-W27 --limit 3", "leave those out"),
    ],
)
def test_a_choice_of_nothing_is_named(run: Run, issues: Path, choice: str, words: str) -> None:
    ran = run("-C", issues, "export", "--format", "bibtex", *choice.split())
    assert ran.code in (2, 3)
    assert words in ran.err


def test_an_archive_alone_is_enough_for_references(run: Run, issues: Path) -> None:
    (issues / "feeds.yaml").unlink()
    assert run("-C", issues, "export", "--format", "ris", "--issue", "2026-W27").out.count("TY  - ") == 2


def test_an_issue_has_its_references_beside_it(run: Run, issues: Path) -> None:
    run("-C", issues, "render", "--all")
    folder = issues / "archive/2026-W27"
    assert (folder / "references.bib").read_text() == run(
        "-C", issues, "export", "--format", "bibtex", "--issue", "2026-W27"
    ).out
    page = (folder / "index.html").read_text()
    assert page.count('class="Z3988"') == 2
    assert all(f'href="references.{form}"' in page for form in ("bib", "ris", "json"))
