"""Cut a sentence before a clause that it can do without, and say what a reader loses by it.

What limits a claim ("but", "only if") leaves an ellipsis. A cut that would leave half a list, a sentence without its verb or a loose end is
not made.
"""

import re
from collections.abc import Iterator

from digest.editorial.half_said import is_half, joined
from digest.editorial.openings import capital
from digest.editorial.vague import vagueness
from digest.editorial.verbs import FINITE, states, wants_more

LEAST = 6  # words that a sentence keeps
SHORT = 5  # words of a member of a list
CONTRAST = 0.4  # of losing what something differs from
OTHER_SIDE = 0.8  # of losing the second figure, or half of "a disparity: A, whereas B"
OF_WHAT = 1.0  # of losing what a figure at the end is of: "reaches 44.8%", before "across seven benchmarks"
LIMITS = 1.0  # of losing what limits a claim
RESPECTIVELY = 1.0  # the cost of losing the second of two lists

ASIDE = re.compile(
    r"(?: |^)\((?!(?:[ivxIVX]{1,4}|\d|[a-d])\))([^()]{1,160})\)| ?(?<!range )(?<!interval )(?<! in )\[([^\[\]]{1,160})\]"
)
_CLAUSE = re.compile(
    r"(?:,|;| –| —) (?=([A-Za-z]{1,20})|[~+$]?\d|\()|: | (?=(and|while|by|using|through|via|across|with|that|to|where|in which|so that|for|developed|designed|built|trained|derived|constructed)\b )"
)
_FREE_WORDS = (
    "which where whereby each using leveraging enabling allowing combining including as together particularly especially with by "
    "while whereas thereby thus so across spanning from covering via through achieving making yielding demonstrating "
    "showing outperforming reducing improving suggesting highlighting providing all offering supporting ensuring resulting "
    "indicating e i notably ranging consisting comprising designed built based trained evaluated followed requiring "
    "producing generating creating capturing preserving maintaining "
)
_FREE = frozenset(_FREE_WORDS.split())
_BOUND_WORDS = "but though although unless without except if when however yet despite only even albeit"
_BOUND = frozenset(_BOUND_WORDS.split())
_JOINED = frozenset({"and", "or"})
_VERB = re.compile(
    r"(?:and|or) (?:also |further |then |thus |thereby |explicitly |consistently |with )?(?:we|it|they|our|is|are|most|has|can|\w{3,20}(?:s|ed)|"
    r"evaluate|introduce|demonstrate|develop|propose|present|compare|derive|prove|describe|identify|validate|discuss|investigate|examine|construct|"
    r"establish|characteri[sz]e|conduct|analy[sz]e|quantify|perform|generate|produce|learn|improve|reduce|achieve|predict|select|enable|allow|enhance|preserve|maintain|avoid|ensure|adapt|update)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:and|or) (?:by |up to |a |an |about )?[$~+-]{0,2}\d[\d.,]*[%x×]?(?![\w-])")
