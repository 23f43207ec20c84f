"""What the sender needs of a channel: one message in, one outcome out. Keeps no ledger and decides no retry.

A channel object is one way out, used for one message at a time. Sending is a talk, a generator that says what it waits for: a socket, or
the ledger. It asks `OFFER` exactly once for each message, after everything that can fail harmlessly and before the first byte of the
body leaves; where the answer is no, nothing leaves. So one thread carries many connections, and may commit for all of them at once.
"""

import select
import socket
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from digest.text.clean import one_line

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


@dataclass(frozen=True, slots=True)
class Wait:
    """Until the socket can be read or written, or so many seconds have passed. The answer is whether it can."""

    sock: socket.socket
    writing: bool
    seconds: float


OFFER: Final = "offer"  # until the ledger knows that the body may leave; the answer is whether it may
Talk = Generator[Wait | Literal["offer"], bool | None, Outcome | None]


class Channel(Protocol):
    """One way out of here."""

    def send(self, letter: Letter, following: Callable[[], Letter | None]) -> Talk:
        """Hand over one message. What goes wrong comes back as an outcome; None where it was not to leave after all.

        `following` may be called once, when the body leaves: the letter that this channel will be given next, if it is known yet.
        """
        ...

    def close(self) -> None:
        """Leave politely. Never raises."""
        ...


def send_one(channel: Channel, letter: Letter) -> Outcome:
    """One message, asking no ledger, and the end of the channel."""
    talk = channel.send(letter, lambda: None)
    answer: bool | None = None
    try:
        while True:
            step = talk.send(answer)
            answer = step == OFFER or bool(ready([step], step.seconds))
    except StopIteration as end:
        outcome: Outcome = end.value
        return outcome
    finally:
        channel.close()


def ready(waits: Sequence[Wait], seconds: float) -> list[Wait]:
    """Those whose socket can be read or written, as soon as there is one; none when the seconds have passed."""
    poll, by_number = select.poll(), {}
    for wait in waits:
        by_number[wait.sock.fileno()] = wait
        poll.register(wait.sock, select.POLLOUT if wait.writing else select.POLLIN)
    return [by_number[number] for number, _ in poll.poll(max(0, seconds) * 1000)]


def words(text: str | bytes) -> str:
    """A server's answer for the ledger and the terminal: one line, printable, at most 300 characters."""
    return one_line(text.decode("utf-8", "replace") if isinstance(text, bytes) else text, 300)
