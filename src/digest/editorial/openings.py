"""Free a sentence from what ties it to the one before: connectives, list numbers, and purposes that are told elsewhere.

Words are only removed, never added or moved.
"""

import re

ENDING = 80  # the last characters, which may point to what was not told
LEFT = 4  # words that must be left of a sentence
CHARS = 1_200  # characters of a sentence that are used

_LEAD = re.compile(
    r"^(?:(?:however|ultimately|subsequently|next|lastly|collectively|together|taken together|correspondingly|indeed|in practice|more generally|in essence|intriguingly|encouragingly|unfortunately|unexpectedly|nevertheless|nonetheless|moreover|furthermore|besides|additionally|specifically|concretely|notably|particularly|in particular|in addition|finally|therefore|thus|hence|"
    r"consequently|accordingly|instead|also|here|then|second(?:ly)?|first(?:ly)?|third(?:ly)?|further|for this (?:purpose|reason|goal)|meanwhile|similarly|"
    r"crucially|importantly|critically|broadly|surprisingly|interestingly|remarkably|empirically|overall|in summary|in short|to summarize|in contrast|by contrast|"
    r"conversely|more broadly|more specifically|more importantly|most importantly|to our knowledge|to the best of our knowledge|strikingly|in turn|"
    r"in (?:this|the present) (?:paper|work|study|post|article|report)|in response|as a result|at the same time|for (?:example|instance)|on the other hand|"
    r"as (?:our|a) (?:key|main|first) [\w-]{1,20}|(?:through|with|from) (?:these|this) [^,]{0,60}|"
    r"(?:addressing|answering|filling|closing|bridging|tackling) (?:this|these|that|those|the)\b[^,]{0,60}|"
    r"(?:to|in order to) (?:address|tackle|bridge|fill|overcome|solve|mitigate|close|resolve|answer|remedy|explore|study|investigate|test|"
    r"fill|meet|alleviate|handle|remove|reduce) (?:the|them|these|this|those|such|both)\b[^,]{0,80}|"
    r"(?:to|in order to) \w{1,20}(?: (?:and|or) \w{1,20})? (?:this|these|that|those|such|it|them)\b[^,]{0,60}|"
    r"(?:to|in order to) [\w-]{1,20}(?: [\w-]{1,20})?(?: [\w-]{1,20})?(?: [\w-]{1,20})? (?:this|these|those|such)\b[^,]{0,60}|"
    r"(?:motivated|inspired|guided|driven|informed|enabled|grounded) by (?:this|these|it|them|that)\b[^,]{0,60}|"
    r"[a-z]{3,14}ing (?:under|within|in|on|upon|from|with|of|at) (?:this|these|those|such)\b[^,]{0,60}|"
    r"(?:based|building|built) (?:on|upon) (?:this|these|it|that)\b[^,]{0,60}|"
    r"(?:leveraging|given|with|using|applying|integrating|combining|following|under|in|on|from|for|across|beyond|despite) (?:this|these|those|such|both)\b[^,]{0,50}|"
    r"[a-z]{3,14}ing (?:this|these|that|such) [^,]{0,60}|(?:while|although|whereas|though) (?:prior|previous|existing|most|many|recent|current|earlier|traditional|conventional|standard) [^,]{3,160}(?=, (?:we|our|this (?:paper|work|study))\b)|towards? this(?: (?:goal|end|aim))?|to (?:this|that) end),? {1,2}|(?:and|but|so|we therefore|thus) (?=we |I ))",
    re.IGNORECASE,
)
_WITH_COMMA = re.compile(r", {1,2}$|^(?:and|but|so|we therefore|thus) $", re.IGNORECASE)
_NUMBERED = re.compile(r"^\((?:\d|[ivx]{1,4}|[a-d]|[A-Z]\d)\) {1,2}(?=[A-Z])")
_COMPOUND = re.compile(r"[a-z]{4,20}-[A-Z]")  # "human-LLM"
_HEADED = re.compile(
    r"^(?:Background|Objectives?|Aims?|Purpose|Methods?|Materials and Methods|Methodology|Approach|Results?|Findings|Conclusions?|Discussion|Significance|"
    r"BACKGROUND|OBJECTIVES?|AIMS?|METHODS?|RESULTS?|CONCLUSIONS?)(?: and \w{1,12})?: (?=[A-Z\d])|^[A-Z][\w-]{2,20}(?: [\w-]{2,20}){0,3}: (?=We )"
)
_SO = re.compile(
    r"^(We|I) (?:therefore|thus|hence|then|accordingly|consequently|also|further|first|next|finally|instead) (?=[a-z])"
)
_NEED = (
    r"(?:gaps?|challenges?|limitations?|barriers?|issues?|problems?|bottlenecks?|shortcomings?|difficult(?:y|ies)|questions?|needs?|weakness(?:es)?|"
    r"deficienc(?:y|ies)|trade-?offs?|tensions?|drawbacks?|concerns?|constraints?)"
)
_MEETS = r"(?:address|tackl|overcom|bridg|clos|fill|solv|mitigat|resolv|handl|alleviat|remed|eliminat|meet)(?:e|es|s|ing|ies|y)?"
_UNTOLD = rf"(?:this|these|those|both|the|such)(?: (?:[\w-]{{2,20}} ){{0,3}}?{_NEED})?"
# "We address this gap by introducing X", "We address this with X, a method"
_BY_MAKING = re.compile(
    rf"^(?:We|I|This (?:paper|work|study)) (?:\w{{2,20}} )?(?:{_MEETS} {_UNTOLD}|(?:instantiate|reali[sz]e|implement|embody|operationali[sz]e)s? (?:this|these|it)(?: \w{{2,20}})?) (?:by (?=(?:introduc|present|propos|develop|releas)ing )|"
    r"(?:with|by|through|via|using|as|in) (?=[A-Z][\w.+-]{1,30}(?: [A-Z][\w.+-]{1,20}){0,5}(?: \([^()]{2,20}\))?, (?:an?|the) ))"
)
# "The OpenLift project addresses this gap with a plan": "The OpenLift project: a plan"
_MEETS_WITH = re.compile(
    rf"^((?:The )?[A-Z][\w.+-]*[A-Z\d][\w.+-]{{0,20}}(?: \([^()]{{2,20}}\))?(?: [a-z]{{4,12}})?) {_MEETS} {_UNTOLD} (?:with|through|via) (?=(?:an?|the) )"
)
# "We take a step toward a whole by introducing X"
_STEP_BY = re.compile(
    r"^(?:We|I|This (?:paper|work|study)) (?:\w{2,20} )?(?:takes?|makes?) an? (?:[\w-]{2,20} ){0,2}steps? (?:toward|towards|to|in) [^,;:]{3,80}? by (?=(?:introduc|present|propos|develop|releas)ing )"
)
# "…, a series that takes a meaningful step toward solving all tasks"
_STEP_TO = re.compile(
    r",? (?:that|which) (?:takes?|makes?|marks?|represents?) an? (?:[\w-]{2,20} ){0,3}(?:steps?|milestone|leap|advance) (?:toward|towards|to|in|for|forward)\b[^;:]{0,120}?(?=\.?$)"
)
# "… a framework that overcomes this barrier by modeling the whole"
_WHICH_MEETS = re.compile(
    rf" (?:that|which) {_MEETS} (?:this|these|those|both|such|all) (?:[\w-]{{2,20}} ){{0,3}}?{_NEED}(?: by(?= \w{{3,20}}ing )|(?= (?:via|through|with|using) ))"
)
# "…, which unifies both skills by training on the whole", "that in such halls, lifts fall"
_WHICH_DOES = re.compile(
    r" (?:that|which) [a-z]{3,20}s (?:both|these|this|those) [\w-]{3,20}(?: [\w-]{3,20})? by(?= (?:\w{3,20}ly )?\w{3,20}ing )"
)
_IN_SUCH = re.compile(r"(?<= that) (?:in|under|for|within|on) (?:such|these|this|those) [\w -]{2,30},(?= )")
# "We propose X, a framework designed to address these challenges."
_ENDS_UNTOLD = re.compile(
    rf",?(?: (?:specifically )?(?:designed|intended|aimed|developed|built))? (?:to|for|at|that|which) (?:jointly |simultaneously |directly )?(?:{_MEETS}|achieve|do|enable|support|test|study|evaluate|explore|examine|answer) (?:this|these|those|both|such|all (?:two|three|four|five)|the above)(?: [\w-]{{2,20}}){{0,3}}(?=\.?$)|,? (?:realizing|implementing|covering|addressing|satisfying|meeting) all (?:two|three|four|five|of (?:them|these))(?=\.?$)|"
    r" (?:for|of|in|to) [a-z]{3,20} such [\w-]{2,20}(?=\.?$)"
)
# "We introduce our method, a probe", "Introducing our dataset, a list": a name that was lost
_UNNAMED = re.compile(
    r"(\b(?:[Ww]e|[Tt]his (?:paper|work)) (?:\w{2,20} )?(?:introduce|present|propose|develop|describe)s?|^(?:Introduc|Present|Propos|Develop|Releas)ing) our (?:method|model|system|framework|approach|benchmark|dataset|tool), (?=an? )"
)
_BETWEEN = re.compile(
    r"(?<=[\w)]), (?:however|therefore|thus|hence|moreover|furthermore|in turn|for example|for instance|by contrast|in contrast|instead|consequently|too),(?= )"
)
# At least one of them is in what the patterns find, which take long to search for.
_UNTOLD_WORDS = (" this", " these", " those", " both", " such", " the above", " all ")
_TURNS = (
    ", however",
    ", therefore",
    ", thus",
    ", hence",
    ", moreover",
    ", further",
    ", in ",
    ", for ",
    ", by ",
    ", instead",
    ", conseq",
    ", too",
)
_HENCE_WORDS = (" therefore ", " thus ", " hence ", " accordingly ", " consequently ")
_OPENS_CLAUSE = re.compile(
    r"(?:In|On|After|Before|When|Under|For|At|With|Without|Across|While|If|By|Among|Given|To|From|Unlike|Despite|Over)\b"
)
_ALSO = re.compile(
    r"^((?!We\b|I\b|Our\b)[A-Z][\w.+-]{1,30}) (?:also|further|additionally|even|thus|hence)(?= [a-z]{3,20}s\b)"
)  # "QuickLift also saves"
_HENCE = re.compile(r"^([^,;:]{3,60}) (?:therefore|thus|hence|accordingly|consequently)(?= [a-z])")
_SAYS = re.compile(r"\b(that|whether|show|find|reveal): (?=[a-z\d(])")