_BY_FIGURE = re.compile(r" by (?:up to |about |over |nearly |more than |an? )?[~$+]?\d")
_BY_SO_MUCH = re.compile(r"and (?:[\w-]{1,20} ){1,3}by (?:up to |about |over )?[~$+]?\d")  # "beats A by 2% and B by 3%"
_SHARED = re.compile(
    r"\b(?:gains?|improvements?|increases?|reductions?|points|speedups?|drops?|scores?)\b", re.IGNORECASE
)  # the noun of both figures
_CLAUSE_AFTER = re.compile(  # ", and many plans still fail"
    r", and (?!(?:by|up to|over) )(?:[\w-]{2,20} ){1,5}?(?:is|are|was|were|has|have|can|cannot|do|does|did|remains?|still \w{3,12}|fail|fails|falls?|outperforms?|improves?|reduces?|achieves?|shows?) "
)
_NO_VERB = re.compile(
    r"\b(?:and|or) \w{1,20}(?:ss|ness|ics|ions|ments|ers|ors|ities|ents|ages|ases|ules|els|ems|ets|ods|ings)\b",
    re.IGNORECASE,
)
# "that (1) A; (2) B", of which A can stand alone
_FIRST_OF = re.compile(r"(?:(?<=\bthat )|^)\((?:i|I|1|a)\) (?!.*\((?:ii|II|2|b)\))")
_SECOND = re.compile(r"; (?:and )?\((?:ii|II|2|b)\) ")
_CONTRAST = re.compile(r",? (?=while|whereas|combined|coupled|paired)")
_BASELINE = re.compile(
    r"\b(?:against|versus|vs\.?|compared (?:to|with)|relative to|than|(?:outperform|surpass|exceed|beat|improv)ing) [^,;]{0,60}\d"
)
_DIFFERENCE = re.compile(
    r"\b(?:disparity|differences?|gap|asymmetry|contrast|trade-?off|mismatch|divergence|dichotomy)\b"
)
_LIST = re.compile(
    r"\b(?:pair|two|three|four|five|six|several|following|key|main)\b[^:]{1,60}:[^:]{0,400}$", re.IGNORECASE
)
_PARTICIPLE = re.compile(
    r"\b(?:\w{3,20}ed|given|known|driven|taken|shown|drawn|chosen|built|found|held|made)$", re.IGNORECASE
)
_TAKES_AS = re.compile(
    r"\b(?:formulat|treat|view|cast|model|fram|recast|regard|refram|interpret|defin)\w{0,4}\b", re.IGNORECASE
)
_TAKES_WITH = re.compile(
    r"\b(?:combin|pair|replac|compar|integrat|associat|augment|equip|align|interleav|coupl|unif|correlat|balanc|reconcil|fus|blend|merg)\w{0,5}\b|\b(?:competitive|comparable|consistent|compatible|on par|familiar|in line|agreement|accordance|comparison|conjunction)$",
    re.IGNORECASE,
)
_INNER = re.compile(
    r", [^,;:]{3,90}, (?:is|are|was|were|has|have|can|we|it|they|achieves|outperforms|improves|reduces|shows|(?!this |thus |across |versus |always )\w{3,20}s) "
)
_PARALLEL = re.compile(r"(?:also |then )?\w{3,20}(?:s|ed) ")
_MEMBERS = re.compile(r", [^,;:]{5,90}, and (?![\w-]{3,20}(?:ing|ed|s)\b)")  # ", controlled tests, and a tool"
_SERIES = re.compile(r", \w{3,20}s [^;:]{3,260}, and \w{3,20}s ")  # "achieves A, generates B, and keeps C"
_ANNOUNCES = re.compile(
    r"\b(?:following|two|three|four|five|six|seven|several|key|main|ways?|results?|phenomen(?:on|a)|laws?|theorems?|discover(?:y|ies)|principles?|insights?|answers?|conclusions?|hypothes[ie]s|asymmetry|observations?|reasons?|parts?|steps?|stages?|components?|questions?|patterns?|findings?|contributions?|gains?|improvements?|benefits?|advantages?|paths?|routes?|trade-?offs?|as follows|namely)\b[^,:]{0,60}$",
    re.IGNORECASE,
)
_FOUND_ONE = re.compile(
    r"\b(?:reveal|find|found|observ|uncover|identif|discover|expos|show|demonstrat|document|highlight|report)\w{0,4} (?:an?|one|the same) [^,:]{3,80}$",
    re.IGNORECASE,
)
_EMERGES = re.compile(
    r"^(?:Two|Three|Four|Five|Six|Several|Our|These|The) (?:[\w-]{2,20} ){0,2}(?:findings|results|patterns|lessons|insights|observations) (?:emerge|follow|stand out|are)\b[^:]*$"
)
_WAY_FROM = re.compile(r"\bfrom (?:[\w-]{2,20} ?){1,4}$")
_REPORTS = re.compile(
    r"\b(?:show|demonstrate|reveal|suggest|indicate|find|found|confirm|argue|prove|observe|report|note|hypothesi[sz]e|believe|conclude|state|claim|"
    r"principle|fact|idea|hypothesis|assumption|view|evidence|insight|notion|belief|possibility|guarantee|requirement|concern|sense)(?:s|d|ed|n)?$|"
    r"\b(?:remov|reduc|us|tak|mak|giv|turn|clos|fill|solv|break|exploit|captur|address|avoid|eliminat|extend|bridg|chang|explain|resolv|violat|meet|reach)e?s$"
)
_THAT = re.compile(r"\b(?:an?|the first) (?:[\w/-]{1,30} ){1,11}[\w/-]{3,30}$")  # "a method", before "that …"
_MONEY = re.compile(r"\$(?=\d)(?![^$ ]{0,40}\$)")  # "$6 billion", not "$6$"
_OPEN_LIST = re.compile(  # "three findings: A", whose other members follow
    r"\b(?:two|three|four|five|six|seven|several|following)\b[^:–—;]{0,200}(?:: | - | – | — )[^:]*$"
)
_OPEN_SERIES = re.compile(r", (?!we |it |they )\w{3,20}(?:s|ed) [^,;:]{3,160}$")  # "achieves A, generates B"
# Another figure of a list: "cuts the cost by 30%, the time by 4%, and 3 of 5 errors".
_FIGURES = re.compile(
    r", (?:and |with |or )?(?:an? (?:[\w@-]{1,20} ){1,6}(?:of|by|from) |the (?:[\w@-]{1,20} ){1,4}(?:by|from|to) )?(?:up to |about |over |nearly |an? )?[~+≈<>-]{0,2}\$?\d[\d.,]*"
)
_FIGURE_BEFORE = re.compile(rf"{_FIGURES.pattern}[^,]*$")  # a member of the list before the last one that is told
_BARE, _BARE_NEXT = (
    re.compile(r"\d[%×x]?$"),
    re.compile(r", (?:and )?[~+-]?\d[\d.]*[%×x]?(?:,| |$)"),
)  # "37.2%, 70.6%", whose meaning follows
_FIGURE_LAST = re.compile(r"\d[\d.,]*(?:%|×|x| (?:percentage )?points?| pp| percent)?$")
_SECOND_FIGURE = re.compile(r"\band (?:by )?[~+-]?\d[\d.,]*[%×x]?$")  # "2% on A, and 1%", before "across B"
_ACROSS = re.compile(
    r"\b(?:generali[sz]\w{1,5}|transfer\w{0,4}|var(?:y|ies|ied)|holds?|held|consisten\w{1,4}|compar\w{1,6}|scal\w{1,3}|differ\w{0,4}|spread|distribut\w{1,4}|"
    r"remains?|works?|persists?|robust\w{0,4}|shar\w{1,3}|appl\w{1,4}|cut|move[sd]?|flow\w{0,3}|rang\w{1,3})$"
)
_TAKES_TO = re.compile(  # "enables agents to …", "shifts work to …"
    r"\b(?:enabl|allow|help|let|requir|encourag|forc|ask|teach|train|prompt|instruct|permit|caus|lead|driv|empower|guid|shift|mov|map|convert|translat|transfer|"
    r"belong|respond|refer|adhere|conform|correspond|tend|aim|try|seek|continue|fail|appl|extend|adapt|compar|reduc|link|connect|add|assign|attribut|relat|rout|expos|generali[sz]|attach|bring|limit|restrict|turn|pay)(?:e|es|s|ed|d|ing|y|ies|ied)?\b",
    re.IGNORECASE,
)
_OBJECT_FOLLOWS = re.compile(  # "that models recognize", "in which the model generates"
    r"\b(?:(?:they|we|it|that|which|who|to|can|may|will|models|agents|systems|methods|LLMs|users|people|humans) (?:[a-z]{3,15}ly )?[a-z]{3,20}|"
    r"(?:model|agent|system|method|framework|network|LLM|user) (?:[a-z]{3,15}ly )?[a-z]{3,20}[a-z]s)$"
)
_BARE_CASES = re.compile(
    r"\b(?:cases|settings|scenarios|instances|tasks|domains|situations|examples|regions|regimes|ones)$"
)
_FROM = re.compile(r"\bfrom [~$+-]?\d(?!.*\bto\b)")  # "from 71%", which goes "to 80%"
_NOT_THIS = re.compile(
    r"\b(?:no longer|not (?:merely|just|simply|primarily)|is not|are not|was not|were not)\b"
)  # "is no longer A, but B"
_LIMIT = re.compile(r"(?:(?!not only).){0,200}?, (?:but|yet|though|although) ")
_PARTICIPLES = frozenset({"developed", "designed", "built", "trained", "derived", "constructed"})
_WITHOUT = {
    "with": 0.8,
    "by": 0.8,
    "to": 0.6,
    "for": 0.7,
    "designed": 0.8,
}  # the cost of leaving out what such a word begins
_PAIRED = re.compile(
    r" and (?:by |up to )?[~+-]?\$?\d[\d.,]*[%x×]? (?!(?:on|in|over|for|at|of|with|by|respectively|across|under|to|from|points?)\b)"
)
_THROUGH = re.compile(r"\b(?:break|cut|carry|come|follow|get|go|look|push|run|see|think|walk|work)s?$", re.IGNORECASE)
# "In domains where models fail", "that although models fail": the sentence itself has not begun.
_CONCEDED = re.compile(r"\bthat,? (?:although|though|while|whereas|when|if|even|despite|unless|because|since) [^,]*$")
_SUBORDINATE = re.compile(
    r"(?:In|On|For|With|When|While|Although|At|Under|If|As|Since|[A-Z][a-z-]{1,20}ed (?:on|in|with|by|from|to|for|as|at|using|under|against|across|over)\b) [^,]{1,120}(?:, (?:where|which|when|who|[a-z]{3,15}ing)\b[^,]{0,120})?$"
)
_STUMP = re.compile(
    r", (?!respectively$)(?![\w-]{1,20} (?:framework|method|approach|model|system|architecture|pipeline|benchmark|dataset|algorithm|toolkit|library)$)[\w-]{1,20}(?: [\w-]{1,20})?$"
)  # the rest of a clause that was cut after one or two words
_LOOSE_END = re.compile(
    r"\b(?:a|an|this|these|those|its|their|when|where|while|which|if|so|because|along|across|between|among|over|under|within|without|through|into|per|based on work|such|who|whose|than|via|using|the|of|to|for|in|on|and|or|with|that|by|is|are|as|from|at|than|not|was|were|be|been|(?!respectively)[a-z]{3,12}ly|both|either|then|but|yet|also|nor|whether|how|what|why|about|upon|towards?|onto|against|versus|e\.g|i\.e)$",
    re.IGNORECASE,
)


