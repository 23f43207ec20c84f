"""A sentence -> what it tells a reader: a contribution, a result with its figure, or background. Looks at its words alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_WHO = r"(?:(?<![\w.])(?:we|I)|this (?:paper|work|study|post|article|release|report|survey|thesis|tutorial)|our (?:work|paper|study|team))"
_MADE = (
    r"propos|introduc|present|releas|develop|design|build|built|creat|construct|formul|prov[ei]|deriv|establish|argu|show|found\b|find\b|"
    r"demonstrat|reveal|observ|discover|launch|announc|open-sourc|train|describ|provid|offer|identif|address|unif|extend|reframe|formali|"
    r"report|conduct|instantiat|contribut|bring|unveil|mak(?:e|ing)\b|shar(?:e|ing)\b"
)
_LOOKED = r"study|studies|investigat|explor|analy[sz]|examin|revisit|review|survey|compar|ask\b|evaluat|assess|audit|test\b|benchmark"
_DONE = re.compile(
    rf"{_WHO}\b(?:[’'](?:re|ve|m))?(?:\W+(?!do\b|not\b|cannot\b)[\w-]+){{0,3}}?\W+(?:{_MADE})", re.IGNORECASE
)
_LOOKING = re.compile(rf"{_WHO}\b(?:\W+[\w-]+){{0,3}}?\W+(?:{_LOOKED})", re.IGNORECASE)
_NEWS = re.compile(
    r"\b(?:is|are) (?:proposed|introduced|presented|designed|developed|released|now available|open[- ]sourced|generally available)\b|"
    r"^(?:today|introducing|announcing|meet)\b|\bnow (?:supports?|available|offers?|includes?|lets?)\b|\bhas (?:released|launched|announced)\b|"
    r"\b(?:released|launched|announced|unveiled|introduces|releases|launches|announces)\b|\bis a (?:new|novel|unified|lightweight|training-free)\b",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(?:results?|experiments?|evaluations?|analys[ie]s|findings?|studies|benchmarks?|simulations?)\b(?:\W+[\w-]+){0,12}?\W+"
    r"(?:show|demonstrat|reveal|indicat|suggest|confirm|highlight)|\bwe (?:\w+ )?(?:find|found|show|observe|discover|demonstrate|prove)\b|"
    r"\b(?:outperform|surpass|exceed|state[- ]of[- ]the[- ]art|improv(?:es|ed|ing)|reduc(?:es|ed|ing)|achiev(?:es|ed|ing)|attains?|yields?|"
    r"matches|faster|cheaper|degrad|collapse|drops?|gains?|discovery)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d(?:[\d.,]*\d)?\s?(?:\\?%|percent\b|points?\b|pp\b|x\b|\\?×|times\b|\$?\\times|-?fold\b|-point\b)|\\times|"
    r"\bfrom (?:\$?~?)\d[\d.,]*\S* to (?:\$?~?)\d|\b\d+ ?(?:of|/|out of) ?\d+\b|[=<>≈≥≤] ?\$?[-−]?\d|\b[01]\.\d{2,}\b|"
    r"\bby (?:up to )?\$?\d|\bhal(?:f|ves|ving)\b|\bdoubl(?:es|ed|ing)\b|[$€£]\d",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"\d[\d,.]*\s?(?:[kKMBT]\b|million\b|billion\b|trillion\b|thousand\b|[a-z]+s\b)|\b\d{1,3}(?:,\d{3})+\b"
)
_BACKGROUND = re.compile(
    r"^(?:however|yet|although|while|despite|recent(?:ly)?|existing|prior|previous|current|traditional|conventional|many|most|modern|"
    r"in recent|with the|as \w+|unfortunately|for decades|over the)\b|"
    r"\b(?:remains?|has (?:become|emerged|long|attracted|shown)|have (?:become|emerged|long|shown|made|achieved|demonstrated)|"
    r"is (?:essential|crucial|critical|important|challenging)|are (?:essential|crucial|critical|increasingly)|increasingly|often|"
    r"underexplored|understudied|challenge|little is known|struggle|widely|rel(?:y|ies) on|typically)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:code|data(?:set)?s?|models?|project page|demo|weights|harness|materials?|implementation|artifacts?|website)\b[^.]{0,80}?"
    r"\b(?:available|released?|released at|found at|open[- ]sourced?|public(?:ly)?)\b|github\.com|https?://|"
    r"\bwe (?:also|further|additionally|then|next|finally|hope|believe|discuss|conclude|outline|evaluate|apply|validate|test|"
    r"conduct|perform|release)\b|^(?:finally|moreover|furthermore|additionally|in addition|also)\b|\bfuture (?:work|research)\b|\bwill\b|"
    r"\b(?:implications|paves? the way|underscor|highlights? the (?:need|importance)|potential of|help us|subscribe|click|cookie)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:however|moreover|furthermore|additionally|specifically|concretely|notably|in particular|in addition|finally|therefore|thus|hence|"
    r"consequently|accordingly|instead|also|here|then|second(?:ly)?|first(?:ly)?|third(?:ly)?|further|for this (?:purpose|reason|goal)|meanwhile|similarly|crucially|importantly|overall|"
    r"in this (?:paper|work|study|post|article)|in response|as a result|at the same time|for (?:example|instance)|on the other hand|"
    r"(?:to|in order to) (?:address|tackle|bridge|fill|overcome|solve|mitigate|close|resolve|answer|remedy|explore|study|investigate|test) "
    r"(?:the|them)\b[^,]{0,60}|(?:to|in order to) \w+(?: (?:and|or) \w+)? (?:this|these|that|those|such|it)\b[^,]{0,60}|"
    r"(?:to|in order to) \w+(?: (?!that\b)[\w-]+){1,3} (?:this|these|those|such)\b[^,]{0,60}|"
    r"(?:motivated|inspired|guided|driven|informed) by (?:this|these|it|them)\b[^,]{0,60}|(?:based|building|built) on (?:this|these)[^,]{0,60}|"
    r"leveraging (?:this|these)[^,]{0,40}|given (?:this|these)[^,]{0,40}|with this[^,]{0,30}|"
    r"towards? this (?:goal|end)|to this end),\s+|(?:and|but|so|we therefore|thus) (?=we |I ))",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\((?:\d|[ivx]{1,4}|[a-d])\)\s+(?=[A-Z])")
_SO = re.compile(r"^(We|I) (?:therefore|thus|hence|then|accordingly|consequently) (?=[a-z])")
_MEANT_BEFORE = re.compile(
    r"\b(?:this|these|that|such) (?:gaps?|challenges?|problems?|issues?|questions?|limitations?|method|approach|strategy)\b|"
    r"^(?:we|I) (?:\w+ )?\w+ (?:it|them|this(?! (?:paper|work|study|article|post|report|survey))|these|those)\b|"
    r"^(?:in|on|from|for|with|under|using) (?:this|these|such) (?!(?:paper|work|study|article|post|report|survey|week|year)\b)",
    re.IGNORECASE,
)
_OURS = re.compile(r"^We (?!hope|believe|discuss|thank|note|need|have|are|can|live|know|often)[a-z]{3,}\b")
_FEELING = re.compile(r"\bI (?:\w+ )?(?:find|found)\b")
_DANGLING = re.compile(
    r"^(?:this|these|that|those|it|its|they|their|he|she|his|her|such|both|the (?:former|latter|resulting|proposed|two|method|model|"
    r"framework|approach|system)|another|one (?:such|of (?:these|them))|each|among (?:these|them)|as such|doing so|here|there)\b"
    r"(?! (?:paper|work|study|post|article|report|survey|release|tutorial|week|year|month)\b)",
    re.IGNORECASE,
)

LEAD = 0.9  # of a text's first sentence: writers of posts begin with the news
VAGUE = 0.4

# What a sentence is worth to a reader who has the title.
_WORTH = ((_DONE, 2.0), (_NEWS, 1.6), (_LOOKING, 1.2), (_OURS, 1.1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One sentence, without what ties it to the one before. `done` says how much it tells what was made or asked, `found` what came of it."""

    place: int
    text: str
    words: int
    done: float
    found: float
    dangling: bool