def untied(sentence: str) -> str:
    """The sentence without its list number and without up to three connectives at its beginning."""
    sentence = _HEADED.sub("", _NUMBERED.sub("", sentence[:CHARS]))
    for _ in range(3):
        found = _LEAD.match(sentence)
        if found and _WITH_COMMA.search(found[0]):
            sentence = capital(sentence[found.end() :])
    sentence = _SO.sub(r"\1 ", sentence)
    if " step" in sentence or " leap" in sentence or " milestone" in sentence or " advance" in sentence:
        sentence = _STEP_TO.sub("", sentence)
    sentence = _MEETS_WITH.sub(r"\1: ", sentence)
    if (found := _BY_MAKING.match(sentence) or _STEP_BY.match(sentence)) is not None:
        sentence = capital(sentence[found.end() :])
    if any(word in sentence for word in _TURNS) and (found := _BETWEEN.search(sentence)) is not None:
        sentence = sentence[: found.start()] + ("," if _OPENS_CLAUSE.match(sentence) else "") + sentence[found.end() :]
    if any(word in sentence for word in _HENCE_WORDS):
        sentence = _HENCE.sub(r"\1", sentence)
    end = sentence[-ENDING:]
    if (
        any(word in end for word in _UNTOLD_WORDS)
        and (found := _ENDS_UNTOLD.search(sentence)) is not None
        and len(sentence[: found.start()].split()) >= LEFT
    ):
        sentence = sentence[: found.start()].rstrip(",") + sentence[found.end() :]
    sentence = _ALSO.sub(r"\1", sentence)
    sentence = _UNNAMED.sub(r"\1 ", sentence) if " our " in sentence[:60] else sentence
    return _SAYS.sub(r"\1 ", _IN_SUCH.sub("", _WHICH_DOES.sub("", _WHICH_MEETS.sub("", sentence))))


def capital(text: str) -> str:
    """The text with a capital at its beginning, except in names such as vLLM or τ-bench."""
    first = text.split(" ", 1)[0]
    plain = first[1:] == first[1:].lower() or _COMPOUND.match(first) is not None
    return text[:1].upper() + text[1:] if plain and first[:1].isascii() else text
