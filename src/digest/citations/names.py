"""Part an author's name, as a feed spells it, into family and given name. The name of a group is kept whole.

The rules are stated in docs/guide/citing.md. Where they cannot tell, the name stays whole or its last word is the family name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from digest.text.clean import readable

PARTICLES = frozenset(
    [
        "af",
        "al",
        "av",
        "aus'm",
        "bin",
        "ibn",
        "da",
        "dal",
        "dall'",
        "dalla",
        "de",
        "degli",
        "dei",
        "del",
        "dela",
        "della",
        "delle",
        "dem",
        "den",
        "der",
        "des",
        "di",
        "do",
        "dos",
        "das",
        "du",
        "'d",
        "d'",
        "e",
        "el",
        "la",
        "las",
        "le",
        "los",
        "lo",
        "op",
        "'t",
        "ten",
        "ter",
        "tot",
        "van",
        "vande",
        "vanden",
        "vander",
        "vom",
        "von",
        "y",
        "zu",
        "zum",
        "zur",
    ]
)
# With a capital they begin a family name, as in Belgian and Italian names.
_CAPITAL = frozenset(
    ["Van", "Von", "De", "Del", "Della", "Den", "Der", "Di", "Da", "Du", "La", "Le", "El", "Dos", "Ter", "Ten"]
)
# `Van` is a middle name beside these.
_VIETNAMESE = frozenset(
    [
        "bui",
        "dang",
        "dao",
        "dinh",
        "do",
        "doan",
        "duong",
        "ha",
        "ho",
        "hoang",
        "huynh",
        "lam",
        "le",
        "luong",
        "luu",
        "ly",
        "mai",
        "ngo",
        "nguyen",
        "pham",
        "phan",
        "quach",
        "ta",
        "thai",
        "to",
        "tran",
        "trinh",
        "truong",
        "vo",
        "vu",
    ]
)
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV")
_DOTTED = re.compile(r"(?:[^\W\d_]\.-?)+")
_GROUP = re.compile(
    r"(?i:\b(?:team|group|collaboration|consortium|labs?|laborator(?:y|ies)|institute|university|foundation|workshop|community|contributors"
    r"|authors|staff|editors?|department|centre|center|company|inc|ltd|gmbh|corp|project|society|association|committee|council|blog|news"
    r"|research|deepmind|google|microsoft|nvidia|openai|anthropic|amazon|alibaba|baidu|tencent|huawei|bytedance|deepseek|hugging face)\b)"
    r"|\bAI\b|\bet al\b|[\d@&/:|]|^The\s"
)
_ASIAN_GROUP = re.compile(
    r"(?:团队|團隊|实验室|實驗室|研究院|研究所|公司|大学|大學|小组|小組|편집부|연구소|연구팀|팀|대학교|회사|그룹|센터|チーム)$"
)
_HAN = re.compile(r"[\u3400-\u9fff々〆\U00020000-\U0003ffff]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_JAPANESE = re.compile(r"[\u3040-\u30ff]")
_TWO_HAN = frozenset(
    [
        "欧阳",
        "歐陽",
        "司马",
        "司馬",
        "诸葛",
        "諸葛",
        "上官",
        "夏侯",
        "皇甫",
        "尉迟",
        "尉遲",
        "公孙",
        "公孫",
        "慕容",
        "令狐",
        "司徒",
        "东方",
        "東方",
        "南宫",
        "南宮",
        "长孙",
        "長孫",
        "宇文",
        "端木",
        "轩辕",
        "軒轅",
        "独孤",
        "獨孤",
    ]
)
_TWO_HANGUL = frozenset(["남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방"])
_ASIDE = re.compile(r"\s*[(（][^()（）]*[)）]\s*")
_ADDRESS = re.compile(r"\S+@\S+\s*\(([^()]+)\)")
_NOBODY = frozenset(("et al", "et al.", "others", ""))


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """A person, or with only `literal` a group or a name that cannot be parted. `particle` is written in small letters before the family name."""

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    literal: str = ""

    @property
    def inverted(self) -> str:
        """`van der Maaten, Laurens` or `King, Jr., Martin Luther`, as bibliographies write it; a group as it is."""
        if self.literal:
            return self.literal
        parts = (f"{self.particle} {self.family}".strip(), self.suffix, self.given)
        return ", ".join(filter(None, parts))


def parted(authors: Iterable[str]) -> tuple[Name, ...]:
    """The names of an item's authors, each once, without `et al.`"""
    names = (name_of(author) for author in authors)
    return tuple(dict.fromkeys(name for name in names if name is not None))


