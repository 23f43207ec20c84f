"""`digest export` writes every first sighting, accepted or not."""

import json
from pathlib import Path

from support.running import Run

ITEMS = """<item><title>LLM agents use tools</title><link>https://example.org/a</link><guid>a</guid>
<pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate><author>Ada Byron</author><description>Large language model agents.</description></item>
<item><title>Old</title><link>https://example.org/b</link><guid>b</guid><pubDate>Sun, 22 Nov 2015 10:00:00 GMT</pubDate></item>"""


def test_every_first_sighting_is_a_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "f.xml").write_text(f'<rss version="2.0"><channel><title>T</title>{ITEMS}</channel></rss>')
    (tmp_path / "feeds.yaml").write_text("feeds: [{name: F, url: f.xml, kind: blog}]\n")
    run("-C", tmp_path, "collect", "--at", "2026-11-23T08:00:00Z")
    ran = run("-C", tmp_path, "export")
    first, second = map(json.loads, ran.out.splitlines())
    assert first.pop("trends")
    assert first == {
        "feed": "F",
        "title": "LLM agents use tools",
        "url": "https://example.org/a",
        "published": "2026-11-22T10:00:00Z",
        "first_seen": "2026-11-23T08:00:00Z",
        "authors": ["Ada Byron"],
        "summary": "Large language model agents.",
        "fate": None,
        "item": "url:https://example.org/a",
        "keys": ["url:https://example.org/a", "guid:f.xml a"],
        "signals": [],
        "kind": "post",
    }
    assert (second["title"], second["fate"]) == ("Old", "too_old")
