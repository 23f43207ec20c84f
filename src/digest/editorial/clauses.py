"""Shorten a sentence to complete and true forms, without connectives, asides and trailing clauses.

Words are only removed, never moved, and none is added but the "and" of a list whose end was cut away. What limits a claim
("but", "only if") is removed last and leaves an ellipsis.
"""

import re
from dataclasses import dataclass

from digest.editorial.cuts import ASIDE, LEAST, balanced, cuts
from digest.editorial.fillers import with_one_name
from digest.editorial.openings import capital, untied
from digest.editorial.pointers import FIELD
from digest.editorial.vague import UNSAID, is_vague
from digest.editorial.verbs import FINITE

MOST = 10  # forms of one sentence
LABEL = 0.5  # of losing what each of several figures is of: "4.4% (code), 3.5% (sub-code)"
ONE_NAME = 0.2  # of telling one name of a list
HALF = 1.5  # the cost of a bracket or a quotation that the sentence leaves open

# The title makes clear who found something.
_FRAME = re.compile(
    r"^(?:We|Our|Results?|Experiments?|Experimental|Extensive|Comprehensive|Empirical(?:ly)?|Evaluations?|Theoretical(?:ly)?|Analys[ie]s|Simulations?|"
    r"Findings|Benchmarks?|Across|In|On|The|Through|Using|These|Further|Statistical|Ablations?|Human|Controlled|Case|Quantitative|Qualitative|Evaluated|Evaluating|Benchmarking|Testing|"
    r"Online|Offline|A/B|Systematic|Large-scale|Numerical|Real-world|Detailed|Both|Key|Additional)\b[^;:()]{0,220}?\b"
    r"(?:shows?|showed|demonstrates?|demonstrated|reveals?|revealed|finds?|found|observes?|observed|confirms?|confirmed|establish|discover)"
    r"(?: that |(?= [A-Z][\w-]{2,30} (?:\w{2,20}s|can) ) )"
)
# The announcement of a finding is removed if the finding follows a colon.
_INSIGHT = re.compile(
    r"^[^:]{3,140}\b(?:insights?|findings?|conclusions?|observations?|result|answer|phenomenon|pattern)(?: emerges?)?(?:, [^:]{0,80})?: (?=[\w\"“(])"
)
# An argument is removed before a proposal in the same sentence.
_AND_MADE = re.compile(
    r"^We (?!propose|introduce|present|develop|design|build)[^;:]{4,160}? and (?=(?:propose|introduce|present|develop|design|build) )"
)
_TWO = re.compile(
    r"^((?:Our|The|Its) [\w-]{3,20}|It|[A-Z][\w-]{2,30})( (?:also |further |consistently )?\w{3,20}s [^;:,]{8,200}?),? and ((?:also |further |consistently )?"
    r"(?:surpasses|outperforms|improves|reduces|achieves|reaches|exceeds|beats|cuts|raises|lowers|increases|attains|yields|boosts|gains|delivers) .*)$"
)
_STATED_AFTER = re.compile(
    r"[^:;]{10,240}: (?=(?:even |among |on |in |across |for |only )?(?:the|our|all|most|[A-Z][\w.-]{2,30}),? [^:;]{2,120}? (?:is|are|was|were|has|have|[a-z]{3,20}s|[a-z]{3,20}ed) )"
)
_DIGIT = re.compile(r"(?<![\w-])\d")  # but not of a name such as Lift-L1
_EXAMPLE = re.compile(
    r"[^;]{10,400}[;:] (?:e\.g\.|for example|for instance|in particular|notably|specifically), (?=\w)"
)
_AND_ON = re.compile(
    r".{20,300}?[,;] and (?=(?:on|in|across|at|for) [^,;:]{3,80}, (?!however|though)[A-Z][\w.+-]{2,30} (?:\w{3,20}ly )?[a-z]{3,20}s )"
)
_ANNOUNCED = re.compile(r"^We (?:\w{2,20} )?(?:propose|introduce|present|develop) [^:;]{3,160}: (?=we \w)")
_ACRONYM = re.compile(r"[A-Z][\w-]{0,9}[A-Z]s?")
_WHERE = re.compile(
    r"[^A-Z]*(?:On|In|Across|At|Over|Under)\b.*[A-Z\d]"
)  # the benchmark or the size of a test, beside its figure
_SET_AGAINST = re.compile(r"\b(?:for|vs|versus|than|from|against|with|by|baseline)\b")
_FIGURE_ENDS = re.compile(r"\d[\d.,]*(?:%|×|x| points?| pp)?$")
_NO_FIGURE = re.compile(
    r"^[A-Z][\w./-]{0,15}s?$|\b(?:CI|SD|std|[pn]) ?[:=<≤(]|\bCI\b"
)  # a name, or how sure a figure is
_BY = re.compile(
    r"^(?:In|Across|On|Under|After|Following|Among|At|Against|Compared (?:to|with)|Over|By|Through|Using|Via|Leveraging|Unlike|Rather than|Instead of|Inspired by|Motivated by|Building (?:on|upon)|Beyond|Despite|While|Although|Given|As|To|"
    r"In order to|Grounded in|With|Based on|Recogni[sz]ing|Benefiting from|Thanks to|Owing to|Equipped with|Powered by|Starting (?:from|with)|Trained (?:on|with|only)|Fine-tuned (?:on|with)|Built (?:on|upon)|When|Drawing on) [^.;:]{3,200}?, (?=(?:we|our|this (?:paper|work|study)|[A-Z][\w.-]{2,}(?![\w.-]|,|(?: [\w-]{2,20}){0,3}, and )|the (?:[\w-]{2,20} ){1,3}(?:achiev|outperform|improv|reduc|surpass|attain|reach|yield|obtain|increas)\w{1,4}|(?:[\w-]{3,20} ){0,2}(?:success rates?|pass rates?|accuracy|performance|scores?) (?:improv|ris|rose|increas|reach|drop|fall|fell)\w{0,4})\b)"
)


