"""Templates that people change: listed, copied, documented, their mistakes named; the preview that follows them."""

import re
import shutil
import signal
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from digest import errors
from digest.storage.files import resources
from support import specimens
from support.cases import slow_but
from support.forked import Forks
from support.running import ROOT, Run, wait_for

VIEWS = vars(sys.modules["digest.render.view_models"])


@pytest.fixture
def place(tmp_path: Path, run: Run) -> Path:
    run("init", "--sample", tmp_path / "w")
    return tmp_path / "w"


def test_a_new_workspace_has_no_templates_of_its_own(place: Path, run: Run) -> None:
    listed = run("-C", place, "templates", "list", "--json").json
    assert {row["origin"] for row in listed} == {"packaged"}
    assert {row["name"] for row in listed} == set(resources.packaged_templates())
    assert not (place / "templates").exists()


def test_an_ejected_template_is_a_copy_in_the_place_of_the_packaged_one(place: Path, run: Run) -> None:
    path = place / "templates/partials/mail.j2"
    assert run("-C", place, "templates", "eject", "partials/mail.j2", "--dry-run").out == f"would write {path}\n"
    assert not path.exists()
    assert run("-C", place, "templates", "eject", "partials/mail.j2").out == f"wrote {path}\n"
    assert path.read_bytes() == (ROOT / "templates/partials/mail.j2").read_bytes()
    listed = run("-C", place, "templates").out.splitlines()
    assert [line for line in listed if line.startswith("own")] == ["own       partials/mail.j2"]


def test_nothing_is_overwritten(place: Path, run: Run) -> None:
    run("-C", place, "templates", "eject", "email.css")
    (place / "templates/email.css").write_text("mine")
    again = run("-C", place, "templates", "eject", "email.css")
    assert (again.code, (place / "templates/email.css").read_text()) == (2, "mine")
    assert "already exists" in again.err


@pytest.mark.parametrize("name", ["nonsense.j2", "../feeds.yaml", "/etc/passwd", ""])
def test_only_packaged_templates_can_be_ejected(place: Path, run: Run, name: str) -> None:
    told = run("-C", place, "templates", "eject", name)
    assert told.code == 3
    assert "digest templates list" in told.err


def test_a_file_that_no_template_is_named_after_is_pointed_out(place: Path, run: Run) -> None:
    (place / "templates").mkdir()
    (place / "templates/emial.html.j2").write_text("")
    (line,) = [line for line in run("-C", place, "templates", "list").out.splitlines() if "emial" in line]
    assert "not a packaged name" in line


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("partials/mail.j2", "{% macro linked(text, url) %}"),
        ("partials/page.j2", "{% macro linked(text, url) %}"),
        ("partials/labels.j2", "<p>"),
        ("email.txt.j2", "{% macro heading(text) %}"),
    ],
)
def test_a_mistake_is_named_with_its_own_file_and_line(name: str, place: str) -> None:
    """Also one in a part that other templates include."""
    head, found, tail = resources.packaged_templates()[name].partition(place)
    with pytest.raises(errors.ConfigError) as caught:
        specimens.files(
            own={name: f"{head}{found}{{{{ issue.nonsense if issue is defined else text.nonsense }}}}{tail}"}
        )
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (f"templates/{name}", head.count("\n") + 1)
    assert "nonsense" in str(caught.value)


def test_every_variable_is_documented_with_an_example_and_no_other() -> None:
    documented: dict[str, list[str]] = {}
    for part in (ROOT / "docs/reference/templates.md").read_text().split("\n### ")[1:]:
        rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.*?) \|$", part, re.MULTILINE)
        documented[part.split("\n")[0]] = [name for name, *_ in rows]
    views = {name: view for name, view in VIEWS.items() if is_dataclass(view) and name.endswith("View")}
    assert documented == {name: [each.name for each in fields(view)] for name, view in views.items()}
    assert all(
        name in (ROOT / "docs/reference/templates.md").read_text()
        for name in ("email.html.j2", "issue.md.j2", "`wrap(")
    )


@pytest.fixture
def preview(place: Path, forks: Forks) -> Iterator[str]:
    """The address of `digest preview`."""
    shutil.copytree(ROOT / "archive", place / "archive")
    with forks.serving(["-C", place, "preview", "--port", 0], stop=signal.SIGINT) as address:
        yield address


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:
        text: str = answer.read().decode()
        return text


@pytest.mark.slow
@pytest.mark.browser
def test_the_preview_follows_the_templates(browser: Any, preview: str, place: Path) -> None:
    from support.browsing import opened_page

    with opened_page(browser, preview, width=1700, height=1200) as tab:
        frames = [frame for frame in tab.page.frames if frame.url.endswith(("/light", "/dark"))]
        assert [frame.evaluate("getComputedStyle(document.body).backgroundColor") for frame in frames] == [
            *["rgb(255, 255, 255)"] * 2,
            *["rgb(20, 24, 28)"] * 2,
        ]
        assert "LLM Trends Weekly" in read(f"{preview}/text")
        assert read(f"{preview}/findings") == "No problems found."

        own = place / "templates/email.html.j2"
        own.parent.mkdir()
        own.write_text(resources.packaged_templates()["email.html.j2"].replace("Read first", "Begin with"))
        tab.page.frame_locator("iframe >> nth=0").get_by_text("Begin with").wait_for(timeout=60_000)
        assert "R20: the headline 'Begin with' of the HTML is missing" in read(f"{preview}/findings")

        own.write_text("{% if %}")
        wait_for(lambda: "email.html.j2:1" in read(f"{preview}/light"))
        assert "email.html.j2:1" in read(f"{preview}/findings")
        assert tab.elsewhere() == []
        assert tab.problems == []


@pytest.mark.parametrize(
    "body",
    slow_but(
        [
            "{% include 'email.txt.j2' %}",
            "{% for n in range(10 ** 12) %}x{% endfor %}",
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        ],
        "{% include 'email.txt.j2' %}",
    ),
)
def test_a_template_that_never_ends_is_an_error_with_its_name(place: Path, run: Run, body: str) -> None:
    (place / "templates").mkdir(exist_ok=True)
    (place / "templates/email.txt.j2").write_text(body)
    told = run("-C", place, "build", "--at", "2026-06-29T08:00")
    assert told.code == 2
    assert told.err.startswith("digest: templates/email.txt.j2")
    assert told.err.count("\n") == 1
