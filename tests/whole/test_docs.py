"""The documentation says what the program does: commands, settings, formats, addresses, variables, links."""

import ast
import contextlib
import io
import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from scripts import commands

import digest
from digest.model import Fate
from support.running import ROOT, Run

DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


def test_the_page_of_commands_is_their_help() -> None:
    assert commands.PAGE.read_text("utf-8") == commands.page(), "run `make reference`"


def test_no_two_test_modules_share_a_name() -> None:
    """Run together, pytest could not import both."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py") if "node_modules" not in path.parts]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("schema", ["feeds.schema.json", "issue.schema.json"])
def test_every_field_of_the_files_is_described(schema: str) -> None:
    page = {"feeds.schema.json": "feeds-yaml.md", "issue.schema.json": "issue-json.md"}[schema]
    text = (REFERENCE / page).read_text("utf-8")
    described = {code or heading for code, heading in re.findall(r"`(\w+)`|^## (\w+)$", text, re.MULTILINE)}
    document = json.loads((REFERENCE / schema).read_text("utf-8"))
    parts = ("Section", "IssueItem") if schema.startswith("issue") else tuple(document["$defs"])
    fields = {name for part in (document, *(document["$defs"][part] for part in parts)) for name in part["properties"]}
    assert fields - described == set()


def test_every_fate_of_an_entry_is_in_the_glossary() -> None:
    glossary = (REFERENCE / "glossary.md").read_text("utf-8")
    fates = {row.strip() for row in re.findall(r"^    \| ([a-z ]+) \| ", glossary, re.MULTILINE)}
    assert fates == {fate.replace("_", " ") for fate in get_args(Fate)}


def test_every_address_of_the_server_is_described() -> None:
    page = (REFERENCE / "http-api.md").read_text("utf-8").replace("TOKEN", "{token}")
    routes = {
        (method.upper(), path)
        for source in (ROOT / "src/digest/web").glob("*.py")
        if source.name != "preview.py"  # a server of its own, for one page
        for method, path in re.findall(r'web\.(get|post)\("([^"]+)"', source.read_text("utf-8"))
        if "{path" not in path and "{name" not in path
    }
    assert routes
    assert [route for route in sorted(routes) if " ".join(route) not in page] == []


def test_every_environment_variable_is_described() -> None:
    page = (REFERENCE / "environment.md").read_text("utf-8")
    sources = [path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py")]
    read = {name for text in sources for name in re.findall(r'environ(?:\.get\(|\[|\s*\|\s*\{)\s*"([A-Z_]+)"', text)}
    assert "PAGER" in read
    assert {name for name in read if f"`{name}`" not in page} == set()


def test_every_exit_code_is_described() -> None:
    page = (REFERENCE / "exit-codes.md").read_text("utf-8")
    assert re.findall(r"^\| (\d+) \|", page, re.MULTILINE) == ["0", "1", "2", "3", "130"]


def _links(page: Path) -> Iterator[tuple[str, str]]:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield path, anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    missing = [path for path, _ in _links(page) if path and not (page.parent / path).exists()]
    assert missing == []


def test_no_text_advises_to_install_another_program() -> None:
    """`digest` on the package index is a hash tool with the same command."""
    sources = [
        path
        for folder in ("src", "docs", "deploy", ".github", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md", ".yml", ".yaml", ".j2", ".toml", ".service"} and path.is_file()
    ]
    warned = {"guide/install.md", "guide/troubleshooting.md", "explanation/decisions.md"}
    wrong = re.compile(r"install\s+['\"]?digest\b(?!\.)")
    found = [
        path
        for path in [*sources, ROOT / "README.md"]
        if wrong.search(path.read_text("utf-8")) and not any(str(path).endswith(name) for name in warned)
    ]
    assert found == []


EXAMPLES = re.findall(r"```python\n(.*?)```", (REFERENCE / "python.md").read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_the_python_interface_run(example: str, sample: Path, tmp_path: Path, run: Run) -> None:
    if "collect" in example:
        assert run("init", "--sample", tmp_path / "my-digest").code == 0
    else:
        shutil.copytree(sample, tmp_path / "my-digest")
    with contextlib.chdir(tmp_path), contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(example, "python.md", "exec"), {})
    assert printed.getvalue()


def test_the_python_interface_is_described_whole() -> None:
    page = (REFERENCE / "python.md").read_text("utf-8")
    names = [*digest.__all__, *(name for name in vars(digest.OpenWorkspace) if not name.startswith("_"))]
    assert {name for name in names if name not in page and name != "__version__"} == set()


def test_the_drawing_of_the_architecture_has_every_package() -> None:
    drawing = (DOCS / "assets/architecture.svg").read_text("utf-8")
    packages = {place.parent.name for place in (ROOT / "src/digest").glob("*/__init__.py")} - {"sample"}
    drawn = set(re.findall(r'class="n">([^<]+)<', drawing))
    assert packages - drawn == set()


def test_every_package_says_what_comes_in_what_goes_out_and_what_it_never_does() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "src/digest").rglob("*/__init__.py")
        if not re.search(
            r"In: .*Out: .*\b[Nn]ever\b", ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "", re.DOTALL
        )
    ]
    assert silent == []


def test_the_changelog_keeps_its_form() -> None:
    """Keep a Changelog: dated versions, newest first; what a released version says is not added to."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    dates = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", heading) for heading in headings[1:]]
    assert all(dates)
    assert [found[2] for found in dates if found] == sorted((found[2] for found in dates if found), reverse=True)
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert text.partition("## [0.1.0]")[2].count("\n- ") == 4


def test_every_dependency_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[^\w.-]", line)[0].lower() for line in project["dependencies"]}
    section = (DOCS / "explanation/decisions.md").read_text("utf-8").partition("\n## Dependencies\n")[2]
    rows = re.findall(r"^\| ([^|]+) \| ", section.partition("\n## ")[0], re.MULTILINE)
    assert {name.strip().lower() for row in rows[1:] for name in row.split(",")} - {"---"} == names
