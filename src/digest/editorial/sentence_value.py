"""Judge what a sentence tells a reader: a contribution, a result with figures, or background; and whether it stands alone."""

import re
from dataclasses import dataclass

from digest.editorial.clauses import CHARS, untied

REREAD = 4096  # texts that are not read again when a draft is composed again in the same process

# The gap between two words, and one word; bounded, so that no text makes a search slow.
_GAP, _TOKEN = r"[^\w-]{1,3}+", r"\w[\w-]{0,40}+"

_WHO = r"(?:(?<![\w.])(?:we|I)|this (?:paper|work|study|post|article|release|report|survey|thesis|tutorial|research)|our (?:work|paper|study|team))"
_MADE = (
    r"develop|design|build|built|creat|construct|formul|deriv|establish|launch|train|provid|offer|"
    r"unif|extend|reframe|formali|instantiat|contribut|bring|unveil|mak(?:e|ing)\b|shar(?:e|ing)\b|appl(?:y|ies)\b|adapt|pair|combine|cast|recast|curate|aims? to (?:develop|build|design)"
)
_NAMED = r"propos|introduc|present|releas|announc|open-sourc"
_TOLD = r"prov[ei]|argu|show|found\b|find\b|demonstrat|reveal|observ|discover|describ|identif|address|report|conduct|collect"
_LOOKED = r"study|studies|investigat|explor|analy[sz]|examin|revisit|review|survey|compar|ask\b|evaluat|assess|audit|test\b|benchmark|quantif|measur|characteri"
_DO = rf"{_WHO}\b(?:[’'](?:re|ve|m))?(?:{_GAP}(?!do\b|not\b|cannot\b){_TOKEN}){{0,3}}?{_GAP}"
_NEW = re.compile(rf"{_DO}(?:{_NAMED})", re.IGNORECASE)
_DONE = re.compile(rf"{_DO}(?:{_MADE})", re.IGNORECASE)
_SAID = re.compile(rf"{_DO}(?:{_TOLD})", re.IGNORECASE)
_LOOKING = re.compile(rf"{_DO}(?:{_LOOKED})", re.IGNORECASE)
_NEWS = re.compile(
    r"\b(?:is|are) (?:proposed|introduced|presented|designed|developed|released|now available|open[- ]sourced|generally available)\b|"
    r"^(?:today|introducing|announcing|meet)\b|\bnow (?:supports?|available|offers?|includes?|lets?)\b|\bhas (?:released|launched|announced)\b|"
    r"\b(?:released|launched|announced|unveiled|(?:introduces|releases|launches|announces)(?! (?:\w{1,12} ){0,2}(?:challenges?|risks?|problems?|need|complexit|overhead|issues?)))\b|\bis an? (?:\w{1,20} )?(?:new|novel|unified|lightweight|training-free|framework|benchmark|method|dataset|system)\b",
    re.IGNORECASE,
)
_FOUND_OUT = re.compile(
    rf"\b(?:results?|experiments?|evaluations?|analys[ie]s|findings?|studies|benchmarks?|simulations?)\b(?:{_GAP}{_TOKEN}){{0,12}}?{_GAP}"
    r"(?:show|demonstrat|reveal|indicat|suggest|confirm|highlight)|\bwe (?:\w{1,20} )?(?:find|found|show|observe|discover|demonstrate|prove)\b",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(?:outperforms?|surpass(?:es|ed)?|exceeds?|state[- ]of[- ]the[- ]art|improv(?:es|ed|ing|ements?)|reduc(?:es|ed|ing|tions?)|achiev(?:es|ed|ing)|attain(?:s|ed)|"
    r"yield(?:s|ed|ing)|match(?:es|ing) (?:or|the|prior|state|strong|full|human)|faster|cheaper|degrad(?:es|ed|ation)|collapses?|drop(?:s|ped)?|gains?|discovery|"
    r"reach(?:es|ed|ing)|recover(?:s|ed)|remains?|fails?|boost(?:s|ed|ing)|cuts?|lower(?:s|ed|ing)?|increas(?:es|ed|ing)|rais(?:es|ed)|falls?|rises?|scor(?:es|ed)|"
    r"(?:more|less|better|worse|higher|fewer|stronger|larger|smaller)(?: [\w-]{3,20})? than|higher|broader|solv(?:es|ed)|converges?|correlat(?:es|ed)|"
    r"competitive with|on par|comparable|strongest|enhanc(?:es|ed|ing)|expand(?:s|ed)|more effective|more efficient|best|insufficient|consistent(?:ly)?|"
    r"removes|eliminates|retain(?:s|ed|ing)|preserv(?:es|ed|ing)|saves|accounts? for|accuracy of|success rate)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d(?:[\d.,]{0,12}\d)?\s?(?:\\?%|percent\b|points?\b|pp\b|x\b|\\?×|times\b|\$?\\times|-?fold\b|-point\b|seconds?\b|ms\b|hours?\b)|\\times|"
    r"\bfrom (?!(?:19|20)\d\d\b)(?:\$?~?)\d[\d.,]{0,12}\S{0,8} to (?:\$?~?)\d|\b\d{1,6} ?(?:of|/|out of) ?\d{1,6}\b|[=<>≈≥≤] ?\$?[-−+]?\d|\b[01]\.\d{2,}\b|"
    r"\bby (?:up to )?\$?(?!(?:19|20)\d\d\b)\d|\bhal(?:f|ves|ving)\b|\bdoubl(?:es|ed|ing)\b|[$€£]\d|\b\d{1,3}\.\d{1,3}\b|\b(?:two|three|four|five)-?fold\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"\d\s?(?:\\?%|percent\b|points?\b|pp\b|×|x\b)|\bfold\b", re.IGNORECASE)
# Figures of certainty and sample size, which are not results.
_STATISTIC = re.compile(
    r"\b[pn]\s?[=<>≤≥]\s?[\d.,e×^ -]{1,12}|\b\d{2} ?% (?:CI|confidence)[^)\];]{0,40}|\b(?:CI|IQR)[:=]? ?\[?[\d.,–-]{1,16}",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:than|over|versus|vs|compared|relative to|from [\d$~][^ ]{0,12} to|baselines?|outperform\w{0,4}|surpass\w{0,4}|exceed\w{0,4}|improv\w{1,6}|reduc\w{1,6}|"
    r"increas\w{1,4}|decreas\w{1,4}|drop\w{0,4}|faster|fewer|higher|lower|gains?|up to|only|boost\w{0,4}|cut\w{0,4}|degrad\w{1,6}|of the)\b",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"\d[\d,.]{0,12}\s?(?:[kKMBT]\b|million\b|billion\b|trillion\b|thousand\b|[a-z]{1,20}s\b)|\b\d{1,3}(?:,\d{3}){1,4}\b"
)
_BACKGROUND = re.compile(
    r"^(?:however|yet|although|despite|recent(?:ly)?|existing|prior|previous|current|traditional|conventional|many|most|modern|"
    r"in recent|with the|unfortunately|for decades|over the|background)\b|"
    r"\b(?:have recently|has recently|has (?:become|emerged|long|attracted)|have (?:become|emerged|long|made|achieved|attracted)|"
    r"is (?:essential|crucial|critical|important|challenging|widely)|are (?:essential|crucial|critical|increasingly|widely)|increasingly|often|"
    r"underexplored|understudied|challenges?|little is known|struggles?|widely|rel(?:y|ies) on|typically)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:code|data(?:set)?s?|models?|project page|demo|weights|harness|materials?|implementation|artifacts?|website)\b[^.]{0,80}?"
    r"\b(?:available|released?|released at|found at|open[- ]sourced?|public(?:ly)?)\b|github\.com|https?://|\bpic\.twitter\.com|\bthis (?:https? )?URL\b|"
    r"\bwe (?:are )?(?:also|further|additionally|then|next|finally|hope|believe|discuss|conclude|outline|evaluate|apply|validate|test|"
    r"conduct|perform|release|recommend|envision)\b|^(?:finally|moreover|furthermore|additionally|in addition|also|to further)\b|\bfuture (?:work|research)\b|\bwill\b|"
    r"\b(?:demonstrates?|shows?|highlights?|illustrates?) the (?:\w{1,20} )?(?:importance|utility|usefulness|value|benefits?) of (?:our|the)\b|"
    r"\bwe provide (?:\w{1,20} )?(?:guidelines|guidance|recommendations)\b|"
    r"\b(?:implications|paves? the way|underscor|highlights? the (?:need|importance)|potential of|help us|subscribe|click|cookie)\b",
    re.IGNORECASE,
)
_MEANT_BEFORE = re.compile(
    r"^(?:we|I) (?:\w{1,20} )?\w{1,20} (?:it|them|this(?! (?:paper|work|study|article|post|report|survey))|these|those)\b",
    re.IGNORECASE,
)
_OURS = re.compile(r"^We (?!hope|believe|discuss|thank|note|need|have|are|can|live|know|often)[a-z]{3,}\b")
_FEELING = re.compile(r"\bI (?:\w{1,20} )?(?:find|found)\b")

LEAD = 0.9  # of a text's first sentence, because posts begin with the news
VAGUE = 0.4
SAID = 1.6
PERFORMED, FOUND_OUT = 1.2, 0.8
FIGURE, BARE = 1.6, 0.7  # of a result, and of a mere count
MORE, MOST_FIGURES = 0.25, 3  # the value of a second and a third figure
COMPARED = 0.6  # of a comparison, without which a figure says little

# The value of a sentence for a reader who knows the title.
_WORTH = ((_NEW, 2.2), (_DONE, 1.9), (_SAID, SAID), (_NEWS, 1.5), (_LOOKING, 1.2), (_OURS, 1.1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A weighed form of a sentence. `done` is how much it says about what was made, `found` about the results, with or without a `figure`."""

    place: int
    text: str
    words: int
    done: float
    found: float
    figure: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence, its position in the text (from 0), and the words that decide its value. Forms that keep them have the same value."""

    place: int
    text: str
    background: bool
    aside: bool
    vague: bool
    done: float
    made: str
    finding: float
    signs: tuple[str, ...]


def weigh(sentence: str, place: int) -> Told:
    """Weigh the sentence at this position of its text, from 0."""
    return of_form(untied(sentence), read_sentence(sentence, place))


def read_sentence(sentence: str, place: int, name: str = "") -> Sentence:
    """Analyse a sentence.

    Args:
        sentence: the sentence as in the text.
        place: its position among the text's sentences, from 0.
        name: the name of the work, if its title begins with one.
    """
    sentence = sentence[:CHARS]
    text = untied(sentence)
    done, made = _done(text, name)
    background = bool(_BACKGROUND.search(sentence))
    if background:
        done -= 0.5 if done >= SAID else 0.9
    if _FEELING.search(text):
        done = min(done, LEAD)
    signs = [
        (worth, found[0])
        for rule, worth in ((_FOUND, PERFORMED), (_FOUND_OUT, FOUND_OUT))
        if (found := rule.search(text))
    ]
    return Sentence(
        place=place,
        text=text,
        background=background,
        aside=bool(_ASIDE.search(sentence)),
        vague=bool(_MEANT_BEFORE.search(text)),
        done=done,
        made=made.lower(),
        finding=max((worth for worth, _ in signs), default=0.0) + (0.4 if len(signs) > 1 else 0.0),
        signs=tuple(sign.lower() for _, sign in signs),
    )


def _done(text: str, name: str) -> tuple[float, str]:
    """The value of a sentence as the one that states what was made, and the words that say so."""
    for rule, worth in _WORTH:
        if found := rule.search(text):
            return worth, found[0]
    return (SAID, name) if name and text.startswith(name) else (0.0, "")


def of_form(text: str, of: Sentence) -> Told:
    """Weigh the sentence or a form of it."""
    low = text.lower()
    done = of.done if of.made and of.made in low else LEAD - (0.9 if of.background else 0.0) if of.place == 0 else 0.0
    finding = of.finding if any(sign in low for sign in of.signs) else 0.0
    figures, found = _figures(text, finding)
    if of.background and not done > 1:
        found *= 0.4
    return Told(
        place=of.place,
        text=text,
        words=len(text.split()),
        done=done - (1.0 if of.aside else 0.0) - (VAGUE if of.vague else 0.0),
        found=found - (0.6 if of.aside else 0.0),
        figure=bool(figures) and not of.background,
    )


def _figures(text: str, finding: float) -> tuple[int, float]:
    """The number of figures of results, and the value of the sentence as a finding."""
    if not any(map(str.isdigit, text)) and "fold" not in text and "hal" not in text and "doubl" not in text:
        return 0, finding
    plain = _STATISTIC.sub("", text)
    figures = min(len(_FIGURE.findall(plain)), MOST_FIGURES)
    if not figures:
        return 0, finding + (0.4 if _SIZE.search(plain) else 0.0)
    compared = COMPARED if _COMPARED.search(plain) else 0.0
    first = FIGURE if finding or _SHARE.search(plain) else BARE
    return figures, finding + first + MORE * (figures - 1) + compared


# References to something outside of the sentence.
_OPENING = re.compile(
    r"^(?:this|these|that|those|it|its|they|their|he|she|his|her|such|both|the (?:former|latter|resulting|two|above)|another|"
    r"one (?:such|of (?:these|them))|each|among (?:these|them)|as such|doing so|here|there|all (?:of )?(?:these|this)|together,|neither|here,)\b"
    r"(?! (?:paper|work|study|post|article|report|survey|release|tutorial|research|thesis|week|year|month|is (?:a|an|the|no)\b|are\b)\b)",
    re.IGNORECASE,
)
_OPENING_AFTER = re.compile(
    r"^(?:at best|at worst|in fact|indeed|still|clearly|naturally|of course|in practice|today|now|rather|after all|that said|even so|at first|again), "
    r"(?:it|this|that|these|those|they|he|she)\b",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\b(?:this|these|those|such|the same|the new|the other|all two|all three|all four|the resulting|the above|the two|the three|the proposed) ((?:[A-Za-z][\w-]{1,30} ){0,2}?)([A-Za-z][\w-]{2,30})\b",
    re.IGNORECASE,
)
_KNOWN_WORDS = "paper work study post article report survey release tutorial research thesis week year month day page time way an a"
_KNOWN = frozenset(_KNOWN_WORDS.split())
_VAGUE = re.compile(
    r"\b(?:the|this) (?:former|latter|opposite|phenomenon|effect|gap|gaps|problem|issue|bottleneck|view|assumption|idea|distinction|question|"
    r"paradox|tension|discrepancy|disparity|challenge|challenges|limitation|limitations|improvements?|phenomena|reverse|converse|contrary)\b"
    r"(?! (?:of|between|that|in|for|from|with|where|to)\b)",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\bboth (?!\w{1,30}(?: \w{1,30}){0,6} and\b)[\w-]{1,30}", re.IGNORECASE)
_UNFINISHED = re.compile(
    r"(?::|\bas follows\.?|\b(?:in|of|at|on|with|along|through|following) (?:the following|two|three|four|several) \w{1,20}\.?|\b(?:following|two|three|four|five) (?:\w{1,20} )?(?:ways|steps|parts|questions|reasons|aspects|points|findings|contributions|components|challenges|stages|modules)\.?)$",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\((?:i|1|a)\)(?!.{0,600}\((?:ii|2|b)\))|^\W{0,3}(?:\(?(?:ii|iii|2|3|b|c)[.)]) |(?<!\w)(?:RQ|Q)\d\b"
)
_STEPS = re.compile(
    r"\b(?:of|in|with|through|via|into|by|offers?|propose|introduce|provides?|combines?|present|on|comprising|comprises|has) (?:the )?(?:two|three|four|five|six|several|[2-9]) (?:[\w-]{1,20} ){0,2}?"
    r"(?:steps|stages|ways|parts|phases|modules|components|innovations|ideas|mechanisms|techniques|strategies|tasks|dimensions|designs|contributions|classes of tasks|levels|settings|principles)\b(?![^.]{0,40}[:(])",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"^We (?:argue|show|find) that the reason\b|\ball (?:three|four|five)(?= into| of|,|\.)|^In the (?:first|second|third|latter|former)\b|\b(?:him|her)\b|\bnot only\b(?!.{1,300}\bbut\b)|(?<!^)(?<!\b[Ii]n )(?<!\bof )\bthis (?:study|work)\b",
)
LOOSE, PAIRS = 0.8, 2  # what hangs on an untold word; "respectively" joins two lists
_PRONOUN = re.compile(r"\b(?:it|they|them|this|these|those|both|so)\b", re.IGNORECASE)
FORMULA = 0.8  # in TeX, which few read in a mail
NAMED_BEFORE = 0.4  # what is pointed to stands in the title alone, or somewhere in what was told
UNTOLD_NAME = 1.5  # a name that the text explains in another sentence
STEPS = 0.8  # "consisting of two steps", and none told
UNTOLD = 1.6  # a noun that is pointed to and was not told
FEW_WORDS = 8  # a pronoun in so short a sentence means something outside of it
_BESIDE = re.compile(r"\b(?:also|further|another|additionally|likewise|too,|other|remaining)\b", re.IGNORECASE)
_ACRONYM = re.compile(r"(?<![\w-])[A-Z][A-Za-z0-9]{0,14}[A-Z0-9][\w-]{0,20}")
_DEFINED = re.compile(
    r"\(([A-Z][\w-]{0,14}[A-Z0-9]s?)\)|\b(?:propos|introduc|present|develop|build|call|dub|nam|term)(?:e|es|ed|ing|s)? (?:the |a |an |it )?([A-Z][\w-]{0,20}[A-Z0-9][\w-]{0,10})"
)
_STEM = re.compile(r"[^\W_]{2,}")
_PARTS = re.compile(r"[^\w]+")
STEM = 6  # the number of letters by which words are compared
# Acronyms that every reader knows.
_FIELD_WORDS = "AI AGI API CPU CoT DPO GPT GPU GPUs GRPO KV LLM LLMs LM LMs ML MLLM MLLMs MoE NLP PPO QA RAG RL RLHF SFT SOTA SQL VLM VLMs VLA VLAs"
FIELD = frozenset(_FIELD_WORDS.split())


def defined_names(text: str) -> frozenset[str]:
    """The acronyms that a text explains, except those that every reader knows."""
    return frozenset(name for pair in _DEFINED.findall(text) for name in pair if name) - FIELD


def initials(title: str) -> frozenset[str]:
    """The acronyms that a title spells out: the initials of two to five words that follow each other."""
    words = [part for part in _PARTS.split(title) if part and part[0].isalpha()]
    return frozenset(
        "".join(word[0] for word in words[start : start + length]).upper()
        for start in range(len(words))
        for length in range(2, 6)
        if start + length <= len(words)
    )


def stems(text: str) -> frozenset[str]:
    """The beginnings of a text's words, in lower case."""
    return frozenset(word[:STEM] for word in _STEM.findall(text.casefold()))


def points_out(text: str, known: frozenset[str], *, follows: bool, defined: frozenset[str]) -> float:
    """The cost of a sentence's references to something that the reader has not been told.

    Args:
        text: the sentence.
        known: stems of the title and of the earlier sentences of the summary.
        follows: whether the preceding sentence of the text is in the summary.
        defined: the acronyms and names that the text explains.
    """
    cost = FORMULA if "\\" in text or ("$" in text and "{" in text) else 0.0
    if len(text.split()) < FEW_WORDS and _PRONOUN.search(text) and not follows:
        cost += 3.0
    if _OPENING.match(text) or _OPENING_AFTER.match(text):
        cost += 0.15 if follows else 2.4
    cost += sum(_pointed(found, text, known, follows=follows) for found in _POINTER.finditer(text))
    cost += sum(0.2 if follows else 1.1 for found in _VAGUE.finditer(text) if not stems(found[0].split()[-1]) & known)
    cost += 0.0 if follows or not _BOTH.search(text) else 1.2
    cost += (1.5 if _UNFINISHED.search(text[-90:]) else 0.0) + (0.8 if _PART.search(text) else 0.0)
    cost += STEPS if _STEPS.search(text) else 0.0
    cost += 0.0 if follows else LOOSE * len(_LOOSE.findall(text))
    cost += LOOSE if "respectively" in text and text.count(" and ") < PAIRS else 0.0
    cost += 0.15 if _BESIDE.search(text) else 0.0
    names = {name for name in _ACRONYM.findall(text) if name in defined} - defined_names(text)
    return cost + UNTOLD_NAME * len([name for name in names if not stems(name) & known])


def _pointed(found: re.Match[str], text: str, known: frozenset[str], *, follows: bool) -> float:
    """What it costs that a noun is pointed to: little where the sentence or what was told names it."""
    words = [*found[1].split(), found[2]]
    if words[0].lower() in _KNOWN or words[-1].lower() in _KNOWN:
        return 0.0
    noun = stems(found[2])
    if noun & stems(text[: found.start()]):
        return 0.0
    if noun & known and not found[0].lower().startswith("such"):
        return 0.0 if follows else NAMED_BEFORE
    return 0.15 if follows else UNTOLD
