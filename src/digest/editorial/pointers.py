"""Price what a sentence says about words that a reader was not told: "this assumption", "both effects", a name explained elsewhere."""

import re
from functools import lru_cache

# References to something outside of the sentence.
_OPENING = re.compile(
    r"^(?:this|these|that|those|it|its|they|their|he|she|his|her|such|both|the (?:former|latter|resulting|two|above)|another|"
    r"one (?:such|of (?:these|them))|each|(?:among|before|after|since|until|during) (?:these|them|this|that|then)|as such|doing so|here|there|all (?:of )?(?:these|this)|together,|neither|here,)\b"
    r"(?! (?:paper|work|study|post|article|report|survey|release|tutorial|guide|series|research|thesis|week|year|month|is (?:a|an|the|no)\b|are\b)\b)",
    re.IGNORECASE,
)
_OPENING_AFTER = re.compile(
    r"^(?:at best|at worst|in fact|indeed|no doubt|still|yet|clearly|naturally|of course|in practice|today|now|rather|after all|that said|even so|at first|again), "
    r"(?:it|this|that|these|those|they|he|she)\b",
    re.IGNORECASE,
)
_IT = re.compile(r"(?:It|Its|They|Their)\b")
_ABOUT_THE_WORK = re.compile(
    r"(?:[^,]{3,60}, )?(?:[Ww]e|I|[Ii]t|[Oo]ur|[Tt]his (?:paper|work|study|article|report)|[Tt]he (?:proposed [\w-]+|(?:[\w-]{2,20} )?(?:framework|method|approach|system|benchmark|dataset)))\b"
)
NEAR = 12  # the characters before a name: "Our tool, "
_POINTER = re.compile(
    r"\b(?:this|these|those|such|the same|the new|the other|all two|all three|all four|the resulting|the above|the two|the three|the proposed|the latter|the former) ((?:[A-Za-z]\w{0,20}-[\w-]{1,30} )?(?:[A-Za-z][\w-]{1,30} ){0,2}?)([A-Za-z][\w-]{2,30})\b",
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
_MET = re.compile(  # "addresses", before "this gap": a reader misses little
    r"\b(?:address|tackl|overcom|bridg|clos|fill|solv|mitigat|resolv|alleviat|remed)(?:e|es|s|ed|ing|y|ies|ied)? $"
)
_BOTH = re.compile(r"\bboth (?!\w[\w./-]{0,30}(?: [\w./-]{1,30}){0,6} and\b)[\w-]{1,30}", re.IGNORECASE)
_UNFINISHED = re.compile(
    r"(?::|\bas follows\.?|\b(?:in|of|at|on|with|along|through|following) (?:the following|two|three|four|several) \w{1,20}\.?|\b(?:following|two|three|four|five) (?:\w{1,20} )?(?:ways|steps|parts|questions|reasons|aspects|points|findings|results|observations|claims|contributions|components|challenges|stages|modules)\.?)$",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\((?:i|1|a)\)(?!.{0,600}\((?:ii|2|b)\))|^\W{0,3}(?:\(?(?:ii|iii|2|3|b|c)[.)]) |(?<!\w)(?:RQ|Q)\d\b"
)
_STEPS = re.compile(
    r"\b(?:of|in|with|through|via|into|by|offers?|proposes?|introduces?|provides?|combines?|presents?|on|comprising|comprises|has|uses?|employs?|features?|integrates?|contains?) (?:the )?(?:two|three|four|five|six|several|[2-9]) (?:[\w-]{1,20} ){0,2}?"
    r"(?:steps|stages|ways|parts|phases|modules|components|innovations|ideas|mechanisms|techniques|strategies|tasks|dimensions|designs|contributions|classes of tasks|levels|settings|principles)\b(?![^.]{0,40}[:(])",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"^We (?:argue|show|find) that the reason\b|^In the (?:first|second|third|latter|former)\b|\b(?:how|why|when|whether|if) (?:that|this|these|those) (?:(?:[a-z]{3,20} )?\w{3,20}s|is|can|do|does|are|may)\b|\b(?:him|her)\b|\bnot only\b(?!.{1,300}\bbut\b)|(?<!^)(?<!\b[Ii]n )(?<!\bof )\bthis (?:study|work)\b",
)
# At least one of them is in what the patterns find, which take long to search for.
_LOOSE_WORDS = (
    " that ",
    " this ",
    " these ",
    " those ",
    "the reason",
    "all three",
    "all four",
    "all five",
    "In the ",
    "him",
    " her",
    "not only",
    "this study",
    "this work",
)
_ONE_OF_WORDS = (
    "ach ",
    "very ",
    "ither ",
    "second ",
    "third ",
    "fourth ",
    "fifth ",
    "last ",
    "final ",
    "remaining ",
    "other ",
    "first ",
)
_BESIDE_WORDS = ("lso", "urther", "nother", "dditionally", "ikewise", "too,", "ther ", "emaining")
_OTHER_WORDS = ("n alternative", "a further", "a different", "nother", "complementary", "analogous", "a similar")
_COUNTS = ("two", "three", "four", "five", "six", "several", "following", "follows")
LOOSE, PAIRS = 1.3, 2  # what hangs on an untold word; "respectively" joins two lists
_PRONOUN = re.compile(r"\b(?:it|they|them|this|these|those|both|so)\b", re.IGNORECASE)
# "We localise where its layers …", "As its counterpart …"
_WHOSE = re.compile(
    r"(?:As|By|In|On|For|With|Under) (?:its|their|his|her)\b|We (?:\w{2,20} ){1,3}(?:its|their|him|them)\b"
)
_TOLD_WORK = frozenset(
    {"propos", "introd", "presen", "develo", "method", "approa", "framew"}
)  # stems of what names a work
_OWN_NOUNS = frozenset({"approach", "method", "framework", "technique", "strategy"})  # which the summary names, mostly
# A made thing that the text names elsewhere: "the framework", but not "the framework of …".
_DEFINITE = re.compile(
    r"\b(?:[Tt]he|[Oo]ur) (framework|approach|system|pipeline|architecture|toolkit|library|update|company|design|protocol|benchmark|dataset|model|method|tool|argument|audit|study|paper)"
    r"(?:['’]s)?\b(?! (?:of|for|that|in|with|to|by|is|are|itself|[a-z]{3,20}s)\b)"
)
_ONE_OF = re.compile(
    r"\b(?:each|every|either|neither|the (?:second|third|fourth|fifth|last|final|remaining|other)|the first(?= (?:stage|step|phase|module|part|axis|one|track|component|branch)\b)) "
    r"(?:[\w-]{2,20} )?(stage|step|phase|module|component|regime|ax[ie]s|level|track|branch|stream|setting|condition|variant|arm|direction|part|dimension|category|role|candidate|agent|expert)s?\b",
    re.IGNORECASE,
)
_EXTENDED = re.compile(  # "We extend the question to kites"
    r"We (?:[a-z]{2,20} )?(?:extend|generali[sz]e|apply|revisit|adapt|answer|test|validate|instantiate) (?:the|this|that) (?:[\w-]{2,20} )?(?:question|idea|analysis|setting|framework|approach|argument|problem|method|result|view)\b(?! (?:of|whether|how|that|in|for)\b)"
)
_NTH_TEST = re.compile(r"In (?:a|the|our) (?:first|second|third|last|final) (?:experiment|study|case|test|step|part)\b")
_ALL_OF = re.compile(r"\ball (?:two|three|four|five|six)(?= into\b| of (?:them|these|those)|[,.]|$)")
_MORE_THAN = re.compile(
    r"^We (?:\w{2,20} )?\w{3,20} an? (?:more|less) [\w-]{3,20} [\w-]{3,20}\b(?!.*\bthan\b)"
)  # "We identify a more general source"
_THAT_ONE = re.compile(
    r"\b(?:of|from|with|by|for|on|under|to|[a-z]{3,12}[^s\W]s) that (?!of\b|is\b|are\b|the\b|a\b|an\b|can\b|it\b|they\b|we\b|\w+s\b)(?:[a-z]{3,15} )?([a-z][\w-]{3,20})\b(?= (?:around|with|by|to|in|on|for|and|from|as)\b|[.,;])"
)
_SUBJECT = re.compile(
    r"^(?:The|[A-Z][^,:;]{3,60}, the) (?:[\w-]{2,20} ){0,2}?([A-Za-z][\w-]{2,20}) (?=(?:also |then |further |\w{3,16}ly )?(?:is|are|was|were|has|have|can|[a-z]{3,20}(?:s|ed))\b)(?!of\b)"
)
# "an alternative contract", and to what? "We design a further test"
_ALTERNATIVE = re.compile(
    r"\b(?:an alternative|a further|a different|another|a complementary|an analogous|a similar)\b(?: [\w-]{2,20}){1,3}(?![\w-]| (?:to|than|from|of)\b|:)"
)
_ITSELF_WORDS = (  # what a sentence may begin with without having named it
    "results result best first largest strongest code data dataset datasets models model paper work study authors company team post report release findings main key most "
    "experiments goal idea approach method framework system benchmark analysis evaluation"
)
_MEASURES_WORDS = (  # and what it may go on with: "In nine halls, the average accuracy is 98%"
    "rate rates accuracy accuracies score scores performance average error errors cost "
    "costs time number share value gap gain gains loss losses latency throughput recall precision completeness proportion probability"
)
_ITSELF = frozenset(_ITSELF_WORDS.split())
_MEASURES = _ITSELF | frozenset(_MEASURES_WORDS.split())
_OF_THEM = re.compile(
    r"\b(?:all|both|each|most|some|none|either|any|two|three|four|five|six) of (?:them|these|those)\b(?! [a-z])"
)
_ELSEWHERE = re.compile(
    r"\b(?:previous|last|earlier|next) (?:post|article|tutorial|letter|issue|edition|newsletter|blog|week[’']s (?:post|letter|issue))\b|\bthis https? URL\b|\b(?:aforementioned|above-mentioned|abovementioned|considered (?:architectures|models|methods))\b"
)
_BRACKETED = re.compile(r"[(\[][^()]*[)\]]\.?$")
DEFINITE, ELSEWHERE, WHOSE, QUESTION, BRACKETED = 1.3, 1.2, 1.4, 1.5, 3.0
BOTH, VAGUE = 2.0, 2.2  # "both effects", "the opposite"
ONE_OF = 1.3  # "each stage", "the second axis", of which nothing was told
SUBJECT = 1.3  # "The estimator combines …", of what was not named
FORMULA = 1.5  # in TeX, which few read in a mail
NAMED_BEFORE = 0.4  # what is pointed to stands in the title alone, or somewhere in what was told
OPENS = (2.4, 5.0)  # "It surpasses …", of the work, or of something else, for which a reader would take the work
MET = 0.5  # "this gap", which a work addresses
ALTERNATIVE = 1.3
UNTOLD_NAME = 1.5  # a name that the text explains in another sentence
STEPS = 0.8  # "consisting of two steps", and none told
UNTOLD, UNTOLD_SAME = 2.2, 3.2  # a noun that is pointed to and was not told: "this noun", "the same noun"
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
    names = _untold_names(text, known, defined) if defined else 0.0
    return names + references(text, known, follows=follows) + (0.0 if follows else _definite(text, known))


@lru_cache(maxsize=1024)  # many summaries of a text share a sentence and what stands before it
def references(text: str, known: frozenset[str], *, follows: bool) -> float:
    """The same without what readers take as they come: names, and "the" with a noun."""
    cost = FORMULA if "\\" in text or ("$" in text and "{" in text) else 0.0
    cost += _unfinished(text)
    if not follows:
        cost += _explained_before(text, known)
    if _OPENING.match(text) or _OPENING_AFTER.match(text):
        cost += 0.15 if follows else OPENS[0]
    cost += sum(_pointed(found, text, known, follows=follows) for found in _POINTER.finditer(text))
    cost += sum(
        0.2 if follows else MET if _MET.search(text[: found.start()]) else VAGUE
        for found in _VAGUE.finditer(text)
        if not stems(found[0].split()[-1]) & known
    )
    cost += UNTOLD if not follows and _OF_THEM.search(text) else 0.0
    cost += LOOSE if "respectively" in text and text.count(" and ") < PAIRS else 0.0
    cost += 0.15 if any(word in text for word in _BESIDE_WORDS) and _BESIDE.search(text) else 0.0
    return cost + apart(text) + (QUESTION if text.endswith("?") else 0.0)


def _untold_names(text: str, known: frozenset[str], defined: frozenset[str]) -> float:
    found = {part for name in _ACRONYM.findall(text) for part in (name, name.partition("-")[0])}
    names = {name for name in found if name in defined and "Bench" not in name}
    names -= defined_names(text) if names else names
    untold = [name for name in names if not stems(name) & known]
    aside = sum(f"{name})" in text for name in untold)  # "(0.7% for BoN)"
    return UNTOLD_NAME * (len(untold) - aside) + NAMED_BEFORE * aside


def means_another(sentence: str, before: str, name: str) -> bool:
    """Whether "it" at the beginning of a sentence is not the work, because the sentence before is about something else."""
    return _IT.match(sentence) is not None and not (
        _ABOUT_THE_WORK.match(before) or (bool(name) and name in before[: len(name) + NEAR])
    )


def _named(noun: str, known: frozenset[str]) -> bool:
    """Whether a noun was told, in the singular or the plural."""
    word = noun.casefold()
    return not known.isdisjoint(
        (word[:STEM], f"{word}s"[:STEM], word.removesuffix("s")[:STEM], word.removesuffix("es")[:STEM])
    )


def apart(text: str) -> float:
    """The cost of what is hardly about the work, wherever it stands: another text, or a remark in brackets."""
    cost = ELSEWHERE if _ELSEWHERE.search(text) else 0.0
    return cost + (BRACKETED if text[:1] in "([" and _BRACKETED.match(text) else 0.0)


def _unfinished(text: str) -> float:
    """The cost of announcing what does not follow: "two steps", "as follows:", "(i)"."""
    cost = 0.8 if ("(" in text or "Q" in text or text[:1].isdigit()) and _PART.search(text) else 0.0
    counted = any(word in text for word in _COUNTS)
    if (counted or text.endswith(":")) and _UNFINISHED.search(text[-90:]):
        cost += 1.5
    return cost + (STEPS if (counted or any(map(str.isdigit, text))) and _STEPS.search(text) else 0.0)


def _explained_before(text: str, known: frozenset[str]) -> float:
    """The cost of what only the preceding sentence would explain."""
    cost = 3.0 if len(text.split()) < FEW_WORDS and _PRONOUN.search(text) else 0.0
    cost += BOTH if "oth " in text and _BOTH.search(text) else 0.0
    if any(words in text for words in _LOOSE_WORDS):
        cost += LOOSE * len(_LOOSE.findall(text))
    cost += LOOSE if text.startswith("We ") and _EXTENDED.match(text) else 0.0
    cost += NAMED_BEFORE if text.startswith("In ") and _NTH_TEST.match(text) else 0.0
    cost += WHOSE if _WHOSE.match(text) else 0.0
    if any(word in text for word in _ONE_OF_WORDS):
        cost += sum(
            ONE_OF for found in _ONE_OF.finditer(text) if not _named(found[1], known | stems(text[: found.start()]))
        )
    if " that " in text:
        cost += sum(
            ONE_OF for found in _THAT_ONE.finditer(text) if not _named(found[1], known | stems(text[: found.start()]))
        )
    if any(word in text for word in _OTHER_WORDS):
        cost += ALTERNATIVE if _ALTERNATIVE.search(text) else 0.0
    cost += (BOTH if "all " in text and _ALL_OF.search(text) else 0.0) + (LOOSE if _MORE_THAN.match(text) else 0.0)
    return cost


def _definite(text: str, known: frozenset[str]) -> float:
    """The cost of "the" with a noun that was not told."""
    subject = _SUBJECT.match(text)
    plain = _ITSELF if text.startswith("The ") else _MEASURES
    cost = SUBJECT if subject and subject[1].lower() not in plain and not _named(subject[1], known) else 0.0
    found = _DEFINITE.search(text)
    return cost + (DEFINITE if found and not (stems(found[1]) | _TOLD_WORK) & known else 0.0)


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
    if follows:
        return 0.15
    if found[2].lower() in _OWN_NOUNS:
        return NAMED_BEFORE
    return UNTOLD_SAME if found[0].lower().startswith("the same ") else UNTOLD
