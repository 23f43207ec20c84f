"""Determine from a feed's kind and an entry's words whether it is a paper, a release, a post or news. All patterns are bounded.

A release makes something available: a model, a tool, weights, a feature. What a company says about itself (money, offices, partners)
is news, even if the title says "announcing". For newsletters and papers the kind of the feed decides.
"""

import re
from collections.abc import Collection

from digest.config import Kind
from digest.model import Artefact, ItemKind
from digest.text.sieve import Sieve

MAKERS = {
    "gpt": "OpenAI", "gpt-oss": "OpenAI", "chatgpt": "OpenAI", "codex": "OpenAI", "sora": "OpenAI", "whisper": "OpenAI",
    "claude": "Anthropic", "opus": "Anthropic", "sonnet": "Anthropic", "haiku": "Anthropic",
    "gemini": "Google", "gemma": "Google", "t5gemma": "Google", "medgemma": "Google", "diffusiongemma": "Google", "veo": "Google",
    "lyria": "Google", "imagen": "Google", "genie": "Google", "nano banana": "Google", "alphaevolve": "Google", "weathernext": "Google",
    "llama": "Meta", "v-jepa": "Meta", "dinov3": "Meta", "segment anything": "Meta", "muse spark": "Meta", "sam": "Meta",
    "qwen": "Qwen", "codeqwen": "Qwen", "qwq": "Qwen", "qvq": "Qwen",
    "deepseek": "DeepSeek",
    "mistral": "Mistral AI", "ministral": "Mistral AI", "mixtral": "Mistral AI", "codestral": "Mistral AI", "devstral": "Mistral AI",
    "magistral": "Mistral AI", "voxtral": "Mistral AI", "pixtral": "Mistral AI", "leanstral": "Mistral AI", "mathstral": "Mistral AI",
    "shieldstral": "Mistral AI", "robostral": "Mistral AI", "ministraux": "Mistral AI",
    "grok": "xAI", "imagine image": "xAI", "imagine video": "xAI",
    "kimi": "Moonshot AI",
    "glm": "Z.ai", "autoglm": "Z.ai", "chatglm": "Z.ai", "cogvideox": "Z.ai",
    "minimax": "MiniMax", "hailuo": "MiniMax",
    "seed": "ByteDance", "seedance": "ByteDance", "seedream": "ByteDance", "doubao": "ByteDance",
    "phi": "Microsoft", "bitnet": "Microsoft",
    "olmo": "Ai2", "molmo": "Ai2", "molmoact": "Ai2", "molmomotion": "Ai2", "tulu": "Ai2", "tülu": "Ai2", "olmoearth": "Ai2",
    "nemotron": "NVIDIA", "cosmos": "NVIDIA",
    "command a": "Cohere", "command r": "Cohere", "aya": "Cohere", "rerank": "Cohere", "embed": "Cohere",
    "granite": "IBM", "nova": "Amazon", "hunyuan": "Tencent", "ernie": "Baidu", "longcat": "Meituan", "mimo": "Xiaomi", "exaone": "LG AI Research",
    "falcon": "TII", "jamba": "AI21 Labs", "internlm": "Shanghai AI Laboratory", "internvl": "Shanghai AI Laboratory", "yi": "01.AI",
    "lfm": "Liquid AI", "smollm": "Hugging Face", "starcoder": "BigCode", "stablelm": "Stability AI", "flux": "Black Forest Labs",
    "composer": "Cursor", "ling": "Ant Group", "ring": "Ant Group", "step": "StepFun", "mellum": "JetBrains", "zamba": "Zyphra",
}  # fmt: skip
_EVERYDAY = {
    "aya", "codex", "composer", "cosmos", "embed", "falcon", "flux", "genie", "granite", "imagen", "nova", "opus", "phi",
    "rerank", "ring", "ling", "sam", "seed", "step", "sonnet", "haiku", "whisper", "yi", "segment anything",
}  # fmt: skip
VERSION = r"(?!(?:19|20)\d\d\b)[vV]?\d{1,4}(?:\.\d{1,3}){0,2}(?:[a-zA-Z]{1,2}\b)?"
_NAMES = "|".join(re.escape(name).replace(r"\ ", r"\s") for name in sorted(MAKERS, key=len, reverse=True))
_FAMILY = re.compile(rf"(?<![\w.])({_NAMES})(?!\sAI\b)(?:[\s-]?{VERSION}|(?=[\W_]|$))", re.IGNORECASE)
_VERSIONED = re.compile(rf"[\s-]?{VERSION}")
_NAMING = Sieve(_FAMILY, forms={_FAMILY: rf"(?:^|[^\w.])(?:{_NAMES})(?:[\s-]?{VERSION}|[\W_]|$)"})


