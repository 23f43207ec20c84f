"""A request to a model, and what came back: an answer or a failure, both values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

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
