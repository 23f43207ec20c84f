"""A title and a summary -> how likely an editor of LLM news picks the item, and what speaks for it. Knows no trend and no source.

The signals are few and named, so that the reason can be told. Their weights are log-odds of being picked, fitted with a strong
penalty to what a human editor's weekly chose among some 2,800 papers a week (`training/interest.py` fits, `benchmarks/picks.py`
measures). The fit is worth little for any single signal and much for their sum.
"""

import re
from dataclasses import dataclass
from typing import Literal

MOST = 3  # a word that stands more often says no more
TITLE_WORDS = 10.5  # the usual length of a title; a shorter one promises a broader result
SUMMARY_WORDS = 180.0  # the usual length of an abstract
PER_TITLE_WORD = -0.1379
PER_SUMMARY_WORD = -0.0103


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """Words that speak for an item or against it. `weight` counts for each of at most `MOST` places."""

    name: str
    place: Literal["title", "summary", "both"]
    weight: float
    pattern: re.Pattern[str]  # for a text in lower case, which is found in far sooner than with the case ignored
    needs: tuple[str, ...] = ()  # every match has one of these in it: a long text without any is not searched

    def count(self, text: str) -> int:
        """How often it stands in a text in lower case, up to `MOST`."""
        if self.needs and not any(need in text for need in self.needs):
            return 0
        return min(len(self.pattern.findall(text)), MOST)


def _signal(
    name: str, place: Literal["title", "summary", "both"], weight: float, pattern: str, needs: str = ""
) -> Signal:
    return Signal(
        name=name, place=place, weight=weight, pattern=re.compile(pattern), needs=tuple(filter(None, needs.split("|")))
    )


