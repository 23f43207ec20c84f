"""The SMTP channel: one connection, driven stage by stage, to distinguish "never accepted" from "perhaps accepted".

connect     greeting | EHLO | STARTTLS, EHLO | AUTH               4xx: unreachable; 5xx, or no TLS: locked out
envelope    MAIL | RCPT | DATA, in one write if the server allows it (RFC 2920), and then right after the previous message
offer       the ledger records that the body may leave
body        broken before the final dot has left: lost, certainly not delivered
dot         broken after it: in doubt (RFC 1047)
"""

import ssl
from collections.abc import Callable
from typing import Literal

from digest.mail.smtp import replies
from digest.mail.smtp.login import Server, Unusable, log_in
from digest.mail.smtp.wire import Broken, Reply, Waiting, Wire, dial
from digest.mail.transport import OFFER, Letter, Outcome, OutcomeKind, Talk, words

Stage = Literal["connect", "mail", "rcpt", "data", "dot"]
DOT_PATIENCE = 10  # times the usual timeout: a server may need long to reply (RFC 5321, 4.5.3.2.6)


class Smtp:
    """A connection that opens when there is a message, and again if it broke."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._wire: Wire | None = None
        self._extensions: dict[str, str] = {}
        self._ahead: Letter | None = None  # its envelope was written right after the previous message
        self._carried = 0  # messages attempted on this connection

    def send(self, letter: Letter, following: Callable[[], Letter | None]) -> Talk:
        try:
            if self._wire is not None:
                outcome = yield from self._try(self._wire, letter, following)
                if outcome is not STALE:
                    return outcome
                self._drop()
            try:
                wire = yield from self._connect()
            except Unusable as problem:
                return problem.outcome
            return (yield from self._try(wire, letter, following))
        except BaseException:  # an abandoned talk: the server may be waiting for a body that must not be sent
            self._drop()
            raise

    def greet(self) -> Talk:
        """Connect and log in, and send nothing."""
        try:
            yield from self._connect()
        except Unusable as problem:
            return problem.outcome
        return Outcome(kind="accepted", reply="")

    def close(self) -> None:
        if self._wire is not None and self._ahead is None:
            self._wire.quit()
            self._wire = None
        self._drop()

    def _try(self, wire: Wire, letter: Letter, following: Callable[[], Letter | None]) -> Talk:
        """Send a message on an open connection; STALE if the server had already closed it."""
        try:
            envelope = yield from self._envelope(wire, letter)
        except Broken as problem:
            self._drop()
            return STALE if str(problem) in _STALE else Outcome(kind="lost", reply=str(problem))
        if envelope is not None:
            if self._carried and replies.ends_session(envelope.reply):
                return STALE
            return envelope
        self._carried += 1
        return (yield from self._body(wire, letter, following))

    def _envelope(self, wire: Wire, letter: Letter) -> Waiting[Outcome | None]:
        """The stages up to the server's permission to send the body. Returns the outcome if there is none."""
        lines, ahead = self._lines(letter), self._ahead is letter
        self._ahead = None
        if self._pipelining and not ahead:
            yield from wire.write(b"".join(lines))
        for number, (stage, line) in enumerate(zip(_ENVELOPE, lines, strict=True)):
            if not self._pipelining:
                yield from wire.write(line)
            reply = yield from wire.reply()
            if not (reply.code == 354 if stage == "data" else reply.good):
                outcome = Outcome(kind=meaning(stage, reply), reply=reply.text)
                unread = len(lines) - number - 1 if self._pipelining else 0
                yield from self._reset(wire, unread=unread, closing=outcome.kind == "lost")
                return outcome
        return None

    @property
    def _pipelining(self) -> bool:
        return "PIPELINING" in self._extensions

    def _lines(self, letter: Letter) -> tuple[bytes, ...]:
        size = f" SIZE={len(letter.content)}" if "SIZE" in self._extensions else ""
        envelope = (f"MAIL FROM:<{letter.sender}>{size}", f"RCPT TO:<{letter.recipient}>", "DATA")
        return tuple(f"{line}\r\n".encode("ascii") for line in envelope)

    def _body(self, wire: Wire, letter: Letter, following: Callable[[], Letter | None]) -> Talk:
        if not (yield OFFER):
            self._drop()  # the server is waiting for a body that must not be sent
            return None
        self._ahead = following() if self._pipelining else None
        behind = b"".join(self._lines(self._ahead)) if self._ahead else b""
        try:
            yield from wire.write(b"".join((letter.content, b".\r\n", behind)))
        except Broken as problem:
            self._drop()
            if problem.unsent > len(behind):
                return Outcome(kind="lost", reply=str(problem))
            return Outcome(kind="in_doubt", reply=f"{problem} after the whole message was sent")
        try:
            reply = yield from wire.reply(patience=DOT_PATIENCE)
        except Broken as problem:
            self._drop()
            return Outcome(kind="in_doubt", reply=f"{problem} after the whole message was sent")
        if reply.code == 421:
            self._drop()
        return Outcome(kind=meaning("dot", reply), reply=reply.text)

    def _reset(self, wire: Wire, *, unread: int, closing: bool) -> Waiting[None]:
        """Make the connection ready for the next message, or close it if the server is waiting for a body."""
        ready = not closing
        try:
            for _ in range(unread):
                reply = yield from wire.reply()
                ready = ready and reply.code != 354
            ready = ready and (yield from wire.command("RSET")).good
        except Broken:
            ready = False
        if not ready:
            self._drop()

    def _drop(self) -> None:
        self._ahead = None
        if self._wire is not None:
            self._wire.drop()
            self._wire = None

    def _connect(self) -> Waiting[Wire]:
        """Open a connection that is ready for messages.

        Raises:
            Unusable: that failed.
        """
        server = self._server
        try:
            wire = self._wire = yield from dial(server.host, server.port, timeout=server.timeout)
        except Broken as problem:
            raise Unusable("unreachable", f"cannot be reached ({problem})") from problem
        try:
            yield from self._introduce(wire)
        except (Broken, ssl.SSLError, Unusable) as error:
            self._drop()
            raise _as_unusable(error, server.security) from error
        return wire

    def _introduce(self, wire: Wire) -> Waiting[None]:
        server = self._server
        if server.security == "tls":
            yield from wire.secure(server.trust, server.host)
        _expect((yield from wire.reply()))
        self._carried = 0
        self._extensions = yield from _hello(wire, server.name)
        if server.security == "starttls":
            if "STARTTLS" not in self._extensions:
                raise Unusable("locked_out", "offers no STARTTLS, and mail must not be sent unencrypted")
            _expect((yield from wire.command("STARTTLS")))
            yield from wire.secure(server.trust, server.host)
            self._extensions = yield from _hello(wire, server.name)
        if server.username:
            yield from log_in(wire, server, self._extensions.get("AUTH", "").upper().split())


