"""The mail and the pages in a real browser: phone and desktop, light and dark, styles gone, read by checkers."""

import re
from pathlib import Path
from typing import Any

import pytest
from browsing import axe_violations, nu_errors, opened_page
from conftest import ROOT

pytestmark = pytest.mark.browser
MAIL = "archive/2026-W27/email.html"
PAGES = (MAIL, "archive/2026-W27/index.html", "archive/index.html")
# What a mail needs for Gmail (anchors by name) and Outlook (its own way to hide a line), and HTML has no more.
MAIL_ONLY = "Element “a” is missing required attribute “href”.|CSS: “mso-hide”: Property “mso-hide” doesn't exist."


@pytest.mark.parametrize("page", PAGES)
def test_pages_fit_any_width_and_ask_for_nothing(browser: Any, page: str) -> None:
    with opened_page(browser, (ROOT / page).as_uri()) as tab:
        for width in (320, 390, 600, 1200):
            tab.page.set_viewport_size({"width": width, "height": 800})
            assert tab.width() <= width
        assert tab.elsewhere() == []
        assert tab.problems == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_in_the_light_and_in_the_dark(browser: Any, page: str, scheme: str) -> None:
    with opened_page(browser, (ROOT / page).as_uri(), scheme=scheme) as tab:
        background, ink = tab.page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('h1')).color]"
        )
        assert axe_violations(tab) == []
    light = [sum(map(float, color[color.index("(") + 1 : -1].split(",")[:3])) for color in (background, ink)]
    assert (light[0] > light[1]) is (scheme == "light"), (background, ink)


def test_documents_are_valid() -> None:
    mail, *pages = (ROOT / page for page in PAGES)
    assert nu_errors(pages) == []
    assert nu_errors([mail], allowed=MAIL_ONLY) == []


def test_the_mail_reads_in_order_without_styles(browser: Any, tmp_path: Path) -> None:
    html = (ROOT / MAIL).read_text()
    bare = re.sub(r"<style.*?</style>| style=\"[^\"]*\"| class=\"[^\"]*\"", "", html, flags=re.DOTALL)
    (tmp_path / "bare.html").write_text(bare)
    with opened_page(browser, (tmp_path / "bare.html").as_uri()) as tab:
        text = tab.page.inner_text("body")
    places = [text.index(words) for words in ("LLM Trends Weekly", "Read first", "Contents", "Behind this issue")]
    assert places == sorted(places)


def test_every_anchor_of_the_mail_leads_somewhere(browser: Any) -> None:
    with opened_page(browser, (ROOT / MAIL).as_uri()) as tab:
        missing = tab.page.evaluate(
            "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
            '.filter(name => !document.querySelector(`a[name="${name}"]`))'
        )
    assert missing == []
