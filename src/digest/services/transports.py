"""Set up the routes of an issue from the configuration: mail or the outbox, and the webhooks of teams."""

import importlib.util
import os
import re
import shlex
import socket
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from digest.config import Config, SmtpSettings, WebhookSettings
from digest.errors import UsageError
from digest.mail import headers
from digest.mail.message import Signer, signer
from digest.mail.sendmail import Command, Outbox
from digest.mail.smtp.client import Smtp
from digest.mail.smtp.login import Server
from digest.mail.transport import Channel, Letter, Outcome, carry_out, send_one
from digest.mail.webhook import Webhook, chat_of
from digest.model import Workspace
from digest.render.chat import Chat
from digest.storage.db.mailing import welcome_route

COMMAND_PATIENCE = 600.0  # seconds
NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the certificates for connections without TLS


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One route. `place` names it in messages; `rate` is in messages per second; `sign` signs a message."""

    name: str
    place: str
    connect: Callable[[], Channel]
    people: bool = True
    chat: Callable[[], Chat | str] | None = None  # what a team's channel shows, or why it cannot be posted to
    connections: int = 1
    rate: float | None = None
    sign: Signer | None = None
    welcomes: bool = False  # its recipients join one by one, after the issue was mailed


def welcome(route: Route) -> Route:
    """The route by which people who join later get an issue that was mailed on this one."""
    return replace(route, name=welcome_route(route.name), welcomes=True)


def routes(workspace: Workspace, config: Config) -> tuple[Route, ...]:
    """All routes in the configuration.

    Raises:
        UsageError: a secret or a key is not where the configuration says, or an extra is not installed.
    """
    return (people_route(workspace, config), *(_webhook(workspace, settings) for settings in config.delivery.webhooks))


def people_route(workspace: Workspace, config: Config) -> Route:
    """The route of subscribers' mail: the configured server or command, or otherwise the outbox."""
    delivery = config.delivery
    if delivery.smtp is not None:
        return _smtp(workspace, config, delivery.smtp)
    if delivery.sendmail:
        argv = _words(delivery.sendmail)
        return Route(
            name="mail",
            place=argv[0],
            connect=lambda: Command(argv, timeout=COMMAND_PATIENCE),
            rate=delivery.rate,
            sign=_signer(workspace, config),
        )
    outbox = workspace.outbox
    return Route(name="outbox", place=str(outbox), connect=lambda: Outbox(outbox), sign=_signer(workspace, config))


def _smtp(workspace: Workspace, config: Config, settings: SmtpSettings) -> Route:
    root = workspace.root
    server = Server(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        timeout=settings.timeout.total_seconds(),
        trust=NOBODY if settings.security == "none" else trust("delivery.smtp.ca_file", settings.ca_file, root),
        username=settings.username,
        password=read_secret(
            "delivery.smtp.password", env=settings.password_env, file=settings.password_file, root=root
        ),
        token=partial(token, "delivery.smtp.token_command", settings.token_command, root)
        if settings.token_command
        else None,
        name=settings.helo or _own_name(headers.sender(config.delivery.sender)[1].rpartition("@")[2]),
    )
    return Route(
        name="mail",
        place=f"{settings.host}:{settings.port}",
        connect=lambda: Smtp(server),
        connections=settings.connections,
        rate=config.delivery.rate,
        sign=_signer(workspace, config),
    )


def _own_name(domain: str) -> str:
    """The EHLO name: this machine's full name, or else the sender's domain, because servers distrust a bare address."""
    name = socket.gethostname().lower()
    return name if re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", name) and not name.startswith("localhost.") else domain


def _signer(workspace: Workspace, config: Config) -> Signer | None:
    dkim = config.delivery.dkim
    if dkim is None:
        return None
    key = read_key("delivery.dkim.key_file", workspace.root / dkim.key_file)
    return signer(domain=dkim.domain, selector=dkim.selector, key=key)


