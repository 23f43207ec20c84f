"""Dates are read right or not at all, whatever the day is on which they are read."""

import re

import pytest
from babel.dates import get_month_names

from digest.text.dates import LANGUAGES, MONTHS, read_date

KNOWN = {
    "Sun, 22 Nov 2026 10:00:00 GMT": "2026-11-22T10:00:00+00:00",
    "Sun, 22 Nov 2026 10:00:00 -0530": "2026-11-22T15:30:00+00:00",
    "22 Nov 26 10:00 GMT": "2026-11-22T10:00:00+00:00",
    "Thurs, 30 May 2019 00:00:00 UTC": "2019-05-30T00:00:00+00:00",
    "Sun Nov 22 10:00:00 CET 2026": "2026-11-22T09:00:00+00:00",
    "2026-11-22T10:00:00.123456+02:00": "2026-11-22T08:00:00+00:00",
    "2026-11-22T24:00:00Z": "2026-11-23T00:00:00+00:00",
    "2026-11-22T23:59:60Z": "2026-11-23T00:00:00+00:00",
    "20261122T100000Z": "2026-11-22T10:00:00+00:00",
    "20261122": "2026-11-22T00:00:00+00:00",
    "2026-W47-7": "2026-11-22T00:00:00+00:00",
    "1795341600": "2026-11-22T10:00:00+00:00",
    "1795341600000": "2026-11-22T10:00:00+00:00",
    "2026/11/22 10:00": "2026-11-22T10:00:00+00:00",
    "2026年11月22日 10:00": "2026-11-22T10:00:00+00:00",
    "2026. 11. 22. 오후 1:05:00": "2026-11-22T13:05:00+00:00",
    "2026年11月22日 下午1:05": "2026-11-22T13:05:00+00:00",
    "22. November 2026": "2026-11-22T00:00:00+00:00",
    "22. November 2026 10:00 Uhr": "2026-11-22T10:00:00+00:00",
    "So., 22. Nov. 2026, 10:00 Uhr MEZ": "2026-11-22T09:00:00+00:00",
    "일, 22 11월 2026 10:00:00 +0900": "2026-11-22T01:00:00+00:00",
    "日, 22 11月 2026 10:00:00 +0900": "2026-11-22T01:00:00+00:00",
    "22 de noviembre de 2026": "2026-11-22T00:00:00+00:00",
    "22 novembre 2026 10:00 CET": "2026-11-22T09:00:00+00:00",
    "dom, 22 nov 2026 10:00:00 GMT": "2026-11-22T10:00:00+00:00",
    "22 ноября 2026 г. 10:00": "2026-11-22T10:00:00+00:00",
    "Mi, 25 Mär 2026 12:00 AM": "2026-03-25T00:00:00+00:00",
    "Nov 22, 2026 at 12:30 p.m. EST": "2026-11-22T17:30:00+00:00",
    "22/11/2026 10:00": "2026-11-22T10:00:00+00:00",
    "11/22/2026 10:00:00 AM": "2026-11-22T10:00:00+00:00",
    "Sun, 22 Nov 2026 10:00:00 GMT+2": "2026-11-22T08:00:00+00:00",
}
UNKNOWN = (
    "", "yesterday", "2026", "Nov 2026", "05/06/2026", "0001-01-01T00:00:00Z", "Sun, 31 Feb 2026 10:00:00 GMT", "2026-13-01", "Sun, 22 Nov 2026 25:00:00 GMT",
    "Sun, 22 Nov 2026 10:00:00 IST", "Sun, 22 Nov 2026 10:00:00 XYZ", "2026-11-22T10:00:00+99:00", "22 Nov", "10:00:00", "Q4 2026", "١٢", "9" * 5000, "2026-W60-1",
)  # fmt: skip


@pytest.mark.parametrize("text", KNOWN)
def test_a_date_is_read(text: str) -> None:
    found = read_date(text)
    assert found is not None
    assert found.isoformat() == KNOWN[text]


@pytest.mark.parametrize("text", UNKNOWN)
def test_a_date_that_is_unsure_is_unknown(text: str) -> None:
    assert read_date(text) is None


def test_the_names_of_months_are_those_of_cldr() -> None:
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    for word in re.findall(r"[^\W\d_]{3,}", name.casefold()):
                        found.setdefault(word, set()).add(number)
    meant = {word: numbers.pop() for word, numbers in found.items() if len(numbers) == 1}
    english = {"sept": 9, "march": 3, "mar": 3, "june": 6, "jun": 6, "july": 7, "jul": 7, "may": 5}
    assert {name: number for number, names in enumerate(MONTHS, start=1) for name in names.split()} == meant | {
        name.casefold(): number
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale="en").items()
    } | english