SIGNALS = (
    _signal(
        "language models in the title", "title", 0.61, r"\b(?:llms?|language models?|large language|lrms?|slms?)\b"
    ),
    _signal(
        "language models",
        "summary",
        0.37,
        r"\b(?:llms?|language models?|gpt|chatgpt|deepseek|qwen|llama)\b",
        needs="llm|language model|gpt|deepseek|qwen|llama",
    ),
    _signal(
        "reasoning in the title",
        "title",
        1.15,
        r"\breason(?:ing|ers?)\b|chains?.of.thought|\bthink(?:ing)?\b|overthink",
    ),
    _signal("reasoning", "summary", 0.18, r"\breasoning\b|chains?.of.thought", needs="reasoning|thought"),
    _signal(
        "reasoning models", "both", 0.33, r"deepseek-r1|\br1\b|\bo[13]\b|long chain|long cot", needs="r1|o1|o3|long c"
    ),
    _signal("agents in the title", "title", 1.42, r"\bagent(?:s|ic)?\b|multi-agent"),
    _signal(
        "agents",
        "summary",
        0.48,
        r"\b(?:llm|language|ai)[- ]?(?:based )?agents?\b|\bagentic\b|multi-agent",
        needs="agent",
    ),
    _signal("reinforcement learning in the title", "title", 0.38, r"reinforcement learning|\brl\b|\bgrpo\b|reward"),
    _signal(
        "reinforcement learning",
        "summary",
        0.69,
        r"reinforcement learning|\brl\b|grpo|reward model|verifiable",
        needs="reinforcement|rl|grpo|reward model|verifiable",
    ),
    _signal("survey", "title", 1.25, r"\bsurvey\b|\breview\b|deep dive|overview|roadmap|perspective"),
    _signal("report", "title", 0.72, r"\breport\b"),
    _signal(
        "training in the title",
        "title",
        1.11,
        r"post-training|pre-?training|fine-?tuning|self-improv|test-time|scaling",
    ),
    _signal(
        "training",
        "summary",
        0.07,
        r"post-training|pre-?training|fine-?tuning|self-improv|test-time|inference-time",
        needs="training|tuning|self-improv|-time",
    ),
    _signal(
        "tools and search",
        "both",
        0.47,
        r"\btools?\b.{0,20}\b(?:use|call|learn)|function calling|search engine|deep research|retrieval",
        needs="tool|function calling|search engine|deep research|retrieval",
    ),
    _signal("knowledge and retrieval", "title", 0.57, r"knowledge graph|rag\b|retrieval|question answering"),
    _signal(
        "open release",
        "summary",
        0.33,
        r"open[- ]sourc|we release|publicly available|open-weight|https url|github",
        needs="open|we release|publicly available|https url|github",
    ),
    _signal("benchmark", "title", -1.31, r"\bbench\w*|benchmark"),
    _signal("named system", "title", 0.29, r"^[\"“]?\w[\w.+/-]{2,20}(?: [\w.]{1,6})?:"),
    _signal("question", "title", 0.31, r"\?|\b(?:why|how|do|does|can|is|are)\b"),
    _signal("memory and planning", "title", 0.64, r"memory|long-term|long-horizon|planning|workflow"),
    _signal("automation", "both", 0.3, r"\bautonomous|automat", needs="autonomous|automat"),
    _signal("self-improvement", "title", 0.08, r"\bself-"),
    _signal("efficiency", "title", 0.6, r"efficien|compress|quanti[sz]|concise|token|budget|economy|small|mini"),
    _signal(
        "architecture",
        "title",
        1.05,
        r"transformers?\b|attention|attend|diffusion language|architecture|normalization|bitnet|mamba",
    ),
    _signal("code", "title", 0.49, r"\bcode|coding|software|program"),
    _signal("science and mathematics", "title", 1.02, r"scien|research|discover|theorem|prover|math"),
    _signal("simulation", "title", 0.72, r"simulat|social|society|world model"),
    _signal("something introduced", "summary", 0.29, r"\bintroduc", needs="introduc"),
    _signal(
        "a finding",
        "summary",
        0.27,
        r"\bwe (?:find|show|discover|demonstrate|reveal)|surprising|findings?",
        needs="we find|we show|we discover|we demonstrate|we reveal|surprising|finding",
    ),
    _signal(
        "comparison with others",
        "summary",
        -0.08,
        r"state-of-the-art|outperform|surpass|gpt-4o",
        needs="state-of-the-art|outperform|surpass|gpt-4o",
    ),
    _signal(
        "proofs and bounds",
        "both",
        -0.31,
        r"theorem|lemma|bound|convergence|prove\b|asymptotic",
        needs="theorem|lemma|bound|convergence|prove|asymptotic",
    ),
    _signal("images, sound or video", "title", -0.01, r"multimodal|vision|visual|image|video|audio|speech|3d"),
    _signal(
        "vision-language models",
        "both",
        -0.32,
        r"\bvlms?\b|vision-language|mllm|multimodal",
        needs="vlm|vision-language|mllm|multimodal",
    ),
    _signal("medicine", "title", -0.63, r"medic|clinic|patient|health|radiolog|diagnos|cancer|drug|molecul|protein"),
    _signal(
        "one language",
        "title",
        -1.03,
        r"multilingual|low-resource|translation|arabic|chinese|hindi|korean|japanese|african|indic",
    ),
    _signal(
        "a narrow task",
        "title",
        -0.74,
        r"bert\b|sentiment|ner\b|classification|corpus|dataset|detection|graph neural|gnn|federated|recommendation|time series|"
        r"forecast|traffic|autonomous driving|robot|quantum|adversarial|privacy|unlearning|bias|fairness",
    ),
)


def features(title: str, summary: str) -> list[float]:
    """One number per signal, then the title's and the summary's words beyond the usual; a missing summary counts as usual."""
    texts = {"title": title.lower(), "summary": summary.lower(), "both": f"{title} {summary}".lower()}
    counts = [float(signal.count(texts[signal.place])) for signal in SIGNALS]
    longer = min(len(summary.split()), 300) - SUMMARY_WORDS if summary else 0.0
    return [*counts, min(len(title.split()), 20) - TITLE_WORDS, longer]


def interest(title: str, summary: str) -> float:
    """Log-odds of being picked, beside an item of usual length that shows no signal."""
    weights = [*(signal.weight for signal in SIGNALS), PER_TITLE_WORD, PER_SUMMARY_WORD]
    return sum(weight * value for weight, value in zip(weights, features(title, summary), strict=True))


def reasons(title: str, summary: str) -> tuple[str, ...]:
    """The signals that speak for an item, the strongest first."""
    told = [
        (signal.weight * value, signal.name) for signal, value in zip(SIGNALS, features(title, summary), strict=False)
    ]
    return tuple(name for worth, name in sorted(told, key=lambda pair: (-pair[0], pair[1])) if worth > 0)
