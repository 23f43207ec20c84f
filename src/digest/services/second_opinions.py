"""Ask the language model about the items whose labels are least certain, if it reads the check texts well enough.

check texts | asked once per model and prompt | refused below the bar | the least certain items | the merged verdicts | said by `why`
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from digest.classify import Text
from digest.classify.second_opinion import (
    BATCH,
    NOTHING_SAID,
    Opinion,
    check,
    check_texts,
    least_certain,
    merged,
    opinion_of,
    opinion_text,
)
from digest.grounding import usable
from digest.llm.session import MALFORMED, Session
from digest.llm.tasks import Subject
from digest.llm.tasks.judgements import LABELS
from digest.llm.writer import write
from digest.model import LeftOut, Trend, Verdict
from digest.render.engine import Engine
from digest.services.context import Program
from digest.services.model import SHARE, session
from digest.storage.db.issues import IssueRow
from digest.storage.db.model_answers import OpinionRow
from digest.storage.files import resources
from digest.text.clean import cut, readable
from digest.text.languages import language_of
from digest.text.sentences import split

if TYPE_CHECKING:
    from digest.classify import Taught

PART = 0.4  # of an issue's items that are asked about at most, as long as purse and time last
FEW = 3 * BATCH  # may always be asked about
CHARS = 1_000  # of a text: what it contributes is told by then


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The verdicts after second opinions. `left` says why there are no opinions, `stopped` why the model must not be asked again."""

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
    asked = session(program, row, replace(settings, purse=purse), "labels")
    templates = resources.template_texts(program.workspace)
    known = check_texts(resources.check_texts())
    answers, unasked = _opinions([one.text for one in known], program.trends, asked, templates)
    result = check(answers, known, program.trends.keys())
    if not result.accepted:
        reason = asked.stopped or unasked or str(result)
        return Asked(verdicts=verdicts, left=(LeftOut(task="labels", count=1, reason=reason),), stopped=asked.stopped)
    told = {text.id: classifier.explain(text) for text in texts}
    able = {id_: one for id_, one in told.items() if not one.lessons}
    by_id = {text.id: text for text in texts}
    doubtful = [by_id[id_] for id_ in least_certain(able)[: max(FEW, round(PART * len(texts)))]]
    opinions = _of_items(doubtful, program, asked, templates)
    changed = {id_: merged(by_id[id_], told[id_], opinion) for id_, opinion in opinions.items()}
    return Asked(verdicts={**verdicts, **changed}, stopped=asked.stopped)


def _of_items(
    texts: Sequence[Text], program: Program, asked: Session, templates: Mapping[str, str]
) -> dict[str, Opinion]:
    """The opinions by the items' ids. Each is stored by itself, so that another draft asks only about other items."""
    answers, model = program.store.model_answers, asked.settings.name
    prompt = Engine(templates).render(f"prompts/{LABELS.name}.txt.j2", refused=())
    told = (model, prompt, _listed(program.trends))
    keys = {text.id: sha256("\0".join((*told, _shown(text))).encode()).hexdigest() for text in texts}
    known = {id_: opinion_of(answer) for id_, key in keys.items() if (answer := answers.opinion(key)) is not None}
    new, _ = _opinions([text for text in texts if text.id not in known], program.trends, asked, templates)
    with program.store.transaction():
        for id_, opinion in new.items():
            row = OpinionRow(request=keys[id_], item=id_, model=model, answer=opinion_text(opinion), at=program.now)
            answers.keep_opinion(row)
    return known | new


def _opinions(
    texts: Sequence[Text], trends: Mapping[str, Trend], asked: Session, templates: Mapping[str, str]
) -> tuple[dict[str, Opinion], str]:
    """The opinions by the texts' ids, asked for in batches, and why a batch has none, if that is not the model's fault.

    A text that a batch's answer leaves out has an opinion that says nothing.
    """
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    subjects = [
        Subject(id=str(place), title="", sentences=tuple(map(_shown, batch)), facts={"trends": _listed(trends)})
        for place, batch in enumerate(batches)
    ]
    found: dict[str, Opinion] = {}
    unasked = ""
    for batch, outcome in zip(batches, write(LABELS, subjects, asked, templates), strict=True):
        if outcome.value is not None:
            found |= {text.id: outcome.value.get(number, NOTHING_SAID) for number, text in enumerate(batch, 1)}
        elif outcome.reason != MALFORMED:
            unasked = unasked or outcome.reason
    return found, unasked


def _listed(trends: Mapping[str, Trend]) -> str:
    return "; ".join(f"{id_}: {trend.name}" for id_, trend in trends.items())


def _shown(text: Text) -> str:
    """A text as the model reads it, without sentences that are addressed to a model or in another language than the rest."""
    whole = readable(f"{text.title}. {text.summary}")
    read = {"", "en", language_of(whole)}
    told = [sentence for sentence in split(whole) if usable(sentence) and language_of(sentence) in read]
    return cut(" ".join(told), CHARS)