def family(text: str) -> str:
    """The first family name in a text, as a key of `MAKERS`; or the empty string."""
    return _family(text) if _FAMILY in _NAMING.left(text) else ""


def _family(text: str) -> str:
    for found in _FAMILY.finditer(text):
        name = " ".join(found[1].lower().split())
        if name not in _EVERYDAY or (found[1][0].isupper() and _VERSIONED.search(found[0][len(found[1]) :])):
            return name
    return ""


def versioned(name: str) -> tuple[str, tuple[int, ...]] | None:
    """The name of a model of a known family without its version, and the version; None if it has none: `grok`, (4, 5) for `Grok 4.5 Beta`.

    A model of another size or kind has another name: `Qwen 4 Max` is no newer `Qwen 3 Mini`.
    """
    found = _NUMBER_OF.match(name)
    if found is None or not family(found[1]):
        return None
    rest = _STAGES.sub("", f"{found[1]} {found[3]}".casefold())
    return " ".join(_LETTERS_AND_DIGITS.findall(rest)), tuple(int(part) for part in found[2].split("."))


def maker(text: str) -> str:
    """The maker of the first family named in a text."""
    return MAKERS.get(family(text), "")


_NUMBER_OF = re.compile(r"([^\d]{2,40}?)[\s-]?[vV]?(\d{1,3}(?:\.\d{1,3}){0,2})(?![\w.])(.*)$")
_STAGES = re.compile(r"\b(?:beta|preview|release|model family|series)\b")
_LETTERS_AND_DIGITS = re.compile(r"[^\W_]+")
_OPENING = re.compile(
    r"^(?:(?:today|now),?\s)?(?:we(?:['’]re| are)\s)?"
    r"(?:introducing|announcing|launching|releasing|unveiling|open[- ]sourcing)\b|[|:]\s(?:introducing|announcing)\b|^(?:hello|meet|start building with|build with|code with|notes on)\s(?=[A-Z])",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\b(?:is|are)\s(?:now\s)?(?:here|out|live|(?:generally\s)?available|ready for|open[- ]sourced?)\b"
    r"|\bnow\s(?:generally\s)?(?:available|live|in\s(?:public\s|early\s)?(?:beta|preview)|open[- ]source|supports)\b"
    r"|\b(?:official|open|beta|model|public|generation)\s(?:release|launch|beta)\b|\bpublic preview\b|\breleased\b|\blaunches\b"
    r"|\b(?:system|model)\scards?\b|^technical report$|\btechnical report\b|\bopen[- ]weights?\srelease\b|\brelease of\b"
    r"|^an?\snew\s(?:[\w-]+\s){1,5}with\s[A-Z]|\bnew\s(?:[\w-]+\s){0,3}models?\s(?:in|for|available)\b|\s(?:in|on|for|to)\s(?:GitHub Copilot|Amazon Bedrock|Vertex AI|Databricks|API)$",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(
    r"\bpartner(?:s|ing|ships?)?\b|\braises?\b|\bfunding\b|\bseries\s[A-H]\b|\bacqui(?:re[sd]?|sition)\b|\bjoin(?:s|ing)?\b|\bhires?\b"
    r"|\bappoint|\bchief\s\w+(?:\s\w+)?\sofficer\b|\boffices?\b|\brecruitment\b|\bfellowship|\bgrants?\b|\baccelerator\b|\bhackathon|\bwinners\b"
    r"|\bcohort\b|\bprogram(?:me)?\b|\bcommit(?:s|ment)\b|\binvest(?:s|ing|ment)?\b|\bvaluation\b|\bcertification|\bambassador\b|\bsummit\b"
    r"|\bgovernment\b|\binitiative\b|\bpresence in\b|\bmemorandum\b|\bcampaign\b|\bcouncil\b|\binstitute\b|\bconference\b",
    re.IGNORECASE,
)
_TELLS_HOW = re.compile(
    r"^(?:how|why|what|when|inside|behind|lessons|highlights|an?\sguide|the\s(?:advantages|state)\b|our\s(?:approach|position|contribution)"
    r"|strengthening|deepening|understanding|evaluating|investigating|measuring|improving|scaling|securing|everything|update\son)\b",
    re.IGNORECASE,
)
_OFFERS = r"(?:releas|launch|introduc|announc|unveil|open[- ]?sourc)(?:e[sd]?|ing|ce|cing|ed|es)?"
_TEXT = re.compile(
    rf"\bwe(?:['’](?:re|ve)| are| have)?\s(?:\w+\s){{0,2}}?(?:(?:excited|thrilled|happy|proud|pleased|delighted)\sto\s)?{_OFFERS}\b"
    rf"|^(?:introducing|released|launching|announcing|access the)\b|\bhere we introduce\b|\bhas (?:launched|released)\b"
    r"|\b(?:is|are) (?:also |now )?releasing\b|\bis (?:now )?(?:generally )?available\b|\bnow available\b|\bnow in (?:early |public )?(?:beta|preview)\b|\bavailable (?:via|through|in) (?:the |our )?API\b"
    r"|\b(?:our|the)\s(?:new|newest|latest|first|most\s\w+|smartest|fastest|best)\s(?:[\w-]+\s){0,4}?models?\b"
    r"|\bopen[- ](?:weights?|source)\b[^.]{0,60}\bmodels?\b",
    re.IGNORECASE,
)
_HEAD = re.compile(r"\s?[:：|]\s|\s[–—-]\s|[.!?](?:\s|$)")
_NAMED = re.compile(
    rf"(?:[A-Z0-9][\w.+’'-]*|{VERSION}|&|and|/|\(\w+\))(?:\s(?:[A-Z0-9][\w.+’'-]*|{VERSION}|&|and|/|\(\w+\))){{0,7}}"
)
_WITH_VERSION = re.compile(rf"[A-Za-z][\w.]*[\s-]?{VERSION}(?![\w%])")
_SOFTWARE = re.compile(
    r"\b(?:models?|LLMs?|weights|agents?|API|benchmark|dataset|tokens?|open[- ]source|inference)\b", re.IGNORECASE
)
_BEGINS_WITH_MODEL = re.compile(
    rf"[A-Z][\w.-]*(?:\s[A-Z][\w.-]*){{0,3}}[\s-]{VERSION}(?:\s[A-Z][\w.-]*){{0,3}}\s(?:is|delivers|introduces|brings|offers)\b"
)
_IS_A_MODEL = re.compile(r"\sis\s(?:an?|our|the)\s[^.]{0,80}?\bmodels?\b", re.IGNORECASE)
_IN_TITLE = Sieve(_ABOUT_ITSELF, _TELLS_HOW, _OPENING, _SAYS)
_IN_TEXT = Sieve(_TEXT)
_CAPITALISED_WORD = re.compile(r"\b[A-Z]\w{4,}\b")
TITLE_CHARS = 500
_OPENING_CHARS = 600  # characters of a text that are used; the subject comes first


def kind_of(
    feed_kind: Kind | None, *, title: str, summary: str = "", id_: str = "", on_topic: bool = False
) -> ItemKind:
    """The kind of an entry.

    Args:
        feed_kind: the kind of its feed; None if the feed is no longer configured.
        title: plain text.
        summary: plain text.
        id_: its identity key; an arXiv id or a DOI makes it a paper.
        on_topic: whether the feed is configured as being only about language models. In any other blog, a launch must
            name a model family or speak of models or software.
    """
    if feed_kind == "papers" or id_.startswith(("arxiv:", "doi:")):
        return "paper"
    if feed_kind == "releases":
        return "release"
    if feed_kind == "news":
        return "news"
    left = _IN_TITLE.left(title)
    if _ABOUT_ITSELF in left and _ABOUT_ITSELF.search(title) and not _names_only(title):
        return "news"
    if _launches(title, summary, left) and (
        on_topic
        or family(title)
        or family(f"{title} {summary[:_OPENING_CHARS]}")
        or _SOFTWARE.search(f"{title} {summary}")
    ):
        return "release"
    return "post"


def launches(title: str, summary: str = "") -> bool:
    """Whether a title, with the beginning of its text, announces that something is available."""
    return _launches(title, summary, _IN_TITLE.left(title[:TITLE_CHARS]))


def _launches(title: str, summary: str, left: Collection[re.Pattern[str]]) -> bool:
    """The same, with the patterns that may occur in the title."""
    title = title[:TITLE_CHARS]
    if _TELLS_HOW in left and _TELLS_HOW.search(title):
        return False
    if (_OPENING in left and _OPENING.search(title)) or (_SAYS in left and _SAYS.search(title)):
        return True
    head = _HEAD.split(title, maxsplit=1)[0]
    if _names_only(head) and (
        _WITH_VERSION.search(head) or (family(head) and not _TELLS_HOW.search(title[len(head) :].lstrip(": –—-")))
    ):
        return True
    opening = summary[:_OPENING_CHARS]
    if any(_BEGINS_WITH_MODEL.match(text) and family(text[:60]) for text in (title, opening)) or _is_a_model(
        head, opening
    ):
        return True
    match = _TEXT.search(opening) if _IN_TEXT.left(opening) else None
    if match is None:
        return False
    around = opening[max(0, match.start() - 40) : match.end() + 120]
    return bool(_coined(title) or family(around) or not _capitalised(around).isdisjoint(_capitalised(title)))


def _names_only(text: str) -> bool:
    """Whether a text consists only of names, as in `Grok Voice Think Fast 1.0`."""
    return _NAMED.fullmatch(text.strip()) is not None


def _is_a_model(head: str, text: str) -> bool:
    """Whether a text begins like `MolmoMotion is an open, language-guided 3D motion forecasting model`."""
    return _names_only(head) and text.startswith(head) and _IS_A_MODEL.match(text[len(head) :]) is not None


def _coined(title: str) -> bool:
    """Whether a title is short or begins with a name, as in `Qwen-MT: Where Speed Meets Smart Translation`."""
    head = _HEAD.split(title, maxsplit=1)[0]
    return (
        bool(family(title))
        or (head != title and _names_only(head))
        or (len(title.split()) <= 4 and title[:1].isupper())
    )


def _capitalised(text: str) -> frozenset[str]:
    """The longer words that begin with a capital letter."""
    return frozenset(_CAPITALISED_WORD.findall(text))


_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(github\.com|gitlab\.com|huggingface\.co|zenodo\.org)/([\w./-]+)", re.IGNORECASE
)
_FORGES = ("github.com", "gitlab.com")
_NOT_MODELS = {"papers", "spaces", "blog", "collections", "docs", "posts"}


def artefacts(text: str) -> tuple[Artefact, ...]:
    """The first artefact of each kind in the text. A link to a code host must name a repository."""
    found: dict[str, Artefact] = {}
    for host, path in _ADDRESS.findall(text):
        one = _artefact(host.lower(), path.rstrip("./-"))
        if one is not None:
            found.setdefault(one.kind, one)
    return tuple(found[kind] for kind in ("code", "weights", "data") if kind in found)


def _artefact(host: str, path: str) -> Artefact | None:
    first, *rest = path.split("/")
    url = f"https://{host}/{path}"
    if host in _FORGES and rest:
        return Artefact(kind="code", url=url)
    if host == "zenodo.org" or (first == "datasets" and rest):
        return Artefact(kind="data", url=url)
    if host == "huggingface.co" and rest and first not in _NOT_MODELS:
        return Artefact(kind="weights", url=url)
    return None


# Family names as in titles, in lower case. A name that is also an everyday word counts only with a version.
