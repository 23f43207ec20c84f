"""An issue -> its files, checked as mail clients would show them, and in the archive. Decides nothing."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from digest import resources
from digest.archive import ISSUE, to_json
from digest.check import check
from digest.errors import Problem, UnreadableError
from digest.model import Issue
from digest.pipeline.program import Program
from digest.pipeline.twins import twins
from digest.render import render


def files(program: Program, issue: Issue) -> dict[str, str]:
    """Every text of an issue beside its issue.json."""
    return render(
        issue,
        templates=resources.template_texts(program.workspace),
        baselines=program.trends,
        base_url=program.config.delivery.base_url,
    )


def readable(program: Program, issue: Issue, texts: dict[str, str]) -> dict[str, str]:
    """The issue's files. One whose mail cannot be read stays a draft, to be looked at; the next run makes it again."""
    found = check({ISSUE: to_json(issue), **texts}, program.config.delivery.base_url)
    problems = [
        Problem(file=one.file, line=one.line, path=one.rule, message=f"{one.message}; {one.remedy}")
        for one in found
        if one.severity == "error"
    ]
    if problems:
        draft = replace(issue, state="draft")
        archived(program, draft, files(program, draft))
        raise UnreadableError(f"issue {issue.key}", problems)
    return texts


def archived(program: Program, issue: Issue, texts: Mapping[str, str]) -> Path:
    """Write the issue with all its files; the folder."""
    return program.archive.write(issue, {**texts, **twins(program, issue, texts)})


def render_again(program: Program, key: str) -> Path:
    """An archived issue's files from its issue.json and today's templates; the folder."""
    issue = program.archive.read(key)
    texts = files(program, issue)
    made: dict[str, str | bytes] = {**texts, **twins(program, issue, texts)}
    for name, content in made.items():
        program.archive.put(f"{key}/{name}", content)
    return program.archive.folder(key)
