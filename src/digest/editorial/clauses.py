"""Shorten a sentence to complete and true forms, without connectives, asides and trailing clauses.

Words are only removed, never added or moved. What limits a claim ("but", "only if") is removed last and leaves an ellipsis.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LEAST = 6  # words that a sentence keeps
SHORT = 5  # words of a member of a list
MOST = 10  # forms of one sentence
RESPECTIVELY = 1.0  # the cost of losing the second of two lists
CHARS = 1_200  # characters of a sentence that are used

_LEAD = re.compile(
    r"^(?:(?:however|moreover|furthermore|besides|additionally|specifically|concretely|notably|in particular|in addition|finally|therefore|thus|hence|"
    r"consequently|accordingly|instead|also|here|then|second(?:ly)?|first(?:ly)?|third(?:ly)?|further|for this (?:purpose|reason|goal)|meanwhile|similarly|"
    r"crucially|importantly|critically|surprisingly|interestingly|remarkably|empirically|overall|in summary|in short|to summarize|in contrast|by contrast|"
    r"conversely|more broadly|more specifically|more importantly|most importantly|to our knowledge|to the best of our knowledge|strikingly|in turn|"
    r"in this (?:paper|work|study|post|article|report)|in response|as a result|at the same time|for (?:example|instance)|on the other hand|"
    r"as (?:our|a) (?:key|main|first) [\w-]{1,20}|(?:through|with|from) (?:these|this) [^,]{0,60}|"
    r"(?:addressing|answering|filling|closing|bridging|tackling) (?:this|these|that|those|the)\b[^,]{0,60}|"
    r"(?:to|in order to) (?:address|tackle|bridge|fill|overcome|solve|mitigate|close|resolve|answer|remedy|explore|study|investigate|test|"
    r"fill|meet|alleviate|handle|remove|reduce) (?:the|them|these|this|those|such)\b[^,]{0,80}|"
    r"(?:to|in order to) \w{1,20}(?: (?:and|or) \w{1,20})? (?:this|these|that|those|such|it|them)\b[^,]{0,60}|"
    r"(?:to|in order to) [\w-]{1,20}(?: [\w-]{1,20})?(?: [\w-]{1,20})?(?: [\w-]{1,20})? (?:this|these|those|such)\b[^,]{0,60}|"
    r"(?:motivated|inspired|guided|driven|informed|enabled|grounded) by (?:this|these|it|them|that)\b[^,]{0,60}|"
    r"[a-z]{3,14}ing (?:under|within|in|on|upon|from|with|of|at) (?:this|these|those|such)\b[^,]{0,60}|"
    r"(?:based|building|built) (?:on|upon) (?:this|these|it|that)\b[^,]{0,60}|"
    r"(?:leveraging|given|with|using|applying|integrating|combining|following|under|in|on|from|for|across|beyond|despite) (?:this|these|those|such|both)\b[^,]{0,50}|"
    r"towards? this (?:goal|end)|to (?:this|that) end),? {1,2}|(?:and|but|so|we therefore|thus) (?=we |I ))",
    re.IGNORECASE,
)
_WITH_COMMA = re.compile(r", {1,2}$|^(?:and|but|so|we therefore|thus) $", re.IGNORECASE)
_NUMBERED = re.compile(r"^\((?:\d|[ivx]{1,4}|[a-d])\) {1,2}(?=[A-Z])")
_HEADED = re.compile(
    r"^(?:Background|Objectives?|Aims?|Purpose|Methods?|Materials and Methods|Methodology|Approach|Results?|Findings|Conclusions?|Discussion|Significance|"
    r"BACKGROUND|OBJECTIVES?|AIMS?|METHODS?|RESULTS?|CONCLUSIONS?)(?: and \w{1,12})?: (?=[A-Z\d])"
)
_SO = re.compile(r"^(We|I) (?:therefore|thus|hence|then|accordingly|consequently|also|further) (?=[a-z])")
# The title makes clear who found something.
_FRAME = re.compile(
    r"^(?:We|Our|Results?|Experiments?|Experimental|Extensive|Comprehensive|Empirical(?:ly)?|Evaluations?|Theoretical(?:ly)?|Analys[ie]s|Simulations?|"
    r"Findings|Benchmarks?|Across|In|On|The|Through|Using|These|Further|Statistical|Ablations?|Human|Controlled|Case|Quantitative|Qualitative|Evaluated|Evaluating|Benchmarking|Testing|"
    r"Online|Offline|A/B|Systematic|Large-scale|Numerical|Real-world|Detailed|Both|Key|Additional)\b[^;:()]{0,140}?\b"
    r"(?:shows?|showed|demonstrates?|demonstrated|reveals?|revealed|finds?|found|observes?|observed|confirms?|confirmed|establish|discover)"
    r"(?: that |(?= [A-Z][\w-]{2,30} (?:\w{2,20}s|can) ) )"
)
# The announcement of a finding is removed if the finding follows a colon.
_INSIGHT = re.compile(
    r"^[^:]{3,140}\b(?:insights?|findings?|conclusions?|observations?|result|answer|phenomenon|pattern)(?: emerges?)?: (?=[\w\"“(])"
)
# An argument is removed before a proposal in the same sentence.
_AND_MADE = re.compile(
    r"^We (?!propose|introduce|present|develop|design|build)[^;:]{4,160}? and (?=(?:propose|introduce|present|develop|design|build) )"
)
_TWO = re.compile(
    r"^((?:Our|The|Its) [\w-]{3,20}|It|[A-Z][\w-]{2,30})( (?:also |further |consistently )?\w{3,20}s [^;:,]{8,200}?),? and ((?:also |further |consistently )?"
    r"(?:surpasses|outperforms|improves|reduces|achieves|reaches|exceeds|beats|cuts|raises|lowers|increases|attains|yields|boosts|gains|delivers) .*)$"
)
_ASIDE = re.compile(r" ?\((?!(?:[ivx]{1,4}|\d|[a-d])\))([^()]{1,160})\)| ?\[([^\[\]]{1,160})\]")
_ABBREVIATED = re.compile(r"[A-Z][\w./-]{0,15}s?")
_BY = re.compile(
    r"^(?:In|Across|On|Under|At|Against|Compared (?:to|with)|Over|By|Through|Using|Via|Leveraging|Unlike|Rather than|Instead of|Inspired by|Motivated by|Building (?:on|upon)|Beyond|Despite|While|Although|Given|As|To|"
    r"In order to|Grounded in|With|Based on|Recogni[sz]ing|Drawing on) [^.;:]{3,200}?, (?=(?:we|our|this (?:paper|work|study)|[A-Z][\w-]{2,})\b)"
)
_CLAUSE = re.compile(
    r"(?:,|;| –| —) (?=([A-Za-z]{1,20}))|: | (?=(and|while|by|using|through|via|with|that|to|where|in which|so that|for)\b )"
)
_FREE_WORDS = (
    "which where whereby using leveraging enabling allowing combining including as together particularly especially with by "
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
    r"(?:and|or) (?:also |further |then |thus |thereby |explicitly |consistently |with )?(?:we|it|they|our|is|are|most|has|can|\w{3,20}(?:s|ed))\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:and|or) (?:by |up to |a |an |about )?[$~+-]{0,2}\d")
_SHARED = re.compile(
    r"\b(?:gains?|improvements?|increases?|reductions?|points|speedups?|drops?|scores?)\b", re.IGNORECASE
)  # the noun of both figures
_NO_VERB = re.compile(
    r"\b(?:and|or) \w{1,20}(?:ss|ness|ics|ions|ments|ers|ors|ities|ents|ages|ases|ules|els|ems|ets|ods|ings)\b",
    re.IGNORECASE,
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
    r"\b(?:combin|pair|replac|compar|integrat|associat|augment|equip|align|interleav|coupl|unif)\w{0,5}\b",
    re.IGNORECASE,
)
_INNER = re.compile(
    r", [^,;:]{3,90}, (?:is|are|was|were|has|have|can|we|it|they|achieves|outperforms|improves|reduces|shows|\w{3,20}s) "
)
_PARALLEL = re.compile(r"(?:also |then )?\w{3,20}(?:s|ed) ")
_SERIES = re.compile(r", \w{3,20}s [^;:]{3,260}, and \w{3,20}s ")  # "achieves A, generates B, and keeps C"
_ANNOUNCES = re.compile(
    r"\b(?:following|two|three|four|five|six|seven|several|key|main|ways?|parts?|steps?|stages?|components?|questions?|patterns?|findings?|contributions?|as follows|namely)\b[^,:]{0,60}$",
    re.IGNORECASE,
)
# A verb in the remaining words: those of the field, and common ones.
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|may|might|must|do|does|did|need|needs|let|lets|we \w{3,20}|I \w{3,20}|"
    r"(?:achiev|reach|attain|yield|gain|obtain|secur|sustain|lead|led|outperform|surpass|exceed|beat|match|improv|reduc|increas|decreas|lower|rais|boost|cut|"
    r"drop|fall|fell|rise|rose|grow|grew|show|demonstrat|reveal|find|found|indicat|suggest|confirm|prov|establish|propos|introduc|present|releas|develop|"
    r"design|build|built|creat|construct|provid|offer|address|extend|bring|combin|enabl|allow|learn|train|us|appl|requir|remov|retain|recover|keep|kept|"
    r"preserv|maintain|approv|fail|succeed|degrad|collaps|remain|becom|flip|scal|generaliz|generalis|transfer|predict|detect|solv|generat|produc|identif|"
    r"contain|compris|cover|span|includ|consist|captur|explain|depend|vary|varies|hold|held|work|perform|run|ran|take|took|cost|sav|speed|accelerat|"
    r"compress|prun|quantiz|rout|mask|encod|decod|treat|view|cast|reformulat|formaliz|formulat|model|measur|evaluat|assess|test|compar|analy[sz]|"
    r"stud|examin|investigat|explor|support|host|serv|ship|launch|announc|open|give|gave|make|made|get|got|go|went|come|came|help|mean|"
    r"distinguish|separat|decompos|replac|inject|insert|select|rank|retriev|rewrit|rewrote|organi[sz]|stabili[sz]|mitigat|eliminat|prevent|avoid|ensur|"
    r"over-accept|accept|reject|misclassif|classif|emerg|occur|persist|exhibit|display|suffer|struggl|rel|account|contribut|correlat|converg)"
    r"(?:e|es|s|ed|d|ies|ied|t)?)\b",
    re.IGNORECASE,
)
_THAT = re.compile(r"\b(?:an?|the first) (?:[\w-]{1,30} ){0,6}[\w-]{3,30}$")  # "a method", before "that …"
_MONEY = re.compile(r"\$(?=\d)(?![^$ ]{0,40}\$)")  # "$6 billion", not "$6$"
_OPEN_LIST = re.compile(  # "three findings: A", whose other members follow
    r"\b(?:two|three|four|five|six|seven|several|following)\b[^:–—;]{0,200}(?:: | - | – | — )[^:]*$"
)
_OPEN_SERIES = re.compile(r", (?!we |it |they )\w{3,20}(?:s|ed) [^,;:]{3,160}$")  # "achieves A, generates B"
_THROUGH = re.compile(r"\b(?:break|cut|carry|come|follow|get|go|look|push|run|see|think|walk|work)s?$", re.IGNORECASE)
# "In domains where models fail", "that although models fail": the sentence itself has not begun.
_CONCEDED = re.compile(r"\bthat,? (?:although|though|while|whereas|when|if|even|despite|unless|because|since) [^,]*$")
_SUBORDINATE = re.compile(
    r"(?:In|On|For|With|When|While|Although|At|Under|If|As|Since) [^,]{1,120}(?:, (?:where|which|when|who)\b[^,]{0,120})?$"
)
_STUMP = re.compile(r", [\w-]{1,20}(?: [\w-]{1,20})?$")  # the rest of a clause that was cut after one or two words
_LOOSE_END = re.compile(
    r"\b(?:a|an|when|where|while|which|if|so|because|along|across|between|among|over|under|within|without|through|into|per|based on work|such|who|whose|than|via|using|the|of|to|for|in|on|and|or|with|that|by|is|are|as|from|at|than|not|both|either|e\.g|i\.e)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A shortened sentence, and the cost of what a reader loses by it."""

    text: str
    cost: float


