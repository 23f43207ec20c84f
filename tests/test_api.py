"""The public Python interface, by the examples of its own documentation."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import digest
from digest import api
from support.publishing import Paper
from support.running import Run

SLOT = datetime(2026, 6, 29, 6, tzinfo=UTC)


def test_a_program_makes_an_issue_and_reads_it(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "w")
    paper.write("one", "two")
    with digest.open_workspace(paper.place.root, clock=lambda _: datetime(2026, 6, 6, 12, tzinfo=UTC)) as workspace:
        (fetched,) = workspace.collect()
        assert (fetched.feed, fetched.new) == ("Papers", 2)
    heard: list[str] = []
    with digest.open_workspace(paper.place.root, clock=lambda _: datetime(2026, 6, 8, 6, tzinfo=UTC)) as workspace:
        built = workspace.build(listener=lambda feed: heard.append(feed.feed))
        assert (built.issue.key, built.issue.state, built.issue.size) == ("2026-W24", "closed", 2)
        assert [issue.key for issue in workspace.issues()] == ["2026-W24"]
        assert {item.title for item in workspace.issue("2026-W24").items()} == {
            "A large language model reasons about one",
            "A large language model reasons about two",
        }
        assert [row.state for row in workspace.publish().news] == ["published"]
    assert heard == ["Papers"]


def test_a_program_asks_for_the_trends_of_a_text(sample: Path) -> None:
    with digest.open_workspace(sample, writes=False) as workspace:
        assert len(workspace.trends) == 19
        agents, nothing = workspace.classify(
            [
                ("LLM agents that plan their tool use", ""),
                ("Stock markets fall", "Shares closed lower as investors worried about interest rates."),
            ]
        )
    assert "agents" in {label.id for label in agents.labels}
    assert not nothing.llm


def test_an_error_names_its_subject_and_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(digest.DigestError, match=r"feeds\.yaml: no such file; create a workspace"):
        digest.open_workspace(tmp_path).__enter__()


def test_everything_that_is_offered_is_there() -> None:
    assert all(getattr(digest, name) is not None for name in digest.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = digest.nonsense


def test_the_example_of_the_documentation_runs(sample: Path, tmp_path: Path, run: Run) -> None:
    assert api.__doc__ is not None
    assert run("init", "--sample", tmp_path / "my-digest").code == 0
    example = api.__doc__.partition("    import digest\n")[2].partition("\nWhat ")[0]
    code = "import digest\n" + "\n".join(line.removeprefix("    ") for line in example.splitlines())
    names: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        exec(compile(code, "example", "exec"), names)
    assert names["built"].issue.key  # type: ignore[attr-defined]
