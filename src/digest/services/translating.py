"""Have a language model translate what readers of an edition see: titles and the texts below them, the most prominent first.

issue in its main language | the editions that the model may translate into | ask, judge | the words of those that passed
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from babel import Locale

from digest.config import ModelSettings
from digest.grounding import usable
from digest.llm.session import Session
from digest.llm.tasks import Subject
from digest.llm.tasks.translation import TRANSLATION
from digest.llm.writer import write
from digest.model import Issue, IssueItem, ItemWords, LeftOut, Translation
from digest.services.context import Program
from digest.services.model import session
from digest.storage.db.issues import IssueRow
from digest.storage.files import resources
from digest.text.clean import readable
from digest.text.languages import foreign
from digest.text.sentences import split

_TEXTS = ("title", "summary", "brief", "result")
_ENGLISH = Locale("en")


def translations(program: Program, row: IssueRow, issue: Issue, *, stopped: str = "") -> Mapping[str, Translation]:
    """The words of the editions that are translated, by their language. Without the task, none. `stopped` says why nothing more is asked.

    Nothing that a server does delays or stops the issue. If it cannot be asked, there is what it answered before.
    """
    settings = program.config.model
    if settings is None or "translation" not in settings.tasks:
        return {}
    languages = [
        one.language
        for one in program.config.digest.editions[1:]
        if _base(one.language) in map(_base, settings.languages)
    ]
    asked = session(program, row, settings, "translation")
    asked.stopped = stopped
    templates = resources.template_texts(program.workspace)
    return {language: _translation(issue, language, settings, asked, templates) for language in languages}


def _translation(
    issue: Issue, language: str, settings: ModelSettings, asked: Session, templates: Mapping[str, str]
) -> Translation:
    facts = {"into": _ENGLISH.languages.get(_base(language), language), "language": language}
    texts = {item.id: found for item in _by_prominence(issue) if (found := _foreign_texts(item, language))}
    subjects = [
        Subject(id=id_, title="", sentences=tuple(dict.fromkeys(found.values())), facts=facts)
        for id_, found in texts.items()
    ]
    items, left = [], Counter[str]()
    for outcome in write(TRANSLATION, subjects, asked, templates):
        if outcome.value is None:
            left[outcome.reason] += 1
            continue
        said = dict(zip(outcome.subject.sentences, outcome.value, strict=True))
        words = {name: said[text] for name, text in texts[outcome.subject.id].items() if said[text] != text}
        if words:
            items.append(ItemWords(id=outcome.subject.id, **words))
    unsaid = tuple(LeftOut(task="translation", count=number, reason=reason) for reason, number in left.items())
    return Translation(model=settings.name, items=tuple(items), left=unsaid)


def _by_prominence(issue: Issue) -> Iterator[IssueItem]:
    """Each item that is shown, once: the lead, what is read first, the sections of the mail, the rest, what is listed by title."""
    items = issue.by_id()
    best = [items[id_] for id_ in issue.best if id_ in items]
    sections = sorted(issue.trends, key=lambda section: not section.own)
    shown = (item for section in sections for item in section.items)
    listed = [items[id_] for id_ in issue.noted_papers if id_ in items]
    yield from {item.id: item for item in (*best, *shown, *issue.also_noted, *listed)}.values()


def _foreign_texts(item: IssueItem, language: str) -> dict[str, str]:
    """The item's texts in other languages than this, by their field. Those that speak to a model are left out."""
    texts = {name: readable(str(getattr(item, name))) for name in _TEXTS}
    return {name: text for name, text in texts.items() if foreign(text, language) and _harmless(split(text))}


def _harmless(sentences: Sequence[str]) -> bool:
    return all(map(usable, sentences))


def _base(language: str) -> str:
    return language.partition("-")[0].lower()
