"""R13, R24: the contrast of text in light mode, dark mode and inverted colours, and the language that a screen reader reads it in.

Contrast is defined by WCAG 2.2 (success criterion 1.4.3). Inversion mirrors the lightness and keeps hue and saturation, as in Gmail's
apps.
"""

import colorsys
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache

from lxml.html import HtmlElement
from tinycss2.color4 import parse_color

from digest.lint.mail import Hit, Mail, inline, line_of, own_text, words_of
from digest.text.columns import width
from digest.text.languages import language_of

Colour = tuple[float, float, float]
DARK = "(prefers-color-scheme: dark)"
_LEAST, _LEAST_LARGE = 4.5, 3.0
Styles = Callable[[HtmlElement], Mapping[str, str]]
LEAST = 5  # words; fewer may be a name
LEAST_LETTERS = 8  # of a script that has no spaces between words


def contrast(mail: Mail) -> Iterator[Hit]:
    """R13: text has enough contrast in light mode, in dark mode and inverted."""
    dark = _dark_styles(mail)
    schemes: tuple[tuple[str, Styles, Callable[[Colour], Colour]], ...] = (
        ("in light mode", inline, lambda colour: colour),
        ("in dark mode", dark, lambda colour: colour),
        ("inverted", inline, inverted),
    )
    for scheme, styles, turned in schemes:
        reported: set[tuple[Colour, Colour]] = set()
        colours = _colours(styles)
        for element in mail.speakers:
            ink, paper = colours(element)
            if ink is None or paper is None or (ink, paper) in reported or inline(element).get("display") == "none":
                continue
            ratio = ratio_of(turned(ink), turned(paper))
            if ratio < _LEAST and ratio < (_LEAST_LARGE if _is_large(element) else _LEAST):
                reported.add((ink, paper))
                message = f"{words_of(element)[:40]!r} has a contrast of {ratio:.1f} {scheme}"
                yield Hit(line=line_of(element), message=message, remedy=f"choose colours with at least {_LEAST}")
    yield from _halves(mail)


def _halves(mail: Mail) -> Iterator[Hit]:
    """Texts with a colour but no background, or the reverse, which become unreadable if a client changes the other."""
    colours = _colours(inline)
    for element in mail.speakers:
        ink, paper = colours(element)
        if (ink is None) is not (paper is None):
            given, missing = ("background", "colour") if ink is None else ("colour", "background")
            message = f"{words_of(element)[:40]!r} has a {given} and no {missing}"
            yield Hit(line=line_of(element), message=message, remedy="set both on it or around it")
            return


def _colours(styles: Styles) -> Callable[[HtmlElement], tuple[Colour | None, Colour | None]]:
    """A function that gives an element's text and background colours; None if no style sets them."""

    @cache
    def colours(element: HtmlElement) -> tuple[Colour | None, Colour | None]:
        own, around = styles(element), element.getparent()
        ink = parsed(own.get("color", ""))
        paper = parsed(own.get("background-color", own.get("background", ""))) or parsed(element.get("bgcolor") or "")
        if around is None or (ink and paper):
            return ink, paper
        outer_ink, outer_paper = colours(around)
        return ink or outer_ink, paper or outer_paper

    return colours


def _dark_styles(mail: Mail) -> Styles:
    """The inline styles overridden by those in `@media (prefers-color-scheme: dark)`. Selectors are names and classes."""
    rules = [
        (selector.strip(), {one.name: one.value for one in rule.declarations})
        for rule in mail.rules
        if DARK in rule.at
        for selector in rule.selector.split(",")
    ]

    def styles(element: HtmlElement) -> Mapping[str, str]:
        classes = {f".{name}" for name in (element.get("class") or "").split()} | {str(element.tag)}
        own = inline(element)
        for selector, changed in rules:
            if selector in classes:
                own = {**own, **changed}
        return own

    return styles


@lru_cache(maxsize=256)
def parsed(text: str) -> Colour | None:
    """The red, green and blue of a colour in 0..1; None if the text is not a colour, or a transparent one."""
    colour = parse_color(text) if text else None
    if colour is None or colour == "currentcolor" or not colour.alpha:
        return None
    red, green, blue = colour.to("srgb").coordinates
    return red, green, blue


def inverted(colour: Colour) -> Colour:
    hue, lightness, saturation = colorsys.rgb_to_hls(*colour)
    return colorsys.hls_to_rgb(hue, 1 - lightness, saturation)


@lru_cache(maxsize=256)
def ratio_of(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _is_large(element: HtmlElement) -> bool:
    """Whether the text has at least 24 px, or 18.66 px in bold."""
    around = [inline(each) for each in (element, *element.iterancestors())]
    size = next((float(own["font-size"][:-2]) for own in around if own.get("font-size", "").endswith("px")), 16.0)
    weight = next((own["font-weight"] for own in around if "font-weight" in own), "400")
    return size >= 24 or (size >= 18.66 and weight in ("bold", "600", "700", "800"))


def languages(mail: Mail) -> Iterator[Hit]:
    """R24: a text's language is the one that it is marked with."""
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
