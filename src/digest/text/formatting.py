"""Format numbers, counts, dates and lists for readers, with dates in the language of the issue."""

from collections.abc import Sequence
from datetime import date, datetime
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, parse_pattern
from babel.lists import format_list
from babel.numbers import format_decimal

from digest.errors import ConfigError, Problem
from digest.model import Window
from digest.text import words
from digest.text.clean import clean
from digest.text.words import N_

THIN = "\u202f"  # a narrow no-break space


def locale_of(language: str) -> Locale:
    """The locale of a language tag. Plain `en` means British English, with the day first.

    Raises:
        ConfigError: the language is unknown.
    """
    try:
        return Locale.parse("en-GB" if language == "en" else language, sep="-")
    except (ValueError, UnknownLocaleError) as error:
        problem = Problem(
            file="feeds.yaml",
            line=0,
            path="digest.language",
            message=f"expected a language tag such as en, got {language}",
        )
        raise ConfigError("feeds.yaml", [problem]) from error


def language_name(language: str) -> str:
    """A language in its own words: `한국어`."""
    return locale_of(language).get_language_name() or language


def number(value: float) -> str:
    """Digits as the language in use writes them; in English with thin spaces from 10 000 on. A fraction keeps one place."""
    if words.language() != words.SOURCE:
        rounded = value if value == round(value) else round(value, 1)
        return format_decimal(rounded, locale=locale_of(words.language()))
    if value != round(value):
        return f"{value:.1f}"
    return f"{value:,.0f}".replace(",", THIN) if abs(value) >= 10_000 else f"{value:.0f}"


def P_(_context: str, message: str) -> str:  # noqa: N802  (gettext's own name for it)
    return message


def NP_(_context: str, one: str, many: str) -> tuple[str, str]:  # noqa: N802  (as P_)
    return one, many


# What is counted for readers: the words for none, and the forms of a number. Each is its own context in the catalogues.
_NONE = {
    "author": P_("author", "no others"),
    "comment": P_("comment", "no comments"),
    "download": P_("download", "no downloads"),
    "entry": P_("entry", "no entries"),
    "feed": P_("feed", "no feeds"),
    "issue": P_("issue", "no issues"),
    "item": P_("item", "no items"),
    "label": P_("label", "no labels"),
    "like": P_("like", "no likes"),
    "minute": P_("minute", "no minutes"),
    "more": P_("more", "no more"),
    "other": P_("other", "no others"),
    "paper": P_("paper", "no papers"),
    "point": P_("point", "no points"),
    "star": P_("star", "no stars"),
    "trend": P_("trend", "no trends"),
    "vote": P_("vote", "no votes"),
    "work": P_("work", "no works"),
}
_SOME = {
    "author": NP_("author", "one other", "%(number)s others"),
    "comment": NP_("comment", "one comment", "%(number)s comments"),
    "download": NP_("download", "one download", "%(number)s downloads"),
    "entry": NP_("entry", "one entry", "%(number)s entries"),
    "feed": NP_("feed", "one feed", "%(number)s feeds"),
    "issue": NP_("issue", "one issue", "%(number)s issues"),
    "item": NP_("item", "one item", "%(number)s items"),
    "label": NP_("label", "one label", "%(number)s labels"),
    "like": NP_("like", "one like", "%(number)s likes"),
    "minute": NP_("minute", "one minute", "%(number)s minutes"),
    "more": NP_("more", "one more", "%(number)s more"),
    "other": NP_("other", "one other", "%(number)s others"),
    "paper": NP_("paper", "one paper", "%(number)s papers"),
    "point": NP_("point", "one point", "%(number)s points"),
    "star": NP_("star", "one star", "%(number)s stars"),
    "trend": NP_("trend", "one trend", "%(number)s trends"),
    "vote": NP_("vote", "one vote", "%(number)s votes"),
    "work": NP_("work", "one work", "%(number)s works"),
}


def count(value: int, noun: str, plural: str = "") -> str:
    """`one item`, `2 items`, `no items`, in the language in use if readers see the noun; `plural` is for other nouns."""
    if noun in _SOME:
        if not value:
            return words.pgettext(noun, _NONE[noun])
        return words.npgettext(noun, *_SOME[noun], value, number=number(value))
    if value == 1:
        return f"one {noun}"
    return f"{number(value) if value else 'no'} {plural or noun + 's'}"


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`, as the language in use joins them."""
    if words.language() != words.SOURCE:
        return format_list(list(parts), locale=locale_of(words.language()))
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def span_of_key(key: str) -> str:
    """The name of an issue's period by the form of its key: day, week or month."""
    if "W" in key:
        return "week"
    return "day" if key.count("-") == 2 else "month"


_PERIODS = {"day": N_("today"), "week": N_("this week"), "month": N_("this month")}


def period(key: str) -> str:
    """The name of an issue's period within a sentence: `this week`."""
    return words.gettext(_PERIODS[span_of_key(key)])


def short_key(key: str, beside: str) -> str:
    """`W45` for 2026-W45 in a weekly issue of the same year; any other key unchanged."""
    year, _, rest = clean(key).partition("-")
    return rest if rest.startswith("W") and beside.startswith(f"{year}-W") else clean(key)


def day(instant: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """A date in full: `23 November 2026`."""
    return date_in_full(instant.astimezone(zone).date(), locale)


def date_in_full(day: date, locale: Locale) -> str:
    """The same for a date without a time."""
    return format_date(day, format="long", locale=locale)


_YEAR = {"ja": "y年", "ko": "y년", "zh": "y年"}  # a year alone, where its number needs a word


def month(told: str, locale: Locale) -> str:
    """`2024-02` as `February 2024`. A year alone as the language writes it; any other text unchanged."""
    for form, pattern in (
        ("%Y-%m", locale.datetime_skeletons["yMMMM"].pattern),
        ("%Y", _YEAR.get(locale.language, "y")),
    ):
        try:
            return format_date(datetime.strptime(told, form), format=pattern, locale=locale)  # noqa: DTZ007  (no instant)
        except ValueError:
            continue
    return clean(told)


def span(window: Window, zone: ZoneInfo, locale: Locale) -> str:
    """The days of a window: `16–23 November 2026`, `30 November – 7 December 2026`; only the last day if it has no start."""
    last = window.end.astimezone(zone).date()
    first = window.start.astimezone(zone).date() if window.start else last
    if first == last:
        return format_date(last, format="long", locale=locale)
    patterns = locale.interval_formats.get("yMMMd", {}).get(_greatest_difference(first, last))
    if patterns is None:
        return " – ".join(format_date(each, format="long", locale=locale) for each in (first, last))
    return "".join(
        parse_pattern(pattern.replace("MMM", "MMMM")).apply(each, locale)
        for pattern, each in zip(patterns, (first, last), strict=True)
    )


def _greatest_difference(first: date, last: date) -> str:
    if first.year != last.year:
        return "y"
    return "M" if first.month != last.month else "d"


def name_order(name: str) -> tuple[bool, str, str]:
    """The key by which names are sorted for readers: case and accents count last; in Korean, Hangul comes before other letters."""
    bare = "".join(char for char in normalize("NFKD", name).casefold() if not combining(char))
    late = words.language() == "ko" and name[:1].isalpha() and not "가" <= name[:1] <= "힣"
    return late, bare, name
