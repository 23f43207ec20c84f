"""Ask for a list of answers: from memory where there is one, else from the server, as long as purse, time and patience last."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Protocol, TypeVar

from digest.config import ModelSettings
from digest.llm.requests import Answer, Failure, Request, Spent, refusal

T = TypeVar("T")
FAILURES = 3  # in a row, after which nothing more is asked
NO_SERVER = "the model was not set up where this issue was made"
MALFORMED = "the model did not answer in the form that was asked for"


class Server(Protocol):
    """Where questions go."""

    def ask(self, requests: Sequence[Request], *, seconds: float) -> list[Answer | Failure]: ...


class Memory(Protocol):
    """What is known from earlier runs. Each call is durable when it returns."""

    def recall(self, request: Request) -> str | Failure | None:
        """The stored answer to this request, or how it failed in this window."""

    def reserve(self, request: Request) -> None:
        """Count the request's ceiling as spent, before it is sent."""

    def answered(self, request: Request, answer: Answer) -> None:
        """Store the answer, and what it cost instead of the ceiling."""

    def release(self, request: Request) -> None:
        """Count nothing for the request."""

    def failed(self, request: Request, failure: Failure) -> None:
        """Store for this window that there is no answer."""

    def spent(self) -> Spent:
        """The tokens of this issue and of this month."""


@dataclass(kw_only=True, slots=True)
class Session:
    """One run's questions. `left` gives the seconds until the deadline.

    Without a server, such as on a machine that lacks the key, there are the answers from memory, and nothing is noted of the others:
    that they are missing here says nothing about the window.
    """

    settings: ModelSettings
    server: Server | None
    memory: Memory
    left: Callable[[], float]
    stopped: str = field(default="", init=False)  # why nothing more is asked
    _failures: int = field(default=0, init=False)

    def ask(self, requests: Sequence[Request], read: Callable[[str], T]) -> list[T | Failure]:
        """A value or a failure for each request, in their order.

        Args:
            requests: the most important first.
            read: makes the value of an answer; raises `ValueError` if it has another form than was asked for.
        """
        found: dict[str, T | Failure] = {}
        for request in requests:
            known = self.memory.recall(request)
            if known is not None:
                found[request.key] = known if isinstance(known, Failure) else _read(known, read)
        missing = list({request.key: request for request in requests if request.key not in found}.values())
        if self.server is None:
            return [found.get(request.key, Failure(reason=NO_SERVER)) for request in requests]
        while missing:
            step = self._at_once(missing)
            found |= self._send(self.server, missing[:step], read)
            missing = missing[step:]
        return [found[request.key] for request in requests]

    def _at_once(self, waiting: Sequence[Request]) -> int:
        """How many to send together: no more than the purse has room for, since most take less of it than they may."""
        spent = self.memory.spent()
        totals = accumulate(request.ceiling for request in waiting[: self.settings.concurrency])
        return max(1, sum(not refusal(self.settings, spent, total) for total in totals))

    def _send(self, server: Server, requests: Sequence[Request], read: Callable[[str], T]) -> dict[str, T | Failure]:
        found: dict[str, T | Failure] = {}
        sent = []
        for request in requests:
            why_not = self.stopped or self._refusal(request)
            if why_not:
                found[request.key] = self._fail(request, Failure(reason=why_not))
            else:
                self.memory.reserve(request)
                sent.append(request)
        replies = server.ask(sent, seconds=self.left()) if sent else []
        for request, reply in zip(sent, replies, strict=True):
            found[request.key] = self._settle(request, reply, read)
        return found

    def _refusal(self, request: Request) -> str:
        if self.left() <= 0:
            return "the time for the model was over"
        return refusal(self.settings, self.memory.spent(), request.ceiling)

    def _settle(self, request: Request, reply: Answer | Failure, read: Callable[[str], T]) -> T | Failure:
        if isinstance(reply, Answer):
            self.memory.answered(request, reply)
            value: T | Failure = _read(reply.content, read)
        else:
            value = self._fail(request, reply)
            if reply.free:
                self.memory.release(request)
        self._failures = self._failures + 1 if isinstance(value, Failure) else 0
        if self._failures >= FAILURES and isinstance(value, Failure):
            self.stopped = f"{FAILURES} failures in a row: {value.reason}"
        return value

    def _fail(self, request: Request, failure: Failure) -> Failure:
        self.memory.failed(request, failure)
        return failure


def _read(content: str, read: Callable[[str], T]) -> T | Failure:
    try:
        return read(content)
    except (ValueError, RecursionError):
        return Failure(reason=MALFORMED)
