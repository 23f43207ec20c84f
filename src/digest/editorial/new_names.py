"""A window's texts -> the models, methods and data sets that are named for the first time, and in more than one item. Pure.

A name is new where one of the items introduces it: a title begins with it ("Name: ..."), or a sentence says that it is
introduced. Capitals or digits must tell it from a word. What another item coins as well is two things, not one name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.model import NewName

MOST = 8  # names that an issue lists
RARE = 0.02  # of a window's items: words that more hold say nothing of what an item is about
SAMPLE = 500  # items by which it is told how rare a word is
SHARED = 3  # rare words that two items have in common, besides letters that happen to spell one name

_NAME = r"[A-Z][A-Za-z0-9]*(?:[-.+][A-Za-z0-9]+)*"
_WHOLE = rf"({_NAME}(?: {_NAME}){{0,2}} \d[\w.]*|{_NAME})(?![\w-])"
_TITLE = re.compile(rf"^{_WHOLE}\s?[:：]\s?")
_LAUNCH = re.compile(rf"^(?:Introducing|Announcing|Meet|Launching|Releasing|Welcome)(?: the)?:? {_WHOLE}(?! [A-Z])")
_SAYS = r"\b(?:introduc(?:e|es|ing)|presents?|proposes?|develops?|releas(?:e|es|ing)|announc(?:e|es|ing))(?: this)?,? "
_SAID = re.compile(rf"{_SAYS}(?:(?:the|an?|our|new|novel|[a-z-]+) ){{0,3}}{_WHOLE}(?! [A-Z])")
_OF_IT = re.compile(
    rf"{_SAYS}an? (?:[a-z-]+ ){{0,2}}{_WHOLE} (?!for|that|which|to|with|as|and|in|on)[a-z]"
)  # "a minimal X recipe"
_OTHERS = r"\b(?:select|adopt|adapt|employ|exist|follow|extend|generali[sz]e|pre-?trained|us(?:e|es|ed|ing)\b)"  # of what was there before
_CALLED = re.compile(
    rf"\b(?:[Ww]e|[Oo]ur|novel|new)\b(?:(?!{_OTHERS})[^.]){{1,120}}? (?:call(?:ed)?|dub(?:bed)?|named?|term(?:ed)?)(?: it)?,? {_WHOLE}(?! [A-Z]| (?:recently|previously|originally)\b)"
)
_BUILT = re.compile(
    rf"\b[Ww]e (?:\w+ )?(?:develop|propose|introduce|present|build|train|release)\b[^.]{{0,120}}, {_WHOLE}, "
)
_EXPANDED = re.compile(rf"[A-Z][a-z]+ \({_WHOLE}\)")
_APPOSED = re.compile(
    rf"\b(?:[Oo]ur|new|novel|proposed)\b[^.,]{{0,60}} (?:model|framework|method|benchmark|dataset|system|architecture|approach|pipeline), {_WHOLE},"
)
_TEX = re.compile(r"\\(?:text\w*|emph|mathrm|mathtt|mathbf)\{([^{}]*)\}")
_TOKEN = re.compile(rf"(?<![\w/@.-]){_NAME}(?![\w@])")
_LONG = re.compile(r"[a-z]{4,}")
_TELLING = re.compile(r"[a-z][A-Z]|[A-Z]{2}.*[a-z]|\d|-Bench$")
_NO_NAME = re.compile(
    r"-[a-z]|[A-Z]{2,}s$| (?:19|20)\d\d$|^(?:Task|Track|Phase|Stage)\b|\bTask \d|^(?:NL|[Tt]ext|Speech|Image|Video|Code)2[A-Z]"
)  # how something is done; many of a kind; an event of a year; a part of a challenge; a task of the field
# Words of the field and of publishing that have a name's shape.
_GENERIC = frozenset(
    [
        "ai",
        "agi",
        "llm",
        "slm",
        "vlm",
        "mllm",
        "lvlm",
        "lmm",
        "vla",
        "rag",
        "gpu",
        "tpu",
        "cpu",
        "npu",
        "rl",
        "rlhf",
        "rlaif",
        "rlvr",
        "sft",
        "dpo",
        "ppo",
        "grpo",
        "lora",
        "qlora",
        "peft",
        "moe",
        "mlp",
        "cnn",
        "rnn",
        "gnn",
        "gan",
        "vae",
        "vit",
        "ssm",
        "nlp",
        "cv",
        "nlg",
        "nlu",
        "asr",
        "tts",
        "ocr",
        "ner",
        "qa",
        "vqa",
        "kv",
        "api",
        "sdk",
        "cli",
        "gui",
        "ui",
        "ux",
        "json",
        "xml",
        "html",
        "sql",
        "pdf",
        "csv",
        "url",
        "os",
        "ide",
        "ci",
        "hpc",
        "fpga",
        "asic",
        "cuda",
        "iot",
        "bert",
        "gpt",
        "react",
        "cot",
        "tot",
        "icl",
        "mcp",
        "a2a",
        "oop",
        "bfs",
        "dfs",
        "mcts",
        "mdp",
        "pomdp",
        "pid",
        "ood",
        "iid",
        "kl",
        "auc",
        "auroc",
        "roc",
        "bleu",
        "rouge",
        "f1",
        "wer",
        "mse",
        "rmse",
        "psnr",
        "ssim",
        "fid",
        "openai",
        "deepmind",
        "github",
        "gitlab",
        "huggingface",
        "youtube",
        "linkedin",
        "tiktok",
        "paypal",
        "arxiv",
        "neurips",
        "iclr",
        "icml",
        "acl",
        "emnlp",
        "naacl",
        "eacl",
        "cvpr",
        "iccv",
        "eccv",
        "aaai",
        "ijcai",
        "kdd",
        "www",
        "sigir",
        "chi",
        "colm",
        "coling",
        "interspeech",
        "icassp",
        "python",
        "pytorch",
        "tensorflow",
        "javascript",
        "typescript",
        "latex",
        "macos",
        "ios",
        "ipad",
        "iphone",
        "wifi",
        "covid",
        "covid-19",
        "phd",
        "ceo",
        "cto",
        "cfo",
        "faq",
        "usa",
        "usd",
        "eu",
        "uk",
        "un",
        "nasa",
        "nih",
        "fda",
        "gdpr",
        "hipaa",
        "icd",
        "ehr",
        "emr",
        "mri",
        "ct",
        "eeg",
        "ecg",
        "2d",
        "3d",
        "4d",
        "5g",
        "6g",
        "state-of-the-art",
        "sota",
        "opensource",
        "todo",
        "readme",
        "part",
        "week",
        "day",
        "chapter",
        "section",
        "figure",
        "table",
        "appendix",
        "q1",
        "q2",
        "q3",
        "q4",
        "v1",
        "v2",
        "v3",
    ]
)


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedText:
    """An item's words, as far as they may name something. `works` are the other items that its story tells."""

    id: str
    title: str
    summary: str
    works: tuple[str, ...] = ()