def untied(sentence: str) -> str:
    """The sentence without its list number and without up to two connectives at its beginning."""
    sentence = _HEADED.sub("", _NUMBERED.sub("", sentence[:CHARS]))
    for _ in range(2):
        found = _LEAD.match(sentence)
        if found and _WITH_COMMA.search(found[0]):
            sentence = _capital(sentence[found.end() :])
    return _SO.sub(r"\1 ", sentence)


def forms(sentence: str) -> tuple[Form, ...]:
    """The sentence and its shorter forms, least shortened first. Each text occurs once, at its lowest cost."""
    found: dict[str, Form] = {}
    whole = [Form(text=untied(sentence), cost=0.0)]
    for shorter in (_without_asides, _without_frame, _without_opening, _without_argument):
        if (less := shorter(whole[-1])) is not None:
            whole.append(less)
    whole += [second for form in whole[-1:] if (second := _second_statement(form)) is not None]
    for one in (*whole, *(cut for form in (whole[0], *whole[1:][-2:]) for cut in _cuts(form))):
        if one.text not in found or found[one.text].cost > one.cost:
            found[one.text] = one
    return tuple(sorted(found.values(), key=lambda form: form.cost)[:MOST])


def _without_asides(form: Form) -> Form | None:
    figures = 0

    def gone(found: re.Match[str]) -> str:
        nonlocal figures
        inside = found[1] or found[2]
        figures += any(char.isdigit() for char in inside) and not _ABBREVIATED.fullmatch(inside)
        return ""

    text = _ASIDE.sub(gone, form.text)
    return Form(text=text, cost=form.cost + 0.05 + 0.2 * min(figures, 2)) if text != form.text else None


