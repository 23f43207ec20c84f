"""caniemail.json, from the npm package `caniemail` -> src/digest/lint/clients.py: which of nine clients knows which feature."""

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "src/digest/lint/clients.py"
CLIENTS = {
    "Gmail": ("gmail", "desktop-webmail"),
    "Gmail on iOS": ("gmail", "ios"),
    "Gmail on Android": ("gmail", "android"),
    "Outlook on Windows": ("outlook", "windows"),
    "Outlook.com": ("outlook", "outlook-com"),
    "Apple Mail": ("apple-mail", "macos"),
    "Apple Mail on iOS": ("apple-mail", "ios"),
    "Yahoo Mail": ("yahoo", "desktop-webmail"),
    "Thunderbird": ("thunderbird", "macos"),
}
HEAD = '''"""Which of nine mail clients knows which feature: facts of caniemail.com ({date}). Made by `make caniemail`; not to be edited.

A letter per client, in the order of `CLIENTS`: y knows it, n does not, a knows part of it, u nobody knows.
"""

CLIENTS = (
{clients}
)
SUPPORT = dict(
    line.split()
    for line in """\\
'''


def letter(feature: dict[str, Any], family: str, platform: str) -> str:
    """The latest version's."""
    versions = feature["stats"].get(family, {}).get(platform, {})
    return list(versions.values())[-1][0] if versions else "u"


def main() -> None:
    data = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    rows = [
        f"{feature['slug']} {''.join(letter(feature, *client) for client in CLIENTS.values())}\n"
        for feature in sorted(data["data"], key=lambda feature: feature["slug"])
        if feature["category"] in ("css", "html")
    ]
    names = "\n".join(f'    "{name}",' for name in CLIENTS)
    head = HEAD.format(date=data["last_update_date"][:10], clients=names)
    TARGET.write_text(head + "".join(rows) + '""".splitlines()\n)\n', "utf-8")


if __name__ == "__main__":
    main()
