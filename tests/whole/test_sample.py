"""The sample: what a stranger sees first. Its issue is the golden of every format."""

import hashlib
import json
import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from digest.classify.classifier import accuracy_of
from digest.storage.files import resources
from support.running import ROOT, Run

SLOT = "2026-06-29T08:00"
KEY = "2026-W27"


@pytest.fixture
def place(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "w"))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def issue_of(place: Path) -> Any:
    return json.loads((place / "archive" / KEY / "issue.json").read_text())


def test_the_repositorys_archive_is_what_the_sample_builds(sample: Path) -> None:
    """`make archive` makes it anew after a change that is meant."""
    built, kept = files(sample / "archive"), files(ROOT / "archive")
    assert sorted(built) == sorted(kept)
    assert [name for name in built if built[name] != kept[name]] == []


def test_the_sample_is_rich_enough(sample: Path) -> None:
    issue = issue_of(sample)
    receipt = issue["receipt"]
    assert issue["sample"] is True
    assert len(list((sample / "feeds").iterdir())) >= 8
    assert len(issue["trends"]) >= 17
    assert len(issue["trends"]) + len(issue["quiet"]) == 19
    assert receipt["off_topic"] > 5
    assert receipt["merged"] > 20
    assert receipt["replaced"] == 1
    assert sum(receipt.values()) == sum(feed["new"] for feed in issue["feeds"])
    items = [item for trend in issue["trends"] for item in (*trend["items"], *trend["folded"])]
    assert len(items) + len(issue["also_noted"]) + receipt["off_topic"] >= 90


def test_the_same_input_gives_the_same_bytes(sample: Path, tmp_path: Path, run: Run) -> None:
    """In another process, with other hashes."""
    run("init", "--sample", tmp_path / "again")
    assert run("-C", tmp_path / "again", "build", "--at", SLOT).code == 0
    assert files(sample / "archive") == files(tmp_path / "again/archive")


def test_the_text_has_every_headline_and_link_of_the_mail(sample: Path) -> None:
    folder = sample / "archive" / KEY
    html, text = (folder / "email.html").read_text(), (folder / "email.txt").read_text()
    links = set(re.findall(r'href="(https?://[^"]+)"', html))
    assert len(links) > 40
    assert {link for link in links if link.replace("&amp;", "&") not in text} == set()
    flat, shown = " ".join(text.split()), " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    titles = [" ".join(item["title"].split()[:6]) for trend in issue_of(sample)["trends"] for item in trend["items"]]
    headlines = [
        title for title in titles if title in shown
    ]  # what the three lines told is named below by a short title
    assert len(headlines) > 20
    assert [title for title in headlines if title not in flat] == []
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= 72


def test_every_format_says_how_often_labels_are_right_where_the_figures_are_this_models(place: Path, run: Run) -> None:
    figures = issue_of(place)["accuracy"]
    model = resources.model_bytes()
    assert model
    assert figures["model"] == hashlib.sha256(model).hexdigest()[:16]
    right, low, high = (round(100 * figures[name]) for name in ("right", "low", "high"))
    sentence = f"are right {right} times in 100 (95 % interval {low}–{high}; {figures['labels']} labels on"
    for name in ("email.html", "email.txt", "index.html", "issue.md"):
        assert sentence in " ".join((place / "archive" / KEY / name).read_text().split()), name
    assert sentence in " ".join(run("-C", place, "show").out.split())
    assert accuracy_of(resources.accuracy_text(), model + b".") is None
    assert accuracy_of("", model) is None


def test_a_rebuilt_archive_from_issue_json_alone(place: Path, run: Run) -> None:
    before = files(place / "archive")
    for name in ("email.html", "email.txt", "email.eml", "cover.png", "issue.md", "index.html"):
        (place / "archive" / KEY / name).unlink()
    assert run("-C", place, "render", KEY).code == 0
    assert files(place / "archive") == before


def test_nothing_of_an_archived_issue_comes_again_without_the_store(place: Path, run: Run) -> None:
    for path in (place / ".digest").iterdir():
        path.unlink()
    again = run("-C", place, "build", "--at", "2026-07-06T08:00", "--json")
    shown = again.json["receipt"]
    assert shown["shown"] + shown["folded"] + shown["also_noted"] == 0
    assert [entry["key"] for entry in run("-C", place, "list", "--json").json] == [KEY]  # an empty issue is skipped


def test_a_closed_issue_never_changes(place: Path, run: Run) -> None:
    before = files(place / "archive" / KEY)
    later = run("-C", place, "build", "--at", "2026-06-30T08:00", "--json").json
    assert later["state"] == "draft"
    assert files(place / "archive" / KEY) == before
    past = run("-C", place, "build", "--at", "2026-06-28T08:00")
    assert past.code == 2
    assert "closed" in past.err


def test_reading_in_the_terminal(place: Path, run: Run) -> None:
    page = run("-C", place, "show").out
    assert "LLM agents" in page
    assert max(len(line) for line in page.splitlines() if "http" not in line) <= 80
    for form, start in (("md", "# "), ("txt", "LLM Trends"), ("html", "<!DOCTYPE html>"), ("json", "{")):
        assert run("-C", place, "show", KEY, "--format", form).out.startswith(start)
    assert run("-C", place, "show", "2020-W01").code == 3
    why = run("-C", place, "why", "2606.25519")
    assert why.code == 0
    assert "Quantization Inflates Reasoning" in why.out
    assert run("-C", place, "why", "2001.00001").code == 3


def test_a_first_issue_links_to_no_earlier_part(sample: Path) -> None:
    trends = sample / "archive/trends"
    assert not list(trends.glob("*/*/index.html"))
    assert not [page for page in trends.glob("*/index.html") if "<h2>Earlier</h2>" in page.read_text("utf-8")]