def _without_frame(form: Form) -> Form | None:
    found = _FRAME.match(form.text) or _INSIGHT.match(form.text)
    return _rest(form, found.end(), 0.12) if found else None


def _without_opening(form: Form) -> Form | None:
    found = _BY.match(form.text)
    return _rest(form, found.end(), 0.25) if found else None


def _without_argument(form: Form) -> Form | None:
    found = _AND_MADE.match(form.text)
    return Form(text=f"We {form.text[found.end() :]}", cost=form.cost + 0.2) if found else None


def _second_statement(form: Form) -> Form | None:
    """The subject with the second of two statements, if only the second has a figure."""
    found = _TWO.match(form.text)
    if not found or any(map(str.isdigit, found[2])) or not any(map(str.isdigit, found[3])):
        return None
    return Form(text=f"{found[1]} {found[3]}", cost=form.cost + 0.35)


def _rest(form: Form, place: int, cost: float) -> Form | None:
    text = _capital(form.text[place:])
    if " and that " in text:  # it goes on with what the frame says
        return None
    return Form(text=text, cost=form.cost + cost) if len(text.split()) >= LEAST and balanced(text) else None


def _cuts(form: Form) -> Iterator[Form]:
    """The sentence cut before one of its clauses, last clauses first."""
    for found in reversed(list(_CLAUSE.finditer(form.text))[:30]):
        head = form.text[: found.start()]
        if (
            len(head.split()) < LEAST
            or _STUMP.search(head[-40:])
            or not balanced(head)
            or _LOOSE_END.search(head[-16:])
            or _SUBORDINATE.match(head)
            or _CONCEDED.search(head)
            or not _FINITE.search(head.rpartition(" that ")[2])
        ):
            continue
        ending = _ending(head, form.text[found.start() :], found)
        if ending is not None:
            mark, cost = ending
            cost += RESPECTIVELY if "respectively" in form.text[found.start() :] else 0.0
            yield Form(text=head.rstrip(" ,;:–—-") + mark, cost=form.cost + cost)


