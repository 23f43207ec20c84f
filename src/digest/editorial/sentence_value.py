"""Judge what a sentence tells a reader: a contribution, a result with figures, or background."""

import re
from dataclasses import dataclass

from digest.editorial.figures import weigh_figures
from digest.editorial.openings import CHARS, untied
from digest.editorial.pointers import NEAR

REREAD = 4096  # texts that are not read again when a draft is composed again in the same process

# The gap between two words, and one word; bounded, so that no text makes a search slow.
_GAP, _TOKEN = r"[^\w-]{1,3}+", r"\w[\w-]{0,40}+"

_WHO = r"(?:(?<![\w.])(?:we|I)|(?:this|the(?: present)?) (?:paper|work|study|post|article|release|report|survey|thesis|tutorial|guide|series|research)|our (?:work|paper|study|team))"
_MADE = (
    r"develop|design|build|built|creat|construct|formul|deriv|establish|launch|train|provid|offer|"
    r"unif|extend|reframe|formali|contribut|bring|unveil|mak(?:e|ing)\b|shar(?:e|ing)\b|adapt|pair|combine|cast|recast|curate|aims? to (?:develop|build|design)"
)
_NAMED = r"propos|introduc|present|releas|announc|open-sourc"
_TOLD = r"prov[ei]|argu|conclud|show|found\b|find\b|demonstrat|reveal|observ|discover|describ|identif|address"
_LOOKED = r"study|studies|investigat|explor|analy[sz]|examin|revisit|review|survey|compar|ask\b|evaluat|assess|audit|test\b|benchmark|quantif|measur|characteri|report|conduct|collect|instantiat|appl(?:y|ies|ied)\b"
_DO = rf"{_WHO}\b(?:[’'](?:re|ve|m))?(?:{_GAP}(?!do\b|not\b|cannot\b|may\b|might\b|would\b|could\b|should\b|must\b|need\b|want\b|can\b){_TOKEN}){{0,3}}?{_GAP}"
_NEW = re.compile(rf"{_DO}(?:{_NAMED})|\bwe [^,.;]{{3,80}} and (?:propose|introduce|present|release)\b", re.IGNORECASE)
_DONE = re.compile(rf"{_DO}(?:{_MADE})", re.IGNORECASE)
_SAID = re.compile(rf"{_DO}(?:{_TOLD})", re.IGNORECASE)
_LOOKING = re.compile(rf"{_DO}(?:{_LOOKED})", re.IGNORECASE)
_INTRODUCING = re.compile(
    r"^(?:Introducing|Presenting|Proposing|Developing|Releasing) \w|^[A-Z][\w.+-]{1,30}(?: [A-Z][\w.+-]{1,20}){0,5}(?: \([^()]{2,20}\))?, (?:an?|the first) [^,]{3,80} (?:that|for|which|to)\b"
)
# "In this post, we will review", "in this tutorial, I'm going to"
_PLANNED = re.compile(
    r"\b[Ii]n this (?:[\w-]{1,20} )?(?:post|article|tutorial|guide|note|essay|blog)s?,? (?:we|I)(?:['’](?:ll|m|re|d)| will| am| are| would)\b"
)
_OF_THE_WORK = re.compile(
    r"^(?:[^,]{3,80}, )?(?:this|the|our) (?:paper|work|study|article|survey|report|thesis|system paper) (?:\w{3,20}ly )?[a-z]{3,20}s\b",
    re.IGNORECASE,
)
_MEETS = re.compile(
    r"^(?:The )?[A-Z][\w.+-]*[A-Z\d][\w.+-]{0,20}(?: \([^()]{2,20}\))?(?: [a-z]{4,12})?(?:: an? | (?:address|tackl|bridg|clos|fill|solv|resolv|overcom)(?:e|es|s) (?:this|these|the) [\w -]{3,40}? by )"
)  # "The OpenLift project addresses this gap by planning halls"; "The OpenLift project: a plan of the halls"
_OUR_METHOD = re.compile(
    r"Our (?:[\w-]{2,20} ){0,2}(?:method|approach|framework|model|system|pipeline|algorithm|technique|solution|analysis) (?:[a-z]{3,16}ly )?[a-z]{3,20}s\b"
)
_NEWS = re.compile(
    r"\b(?:is|are) (?:proposed|introduced|presented|designed|developed|released|now available|open[- ]sourced|generally available)\b|"
    r"^(?:today|introducing|announcing|meet)\b|\byou can now\b|^we(?:[’']ve| have) (?:\w{3,20}ly )?\w{3,20}ed\b|\bnow you can\b|\b(?:we|I)(?:[’']re| are) (?:expanding|bringing|rolling|adding|opening|releasing|launching|introducing)\b|\bnow (?:supports?|available|offers?|includes?|lets?)\b|\bhas (?:released|launched|announced)\b|"
    r"\b(?:released|launched|announced|unveiled|(?:introduces|releases|launches|announces)(?! (?:\w{1,12} ){0,2}(?:challenges?|risks?|problems?|need|complexit|overhead|issues?)))\b|\bis an? (?:\w{1,20} )?(?:new|novel|unified|lightweight|training-free|framework|benchmark|method|dataset|system)\b",
    re.IGNORECASE,
)
_FOUND_OUT = re.compile(
    rf"\b(?:results?|experiments?|evaluations?|analys[ie]s|findings?|studies|benchmarks?|simulations?)\b(?:{_GAP}{_TOKEN}){{0,12}}?{_GAP}"
    r"(?:show|demonstrat|reveal|indicat|suggest|confirm|highlight)|\bwe (?:\w{1,20} )?(?:find|found|show|observe|discover|demonstrate|prove)\b|\band (?:show|demonstrate|find|prove|confirm) that\b"
)
_FOUND = re.compile(
    r"\b(?:outperforms?|surpass(?:es|ed)?|exceeds?|state[- ]of[- ]the[- ]art|improv(?:es|ed|ing|ements?)|reduc(?:es|ed|ing|tions?)|achiev(?:es?|ed|ing)|attain(?:s|ed)|obtain(?:s|ed|ing)|secures?|ranks? (?:first|second|third|1st|2nd|3rd|among)|wins|"
    r"yield(?:s|ed|ing)|match(?:es|ing) (?:or|the|prior|state|strong|full|human)|faster|cheaper|degrad(?:es|ed|ation)|collapses?|drop(?:s|ped)?|gains?|discovery|"
    r"reach(?:es|ed|ing)?|recover(?:s|ed)|remains?|fails?|boost(?:s|ed|ing)|cuts?|lower(?:s|ed|ing)?|increas(?:es|ed|ing)|rais(?:es|ed)|falls?|rises?|scor(?:es|ed)|"
    r"(?:more|less|better|worse|higher|fewer|stronger|larger|smaller)(?: [\w-]{3,20}){0,4} than|higher|broader|solv(?:es|ed)|converges?|correlat(?:es|ed)|"
    r"competitive with|on par|comparable|strongest|enhanc(?:es|ed|ing)|expand(?:s|ed)|more effective|more efficient|best|insufficient|consistent(?:ly)?|"
    r"removes|eliminates|retain(?:s|ed|ing)|preserv(?:es|ed|ing)|saves|accounts? for|accuracy of|success rate)\b"
)
# Praise that any work may give itself. It says more if it names what was left behind.
_BOAST = re.compile(
    r"\b(?:outperform\w{0,4}|surpass\w{0,4}|exceeds?|state[- ]of[- ]the[- ]art(?! (?:[\w-]{2,20},? ){0,3}(?:LLMs?|VLMs?|MLLMs?|models|agents|systems|methods|detectors))|SOTA|superior\w{0,4}|"
    r"(?:show|demonstrat|achiev|yield|deliver|obtain|enabl)(?:e|es|s|ing|ed)? (?:[\w-]{2,20} ){0,2}(?:improvements?|gains|improved|enhanced)|"
    r"world-leading|world-class|best-in-class|unprecedented|cutting-edge|competitive|effectiveness of (?:our|the proposed|this|[A-Z])|strong(?:er)? (?:\w{3,20} ){0,3}(?:performance|results|generali[sz]ation|competitiveness)|promising|high potential)\b",
    re.IGNORECASE,
)
# What is praise only if the work says it of itself: "our method improves …", but not "warmth reduces trust".
_BETTER = re.compile(
    r"\b(?:improv(?:es?|ed|ing|ements?)|enhanc\w{2,6}|boost\w{0,3}|robust\w{0,4}|significant(?:ly)?|substantial(?:ly)?|gains?|reduces?|reducing|better|more (?:effective|efficient|accurate|reliable|robust))\b",
    re.IGNORECASE,
)
_ITSELF = re.compile(
    r"\b(?:[Oo]ur|[Tt]he proposed|[Tt]his|[Tt]he resulting) (?:[\w-]{2,20} ){0,3}?(?:method|approach|framework|models?|system|pipeline|design|strategy|technique|algorithm|agent|adapter|training|architecture)\b"
    r"|\b[Ii]t\b|(?<![\w-])(?!LLM|VLM|MLLM|SLM|GPT|AI\b|RL|NLP|RAG|MoE|KV|GPU|API|SFT|OOD|DPO|PPO|GRPO|CoT|ICL|QA\b|FLOP)[A-Z][\w-]{0,20}[A-Z\d][\w-]{0,12}|by the proposed"
)
# "over state-of-the-art methods" names nobody; "over vanilla LoRA" and "than supervised fine-tuning" do.
_ANYBODY = (
    r"(?:all|the|of|both|most|many|several|multiple|various|our|its|other|existing|previous|prior|current|recent|competing|competitive|strong|stronger|strongest|advanced|leading|representative|popular|"
    r"baselines?|methods?|approaches|models?|systems?|techniques?|solutions|state-of-the-art|SOTA|performance|results|alternatives|counterparts|works?|LLMs?|AI|a|an|and|or)\b"
)
_NAMES_OTHERS = re.compile(
    rf"\b(?:outperform\w{{0,4}}|surpass\w{{0,4}}|exceed\w{{0,4}}|beat\w{{0,4}}|match\w{{0,3}}|than|over|against|compared (?:to|with)) (?:{_ANYBODY},? ){{0,6}}(?!{_ANYBODY}|(?:across|with|while|when|under|without|for|from|into|where|which|that|both)\b)[\w/-]{{3,30}}"
)
# Who did it was not the work: "an acoustic baseline achieved only 39%".
_OF_ANOTHER = re.compile(
    r"^(?:[^,]{3,90}, )?(?:we (?:found|find|show|observe)(?: that)? )?(?:an?|the|all|every|existing|prior|previous|current|conventional) (?:[\w-]{2,20} ){0,2}(?:baselines?|oracle|methods|approaches)\b"
    r"(?: \([^()]{2,40}\))? (?:that |which )?(?:\w{2,20}ly |only )?[a-z]{3,20}\b",
    re.IGNORECASE,
)
_OF_A_PART = re.compile(r"^(?:(?:An?|The|Our) )?(?:[\w-]{2,20} ){0,2}[Aa]blat")  # not the result of the whole
# What a work leads to, which it does not yet tell: "takes a meaningful step toward", "provides a practical pathway".
_PROMISE = re.compile(
    r"\b(?:tak|mark|represent|provid|offer|establish|lay|demonstrat|suggest|open|serv)\w{0,4} (?:as )?(?:an?|the) (?:[\w-]{2,20},? (?:and )?){0,4}(?:steps?|pathways?|paths?|routes?|foundations?|directions?|resource|milestone|basis)\b[.:]? ?"
    r"(?:(?:for|to|toward|towards|forward|in|of)\b|$)",
    re.IGNORECASE,
)
# "A baseline wins 3 of 10, and adding a horn 6 of 10"
_AND_OURS = re.compile(r"\b(?:and|while|whereas|versus) (?:adding|with|using|ours|our|the proposed)\b")
_ASKED = re.compile(r"\b(?:evaluate|investigate|test|study|examine|ask|explore|assess) whether\b")
_IN_A_CASE = re.compile(
    r"^(?:In (?:the (?:clearest|best|worst|extreme|simplest) case|one (?:case|setting|example|instance)|some cases|certain)|For (?:example|instance))\b",
    re.IGNORECASE,
)
_BACKGROUND_OPENS = re.compile(
    r"(?:however|yet|although|despite|recent(?:ly)?|concurrently|existing|prior|previous|current|traditional|conventional|many|most|modern|"
    r"in recent|with the (?!proposed)|unfortunately|for decades|in (?:19|20)\d\d,|last year,|earlier this year,|over the|background)\b",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"\b(?:have recently|has recently|has (?:become|emerged|long|attracted)|have (?:become|emerged|long|made|achieved|attracted)|"
    r"is (?:essential|crucial|critical|important|challenging|widely|unclear|unknown)|remains? (?:\w{1,20} )?(?:unclear|unknown|unexplored|open|limited|elusive|an open|a (?:major |key |significant |central |critical )?(?:challenge|obstacle|barrier|bottleneck)|(?:[\w-]{1,20} ){1,4}(?:problem|question|challenge|obstacle|bottleneck|issue)\b)|are (?:essential|crucial|critical|increasingly|widely)|increasingly|often|"
    r"underexplored|understudied|challenges?|little is known|struggles?|widely|rel(?:y|ies) on|typically)\b",
    re.IGNORECASE,
)
# At least one of them is in what the pattern finds, which takes long to search for.
_BACKGROUND_WORDS = (
    "recently", "become", "emerged", "has long", "have long", "attracted", "have made", "achieved", "essential", "crucial", "critical", "important",
    "challeng", "widely", "unclear", "unknown", "remain", "increasingly", "often", "under", "little is known", "struggle", "ies on", "ely on", "typically",
)  # fmt: skip
_ASIDE = re.compile(
    r"\b(?:code|data(?:set)?s?|models?|project page|demo|weights|harness|materials?|implementation|artifacts?|website)\b[^.]{0,80}?"
    r"\b(?:available|released?|released at|found at|open[- ]sourced?|public(?:ly)?)\b|github\.com|https?://|\bpic\.twitter\.com|\bthis (?:https? )?url\b|"
    r"\bwe (?:are )?(?:also|further|additionally|then|next|finally)\b(?! (?:propose|introduce|present|develop|design)\b)|\bwe (?:\w{1,20}ly )?(?:hope|believe|discuss|outline|release|open[- ]source|recommend|envision)\b|"
    r"\bwe (?:plan|intend|aim|promise|commit) to (?:release|publish|open|share|make)|\bwe have (?:\w{1,20} )?(?:released|shared|published|made)\b|\bwe (?:share|provide|make) (?:the|our|all) (?:[\w/-]{1,20} ){0,3}?(?:code|data|datasets?|materials|artifacts|prompts)\b|"
    r"\bwe (?:report|present|give|provide) (?:\w{1,20} )?(?:results|experiments|evaluations)\b|^(?:finally|moreover|furthermore|additionally|in addition|also|to further)\b|\bfuture (?:work|research)\b|\b(?:we|i|they|it|which|you|code|data|models?)(?:['’]ll| will)\b|"
    r"\b(?:demonstrates?|shows?|highlights?|illustrates?) the (?:\w{1,20} )?(?:importance|utility|usefulness|value|benefits?) of (?:our|the)\b|"
    r"\bwe provide (?:\w{1,20} )?(?:guidelines|guidance|recommendations)\b|"
    r"\b(?:implications|paves? the way|underscor|highlights? the (?:need|importance)|potential of|help us|subscribe|click|cookie)\b"
)
MEASURED = re.compile(
    r"\d ?%|\bpercent|\bpoints?\b"
)  # "We then fine-tune a model on it, which yields 44.8% on seven benchmarks"
_MEANT_BEFORE = re.compile(
    r"^(?:we|I) (?:\w{1,20} )?\w{1,20} (?:it|them|(this|these|those)(?! (?:paper|work|study|article|post|report|survey|in|on|by|with|using|via|through|as|to|and|for|at|from)\b)"
    r"|this|these|those)\b(?! (?:paper|work|study|article|post|report|survey)\b)",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"(?:^We|, we) (?!may|might|would|could|should|must|will|believe|discuss|thank|note|need|have|are|can|live|know|often)[a-z]{3,}\b"
)
_COUNTING = re.compile(  # what is announced only
    r"^(?:We|Our (?:work|paper|study)|This (?:work|paper|study)) (?:\w{1,20} )?(?:make|report|present|offer|provide|contribute)s? (?:the following|two|three|four|five|several) (?:\w{1,20} )?(?:contributions|results|findings|observations|things)\b"
    r"|^(?:The|Our) (?:[\w-]{2,20} )?(?:evaluation|results?|analys[ie]s|experiments?|study) (?:shows?|reveals?|yields?|leads? to) (?:several|key|two|three|four|five|the following) (?:[\w-]{2,20} ){0,2}(?:findings|results|insights|observations)\.?$"
    r"|^We (?:begin|start) (?:with|by)\b|^(?:Two|Three|Four|Five|Six|Several) (?:[\w-]{2,20} ){0,2}(?:findings|results|patterns|lessons|insights|observations) (?:emerge|follow|stand out)\b(?!.*:)"
)
_FEELING = re.compile(r"\bI (?:\w{1,20} )?(?:find|found)\b")

