"""One SMTP connection, command by command: lines out, replies in. Decides nothing about what a reply means for a message.

RFC 5321; STARTTLS as in RFC 3207, what a server sent before the handshake is refused (CVE-2011-0411).
"""

import re
import socket
import ssl
from dataclasses import dataclass

from digest.deliver.channel import words

_REPLY = re.compile(rb"([2-5][0-9]{2})([ -]?)([^\r\n]*)\r?\n")
LONGEST_REPLY = 65_536  # bytes
PARTING = 2.0  # seconds for a polite goodbye


class Broken(Exception):  # noqa: N818  (says what happened)
    """The connection is of no more use: closed, silent, or talking nonsense. Its text says which."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A server's answer. `text` is one printable line, the code in front."""

    code: int
    text: str
    lines: tuple[str, ...]

    @property
    def good(self) -> bool:
        return self.code < 400

    @property
    def permanent(self) -> bool:
        return self.code >= 500


class Wire:
    """The socket and what was read of it."""

    def __init__(self, sock: socket.socket, *, timeout: float) -> None:
        self._sock = sock
        self._timeout = timeout
        self._unread = b""

    def command(self, line: str) -> Reply:
        self.write(f"{line}\r\n".encode("ascii"))
        return self.reply()

    def write(self, data: bytes) -> None:
        """Hand all of it to the kernel; where this raises, its last byte has not left."""
        try:
            self._sock.sendall(data)
        except OSError as error:
            raise Broken(_why(error)) from error

    def reply(self, *, patience: float = 1) -> Reply:
        """The next answer; `patience` times as long as usual may pass between two pieces of it."""
        lines: list[bytes] = []
        while True:
            found = _REPLY.match(self._unread)
            if found is None:
                self._read(patience)
                continue
            self._unread = self._unread[found.end() :]
            lines.append(found[3])
            if found[2] != b"-":
                text = words(found[1] + b" " + b" ".join(lines))
                return Reply(code=int(found[1]), text=text, lines=tuple(words(line) for line in lines))

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Go on in TLS.

        Raises:
            ssl.SSLError: no handshake, or a certificate that cannot be trusted.
        """
        if self._unread:
            raise Broken("sent data before the TLS handshake")
        try:
            self._sock = context.wrap_socket(self._sock, server_hostname=host)
        except ssl.SSLError:
            raise
        except OSError as error:
            raise Broken(_why(error)) from error

    def literal(self) -> str:
        """This end's address, as EHLO names a client without a name of its own (RFC 5321, 4.1.3)."""
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

    def _read(self, patience: float) -> None:
        if b"\n" in self._unread or len(self._unread) > LONGEST_REPLY:
            raise Broken(f"answered what is no SMTP ({words(self._unread[:80])})")
        try:
            self._sock.settimeout(self._timeout * patience)
            data = self._sock.recv(LONGEST_REPLY)
            self._sock.settimeout(self._timeout)
        except OSError as error:
            raise Broken(_why(error)) from error
        if not data:
            raise Broken("closed the connection")
        self._unread += data


def _why(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "did not answer in time"
    return words(error.strerror or str(error) or type(error).__name__)
