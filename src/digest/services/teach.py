"""An editor's correction -> a lesson, what it would move, and only then the lesson on file. Changes no archived issue.

teach    find the item | its words against the store's | what else would move, in the archive and the coming issue | keep
review   the least certain items of late, to be asked about; the answers are lessons, and measure the labels
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log

from digest.classify import Explanation, Taught, Text
from digest.classify.corrections import OFF_TOPIC, lesson_words, words_of
from digest.editorial.candidates import sift, text_of
from digest.errors import NotFoundError
from digest.model import Item, Lesson, Verdict, Window
from digest.services.context import Program
from digest.services.explain import find
from digest.storage.files import jsonl

BACKGROUND = 5_000  # texts of the store that say how rare a word is
RECENT = timedelta(days=30)  # items older than this are not asked about
COMMON = 0.1  # of all texts: a word in more of them tells none from others


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """An item that a lesson would label otherwise. `issue` is the key that it was published under, "" for the coming issue."""

    id: str
    title: str
    issue: str
    before: Verdict
    after: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A lesson that is not on file yet, what it does to its own item, and what else it would move."""

    lesson: Lesson
    own: Move
    moves: tuple[Move, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """An item whose label is asked about."""

    text: Text
    explanation: Explanation


@dataclass(frozen=True, kw_only=True, slots=True)
class Precision:
    """How often a label that was asked about was right, with a 95 % interval after Wilson (1927); lessons in all."""

    lessons: int
    asked: int
    right: int
    low: float
    high: float


def lesson(program: Program, name: str, trend: str, *, fits: bool, asked: bool = False) -> Lesson:
    """The lesson that an item belongs to a trend or does not; not on file yet.

    Args:
        program: the run.
        name: the item's id, URL or arXiv id.
        trend: a trend's id, or `other`: not about language models.
        fits: whether the item belongs to it.
        asked: whether it answers a question about a shown label.

    Raises:
        NotFoundError: there is no such item or trend.
    """
    if trend not in program.trends and trend != OFF_TOPIC:
        raise NotFoundError(
            f"trend {trend}", "there is none of that id", f"`digest trends` lists them; {OFF_TOPIC} means off-topic"
        )
    text = _text(find(program, name))
    words = lesson_words(text, _rarity(program))
    return Lesson(item=text.id, title=text.title, trend=trend, fits=fits, at=program.now, words=words, asked=asked)


def propose(program: Program, given: Lesson) -> Proposal:
    """What a lesson would do to its own item, and to what else it would act on."""
    before, after = program.classifier(), program.classifier(also=(given,))
    alone = Taught(before.base, (given,), {})
    others = [(key, text) for key, text in _others(program) if text.id != given.item and alone.pulls(text)]
    moves = (_move(key, text, before, after) for key, text in others)
    return Proposal(
        lesson=given,
        own=_move("", _text(find(program, given.item)), before, after),
        moves=tuple(move for move in moves if _labels(move.before) != _labels(move.after)),
    )


def keep(program: Program, given: Sequence[Lesson]) -> None:
    """Put lessons on file.

    Raises:
        WorkspaceError: the disk refuses; none is on file then.
    """
    jsonl.add(program.workspace.lessons, given, Lesson)


def review(program: Program, number: int) -> tuple[Question, ...]:
    """The recent items whose labels are least certain, that no lesson is about yet, the least certain first."""
    known = {lesson.item for lesson in program.lessons}
    classifier = program.classifier()
    texts = [text for text in _recent(program) if text.id not in known]
    labelled = [text for text, verdict in zip(texts, classifier.classify(texts), strict=True) if verdict.labels]
    questions = [Question(text=text, explanation=classifier.explain(text)) for text in labelled]
    return tuple(sorted(questions, key=lambda question: (_margin(question), question.text.id))[:number])


def precision(given: Sequence[Lesson]) -> Precision:
    """How often the answers found the shown label right; each item counts once, by its latest answer."""
    answers = {lesson.item: lesson.fits for lesson in given if lesson.asked}
    right = sum(answers.values())
    low, high = _wilson(right, len(answers))
    return Precision(lessons=len(given), asked=len(answers), right=right, low=low, high=high)


def precision_words(found: Precision) -> str:
    """`labels asked about: 34 of 40 right (85 %, 71-93 %)`."""
    if not found.asked:
        return "labels asked about: none yet; `digest teach --review 20` asks about the least certain"
    share, low, high = (round(100 * value) for value in (found.right / found.asked, found.low, found.high))
    return (
        f"labels asked about: {found.right} of {found.asked} right ({share} %, 95 % interval {low}–{high} %);"
        " the least certain were asked about, so all labels are right more often"
    )


def _wilson(right: int, asked: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927)."""
    if not asked:
        return 0.0, 1.0
    z, share = 1.96, right / asked
    middle = share + z**2 / (2 * asked)
    half = z * (share * (1 - share) / asked + z**2 / (4 * asked**2)) ** 0.5
    scale = 1 + z**2 / asked
    return round((middle - half) / scale, 4), round((middle + half) / scale, 4)


def _margin(question: Question) -> float:
    """How far the first label is from not being given."""
    first = question.explanation.verdict.labels[0].id
    return next(score.score - score.threshold for score in question.explanation.scores if score.id == first)


def _move(key: str, text: Text, before: Taught, after: Taught) -> Move:
    (was,), (becomes,) = before.classify([text]), after.classify([text])
    return Move(id=text.id, title=text.title, issue=key, before=was, after=becomes)


def _labels(verdict: Verdict) -> tuple[bool, tuple[str, ...]]:
    return verdict.llm, tuple(label.id for label in verdict.labels)


def _others(program: Program) -> Iterator[tuple[str, Text]]:
    """Every item of the archive, with its issue's key, and those of the coming issue, each with all that is known of it."""
    for key in program.archive.issue_keys():
        issue = program.archive.read(key)
        if issue.state == "closed":
            for item in issue.items():
                stored = program.store.items.find(item.id)
                yield key, _text(stored) if stored else Text(id=item.id, title=item.title, summary=item.summary)
    last = program.store.issues.last_closed()
    start = last.cutoff if last else None
    for text in _texts(program, program.store.items.window(start, program.now), Window(start=start, end=program.now)):
        yield "", text


def _recent(program: Program) -> list[Text]:
    window = Window(start=program.now - RECENT, end=program.now)
    return _texts(program, program.store.items.window(window.start, window.end), window)


def _texts(program: Program, items: Sequence[Item], window: Window) -> list[Text]:
    feeds = {feed.name: feed for feed in program.config.feeds}
    candidates = sift(items, window=window, published=frozenset(), feeds=feeds).candidates
    return [text_of(one) for one in candidates]


def _text(item: Item) -> Text:
    """What an item's sightings say of it, refused ones too."""
    title = next((sighting.title for sighting in item.sightings if sighting.title), "")
    return Text(id=item.id, title=title, summary=max((sighting.summary for sighting in item.sightings), key=len))


def _rarity(program: Program) -> Callable[[str], float]:
    """Inverse document frequency over the store's latest texts; 0 for a common word, and for one that no second text has."""
    texts = [_text(item) for item in program.store.items.latest(BACKGROUND)]
    holding = Counter(word for text in texts for word in words_of(text))

    def rarity(word: str) -> float:
        tells = 2 <= holding[word] <= COMMON * len(texts)
        return log((1 + len(texts)) / (1 + holding[word])) if tells else 0.0

    return rarity
