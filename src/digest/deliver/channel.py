"""What the sender needs of a channel: one message in, one outcome out. Keeps no ledger and decides no retry.

A channel object is one open connection and is used by one thread. It calls `offer` exactly once for each message, after
everything that can fail harmlessly and before the first byte of the body leaves; where `offer` raises, nothing has left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

OutcomeKind = Literal[
    "accepted",
    "refused",  # for good, because of this address
    "barred",  # for good, but not because of the address: the sender, the content, relaying
    "deferred",  # this message, later
    "lost",  # the connection broke before the message was complete: certainly not delivered
    "unreachable",  # no connection could be had; another try may help
    "locked_out",  # no connection could be had and none will be: login, TLS, a permanent greeting
    "in_doubt",  # the message was complete, and no answer came
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One finished message: envelope and bytes. Mail has CRLF line ends, no line begins with a dot, all bytes are ASCII."""

    id: str  # its Message-ID without brackets, the same whenever it is made
    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one message, with the other side's words."""

    kind: OutcomeKind
    reply: str


class Channel(Protocol):
    """One way out of here."""

    def send(self, letter: Letter, offer: Callable[[], None]) -> Outcome:
        """Hand over one message. What goes wrong comes back as an outcome; only what `offer` raises passes through."""
        ...

    def close(self) -> None:
        """Leave politely. Never raises."""
        ...


def words(text: str | bytes) -> str:
    """A server's answer for the ledger and the terminal: one line, printable, at most 300 characters."""
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    line = " ".join("".join(char if char.isprintable() else " " for char in plain).split())
    return line if len(line) <= 300 else line[:299] + "…"
