"""Plant faults in real sentences, to measure the gate: one kind of fault each, in a sentence that its source supported before.

A sentence of an abstract is its own source; the fault makes it say something else. Kinds in `UNKNOWN` were fixed before the
gate's rules were written, and were not run until the rules were frozen.
"""

import gzip
import hashlib
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.text.clean import readable
from digest.text.sentences import split


@dataclass(frozen=True, kw_only=True, slots=True)
class Abstract:
    id: str
    title: str
    sentences: tuple[str, ...]

    @property
    def counted(self) -> bool:
        """Whether it is in the half that is only counted; the other half may be read while rules are written."""
        return hashlib.sha256(self.id.encode()).digest()[0] % 2 == 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A sentence with a planted fault, and the sentence that it was made from."""

    kind: str
    abstract: Abstract
    source: str
    sentence: str


Plant = Callable[[str, Abstract, Sequence[Abstract], random.Random], str | None]


def abstracts(shared: Path) -> tuple[Abstract, ...]:
    """Abstracts of arXiv of June 2026."""
    found: dict[str, Abstract] = {}
    for path in sorted((shared / "data/replay").glob("arxiv-*.jsonl.gz"))[:6]:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                entry = json.loads(line)
                name = str(entry.get("id") or entry.get("link") or entry["title"])
                text = readable(str(entry.get("summary") or entry.get("abstract") or ""))
                sentences = tuple(one for one in split(text) if 8 <= len(one.split()) <= 45 and "$" not in one)
                if len(sentences) >= 3:
                    found[name] = Abstract(id=name, title=readable(str(entry["title"])), sentences=sentences)
    return tuple(found.values())


_NAME = re.compile(r"(?<=[a-z,] )([A-Z][A-Za-z]*(?:[A-Z0-9-][A-Za-z0-9.-]*)+|[A-Z][a-z]{3,})(?=[ ,.;])")
_ACRONYM = re.compile(r"(?<![\w-])([A-Z]{3,6})(?![\w-])")
_FIGURE = re.compile(r"(?<![\w.-])(\d+(?:\.\d+)?)(?![\w-]|\.\d)")


def _other(pattern: re.Pattern[str], given: str, others: Sequence[Abstract], dice: random.Random) -> str | None:
    """A match of the pattern in another abstract that does not stand in this text."""
    for _ in range(60):
        found = pattern.findall(" ".join(dice.choice(others).sentences))
        fit = [one for one in found if one.lower() not in given.lower()]
        if fit:
            return str(dice.choice(fit))
    return None


def _number(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    places = list(_FIGURE.finditer(text))
    if not places:
        return None
    place = dice.choice(places)
    value = float(place[1])
    for _ in range(20):
        changed = value * dice.choice((0.5, 0.9, 1.1, 1.3, 2, 3)) + dice.choice((0, 1, 2))
        shown = f"{changed:.{len(place[1].partition('.')[2])}f}"
        if not re.search(rf"(?<![\d.]){re.escape(shown)}(?![\d.])", " ".join(abstract.sentences)):
            return text[: place.start()] + shown + text[place.end() :]
    return None


_UNITS = (
    (r"(?<=\d)\s?%", (" percentage points", "x")), (r"percentage points|(?<=\d )points", ("%", "times")),
    (r"(?<=\d)(x|×)(?!\w)", ("%",)), (r"(?<=\d )hours?\b", ("minutes", "days")), (r"(?<=\d )minutes?\b", ("hours", "seconds")),
    (r"(?<=\d )seconds?\b", ("minutes",)), (r"(?<=\d)B\b", ("M",)), (r"(?<=\d)M\b", ("B", "K")), (r"(?<=\d)K\b", ("M",)),
    (r"(?<=\d)\s?GB\b", ("MB", "TB")), (r"(?<=\d)\s?MB\b", ("GB",)), (r"(?<=\d )ms\b", ("s",)),
    (r"(?<=\d )(billion)\b", ("million",)), (r"(?<=\d )(million)\b", ("billion", "thousand")),
    (r"(?<=\d )(tokens)\b", ("documents",)), (r"(?<=\d )(languages)\b", ("countries",)), (r"(?<=\d )(datasets)\b", ("models",)),
    (r"(?<=\d )(tasks)\b", ("domains",)), (r"(?<=\d )(benchmarks)\b", ("languages",)), (r"(?<=\d )(models)\b", ("datasets",)),
)  # fmt: skip


def _unit(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    ways = [(found, new) for pattern, new in _UNITS for found in re.finditer(pattern, text)]
    if not ways:
        return None
    found, new = dice.choice(ways)
    return text[: found.start()] + dice.choice(new) + text[found.end() :]


def _name(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    places = list(_NAME.finditer(text))
    new = _other(_NAME, f"{abstract.title} {' '.join(abstract.sentences)}", others, dice) if places else None
    if not places or new is None:
        return None
    place = dice.choice(places)
    return text[: place.start()] + new + text[place.end() :]


def _acronym(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    places = list(_ACRONYM.finditer(text))
    new = _other(_ACRONYM, f"{abstract.title} {' '.join(abstract.sentences)}", others, dice) if places else None
    if not places or new is None:
        return None
    place = dice.choice(places)
    return text[: place.start()] + new + text[place.end() :]


_BEATS = re.compile(
    r"\b(outperforms?|outperforming|exceeds?|surpass(?:es)?|beats?|improves? (?:over|upon)|(?:better|higher|faster|lower|more \w+) than)\b"
)


def _swapped(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    """`A beats B` as `B beats A`: names, or what stands before and after the verb."""
    verb = _BEATS.search(text)
    if verb is None:
        return None
    before = re.search(r"((?:[Oo]ur|[Tt]he|[Tt]his) [\w-]+(?: [\w-]+)?|[A-Z][\w-]+) (?:\w+ly )?$", text[: verb.start()])
    after = re.match(
        r" ((?:the |all |existing |strong |previous |prior )?[\w-]+(?: (?:baselines?|methods?|models?|approaches))?)",
        text[verb.end() :],
    )
    if before is None or after is None or before[1].lower() == after[1].lower():
        return None
    first, second = before[1], after[1]
    return (
        text[: before.start(1)]
        + second
        + text[before.end(1) : verb.end()]
        + " "
        + first
        + text[verb.end() + after.end(1) :]
    )


_INVERSE = {
    "improves": "reduces", "improve": "reduce", "improving": "reducing", "improved": "reduced", "improvement": "reduction",
    "improvements": "reductions", "increases": "decreases", "increase": "decrease", "increasing": "decreasing",
    "increased": "decreased", "reduces": "increases", "reduce": "increase", "reducing": "increasing", "reduced": "increased",
    "reduction": "increase", "higher": "lower", "lower": "higher", "more": "less", "fewer": "more", "less": "more",
    "better": "worse", "worse": "better", "outperforms": "underperforms", "outperform": "underperform",
    "outperforming": "underperforming", "faster": "slower", "slower": "faster", "larger": "smaller", "smaller": "larger",
    "exceeds": "falls below", "surpasses": "falls behind", "gains": "losses", "drops": "rises", "decreases": "increases",
    "degrades": "improves", "stronger": "weaker", "weaker": "stronger", "cheaper": "costlier", "longer": "shorter",
}  # fmt: skip


def _inverted(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    places = [found for found in re.finditer(r"[A-Za-z]+", text) if found[0] in _INVERSE]
    if not places:
        return None
    place = dice.choice(places)
    return text[: place.start()] + _INVERSE[place[0]] + text[place.end() :]


_CAUSES = (
    "because {}", "due to {}", "thanks to {}", "as a result of {}", "which is caused by {}", "owing to {}",
    "since it relies on {}", "which follows from {}",
)  # fmt: skip
_THINGS = (
    "a larger training corpus", "better data filtering", "longer training", "human supervision", "its larger context window",
    "improved tokenization", "a stronger reward model", "more parameters", "cleaner annotations", "faster hardware",
)  # fmt: skip


def _cause(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    return f"{text.rstrip('.')}, {dice.choice(_CAUSES).format(dice.choice(_THINGS))}."


def _negation(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    removed = re.sub(
        r"\b(?:does|do|did) not (\w+)|\b(can)not\b|\b(is|are|was|were) not\b",
        lambda m: m[1] or m[2] or m[3],
        text,
        count=1,
    )
    if removed != text:
        return removed
    added = re.sub(r"\b(is|are|was|were|can|will|has|have)\b(?! not)", r"\1 not", text, count=1)
    return added if added != text and " that have not" not in added else None


_PRAISE = (
    "groundbreaking",
    "revolutionary",
    "remarkable",
    "impressive",
    "game-changing",
    "exciting",
    "stunning",
    "brilliant",
    "unprecedented",
)


def _promotion(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    found = re.search(r"\b(a|an|the|our|this|these|new|novel) (?=[a-z-]+)", text)
    if found is None:
        return None
    return f"{text[: found.end()]}{dice.choice(_PRAISE)} {text[found.end() :]}"


_WORLD = (
    "and it is already used by millions of people", "which makes it the first system of its kind",
    "and most companies will adopt it within a year", "as competitors struggle to keep up",
    "a problem that has troubled researchers for decades", "which matters because regulation is coming",
    "and it settles a long-standing debate in the field", "while the cost of computing keeps falling worldwide",
    "which experts regard as the best approach today", "and the code has been downloaded thousands of times",
)  # fmt: skip


def _world(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    return f"{text.rstrip('.')}, {dice.choice(_WORLD)}."


def _hedge(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    """A guess becomes a fact."""
    changed = re.sub(r"\b(may|might|could|can) (?=[a-z]+)", "will ", text, count=1)
    if changed == text:
        changed = re.sub(r"\b(suggests?|indicates?) that\b", "proves that", text, count=1)
    if changed == text:
        changed = re.sub(
            r"\b(often|sometimes|typically|largely|partially|mostly|potentially|likely) ", "", text, count=1
        )
    return None if changed == text else changed


_TIMES = {
    "before": "after",
    "after": "before",
    "then": "first",
    "first": "finally",
    "during": "after",
    "early": "late",
    "later": "earlier",
    "prior to": "following",
    "followed by": "preceded by",
}


def _order(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    """What came first comes last."""
    places = list(re.finditer(rf"\b({'|'.join(_TIMES)})\b", text))
    if not places:
        return None
    place = dice.choice(places)
    return text[: place.start()] + _TIMES[place[0]] + text[place.end() :]


def _condition(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    """What holds under a condition holds always."""
    changed = re.sub(
        r",? (?:when|if|under|only when|provided that|as long as|unless) [^,.;]{8,80}(?=[,.;])", "", text, count=1
    )
    return None if changed == text or len(changed.split()) < 6 else changed


def _object(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    """The object of one sentence in another sentence of the same abstract."""
    pattern = re.compile(r"\b(?:for|of|on|in|with|to) ((?:the |a |an )?[a-z-]+ [a-z-]+)(?=[ ,.;])")
    places = list(pattern.finditer(text))
    rest: list[str] = [
        one for other in abstract.sentences if other != text for one in pattern.findall(other) if one not in text
    ]
    if not places or not rest:
        return None
    place = dice.choice(places)
    return text[: place.start(1)] + dice.choice(rest) + text[place.end(1) :]


_AMOUNTS = {
    "some": "most",
    "several": "all",
    "many": "all",
    "most": "all",
    "few": "many",
    "various": "all",
    "each": "one",
    "both": "neither",
    "multiple": "all",
    "often": "always",
    "majority": "entirety",
}


def _quantifier(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    """Some become all."""
    places = list(re.finditer(rf"\b({'|'.join(_AMOUNTS)})\b", text))
    if not places:
        return None
    place = dice.choice(places)
    return text[: place.start()] + _AMOUNTS[place[0]] + text[place.end() :]


_DEEDS = {
    "propose": "prove",
    "present": "deploy",
    "introduce": "standardize",
    "investigate": "solve",
    "study": "settle",
    "explore": "solve",
    "examine": "refute",
    "evaluate": "build",
    "analyze": "solve",
    "discuss": "demonstrate",
    "develop": "review",
    "propose to": "refuse to",
}


def _deed(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    """Another verb for what the authors did."""
    place = re.search(rf"\b[Ww]e (?:\w+ly )?({'|'.join(_DEEDS)})\b", text)
    return None if place is None else text[: place.start(1)] + _DEEDS[place[1]] + text[place.end(1) :]


def _whose(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    """What the authors did was done by others, or the other way round."""
    for pattern, new in (
        (r"\bWe (?=[a-z])", "Earlier work "),
        (r"\b[Oo]ur (method|approach|model|framework)\b", r"an existing \1"),
        (r"\b([Pp]rior|[Pp]revious|[Ee]xisting) (work|methods|approaches|models)\b", r"our own \2"),
    ):
        changed = re.sub(pattern, new, text, count=1)
        if changed != text:
            return changed
    return None


_OPPOSITES = {
    "open": "closed", "closed": "open", "sparse": "dense", "dense": "sparse", "supervised": "unsupervised", "online": "offline",
    "offline": "online", "static": "dynamic", "dynamic": "static", "simple": "complex", "complex": "simple", "local": "global",
    "global": "local", "explicit": "implicit", "implicit": "explicit", "long": "short", "short": "long", "single": "multiple",
    "public": "private", "private": "public", "synthetic": "natural", "internal": "external", "external": "internal",
    "linear": "nonlinear", "discrete": "continuous", "continuous": "discrete", "positive": "negative", "strong": "weak",
    "early": "late", "high": "low", "low": "high", "large": "small", "small": "large", "frozen": "trainable", "automatic": "manual",
}  # fmt: skip


def _opposite(text: str, abstract: Abstract, others: Sequence[Abstract], dice: random.Random) -> str | None:
    """An adjective becomes its opposite."""
    places = [found for found in re.finditer(r"(?<![\w-])[a-z]+(?![\w-])", text) if found[0] in _OPPOSITES]
    if not places:
        return None
    place = dice.choice(places)
    return text[: place.start()] + _OPPOSITES[place[0]] + text[place.end() :]


KNOWN: Mapping[str, Plant] = {
    "number": _number, "unit": _unit, "name": _name, "acronym": _acronym, "swapped subject": _swapped,
    "inverted comparison": _inverted, "negation": _negation, "invented cause": _cause, "promotion": _promotion,
    "claim about the world": _world,
}  # fmt: skip
UNKNOWN: Mapping[str, Plant] = {
    "guess told as fact": _hedge, "order in time": _order, "condition left out": _condition, "other object": _object,
    "other amount": _quantifier, "other deed": _deed, "other author": _whose, "opposite adjective": _opposite,
}  # fmt: skip


def planted(kinds: Mapping[str, Plant], given: Sequence[Abstract], *, per_kind: int, seed: int) -> Iterator[Fault]:
    """At most so many faults of each kind, one per abstract and kind."""
    for kind, plant in kinds.items():
        dice = random.Random(f"{seed} {kind}")
        made = 0
        for abstract in dice.sample(list(given), len(given)):
            for source in dice.sample(abstract.sentences, len(abstract.sentences)):
                sentence = plant(source, abstract, given, dice)
                if sentence is not None and sentence != source:
                    yield Fault(kind=kind, abstract=abstract, source=source, sentence=sentence)
                    made += 1
                    break
            if made == per_kind:
                break
