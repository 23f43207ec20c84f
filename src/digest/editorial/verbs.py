"""Find out whether words have a verb, without which they are no sentence, or end in one that wants more words."""

import re

# A verb in the remaining words: those of the field, and common ones.
FINITE = re.compile(
    r"(?<!-)\b(?:is|are|was|were|has|have|had|can|could|may|might|must|do|does|did|need|needs|let|lets|we [\w-]{3,20}|I [\w-]{3,20}|"
    r"(?:achiev|reach|attain|yield|gain|obtain|secur|sustain|lead|led|outperform|surpass|exceed|beat|match|improv|reduc|increas|decreas|lower|rais|boost|cut|"
    r"drop|fall|fell|rise|rose|grow|grew|show|demonstrat|reveal|find|found|indicat|suggest|confirm|prov|establish|propos|introduc|present|releas|develop|"
    r"design|build|built|creat|construct|provid|offer|address|extend|bring|combin|enabl|allow|learn|train|us|appl|requir|remov|retain|recover|keep|kept|"
    r"preserv|maintain|approv|fail|succeed|degrad|collaps|remain|becom|flip|scal|generaliz|generalis|transfer|predict|detect|solv|generat|produc|identif|"
    r"contain|compris|cover|span|includ|consist|captur|explain|depend|vary|varies|hold|held|work|perform|run|ran|take|took|cost|sav|speed|accelerat|"
    r"compress|prun|quantiz|rout|mask|encod|decod|treat|view|cast|reformulat|formaliz|formulat|model|measur|evaluat|assess|test|compar|analy[sz]|"
    r"stud|examin|investigat|explor|support|host|serv|ship|launch|announc|open|give|gave|make|made|get|got|go|went|come|came|help|mean|"
    r"distinguish|separat|decompos|replac|inject|insert|select|rank|retriev|rewrit|rewrote|organi[sz]|stabili[sz]|mitigat|eliminat|prevent|avoid|ensur|"
    r"over-accept|accept|reject|misclassif|classif|deliver|distil|offer|handl|complet|lag|plateau|answer|differ|tend|seem|appear|benefit|enhanc|facilitat|simulat|adopt|recogni[sz]|elicit|expos|unlock|adapt|align|guid|organi[sz]|balanc|track|tackl|driv|deploy|trigger|filter|assign|manag|enforc|encourag|leverag|exploit|curat|emerg|occur|persist|exhibit|display|suffer|struggl|rel|account|pass|rank|earn|clos|halv|doubl|tripl|top|win|won|flag|choos|settl|contribut|correlat|converg)"
    r"(?:e|es|s|ed|d|ies|ied|t)?)\b(?!-)",
    re.IGNORECASE,
)
_COMMON = frozenset(
    {
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "can",
        "propose",
        "introduce",
        "present",
        "achieves",
        "outperforms",
        "improves",
        "reduces",
    }
)
_THEN_VERB = re.compile(r"(?:\w{3,20}ly )?[a-z]{3,20}s (?:an? |the )?[\w-]")

# "and then trains", before "through a game"; "is already predictable", before "via a probe"
_WANTS_MORE = re.compile(
    r"\b(?:then|further|also|thus|thereby|subsequently) (?:[a-z]{2,14}ly |then |further )?[a-z]{3,20}s$"
    r"|\b(?:is|are|was|were|be|becomes?|remains?)(?: [a-z]{2,15}){0,3} (?!available|applicable|scalable|reliable|interpretable|reproducible)[a-z]{3,20}[ai]ble$"
)


def states(words: str) -> bool:
    """Whether there is a verb: one of the field's, or what follows "that"."""
    known = not _COMMON.isdisjoint(words.split())  # quicker than the search, and mostly so
    return known or FINITE.search(words) is not None or _THEN_VERB.match(words) is not None


def wants_more(words: str) -> bool:
    """Whether the last word is a verb or an adjective that says little without what follows it."""
    return _WANTS_MORE.search(words) is not None
