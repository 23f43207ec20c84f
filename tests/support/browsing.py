"""A real browser for tests: Chromium through Playwright, axe-core inside its pages, the Nu HTML checker beside it, pictures compared.

`make browser-tools` installs the two checkers; tests that need what is missing skip and say so. Nothing here asks another host.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

TOOLS = Path(__file__).parents[1] / "tools" / "node_modules"
REFERENCES = Path(__file__).parents[1] / "render" / "references"
_ARGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--disable-gpu",
    "--disable-software-rasterizer",
]
# Pixels: pictures are compared by the mean of blocks this large, so that smoothing of letters does not count.
_BLOCK = 8
# What a mail needs for Gmail (anchors by name) and Outlook (its own way to hide a line), and HTML has no more.
_MAIL_ONLY = re.compile(
    "Element “a” is missing required attribute “href”.|CSS: “mso-hide”: Property “mso-hide” doesn't exist."
)


def chromium() -> str:
    """The browser's path; skips the test where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    return path or pytest.skip("no Chromium on this machine (Debian: apt install chromium)")


@contextmanager
def running_browser() -> Iterator[Any]:
    """A Chromium that answers to Playwright's synchronous API."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=_ARGS)
        yield running
        running.close()


@dataclass
class Tab:
    """One open page, and what it did: the addresses it asked for, what its console said, the dialogs it opened."""

    page: Any
    asked: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def elsewhere(self) -> list[str]:
        """The requests that left the disk and this machine."""
        own = ("file:", "data:", "about:", "http://127.0.0.1:", "http://localhost:")
        return [url for url in self.asked if not url.startswith(own)]

    def dismiss(self, dialog: Any) -> None:
        """A dialog that a page opens is a problem of its own."""
        self.problems.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def width(self) -> int:
        """How wide the content is, in CSS pixels."""
        found: int = self.page.evaluate("document.documentElement.scrollWidth")
        return found


@contextmanager
def opened_page(
    browser: Any, url: str, *, width: int = 1200, height: int = 800, scheme: str = "light", **context: Any
) -> Iterator[Tab]:
    """A page in a context of its own; more of Playwright's context options go through."""
    own = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **context)
    try:
        tab = Tab(own.new_page())
        tab.page.on("request", lambda request: tab.asked.append(request.url))
        tab.page.on("console", lambda message: tab.problems.append(message.text))
        tab.page.on("pageerror", lambda error: tab.problems.append(str(error)))
        tab.page.on("dialog", tab.dismiss)
        tab.page.goto(url)
        yield tab
    finally:
        own.close()