def cuts(text: str) -> Iterator[tuple[str, float]]:
    """The sentence cut before one of its clauses, last clauses first, with the cost of what a reader loses."""
    for found in reversed(list(_CLAUSE.finditer(text))[:30]) if not text.endswith("?") else ():
        head = text[: found.start()]
        if (
            len(head.split()) < LEAST
            or _STUMP.search(head[-40:])
            or not balanced(head)
            or _LOOSE_END.search(head[-16:])
            or _SUBORDINATE.match(head)
            or _CONCEDED.search(head)
            or _EMERGES.match(head)
            or (text.startswith(" to ", found.start()) and _WAY_FROM.search(head[-60:]))
            or not states(head.rpartition(" that ")[2])
            or not (_whole_end(head) or _FIGURES.match(text, found.start()))
            or _FROM.search(head)
            or is_half(head, text[found.start() :])
        ):
            continue
        ending = _ending(head, text[found.start() :], found)
        if ending is not None:
            mark, cost = ending
            if mark == "." and _LIMIT.match(text, found.start()):
                mark, cost = " …", cost + CONTRAST
            cost += OF_WHAT if found[0][0] == " " and _FIGURE_LAST.search(head[-16:]) else 0.0
            cost += RESPECTIVELY if "respectively" in text[found.start() :] else 0.0
            cost += vagueness(head, text, found.start())
            cost += _contrast(text, found.start())
            yield _only_one(joined(head, text[found.start() :])).rstrip(" ,;:–—-") + mark, cost


