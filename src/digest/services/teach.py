"""Turn an editor's corrections into lessons, show what each would move, and store it if it is confirmed.

teach    find the item | its characteristic words | what else would move, in the archive and the coming issue | store
review   ask about the least certain recent items; the answers are lessons, and measure the accuracy of labels
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from digest.classify import Explanation, Taught, Text
from digest.classify.corrections import NEAR, OFF_TOPIC, lesson_words
from digest.classify.second_opinion import least_certain
from digest.config import Config
from digest.editorial.candidates import sift, text_of, text_of_sighting
from digest.errors import NotFoundError, did_you_mean
from digest.model import Card, Item, Lesson, Verdict, Window, Workspace
from digest.services.archive_index import catalogue_of
from digest.services.context import Program
from digest.services.stored_items import candidate_of, find
from digest.storage.files import jsonl

RECENT = timedelta(days=30)  # older items are not reviewed
RAREST = 8.5  # the rarity of a word that about one in 5,000 of the model's training texts contains
# Of the weight that two texts must share, what an archived summary must hold for the whole text to be looked at.
IN_BRIEF = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """An item whose labels a lesson would change. `issue` is the key of its issue, "" for the coming one."""

    id: str
    title: str
    issue: str
    before: Verdict
    after: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A lesson that is not stored yet, its effect on its own item, and the other items that it would move."""

    lesson: Lesson
    own: Move
    moves: tuple[Move, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """An item whose label the editor is asked about."""

    text: Text
    explanation: Explanation


@dataclass(frozen=True, kw_only=True, slots=True)
class Precision:
    """How often reviewed labels were right, with a 95 % interval (Wilson 1927), and the total number of lessons."""

    lessons: int
    asked: int
    right: int
    low: float
    high: float


def lesson(program: Program, name: str, trend: str, *, fits: bool, asked: bool = False) -> Lesson:
    """The lesson that an item belongs to a trend, or does not. It is not stored yet.

    Args:
        program: the run.
        name: the item's id, URL or arXiv id.
        trend: a trend's id, or `other` for not about language models.
        fits: whether the item belongs to the trend.
        asked: whether it answers a question about a shown label.

    Raises:
        NotFoundError: there is no such item or trend.
    """
    if trend not in program.trends and trend != OFF_TOPIC:
        remedy = f"`digest trends` lists the trends; {OFF_TOPIC} means off topic"
        raise NotFoundError(
            f"trend {trend}", "no such trend", did_you_mean(trend, (*program.trends, OFF_TOPIC), remedy)
        )
    text = _text(program.config, find(program.store, name))
    words = lesson_words(text, _rarity(program, text))
    return Lesson(item=text.id, title=text.title, trend=trend, fits=fits, at=program.now, words=words, asked=asked)


def propose(program: Program, given: Lesson) -> Proposal:
    """The effect of a lesson on its own item and on the others that it influences."""
    before = program.classifier()
    after = Taught(before.base, (*program.lessons, given), program.trends)
    own = _text(program.config, find(program.store, given.item))
    others = list(_similar(program, given, Taught(before.base, (given,), {})))
    texts = [own, *(text for _, text in others)]
    plain = before.base.classify(texts)
    verdicts = zip(before.corrected(texts, plain), after.corrected(texts, plain), strict=True)
    first, *moves = (
        Move(id=text.id, title=text.title, issue=key, before=was, after=becomes)
        for (key, text), (was, becomes) in zip([("", own), *others], verdicts, strict=True)
    )
    return Proposal(
        lesson=given, own=first, moves=tuple(move for move in moves if _labels(move.before) != _labels(move.after))
    )


def keep(workspace: Workspace, given: Sequence[Lesson]) -> None:
    """Store lessons.

    Raises:
        WorkspaceError: the disk cannot be written; none is stored then.
    """
    jsonl.add(workspace.lessons, given, Lesson)


def review(program: Program, number: int) -> tuple[Question, ...]:
    """The recent items without a lesson, those first whose labels are expected to have most errors."""
    known = {lesson.item for lesson in program.lessons}
    classifier = program.classifier()
    texts = [text for text in _recent(program) if text.id not in known]
    labelled = [text for text, verdict in zip(texts, classifier.classify(texts), strict=True) if verdict.labels]
    questions = {text.id: Question(text=text, explanation=classifier.explain(text)) for text in labelled}
    order = least_certain({id_: question.explanation for id_, question in questions.items()})
    return tuple(questions[id_] for id_ in order[:number])


def precision(given: Sequence[Lesson]) -> Precision:
    """How often the answers confirmed the shown label. Each item counts once, by its latest answer."""
    answers = {lesson.item: lesson.fits for lesson in given if lesson.asked}
    right = sum(answers.values())
    low, high = _wilson(right, len(answers))
    return Precision(lessons=len(given), asked=len(answers), right=right, low=low, high=high)


def precision_words(found: Precision) -> str:
    """`labels asked about: 34 of 40 right (85 %, 71-93 %)`."""
    if not found.asked:
        return "labels reviewed: none yet; review the least certain with `digest teach --review 20`"
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


def _labels(verdict: Verdict) -> tuple[bool, tuple[str, ...]]:
    return verdict.llm, tuple(label.id for label in verdict.labels)


def _similar(program: Program, given: Lesson, alone: Taught) -> Iterator[tuple[str, Text]]:
    """The texts that a lesson influences: of archived items, with their issue's key, and of items of the coming issue."""
    for card in catalogue_of(program.store, program.archive).sharing(given.words, least=NEAR * IN_BRIEF):
        stored = program.store.items.find(card.id)
        text = _text(program.config, stored) if stored else _archived(card)
        if card.id != given.item and alone.pulls(text):
            yield card.key, text
    yield from (("", text) for text in _coming(program) if text.id != given.item and alone.pulls(text))


def _archived(card: Card) -> Text:
    """The text of an item that the store no longer has."""
    return Text(id=card.id, title=card.title, summary=card.summary, kind=card.kind or "", link=card.url)


def _coming(program: Program) -> list[Text]:
    """The texts of the items of the coming issue."""
    last = program.store.issues.last_closed()
    start = last.cutoff if last else None
    return _texts(program.config, program.store.items.window(start, program.now), Window(start=start, end=program.now))


def _recent(program: Program) -> list[Text]:
    window = Window(start=program.now - RECENT, end=program.now)
    return _texts(program.config, program.store.items.window(window.start, window.end), window)


def _texts(config: Config, items: Sequence[Item], window: Window) -> list[Text]:
    feeds = {feed.name: feed for feed in config.feeds}
    candidates = sift(items, window=window, published=frozenset(), feeds=feeds).candidates
    return [text_of(one) for one in candidates]


def _text(config: Config, item: Item) -> Text:
    """An item's text from its accepted sightings, or from all of them if none was accepted."""
    candidate = candidate_of(config, item)
    if candidate is not None:
        return text_of(candidate)
    told = max(item.sightings, key=lambda sighting: (bool(sighting.title), len(sighting.summary)))
    feeds = {feed.name: feed for feed in config.feeds}
    return text_of_sighting(item, told, feeds.get(told.feed))


def _rarity(program: Program, text: Text) -> Callable[[str], float]:
    """How rare a word or pair is in the model's training texts. One that they lack counts as rarest if another item has it."""
    classifier = program.classifier().base
    catalogue = catalogue_of(program.store, program.archive)
    others = "\n".join(f"{one.title}\n{one.summary}".lower() for one in _coming(program) if one.id != text.id)

    def rarity(words: str) -> float:
        known = classifier.rarity(words)
        if known is not None:
            return known
        heard = words in others or any(card.id != text.id for card in catalogue.sharing({words: 1.0}, least=1.0))
        return RAREST if heard else 0.0

    return rarity
