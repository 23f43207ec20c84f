"""The sample's issue in Korean: as it should be, in every format; as a browser, checkers and a text terminal take it."""

from pathlib import Path
from typing import Any

import pytest
from scripts.goldens import GOLDENS, NAMES, rendered

from digest.cli import main
from digest.text.columns import COLUMNS, width
from support.browsing import faults, nu_errors, opened_page

TWO = "  editions: [{language: en}, {language: ko, title: LLM 트렌드 주간}]\n"
PAGES = (
    "2026-W27/index.html", "2026-W27/email.html", "index.html", "trends/index.html", "trends/agents/index.html", "sources/index.html",
    "search/index.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Korean pages of the sample, published in two editions."""
    place = tmp_path_factory.mktemp("korean") / "w"
    assert main(["init", "--sample", str(place)]) == 0
    config = place / "feeds.yaml"
    config.write_text(
        config.read_text().replace("  timezone:", f"{TWO}  timezone:")
        + '\ndelivery: {base_url: "https://digest.example.org", from: "Digest <d@example.org>"}\n'
    )
    assert main(["-C", str(place), "build", "--at", "2026-06-29T08:00"]) == 0
    return place / "archive" / "ko"


def test_the_sample_in_korean_is_as_it_was() -> None:
    """`make archive` writes what is expected anew."""
    made = rendered()
    assert [name for name in NAMES if (GOLDENS / name).read_text("utf-8") != made[name]] == []


def test_lines_of_a_text_mail_fit_a_terminal() -> None:
    lines = rendered()["email.txt"].splitlines()
    assert [line for line in lines if width(line) > COLUMNS and "://" not in line] == []


def test_korean_words_stay_whole_in_mail() -> None:
    assert rendered()["email.html"].count("word-break:keep-all") == 2
    assert "keep-all" not in (GOLDENS.parents[3] / "archive/2026-W27/email.html").read_text()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("name", ["2026-W27/email.html", "2026-W27/index.html", "trends/agents/index.html"])
def test_a_korean_page_fits_any_width_is_accessible_and_asks_for_nothing(browser: Any, pages: Path, name: str) -> None:
    assert faults(browser, pages / name) == []


@pytest.mark.slow
@pytest.mark.browser
def test_the_checker_of_html_finds_nothing(pages: Path) -> None:
    assert nu_errors([pages / name for name in PAGES]) == []


@pytest.mark.slow
@pytest.mark.browser
def test_no_korean_word_is_broken_across_lines(browser: Any, pages: Path) -> None:
    """A line of the mail, on a phone, ends between words."""
    for name in ("2026-W27/email.html", "2026-W27/index.html"):
        with opened_page(browser, (pages / name).as_uri(), width=360) as tab:
            assert tab.page.evaluate(_BROKEN) == []


_BROKEN = """() => {
  const broken = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    for (const found of walk.currentNode.textContent.matchAll(/[가-힣]{2,8}/g)) {
      const range = document.createRange();
      range.setStart(walk.currentNode, found.index);
      range.setEnd(walk.currentNode, found.index + found[0].length);
      const tops = new Set([...range.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top / 4)));
      if (tops.size > 1) broken.push(found[0]);
    }
  }
  return broken;
}"""
