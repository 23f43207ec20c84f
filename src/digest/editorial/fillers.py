"""Leave out words by which a work praises itself and which tell a reader nothing: "novel", "extensive", "significantly" before a figure.

Words are only removed; "a" becomes "an", or the other way round, where the next word asks for it. What negates or limits a statement keeps
its words: "does not significantly improve" and "improves" are different findings.
"""

import re

from digest.editorial.openings import capital
from digest.editorial.pointers import FIELD

# Not "systematically", "effectively" and the like, which may be what was found: "systematically underestimates", "effectively random".
_ADVERBS = r"(?:significantly|substantially|consistently|markedly|considerably|remarkably|dramatically|drastically|greatly|vastly|seamlessly|notably|successfully|extensively)"
# The words after an adverb that it may need: "varies significantly across", "both effectively and".
_NEEDS_IT = r"(?:and|or|but|as|than|in|on|to|by|for|from|with|across|when|while|under|at|due|over|between|among|not|via|through|using|into|of|the|a|an)\b"
_ADVERB = re.compile(rf"(?<!ly )\b(?:{_ADVERBS}(?:,? and {_ADVERBS}|, {_ADVERBS})*) (?=(?!{_NEEDS_IT})[a-z])")
_LIMITED = re.compile(
    r"\b(?:not|no|fail(?:s|ed|ing)?|without|never|cannot|hardly|neither|nor|if|whether|unless|more|less|most|least|how|as|so|too|very)\b[^.,;:]{0,25}$|n[’']t\b[^.,;:]{0,25}$"
)
_PRAISE = (
    r"(?:novel|new|innovative|comprehensive|rigorous|principled|powerful|holistic|thorough|in-depth|elegant|versatile|extensive|effective|efficient|robust|"
    r"simple(?:,? (?:yet|but|and))? (?:highly )?(?:effective|powerful|efficient)|effective (?:yet|and) simple)"
)
_RECORD = r"(?:state|Pareto|record|SOTA|generation|high|best|era|standard|low|world)\b"
_PRAISED = re.compile(
    rf"\b(?P<before>an?|our|this) (?:{_PRAISE}(?:,? (?:and|yet|but) |, | ))+(?=(?!{_RECORD}|and |yet |but |in |on |at |for |to )[\w“\"(])"
)
# Behind these words, what is praised is the work itself.
_OF_THE_WORK = re.compile(
    r"(?:(?:propos|introduc|present|develop|design|buil|releas|construct|creat|describ|provid|offer|establish|curat|devis|formulat|conduct|perform|train)\w{0,3}|, |\bis|\bas) ?$"
)
_ABBREVIATED = re.compile(r"[^.,;:()]{0,60}\([A-Z]")
_EXPERIMENTS = re.compile(
    r"(?P<a>\ban? )?\b(?:[Ee]xtensive|[Cc]omprehensive|[Tt]horough|[Rr]igorous|[Ii]n-depth|[Dd]etailed)(?:,? and (?:rigorous|thorough|systematic|comprehensive|extensive))? "
    r"(?=(?:experiment|evaluation|empirical|analys|simulation|ablation|studies|benchmarking|numerical|human evaluation))"
)
_MUCH = (
    r"(?:significant|substantial|notable|considerable|remarkable|consistent|marked|dramatic|impressive|clear|robust)"
)
_GAINS = re.compile(
    rf"(?P<a>\ban? )?(?<!and )(?<!, )(?<!ly )\b{_MUCH}(?:(?:, and|,| and| yet) {_MUCH})* "
    r"(?=(?:[\w-]{3,20} ){0,2}(?:improvements?|gains?|reductions?|increases?|speed-?ups?|drops?|degradations?|boosts?)\b)"
)
_OUTRIGHT = re.compile(r",? to (?:the best of )?our knowledge,?(?= )|\bin order (?=to )")
_KNOWN = re.compile(rf" \((?:{'|'.join(sorted(FIELD, key=len, reverse=True))})\)(?=[ ,.;:)])")
# "We propose Lift, plans halls", whose authors forgot a word
_FAULTY = re.compile(
    r"We (?:propose|introduce|present) (?P<name>[A-Z][\w.+-]{1,25}(?: \([A-Z][^()]{1,60}\))?), "
    r"(?=(?!models |methods |agents |systems |series )[a-z]{3,15}s (?!of|for|that|which|with|trained|in|on)[\w-])"
)
# What a work is for or what moved its authors, which other sentences tell: "To make halls safer, we …", "Despite its simplicity, it …".
_PURPOSE = re.compile(
    r"(?:(?:To|In order to) [^,;:\d]{3,80}|(?:Motivated|Inspired|Driven|Guided|Informed) by [^,;:]{3,110}), (?=(?:we|I|this (?:paper|work|study)) )"
    r"|Despite (?:its|their) [^,;:\d]{3,40}, (?=it |they |[A-Z])"
)
_FIGURE = re.compile(r"\d")
_VOWEL = re.compile(r"(?!uni[a-z]|use|one\b|once|eu)[aeiou]|hour|honest|8|11|18")
_CAPITAL_VOWEL = re.compile(r"[AEFHILMNORSX](?:[A-Z\d]|-|\b)|[AEIO][a-z]|Un(?!i)")
_NAME = r"[A-Z](?:[\w+-]|\.(?=\w)){1,25}(?: [A-Z\d](?:[\w+-]|\.(?=\w)){0,20}){0,2}"
# "on Lift-1, Hall-2, and Crane-3", "such as Lift-1, Hall-2 and Crane-3"
_NAMES = re.compile(
    rf"\b(?P<first>(?:on|across|over|including|such as|like|against|in) {_NAME})(?:, {_NAME})+,? (?:and|or) {_NAME}(?=[,.;]| (?:show|demonstrat|reveal|indicat|confirm|suggest|by|while|with)|$)"
)
ROOM = 40  # characters before a word in which a negation may stand


