"""An SMTP server that fails as it is told, over real sockets: at any stage it refuses, defers, keeps silent, resets or dies.

`Fault(stage, how)`: the stage is one of STAGES; how is a reply such as `"451 later"`, or `"silence"`, `"reset"`, `"close"`. What it took
(a body whose final dot it saw) it keeps, whatever it answered then.
"""

import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

STAGES = ("connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot")
GOOD = {"connect": "220 ready", "mail": "250 ok", "rcpt": "250 ok", "data": "354 go on", "dot": "250 2.0.0 taken"}


@dataclass(frozen=True)
class Fault:
    stage: str
    how: str
    times: int = 1_000_000
    of: str = ""  # only for a recipient that holds this


@dataclass
class Taken:
    """One message whose end the server saw."""

    sender: str
    recipient: str
    content: bytes


@dataclass
class SmtpServer:
    faults: list[Fault] = field(default_factory=list)
    extensions: tuple[str, ...] = ("PIPELINING", "SIZE 10000000")
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    login: tuple[str, str] | None = None
    hook: Callable[[str], None] = lambda _stage: None
    taken: list[Taken] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.closing = threading.Event()
        self._used: dict[Fault, int] = {}
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._open:
            sock.close()

    def hang_up(self) -> None:
        """End every open connection, as a server that has waited long enough."""
        for sock in self._open:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    @property
    def recipients(self) -> list[str]:
        return [taken.recipient for taken in self.taken]

    def fault(self, stage: str, recipient: str = "") -> str:
        """How this stage goes wrong now; empty where it goes well."""
        self.hook(stage)
        with self._lock:
            for fault in self.faults:
                used = self._used.get(fault, 0)
                if fault.stage == stage and used < fault.times and fault.of in recipient:
                    self._used[fault] = used + 1
                    return fault.how
        return ""

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self.connections += 1
                self._open.append(sock)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        session = None
        try:
            if self.implicit_tls and self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            session = _Session(self, sock)
            session.run()
        except (OSError, ValueError, KeyError, _OverError):
            pass  # a session that went wrong, as it should or because the client spoke something else
        finally:
            if session is not None:
                session.close()
            sock.close()


class _OverError(Exception):
    pass


class _Session:
    def __init__(self, server: SmtpServer, sock: socket.socket) -> None:
        self._server, self._sock = server, sock
        self._file = sock.makefile("rb")
        self._sender = self._recipient = ""
        self._secure = server.implicit_tls

    def run(self) -> None:
        self._answer("connect")
        while line := self._file.readline():
            word, _, rest = line.decode("ascii").strip().partition(" ")
            {
                "EHLO": self._ehlo, "STARTTLS": self._starttls, "AUTH": self._auth, "MAIL": self._mail, "RCPT": self._rcpt,
                "DATA": self._data, "RSET": self._rset, "QUIT": self._quit,
            }[word.upper()](rest)  # fmt: skip

    def close(self) -> None:
        with suppress(OSError):
            self._file.close()
        self._sock.close()

    def _say(self, text: str) -> None:
        self._sock.sendall(text.encode() + b"\r\n")

    def _answer(self, stage: str, good: str = "") -> bool:
        """Answer as told; whether it went well."""
        how = self._server.fault(stage, self._recipient)
        if how == "silence":
            self._file.read()
            raise _OverError
        if how == "reset":
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._file.close()
            self._sock.close()
            raise _OverError
        if how == "close":
            self._sock.shutdown(socket.SHUT_RDWR)
            raise _OverError
        if how and stage == "dot":
            with self._server._lock:
                self._server.taken.pop()
                self._server.refused.append(self._recipient)
        self._say(how or good or GOOD[stage])
        if how.startswith("421"):
            raise _OverError
        return not how

    def _ehlo(self, _rest: str) -> None:
        offered = list(self._server.extensions)
        if self._server.tls and not self._secure:
            offered.append("STARTTLS")
        if self._server.login:
            offered.append("AUTH PLAIN LOGIN")
        lines = ["test.example.org", *offered]
        text = "\r\n".join(f"250{' ' if n == len(lines) - 1 else '-'}{line}" for n, line in enumerate(lines))
        self._answer("ehlo", text)

    def _starttls(self, _rest: str) -> None:
        assert self._server.tls is not None
        if self._answer("starttls", "220 go on"):
            self._file.close()
            self._sock = self._server.tls.wrap_socket(self._sock, server_side=True)
            self._file = self._sock.makefile("rb")
            self._secure = True

    def _auth(self, _rest: str) -> None:
        import base64

        self._say("334 ")
        given = base64.b64decode(self._file.readline())
        assert self._server.login is not None
        _, user, password = given.split(b"\0")
        right = (user.decode(), password.decode()) == self._server.login
        self._answer("auth", "235 welcome" if right else f"535 5.7.8 no, not {password.decode()}")

    def _mail(self, rest: str) -> None:
        self._sender, self._recipient = _address(rest), ""
        self._ok = self._answer("mail")

    def _rcpt(self, rest: str) -> None:
        if not self._ok:
            self._say("503 no sender")
            return
        self._recipient = _address(rest)
        self._ok = self._answer("rcpt")

    def _data(self, _rest: str) -> None:
        if not self._ok:
            self._say("554 5.5.1 no valid recipients")
            return
        if not self._answer("data"):
            return
        if how := self._server.fault("body", self._recipient):
            self._file.read(10)
            if how == "silence":
                self._server.closing.wait(10)
            elif how == "reset":
                self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._file.close()
            self._sock.close()
            raise _OverError
        lines = []
        while (line := self._file.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise _OverError
            lines.append(line)
        with self._server._lock:
            self._server.taken.append(Taken(self._sender, self._recipient, b"".join(lines)))
        self._answer("dot")

    def _rset(self, _rest: str) -> None:
        self._say("250 ok")

    def _quit(self, _rest: str) -> None:
        self._say("221 bye")
        raise _OverError


def _address(rest: str) -> str:
    found = re.search(r"<([^>]*)>", rest)
    assert found is not None
    return found[1]


@contextmanager
def serving(**options: object) -> Iterator[SmtpServer]:
    server = SmtpServer(**options)  # type: ignore[arg-type]
    try:
        yield server
    finally:
        server.close()
