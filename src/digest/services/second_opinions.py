"""Ask the language model about the items whose labels are least certain, if it reads the check texts well enough.

check texts | asked once per model and prompt | refused below the bar | the least certain items | the merged verdicts
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digest.classify import Text
from digest.classify.second_opinion import BATCH, Opinion, check, check_texts, least_certain, merged
from digest.errors import UsageError
from digest.grounding import usable
from digest.llm.session import Session
from digest.llm.tasks import Subject
from digest.llm.tasks.judgements import LABELS
from digest.llm.writer import write
from digest.model import LeftOut, Trend, Verdict
from digest.services.context import Program
from digest.services.model import SHARE, session, with_time_for
from digest.storage.db.issues import IssueRow
from digest.storage.files import resources
from digest.text.clean import cut, readable
from digest.text.sentences import split

if TYPE_CHECKING:
    from digest.classify import Taught

_LOG = logging.getLogger(__name__)
ITEMS = 3 * BATCH  # asked about for one issue
CHARS = 1_500  # of a text


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The verdicts after second opinions, why there are none if there are none, and why nothing more should be asked, if so."""

    verdicts: Mapping[str, Verdict]
    left: tuple[LeftOut, ...] = ()
    stopped: str = ""


def second_opinions(
    program: Program, row: IssueRow, classifier: "Taught", texts: Sequence[Text], verdicts: Mapping[str, Verdict]
) -> Asked:
    """The verdicts, those on the least certain items merged with the model's opinions."""
    settings = program.config.model
    if settings is None or "labels" not in settings.tasks or not texts:
        return Asked(verdicts=verdicts)
    purse = replace(settings.purse, per_issue=settings.purse.per_issue // SHARE)
    try:
        asked = session(program, row, replace(with_time_for(settings, "labels"), purse=purse))
    except UsageError as error:
        _LOG.warning("%s", error)
        return Asked(verdicts=verdicts, left=(LeftOut(task="labels", count=1, reason=error.cause),))
    templates = resources.template_texts(program.workspace)
    known = check_texts(resources.check_texts())
    answers = _opinions([one.text for one in known], program.trends, asked, templates)
    result = check(answers, known, program.trends.keys())
    if not result.accepted:
        reason = asked.stopped or str(result)
        return Asked(verdicts=verdicts, left=(LeftOut(task="labels", count=1, reason=reason),), stopped=asked.stopped)
    told = {text.id: classifier.explain(text) for text in texts}
    doubtful = least_certain({id_: one for id_, one in told.items() if not one.lessons})[:ITEMS]
    by_id = {text.id: text for text in texts}
    opinions = _opinions([by_id[id_] for id_ in doubtful], program.trends, asked, templates)
    changed = {id_: merged(by_id[id_], told[id_], opinion) for id_, opinion in opinions.items()}
    return Asked(verdicts={**verdicts, **changed}, stopped=asked.stopped)


def _opinions(
    texts: Sequence[Text], trends: Mapping[str, Trend], asked: Session, templates: Mapping[str, str]
) -> dict[str, Opinion]:
    """The opinions by the texts' ids, asked for in batches; texts without an answer are left out."""
    listed = "; ".join(f"{id_}: {trend.name}" for id_, trend in trends.items())
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    subjects = [
        Subject(id=str(place), title="", sentences=tuple(map(_shown, batch)), facts={"trends": listed})
        for place, batch in enumerate(batches)
    ]
    found = {}
    for batch, outcome in zip(batches, write(LABELS, subjects, asked, templates), strict=True):
        for number, opinion in (outcome.value or {}).items():
            if 0 < number <= len(batch):
                found[batch[number - 1].id] = opinion
    return found


def _shown(text: Text) -> str:
    """A text as the model reads it, without sentences that speak to one."""
    told = [sentence for sentence in split(readable(f"{text.title}. {text.summary}")) if usable(sentence)]
    return cut(" ".join(told), CHARS)
