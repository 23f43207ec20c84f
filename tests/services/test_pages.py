"""Older pages of a feed: followed while they may hold something new, within limits."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from support.listening import serving
from support.running import Run

Pages = dict[str, tuple[int, dict[str, str], bytes]]
AT = "2026-11-23T08:00:00Z"


def entry(number: int) -> tuple[str, str, str]:
    day = f"2026-11-{22 - number // 4:02}T{20 - number % 4:02}:00:00Z"
    return f"Language model {number}", f"https://example.org/{number}", day


def atom(numbers: range, older: str) -> bytes:
    items = "".join(
        f'<entry><title>{title}</title><id>{link}</id><link href="{link}"/><updated>{day}</updated></entry>'
        for title, link, day in map(entry, numbers)
    )
    link = f'<link rel="next" href="{older}"/>' if older else ""
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{link}{items}</feed>'.encode()


def rss(numbers: range, older: str) -> bytes:
    items = "".join(
        f"<item><title>{title}</title><guid>{link}</guid><link>{link}</link><dc:date>{day}</dc:date></item>"
        for title, link, day in map(entry, numbers)
    )
    link = f'<a:link rel="prev-archive" href="{older}"/>' if older else ""
    head = '<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    return f"{head}<channel><title>T</title>{link}{items}</channel></rss>".encode()


def jsonfeed(numbers: range, older: str) -> bytes:
    items = [
        {"id": link, "url": link, "title": title, "date_published": day} for title, link, day in map(entry, numbers)
    ]
    data = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items}
    return json.dumps(data | ({"next_url": older} if older else {})).encode()


Form = Callable[[range, str], bytes]


def paged(form: Form, *, pages: int, size: int = 2, first: int = 0) -> Pages:
    """A feed of so many pages, each with so many entries."""
    found: Pages = {}
    for n in range(pages):
        numbers = range(first + n * size, first + (n + 1) * size)
        found[f"/{n}" if n else "/f"] = (200, {}, form(numbers, f"/{n + 1}" if n + 1 < pages else ""))
    return found


def collect(run: Run, place: Path, base: str, at: str = AT) -> tuple[int, str]:
    (place / "feeds.yaml").write_text(
        f"fetch: {{allow_private: true}}\nfeeds:\n  - {{name: F, url: '{base}/f', kind: blog}}\n"
    )
    (one,) = run("-C", place, "collect", "--json", "--at", at).json
    return one["new"], one["reason"]


@pytest.mark.parametrize("form", [atom, rss, jsonfeed])
def test_a_new_feed_is_followed_as_far_back_as_lookback(run: Run, tmp_path: Path, form: Form) -> None:
    with serving(paged(form, pages=20, size=4)) as (base, asked):
        assert collect(run, tmp_path, base) == (32, "")  # a page a day; the eighth is the first that is too old
    assert [path for path, _ in asked] == ["/f", *(f"/{n}" for n in range(1, 8))]


def test_a_known_feed_is_followed_until_a_page_has_what_is_known(run: Run, tmp_path: Path) -> None:
    pages = paged(atom, pages=1, first=10)
    with serving(pages) as (base, asked):
        collect(run, tmp_path, base, "2026-11-21T08:00:00Z")
        pages |= paged(atom, pages=9)
        asked.clear()
        assert collect(run, tmp_path, base) == (10, "")
        assert [path for path, _ in asked] == ["/f", "/1", "/2", "/3", "/4", "/5"]
        asked.clear()
        pages["/f"] = (200, {}, atom(range(2), "/1") + b" ")
        assert collect(run, tmp_path, base, "2026-11-23T12:00:00Z") == (0, "")
        assert [path for path, _ in asked] == ["/f"]


def test_pages_are_limited_in_number(run: Run, tmp_path: Path) -> None:
    with serving(paged(atom, pages=30, size=1)) as (base, asked):
        assert collect(run, tmp_path, base) == (10, "")
    assert len(asked) == 10


@pytest.mark.parametrize("older", ["/f", "http://127.0.0.2:1/f", "file:///etc/passwd", "javascript:1", "", "//["])
def test_no_page_leads_in_a_circle_or_to_another_host(run: Run, tmp_path: Path, older: str) -> None:
    with serving({"/f": (200, {}, atom(range(2), older))}) as (base, asked):
        assert collect(run, tmp_path, base) == (2, "")
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ((500, {}, b""), "answered 500 Internal Server Error"),
        ((200, {}, b"<html></html>"), "a web page, not a feed"),
        ((429, {}, b""), "answered 429 Too Many Requests"),
    ],
)
def test_a_page_that_fails_costs_nothing_that_was_read(
    run: Run, tmp_path: Path, second: tuple[int, dict[str, str], bytes], why: str
) -> None:
    with serving(paged(atom, pages=3) | {"/1": second}) as (base, _):
        assert collect(run, tmp_path, base) == (2, f"an older page of it could not be read: {why}")
