"""Say things to readers in the language of the issue: gettext messages, plurals and particles, by the catalogues in `languages/`.

A message is looked up in the language that `using` set; English, the language of the messages themselves, needs no catalogue.
Never decides which language that is, and translates nothing that a source wrote.

To add a text that readers see, write it whole, with named values: `gettext("%(words)s of %(trend)s", words=…, trend=…)` in code,
`{{ _("%(words)s of %(trend)s", words=…, trend=…) }}` in a template. Mark a constant with `N_` and pass it to `gettext` where it is
shown. Then run `make messages` and translate the new entries of each catalogue.
"""

import gettext as gnu
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TypeVar

SOURCE = "en"  # the language of the messages
CATALOGUE = "messages.mo"
_LANGUAGES = Path(__file__).parents[1] / "languages"  # data of the package, as Babel's own are
_LANGUAGE: ContextVar[str] = ContextVar("language", default=SOURCE)
Words = TypeVar("Words", bound=str)


def shipped() -> tuple[str, ...]:
    """The languages that an issue can have: English, and every one with a catalogue."""
    return (SOURCE, *sorted(path.parent.name for path in _LANGUAGES.glob(f"*/{CATALOGUE}")))


def catalogue_of(tag: str) -> str:
    """The language whose catalogue serves a tag: `ko` for `ko-KR`, `en` for `en-US`; empty if there is none."""
    if tag in shipped():
        return tag
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  (a list in English needs no locales)

    try:
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return ""
    base = tag.partition("-")[0]
    return base if base in shipped() else ""


@contextmanager
def using(tag: str) -> Iterator[None]:
    """Speak this language within the block; English if it has no catalogue, as issues of older archives may."""
    before = _LANGUAGE.set(catalogue_of(tag) or SOURCE)
    try:
        yield
    finally:
        _LANGUAGE.reset(before)


def language() -> str:
    """The language in use."""
    return _LANGUAGE.get()


def N_(message: str) -> str:  # noqa: N802  (gettext's own name for it)
    """Mark a constant for the catalogues; `gettext` translates it where it is shown."""
    return message


def gettext(message: str, /, **values: object) -> str:
    """The message in the language in use, with its values."""
    return _said(_catalogue().gettext(message), values)


def pgettext(context: str, message: str, /, **values: object) -> str:
    """The same for a message that means different things in different places."""
    return _said(_catalogue().pgettext(context, message), values)


def npgettext(context: str, one: str, many: str, number: int, /, **values: object) -> str:
    """The form of a message for a number."""
    return _said(_catalogue().npgettext(context, one, many, number), values)


def looked_up(message: str) -> str:
    """The message in the language in use, its values still to be put in."""
    return _catalogue().gettext(message)


def plural_looked_up(one: str, many: str, number: int) -> str:
    """The same for the form of a number."""
    return _catalogue().ngettext(one, many, number)


def filled(said: str, fill: Callable[[str], Words]) -> Words:
    """A message with its values, as `fill` puts them in, and with what depends on their sound: Korean particles."""
    return chosen(said, fill) if language() == "ko" else fill(said)


def _said(message: str, values: Mapping[str, object]) -> str:
    return filled(message, lambda piece: piece % values) if values else message


def _catalogue() -> gnu.NullTranslations:
    return _read(language())


@cache
def _read(tag: str) -> gnu.NullTranslations:
    if tag == SOURCE:
        return gnu.NullTranslations()
    with (_LANGUAGES / tag / CATALOGUE).open("rb") as file:
        return gnu.GNUTranslations(file)


# Korean particles fit the sound of the word before them, whatever its script. Latin words are judged as Koreans read them: acronyms letter
# by letter, other words by their spelling, digits by their names.
_MARK = re.compile(r"\{(은/는|이/가|을/를|과/와|으로/로|이라/라|이며/며)\}")
_MARKUP = re.compile(r"<[^<>]*>")
_SAID = re.compile(r"[^\W_]+(?=[^\w]*$)")  # the last word, before closing quotes and brackets
_ASIDE = re.compile(r"\s?\([^()]*\)$")  # (…), which is not read aloud with the word
_DIGITS = {
    "0": "ㅇ",
    "1": "ㄹ",
    "3": "ㅁ",
    "6": "ㄱ",
    "7": "ㄹ",
    "8": "ㄹ",
}  # 영 일 삼 육 칠 팔; the others end in vowels
_LETTERS = {"l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "r": "ㄹ"}  # 엘 엠 엔 알
# The ends of words that Korean spells with a final consonant: -l, -m, -n with or without a silent e, and a short vowel before p, t, k, c.
_FINAL = re.compile(r"(?:([lmn])(?:e|s)?|ng|(?:^|[^aeiou])[aeiou](?:p|t|ck|k|c))$")
_FINAL_L = re.compile(r"le?$")


def chosen(said: str, fill: Callable[[str], Words]) -> Words:
    """A translation with its values, and with every mark replaced by the particle that fits what stands before it.

    `fill` puts the values into a piece of the translation, so that a mark within a value stays what it is.
    """
    first, *rest = _MARK.split(said)
    made = fill(first)
    for pair, piece in zip(rest[::2], rest[1::2], strict=True):
        made = type(made)(made + _particle(pair, made) + fill(piece))
    return made


def _particle(pair: str, before: str) -> str:
    closed, open_ = pair.split("/")
    final = _final(before)
    if pair == "으로/로":  # a word that ends in ㄹ takes 로
        return closed if final not in ("", "ㄹ") else open_
    return closed if final else open_


def _final(before: str) -> str:
    """The final consonant of the last syllable as it is read; empty after a vowel, and where nothing can be read."""
    found = _SAID.search(_ASIDE.sub("", _MARKUP.sub("", before)))
    word = found[0] if found else ""
    last = word[-1:]
    if "가" <= last <= "힣":
        place = (ord(last) - ord("가")) % 28
        return "ㄹ" if place == 8 else "ㅇ" if place else ""
    if last in _DIGITS or last.isdigit():
        return _DIGITS.get(last, "")
    if last.isupper():
        return _LETTERS.get(last.lower(), "")
    return _latin(word)


def _latin(word: str) -> str:
    letters = re.split(r"[^a-z]", word.lower())[-1]
    if not _FINAL.search(letters):
        return ""
    return "ㄹ" if _FINAL_L.search(letters) else "ㅇ"
