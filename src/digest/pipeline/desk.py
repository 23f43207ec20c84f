"""The real desk: the lint, the sender, the notice and the ping that `publish` works with. Decides nothing."""

import logging
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from digest.check import check
from digest.config import is_command
from digest.deliver import notice
from digest.deliver.channel import Letter, send_one
from digest.deliver.pace import Clock
from digest.errors import DeliveryError
from digest.pipeline.program import Program
from digest.pipeline.publish import Desk
from digest.pipeline.routes import people_route
from digest.pipeline.send import send

_log = logging.getLogger(__name__)


def desk(clock: Clock, *, stopping: Callable[[], bool] = lambda: False) -> Desk:
    """How a workspace checks, mails, tells and pings.

    Args:
        clock: gives the seconds that pass while it sends.
        stopping: whether a sending is to end with the messages in hand.
    """
    return Desk(check=_check, send=_sender(clock, stopping), tell=_tell, ping=_ping)


def _check(files: Mapping[str, str], base_url: str) -> Sequence[str]:
    return [str(one) for one in check(files, base_url) if one.severity == "error"]


def _sender(clock: Clock, stopping: Callable[[], bool]) -> Callable[[Program, str], object]:
    def mail(program: Program, key: str) -> object:
        sent = send(program, key, clock=clock, stopping=stopping)
        if sent.stopped:
            raise DeliveryError(f"issue {key}", sent.stopped, "nobody is lost; the same command goes on with it")
        return sent

    return mail


def _tell(program: Program, subject: str, text: str) -> None:
    """Tell whoever `digest.notify` names. Never raises: that a notice failed must not keep an issue back."""
    notify = program.config.digest.notify
    if not notify:
        return
    if is_command(notify):
        trouble = notice.run(notify, subject=subject, text=text)
    else:
        trouble = _write_to(program, notify, subject, text)
    if trouble:
        _log.warning("notify: %s: %s", notify, trouble)


def _write_to(program: Program, address: str, subject: str, text: str) -> str:
    """One plain mail on the way that the issues take; what went wrong, or the empty text."""
    sender = program.config.delivery.sender or address
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"], message["To"], message["Subject"] = sender, address, subject
    message["Auto-Submitted"] = "auto-generated"
    domain = parseaddr(sender)[1].partition("@")[2]
    name = f"notice.{program.now:%Y%m%dT%H%M%S%f}@{domain}"
    message["Message-ID"] = f"<{name}>"
    message.set_content(text)
    letter = Letter(id=name, sender=parseaddr(sender)[1], recipient=address, content=message.as_bytes())
    outcome = send_one(people_route(program).connect(), letter)
    return "" if outcome.kind == "accepted" else f"{outcome.kind} ({outcome.reply})"


def _ping(url: str) -> None:
    trouble = notice.ping(url) if url else ""
    if trouble:
        _log.warning("ping_url: %s: %s", url, trouble)
