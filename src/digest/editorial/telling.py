"""Determine from a paper's words whether it is about another field, and whether it tells what came out, in a figure that matters.

The digest is about language models. A paper on robots, pictures, medicine or law that uses them is for readers of that field first; and of
a paper that only claims to be better, or to be better by two points, a reader learns little in forty words. `digest.editorial.rank` takes
from the worth of both, and a section passes over papers that tell nothing. Releases, posts and news are judged by neither. Reads the text in
front of it and nothing else. All patterns are bounded.
"""

import re
from typing import Literal

from digest.editorial.release_words import asks, says_little

Told = Literal["result", "slight", "unsure", ""]

SLIGHT = 5.0  # percent or points; a gain of less is within what another seed or prompt changes
CHARS = 3_000  # characters of a text that are used

_FIELD = re.compile(
    r"\b(?:robot\w*|embod\w+|quadrotors?|drones?|UAVs?|autonomous (?:driving|vehicles?)|driving|VLAs?|vision-language-action|videos?|images?|imagery"
    r"|visual\w*|vision|spatial\w*|[34]D|pixels?|text-to-(?:image|video|speech|audio|music)|audio\w*|speech|voice|music\w*|OCR"
    r"|medic\w+|clinic\w+|health\w*|patients?|biomedic\w*|bio\w*logical|radiolog\w*|disease\w*|cancer|drugs?|molecul\w*|proteins?|genom\w*|chemi\w+"
    r"|financ\w*|DeFi|trading|stocks?|legal\w*|courts?|tax|insurance|agricultur\w*|education\w*|classrooms?|tutor\w*"
    r"|role-play\w*|storytelling|stories|narrative\w*|poe(?:m|t)\w*|recommender|recommendations?|e-commerce|advertis\w*|shopping|household\w*|travel"
    r"|wearable\w*|remote sensing|geospatial|climate|weather|traffic|urban|telecom\w*|wireless|[56]G|power grids?|Verilog|RTL|CAD|BIM|sports?)\b",
    re.IGNORECASE,
)
_COMMERCE = re.compile(  # what a title often does not name: "GR2 Technical Report" is on ranking in a shop
    r"\brecommend(?:er|ation)s?\b|\badvertis\w+|\be-commerce\b|\bclick-through\b|\bCTR\b|\bconversion rates?\b|\bA/B tests?\b|\bonline A/B\b"
    r"|\buser (?:modell?ing|retention|engagement)\b|\bindustrial(?:-scale)? traffic\b|\bshopping\b",
    re.IGNORECASE,
)
STEM = 6  # letters, by which `recommender` is the word `recommendation`
NEW_WORDS = 4  # that a text adds to its title, of those that say something
CHARACTERS = 20  # of Chinese, Japanese or Korean, that are a sentence
WORD = 4  # letters of a word that says something
_TOKEN = re.compile(r"[^\W_]+")
_LABEL = re.compile(r"(?:\w{2,20}: [\w-]{2,40}[\s,;]*){1,4}")
MENTIONS = 2  # different words of commerce in an abstract, which may name one as a task
_NUMBER = re.compile(r"\d[\d.,]{0,9}")
_AFTER = re.compile(  # `12%`, `17-24 points`; or `2.5x`, `13 times`, `3 of 10`, `35/42`
    r"(?:[–-]\d[\d.]{0,7})?[\s-]?"
    r"(?:(?P<share>\\?%|percent\b|pp\b|(?:[A-Z]\w{0,9}\s)?points?\b|percentage)|[x×](?!\w)|\\times|times\b|-?fold\b|(?:out\s)?of\s(?:the\s)?\d|/\d)"
)
_RANGE = re.compile(r"\s?(?:\\?%)?\sto\s(\d[\d.,]{0,9})")  # behind `from 5.8%`
_RANGE_END = re.compile(
    r"\bfrom\s(?:\w+\s)?\d[\d.,]{0,9}\s?(?:\\?%)?\sto\s$"
)  # before `47.2%`, told with its beginning
_FEW_CASES = re.compile(  # `6/10 games`, of which one more or less is chance
    r"\s?(?:/|out\sof\s|of\s(?:the\s)?)1?\d\s(?:games?|runs?|trials?|attempts?|seeds?|episodes?|participants?|users)\b"
)
_FROM = re.compile(r"\bfrom\s(?:\w+\s)?$")
_SIZE = re.compile(r"\s?(?:[BMT]\b|billion|million|trillion)")
_SCORED = re.compile(
    r"\b(?:scor\w{1,3}|accuracy|F1|reach\w{0,3}|achiev\w{1,3}|attain\w{0,3}|at|to)\s(?:of\s|only\s)?$", re.IGNORECASE
)
_GAINED = re.compile(r"\b(?:gains?|improve\w{0,5})\s(?:of|by)\s$", re.IGNORECASE)
_FINDING = re.compile(
    r"\b(?:we|our\s\w{1,20})\s(?:[^.;:]{3,80}\sand\s)?(?:find|found|discover|uncover|reveal)(?:s|ed)?\b", re.IGNORECASE
)
_BEFORE = 32  # characters before a number that tell what it is


