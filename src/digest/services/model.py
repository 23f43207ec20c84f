"""Set up and check the configured language model: its key, its memory in the store, and its deadline."""

import importlib.util
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from digest.config import ModelSettings, ModelTask
from digest.errors import NotFoundError, UsageError
from digest.llm.client import Client
from digest.llm.requests import Answer, Failure, Request, Spent, cost
from digest.llm.session import MALFORMED, Session
from digest.llm.tasks import Subject, data_of, parsed
from digest.llm.tasks.prose import (
    LEAD,
    RESULT,
    SUMMARY,
    Prose,
)
from digest.render.engine import Engine
from digest.services.context import Program
from digest.services.transports import read_secret
from digest.storage.db import Store
from digest.storage.db.issues import IssueRow
from digest.storage.files import resources

# Second opinions have one part of so many of an issue's purse and of the time: readers gain more from the texts.
SHARE = 4
ANSWER_TOKENS = 120  # that an answer takes on average
# As long as most.
ABSTRACT = "A language model reads a short text about another model and writes what the text says. " * 17
PARTS_OF_TOKEN = 4  # bytes of English that make a token, on average
_KEY = re.compile(r"[!-~]*")  # what a header takes
SHOWN, FIRST = 22, 4  # items with a summary, and of those under "Read first", in an issue of ten minutes


@dataclass(frozen=True, kw_only=True, slots=True)
class Remembered:
    """The stored answers, failures and spending for one window."""

    store: Store
    issue: str
    cutoff: datetime
    now: datetime

    def recall(self, request: Request) -> str | Failure | None:
        """The stored answer to this request, or how it failed in this window."""
        answer = self.store.model_answers.answer(request.key)
        if answer is not None:
            return answer
        reason = self.store.model_answers.failure(request.key, self.cutoff)
        return None if reason is None else Failure(reason=reason)

    def reserve(self, request: Request) -> None:
        """Count the request's ceiling as spent, before it is sent."""
        with self.store.transaction():
            self.store.model_answers.spend(
                request.key,
                issue=self.issue,
                at=self.now,
                tokens_in=request.input_ceiling,
                tokens_out=request.most,
            )

    def answered(self, request: Request, answer: Answer) -> None:
        """Store the answer, and what it cost instead of the ceiling."""
        answers = self.store.model_answers
        with self.store.transaction():
            answers.keep(request.key, task=request.task, model=request.model, answer=answer.content, at=self.now)
            answers.settle(request.key, issue=self.issue, tokens_in=answer.input, tokens_out=answer.output)

    def release(self, request: Request) -> None:
        """Undo the reservation for the request."""
        with self.store.transaction():
            self.store.model_answers.settle(request.key, issue=self.issue, tokens_in=0, tokens_out=0)

    def failed(self, request: Request, failure: Failure) -> None:
        """Record that there is no answer in this window."""
        with self.store.transaction():
            self.store.model_answers.fail(request.key, cutoff=self.cutoff, reason=failure.reason)

    def spent(self) -> Spent:
        """The tokens of this issue and of this month."""
        answers = self.store.model_answers
        return Spent(issue=sum(answers.spent(issue=self.issue)), month=sum(answers.spent_in(self.now)))


def client(root: Path, settings: ModelSettings) -> Client:
    """The client of the configured server. A key file is relative to `root`, the workspace's folder.

    Raises:
        UsageError: `openai` is not installed, or the key is not where the configuration says, or is none.
    """
    if importlib.util.find_spec("openai") is None:
        raise UsageError("model", "openai is not installed", "run `pip install 'llm-trends-digest[model]'`")
    key = read_secret("model.api_key", env=settings.api_key_env, file=settings.api_key_file, root=root)
    if not _KEY.fullmatch(key):
        raise UsageError(
            "model.api_key", "it has a space or a character that no key has", "copy it again, alone on its line"
        )
    return Client(settings, key)


