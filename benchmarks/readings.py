"""What is read out of real feeds, field by field, beside feedparser or beside another version of this program.

    python benchmarks/readings.py ../shared/data/feeds                        # beside feedparser
    python benchmarks/readings.py ../shared/data/feeds --save now.json        # with PYTHONPATH, in either version
    python benchmarks/readings.py ../shared/data/feeds --against then.json --examples 3

Texts are compared without white space and invisible characters, and feedparser's without their markup.
"""

import argparse
import html
import json
import re
from calendar import timegm
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digest.errors import FeedError
from digest.feeds.parsing import parse

FIELDS = ("guid", "link", "title", "summary", "authors", "published")
_TYPE = "application/xml"
_TAG = re.compile(r"<[^>]+>")
_GAPS = re.compile(r"[\s\u00ad\u2060\u200b-\u200f\ufeff]+")


def documents(folder: Path) -> list[tuple[str, bytes, str]]:
    """The captured documents with their addresses: each feed's, and those of some feeds over weeks."""
    listed = json.loads((folder / "real/manifest.json").read_text("utf-8"))
    urls = {each["file"]: each["url"] for each in listed}
    paths = sorted(path for part in ("real", "history") for path in (folder / part).rglob("*") if path.is_file())
    return [
        (
            str(path.relative_to(folder)),
            path.read_bytes(),
            urls.get(path.name, f"https://feeds.example.org/{path.parent.name}"),
        )
        for path in paths
        if path.suffix in (".xml", ".json") and path.name not in ("manifest.json", "index.json")
    ]


def ours(body: bytes, url: str) -> dict[str, Any]:
    """What this program reads."""
    try:
        found = parse(body, url=url, content_type=_TYPE)
    except FeedError as error:
        return {"error": error.cause, "title": "", "entries": []}
    entries = [
        {name: getattr(entry, name) for name in FIELDS} | {"published": entry.published and entry.published.isoformat()}
        for entry in found.entries
    ]
    return {"title": found.title, "entries": entries}


def theirs(body: bytes, url: str) -> dict[str, Any]:
    """What feedparser reads."""
    import feedparser

    found = feedparser.parse(body, response_headers={"content-type": _TYPE, "content-location": url})
    return {"title": found.feed.get("title", ""), "entries": [_their_entry(each) for each in found.entries]}


def _their_entry(entry: Any) -> dict[str, Any]:
    date = entry.get("published_parsed") or entry.get("updated_parsed")
    return {
        "guid": entry.get("id", ""),
        "link": entry.get("link", ""),
        "title": _words(entry.get("title", "")),
        "summary": _words(entry.get("summary", "") or (entry.get("content") or [{}])[0].get("value", "")),
        "authors": [each.get("name", "") for each in entry.get("authors", ())],
        "published": datetime.fromtimestamp(timegm(date), UTC).isoformat() if date else None,
    }


def _words(markup: str) -> str:
    return html.unescape(html.unescape(_TAG.sub(" ", markup)))


def flat(value: object) -> object:
    """A value in the form in which it is compared."""
    if isinstance(value, list | tuple):
        return [flat(each) for each in value]
    return _GAPS.sub("", value) if isinstance(value, str) else value


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, object, object]]:
    """The kind of each difference, with both values."""
    if before.get("error") != now.get("error"):
        return [("an error", before.get("error"), now.get("error"))]
    found = [("title of the feed", before["title"], now["title"])]
    if len(before["entries"]) != len(now["entries"]):
        return [("number of entries", len(before["entries"]), len(now["entries"]))]
    for one, other in zip(before["entries"], now["entries"], strict=True):
        found += [(name, one[name], other[name]) for name in FIELDS]
    return [each for each in found if flat(each[1]) != flat(each[2])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--examples", type=int, default=0)
    options = parser.parse_args()
    read = documents(options.folder)
    now = {name: ours(body, url) for name, body, url in read}
    if options.save:
        options.save.write_text(json.dumps(now), "utf-8")
        return
    known = json.loads(options.against.read_text("utf-8")) if options.against else {}
    counts: Counter[str] = Counter()
    seen: dict[str, list[tuple[str, object, object]]] = defaultdict(list)
    for name, body, url in read:
        for kind, before, after in differences(known.get(name) or theirs(body, url), now[name]):
            counts[kind] += 1
            seen[kind].append((name, before, after))
    print(f"{len(read)} documents, {sum(len(each['entries']) for each in now.values()):,} entries")
    for kind, count in counts.most_common():
        print(f"{kind:20}{count:6} in {len({name for name, _, _ in seen[kind]})} documents")
        for name, before, after in seen[kind][: options.examples]:
            print(f"    {name}: {str(before)[:100]!r} -> {str(after)[:100]!r}")


if __name__ == "__main__":
    main()
