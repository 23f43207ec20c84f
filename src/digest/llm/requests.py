"""A request to a model, what came back (an answer or a failure, both values), and whether the purse allows the next one. Does no I/O."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from digest.config import ModelSettings

FRAME = 100  # tokens that a server may add around the two messages


@dataclass(frozen=True, kw_only=True)
class Request:
    """One question. `system` is the prompt; `data` is JSON that the model reads as data; `most` limits the answer's tokens."""

    task: str
    model: str
    system: str
    data: str
    schema: Mapping[str, object] = field(hash=False)
    most: int

    @cached_property
    def key(self) -> str:
        """The same for the same task, prompt, text and model."""
        parts = (self.task, self.model, self.system, self.data, json.dumps(self.schema, sort_keys=True), str(self.most))
        return sha256("\0".join(parts).encode()).hexdigest()

    @property
    def input_ceiling(self) -> int:
        """The tokens that the request has at most: no tokenizer makes more of a text than it has bytes."""
        return FRAME + sum(len(part.encode()) for part in (self.system, self.data, json.dumps(self.schema)))

    @property
    def ceiling(self) -> int:
        """The tokens that request and answer have at most."""
        return self.input_ceiling + self.most


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the model wrote. The tokens are the server's count; None if it does not count."""

    content: str
    input: int | None = None
    output: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why there is no answer, in words that hold nothing of the server's. `free` says that it surely cost nothing."""

    reason: str
    retry_after: float | None = None  # seconds
    free: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """Tokens spent so far. A request without an answer counts with the most that it may have cost."""

    issue: int
    month: int


def refusal(settings: ModelSettings, spent: Spent, ceiling: int) -> str:
    """Why a request of at most so many tokens must not be sent; empty if it may."""
    purse = settings.purse
    if spent.issue + ceiling > purse.per_issue:
        return "the issue’s purse is spent"
    if spent.month + ceiling > purse.per_month:
        return "the month’s purse is spent"
    return ""


def cost(settings: ModelSettings, tokens_in: int, tokens_out: int) -> float:
    """The price of so many tokens, in the provider's currency."""
    price = settings.purse.price
    return (tokens_in * price.input + tokens_out * price.output) / 1_000_000
