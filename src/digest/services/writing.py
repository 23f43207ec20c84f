"""Have a language model write texts of an issue: the lead first, then what readers see first, as far as purse and time last.

composed issue | the items that each task is for | ask, judge | the editor's decisions | the issue with the texts that stand
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from digest.config import ModelSettings, ModelTask
from digest.editorial.written import Reviews, with_written
from digest.grounding import usable
from digest.llm.session import Session
from digest.llm.tasks import Subject
from digest.llm.tasks.judgements import STANCE, Position
from digest.llm.tasks.prose import LEAD, RESULT, SUMMARY, TITLE, Prose, Sentences, opaque
from digest.llm.trust import DOUBTED, copied, doubted
from digest.llm.writer import Outcome, write
from digest.model import (
    Issue,
    IssueItem,
    LeftOut,
    ModelNote,
    RefusedSentence,
    Touch,
    TouchedClaim,
    Written,
    WrittenPlace,
    WrittenSentence,
)
from digest.services.context import Program
from digest.services.model import session
from digest.storage.db.issues import IssueRow
from digest.storage.files import resources
from digest.text.boilerplate import worth_reading
from digest.text.clean import readable
from digest.text.languages import language_of
from digest.text.sentences import split

_log = logging.getLogger(__name__)
SENTENCES, CHARS = 30, 6_000  # of a text that a model is shown
LEAST = 20  # words of a text that can be summarised
TOUCHES = 2  # items of a claim whose stance is asked for, those that the issue names
_READ = frozenset({"", "en"})  # languages; a name has none
_PLACES: Mapping[ModelTask, WrittenPlace] = {
    "lead": "lead",
    "results": "result",
    "summaries": "summary",
    "titles": "title",
}


@dataclass(slots=True)
class _Work:
    """What one run wrote and left out."""

    settings: ModelSettings
    session: Session
    templates: Mapping[str, str]
    texts: Mapping[str, str]  # item -> what its feed said
    written: dict[str, list[Written]] = field(default_factory=dict)
    left: Counter[tuple[str, str]] = field(default_factory=Counter)


def written(
    program: Program,
    row: IssueRow,
    issue: Issue,
    texts: Mapping[str, str],
    reviews: Reviews,
    *,
    left: tuple[LeftOut, ...] = (),
    stopped: str = "",
) -> tuple[Issue, str]:
    """The issue with what the configured model wrote of it, and why the model is asked nothing more. Without a model, the issue as it is.

    Nothing that a server does delays or stops the issue. If it cannot be asked, there is what it answered before. `left` lists what it
    has not done before, and `stopped` says why it is asked nothing more.
    """
    settings = program.config.model
    if settings is None:
        return issue, stopped
    if not issue.language.startswith("en"):
        left_out = LeftOut(task="all", count=0, reason="the gate reads English only")
        return replace(issue, model=ModelNote(name=settings.name, left=(left_out,))), stopped
    asked = session(program, row, settings, "texts")
    asked.stopped = stopped
    work = _Work(settings=settings, session=asked, templates=resources.template_texts(program.workspace), texts=texts)
    for task, items in _prose(issue):
        if task.name in settings.tasks:
            _write(work, task, items)
    if doubted(text for texts_ in work.written.values() for text in texts_):
        _keep_copies(work, reviews)
    claims = _claims(work, issue) if "stances" in settings.tasks else {}
    issue = with_written(_with_stances(issue, claims), work.written, reviews)
    count = sum(bool(one.sentences) for item in issue.items() for one in item.written)
    unwritten = (LeftOut(task=task, count=number, reason=reason) for (task, reason), number in work.left.items())
    note = ModelNote(name=settings.name, texts=count, left=(*left, *unwritten))
    return replace(issue, model=note), asked.stopped


def _prose(issue: Issue) -> Iterator[tuple[Prose, list[IssueItem]]]:
    """Each task with the items that it is for, by how much readers gain."""
    shown = [item for section in issue.trends if section.own for item in section.items]
    items = issue.by_id(folded=False)
    yield LEAD, [items[id_] for id_ in (issue.lead,) if id_ in items]
    yield RESULT, [items[id_] for id_ in issue.read_first if id_ in items]
    yield SUMMARY, [item for item in shown if item.id != issue.lead]
    yield (
        TITLE,
        list({item.id: item for item in (*(items[id_] for id_ in issue.best if id_ in items), *shown)}.values()),
    )


def _write(work: _Work, task: Prose, items: Sequence[IssueItem]) -> None:
    """Have a task done for those items that have an English text of some length and no words of the editor's."""
    subjects = [_subject(item, work.texts.get(item.id, "")) for item in items if "rewritten" not in item.edited]
    fit = [one for one in subjects if _suits(task, one)]
    for outcome in write(task, fit, work.session, work.templates):
        text = _text(outcome, _PLACES[task.name], work.settings.name)
        if text.sentences or text.refused:
            work.written.setdefault(outcome.subject.id, []).append(text)
        if not text.sentences:
            work.left[task.name, outcome.reason] += 1


