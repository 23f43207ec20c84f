"""The pictures in docs/assets, as headless Chromium shows them: the top of the sample issue's mail, and sessions in a terminal.

`make picture` builds the sample first. The commands of a session run in a copy of it, so a picture shows what they print.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ASSETS = Path(__file__).resolve().parent.parent / "docs" / "assets"
WIDTH, HEIGHT = 720, 1100
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser")
LINES = 26  # of the output of one command
# Written before the commands of the sessions run.
FILES = {
    "library.bib": "".join(
        f"@misc{{a{n}, author={{Byron, Ada and Hopper, Grace}}, title={{Tool-using LLM agents, part {n}}}, eprint={{2601.0000{n}}}}}\n"
        for n in range(1, 5)
    ),
    "ask.py": (
        "import asyncio, json\nfrom mcp import Client, StdioServerParameters\n\n\nasync def main():\n"
        "    async with Client(StdioServerParameters(command='digest', args=['mcp'])) as client:\n"
        "        found = await client.call_tool('search', {'query': 'tool use', 'limit': 1})\n"
        "        print(json.dumps(found.structured_content, indent=1, ensure_ascii=False))\n\n\nasyncio.run(main())\n"
    ),
}
HOOK = "\ndelivery: {webhooks: [{name: team, url_env: TEAM}]}\n"
SESSIONS = {
    "citing": ["digest export --format bibtex --item 2606.26790", "digest export --format ris --item 2606.26790"],
    "notes": [
        "digest export --format obsidian vault",
        "cat vault/Items/arxiv-2606.26790.md",
        "digest export --format obsidian vault",
    ],
    "comparing": ["digest diff 2026-W26 2026-W27 | head -20", "digest render --all --check"],
    "starting": ["digest init my-digest --from library.bib"],
    "agents": ["python3 ask.py"],
    "chat": ["digest send --dry-run"],
}
STYLE = (
    "body{margin:0;background:#fff}pre{margin:0;padding:18px 20px;background:#16181d;color:#d7dae0;width:max-content;min-width:680px;"
    "max-width:860px;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.45 'DejaVu Sans Mono',monospace}b{color:#7fd1b9;font-weight:400}"
)


def main(workspace: Path) -> int:
    """Take the pictures."""
    browser = next((path for path in CHROMIUM if Path(path).exists()), None)
    if browser is None:
        print("picture: no Chromium found; install Debian's chromium", file=sys.stderr)
        return 3
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        running = play.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-background-networking"]
        )
        tab = running.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        tab.goto(max(workspace.glob("archive/20*/email.html")).resolve().as_uri())
        tab.screenshot(path=ASSETS / "issue.png")
        tab.goto((workspace / "archive/index.html").resolve().as_uri())
        tab.screenshot(path=ASSETS / "following.png", full_page=True)
        place = Path(shutil.copytree(workspace, Path(folder) / "demo"))
        for name, text in FILES.items():
            (place / name).write_text(text, "utf-8")
        with (place / "feeds.yaml").open("a") as config:
            config.write(HOOK)
        tab = running.new_page(viewport={"width": WIDTH, "height": HEIGHT})  # without the last page's security policy
        for name, lines in SESSIONS.items():
            take(tab, name, lines, place)
        running.close()
    return 0


def take(tab: Page, name: str, lines: Sequence[str], place: Path) -> None:
    """Run the commands and take the picture of what they print."""
    told = "\n\n".join(f"<b>$ {escape(line)}</b>\n{escape(output(line, place))}" for line in lines)
    tab.set_content(f"<!DOCTYPE html><meta charset=utf-8><style>{STYLE}</style><pre>{told}</pre>")
    tab.locator("pre").screenshot(path=ASSETS / f"{name}.png")


def output(line: str, place: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "TEAM": "tgram://123456789:abcdefg_hijklmnop/12315544"}
    ran = subprocess.run(line, shell=True, cwd=place, env=env, capture_output=True, text=True, check=False)  # noqa: S602  (the lines above)
    shown = (ran.stdout + ran.stderr).rstrip().split("\n")
    return "\n".join(shown[:LINES] + ["…"] * (len(shown) > LINES))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