def _contrast(text: str, place: int) -> float:
    """The cost of losing what something differs from, which is more if that is a figure, or what the sentence announces."""
    figure = any(map(str.isdigit, text[place:]))
    if _CONTRAST.match(text, place) is None:
        return CONTRAST if figure and _BASELINE.search(text, place) else 0.0
    return CONTRAST + (OTHER_SIDE if figure or _DIFFERENCE.search(text, 0, place) else 0.0)


def _only_one(head: str) -> str:
    """The words without a number whose further ones were cut away."""
    text = _FIRST_OF.sub("", head)
    return capital(text) if head.startswith("(") and text != head else text


def _whole_end(head: str) -> bool:
    """Whether what stands after the last semicolon or colon is a statement too."""
    begin = max(head.rfind("; "), head.rfind(": "))
    return (
        begin < 0
        or head[begin + 2 : begin + 3].isdigit()
        or (len(head[begin:].split()) > SHORT and FINITE.search(head[begin:]) is not None)
    )


def _ending(head: str, rest: str, found: re.Match[str]) -> tuple[str, float] | None:
    """What replaces the rest of a cut sentence, and the cost of leaving it out; None if the sentence would be incomplete."""
    if _LIST.search(head):
        return None
    if found[2]:
        return _within(head, rest, found[2])
    word = (found[1] or "").lower()
    if word in _BOUND and found[0][0] != ":":
        return None if word == "but" and _NOT_THIS.search(head) else (" …", LIMITS)
    if found[0][0] == ",":
        return _at_comma(head, rest, word)
    return _at_mark(head, rest, found[0][0])


def _at_mark(head: str, rest: str, mark: str) -> tuple[str, float] | None:
    if mark == ";" and _SECOND.match(rest):
        return (".", 0.4) if _FIRST_OF.search(head) else None
    if mark == ":":
        if _ANNOUNCES.search(head[-100:]) or _FOUND_ONE.search(head[-100:]):
            return None
        return ".", 1.0
    if mark == ";":
        return (".", 0.25) if "(" not in rest[:5] and not _OPEN_LIST.search(head) else None
    return (".", 0.3) if head.count(" – ") % 2 == 0 and head.count(" — ") % 2 == 0 else None


