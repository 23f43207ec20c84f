"""Have a task done for several subjects: ask, read, judge; ask once more where the gate refused; give up after that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Generic, TypeVar

from digest.llm.requests import Failure, Request
from digest.llm.session import Session
from digest.llm.tasks import Refused, Subject, Task, data_of, parsed
from digest.render.engine import Engine

V = TypeVar("V")
REFUSED = "the gate refused it"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome(Generic[V]):
    """What became of one subject: a value that passed, or the reason why there is none. `refused` lists what was not let through."""

    subject: Subject
    value: V | None
    prompt: str  # the beginning of its hash
    reason: str = ""
    refused: tuple[Refused, ...] = ()


def write(
    task: Task[V], subjects: Sequence[Subject], session: Session, templates: Mapping[str, str]
) -> tuple[Outcome[V], ...]:
    """An outcome for each subject, in their order.

    Raises:
        ConfigError: the prompt's template is broken.
    """
    engine = Engine(templates)
    make = partial(_request, task, session.settings.name, engine)
    firsts = [make(subject, ()) for subject in subjects]
    outcomes = [
        _outcome(task, subject, request, answer, ())
        for subject, request, answer in zip(subjects, firsts, session.ask(firsts, partial(_read, task)), strict=True)
    ]
    again = [place for place, one in enumerate(outcomes) if one.reason == REFUSED]
    seconds = [make(outcomes[place].subject, outcomes[place].refused) for place in again]
    answers = session.ask(seconds, partial(_read, task))
    for place, request, answer in zip(again, seconds, answers, strict=True):
        first = outcomes[place]
        outcomes[place] = _outcome(task, first.subject, request, answer, first.refused)
    return tuple(outcomes)


def _request(task: Task[V], model: str, engine: Engine, subject: Subject, refused: tuple[Refused, ...]) -> Request:
    return Request(
        task=task.name,
        model=model,
        system=engine.render(f"prompts/{task.name}.txt.j2", refused=refused),
        data=data_of(subject),
        schema=task.schema,
        most=task.most,
    )


def _read(task: Task[V], content: str) -> V:
    return task.read(parsed(content))


def _outcome(
    task: Task[V], subject: Subject, request: Request, answer: V | Failure, before: tuple[Refused, ...]
) -> Outcome[V]:
    prompt = sha256(request.system.encode()).hexdigest()[:12]
    if isinstance(answer, Failure):
        return Outcome(subject=subject, value=None, prompt=prompt, reason=answer.reason, refused=before)
    refused = task.refusals(answer, subject)
    if refused:
        return Outcome(subject=subject, value=None, prompt=prompt, reason=REFUSED, refused=(*before, *refused))
    return Outcome(subject=subject, value=answer, prompt=prompt, refused=before)
