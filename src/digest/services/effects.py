"""The functions through which publishing acts on the outside: lint, mail, notify the operator, ping."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from digest.config import is_command
from digest.errors import DeliveryError, DigestError
from digest.lint import Finding
from digest.mail import notify
from digest.mail.connections import Clock
from digest.mail.single_letters import notice
from digest.mail.transport import Letter
from digest.services.context import Program
from digest.services.gate import mail_errors
from digest.services.mail_merge import imprint
from digest.services.mailing_run import Manner
from digest.services.reviewers import Post, Tell
from digest.services.send import send
from digest.services.send_letters import send_round
from digest.services.shards import prepare_issue, prepare_round
from digest.services.transports import send_single

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Effects:
    """The functions through which publishing acts on the outside."""

    lint: Callable[[Mapping[str, str], str], tuple[Finding, ...]]  # an issue's files and the base URL -> lint errors
    send: Callable[[Program, str], bool]  # mail a closed issue, or continue it -> whether others are still sending
    letters: Callable[[Program, str], bool]  # the same for a round of letters
    tell: Tell  # send the operator a subject and a text; never raises
    post: Post  # mail a letter to an account of the desk, and return the error or the empty string; never raises
    ping: Callable[[str], None]  # request a URL; never raises
    in_shards: bool = False  # other processes make the readers' letters, and send in shards


def effects(clock: Clock, *, stopping: Callable[[], bool] = lambda: False, in_shards: bool = False) -> Effects:
    """The real functions that lint, mail, notify and ping.

    Args:
        clock: measures seconds while sending.
        stopping: returns True if sending should stop after the messages in progress.
        in_shards: mail is only begun; other processes make the readers' letters, and send in shards.
    """
    manner = Manner(clock=clock, stopping=stopping)
    return Effects(
        lint=mail_errors,
        send=partial(prepare_issue, manner=manner) if in_shards else _sender(clock, stopping),
        letters=partial(prepare_round, manner=manner) if in_shards else _letter_sender(clock, stopping),
        tell=_notify,
        post=_post,
        ping=_ping,
        in_shards=in_shards,
    )


def _sender(clock: Clock, stopping: Callable[[], bool]) -> Callable[[Program, str], bool]:
    def mail(program: Program, key: str) -> bool:
        sent = send(program, key, clock=clock, stopping=stopping)
        if sent.stopped and program.store.pauses.get(key) is None:
            raise DeliveryError(
                f"issue {key}", sent.stopped, "nobody is skipped; run the same command again to continue"
            )
        return False

    return mail


def _letter_sender(clock: Clock, stopping: Callable[[], bool]) -> Callable[[Program, str], bool]:
    def mail(program: Program, key: str) -> bool:
        sent = send_round(program, key, Manner(clock=clock, stopping=stopping))
        if sent.stopped and program.store.pauses.get(key) is None:
            raise DeliveryError(key, sent.stopped, "nobody is skipped; run the same command again to continue")
        return False

    return mail


def _notify(program: Program, subject: str, text: str) -> None:
    """Notify the operator named in `digest.notify`. Never raises: a failed notice must not delay an issue."""
    receiver = program.config.digest.notify
    if not receiver:
        return
    if is_command(receiver):
        trouble = notify.run(receiver, subject=subject, text=text)
    else:
        trouble = _write_to(program, receiver, subject, text)
    if trouble:
        _log.warning("notify: %s: %s", receiver, trouble)


def _write_to(program: Program, address: str, subject: str, text: str) -> str:
    """Mail a notice. Returns the error, or the empty string."""
    sender = imprint(program.config)
    if not program.config.delivery.sender:
        sender = replace(sender, sender=address)
    try:
        letter = notice(address, subject=subject, body=text, imprint=sender, date=program.now)
    except DigestError as error:
        return str(error)
    return _post(program, letter)


def _post(program: Program, letter: Letter) -> str:
    """Mail a letter by the same transport as issues, signed like them. Returns the error, or the empty string."""
    try:
        outcome = send_single(program.workspace, program.config)(letter)
    except DigestError as error:
        return str(error)
    return "" if outcome.kind == "accepted" else f"{outcome.kind} ({outcome.reply})"


def _ping(url: str) -> None:
    trouble = notify.ping(url) if url else ""
    if trouble:
        _log.warning("ping_url: %s: %s", url, trouble)
