"""Long unbroken words of feeds break on every surface at the width of a small phone."""

from pathlib import Path
from typing import Any

import pytest

from support.browsing import opened_page
from support.running import Run

WORDS = ("L" * 600, "가나다라마바사" * 70, "x_y/" * 150, "https://example.org/" + "a" * 700, "\u00a0agents" * 80)
ITEM = (
    "<item><title>{before}{word}</title><link>https://example.org/{n}/{path}</link><guid>{n}</guid><author>{author}</author>"
    "<description>We present large language models {word}. Results improve by 12% on {word}.</description></item>"
)


@pytest.fixture
def place(run: Run, tmp_path: Path) -> Path:
    """A closed issue in which every title, author, summary, link and name is a long word."""
    items = "".join(
        ITEM.format(before=before, word=word, n=f"{n}{before[:1]}", path="p" * 500, author=word[:190])
        for n, word in enumerate(WORDS)
        for before in ("", "Language model agents ")
    )
    (tmp_path / "f.xml").write_text(f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>')
    (tmp_path / "feeds.yaml").write_text(
        f"digest: {{title: {'N' * 150}}}\nfeeds:\n  - {{name: {'F' * 190}, url: f.xml, kind: papers, on_topic: true}}\n"
    )
    assert run("-C", tmp_path, "build", "--at", "2026-11-30T08:00:00Z").code == 0
    return tmp_path / "archive"


@pytest.mark.slow
@pytest.mark.parametrize(
    "file", ["2026-W49/email.html", "2026-W49/index.html", "index.html", "sources/index.html", "trends/index.html"]
)
def test_no_page_and_no_mail_is_wider_than_the_screen(place: Path, browser: Any, file: str) -> None:
    with opened_page(browser, (place / file).as_uri(), width=320, height=900, bypass_csp=True) as tab:
        assert tab.page.evaluate("document.documentElement.scrollWidth") == 320


def test_no_word_holds_the_issue(run: Run, place: Path) -> None:
    ran = run("-C", place.parent, "check", "--json")
    assert [found for found in ran.json if found["severity"] == "error"] == []