def name_of(author: str) -> Name | None:
    """One name; None if the text names nobody."""
    text = readable(author)
    addressed = _ADDRESS.fullmatch(text)
    text = addressed[1] if addressed else text
    text = (_ASIDE.sub(" ", text).strip() or text).strip(" ,;")
    if text.casefold() in _NOBODY:
        return None
    if _GROUP.search(text) or _ASIAN_GROUP.search(text):
        return Name(literal=text)
    asian = _asian(text)
    if asian is not None:
        return asian
    return _inverted(text) if "," in text else _spoken(text.split())


def _asian(text: str) -> Name | None:
    """A name in Han characters, kana or Hangul; None for another script."""
    words = text.replace(",", " ").split()
    joined = "".join(words)
    if not (_HAN.fullmatch(joined) or _HANGUL.fullmatch(joined) or _JAPANESE.search(joined)):
        return None
    if len(words) == 2:
        return Name(family=words[0], given=words[1])
    doubled = joined[:2] in _TWO_HAN | _TWO_HANGUL and len(joined) > 2
    family = 2 if doubled else 1
    # Longer ones are Japanese or transliterated, and do not show where the family name ends.
    if len(words) != 1 or _JAPANESE.search(joined) or not 1 <= len(joined) - family <= 2:
        return Name(literal=text)
    return Name(family=joined[:family], given=joined[family:])


def _inverted(text: str) -> Name:
    """A name with a comma: `Family, Given` or `Family, Jr., Given`."""
    family, *rest = (part.strip() for part in text.split(","))
    if len(rest) > 2 or not all((family, *rest)):
        return Name(literal=text)
    suffix = next((part for part in rest if _SUFFIX.fullmatch(part)), "")
    given = " ".join(part for part in rest if part != suffix)
    if not given:  # `Martin Luther King, Jr.`
        return _spoken([*family.split(), suffix])
    words = family.split()
    small = _small(words)
    return Name(family=" ".join(words[small:]), given=given, particle=" ".join(words[:small]), suffix=suffix)


def _spoken(words: list[str]) -> Name:
    """A name in spoken order."""
    suffix = words[-1] if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    words = words[:-1] if suffix else words
    if len(words) == 1:
        return Name(literal=words[0])
    if _DOTTED.fullmatch(words[-1]) and not _DOTTED.fullmatch(words[0]):  # `Devlin J.`
        initials = next(place for place, word in enumerate(words) if _DOTTED.fullmatch(word))
        return Name(family=" ".join(words[:initials]), given=" ".join(words[initials:]), suffix=suffix)
    # `LECUN Yann`
    if len(words[0]) > 2 and words[0].isupper() and words[0].isalpha() and not "".join(words[1:]).isupper():
        return Name(family=words[0], given=" ".join(words[1:]), suffix=suffix)
    start = _family_start(words)
    family = words[start:]
    small = _small(family)
    return Name(
        family=" ".join(family[small:]), given=" ".join(words[:start]), particle=" ".join(family[:small]), suffix=suffix
    )


def _family_start(words: list[str]) -> int:
    """Where the family name with its particles begins."""
    last = len(words) - 1
    vietnamese = any(word.casefold() in _VIETNAMESE for word in words)
    for place in range(1, last):
        if words[place] in ("y", "e", "i") and place > 1:  # `José Ortega y Gasset`
            return place - 1
        if words[place] in PARTICLES or (words[place] in _CAPITAL and not vietnamese):
            return place
    return last


def _small(words: list[str]) -> int:
    """The number of particles in small letters before a family name."""
    return next((place for place, word in enumerate(words[:-1]) if word not in PARTICLES), max(0, len(words) - 1))