def axe_violations(tab: Tab, *, only: Sequence[str] = ()) -> list[str]:
    """What axe-core finds wrong with a page, by all its rules or by some: `rule: the first element it is about`."""
    source = _tool("axe-core/axe.min.js")
    if not tab.page.evaluate("'axe' in window"):
        tab.page.evaluate(source.read_text("utf-8"))  # through the debugger, so that the page's policy does not matter
    rules = json.dumps({"resultTypes": ["violations"]} | ({"runOnly": list(only)} if only else {}))
    found = tab.page.evaluate(f"axe.run(document, {rules})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]


def assert_readable(tab: Tab, width: int) -> None:
    """The page fits its window, axe finds nothing in light and dark, and nothing went wrong or elsewhere."""
    assert axe_violations(tab) == []
    tab.page.emulate_media(color_scheme="dark")
    assert axe_violations(tab, only=["color-contrast"]) == []
    assert tab.width() <= width
    assert tab.problems == []
    assert tab.elsewhere() == []


def faults(browser: Any, page: Path, *, use: Callable[[Tab], object] = lambda _: None) -> list[str]:
    """What is wrong with a page on a disk: too wide for a screen, requests, words on the console, what axe-core finds.

    By all of axe-core's rules in the light; in the dark by the one that colours matter to.

    Args:
        browser: a Chromium.
        page: the file.
        use: what a reader does there last.
    """
    with opened_page(browser, page.as_uri()) as tab:
        found = axe_violations(tab)
        for width in (320, 390, 600, 1200):
            tab.page.set_viewport_size({"width": width, "height": 800})
            found += [f"{tab.width()} pixels wide at {width}"] if tab.width() > width else []
        light = _brightness(tab)
        tab.page.emulate_media(color_scheme="dark")
        found += axe_violations(tab, only=["color-contrast"])
        found += [] if light > 0 > _brightness(tab) else ["not dark in the dark"]
        use(tab)
        return [*found, *tab.problems, *tab.elsewhere()]


def _brightness(tab: Tab) -> float:
    """How much lighter the page's background is than its heading."""
    colors = tab.page.evaluate(
        "[document.body, document.querySelector('h1')].map((one, ink) => getComputedStyle(one)[ink ? 'color' : 'backgroundColor'])"
    )
    ground, ink = (sum(map(float, color[color.index("(") + 1 : -1].split(",")[:3])) for color in colors)
    return ground - ink


def nu_errors(paths: Sequence[Path]) -> list[str]:
    """The Nu HTML checker's errors over files, `file:line: message`; of a mail, without what mail programs need.

    Args:
        paths: documents whose names end in .html; mails are named email.html.
    """
    jar = _tool("vnu-jar/build/dist/vnu.jar")
    java = shutil.which("java") or pytest.skip("no Java on this machine (Debian: apt install default-jre-headless)")
    options = ["--errors-only", "--format", "json", "--stdout"]
    command = [java, "-Xss4m", "-XX:TieredStopAtLevel=1", "-jar", str(jar), *options, *map(str, paths)]
    told = subprocess.run(command, capture_output=True, check=False, text=True, timeout=120)
    messages = json.loads(told.stdout)["messages"]
    return [
        f"{one['url'].rpartition('/')[2]}:{one.get('lastLine', 0)}: {one['message']}"
        for one in messages
        if not (one["url"].endswith("/email.html") and _MAIL_ONLY.fullmatch(one["message"]))
    ]


def _tool(name: str) -> Path:
    path = TOOLS / name
    if not path.exists():
        pytest.skip(f"{name} is not installed (`make browser-tools`)")
    return path


def assert_looks_like(png: bytes, name: str, *, tolerance: float = 0.004) -> None:
    """Compare a screenshot with `references/NAME.png`; `make references` writes the references anew.

    Args:
        png: the screenshot.
        name: of the reference.
        tolerance: how large a share of the blocks of 8 x 8 pixels may differ visibly.

    Raises:
        AssertionError: it looks different; the new picture is saved beside the reference as NAME.png.actual.
    """
    reference = REFERENCES / f"{name}.png"
    if os.environ.get("DIGEST_REFERENCES") == "write":
        reference.parent.mkdir(exist_ok=True)
        _small(png).save(reference, optimize=True)
        return
    actual = reference.with_suffix(".png.actual")
    share = _difference(Image.open(BytesIO(png)), Image.open(reference))
    if share > tolerance:
        _small(png).save(actual, format="PNG")
        raise AssertionError(f"{share:.1%} of {name} looks different; see {actual}")
    actual.unlink(missing_ok=True)


def _small(png: bytes) -> Image.Image:
    """A palette is enough for a page of text, and a tenth of the size."""
    return Image.open(BytesIO(png)).convert("RGB").quantize(32, dither=Image.Dither.NONE)


def _difference(one: Image.Image, other: Image.Image) -> float:
    """The share of blocks whose mean colour differs by more than a reader would overlook; 1 where the sizes differ."""
    if one.size != other.size:
        return 1.0
    size = (max(1, one.width // _BLOCK), max(1, one.height // _BLOCK))
    blocks = (picture.convert("RGB").resize(size, Image.Resampling.BOX) for picture in (one, other))
    changed = ImageChops.difference(*blocks).convert("L").point(lambda value: 255 * (value > 24))
    return changed.histogram()[255] / (size[0] * size[1])