def weigh(sentence: str, place: int) -> Told:
    """Weigh the sentence that stands at this place of its text, from 0."""
    text = untied(sentence)
    background = bool(_BACKGROUND.search(sentence))
    aside = bool(_ASIDE.search(sentence))
    done = next((worth for rule, worth in _WORTH if rule.search(text)), LEAD if place == 0 else 0.0)
    finding = bool(_FOUND.search(text))
    found = (1.0 if finding else 0.0) + (1.6 if _FIGURE.search(text) else 0.5 if _SIZE.search(text) else 0.0)
    if _FEELING.search(text):
        done = min(done, LEAD)
    if background and not done > 1:
        found *= 0.4
    return Told(
        place=place,
        text=text,
        words=len(text.split()),
        done=done
        - (0.5 if background else 0.0)
        - (1.0 if aside else 0.0)
        - (VAGUE if _MEANT_BEFORE.search(text) else 0.0),
        found=found - (0.6 if aside else 0.0),
        dangling=bool(_DANGLING.match(text)),
    )


def untied(sentence: str) -> str:
    """The sentence without its number in a list and the words, two at most, that join it to the one before."""
    sentence = _NUMBERED.sub("", sentence)
    for _ in range(2):
        rest = _LEAD.sub("", sentence, count=1)
        sentence = rest[:1].upper() + rest[1:] if rest != sentence else sentence
    return _SO.sub(r"\1 ", sentence)


