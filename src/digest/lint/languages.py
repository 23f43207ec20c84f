"""R24: what is marked as a language is in it, so that a screen reader reads it with the right voice."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from digest.lint.mail import Hit, Mail, line_of, own_text
from digest.text.columns import width
from digest.text.languages import language_of

LEAST = 5  # words; fewer may be a name
LEAST_LETTERS = 8  # of a script that has no spaces between words


def languages(mail: Mail) -> Iterator[Hit]:
    """R24."""
    for element in mail.speakers:
        text = " ".join(own_text(element).split())
        marked, found = _marked(element), language_of(text)
        if marked and found not in ("", marked) and _is_more_than_a_name(text):
            message = f"{text[:40]!r} is marked as {marked} and reads as {found}"
            remedy = "give its element the lang of its text, as `{{ text|lang }}` does"
            yield Hit(line=line_of(element), message=message, remedy=remedy, severity="warning")


def _is_more_than_a_name(text: str) -> bool:
    letters = sum(char.isalpha() and width(char) > 1 for char in text)
    return len(text.split()) >= LEAST or letters >= LEAST_LETTERS


def _marked(element: HtmlElement) -> str:
    """The language of the nearest element that has one, without its region. An empty one says that it is unknown."""
    around = (element, *element.iterancestors())
    return next((str(one.get("lang")) for one in around if one.get("lang") is not None), "").partition("-")[0].lower()