# "At this sample size the comparison is directional rather than statistically decisive"
_UNSURE = re.compile(
    r"\b(?:at (?:this|our) sample size|rather than statistically|(?:statistically )?underpowered|not statistically (?:decisive|conclusive)"
    r"|too (?:few|small) [^.]{0,60}\b(?:conclusive|conclusions?|significance))\b",
    re.IGNORECASE,
)

# At least one of them is in what the pattern finds, which takes long to search for.
_UNSURE_WORDS = (
    "sample size",
    "rather than statistically",
    "underpowered",
    "not statistically",
    "too few",
    "too small",
)


def is_of_another_field(title: str, text: str = "") -> bool:
    """Whether a title is about a field of its own (pictures, sound, robots, medicine, law, money, teaching and the like), or the text about shops."""
    if _FIELD.search(title):
        return True
    return len({found[0][:STEM].lower() for found in _COMMERCE.finditer(text, 0, CHARS)}) >= MENTIONS


def told(text: str) -> Told:
    """Whether a text tells a result: a finding, or a figure.

    `slight` if its figures are gains of less than `SLIGHT`; `unsure` if its authors call the result undecided.
    """
    if any(words in text for words in _UNSURE_WORDS) and _UNSURE.search(text, 0, CHARS):
        return "unsure"
    largest = 0.0
    for number in _NUMBER.finditer(text, 0, CHARS):
        gain = _gain(text, *number.span())
        if gain is None or gain >= SLIGHT:
            return "result"
        largest = max(largest, gain)
    if _FINDING.search(text, 0, CHARS):
        return "result"
    return "slight" if largest else ""


def is_label(text: str) -> bool:
    """Whether a text is no sentence but one or two facts with their names, such as `Type: image-to-text`."""
    return _LABEL.fullmatch(text) is not None


def adds_nothing(title: str, text: str) -> bool:
    """Whether a text tells no more than its title, praises, asks its readers to do something, or is a mere label such as `Type: image-to-text`."""
    plain = text[:CHARS].strip()
    if is_label(plain):
        return True
    known = frozenset(_TOKEN.findall(title.casefold()))
    rest = [word for word in _TOKEN.findall(plain.casefold()) if word not in known]
    if any(char.isdigit() for word in rest for char in word) or sum(char > "\u2e80" for char in plain) >= CHARACTERS:
        return False  # a figure, or a text in a script without spaces
    if asks(plain):
        return True
    return len({word for word in rest if len(word) >= WORD and not says_little(word)}) < NEW_WORDS


def _gain(text: str, start: int, end: int) -> float | None:
    """A number's size in percent or points; 0 if it is no result; None if it is a result of another kind, such as a multiple."""
    value = text[start:end].rstrip(".,")
    end = start + len(value)
    sign = text[start - 1 : start]
    if sign.isalnum() or (sign and sign in "._/-"):
        return 0.0  # a part of a name or of a number
    after, before = _AFTER.match(text, end), text[max(0, start - _BEFORE) : start]
    if _FEW_CASES.match(text, end) or _RANGE_END.search(before):
        return 0.0
    if _FROM.search(before) and (to := _RANGE.match(text, end)):
        return _change(_float(value), _float(to[1].rstrip(".,")))
    if after and not after["share"]:
        return None
    if after or (sign and sign in "+−") or _GAINED.search(before):
        return _float(value)
    scored = "." in value and _SCORED.search(before) and not _SIZE.match(text, end)
    return None if scored else 0.0


def _change(old: float, new: float) -> float | None:
    """A change in percent of what it was; None if that was nothing."""
    return 100 * abs(new - old) / old if old else None


def _float(value: str) -> float:
    try:
        return float(value.replace(",", ""))
    except ValueError:
        return 0.0  # `1.2.3`
