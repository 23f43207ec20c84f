"""docs/assets/issue.png: the top of the sample issue's mail, as headless Chromium shows it. `make picture` builds the sample first."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "assets" / "issue.png"
WIDTH, HEIGHT = 720, 1100
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser")


def main(page: Path) -> int:
    """Take the picture of one file."""
    browser = next((path for path in CHROMIUM if Path(path).exists()), None)
    if browser is None:
        print("picture: no Chromium found; install Debian's chromium", file=sys.stderr)
        return 3
    with sync_playwright() as play:
        running = play.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-background-networking"]
        )
        tab = running.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        tab.goto(page.resolve().as_uri())
        tab.screenshot(path=PICTURE)
        running.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
