"""Set up the configured language model: its key, its memory in the store, and its deadline."""

import importlib.util
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from digest.config import ModelSettings
from digest.errors import UsageError
from digest.llm.client import Client
from digest.llm.requests import Answer, Failure, Request, Spent
from digest.llm.session import Session
from digest.services.context import Program
from digest.services.transports import read_secret
from digest.storage.db import Store
from digest.storage.db.issues import IssueRow

_log = logging.getLogger(__name__)
Work = Literal["labels", "texts", "translation"]
# Second opinions have one part of so many of an issue's purse and of the time: readers gain more from the texts.
SHARE = 4
_KEY = re.compile(r"[!-~]*")  # what a header takes


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
    program: Program,
    row: IssueRow,
    settings: ModelSettings,
    work: Work,
    *,
    monotonic: Callable[[], float] = time.monotonic,
) -> Session:
    """A session for one part of an issue's work. The deadline of a due issue counts from its cutoff, that of a draft from now.

    If the server cannot be asked from here, a warning says why, and the session has only what is remembered: an editor's machine
    may lack the key that a draft was built with.
    """
    begun = monotonic()
    start, end = _times(settings, work)
    due = row.state == "making"
    # What the run did since it read the clock, such as collecting, is late as well.
    late = max(0.0, (program.now - row.cutoff).total_seconds() + begun - program.since) if due else 0.0
    left = settings.deadline.total_seconds() * (end if due else end - start) - late
    server = None
    try:
        server = client(program.workspace.root, settings)
    except UsageError as error:
        _log.warning("%s", error)
    return Session(
        settings=settings,
        server=server,
        memory=Remembered(store=program.store, issue=row.key, cutoff=row.cutoff, now=program.now),
        left=lambda: left - (monotonic() - begun),
    )


def _times(settings: ModelSettings, work: Work) -> tuple[float, float]:
    """When this work begins and ends, in parts of the deadline. Second opinions come first, then texts, then translations."""
    labels = 1 / SHARE if "labels" in settings.tasks else 0.0
    both = "translation" in settings.tasks and not {"labels", "translation"}.issuperset(settings.tasks)
    texts = (1 + labels) / 2 if both else 1.0
    begins: Mapping[Work, tuple[float, float]] = {
        "labels": (0.0, labels),
        "texts": (labels, texts),
        "translation": (texts if both else labels, 1.0),
    }
    return begins[work]