def _at_comma(head: str, rest: str, word: str) -> tuple[str, float] | None:
    if _FIGURES.match(rest):
        bare = _BARE.search(head[-8:]) and _BARE_NEXT.match(rest)
        if bare or not any(map(str.isdigit, head)):
            return None
        return (" …", LIMITS) if _FIGURE_BEFORE.search(head) else (".", 0.5)
    if _SERIES.match(rest):
        return (".", 0.5) if not _OPEN_SERIES.search(head) else None
    if word in _JOINED:
        whole = not _INNER.match(rest) and (_goes_on(rest[2:]) or _CLAUSE_AFTER.match(rest)) and not _in_list(head)
        return (".", 0.25) if whole else None
    return (".", 0.2) if _hangs_on(head, rest, word) else None


def _hangs_on(head: str, rest: str, word: str) -> bool:
    """Whether a clause after a comma says more of the sentence, rather than going on with it."""
    if (
        _INNER.match(rest)
        or (word == "as" and _TAKES_AS.search(head))
        or (word.endswith("ed") and _OPEN_SERIES.search(head))
    ):
        return False
    return word in _FREE or (word.endswith(("ing", "ed")) and not _listed(rest) and not _MEMBERS.match(rest))


def _within(head: str, rest: str, word: str) -> tuple[str, float] | None:
    """The same, for a clause that is not separated by a comma."""
    taken = (
        _TAKES_WITH.search(head[-90:])
        if word == "with"
        else (word == "through" and _THROUGH.search(head[-12:])) or (word == "across" and _ACROSS.search(head[-20:]))
    )
    if (
        taken
        or _OBJECT_FOLLOWS.search(head[-50:])
        or _PARTICIPLE.search(head[-24:])
        or wants_more(head[-60:])
        or (word == "by" and _BY_FIGURE.match(rest))
        or _SECOND_FIGURE.search(head[-24:])
    ):
        return None
    if word == "that":
        if _REPORTS.search(head[-16:]):
            return None
        found = _THAT.search(head[-200:])
        return (".", 1.0 if found[0].startswith("the") else 0.6) if found else None
    if word == "and":
        whole = _goes_on(rest[1:], closely=True) and not _in_list(head)
        return (".", 0.4) if whole else None
    return (".", _WITHOUT.get(word, 0.5)) if _is_thing(head, word) else None


def _is_thing(head: str, word: str) -> bool:
    """Whether the words before "to", "for" or "where" are complete without what says more of them."""
    if word == "to":
        return _THAT.search(head[-200:]) is not None and not _TAKES_TO.search(head[-80:])
    if word == "for":
        return _THAT.search(head[-200:]) is not None
    if word in _PARTICIPLES:
        last = head.rpartition(", ")[2]
        return last.startswith(("a ", "an ", "the first ")) or states(last)
    return word != "where" or not _BARE_CASES.search(head[-16:])


def _goes_on(rest: str, *, closely: bool = False) -> bool:
    """Whether "and" joins another statement or figure rather than another thing; `closely`: without a comma before it."""
    verb = _VERB.match(rest)
    if verb and not _NO_VERB.match(rest) and (not closely or FINITE.search(verb[0])):
        return True
    return (
        bool(_NUMBER.match(rest) and not _SHARED.search(rest[:70]) and not (closely and _PAIRED.match(f" {rest}")))
        or _BY_SO_MUCH.match(rest) is not None
    )


def _in_list(head: str) -> bool:
    """Whether the words before "and" are members of a list, which would become incomplete."""
    words = ASIDE.sub("", head[-160:])
    last = words.rpartition(", ")[2]
    return ", " in words and (len(last.split()) < SHORT or bool(_PARALLEL.match(last)))


def _listed(rest: str) -> bool:
    """Whether a comma is part of a list of short members."""
    member, _, more = rest[2:].partition(", ")
    return (len(member.split()) < 4 and more.startswith(("and ", "or "))) or len(member.split()) < 3


def balanced(text: str) -> bool:
    """Whether all brackets, quotations and formulas are closed."""
    return (
        text.count("(") == text.count(")")
        and text.count("[") == text.count("]")
        and _MONEY.sub("", text).count("$") % 2 == 0
        and text.count('"') % 2 == 0
        and text.count("“") == text.count("”")
    )