# "We propose Lift, a method that plans halls": "Lift plans halls". The first group is removed, and the brackets with it.
_KIND = r"an?|the first|our(?: new)?"
_MAKES = r"(?:We|This (?:paper|work|study|report|article)) (?:\w{2,20}ly |also |further )?(?:propose|introduce|present|develop|design|build|release|describe)s? (?:the )?"
_COINED = r"(?:[A-Z][\w.+-]{0,20}[A-Z\d][\w.+-]{0,20}|[A-Z][a-z]{2,15}-[A-Z\d][\w.-]{0,15})"
_NAME_DOES = (
    re.compile(
        rf"{_MAKES}(?P<name>{_COINED}(?: [A-Z\d][\w.-]{{0,20}}){{0,2}}(?: \([A-Z][\w+-]{{1,15}}\))?)(?: \([^()]{{3,90}}\))?(?:, (?:{_KIND}) [^,;:()]{{3,120}}?)?,? (?:that|which) (?=\w)"
    ),
    re.compile(
        rf"{_MAKES}(?:(?:{_KIND}) )?(?:[\w-]{{1,30}} ){{1,9}}?\((?P<name>{_COINED})\)(?:, (?:{_KIND}) [^,;:()]{{3,120}}?)?,? (?:that|which) (?=\w)"
    ),
    re.compile(
        rf"{_MAKES}(?:{_KIND}) [^,;:()]{{3,80}}?(?:,| called| named| termed| dubbed) (?P<name>{_COINED}),? (?:that|which) (?=\w)"
    ),
)
_THIRD_PERSON = re.compile(r"(?:\w{3,20}ly )?(?P<verb>[a-z]{2,20}s) ")
# "Experiments on nine halls show that Lift leads": "On nine halls, Lift leads"
_MEASURED_ON = re.compile(
    r"(?:(?:Extensive|Comprehensive|Empirical|Experimental|Thorough|Our|The|Further|Additional|Large-scale|Detailed|Systematic) ){0,3}(?:[Ee]xperiments?|[Ee]xperimental results|[Rr]esults|[Ee]valuations?|[Ee]mpirical results|[Aa]nalys[ei]s) "
    r"(?P<on>(?:on|across|over|in) [^,;:()]{3,90}?) (?:also |further |clearly |consistently )?(?:shows?|demonstrates?|reveals?|indicates?|confirms?|suggests?) that (?=\w)"
)
# "Across nine halls, we find that lifts fail": "Across nine halls, lifts fail"
_WE_FIND = re.compile(
    r"(?P<on>(?:Across|On|In|Over|With|Using|For|Under) [^;:()]{3,120}?), we (?:\w{2,20}ly )?(?:find|show|observe|demonstrate|found) that (?=\w)"
)

