"""The benchmarks whose results are compared: each is scored in percent, more is better, and one metric is usual.

Versions and parts of a benchmark are benchmarks of their own. Those of which works report several metrics are left out, or need the
name of the metric.
"""

import re

# Each name is spelled as its authors do.
BENCHMARKS = {
    "AgentDojo": r"AgentDojo",
    "AIME 2024": r"AIME[ -]?'?(?:20)?24",
    "AIME 2025": r"AIME[ -]?'?(?:20)?25",
    "AIME 2026": r"AIME[ -]?'?(?:20)?26",
    "ALFWorld": r"ALFWorld",
    "AlpacaEval 2": r"Alpaca ?Eval[- ]?2(?:\.0)?",
    "AMC 2023": r"AMC[ -]?'?(?:20)?23",
    "AndroidWorld": r"Android ?World",
    "ARC-AGI-1": r"ARC-AGI(?:-1)?",
    "ARC-AGI-2": r"ARC-AGI-2",
    "ARC-Challenge": r"ARC-(?:C|Challenge)",
    "BBH": r"(?:BBH|BIG-?Bench[- ]Hard)",
    "BFCL": r"BFCL(?:[ -]?v3)?",
    "BFCL v4": r"BFCL[ -]?v4",
    "BigCodeBench": r"BigCodeBench",
    "BrowseComp": r"BrowseComp",
    "BrowseComp-Plus": r"BrowseComp[- ]Plus",
    "BrowseComp-ZH": r"BrowseComp-ZH",
    "C-Eval": r"C-?Eval",
    "CMMLU": r"CMMLU",
    "CommonsenseQA": r"CommonsenseQA",
    "EgoSchema": r"EgoSchema",
    "GAIA": r"GAIA",
    "GPQA": r"GPQA",
    "GPQA Diamond": r"GPQA[- ]Diamond",
    "GSM8K": r"GSM-?8K",
    "HellaSwag": r"HellaSwag",
    "HMMT 2025": r"HMMT[ -]?'?(?:20)?25",
    "HumanEval": r"HumanEval",
    "HumanEval+": r"HumanEval(?:\+|[- ]Plus)",
    "Humanity's Last Exam": r"(?:HLE|Humanity['’]s Last Exam)",
    "IFEval": r"IF-?Eval",
    "LIBERO": r"LIBERO",
    "LIBERO-Plus": r"LIBERO-Plus",
    "LiveCodeBench": r"LiveCodeBench",
    "LiveCodeBench v5": r"LiveCodeBench[ -]?v5",
    "LiveCodeBench v6": r"LiveCodeBench[ -]?v6",
    "LongBench v2": r"LongBench[ -]?v2",
    "LongMemEval": r"LongMemEval",
    "LongMemEval-S": r"LongMemEval[-_]S",
    "LongVideoBench": r"LongVideoBench",
    "LVBench": r"LVBench",
    "MATH-500": r"MATH-?500",
    "MathVerse": r"MathVerse",
    "MathVision": r"MATH-?Vision",
    "MathVista": r"MathVista",
    "MBPP": r"MBPP",
    "MBPP+": r"MBPP(?:\+|[- ]Plus)",
    "MedMCQA": r"MedMCQA",
    "MedQA": r"MedQA(?:[- ]USMLE)?",
    "MGSM": r"MGSM",
    "miniF2F": r"Mini-?F2F(?:[- ]Test)?",
    "MLVU": r"MLVU",
    "MMBench": r"MMBench",
    "MMLU": r"MMLU",
    "MMLU-Pro": r"MMLU-?Pro",
    "MMMU": r"MMMU",
    "MMMU-Pro": r"MMMU-?Pro",
    "MMStar": r"MMStar",
    "MVBench": r"MVBench",
    "NExT-QA": r"NExT-?QA",
    "OlympiadBench": r"OlympiadBench",
    "OpenBookQA": r"OpenBookQA",
    "OSWorld": r"OSWorld",
    "OSWorld-G": r"OSWorld-G",
    "OSWorld-Verified": r"OSWorld[- ]Verified",
    "PubMedQA": r"PubMedQA",
    "ReClor": r"ReClor",
    "RewardBench": r"RewardBench",
    "RewardBench 2": r"RewardBench[ -]?2",
    "ScienceQA": r"ScienceQA",
    "ScreenSpot": r"ScreenSpot",
    "ScreenSpot-Pro": r"ScreenSpot-?Pro",
    "ScreenSpot-v2": r"ScreenSpot-?v2",
    "SimpleQA": r"SimpleQA",
    "StrategyQA": r"StrategyQA",
    "StreamingBench": r"StreamingBench",
    "SuperGPQA": r"SuperGPQA",
    "SVAMP": r"SVAMP",
    "SWE-bench Lite": r"SWE-?bench[- ]Lite",
    "SWE-bench Multilingual": r"SWE-?bench[- ]Multilingual",
    "SWE-bench Pro": r"SWE-?bench[- ]Pro",
    "SWE-bench Verified": r"SWE-?bench[- ]Verified",
    "Terminal-Bench 1": r"Terminal-?Bench(?:[- ]?1(?:\.0)?)?",
    "Terminal-Bench 2": r"Terminal-?Bench[- ]?2(?:\.0)?",
    "TextVQA": r"TextVQA",
    "TravelPlanner": r"TravelPlanner",
    "Video-MME": r"Video-?MME",
    "VideoMMMU": r"Video-?MMMU",
    "VSI-Bench": r"VSI-?Bench",
    "WebArena": r"WebArena",
    "WebArena-Lite": r"WebArena-Lite",
    "WebShop": r"WebShop",
    "WebVoyager": r"WebVoyager",
    "WebWalkerQA": r"WebWalker(?:QA)?",
    "WinoGrande": r"WinoGrande",
    "ZebraLogic": r"Zebra-?Logic",
}
# The metric that the sentence has to name.
METRIC = {
    "AlpacaEval 2": r"length-controlled|\bLC\b",
    "TravelPlanner": r"final pass",
    "WebShop": r"success",
    "AgentDojo": r"utility",
}

