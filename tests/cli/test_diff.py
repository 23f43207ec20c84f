"""`digest diff` and `digest render --check`: what changed, and the proof that nothing did."""

from dataclasses import replace
from pathlib import Path

import pytest

from digest.editorial.diff import Change, issues
from support.issues import FOLDED, archived, issue
from support.running import ROOT, Run


@pytest.fixture
def place(tmp_path: Path) -> Path:
    first = issue(0)
    (item,) = first.trends[0].items
    moved = replace(first.trends[0], items=(), folded=(FOLDED, replace(item, id="doi:10.1/x", title="Retitled")))
    archived(tmp_path, first, replace(issue(1), trends=(moved,), lead="doi:10.1/x", receipt={"shown": 2, "folded": 1}))
    (tmp_path / "feeds.yaml").write_text("feeds: [{name: arXiv, url: 'https://example.org/f', kind: papers}]\n")
    return tmp_path


def test_two_issues_differ_by_items_trends_lead_and_receipt(run: Run, place: Path) -> None:
    ran = run("-C", place, "diff", "2026-W27", "2026-W28", "--json")
    assert [Change(**one) for one in ran.json] == [
        Change(what="lead", after="Retitled"),
        Change(what="trend agents", before="1", after="2"),
        Change(what="item arxiv:0", before="agents: Agents, number 0", after="agents, folded: Retitled"),
        Change(what="item url:https://x.org/a", after="agents, folded: More"),
        Change(what="receipt shown", before="1", after="2"),
    ]
    told = run("-C", place, "diff", "2026-W27", "2026-W28").out
    assert "~ item arxiv:0\n  - agents: Agents, number 0\n  + agents, folded: Retitled\n" in told
    assert "+ item url:https://x.org/a: agents, folded: More\n" in told


def test_an_issue_does_not_differ_from_itself(run: Run, place: Path) -> None:
    ran = run("-C", place, "diff", "2026-W27", "2026-W27")
    assert (ran.code, ran.out, ran.err) == (0, "", "No difference.\n")
    assert issues(issue(0), issue(0)) == ()


def test_two_renderings_differ_by_lines(run: Run, place: Path, tmp_path: Path) -> None:
    for name, text in (("a", "one\ntwo\nthree\n"), ("b", "one\n2\nthree\nfour\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "issue.md").write_text(text)
    (tmp_path / "a/email.txt").write_text("x")
    (tmp_path / "b/cover.png").write_bytes(b"\xff\x00")
    assert [tuple(one.values()) for one in run("-C", place, "diff", tmp_path / "a", tmp_path / "b", "--json").json] == [
        ("cover.png", "", "a file"),
        ("email.txt", "a file", ""),
        ("issue.md:2", "two", "2"),
        ("issue.md:4", "", "four"),
    ]


def test_two_baselines_differ_by_claims_and_lines(run: Run, place: Path, tmp_path: Path) -> None:
    packaged = ROOT / "src/digest/trends/agents.md"
    own = tmp_path / "agents.md"
    own.write_text(packaged.read_text().replace("as_of:", "as_of: '2027' #", 1) + "\nOne more line.\n")
    found = [Change(**one) for one in run("-C", place, "diff", packaged, own, "--json").json]
    assert [one.what for one in found] == ["as of", "body"]
    assert (found[0].after, found[-1].after) == ("2027", "One more line.")


@pytest.mark.parametrize("pair", [("2026-W27", "2026-W99"), ("nowhere", "2026-W27")])
def test_what_does_not_exist_is_named(run: Run, place: Path, pair: tuple[str, str]) -> None:
    ran = run("-C", place, "diff", *pair)
    assert ran.code == 3
    assert "not found" in ran.err


def test_a_check_proves_that_files_are_what_their_issue_gives(run: Run, place: Path) -> None:
    run("-C", place, "render", "--all")
    assert (ran := run("-C", place, "render", "--all", "--check")).code == 0, ran.out
    page, text = place / "archive/2026-W27/index.html", place / "archive/2026-W28/email.txt"
    page.write_text(page.read_text().replace("LLM Trends", "LLM Brends", 1))
    text.unlink()
    before = {
        path: path.stat().st_mtime_ns for path in place.rglob("*") if path.is_file() and ".digest" not in path.parts
    }
    ran = run("-C", place, "render", "--all", "--check")
    assert (ran.code, ran.out) == (
        1,
        f"{page}: differs from what issue.json and the templates give\n{text}: differs from what issue.json and the templates give\n",
    )
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert run("-C", place, "render", "2026-W28").code == 0
    assert run("-C", place, "render", "2026-W28", "--check").code == 0
