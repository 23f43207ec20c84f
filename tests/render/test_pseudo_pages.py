"""No word of the pages beside an issue, of a subscriber's pages or of the terminal misses the catalogues: all in a language without Latin letters."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from digest.cli import main
from digest.config import trend_files
from digest.model import Workspace
from digest.render.subscribers import PeoplePages
from digest.storage.archive import Archive
from digest.storage.files import resources
from digest.text import words
from support import pseudo, specimens

KEY = "2026-W48"
PROPER = re.compile(r"https?://\S+|\b2026(-W\d\d)?\b|\bW\d\d\b|\bAPI\b|BibTeX|RIS|CSL-JSON|OPML|JSON|Atom")
SPOKEN = ("aria-label", "alt", "placeholder", "title")


@pytest.fixture
def pretended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The pseudo-language, as if it were shipped."""
    pseudo.write(tmp_path / "languages")
    monkeypatch.setattr(words, "_LANGUAGES", tmp_path / "languages")
    words._read.cache_clear()
    yield
    words._read.cache_clear()


@pytest.fixture
def place(tmp_path: Path, pretended: None) -> Path:
    """A workspace in the pseudo-language, with an issue of which no source wrote a Latin letter."""
    root = tmp_path / "w"
    root.mkdir()
    (root / "feeds.yaml").write_text("digest: {title: Ζζζ, language: el}\nfeeds: []\n")
    folder = root / "trends" / pseudo.LANGUAGE
    folder.mkdir(parents=True)
    for trend in trend_files.load(resources.trend_texts(Workspace(root=root))).values():
        said = {
            "name": pseudo.hidden(trend.name),
            "summary": "Ζζζ.",
            "claims": [pseudo.hidden(one.text) for one in trend.claims],
        }
        front = "\n".join(f"{name}: {json.dumps(text, ensure_ascii=False)}" for name, text in said.items())
        (folder / f"{trend.id}.md").write_text(f"---\n{front}\n---\nΖζζ.\n", "utf-8")
    issue = replace(pseudo.disguised(specimens.issue()), state="closed", title="Ζζζ")
    Archive(root / "archive").write(issue, {})
    return root


@pytest.mark.slow
def test_no_word_of_a_page_misses_the_catalogue(place: Path) -> None:
    assert main(["-C", str(place), "render", "--all"]) == 0
    pages = [path for path in sorted((place / "archive").rglob("*.html")) if path.name != "email.html"]
    assert len(pages) > 20
    found = {path.relative_to(place / "archive").as_posix(): _latin(path.read_text("utf-8")) for path in pages}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.slow
@pytest.mark.usefixtures("pretended")
def test_no_word_of_a_subscribers_page_misses_the_catalogue() -> None:
    pages = PeoplePages(resources.packaged_templates(), title=lambda: "Ζζζ")
    with words.using(pseudo.LANGUAGE):
        page = pages.page("Ζ", "Ζ", button="Ζ", asks_address=True)
    assert _latin(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("command", ["show", "list", "recap", "search"])
def test_no_word_of_the_terminal_misses_the_catalogue(
    place: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-C", str(place), command, *(["ξξξξ"] if command == "search" else [])]) == 0
    told = capsys.readouterr()
    assert sorted(set(re.findall(r"[A-Za-z]{2,}", PROPER.sub(" ", unescape(told.out + told.err))))) == []


def _latin(page: str) -> list[str]:
    """Words in Latin letters that a reader sees or hears, but for proper names and what is marked as English."""
    document: Any = html.document_fromstring(page)
    for element in document.xpath("//script|//style|//title|//*[@lang='en']|//*[@class='Z3988']"):
        element.drop_tree()
    heard = [str(each) for name in SPOKEN for each in document.xpath(f"//@{name}")]
    seen = " ".join([*map(str, document.xpath("//body//text()")), *heard])
    return sorted(set(re.findall(r"[A-Za-z]{2,}", PROPER.sub(" ", seen))))