MOTTO = 6  # words; a shorter first sentence is hardly news: "Frontier AI. In your hands."
LEAD = 0.9  # of a text's first sentence, because posts begin with the news
VAGUE, NOUN_BEFORE = 1.6, 0.6  # "we extend it", "we extend this idea"
SAID, MADE, OF_THE_NAMED = 1.6, 1.9, 1.2
PERFORMED, FOUND_OUT = 1.2, 0.8
PRAISE, NAMING = 0.2, 0.6  # the share of its value that a claim without a figure keeps
ANOTHER, ONE_CASE = 0.3, 0.5  # the same of what others reached, and of what happened once
OF_A_PART = 0.8  # and of what a part of the work contributes
PROMISED = 1.2  # the cost of telling what the work is a step toward

# The value of a sentence for a reader who knows the title.
_WORTH = (
    (_NEW, 2.2),
    (_INTRODUCING, 2.2),
    (_DONE, MADE),
    (_PLANNED, MADE),
    (_SAID, SAID),
    (_MEETS, MADE),
    (_NEWS, 1.5),
    (_OF_THE_WORK, 1.5),
    (_LOOKING, 1.2),
    (_OURS, 1.1),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A weighed form of a sentence. `done` is how much it says about what was made, `found` about the results, with so many `figures`."""

    place: int
    text: str
    words: int
    done: float
    found: float
    figures: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence, its position in the text (from 0), and the words that decide its value. Forms that keep them have the same value."""

    place: int
    text: str
    background: bool
    aside: bool
    vague: float  # the cost of a thing that it does something with, and that another sentence names
    done: float
    made: str
    finding: float
    signs: tuple[str, ...]
    details: bool = False  # whether it goes on to tell what was made


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
    low = text.lower()
    signs = [
        (worth, tuple(dict.fromkeys(found)))
        for rule, worth in ((_FOUND, PERFORMED), (_FOUND_OUT, FOUND_OUT))
        if (found := [match[0] for match in rule.finditer(low)])
    ]
    done, made = _done(text, "" if signs else name, signs=bool(signs))
    background = _is_background(sentence)
    before = _MEANT_BEFORE.match(text)
    if background:
        done -= 0.0 if done >= MADE else 0.5 if done >= SAID else 0.9
    counting = _COUNTING.match(text) is not None
    if counting or _FEELING.search(text):
        done = min(done, LEAD)
    return Sentence(
        place=place,
        text=text,
        background=background,
        aside=counting
        or (bool(_ASIDE.search(low)) and not _PLANNED.search(sentence) and not (signs and MEASURED.search(low))),
        vague=0.0 if before is None else NOUN_BEFORE if before[1] else VAGUE,
        done=done,
        made=made.lower(),
        finding=0.0 if counting else max((worth for worth, _ in signs), default=0.0) + (0.4 if len(signs) > 1 else 0.0),
        signs=tuple(sign for _, found in signs for sign in found),
    )


def _is_background(sentence: str) -> bool:
    if _BACKGROUND_OPENS.match(sentence):
        return True
    low = sentence.lower()
    return any(word in low for word in _BACKGROUND_WORDS) and _BACKGROUND.search(low) is not None


def _done(text: str, name: str, *, signs: bool) -> tuple[float, str]:
    """The value of a sentence as the one that states what was made, and the words that say so."""
    for rule, worth in _WORTH:
        if found := rule.search(text):
            return worth, found[0]
    if not signs and (found := _OUR_METHOD.match(text)) is not None:
        return OF_THE_NAMED, found[0]
    return (OF_THE_NAMED, name) if name and name in text[: len(name) + NEAR] else (0.0, "")


def of_form(text: str, of: Sentence, *, does: bool = False) -> Told:
    """Weigh the sentence or a form of it, which may say what a named thing `does` instead of that it was made."""
    low = text.lower()
    done = of.done if does or (of.made and of.made in low) else _lead(of) if of.place == 0 else 0.0
    finding = of.finding if any(sign in low for sign in of.signs) else 0.0
    figures, found = weigh_figures(text, finding)
    if of.background and done < SAID:
        found *= 0.4
    found *= _weight(text, figures) * (OF_A_PART if _OF_A_PART.match(of.text) else 1.0) if found > 0 else 1.0
    aside = (1.0 if of.aside else 0.0) + (PROMISED if not figures and _PROMISE.search(text) else 0.0)
    return Told(
        place=of.place,
        text=text,
        words=len(text.split()),
        done=done - aside - of.vague,
        found=found - aside,
        figures=0 if of.background else figures,
    )


def _lead(of: Sentence) -> float:
    """The value of a text's first sentence, which tells its news unless it is background or a motto."""
    if of.background:
        return 0.0
    return LEAD if len(of.text.split()) >= MOTTO else LEAD / 3


def boasts(text: str) -> bool:
    """Whether it is praise that any work may give itself."""
    return _BOAST.search(text) is not None


def _weight(text: str, figures: int) -> float:
    """The share of a finding's value that is left after what weakens it: praise without a figure, others' results, a single case."""
    share = 1.0
    if not figures and (boasts(text) or (_BETTER.search(text) and _ITSELF.search(text))):
        share = NAMING if _NAMES_OTHERS.search(text) else PRAISE
    if (_OF_ANOTHER.match(text) and not _AND_OURS.search(text)) or (
        not figures and " whether " in text and _ASKED.search(text)
    ):
        share *= ANOTHER
    return share * (ONE_CASE if _IN_A_CASE.match(text) else 1.0)
