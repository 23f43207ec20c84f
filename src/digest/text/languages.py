"""Detect the language of a title from its letters and its function words, without a dictionary."""

import re
import unicodedata
from functools import lru_cache
from unicodedata import bidirectional

_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = 0.3  # the share of a title's letters that must be of a script, because a title may contain a foreign word
_FEW, _LEAST_LETTERS = 3, 0.15  # the same for a title without words of a Latin language: the rest of it are names
# Function words that occur in titles of one language and hardly in those of others.
_SMALL = {
    "en": (
        "the of and for to in with on from is are we how what why by a an at as its our your this that new into using "
        "can not no be it you has have more than or all about via but do does their through towards when such there"
    ),
    "de": "der die das mit von den dem ein im ist wie bei auch als aus",
    "fr": ("le la des du et un sur est au aux par ses qui que ce ces plus sans entre chez grands petits comment"),
    "es": "el los para con un en por su sus es que como sobre modelo modelos agentes la al lo se sin entre",
    "it": "il lo di e per con una un che come sul dal modello la al senza tra",
    "pt": "o os as do da e para com um em no na que mais como sobre modelo modelos agentes sem entre ao",
}
# Words of a language of which one is enough: no English title of the field has them, but for names.
_SURE = {
    "de": (
        "und für eine einer eines einem zur zum auf nicht über durch werden wird sind oder nach sich ohne unser "
        "unsere unserer beim vom neue neuen neues kleine großen sprachmodelle sprachmodell sprachmodellen daten "
        "lernen künstliche"
    ),
    "fr": (
        "les pour avec une dans notre votre vers ouvre cette leur leurs modèle modèles langue langage données "
        "être où nouveau nouvelle nouveaux nouvelles nos apprentissage l'ia entraîner raisonnement"
    ),
    "es": (
        "una cómo más qué nuestro nuestra nuestros desde lenguaje datos nuevo nueva nuevos nuevas entrenar "
        "aprendizaje razonamiento las del hacia y"
    ),
    "it": (
        "della delle dei degli nella nel più modelli linguaggio linguistici dati nuovo nuova nuovi addestramento "
        "gli sono perché"
    ),
    "pt": "uma não são dos das linguagem dados novo novos aprendizado pelo nós raciocínio",
}
_WORDS = {
    code: {word: 1 + (not word.isascii()) for word in words.split()} | dict.fromkeys(_SURE.get(code, "").split(), 2)
    for code, words in _SMALL.items()
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
_BACKWARDS = frozenset({"R", "AL"})
_OTHERS = (("HEBREW", "he"), ("DEVANAGARI", "hi"), ("THAI", "th"), ("GREEK", "el"), ("BENGALI", "bn"), ("TAMIL", "ta"))


def language_of(title: str) -> str:
    """The language's code; empty if the title is inconclusive."""
    letters = [char for char in title if char.isalpha()]
    if not letters:
        return ""
    rest = ""  # the script of a title that consists of Latin names for the most part
    if not title.isascii():
        for script, code in (*_SCRIPTS, *_OTHERS):
            least = 1 if code == "ja" else _LETTERS * len(letters)
            of_script = sum(unicodedata.name(char, "").startswith(script) for char in letters)
            if of_script and of_script >= least and _foreign(letters) >= _LETTERS * len(letters):
                return code
            if not rest and of_script >= max(_FEW, _LEAST_LETTERS * len(letters)):
                rest = code
    words = {word.lower() for word in _WORD.findall(title)}
    found = {code: sum(known[word] for word in words.intersection(known)) for code, known in _WORDS.items()}
    best = max(found, key=lambda code: (found[code], code == "en"))
    sure = found[best] >= 2 and found[best] > max(count for code, count in found.items() if code != best)
    return best if sure else rest


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


def isolated(text: str) -> str:
    """The text, with a direction of its own if it has right-to-left letters: for formats that have no markup for it."""
    return f"\u2068{text}\u2069" if any(bidirectional(char) in _BACKWARDS for char in text) else text


def _latin(language: str) -> bool:
    """Whether a language is written in Latin letters."""
    return language.partition("-")[0] not in {code for _, code in (*_SCRIPTS, *_OTHERS)}


def _only_latin(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return bool(letters) and not _foreign(letters)


def _foreign(letters: list[str]) -> int:
    """The number of these letters that are not Latin."""
    return sum(not unicodedata.name(char, "").startswith("LATIN") for char in letters)
