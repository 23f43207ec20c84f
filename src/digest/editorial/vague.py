"""Tell words that say what a work is, such as "a unified framework", from words that say what it does."""

import re

VAGUE, UNSAID = 0.6, 1.6  # the cost of ending with "a framework", and if what was cut away says what it does

_STOCK = (  # said of works of all kinds
    r"(?:new|novel|formal|general|unified|simple|structured|effective|efficient|lightweight|single|principled|comprehensive|systematic|practical|scalable|robust|flexible|modular|"
    r"two-stage|three-stage|multi-stage|multi-step|end-to-end|plug-and-play|training-free|tuning-free|data-free|[a-z]{3,12}-agnostic|test-time|inference-time|post-training|pre-training|post-hoc|"
    r"large-scale|fine-grained|high-quality|[a-z]{3,12}-efficient|[a-z]{3,12}-aware|[a-z]{3,12}-based|[a-z]{3,12}-driven|open-source|intelligent|adaptive|automated|automatic|interpretable|generic|improved|first)"
)
_CATEGORY_WORDS = (
    "framework method approach model system architecture pipeline benchmark dataset corpus algorithm paradigm strategy technique solution tool toolkit process mechanism "
    "result llm suite procedure recipe scheme pattern library platform diagnostic evaluation study analysis formulation objective operator module metric schema "
    "alternative way transformer variant version extension perspective lens setup phenomenon taxonomy protocol implementation adapter loss reward intervention"
)
_CATEGORY = frozenset(_CATEGORY_WORDS.split())
_BARE = re.compile(
    rf"\b(?:an?|the|our)(?: to our knowledge)? (?:{_STOCK}(?:,? and |, | )){{0,4}}(?:[\w-]{{3,20}} |set of )?[A-Za-z]{{3,20}}(?: (?:built|based) [^,]{{3,30}})?$",
    re.IGNORECASE,
)
_BARE_A = re.compile(
    rf"\ban? (?:{_STOCK}(?:,? and |, | )){{0,4}}(?:[\w-]{{3,20}} )?(?:policy|hierarchy|testbed|routine|router|measure|abstraction)$"
)
_APPOSED = re.compile(
    rf"(?:, |\bas )an? (?:{_STOCK} ){{0,3}}(?:[\w-]{{3,20}} )?[\w-]{{3,20}}$"
)  # ", an algebraic object"
_NAMED = re.compile(r"\b(?:termed|called|dubbed|named|(?:we|which we) (?:call|term)) (?:[\w-]{2,20} ){0,3}[\w-]{2,20}$")
_COUNTED = re.compile(
    r"\b(?:two|three|four|five|six|several) (?:[\w-]{2,20} ){0,2}(?:mechanisms|components|stages|modules|techniques|ideas|designs|innovations|contributions|parts|phases|strategies|principles|steps|objectives|ways)$"
)
_ONLY_A_NAME = re.compile(
    r"\b(?:propose|introduce|present|develop|describe|release)s? (?:the )?(?:(?:[A-Z][\w.+/-]*|of|for|and|with|in|to|the|via|on|by) ){0,9}(?:[A-Z][\w.+/-]*|\([A-Za-z][^()]{1,60}\))$"
)
_SAYS_WHAT = re.compile(r",? ?(?:that|which|for|to|by|where|in which|designed|built|using|via|through|with)\b| and\b")
_THEN = re.compile(r".{0,200}?\b(?:then|second|next|finally|before)\b")
_END = 100  # characters


def is_vague(text: str) -> bool:
    """Whether the words end with what a work is, and not with what it does."""
    end = text.rstrip(".")[-_END:]
    last = end.rpartition(" ")[2].casefold()
    category = last in _CATEGORY or last.removesuffix("s") in _CATEGORY or " built " in end or " based " in end
    return (category and _BARE.search(end) is not None) or any(
        rule.search(end) for rule in (_NAMED, _COUNTED, _ONLY_A_NAME, _BARE_A)
    )


def vagueness(head: str, text: str, place: int) -> float:
    """The cost of ending a sentence with its first words `head`, at this place of the whole text, for what they leave open."""
    cost = UNSAID if " first " in head and _THEN.match(text, place) else 0.0
    if is_vague(head) or (text.startswith((" that ", " which "), place) and _APPOSED.search(head[-60:])):
        cost += UNSAID if _SAYS_WHAT.match(text, place) else VAGUE
    return cost
