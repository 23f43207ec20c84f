"""What feeds write never holds an issue, and never gets what stands for a reader's own links."""

import json
import re
from pathlib import Path

from digest.render import PREFERENCES_URL, UNSUBSCRIBE_URL
from support.running import Run

TAUGHT = f"{PREFERENCES_URL}/more/2026-W48/i0000000000"
WORDS = "A large language model agent that calls tools"
TITLES = (
    "&#146;s", "&amp;#146;s", "&amp;amp;#146; twice", "javascript&colon;alert(1)", "{{ 7*7 }} and {% if %}", "undefined", "None", "\ufffd", "[object Object]", "TK",
    "<script>alert(1)</script>", "&copy=1&section=2", "x" * 400, "한국어모델" * 80, UNSUBSCRIBE_URL, f"see {PREFERENCES_URL} now",
    UNSUBSCRIBE_URL.replace(".", r"\textbf{.}", 1), "=_digest", "--=_digest--", "List-Unsubscribe: <x>",
)  # fmt: skip
LINKS = (
    "HTTP://Example.org/a", "https://example.org/a?b=1&section=2&copy=3&region=4&params=5&currency=6", "https://example.org/javascript&colon;alert(1)",
    "https://example.org/?a=1&amp;section=2", "https://example.org/&#146;", f"https://example.org/?u={UNSUBSCRIBE_URL}", UNSUBSCRIBE_URL, PREFERENCES_URL,
    "https://example.org/'quoted'", "https://example.org/" + "p" * 1_500, "https://ada:hunter2@example.org/x", "https://example.org/größe", TAUGHT,
)  # fmt: skip


def feed(titles: tuple[str, ...], links: tuple[str, ...]) -> str:
    items = [
        {"id": f"{n}", "url": f"{links[n % len(links)]}{'' if n < len(links) else f'#{n}'}", "title": f"{WORDS} {n}: {title}", "content_text": f"{title} {WORDS}.",
         "authors": [{"name": title}], "date_published": "2026-11-22T08:00:00Z"}
        for n, title in enumerate(titles)
    ]  # fmt: skip
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": titles[-1], "items": items})


def built(run: Run, place: Path, document: str) -> tuple[str, str]:
    place.mkdir()
    (place / "f.json").write_text(document)
    (place / "feeds.yaml").write_text(
        "digest: {lookback: 300d, max_age: 300d}\ndelivery: {base_url: 'https://digest.example.org'}\nfeeds:\n  - {name: F, url: f.json, kind: papers}\n"
    )
    ran = run("-C", place, "build", "--at", "2026-11-23T08:00:00Z")
    assert (ran.code, ran.err.count("cannot be read")) == (0, 0), ran.err
    mail = min(place.rglob("email.html"))
    return mail.read_text(), mail.with_suffix(".txt").read_text()


def test_no_text_or_link_of_a_feed_holds_the_issue_or_gets_a_readers_key(run: Run, tmp_path: Path) -> None:
    html, text = built(run, tmp_path / "hostile", feed(TITLES, LINKS))
    plain_html, plain_text = built(run, tmp_path / "plain", feed(("One", "Two"), ("https://example.org/a",)))
    for placeholder in (UNSUBSCRIBE_URL, PREFERENCES_URL):
        # The last for each item and section.
        own = re.compile(rf'="{placeholder}(?:/more/2026-W48/(?:agents|i[0-9a-f]{{10}}))?"')
        assert html.count(placeholder) == len(own.findall(html))
        assert html.count(f'="{placeholder}"') == plain_html.count(f'="{placeholder}"')
        assert text.count(placeholder) == plain_text.count(placeholder)
    assert TAUGHT not in html
    assert "HTTP://" not in html