_STALE = ("closed the connection", "Broken pipe", "Connection reset by peer")
STALE = Outcome(kind="unreachable", reply="closed the connection at once")
_UNKNOWN_COMMAND = (500, 502, 504)
_ENVELOPE: tuple[Stage, ...] = ("mail", "rcpt", "data")


def meaning(stage: Stage, reply: Reply) -> OutcomeKind:
    """The outcome for a reply at a stage."""
    if stage == "connect":
        return "locked_out" if reply.permanent else "unreachable"
    if reply.code == 421 and stage != "dot":
        return "lost"
    if reply.good:
        return "accepted" if stage == "dot" else "lost"
    if not reply.permanent:
        return "deferred"
    return REFUSALS[replies.about(reply.text, addressed=stage in ("rcpt", "dot"), named=stage == "rcpt")]


REFUSALS: dict[replies.About, OutcomeKind] = {
    "reader": "refused",
    "sender": "barred",
    "server": "barred",
    "later": "deferred",
}


def _as_unusable(error: Exception, security: str) -> Unusable:
    if isinstance(error, Unusable):
        return error
    if isinstance(error, ssl.SSLCertVerificationError):
        return Unusable("locked_out", f"its certificate cannot be trusted ({words(error.verify_message)})")
    if isinstance(error, ssl.SSLError):
        hint = (
            "; if it begins in the clear, as on ports 587 and 25, set security: starttls" if security == "tls" else ""
        )
        return Unusable("locked_out", f"TLS failed ({words(error.reason or str(error))}){hint}")
    silent = security != "tls" and str(error) in ("did not answer in time", "closed the connection")
    hint = "; if it speaks TLS from the first byte, as on port 465, set security: tls" if silent else ""
    return Unusable("unreachable", f"{error}{hint}")


def _expect(reply: Reply) -> Reply:
    if not reply.good:
        raise Unusable(meaning("connect", reply), reply.text)
    return reply


def _hello(wire: Wire, name: str) -> Waiting[dict[str, str]]:
    """Say EHLO, and return the server's extensions with their parameters."""
    own = name or wire.literal()
    reply = yield from wire.command(f"EHLO {own}")
    if reply.code in _UNKNOWN_COMMAND:
        _expect((yield from wire.command(f"HELO {own}")))
        return {}
    _expect(reply)
    extensions: dict[str, str] = {}
    for line in reply.lines[1:]:
        key, _, parameters = line.replace("=", " ", 1).partition(" ")  # AUTH=LOGIN, as some old servers have it
        extensions[key.upper()] = f"{extensions.get(key.upper(), '')} {parameters}".strip()
    return extensions
