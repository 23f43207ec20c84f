"""Render the pages for subscribers: sign-up, unsubscribing, and what happened, in the language in use. They work without scripts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from digest.render.engine import Engine
from digest.text import formatting
from digest.text.clean import clean
from digest.text.words import language

PAGE = "site/people.html.j2"


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