_FIRST_OF_LIST = re.compile(r"\((?:1|i|a)\)")
_GOES_ON = re.compile(r"\band (?:that|suggests?|shows?|reveals?|demonstrates?|indicates?|confirms?|highlights?)\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A shortened sentence, and the cost of what a reader loses by it."""

    text: str
    cost: float
    does: bool = False  # it says what a named thing does, without that it was made


def forms(sentence: str) -> tuple[Form, ...]:
    """The sentence and its shorter forms, least shortened first. Each text occurs once, at its lowest cost."""
    found: dict[str, Form] = {}
    text = untied(sentence)
    whole = [Form(text=text, cost=UNSAID if is_vague(text) and not is_vague(sentence) else 0.0)]
    for shorter in (_without_asides, _without_frame, _without_opening, _without_argument):
        if (less := shorter(whole[-1])) is not None:
            whole.append(less)
    whole += [second for form in whole[-1:] if (second := _second_statement(form)) is not None]
    whole += [last for form in whole[-1:] if (last := _after_colon(form)) is not None]
    whole += [does for form in dict.fromkeys((whole[0], whole[-1])) if (does := _what_it_does(form)) is not None]
    whole += [plain for form in whole[:1] if (plain := _measured_on(form)) is not None]
    whole += [fewer for form in dict.fromkeys((whole[0], whole[-1])) if (fewer := _with_one_name(form)) is not None]
    for rest in (_after_announcement, _after_example, _after_and_on):
        whole += [last for form in whole[:1] if (last := rest(form)) is not None]
    for one in (
        *whole,
        *(
            Form(text=text, cost=form.cost + cost, does=form.does)
            for form in (whole[0], *whole[1:][-2:])
            for text, cost in cuts(form.text)
        ),
    ):
        if one is whole[0] and not balanced(one.text):
            found[one.text] = Form(text=one.text, cost=HALF)
        elif one.text not in found or found[one.text].cost > one.cost:
            found[one.text] = one
    return tuple(sorted(found.values(), key=lambda form: form.cost)[:MOST])


def _without_asides(form: Form) -> Form | None:
    figures = labels = 0

    def gone(found: re.Match[str]) -> str:
        nonlocal figures, labels
        inside = found[1] or found[2]
        if _ACRONYM.fullmatch(inside) and inside.removesuffix("s") not in FIELD:
            return found[0]
        labels += _FIGURE_ENDS.search(form.text, max(0, found.start() - 12), found.start()) is not None
        figure = any(char.isdigit() for char in inside) and not _NO_FIGURE.search(inside)
        figures += figure + 2 * bool(figure and _SET_AGAINST.search(inside))
        return ""

    text = ASIDE.sub(gone, form.text)
    return (
        Form(text=text, cost=form.cost + 0.05 + 0.2 * min(figures, 4) + LABEL * max(0, min(labels, 3) - 1))
        if text.strip() and text != form.text
        else None
    )


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


def _after_colon(form: Form) -> Form | None:
    """The statement after a colon, if only it has a figure: "Both are hard: the best model reaches 32%"."""
    found = _STATED_AFTER.match(form.text)
    if not found or _DIGIT.search(found[0]) or not _DIGIT.search(form.text, found.end()):
        return None
    return _rest(form, found.end(), 0.3)


def _after_example(form: Form) -> Form | None:
    """The example after a statement, if only it has a figure: "…; for example, lifts reach 24%, compared to 90%"."""
    found = _EXAMPLE.match(form.text)
    if not found or any(map(str.isdigit, found[0])) or not any(map(str.isdigit, form.text[found.end() :])):
        return None
    return _rest(form, found.end(), 0.3)


def _after_and_on(form: Form) -> Form | None:
    """The second of two statements, which tells where it was measured: "…, and on nine halls, Lift leads"."""
    found = _AND_ON.match(form.text)
    if not found or (_DIGIT.search(found[0]) and not _DIGIT.search(form.text, found.end())):
        return None
    return _rest(form, found.end(), 0.3)


def _with_one_name(form: Form) -> Form | None:
    text = with_one_name(form.text)
    return Form(text=text, cost=form.cost + ONE_NAME, does=form.does) if text != form.text else None


def _after_announcement(form: Form) -> Form | None:
    """What was done, without that it is new and has a name: "We introduce an approach called X: we use models to …"."""
    found = _ANNOUNCED.match(form.text)
    return _rest(form, found.end(), 0.3) if found else None


def _what_it_does(form: Form) -> Form | None:
    """What a named thing does, without that it was made and what kind of thing it is."""
    for rule in _NAME_DOES if form.text.startswith(("We ", "This ")) else ():
        found = rule.match(form.text)
        verb = _THIRD_PERSON.match(form.text, found.end()) if found else None
        if found and verb and FINITE.fullmatch(verb["verb"]) and balanced(rest := form.text[found.end() :]):
            return Form(text=f"{found['name']} {rest}", cost=form.cost + 0.1, does=True)
    return None


def _measured_on(form: Form) -> Form | None:
    """The finding with what it was measured on, without that experiments show it."""
    found = (_MEASURED_ON.match(form.text) or _WE_FIND.match(form.text)) if " that " in form.text else None
    if not found or _GOES_ON.search(form.text, found.end()):
        return None
    return Form(text=f"{capital(found['on'])}, {form.text[found.end() :]}", cost=form.cost + 0.05)


def _rest(form: Form, place: int, cost: float) -> Form | None:
    left_out = form.text[:place]
    if any(map(str.isdigit, form.text[place:])) and _WHERE.match(left_out):
        cost += 0.15
    if "respectively" in form.text[place:] and (" and " in left_out or ", " in left_out[:-2]):
        return None  # the second of two lists
    if any(map(str.isdigit, left_out)) and not any(map(str.isdigit, form.text[place:])):
        cost += 0.3
    text = untied(capital(form.text[place:]))
    if " and that " in text or _FIRST_OF_LIST.match(text):  # it goes on with what the frame says
        return None
    return Form(text=text, cost=form.cost + cost) if len(text.split()) >= LEAST and balanced(text) else None
