"""The wire protocol of one SMTP connection (RFC 5321): commands out, replies in.

STARTTLS follows RFC 3207; data that a server sent before the handshake is refused (CVE-2011-0411). The socket never blocks:
operations that have to wait are generators that yield what they wait for.
"""

import errno
import os
import re
import socket
import ssl
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeVar

from digest.mail.transport import Wait, words

T = TypeVar("T")
Waiting = Generator[Wait | Literal["offer"], bool | None, T]  # waits for sockets only

_REPLY = re.compile(rb"([2-5][0-9]{2})([ -]?)([^\r\n]*)\r?\n")
LONGEST_REPLY = 65_536  # bytes
PARTING = 2.0  # seconds to wait for the reply to QUIT
BUFFER = 1 << 18  # bytes of the kernel's send buffer, enough for most messages in one piece


class Broken(Exception):  # noqa: N818  (says what happened)
    """The connection is unusable: closed, silent, or not speaking SMTP. `unsent` is the number of bytes not sent."""

    def __init__(self, text: str, *, unsent: int = 0) -> None:
        super().__init__(text)
        self.unsent = unsent


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A server's reply, unparsed: of most replies only the code is used."""

    code: int
    raw: tuple[bytes, ...]  # its lines, without the code

    @property
    def text(self) -> str:
        """The reply as one printable line, beginning with the code."""
        return words(b"%d " % self.code + b" ".join(self.raw))

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(map(words, self.raw))

    @property
    def good(self) -> bool:
        return self.code < 400

    @property
    def permanent(self) -> bool:
        return self.code >= 500


def dial(host: str, port: int, *, timeout: float) -> "Waiting[Wire]":
    """Connect to the first of the host's addresses that answers.

    Raises:
        Broken: none of them does.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Broken(_why(error)) from error
    except UnicodeError as error:
        raise Broken(f"{words(host[:80])} is not a host name") from error
    trouble = "has no address"
    for family, type_, protocol, _, address in found:
        try:
            sock = socket.socket(family, type_, protocol)
        except OSError as error:  # a kernel without this address family
            trouble = _why(error)
            continue
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        code = _connect(sock, address)
        if code == errno.EINPROGRESS:
            try:
                answered = yield Wait(sock, writing=True, seconds=timeout)
            except GeneratorExit:
                sock.close()
                raise
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) if answered else errno.ETIMEDOUT
        if not code:
            return Wire(sock, timeout=timeout)
        sock.close()
        trouble = os.strerror(code)
    raise Broken(trouble)


def _connect(sock: socket.socket, address: tuple[Any, ...]) -> int:
    try:
        return sock.connect_ex(address)
    except OSError as error:  # an address that this kernel does not support
        return error.errno or errno.EADDRNOTAVAIL


class Wire:
    """The socket, with a buffer of what was read."""

    def __init__(self, sock: socket.socket, *, timeout: float) -> None:
        self._sock = sock
        self._timeout = timeout
        self._unread = b""

    def command(self, line: str) -> Waiting[Reply]:
        yield from self.write(f"{line}\r\n".encode("ascii"))
        return (yield from self.reply())

    def write(self, data: bytes) -> Waiting[None]:
        """Write all of the data."""
        left = memoryview(data)
        while left:
            try:
                sent = yield from self._patiently(partial(self._sock.send, left), writing=True)
            except Broken as problem:
                problem.unsent = len(left)
                raise
            left = left[sent:]

    def reply(self, *, patience: float = 1) -> Waiting[Reply]:
        """The next reply. The timeout between two pieces of it is multiplied by `patience`."""
        lines: list[bytes] = []
        while True:
            found = _REPLY.match(self._unread)
            if found is None:
                yield from self._read(patience)
                continue
            self._unread = self._unread[found.end() :]
            lines.append(found[3])
            if found[2] != b"-":
                return Reply(code=int(found[1]), raw=tuple(lines))

    def secure(self, context: ssl.SSLContext, host: str) -> Waiting[None]:
        """Switch to TLS.

        Raises:
            ssl.SSLError: the handshake failed, or the certificate is not trusted.
        """
        if self._unread:
            raise Broken("sent data before the TLS handshake")
        secured = context.wrap_socket(self._sock, server_hostname=host, do_handshake_on_connect=False)
        self._sock = secured
        try:
            yield from self._patiently(secured.do_handshake)
        except Broken as problem:
            if isinstance(problem.__cause__, ssl.SSLError):
                raise problem.__cause__ from None
            raise

    def literal(self) -> str:
        """This end's address literal, for the EHLO of a client without a host name (RFC 5321, 4.1.3)."""
        address = self._sock.getsockname()[0]
        return f"[IPv6:{address}]" if ":" in address else f"[{address}]"

    def quit(self) -> None:
        try:
            self._sock.settimeout(PARTING)
            self._sock.sendall(b"QUIT\r\n")
            self._sock.recv(512)
        except OSError:
            pass
        self.drop()

    def drop(self) -> None:
        self._sock.close()

    def _read(self, patience: float) -> Waiting[None]:
        if b"\n" in self._unread or len(self._unread) > LONGEST_REPLY:
            raise Broken(f"sent a reply that is not SMTP ({words(self._unread[:80])})")
        data = yield from self._patiently(lambda: self._sock.recv(LONGEST_REPLY), patience=patience)
        if not data:
            raise Broken("closed the connection")
        self._unread += data

    def _patiently(self, act: Callable[[], T], *, writing: bool = False, patience: float = 1) -> Waiting[T]:
        """Do something as soon as the socket allows it."""
        while True:
            try:
                return act()
            except BlockingIOError:
                wants_to_write = writing
            except ssl.SSLWantReadError:
                wants_to_write = False
            except ssl.SSLWantWriteError:
                wants_to_write = True
            except OSError as error:
                raise Broken(_why(error)) from error
            if not (yield Wait(self._sock, wants_to_write, self._timeout * patience)):
                raise Broken("did not answer in time")


def _why(error: OSError) -> str:
    return words(error.strerror or str(error) or type(error).__name__)
