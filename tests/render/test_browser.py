"""The mail and the pages in a real browser: phone and desktop, light and dark, styles gone, read by checkers."""

import re
from pathlib import Path
from typing import Any

import pytest

from support.browsing import faults, opened_page
from support.cases import slow_but
from support.running import ROOT

pytestmark = pytest.mark.browser
MAIL = "archive/2026-W27/email.html"


@pytest.mark.parametrize("page", slow_but([MAIL, "archive/2026-W27/index.html"], MAIL))
def test_mail_and_issue_fit_any_width_are_accessible_and_ask_for_nothing(browser: Any, page: str) -> None:
    assert faults(browser, ROOT / page) == []


@pytest.mark.slow
def test_a_page_that_is_too_wide_too_pale_or_asks_is_noticed(browser: Any, tmp_path: Path) -> None:
    """These tests can fail."""
    (tmp_path / "bad.html").write_text(
        "<!DOCTYPE html><html lang=en><title>x</title><main><h1 style='color: #bbb; width: 500px'>Pale</h1>"
        "<img alt=x src=http://attacker.invalid/x></main>"
    )
    told = " ".join(faults(browser, tmp_path / "bad.html"))
    for words in ("color-contrast", "pixels wide at 320", "not dark", "http://attacker.invalid/x"):
        assert words in told


@pytest.mark.slow
def test_the_mail_reads_in_order_without_styles(browser: Any, tmp_path: Path) -> None:
    html = (ROOT / MAIL).read_text()
    bare = re.sub(r"<style.*?</style>| style=\"[^\"]*\"| class=\"[^\"]*\"", "", html, flags=re.DOTALL)
    (tmp_path / "bare.html").write_text(bare)
    with opened_page(browser, (tmp_path / "bare.html").as_uri()) as tab:
        text = tab.page.inner_text("body")
    places = [text.index(words) for words in ("LLM Trends Weekly", "Read first", "Contents", "Behind this issue")]
    assert places == sorted(places)


@pytest.mark.slow
def test_every_anchor_of_the_mail_leads_somewhere(browser: Any) -> None:
    with opened_page(browser, (ROOT / MAIL).as_uri()) as tab:
        missing = tab.page.evaluate(
            "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
            '.filter(name => !document.querySelector(`a[name="${name}"]`))'
        )
    assert missing == []
