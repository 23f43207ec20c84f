"""Render the pages for subscribers: sign-up, unsubscribing, their preferences, and what happened, in the language in use.

They work without scripts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from digest.render.engine import Engine
from digest.text import formatting
from digest.text.clean import clean
from digest.text.words import N_, gettext, language

PAGE = "site/people.html.j2"
PREFERENCES_PAGE = "site/preferences.html.j2"
TEACH = "site/teach.html.j2"
LEVELS: Mapping[str, str] = {
    "much more": N_("much more"),
    "more": N_("more"),
    "less": N_("less"),
    "much less": N_("much less"),
}
KINDS: Mapping[str, str] = {
    "author": N_("Author"),
    "term": N_("Words"),
    "work": N_("Paper"),
    "feed": N_("Source"),
    "trend": N_("Trend"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PeopleView:
    """One page. `button` is the label of the form's button; without one there is no form."""

    title: str
    language: str
    direction: str  # ltr | rtl
    heading: str
    words: str
    button: str = ""
    asks_address: bool = False
    link: str = ""
    link_words: str = ""


class PeoplePages:
    """The pages of one digest, with its title and templates."""

    def __init__(self, templates: Mapping[str, str], *, title: Callable[[], str]) -> None:
        """`title` gives the digest's title in the language in use."""
        self._engine = Engine(templates)
        self._title = title

    def page(
        self,
        heading: str,
        words: str,
        *,
        button: str = "",
        asks_address: bool = False,
        link: tuple[str, str] = ("", ""),
    ) -> str:
        view = PeopleView(
            title=clean(self._title()),
            language=language(),
            direction=formatting.locale_of(language()).text_direction,
            heading=heading,
            words=words,
            button=button,
            asks_address=asks_address,
            link=link[0],
            link_words=link[1],
        )
        return self._engine.render(PAGE, page=view)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One option of a list."""

    value: str
    name: str
    chosen: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendRow:
    """A trend: whether the reader gets it, and for how much it counts."""

    id: str
    name: str
    chosen: bool
    levels: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TaughtRow:
    """What counts for more or less: the weight's name, as it is shown, and its level."""

    weight: str
    kind: str
    name: str
    levels: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PreferencesView:
    """The page of one reader."""

    title: str
    language: str
    direction: str
    words: str
    trouble: bool  # the words say what could not be done
    address: str  # of the page itself
    frequencies: tuple[Choice, ...]
    weekdays: tuple[Choice, ...]
    days: tuple[Choice, ...]
    hours: tuple[Choice, ...]
    zones: tuple[Choice, ...]
    minutes: tuple[Choice, ...]
    languages: tuple[Choice, ...]  # of the editions, if there are several
    plain: bool
    paused: bool
    until: str  # a date, or empty
    trends: tuple[TrendRow, ...]
    taught: tuple[TaughtRow, ...]
    kinds: tuple[Choice, ...]
    library: str  # the address that takes a file
    data: str  # the address of everything stored
    leave: str  # the address of unsubscribing


@dataclass(frozen=True, kw_only=True, slots=True)
class NameRow:
    """What an item stands for. `held` says for how much it counts already, or is empty; `chosen` is checked."""

    weight: str
    kind: str
    name: str
    held: str
    held_value: str  # as the form gives it back, so that a form that comes again changes nothing more
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TeachView:
    """The page that asks which properties of an item or a section should count for more or for less."""

    title: str
    language: str
    direction: str
    what: str  # the title of the item, or the name of the section
    names: tuple[NameRow, ...]
    back: str  # the address of the preferences


class PreferencePages:
    """The pages of one digest, with its title and templates."""

    def __init__(self, templates: Mapping[str, str], *, title: Callable[[], str]) -> None:
        """`title` gives the digest's title in the language in use."""
        self._engine = Engine(templates)
        self._title = title

    def frame(self) -> dict[str, str]:
        """What every page of this digest has in common."""
        direction = formatting.locale_of(language()).text_direction
        return {"title": clean(self._title()), "language": language(), "direction": direction}

    def preferences(self, view: PreferencesView) -> str:
        return self._engine.render(PREFERENCES_PAGE, page=view)

    def teach(self, view: TeachView) -> str:
        return self._engine.render(TEACH, page=view)


def levels(held: str) -> tuple[Choice, ...]:
    """The levels of a weight to choose from; `held` is the one that it has, or empty."""
    usual = Choice(value="none", name=gettext("as usual"), chosen=not held)
    ordered = [Choice(value=level, name=gettext(name), chosen=level == held) for level, name in LEVELS.items()]
    return (*ordered[:2], usual, *ordered[2:])


def weekdays(chosen: int) -> tuple[Choice, ...]:
    """The days of a week, from Monday (1) on."""
    names = formatting.locale_of(language()).days["stand-alone"]["wide"]
    return tuple(Choice(value=str(n + 1), name=names[n], chosen=n + 1 == chosen) for n in range(7))


def numbers(values: Sequence[int], form: str, chosen: int) -> tuple[Choice, ...]:
    """Numbers to choose from, each written in a form such as `{:02d}:00`."""
    return tuple(Choice(value=str(one), name=form.format(one), chosen=one == chosen) for one in values)


def day_in_words(instant: datetime, zone: ZoneInfo) -> str:
    day: date = instant.astimezone(zone).date()
    return formatting.date_in_full(day, formatting.locale_of(language()))
