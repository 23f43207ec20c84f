"""A plain text -> its sentences, whole or shortened. Knows nothing of what they say."""

import re

_ABBREVIATIONS = (
    "e.g.", "i.e.", "et al.", "cf.", "vs.", "Fig.", "Figs.", "Eq.", "Sec.", "approx.", "resp.", "w.r.t.", "a.k.a.", "Dr.",
    "Prof.", "No.", "viz.", "U.S.", "U.K.", "Inc.", "Corp.", "Ltd.", "St.", "Mr.", "Ms.", "Mrs.", "Jr.", "Gov.", "Sen.",
)  # fmt: skip
_OPENERS = "We|Our|The|This|These|In|To|On|Extensive|Experiments|Experimental|Empirically|Results|Moreover|Furthermore|However|Additionally|Finally"
_END = re.compile(
    r"(?<=[.!?。])[\"'”’)\]]*\s+(?=[\"'“‘(\[$]?[^\sa-z])|"
    rf"(?<=[a-z]{{4}}\.)(?=(?:{_OPENERS})\s)"  # a line's end that a feed dropped
)
_INITIAL = re.compile(r"(?:^|[\s(.])[A-Z]\.$")  # of a name: `I. J. Good`
_RULE = re.compile(r"\$[^$]*\$|\\\([^)]*\\\)|\S+")
_CLAUSE = re.compile(
    r"(?:,|;| –| —| --)\s(?=(?:which|where|while|whereas|with|by|using|combining|leveraging|enabling|allowing|that|and|but|so|including|such|"
    r"without|as|when|across|especially|particularly|thereby|thus|then|under|from|for|to|spanning|covering|based|built|designed|\w+ing|\w+ed)\b)|"
    r"\s(?:–|—|--)\s|[;:]\s"
)
LEAST = 10  # words that a sentence keeps when clauses give way


def split(text: str) -> list[str]:
    """The sentences of a plain text. Abbreviations, initials and decimals end none."""
    sentences: list[str] = []
    for part in _END.split(text.strip()):
        if sentences and (sentences[-1].endswith(_ABBREVIATIONS) or _INITIAL.search(sentences[-1])):
            sentences[-1] += " " + part
        elif part:
            sentences.append(part)
    return sentences


def shorten(text: str, words: int) -> str:
    """At most so many words, with an ellipsis where some were left out; a formula between dollar signs is one word."""
    tokens = _RULE.findall(text)
    if len(tokens) <= words:
        return text
    return " ".join(tokens[:words]).rstrip(",;:–—-") + " …"


def clipped(sentence: str, words: int) -> str | None:
    """The sentence without its last clauses, if so it has at most so many words and at least `LEAST`; an ellipsis stands for them."""
    for cut in reversed([found.start() for found in _CLAUSE.finditer(sentence)]):
        head = sentence[:cut]
        if LEAST <= len(head.split()) < words and _balanced(head):
            return head.rstrip(",;:–—- ") + " …"
    return None


def _balanced(text: str) -> bool:
    """Whether no bracket, quotation or formula is left open."""
    return (
        text.count("(") == text.count(")")
        and text.count("$") % 2 == 0
        and text.count('"') % 2 == 0
        and text.count("“") == text.count("”")
    )
