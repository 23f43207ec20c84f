"""What comes from a feed is data: it runs nothing, asks nobody, opens nothing and breaks nothing, in the mail and on the page."""

import re
from pathlib import Path
from typing import Any

import pytest

from digest.lint import check
from digest.model import Issue
from support import specimens
from support.browsing import opened_page
from support.payloads import LINKS, PAYLOADS, told

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def assert_harmless(browser: Any, issue: Issue, folder: Path, **own: Any) -> None:
    """Open the mail and the page, the page also without its own policy, so that escaping is what protects it."""
    files = specimens.files(issue, **own)
    assert own or [str(one) for one in check(files, specimens.BASE_URL) if one.severity == "error"] == []
    for name in ("email.html", "index.html"):
        html = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", files[name])
        (folder / name).write_text(html, "utf-8", "replace")
        with opened_page(browser, (folder / name).as_uri()) as tab:
            tab.page.mouse.move(300, 300)
            tab.page.keyboard.press("Tab")
            seen = tab.page.evaluate(
                """() => ({
                    scripts: document.scripts.length,
                    frames: document.querySelectorAll('iframe, object, embed, form, base, link:not([rel=canonical]), img, video, audio').length,
                    handlers: [...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => /^on/i.test(a.name))).length,
                    styles: document.querySelectorAll('style').length,
                    schemes: [...new Set([...document.querySelectorAll('a[href]')].map(a => a.protocol))].sort(),
                    credentials: [...document.querySelectorAll('a[href]')].filter(a => a.username || a.password).length,
                })"""
            )
            assert set(seen["schemes"]) <= {"file:", "http:", "https:"}
            assert {**seen, "schemes": []} == {
                "scripts": 0,
                "frames": 0,
                "handlers": 0,
                "styles": 1,
                "schemes": [],
                "credentials": 0,
            }
            assert tab.asked == [(folder / name).as_uri()]
            assert tab.problems == []


def test_there_are_enough_attacks() -> None:
    assert len(set(PAYLOADS)) >= 200


def test_no_attack_of_some_does_anything(browser: Any, tmp_path: Path) -> None:
    assert_harmless(browser, told(PAYLOADS[::12], LINKS), tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("batch", range(12))
def test_no_attack_does_anything(browser: Any, tmp_path: Path, batch: int) -> None:
    """Few enough in an issue that the mail shows them all."""
    issue = told(PAYLOADS[batch::12], LINKS)
    assert specimens.files(issue)["email.html"].count("<h3") >= len(PAYLOADS[batch::12]) - 1  # the lead has none
    assert_harmless(browser, issue, tmp_path)


def test_a_template_that_escapes_nothing_is_noticed(browser: Any, tmp_path: Path) -> None:
    """These tests can fail."""
    careless = specimens.templates()["partials/mail.j2"].replace("{{ item.title }}", "{{ item.title|safe }}")
    with pytest.raises(AssertionError):
        assert_harmless(browser, told(PAYLOADS[::12], LINKS), tmp_path, own={"partials/mail.j2": careless})


def test_nothing_of_the_captured_hostile_feeds_does_anything(browser: Any, shared: Path, tmp_path: Path) -> None:
    """Their raw fields, as the most trusting parser hands them over."""
    import feedparser

    texts, links = [], []
    for path in sorted((shared / "data/feeds/hostile").glob("*.xml")):
        if path.name in ("billion_laughs.xml", "quadratic_blowup.xml", "deep_nesting.xml"):
            continue  # they attack the parser, and hold no text
        for entry in feedparser.parse(path.read_bytes(), sanitize_html=False).entries[:10]:
            texts += [str(entry.get(name, ""))[:2000] for name in ("title", "summary", "author") if entry.get(name)]
            links.append(str(entry.get("link", "")))
    assert len(texts) > 15
    assert_harmless(browser, told(texts[:60], links), tmp_path)