def new_names(texts: Sequence[NamedText], known: Iterable[str]) -> tuple[NewName, ...]:
    """The window's new names, those in most items first, at most `MOST`.

    Args:
        texts: the window's items.
        known: texts from before: names of the baselines' examples, titles and summaries of the archive.
    """
    texts = tuple(replace(text, summary=_TEX.sub(r"\1", text.summary)) for text in texts)
    coined = _coined(texts)
    holders = {
        key: found
        for key, found in _holders(texts, coined).items()
        if len(found) > 1 or any(texts[place].works for place in coined[key])
    }
    new = {key: makers for key, makers in coined.items() if key in holders and len(makers) == 1}
    bags = _bags(texts, {place for key in new for place in holders[key]})
    told = [_told(makers, holders[key], texts, bags) for key, makers in new.items()]
    before = "\n".join(known) if any(told) else ""
    kept = [one for one in told if one is not None and not _stands(one.name, before)]
    return tuple(sorted(kept, key=lambda one: (-len(one.items), one.name.lower()))[:MOST])


def _told(
    makers: Mapping[int, str], holders: Sequence[int], texts: Sequence[NamedText], bags: Mapping[int, frozenset[str]]
) -> NewName | None:
    """The name with the items that mean the same by it: those that share rare words with the one that introduces it."""
    ((maker, name),) = makers.items()
    if name not in _introduced(texts[maker]):
        return None
    versioned = " " in name
    same = [n for n in holders if n == maker or versioned or len(bags[maker] & bags[n]) >= SHARED]
    works = dict.fromkeys(id_ for n in same for id_ in (texts[n].id, *(texts[n].works if n == maker else ())))
    return NewName(name=name, items=tuple(works)) if len(works) > 1 else None


