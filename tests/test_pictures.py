"""How the mail and the issue's page look, beside pictures that people looked at. `make references` takes them anew."""

from pathlib import Path
from typing import Any

import pytest
import specimens
from browsing import assert_looks_like, opened_page

pytestmark = pytest.mark.browser
# The typeface that Debian's fontconfig brings, whatever else a machine has; writing that it lacks is left out.
FONT = "*, *::before { font-family: 'DejaVu Sans' !important }"
LACKING = {"言語モデルのための小さな語彙": "A small vocabulary", "山田太郎": "Taro Yamada"}
HEIGHT = 1500  # pixels: from the masthead through the first trend


@pytest.mark.parametrize("name", ["email", "index"])
def test_it_looks_as_it_did(browser: Any, tmp_path: Path, name: str) -> None:
    html = specimens.files()[f"{name}.html"]
    for words, plain in LACKING.items():
        html = html.replace(words, plain)
    (tmp_path / "page.html").write_text(html)
    with opened_page(browser, (tmp_path / "page.html").as_uri(), bypass_csp=True) as tab:
        tab.page.add_style_tag(content=FONT)
        for scheme in ("light", "dark"):
            tab.page.emulate_media(color_scheme=scheme)
            for width in (320, 600, 1200):
                tab.page.set_viewport_size({"width": width, "height": HEIGHT})
                assert_looks_like(tab.page.screenshot(), f"{name}-{width}-{scheme}")