def _ending(head: str, rest: str, found: re.Match[str]) -> tuple[str, float] | None:
    """What replaces the rest of a cut sentence, and the cost of leaving it out; None if the sentence would be incomplete."""
    if _LIST.search(head):
        return None
    if found[2]:
        return _within(head, rest, found[2])
    word = (found[1] or "").lower()
    if word in _BOUND and found[0][0] != ":":
        return " …", 0.5
    if found[0][0] == ",":
        return _at_comma(head, rest, word)
    return _at_mark(head, rest, found[0][0])


def _at_mark(head: str, rest: str, mark: str) -> tuple[str, float] | None:
    if mark == ":":
        return None if _ANNOUNCES.search(head[-100:]) else (".", 1.0)
    if mark == ";":
        return (".", 0.25) if "(" not in rest[:5] and not _OPEN_LIST.search(head) else None
    return (".", 0.3) if head.count(" – ") % 2 == 0 and head.count(" — ") % 2 == 0 else None


def _at_comma(head: str, rest: str, word: str) -> tuple[str, float] | None:
    if _SERIES.match(rest):
        return (".", 0.3) if not _OPEN_SERIES.search(head) else None
    if _INNER.match(rest):
        return None
    if word == "as" and _TAKES_AS.search(head):
        return None
    if word in _JOINED:
        return (".", 0.25) if _goes_on(rest[2:]) and not _in_list(head) else None
    if word in _FREE or (word.endswith(("ing", "ed")) and not _listed(rest)):
        return ".", 0.2
    return None


def _within(head: str, rest: str, word: str) -> tuple[str, float] | None:
    """The same, for a clause that is not separated by a comma."""
    taken = _TAKES_WITH.search(head[-90:]) if word == "with" else word == "through" and _THROUGH.search(head[-12:])
    if taken or _PARTICIPLE.search(head[-24:]):
        return None
    if word == "that":
        found = _THAT.search(head[-160:])
        return (".", 1.0 if found[0].startswith("the") else 0.6) if found else None
    if word == "and":
        return (".", 0.4) if _goes_on(rest[1:]) and not _in_list(head) else None
    if word == "to":
        return (".", 0.6) if _THAT.search(head[-160:]) else None
    if word == "for":
        return (".", 0.7) if _THAT.search(head[-160:]) else None
    return ".", 0.8 if word in ("with", "by") else 0.5


def _goes_on(rest: str) -> bool:
    """Whether "and" joins another statement or figure rather than another thing."""
    return bool(_VERB.match(rest) and not _NO_VERB.match(rest)) or bool(
        _NUMBER.match(rest) and not _SHARED.search(rest[:70])
    )


def _in_list(head: str) -> bool:
    """Whether the words before "and" are members of a list, which would become incomplete."""
    words = _ASIDE.sub("", head[-160:])
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


def _capital(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() else text[:1].upper() + text[1:]
