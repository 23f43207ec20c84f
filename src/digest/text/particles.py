"""Choose Korean particles by the sound of the word before them, whatever its script: 은/는, 이/가, 을/를, 과/와, 으로/로, 이라/라, 이며/며.

In: a translation that has `{은/는}` after a value. Out: the translation with its values and the particle. Latin words are judged as Koreans
read them: acronyms letter by letter, other words by their spelling, digits by their names.
"""

import re
from collections.abc import Callable
from typing import TypeVar

Words = TypeVar("Words", bound=str)

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