_HEAD_CHARS = 400  # in which a text's navigation stands
_HEADS = tuple(
    re.compile(rule)
    for rule in (
        r"<(?:iframe|script|style|object|noscript)\b[^>]*>(?:\s*</\w+>)?\s*",
        r"Authors?: .{1,300}?\bSummary: ",
        r"Your browser does not support the (?:audio|video) \w+\.?\s*",
        r"(?:[A-Z]{3,}(?: [A-Z]{3,})? ){2,}(?=[A-Z][a-z])",  # links in capitals, as above a release post
        r"(?i:what['’]?s (?:changed|new|fixed)|release notes?|full changelog|changelog|highlights?)\b[:.]?\s+(?=[A-Z\d*-])",
        r"(?i:released on) \d{4}-\d\d-\d\d\.\s*",
        r"v?\d+(?:\.\d+)+\S* \(\d{4}-\d\d-\d\d\)\s*",
        r"v?\d+(?:\.\d+)+\S*?\.{3}v?\d+(?:\.\d+)+\S*\s*",
        r"(?:Introduction|Overview|Background|Abstract|Summary|TL;?DR|Motivation|Table of [Cc]ontents)[:.]?\s+(?=[A-Z])",
        r"(?:Bug ?[Ff]ixes|Features|Enhancements|Improvements)[:.]?\s+(?=[A-Za-z])",
        r"(?:Listen to article|Share this (?:post|article)|\d+ min(?:ute)? read)\b[:.]?\s*",
    )
)
_TAILS = re.compile(
    r"\s*(?:The post .{1,300}? (?:first )?appeared (?:first )?on .{1,120}"
    r"|(?:Continue reading|Read more|Read the (?:full|rest)|Learn more|Keep reading|See the full)\b.{0,120}"
    r"|Full Changelog: \S+(?: \S+)?"
    r"|(?:Article|Comments) URL: .*"
    r"|POSTED IN:.{0,120}"
    r"|(?:Subscribe|Sign up) (?:to|for|now)\b.{0,160}"
    r"|\[?(?:…|\.\.\.)\]?|\[&#8230;\])\s*$",
    re.DOTALL,
)
_TAIL_CHARS = 600
_MARKS = re.compile(
    r"\s?\((?:#\d+|[0-9a-f]{7,40})\)|\b[A-Z][a-z]{2} \d{1,2}, \d\d:\d\d UTC\s|\bFull Changelog: \S+\s?|\s(?:by @[\w-]+ )?in (?:#\d+|https?://\S+/pull/\d+)\b"
)
_WRITTEN_BY_A_MODEL = re.compile(
    r"^.{0,600}?\bGenerated by [\w.-]+/[\w.-]+\s+(?=[A-Z])", re.DOTALL
)  # not the authors' words
_LOOSE_ADDRESS = re.compile(r"(?<=[.!?])\s+https?://\S+(?=\s|$)")
_SPACED_STOP = re.compile(r"(?<=\w) (?=[.,](?:\s|$))")  # where a link stood
_DASHES = re.compile(r"(?<=\s)---?(?=\s)|(?<=\w)---(?=\w)")


def worth_reading(text: str) -> str:
    """The text without what surrounds it on its page, and without the numbers of changes in release notes."""
    text = _MARKS.sub("", text.strip())
    for rule in (_WRITTEN_BY_A_MODEL, _LOOSE_ADDRESS, _SPACED_STOP):
        text = rule.sub("", text)
    text = _DASHES.sub("–", text)
    text = _until_still(text, _without_head)
    kept = _until_still(text, _without_tail)
    return kept if kept == text or kept.endswith((".", "!", "?", "…", "。")) else f"{kept} …" if kept else ""


def _until_still(text: str, step: Callable[[str], str]) -> str:
    while (after := step(text).strip()) != text:
        text = after
    return text


def _without_head(text: str) -> str:
    for rule in _HEADS:
        found = rule.match(text[:_HEAD_CHARS])
        if found:
            text = text[found.end() :]
    return text


def _without_tail(text: str) -> str:
    place = max(0, len(text) - _TAIL_CHARS)
    return text[:place] + _TAILS.sub("", text[place:])
