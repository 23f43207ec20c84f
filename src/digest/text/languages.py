"""Detect the language of a title from its letters and its function words, without a dictionary."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = 0.3  # the share of a title's letters that must be of a script, because a title may contain a foreign word
# Function words that occur in titles of one language and hardly in those of others.
_SMALL = {
    "en": [
        "the",
        "of",
        "and",
        "for",
        "to",
        "in",
        "with",
        "on",
        "from",
        "is",
        "are",
        "we",
        "how",
        "what",
        "why",
        "by",
        "an",
        "at",
        "as",
        "its",
        "our",
        "your",
        "this",
        "that",
        "new",
        "into",
        "using",
    ],
    "de": [
        "der",
        "die",
        "das",
        "und",
        "für",
        "mit",
        "von",
        "den",
        "dem",
        "ein",
        "eine",
        "im",
        "zur",
        "zum",
        "auf",
        "ist",
        "wie",
        "nicht",
        "über",
        "durch",
        "bei",
        "auch",
        "werden",
    ],
    "fr": [
        "le",
        "la",
        "les",
        "des",
        "du",
        "et",
        "pour",
        "avec",
        "une",
        "un",
        "dans",
        "sur",
        "est",
        "au",
        "aux",
        "par",
        "ses",
        "nos",
        "notre",
        "votre",
        "qui",
        "que",
        "vers",
        "ouvre",
    ],
    "es": [
        "el",
        "los",
        "las",
        "del",
        "y",
        "para",
        "con",
        "una",
        "un",
        "en",
        "por",
        "su",
        "sus",
        "es",
        "que",
        "más",
        "como",
        "sobre",
        "nuestro",
        "desde",
    ],
    "it": [
        "il",
        "lo",
        "gli",
        "della",
        "delle",
        "dei",
        "di",
        "e",
        "per",
        "con",
        "una",
        "un",
        "nel",
        "nella",
        "che",
        "più",
        "come",
        "sul",
        "sono",
        "dal",
    ],
    "pt": [
        "o",
        "os",
        "as",
        "do",
        "da",
        "dos",
        "das",
        "e",
        "para",
        "com",
        "uma",
        "um",
        "em",
        "no",
        "na",
        "que",
        "mais",
        "como",
        "sobre",
        "pelo",
        "são",
    ],
}
_SCRIPTS = (
    ("HANGUL", "ko"),
    ("HIRAGANA", "ja"),
    ("KATAKANA", "ja"),
    ("CJK", "zh"),
    ("CYRILLIC", "ru"),
    ("ARABIC", "ar"),
)
_RIGHT_TO_LEFT = frozenset({"ar", "he"})
_OTHERS = (("HEBREW", "he"), ("DEVANAGARI", "hi"), ("THAI", "th"), ("GREEK", "el"), ("BENGALI", "bn"), ("TAMIL", "ta"))


def language_of(title: str) -> str:
    """The language's code; empty if the title is inconclusive."""
    letters = [char for char in title if char.isalpha()]
    if not letters:
        return ""
    if not title.isascii():
        for script, code in (*_SCRIPTS, *_OTHERS):
            least = 1 if code == "ja" else _LETTERS * len(letters)
            of_script = sum(unicodedata.name(char, "").startswith(script) for char in letters)
            if of_script and of_script >= least and _foreign(letters) >= _LETTERS * len(letters):
                return code
    words = {word.lower() for word in _WORD.findall(title)}
    found = {
        code: sum(1 + (not word.isascii()) for word in words.intersection(small)) for code, small in _SMALL.items()
    }
    best = max(found, key=lambda code: (found[code], code == "en"))
    sure = found[best] >= 2 and found[best] > max(count for code, count in found.items() if code != best)
    return best if sure else ""


@lru_cache(maxsize=4096)
def foreign(text: str, language: str) -> str:
    """The language of a text that stands among texts of another; empty if it is the same, or cannot be told.

    Among texts in other letters, one with Latin letters alone is taken for English, the language of the field.
    """
    found = language_of(text)
    if not found and not _latin(language) and _only_latin(text):
        found = "en"
    return "" if found == language.partition("-")[0] else found


def right_to_left(language: str) -> bool:
    return language in _RIGHT_TO_LEFT


def _latin(language: str) -> bool:
    """Whether a language is written in Latin letters."""
    return language.partition("-")[0] not in {code for _, code in (*_SCRIPTS, *_OTHERS)}


def _only_latin(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return bool(letters) and not _foreign(letters)


def _foreign(letters: list[str]) -> int:
    """The number of these letters that are not Latin."""
    return sum(not unicodedata.name(char, "").startswith("LATIN") for char in letters)
