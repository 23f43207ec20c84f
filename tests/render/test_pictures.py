"""How the mail, the issue's page and the archive's pages look, on a screen and on paper, beside pictures that people looked at. `make references` takes them anew."""

from pathlib import Path
from typing import Any

import pytest

from digest.cli import main
from support import specimens
from support.browsing import assert_looks_like, opened_page
from support.issues import archived, several

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# The typeface that Debian's fontconfig brings, whatever else a machine has; writing that it lacks is left out.
FONT = "*, *::before { font-family: 'DejaVu Sans' !important }"
LACKING = {"言語モデルのための小さな語彙": "A small vocabulary", "山田太郎": "Taro Yamada"}
HEIGHT = 1500  # pixels: from the masthead through the first trend


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty issues with items of four sources."""
    place = tmp_path_factory.mktemp("site") / "w"
    assert main(["init", "--sample", str(place)]) == 0
    archived(place, *(several(number) for number in range(20)))
    assert main(["-C", str(place), "render", several(19).key]) == 0
    return place / "archive"


@pytest.mark.parametrize("name", ["email", "index"])
def test_it_looks_as_it_did(browser: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / "page.html").write_text(specimen(name))
    with opened_page(browser, (tmp_path / "page.html").as_uri(), bypass_csp=True) as tab:
        tab.page.add_style_tag(content=FONT)
        for scheme in ("light", "dark"):
            tab.page.emulate_media(color_scheme=scheme)
            for width in (320, 600, 1200):
                tab.page.set_viewport_size({"width": width, "height": HEIGHT})
                assert_looks_like(tab.page.screenshot(), f"{name}-{width}-{scheme}")


@pytest.mark.parametrize("page", ["", "trends/", "trends/agents/", "sources/", "search/"])
def test_the_archive_looks_as_it_did(archive: Path, browser: Any, page: str) -> None:
    """On a phone in the dark and on a desk in the light."""
    with opened_page(browser, (archive / page / "index.html").as_uri(), bypass_csp=True) as tab:
        tab.page.add_style_tag(content=FONT)
        if page == "search/":
            tab.page.fill("#words", "number 7")
            tab.page.locator("#found p").first.wait_for()
        for width, scheme in ((320, "dark"), (1200, "light")):
            tab.page.emulate_media(color_scheme=scheme)
            tab.page.set_viewport_size({"width": width, "height": 900})
            name = page.strip("/").replace("/", "-") or "front"
            assert_looks_like(tab.page.screenshot(), f"site-{name}-{width}-{scheme}")


@pytest.mark.parametrize("name", ["email", "index"])
def test_it_looks_as_it_did_on_paper(browser: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / "page.html").write_text(specimen(name))
    with opened_page(browser, (tmp_path / "page.html").as_uri(), width=660, height=HEIGHT, bypass_csp=True) as tab:
        tab.page.add_style_tag(content=FONT)
        tab.page.emulate_media(media="print")
        assert_looks_like(tab.page.screenshot(), f"{name}-print")


def specimen(name: str) -> str:
    html = specimens.files()[f"{name}.html"]
    for words, plain in LACKING.items():
        html = html.replace(words, plain)
    return html