def session(
    program: Program, row: IssueRow, settings: ModelSettings, *, monotonic: Callable[[], float] = time.monotonic
) -> Session:
    """A session for one issue. The deadline of a due issue counts from its cutoff, that of a draft from now.

    Raises:
        UsageError: `openai` is not installed, or the key is not where the configuration says.
    """
    begun = monotonic()
    late = (program.now - row.cutoff).total_seconds() if row.state == "making" else 0.0
    left = settings.deadline.total_seconds() - max(0.0, late)
    return Session(
        settings=settings,
        server=client(program.workspace.root, settings),
        memory=Remembered(store=program.store, issue=row.key, cutoff=row.cutoff, now=program.now),
        left=lambda: left - (monotonic() - begun),
    )


def with_time_for(settings: ModelSettings, work: Literal["labels", "texts", "translation"]) -> ModelSettings:
    """The settings with the part of the time that this work has. Second opinions come first, then texts, then translations."""
    labels = 1 / SHARE if "labels" in settings.tasks else 0.0
    both = "translation" in settings.tasks and not {"labels", "translation"}.issuperset(settings.tasks)
    part = labels if work == "labels" else (1 - labels) / (1 + both)
    return replace(settings, deadline=settings.deadline * part)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What a check of the model found. `trouble` is empty if the model can be used as it is configured."""

    server: str
    model: str
    context: int | None
    structured: bool | None  # whether answers keep a form; None if there was no answer
    trouble: str
    tokens_in: int  # of an issue, estimated
    tokens_out: int
    price: float
    spent: int  # tokens in this month

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


def check(program: Program) -> Checked:
    """Send one request, and estimate what an issue takes.

    Raises:
        NotFoundError: no model is configured.
        UsageError: `openai` is not installed, or the key is not where the configuration says.
    """
    settings = program.config.model
    if settings is None:
        raise NotFoundError("model", "none is configured", "add a section `model:` to feeds.yaml")
    server = client(program.workspace.root, settings)
    templates = resources.template_texts(program.workspace)
    subject = Subject(id="check", title="A check", sentences=("The model was asked for one sentence.",))
    request = Request(
        task=RESULT.name,
        model=settings.name,
        system=Engine(templates).render(f"prompts/{RESULT.name}.txt.j2", refused=()),
        data=data_of(subject),
        schema=RESULT.schema,
        most=RESULT.most,
    )
    (reply,) = server.ask([request], seconds=settings.timeout.total_seconds())
    structured = _structured(reply)
    tokens = estimate(settings, templates)
    return Checked(
        server=settings.base_url,
        model=settings.name,
        context=_context(server, settings.name),
        structured=structured,
        trouble=reply.reason if isinstance(reply, Failure) else "" if structured else MALFORMED,
        tokens_in=tokens[0],
        tokens_out=tokens[1],
        price=cost(settings, *tokens),
        spent=sum(program.store.model_answers.spent_in(program.now)),
    )


def estimate(settings: ModelSettings, templates: Mapping[str, str]) -> tuple[int, int]:
    """The tokens, in and out, that an issue of ten minutes takes with abstracts of the usual length."""
    engine = Engine(templates)
    counts: dict[ModelTask, tuple[Prose, int]] = {
        "lead": (LEAD, 1),
        "results": (RESULT, FIRST),
        "summaries": (SUMMARY, SHOWN),
    }
    chosen = [counts[name] for name in settings.tasks if name in counts]
    prompts = sum(
        number * (len(engine.render(f"prompts/{task.name}.txt.j2", refused=())) + len(ABSTRACT))
        for task, number in chosen
    )
    return prompts // PARTS_OF_TOKEN, ANSWER_TOKENS * sum(number for _, number in chosen)


def _structured(reply: Answer | Failure) -> bool | None:
    if isinstance(reply, Failure):
        return None
    try:
        RESULT.read(parsed(reply.content))
    except (ValueError, RecursionError):
        return False
    return True


def _context(server: Client, name: str) -> int | None:
    """The tokens that the model reads at most, if the server tells; servers have different names for it."""
    for model in server.models():
        if model.get("id") == name:
            meta = model.get("meta")
            told = {**model, **(meta if isinstance(meta, dict) else {})}
            names = (
                "max_model_len",
                "loaded_context_length",
                "context_length",
                "max_context_length",
                "n_ctx",
                "n_ctx_train",
            )
            return next((value for key in names if isinstance(value := told.get(key), int)), None)
    return None
