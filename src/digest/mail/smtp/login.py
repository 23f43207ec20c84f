"""Log in to a mail server (RFC 4954) with the supported mechanisms that it offers, one after the other."""

import base64
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from digest.errors import DigestError
from digest.mail.smtp.wire import Broken, Reply, Waiting, Wire
from digest.mail.transport import Outcome, OutcomeKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """The mail server. `timeout` is in seconds; `trust` decides which certificates are trusted."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    timeout: float
    trust: ssl.SSLContext
    username: str = ""
    password: str = ""
    token: Callable[[], str] | None = None  # an OAuth 2 access token, instead of a password
    name: str = ""  # the EHLO name; empty means this client's address


class Unusable(Exception):  # noqa: N818  (says what happened)
    """No connection could be made; `kind` says whether a retry may help."""

    def __init__(self, kind: OutcomeKind, reply: str) -> None:
        super().__init__(reply)
        self.outcome = Outcome(kind=kind, reply=reply)


def log_in(wire: Wire, server: Server, offered: list[str]) -> Waiting[None]:
    """Log in by XOAUTH2 if there is a token, otherwise by PLAIN, then LOGIN. Secrets are removed from the server's replies.

    Raises:
        Unusable: no way led in.
    """
    ways = _ways(server)
    mechanisms = [name for name in ways if name in offered]
    if not mechanisms:
        raise Unusable("locked_out", f"offers no login by {' or '.join(ways)} (offers: {' '.join(offered) or 'none'})")
    refusal: Reply | None = None
    for mechanism in mechanisms:
        try:
            reply = yield from _attempt(wire, mechanism, ways[mechanism])
        except Broken:
            if refusal is None:
                raise
            break  # the server gave up after the first refusal, which is the one to report
        if reply.code == 235:
            return
        refusal = refusal or reply
        if not reply.permanent:
            break
    assert refusal is not None
    kind: OutcomeKind = "locked_out" if refusal.permanent or refusal.good else "unreachable"
    raise Unusable(kind, _without(refusal.text, server.password))


def _ways(server: Server) -> dict[str, list[bytes]]:
    """The lines that follow the name of each mechanism."""
    user = server.username.encode()
    if server.token is not None:
        try:
            token = server.token()
        except DigestError as error:
            raise Unusable("locked_out", str(error)) from error
        return {"XOAUTH2": [b"user=%b\x01auth=Bearer %b\x01\x01" % (user, token.encode())]}
    password = server.password.encode()
    return {"PLAIN": [b"\0" + user + b"\0" + password], "LOGIN": [user, password]}


def _attempt(wire: Wire, mechanism: str, steps: list[bytes]) -> Waiting[Reply]:
    reply = yield from wire.command(f"AUTH {mechanism}")
    for step in steps:
        if reply.code == 334:
            reply = yield from wire.command(base64.b64encode(step).decode())
    if reply.code == 334:  # XOAUTH2 sends its error this way, and expects an empty line before it refuses
        reply = yield from wire.command("")
    return reply


def _without(text: str, password: str) -> str:
    """A server's reply without any form of the password that it may have repeated."""
    if not password:
        return text
    secrets = (password, base64.b64encode(password.encode()).decode().rstrip("="))
    for secret in secrets:
        text = text.replace(secret, "…")
    return re.sub(r"[A-Za-z0-9+/=]{24,}", "…", text)