def _keep_copies(work: _Work, reviews: Reviews) -> None:
    """Leave out what a doubted model wrote in words of its own and the editor has not decided about."""
    _log.warning("model %s is refused so often that only near copies of sentences stand", work.settings.name)
    tasks = {place: task for task, place in _PLACES.items()}
    for item, texts in work.written.items():
        kept = [copied(text, reviews.get(item, {})) for text in texts]
        for before, after in zip(texts, kept, strict=True):
            if before.sentences and not after.sentences:
                work.left[tasks[before.place], DOUBTED] += 1
        work.written[item] = kept


def _subject(item: IssueItem, text: str) -> Subject:
    """An item as data. Sentences that speak to a model are left out, and those of other languages, whose orders the rules do not know."""
    sentences, left = [], CHARS
    for sentence in split(readable(worth_reading(text)))[:SENTENCES]:
        left -= len(sentence)
        if left >= 0 and _harmless(sentence):
            sentences.append(sentence)
    title = readable(item.title)
    return Subject(id=item.id, title=title if _harmless(title) else "", sentences=tuple(sentences))


def _harmless(sentence: str) -> bool:
    return usable(sentence) and language_of(sentence) in _READ


def _suits(task: Prose, subject: Subject) -> bool:
    text = " ".join(subject.sentences)
    if len(text.split()) < LEAST or language_of(text) not in _READ:
        return False
    return task.name != "titles" or opaque(subject.title, text)


def _text(outcome: Outcome[Sentences], place: WrittenPlace, model: str) -> Written:
    sentences = outcome.subject.sentences
    return Written(
        place=place,
        model=model,
        prompt=outcome.prompt,
        sentences=tuple(
            WrittenSentence(text=one.text, sources=tuple(sentences[number - 1] for number in one.sources))
            for one in outcome.value or ()
        ),
        refused=tuple(RefusedSentence(text=one.text, reason=one.reason) for one in outcome.refused),
    )


def _claims(work: _Work, issue: Issue) -> dict[tuple[str, str], Touch]:
    """How the items that the issue names stand to the claims that they touch, by claim and item."""
    items = issue.by_id()
    pairs = [
        (claim, touch)
        for section in issue.trends
        for claim in section.claims
        for touch in claim.items[:TOUCHES]
        if not touch.by
        and touch.id in items
        and _suits(SUMMARY, _subject(items[touch.id], work.texts.get(touch.id, "")))
    ]
    subjects = [
        replace(_subject(items[touch.id], work.texts.get(touch.id, "")), facts={"claim": f"{claim.date}: {claim.text}"})
        for claim, touch in pairs
    ]
    found = {}
    for (claim, touch), outcome in zip(pairs, write(STANCE, subjects, work.session, work.templates), strict=True):
        if outcome.value is None:
            work.left["stances", outcome.reason] += 1
        else:
            found[claim.text, touch.id] = _touch(touch, outcome.value, outcome.subject)
    return found


def _touch(touch: Touch, position: Position, subject: Subject) -> Touch:
    quoted = "" if position.stance == "unrelated" else subject.sentences[position.sentence - 1]
    return replace(touch, stance=position.stance, sentence=quoted, by="model")


def _with_stances(issue: Issue, found: Mapping[tuple[str, str], Touch]) -> Issue:
    def of(claims: Iterable[TouchedClaim]) -> tuple[TouchedClaim, ...]:
        return tuple(
            replace(claim, items=tuple(found.get((claim.text, touch.id), touch) for touch in claim.items))
            for claim in claims
        )

    return replace(issue, trends=tuple(replace(section, claims=of(section.claims)) for section in issue.trends))