def _coined(texts: Sequence[NamedText]) -> dict[str, dict[int, str]]:
    """Name, in one spelling -> the places of the items that introduce it, with the spelling of each."""
    coined: dict[str, dict[int, str]] = defaultdict(dict)
    for place, text in enumerate(texts):
        for name in (*_introduced(text), *_EXPANDED.findall(text.summary), *_BUILT.findall(text.summary)):
            if _tells(name):
                coined[_plain(name)].setdefault(place, name)
    return coined


def _introduced(text: NamedText) -> Iterator[str]:
    for rule in (_TITLE, _LAUNCH):
        if found := rule.match(text.title):
            yield found[1]
    kinds = {found[1] for found in _OF_IT.finditer(text.summary)}
    for rule in (_SAID, _CALLED, _APPOSED):
        yield from (found[1] for found in rule.finditer(text.summary) if found[1] not in kinds)


def _holders(texts: Sequence[NamedText], names: Mapping[str, Mapping[int, str]]) -> dict[str, list[int]]:
    """Name -> the places of the items that hold it."""
    phrases = {spelt: key for key, makers in names.items() for spelt in makers.values() if " " in spelt}
    holders: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        whole = f"{text.title}\n{text.summary}"
        found = {_plain(word) for word in _TOKEN.findall(whole)} & names.keys()
        found |= {key for phrase, key in phrases.items() if phrase in whole}
        for key in found:
            holders[key].append(place)
    return holders


def _stands(name: str, text: str) -> bool:
    """Whether a text holds the name as a word of its own."""
    spelling = r"[ -]?".join(map(re.escape, re.split(r"[ -]", name)))
    return re.search(rf"(?<![\w-]){spelling}(?![\w-])", text) is not None


def _bags(texts: Sequence[NamedText], wanted: Iterable[int]) -> dict[int, frozenset[str]]:
    """The words of some items that few items of the window hold."""
    sample = texts[:: len(texts) // SAMPLE + 1]
    held = Counter(word for text in sample for word in _bag(text))
    most = max(1, len(sample) * RARE)
    return {place: frozenset(word for word in _bag(texts[place]) if held[word] <= most) for place in wanted}


def _bag(text: NamedText) -> frozenset[str]:
    return frozenset(_LONG.findall(f"{text.title} {text.summary}".lower()))


def _tells(name: str) -> bool:
    """Whether its letters tell a name from a word, and it is none of the field's own words."""
    parts = re.split(r"[ -]", name.lower())
    if all(part in _GENERIC for part in parts) or _NO_NAME.search(name):
        return False
    return len(_plain(name)) > 3 and bool(_TELLING.search(name))


def _plain(name: str) -> str:
    """One spelling for `Qwen 3-Coder` and `Qwen3-Coder`. Case tells a name from a word."""
    return re.sub(r"[^A-Za-z0-9.]", "", name)