_SPELT = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in BENCHMARKS.items()}
_METRIC = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in METRIC.items()}

# A part of it, or something made of it, is another benchmark.
_NOT_ALL = (
    r"(?![\w+]|-(?!based\b)|[ ](?:v?\d|subsets?|samples?|splits?|tasks?|prompts?|problems?|questions?|training|train|trajectories|dev|validation|generation|hard|easy|levels?|variants?|"
    r"lite|mini|pro|plus|multilingual|categories|items|examples|instances|full|domains?|subjects?|queries|scenarios|style|multi-turn|single-turn|private|semi-private|dataset[ ]variants?)\b|(?-i:[ ](?!Pass|Acc|Bench)[A-Z]\w)|:[ ]?(?-i:[A-Z])|[ ]\((?!pass@1|acc)[^)\d]*\))"
)


def _needed(pattern: str) -> list[bytes]:
    """For each way to spell a benchmark, the letters that a text must have in a row if all else is left out, in lower case."""
    plain = re.sub(r"\(\?:[^()]*\)\?|\[[^]]*\]", " ", pattern)
    ways = (
        plain[3:-1].split("|") if plain.startswith("(?:") and plain.endswith(")") else [re.sub(r"\(\?:.*", "", plain)]
    )
    return [_letters(way.lower()) for way in ways]


def _letters(text: str) -> bytes:
    return text.encode("ascii", "ignore").translate(None, _NO_LETTERS)


_NO_LETTERS = bytes(code for code in range(128) if not chr(code).islower())
_NEEDED: dict[bytes, list[re.Pattern[str]]] = {}
for _name, _pattern in BENCHMARKS.items():
    for _one in _needed(_pattern):
        _NEEDED.setdefault(_one, []).append(_SPELT[_name])
ANY = rf"(?:{'|'.join(sorted(BENCHMARKS.values(), key=len, reverse=True))}){_NOT_ALL}"


def may_name(text: str) -> bool:
    """Whether the text, in lower case, may name a benchmark: a quick test before the slow pattern."""
    letters = _letters(text)
    marked_up = "$" in text or "\\" in text  # which may stand within a name
    found = filter(letters.__contains__, _NEEDED)
    return any(marked_up or any(spelt.search(text) for spelt in _NEEDED[needed]) for needed in found)


def benchmark(spelt: str) -> str:
    """The name of a benchmark that is spelt like this in a text."""
    return next(name for name, pattern in _SPELT.items() if pattern.fullmatch(spelt))


def comparable(name: str, sentence: str) -> bool:
    """Whether the sentence names the metric that the benchmark's results are compared by, if it has several."""
    return name not in _METRIC or bool(_METRIC[name].search(sentence))
