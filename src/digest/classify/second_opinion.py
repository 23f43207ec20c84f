"""Second opinions on labels: which texts to ask about, whether the reader who is asked is good enough, and the merged verdict.

In: explanations by the classifier, and the opinions of a reader (a person or a language model). Out: the order in which to ask, the
reader's result on the check texts, and verdicts. Never asks anyone and stores nothing. The caller's steps:

1. `check_texts(resources.check_texts())` gives 120 texts with known labels. Ask the reader about each, and pass the answers to `check`.
   A reader whose result is not `accepted` must not change any verdict.
2. `least_certain(explained)` gives the ids to ask about, those with the most expected label errors first; take as many as the budget
   allows, `BATCH` at a time. Leave out items with lessons of their own, since the editor's word is final.
3. `merged(text, explanation, opinion)` gives the verdict with the reader's labels in place of the classifier's. The explanation keeps
   the classifier's own verdict, so that both can be shown.
"""

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, replace

from digest.classify.classifier import Explanation
from digest.classify.corrections import OFF_TOPIC
from digest.classify.text import Text, parts, tokens
from digest.model import Label, Verdict

BATCH = 10  # texts to ask about at once
NEEDED = 0.88  # micro-F1 on the check texts; about what careful readers reach among themselves
Z = 1.96  # for an interval of 95 %
MOST = 3  # trends of a text, as the prompt says; who names more has not chosen
LEAST_WORDS = 4  # of a quotation that is no whole title: fewer are in any text
SCORE = 0.9  # of a label that only the reader gives: a reader who is accepted is right this often


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """A reader's answer about one text: its trends, the main one first, and a sentence of the text that supports them."""

    trends: tuple[str, ...]
    llm: bool  # whether the text is about language models
    sentence: str = ""


NOTHING_SAID = Opinion(trends=(), llm=True)  # of a text that an answer leaves out


def opinion_text(opinion: Opinion) -> str:
    """An opinion as JSON."""
    return json.dumps(asdict(opinion))


def opinion_of(text: str) -> Opinion:
    """The inverse of `opinion_text`."""
    fields = json.loads(text)
    return Opinion(**fields | {"trends": tuple(fields["trends"])})


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckText:
    """A text with known labels, the main one first; `(OFF_TOPIC,)` if it is not about language models."""

    text: Text
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A reader's micro-F1 on the check texts, and its 95 % interval."""

    f1: float
    low: float
    high: float
    texts: int

    @property
    def accepted(self) -> bool:
        """Whether the reader may change verdicts: not if even the upper end of the interval is below NEEDED."""
        return self.high >= NEEDED

    def __str__(self) -> str:
        verdict = "accepted" if self.accepted else f"refused, because the upper end is below {NEEDED}"
        return f"micro-F1 {self.f1:.2f} ({self.low:.2f}-{self.high:.2f}) on {self.texts} check texts: {verdict}"


def expected_errors(told: Explanation) -> float:
    """The expected number of wrong and missing labels, from the calibrated scores.

    A trend's score is its probability given that the text is about language models. A wrong decision on that counts as one error.
    """
    about = told.llm_score
    if not told.verdict.llm:
        return about * (1 + sum(score.score for score in told.scores))
    given = {label.id for label in told.verdict.labels}
    wrong = sum(1 - about * score.score for score in told.scores if score.id in given)
    missing = about * sum(score.score for score in told.scores if score.id not in given)
    return (1 - about) + wrong + missing


def least_certain(explained: Mapping[str, Explanation]) -> tuple[str, ...]:
    """The ids of all texts, those with the most expected label errors first; equal ones by id."""
    return tuple(sorted(explained, key=lambda id_: (-expected_errors(explained[id_]), id_)))


def merged(text: Text, explanation: Explanation, opinion: Opinion) -> Verdict:
    """The reader's labels in place of the classifier's.

    A label that both give keeps its score and evidence; one that only the reader gives has the sentence as its evidence. Trends that
    the classifier does not know are dropped, and so are those after the third. The classifier's verdict stays if the sentence is not in the text, and if the reader
    takes a text for off topic although its feed is configured as on topic.
    """
    own = explanation.verdict
    if not is_quoted(text, opinion.sentence) or (text.on_topic and not opinion.llm):
        return own
    if not opinion.llm:
        return own if not own.llm else replace(own, labels=(), llm=False)
    given, known = {label.id: label for label in own.labels}, {score.id for score in explanation.scores}
    named = [id_ for id_ in opinion.trends if id_ in known][:MOST]
    new = {id_: Label(id=id_, score=SCORE, evidence=(opinion.sentence.strip(),)) for id_ in named}
    return replace(own, labels=tuple(given.get(id_, label) for id_, label in new.items()), llm=True)


def effect(text: Text, explanation: Explanation, opinion: Opinion) -> str:
    """What becomes of an opinion, in words."""
    if explanation.lessons:
        return "not used: the editor's lessons decide"
    if not is_quoted(text, opinion.sentence):
        return "not used: its sentence is not in the text"
    if text.on_topic and not opinion.llm:
        return "not used: its feed is configured as on topic"
    own, new = explanation.verdict, merged(text, explanation, opinion)
    same = new.llm == own.llm and [one.id for one in new.labels] == [one.id for one in own.labels]
    return "the same as the classifier's" if same else "used instead of the classifier's"


def is_quoted(text: Text, sentence: str) -> bool:
    """Whether the sentence is the title, or occurs in title or summary and has some words. Case, spaces and punctuation do not count."""
    found = tokens(sentence)
    words = f" {' '.join(found)} "
    return bool(found) and any(
        words == whole or (len(found) >= LEAST_WORDS and words in whole)
        for whole in (f" {' '.join(tokens(part))} " for _, part in parts(text))
    )


def check_texts(lines: str) -> tuple[CheckText, ...]:
    """The check texts from JSON lines with id, kind, title, summary and labels."""
    return tuple(
        CheckText(
            text=Text(id=raw["id"], kind=raw["kind"], title=raw["title"], summary=raw["summary"]),
            labels=tuple(raw["labels"]),
        )
        for raw in map(json.loads, lines.splitlines())
    )


def check(opinions: Mapping[str, Opinion], known: Sequence[CheckText], trends: AbstractSet[str]) -> Checked:
    """A reader's result, from the opinions by the id of the check text.

    Being off topic counts as a label, and a missing answer as one without labels. Labels outside `trends`, those of the workspace, do
    not count. The interval is that of a ratio estimator over texts (W. Cochran, "Sampling Techniques", 1977, section 6.4).
    """
    counted = (trends & {label for one in known for label in one.labels}) | {OFF_TOPIC}
    pairs = [(_labels(opinions.get(one.text.id)) & counted, set(one.labels) & counted) for one in known]
    right, total = [2 * len(told & true) for told, true in pairs], [len(told) + len(true) for told, true in pairs]
    if not sum(total):
        return Checked(f1=0.0, low=0.0, high=0.0, texts=len(known))
    f1 = sum(right) / sum(total)
    squares = sum((r - f1 * t) ** 2 for r, t in zip(right, total, strict=True))
    error = Z * (squares * len(known) / max(len(known) - 1, 1)) ** 0.5 / sum(total)
    return Checked(f1=f1, low=max(0.0, f1 - error), high=min(1.0, f1 + error), texts=len(known))


def _labels(opinion: Opinion | None) -> set[str]:
    if opinion is None:
        return set()
    return set(opinion.trends) if opinion.llm else {OFF_TOPIC}