def without_fillers(sentence: str) -> str:
    """The sentence without words of praise and without the short forms of the field's own terms in brackets."""
    text = _FAULTY.sub(r"\g<name> ", _KNOWN.sub("", _OUTRIGHT.sub("", sentence)))
    text = _ADVERB.sub(lambda found: found[0] if _limited(text, found.start()) else "", text)
    text = _EXPERIMENTS.sub(lambda found: f"{_article('a', text, found.end())} " if found["a"] else "", text)
    text = _PRAISED.sub(lambda found: _praised(found, text), text)
    if _FIGURE.search(text):
        text = _GAINS.sub(lambda found: _plain(found, text), text)
    return text[:1].upper() + text[1:] if sentence[:1].isupper() else text


def without_purpose(sentence: str) -> str:
    """The sentence without what it is for, if it begins with that."""
    found = _PURPOSE.match(sentence)
    return capital(sentence[found.end() :]) if found else sentence


def with_one_name(text: str) -> str:
    """The text with the first name only of each list of three or more, such as benchmarks; unchanged where figures belong to the names."""
    return text if "respectively" in text else _NAMES.sub(r"\g<first>", text)


def _praised(found: re.Match[str], text: str) -> str:
    of_the_work = found["before"] == "our" or _OF_THE_WORK.search(text, max(0, found.start() - ROOM), found.start())
    if not of_the_work or _ABBREVIATED.match(
        text, found.end()
    ):  # "adapts to a new task", "an effective token cost (ETC)"
        return found[0]
    return f"{_article(found['before'], text, found.end())} "


def _limited(text: str, place: int) -> bool:
    return _LIMITED.search(text, max(0, place - ROOM), place) is not None


def _plain(found: re.Match[str], text: str) -> str:
    if _limited(text, found.start()):
        return found[0]
    return f"{_article('a', text, found.end())} " if found["a"] else ""


def _article(before: str, text: str, place: int) -> str:
    """The determiner as it must be before the word at this place."""
    if before not in ("a", "an"):
        return before
    word = text[place : place + 12]
    vowel = _CAPITAL_VOWEL.match(word) if word[:1].isupper() else _VOWEL.match(word)
    return "an" if vowel else "a"
