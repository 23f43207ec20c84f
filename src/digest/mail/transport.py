"""The interface of a channel: one message in, one outcome out. Retries and the ledger are the caller's.

A channel sends one message at a time. Sending is a talk: a generator that yields what it waits for, a socket or the ledger. It
yields `OFFER` exactly once per message, after everything that can fail harmlessly and before the first byte of the body is sent. If
the answer is no, nothing is sent. So one thread can serve many connections and commit for all of them at once.
"""

import select
import socket
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from digest.text.clean import one_line

OutcomeKind = Literal[
    "accepted",
    "refused",  # permanently, because of this address
    "barred",  # permanently, but because of the sender, the content or relaying
    "deferred",  # temporarily
    "lost",  # the connection broke before the message was complete: certainly not delivered
    "unreachable",  # no connection; a retry may help
    "locked_out",  # no connection, and a retry will not help: login, TLS, a permanent refusal
    "in_doubt",  # the message was sent completely, and no reply came
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A finished message: envelope and bytes. Mail is ASCII with CRLF line ends, and no line begins with a dot."""

    id: str  # its Message-ID without brackets, which does not change if it is made again
    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The outcome of one message, with the server's reply."""

    kind: OutcomeKind
    reply: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Waits until the socket can be read or written, or until the seconds have passed. The answer is whether it can."""

    sock: socket.socket
    writing: bool
    seconds: float


OFFER: Final = "offer"  # waits until the ledger allows the body to be sent; the answer is whether it does
Talk = Generator[Wait | Literal["offer"], bool | None, Outcome | None]


class Channel(Protocol):
    """A way to send messages, one at a time."""

    def send(self, letter: Letter, following: Callable[[], Letter | None]) -> Talk:
        """Send a message. Failures are returned as outcomes; None means that the offer was declined.

        `following` may be called once, when the body is sent. It returns the next letter of this channel, if that is known yet.
        """
        ...

    def close(self) -> None:
        """Close the connection properly. Never raises."""
        ...


def send_one(channel: Channel, letter: Letter) -> Outcome:
    """Send one message without a ledger, then close the channel."""
    return carry_out(channel, channel.send(letter, lambda: None))


def carry_out(channel: Channel, talk: Talk) -> Outcome:
    """Have a whole talk without a ledger, then close the channel."""
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
    """Wait until some sockets can be read or written, and return their waits; none if the seconds have passed."""
    poll, by_number = select.poll(), {}
    for wait in waits:
        by_number[wait.sock.fileno()] = wait
        poll.register(wait.sock, select.POLLOUT if wait.writing else select.POLLIN)
    return [by_number[number] for number, _ in poll.poll(max(0, seconds) * 1000)]


def words(text: str | bytes) -> str:
    """A server's reply for the ledger and the terminal: one printable line of at most 300 characters."""
    return one_line(text.decode("utf-8", "replace") if isinstance(text, bytes) else text, 300)