def _webhook(workspace: Workspace, settings: WebhookSettings) -> Route:
    setting = f"delivery.webhooks, {settings.name}"
    if importlib.util.find_spec("apprise") is None:
        raise UsageError(setting, "apprise is not installed", "run `pip install 'llm-trends-digest[webhook]'`")
    url = read_secret(setting, env=settings.url_env, file=settings.url_file, root=workspace.root)
    return Route(
        name=f"webhook:{settings.name}",
        place=f"webhook {settings.name}",
        connect=lambda: Webhook(url),
        people=False,
        chat=lambda: chat_of(url),
    )


def _words(command: str) -> list[str]:
    try:
        argv = shlex.split(command)
    except ValueError as error:
        raise UsageError("delivery.sendmail", f"cannot be read ({error})", "quote it as in a shell") from error
    if not argv:
        raise UsageError("delivery.sendmail", "is empty", "write it as /usr/sbin/sendmail -i")
    return argv


def send_single(workspace: Workspace, config: Config) -> Callable[[Letter], Outcome]:
    """A function that signs and sends one message. It may be called in any thread.

    Raises:
        UsageError: a secret or a key is not where the configuration says.
    """
    route = people_route(workspace, config)

    def send(letter: Letter) -> Outcome:
        signed = letter if route.sign is None else replace(letter, content=route.sign(letter.content) + letter.content)
        return send_one(route.connect(), signed)

    return send


def greeted(workspace: Workspace, config: Config) -> tuple[str, str]:
    """Where mail goes, and why the server there cannot be used; empty if it can. Nothing is sent.

    Raises:
        UsageError: a secret or a key is not where the configuration says.
    """
    route = people_route(workspace, config)
    channel = route.connect()
    if not isinstance(channel, Smtp):
        return route.place, ""
    outcome = carry_out(channel, channel.greet())
    return route.place, "" if outcome.kind == "accepted" else outcome.reply


TOKEN_SECONDS = 60.0  # for a command that prints one


def read_secret(setting: str, *, env: str, file: str, root: Path) -> str:
    """The secret of `setting`, from an environment variable or a file (relative to `root`); empty if neither is configured.

    Raises:
        UsageError: the variable is not set, the file cannot be read, or its value is empty.
    """
    if env:
        found, place = os.environ.get(env, ""), f"the variable {env}"
    elif file:
        found, place = _read_file(setting, root / file), str(root / file)
    else:
        return ""
    secret = found.strip("\r\n")
    if not secret:
        raise UsageError(setting, f"{place} is empty", "set it, but not in feeds.yaml")
    return secret


def token(setting: str, command: str, root: Path) -> str:
    """What a command prints: an access token, fresh for each login.

    Raises:
        UsageError: it fails, or prints nothing.
    """
    try:
        done = subprocess.run(  # noqa: S603  (the operator's own command)
            shlex.split(command), cwd=root, capture_output=True, text=True, check=False, timeout=TOKEN_SECONDS
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise UsageError(setting, f"the command cannot be run ({error})", "try it in a shell") from error
    found = done.stdout.strip()
    if done.returncode or not found or not found.isascii():
        errors = done.stderr.strip().splitlines()
        why = (
            f"exit code {done.returncode}{f', {errors[-1]}' if errors else ''}"
            if done.returncode
            else "no token printed"
        )
        raise UsageError(setting, f"the command failed ({why})", "try it in a shell")
    return found


def read_key(setting: str, path: Path) -> bytes:
    """The content of a private key file.

    Raises:
        UsageError: it cannot be read.
    """
    return _read_file(setting, path).encode()


def trust(setting: str, file: str, root: Path) -> ssl.SSLContext:
    """The TLS context that trusts the system's authorities, or the certificates in a file.

    Raises:
        UsageError: the file contains no certificates.
    """
    try:
        return ssl.create_default_context(cafile=str(root / file) if file else None)
    except OSError as error:
        raise UsageError(setting, f"{root / file} contains no certificates", "name a file in PEM format") from error


def _read_file(setting: str, path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "it is not text"
        raise UsageError(setting, f"{path} cannot be read ({cause})", "correct the path or its permissions") from error
