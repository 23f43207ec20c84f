"""The mail and the pages in a real browser: phone and desktop, light and dark, styles gone."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

pytestmark = pytest.mark.browser
PAGES = ("archive/2026-W27/email.html", "archive/2026-W27/index.html", "archive/index.html")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1200])
def test_pages_fit_and_ask_for_nothing(browser: Any, page: str, scheme: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab = context.new_page()
    asked: list[str] = []
    problems: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: problems.append(message.text))
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.goto((ROOT / page).as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in asked if not url.startswith("file:")] == []
    assert problems == []
    background, ink = tab.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('h1')).color]"
    )
    light = [sum(map(float, color[color.index("(") + 1 : -1].split(",")[:3])) for color in (background, ink)]
    assert (light[0] > light[1]) is (scheme == "light"), (background, ink)
    context.close()


def test_the_mail_reads_in_order_without_styles(browser: Any, tmp_path: Path) -> None:
    import re

    html = (ROOT / PAGES[0]).read_text()
    bare = re.sub(r"<style.*?</style>| style=\"[^\"]*\"| class=\"[^\"]*\"", "", html, flags=re.DOTALL)
    (tmp_path / "bare.html").write_text(bare)
    tab = browser.new_page()
    tab.goto((tmp_path / "bare.html").as_uri())
    text = tab.inner_text("body")
    places = [text.index(words) for words in ("LLM Trends Weekly", "Read first", "Contents", "Behind this issue")]
    assert places == sorted(places)
    tab.close()


def test_every_anchor_of_the_mail_leads_somewhere(browser: Any) -> None:
    tab = browser.new_page()
    tab.goto((ROOT / PAGES[0]).as_uri())
    missing = tab.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
        '.filter(name => !document.querySelector(`a[name="${name}"]`))'
    )
    assert missing == []
    tab.close()
