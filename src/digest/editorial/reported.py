"""Find benchmark results that a work reports of itself: a benchmark, a value in percent, the model, and the sentence that states them.

Only forms of sentence are read in which the number can hardly be anything else: "reaches 72.4 % on GPQA", "on GPQA, the model reaches
72.4 %", "(GPQA: 72.4 %)", "improves GPQA from 61 % to 72.4 %", and two lists of the same length. A gain, a share, a bound, another scale,
several attempts or the result of another work is left out. What is found is what the authors report; nobody checked it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from digest.editorial.benchmarks import ANY, benchmark, comparable, may_name
from digest.editorial.sentence_value import REREAD
from digest.model import Reported
from digest.text.sentences import split

SENTENCE_CHARS = 500  # longer ones are lists, in which a number's benchmark is hard to tell

# A percentage, or a number with decimals in a place where only a result can stand. A sign, a range or a unit makes it something else.
_NUMBER = r"(?<![\w.,+−–±~<>=-])(?:\d{1,2}(?:\.\d{1,2})?|100(?:\.0)?)[ ]?(?:%|percent\b)(?!p\b|[ ]?(?:[-–−+±]|points?\b|improv|gain|relative|absolute|of\b|reduc|increase|drop|fewer|less\b|more\b|higher|lower|better|worse))|(?<![\w.,+−–±~<>=-])[1-9]\d\.\d{1,2}(?![\d%]|\.\d|[ ]?(?:%|[x×BMKkTs]\b|ms\b|percent|points?\b|pp\b|seconds|hours|minutes|tokens|GB|[-–−+±]))"
_VALUE = rf"(?P<value>{_NUMBER})"
_BENCHMARK = rf"(?P<benchmark>(?<![\w-]){ANY})"
_METRIC = r"(?:(?:average|mean|overall|top-1|final|test|execution|task|answer|zero-shot|length-controlled|LC)[ ]){0,2}(?:pass(?:@1|[ ]rates?)|accurac(?:y|ies)|success(?:[ ]rates?)?|utility|resolved?(?:[ ]rates?)?|resolution(?:[ ]rates?)?|solve[ ]rates?|exact[ ]match|scores?|win[ ]rates?)"
_VERB = r"(?:achiev(?:es|ed|ing|e)|reach(?:es|ed|ing)?|attain(?:s|ed|ing)?|scor(?:es|ed|ing)|obtain(?:s|ed|ing)?|solv(?:es|ed|ing)|resolv(?:es|ed|ing)|establish(?:es|ing)|set(?:s|ting)|deliver(?:s|ing)|yield(?:s|ing)|record(?:s|ing)|hit(?:s|ting))"
_WORDS = rf"(?:(?:an?|the|its|new|record|overall|state-of-the-art|SOTA|result|results|impressive|remarkable|competitive|strong|approximately|about|around|nearly|over|performance|of|with|{_METRIC})[ ]){{0,6}}"
_ON = rf"(?:[ ]\(?{_METRIC}\)?)?,?[ ](?:on|in|for)[ ](?:the[ ])?(?:(?:challenging|full|demanding|standard|public|competitive|popular)[ ]){{0,2}}{_BENCHMARK}"
_RAISES = r"(?:improv|rais|lift|boost|increas|push|elevat|bring|mov|tak)\w*"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_VERB}[ ]{_WORDS}{_VALUE}{_ON}",
        rf"\bwith[ ](?:an?[ ]|the[ ])?{_METRIC}[ ]of[ ]{_VALUE}{_ON}",
        rf"\b(?:on|in)[ ](?:the[ ])?{_BENCHMARK}(?:[ ]benchmark)?,?[ ][^,;:.%\d]{{0,60}}?\b{_VERB}[ ]{_WORDS}{_VALUE}",
        rf"\bon[ ](?:the[ ])?{_BENCHMARK}(?:[ ]benchmark)?,?[ ]with[ ]{_WORDS}{_VALUE}",
        rf"\b{_VERB}[ ]{_WORDS}(?:{_NUMBER})(?:[ ]{_METRIC})?[ ]on[ ][^,;:.%]{{2,40}},?(?:[ ]and)?[ ]{_VALUE}{_ON}",
    )
)
_BARE = tuple(  # without a verb, which has to be elsewhere in the sentence
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"[(]{_VALUE}{_ON}",
        rf"[(,;][ ]?{_BENCHMARK}(?:[ ]{_METRIC})?:?[ ]{_VALUE}(?=[,;)])",
        rf"{_BENCHMARK}:[ ]{_VALUE}(?=[,;).]|$)",
        rf"{_BENCHMARK}[ ][(]{_VALUE}[)]",
    )
)
_ACHIEVED = re.compile(
    r"\b(?:achiev|reach|attain|scor|state[- ]of[- ]the[- ]art|SOTA\b|accura|perform|success|pass@1)", re.IGNORECASE
)
_RISEN = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_RAISES}[ ](?P<what>[^;:.%(]{{0,80}}?)(?<!and[ ])(?<!,[ ]){_BENCHMARK}(?:[ ](?!from\b)[\w@-]+){{0,3}}[ ]from[ ](?:{_NUMBER})[ ](?:\([^()]{{0,30}}\)[ ])?to[ ]{_VALUE}",
        rf"\b{_RAISES}[ ](?P<what>[^;:.%(]{{0,80}}?)\bfrom[ ](?:{_NUMBER})[ ]to[ ]{_VALUE}{_ON}",
        rf"(?:^|[,;:(] ?)on[ ](?:the[ ])?{_BENCHMARK},?[ ](?:(?! and )[^;:.%(]){{0,80}}?\b{_RAISES}[ ](?P<what>[^;:.%(]{{0,60}}?)\bfrom[ ](?:{_NUMBER})[ ]to[ ]{_VALUE}",
    )
)
# What is raised is a score or a model, not some other quantity.
_SCORED = re.compile(
    rf"{_METRIC}|performance|results?|\bmodels?\b|\bagents?\b|^(?:\w+ )?$|(?-i:[A-Z][\w.-]*[A-Z\d][\w.-]+)",
    re.IGNORECASE,
)
_FURTHER = re.compile(
    rf"(?:[ ]\([^()]{{0,80}}\))?,?(?:[ ]and)?[ ]{_VALUE}{_ON}", re.IGNORECASE
)  # "91.4 % on MMLU" in a list
_NAME = r"[A-Z][\w.+@'’-]*(?:[ ](?:[A-Z\d][\w.+-]*))*"
_NAMES = re.compile(
    rf"\b(?:[Oo]n|[Ii]n|[Aa]cross)[ ](?:the[ ])?(?P<names>{_NAME}(?:,[ ]{_NAME})*,?[ ]and[ ](?:the[ ])?{_NAME})"
)
_VALUES = re.compile(
    rf"\b{_VERB}[ ]{_WORDS}(?P<values>(?:{_NUMBER})(?:,[ ](?:{_NUMBER}))*,?[ ]and[ ](?:{_NUMBER}))", re.IGNORECASE
)
_EACH = re.compile(_NUMBER, re.IGNORECASE)
_ONE = re.compile(rf"^{ANY}$", re.IGNORECASE)

# Another work's result, a bound, a loss, or the value of something else.
_NOT_ITS_OWN = re.compile(
    r"\b(?:baselines?|existing|previous(?:ly)?|prior|humans?|people|(?:even|only|merely) (?:\w+ ){0,2}$|up to|at most|less than|degrad\w*|drops?|dropp\w*|falls?|fell|reduc\w*|conventional|fails?|"
    r"(?<!our )(?:best|strongest|leading|frontier|top)(?:[ -][\w-]+){0,3}[ ](?:models?|systems?|agents?|baselines?|methods?|(?:V?|ML)LMs?|individual|competitors?)|published|reports?|reported|competitors?|winners?|"
    r"contamina\w*|attack\w*|poison\w*|random|retain\w*|preserv\w*|recover\w*|correlat\w*|agreement|consistency|detect\w*|predict\w*|compress\w*|sav\w+|cost|tokens|budget|errors?|hallucinat\w*|refus\w*|perplexit\w*|PPL|latency|throughput|F1|recall|precision|BLEU)\b",
    re.IGNORECASE,
)
# What follows a result that is of several benchmarks, or of another metric.
_OF_MORE = re.compile(
    rf"(?:,|,?[ ]and|[ ]?/)[ ]?(?:the[ ])?(?:{ANY}|[A-Z][\w'’.-]*\d[\w]*\b|[A-Z][\w'’.-]*(?:,|[ ]and)[ ])"
)
# A second value of the same benchmark: of another size, backbone or stage. Which one is the work's own cannot be told.
_AGAIN = re.compile(
    rf"(?:[ ]{_METRIC})?(?:[ ](?:with|for|after|using|at)[ ][^,;:%]{{1,60}}?)?,?(?:[ ]and)?[ ](?:from[ ](?:{_NUMBER})[ ]to[ ])?(?:{_NUMBER})(?![^,;]{{0,40}}?[ ](?:on|in|across|of)[ ])",
    re.IGNORECASE,
)
_GAINED = re.compile(r"(?:[ ][\w@-]+){0,3}[ ](?:improvements?|gains?|increases?|boosts?|reductions?)\b", re.IGNORECASE)
_OTHER_METRIC = re.compile(
    r"[ ](?:[\w-]+[ ]){0,3}?(?:accuracy|rates?|scores?|recall|precision|F1|AUROC|agreement|coverage|speedup|pass@\d+)\b",
    re.IGNORECASE,
)
_GAIN = re.compile(
    r"\b(?:improv\w*|gains?|relative|increas\w*|boost\w*|higher|outperform\w*|surpass\w*|exceed\w*|match\w*|versus|vs|than|compared|over|while|whereas)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[;:]|, (?:and|achiev|reach|attain|scor|obtain|set|with|which|where)\w*|\band (?=achiev|reach|attain|scor|obtain|set)"
)
_SEVERAL = re.compile(
    r"\b(?:for example|e\.g\.|such as|like)[ ,][^,;]{0,40} that (?:achiev|reach|attain|scor)|\btop score\b|\b(?:pass|best|maj|cons|all-pass)(?:@|-of-|\^)(?!1\b)[\w{$]+|\b(?!pass@)\w+@\d|\bmajority vot|\boracle\b|\bensembl|\bsubsets?\b|\bheld-out\b|\bself-consistency\b|\bupper bound|\bpass@k\b|\bzero-shot to\b|\b\d+ (?:rollouts|attempts|inference budget)\b|\b\d+[x×] compute\b|\bcombinations\b|\bvariants? (?:reach|achiev|attain|scor)",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"(?:\b(?:Chat)?GPT[-\w.]*|\bClaude(?:[ -][\w.]+){0,3}|\bGemini(?:[ -][\w.]+){0,3}|\bo[134](?:-\w+)*|\bGrok[-\w. ]{0,8}|\bSora(?:-\d)?|(?<!our )\b(?:models|agents|systems|LLMs|VLMs|MLLMs))[ ]?(?:\([^()]*\)[ ]?)?$"
)
_MODEL = re.compile(r"(?P<name>[A-Z][\w.+-]*(?:[ -](?:[A-Z\d][\w.+-]*))*)(?:[ ]\([^()]{1,30}\))?[ ](?:\w+ly[ ])?$")
_STARTS = re.compile(_VERB, re.IGNORECASE)
_LED = re.compile(r"^(?:Our|The|Using|With|On|Notably|Finally|Furthermore) ")
_TITLED = re.compile(r"^(?P<name>[A-Z][\w.+-]*(?: \d[\w.-]*)?): ")
# What a name stands for that is no model, and where a sentence names the model itself, or says that one was made by the work.
_NO_MODEL = re.compile(
    r"\b(?:data ?sets?|data|corpus|benchmarks?|environments?|verifiers?|runtime|substrate|synthesis)\b", re.IGNORECASE
)
_ANOTHER = re.compile(r"\b(?:(?:[Mm]odel|[Aa]gent),?|[Oo]ur(?: \w+){0,2}) (?P<name>[A-Z][\w.+-]*[A-Z\d][\w.+-]*)")
_MADE = re.compile(r"\b(?:resulting|trained) (?:\w+ )?(?:models?|agents?)\b|\b[Ff]ine-tuning [A-Z]")
_COINED = re.compile(r"[A-Z].*[A-Z\d]|\d.*[A-Z]|[a-z][A-Z]")
_MARKUP = re.compile(r"\$|\\(?=%)|\{,\}|\\text(?:bf|it|tt|sc)\b|(?<=\d)\\,")
_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=REREAD)
def reported(id_: str, text: str) -> tuple[Reported, ...]:
    """The results that a text reports, each benchmark once, in the order of the text.

    Args:
        id_: the item's id.
        text: its title and summary, as plain text.
    """
    found: dict[str, Reported] = {}
    for sentence in split(text) if may_name(text.lower()) else ():
        short = len(sentence) <= SENTENCE_CHARS and _DIGIT.search(sentence)
        if short and may_name(sentence.lower()) and not _SEVERAL.search(sentence):
            for name, value, model in _results(_MARKUP.sub("", sentence)):
                if comparable(name, sentence):
                    named = _named(model, text) or _titled(text, sentence)
                    found.setdefault(
                        name, Reported(id=id_, benchmark=name, value=value, sentence=sentence, model=named)
                    )
    return tuple(found.values())


def _results(sentence: str) -> Iterator[tuple[str, float, str]]:
    if not _ANY.search(sentence):
        return
    for form in (*_FORMS, *(_BARE if _ACHIEVED.search(sentence) else ())):
        for match in form.finditer(sentence):
            if _own(sentence, match) and not _GAIN.search(_clause(sentence, match)):
                yield from _listed(sentence, match)
    for form in _RISEN:
        for match in form.finditer(sentence):
            if _own(sentence, match) and (match["what"].endswith("on ") or _SCORED.search(match["what"])):
                yield from _listed(sentence, match)
    yield from _paired(sentence)


_ANY = re.compile(ANY, re.IGNORECASE)
_USUAL = re.compile(rf"[ ]\(?{_METRIC}\b", re.IGNORECASE)


def _clause(sentence: str, match: re.Match[str]) -> str:
    """What stands before a result in its clause."""
    return _CLAUSE.split(sentence[: max(match.start("value"), match.start("benchmark"))])[-1]


def _own(sentence: str, match: re.Match[str]) -> bool:
    """Whether the result is that of the work itself, on this benchmark alone and by its usual metric."""
    first = min(match.start("value"), match.start("benchmark"))
    after, last = sentence[match.end("value") :], sentence[match.end() :]
    return not (
        _NOT_ITS_OWN.search(_clause(sentence, match))
        or _CLOSED.search(sentence[: match.start()])
        or _GAINED.match(after)
        or _AGAIN.match(last)
        or (_OTHER_METRIC.match(after) and not _USUAL.match(after))
        or (match.start("value") < match.start("benchmark") and _OF_MORE.match(last))
        or (first == match.start("benchmark") and _OF_MORE.match(sentence[match.end("benchmark") :]))
    )


def _listed(sentence: str, match: re.Match[str] | None) -> Iterator[tuple[str, float, str]]:
    """A result, and those that follow it in a list."""
    found = _MODEL.search(sentence[: match.start()]) if match and _STARTS.match(match[0]) else None
    name = found["name"] if found and not sentence[: found.start()].endswith(("and ", ", ", "on ", "with ")) else ""
    while match:
        yield benchmark(match["benchmark"]), _number(match["value"]), name
        match = _FURTHER.match(sentence, match.end())


def _paired(sentence: str) -> Iterator[tuple[str, float, str]]:
    """A list of benchmarks and a list of as many values."""
    names, values = _NAMES.search(sentence), _VALUES.search(sentence)
    if (
        not names
        or not values
        or _GAINED.match(sentence[values.end() :])
        or _NOT_ITS_OWN.search(sentence[: values.end()])
        or _GAIN.search(values[0])
    ):
        return
    listed = [one.strip() for one in re.split(r",?[ ]and[ ](?:the[ ])?|,[ ]", names["names"])]
    numbers = _EACH.findall(values["values"])
    if len(listed) == len(numbers):
        for name, number in zip(listed, numbers, strict=True):
            if _ONE.match(name):
                yield benchmark(name), _number(number), ""


def _number(text: str) -> float:
    return float(text.rstrip("% ").removesuffix("percent"))


def _named(name: str, text: str) -> str:
    """The name before a verb, if it is a coined one, or one that the text names in its title."""
    name = (
        _LED.sub("", name)
        if len(name) > 2 and not name.endswith(("LLM", "LLMs", "VLM", "VLMs", "MLLM", "MLLMs"))
        else ""
    )
    return name if _COINED.search(name) or name in text.partition(".")[0].split(":")[0].split() else ""


def _titled(text: str, sentence: str) -> str:
    """The name with which a title begins: "Tern-2: a model of ...", unless it is that of something else, or the sentence names another model."""
    found = _TITLED.match(text)
    if found is None:
        return ""
    name = found["name"].casefold()
    others = [one["name"].casefold() for one in _ANOTHER.finditer(sentence)]
    if any(name in one for one in others) or (
        not others and not _MADE.search(sentence) and name in sentence.casefold()
    ):
        return found["name"]
    return "" if others or _MADE.search(sentence) or _NO_MODEL.search(text.partition(". ")[0]) else found["name"]
