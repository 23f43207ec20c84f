"""Tell whether a shortened sentence is still a whole one, by what was cut off after it.

`editorial.cuts` looks at the words before a cut. Here the rest of the sentence tells that a list, a numbering or a pair was left half: "extracts
A, runs B", before ", and compares C".
"""

import re

from digest.editorial.verbs import FINITE

_GOES_ON = re.compile(
    r"(?:,? \([^()]{1,80}\))?(?:(?:, [^,;:.]{2,120})+,|,)? (?:and|or) (?:[a-z]{3,15}ly |then |finally |also )?(?P<word>[\w-]{2,30})"
)
# What may stand after a comma without being a member of a list.
_ASIDE = re.compile(
    r"(?:[\w-]{2,20}ly )?(?:an?|the|our|one|its|their|which|who|whose|where|when|while|whereas|with|by|via|using|through|from|as|so|thus|thereby|including|such|and|or|but|yet|"
    r"especially|particularly|even|despite|without|across|on|in|at|over|under|for|to|than|compared|together|not|[a-z]{3,20}ing|[\w.%$~+-]*\d[\w.%-]*)\b",
    re.IGNORECASE,
)
_DOES = re.compile(r"(?:[a-z]{3,15}ly )?[a-z]{3,15} (?:them|it|the|an?|its|their|these|this|how|whether|that|which) ")
_JOINED = re.compile(r"\b(?:and|or|but) ")
_OPENS_CLAUSE = re.compile(
    r"(?:In|On|Across|With|Using|While|When|As|For|By|At|Under|Through|Unlike|Building|Given|Although|Despite|Experiments|Our contributions)\b|(?:an?|the|which|who|where|including|covering) "
)
_NUMBERING = re.compile(r"\((?:i{1,3}|iv|v|[1-5]|[a-e])\)")
_TRANSITIVE = re.compile(
    r"\b(?:show|demonstrat|reveal|suggest|indicat|achiev|includ|combin|us|highlight|leverag|enabl|provid|offer|yield|cover|compris|contain|mak|giv|caus|"
    r"requir|allow|ensur|target|span|exploit|introduc|outperform|surpass)ing$|\b(?:is|are|was|were|be|becomes?|the|an?|of|to|for|with|and|or|by|in|on|that|than|as|very|"
    r"each|every|its|their|our)$"
)
_PAIRS = re.compile(
    r"\b(?:combin|coupl|pair|integrat|unif|marr|merg|fus|interleav|alternat|decoupl|disentangl|separat|map|convert|translat|transform|compar|replac|align|reconcil|"
    r"balanc|distinguish|equip|augment|enrich|contrast|link|connect)(?:e|es|s|ies|y|ing)?\b(?P<with>[^,;:]{2,90})$"
)
_PARTNER = re.compile(r"\b(?:with|and|into|to|from|against|as|between|by|or)\b")
_OTHER_HALF = re.compile(r"(?: \([^()]{1,60}\))? (?:with|and|into|to|from|against|as)\b")


def is_whole(shorter: str, sentence: str) -> bool:
    """Whether nothing in the sentence after the words of its shorter form belongs to what the form still has.

    Args:
        shorter: a form of the sentence that ends where it was cut.
        sentence: the whole sentence.
    """
    words = shorter.rstrip(" .…")
    place = sentence.rfind(words[-40:])
    rest = sentence[place + len(words[-40:]) :] if place >= 0 else ""
    if len(rest) < 4:  # not cut at its end
        return not _TRANSITIVE.search(words[-20:])
    return not (
        _TRANSITIVE.search(words[-20:])
        or _half_list(words, rest)
        or (_NUMBERING.search(words) and _NUMBERING.search(rest))
        or _half_pair(words, rest)
    )


def _half_list(words: str, rest: str) -> bool:
    """Whether the last words after a comma are a member of a list that goes on: of verbs like that after "and", or of statements."""
    found = _GOES_ON.match(rest)
    before, comma, member = words.rpartition(", ")
    if not found or not comma or _ASIDE.match(member) or _JOINED.search(member):
        return False
    first, next_ = _without_adverb(member), found["word"]
    if first[-1:] == "s" == next_[-1:] or (before.startswith("We ") and _DOES.match(member)):
        return True
    if FINITE.fullmatch(first):
        return first[-1:] == next_[-1:]
    before = before.rpartition(", ")[2]
    return not _OPENS_CLAUSE.match(before) and FINITE.search(before) is not None and FINITE.search(member) is not None


def _without_adverb(words: str) -> str:
    """The first word that is no adverb."""
    return next((word for word in words.split()[:2] if not word.endswith("ly")), "")


def _half_pair(words: str, rest: str) -> bool:
    """Whether "combines A" lost its "with B"."""
    found = _PAIRS.search(words[-110:])
    return found is not None and not _PARTNER.search(found["with"]) and _OTHER_HALF.match(rest) is not None
