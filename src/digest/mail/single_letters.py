"""Make individual messages other than the issue: the confirmation of a sign-up, links to the desk, and notices to the operator."""

import hashlib
from datetime import datetime
from email.quoprimime import body_encode
from email.utils import format_datetime

from digest.mail import headers
from digest.mail.message import Imprint
from digest.mail.transport import Letter
from digest.text.words import N_, gettext

_TEXT = N_("""\
Someone, probably you, subscribed this address to %(title)s.

To confirm, open this link within three days:

%(link)s

If it was not you, ignore this mail. You will get no further mail.
""")


def confirmation(address: str, *, link: str, imprint: Imprint, date: datetime, secret: bytes) -> Letter:
    """The message that asks a person to confirm their sign-up.

    Raises:
        DeliveryError: the address cannot be put into a message.
    """
    digest = hashlib.blake2b(f"confirm\0{address}\0{date.isoformat()}".encode(), key=secret, digest_size=16)
    return _letter(
        f"confirm.{digest.hexdigest()}@{imprint.domain}",
        address,
        subject=gettext("Confirm: %(title)s", title=imprint.title),
        body=gettext(_TEXT, title=imprint.title, link=link),
        imprint=imprint,
        date=date,
    )


def desk_link(address: str, *, link: str, minutes: int, imprint: Imprint, date: datetime) -> Letter:
    """The message with the link by which an editor signs in to the desk.

    Raises:
        DeliveryError: the address cannot be put into a message.
    """
    body = (
        f"Open this link within {minutes} minutes to sign in to the desk of {imprint.title}. It works once.\n\n{link}\n\n"
        "If you did not ask for it, ignore this mail: nobody can sign in without it.\n"
    )
    return notice(address, subject=f"Sign in: {imprint.title}", body=body, imprint=imprint, date=date)


def notice(address: str, *, subject: str, body: str, imprint: Imprint, date: datetime) -> Letter:
    """A message to the operator.

    Raises:
        DeliveryError: the address cannot be put into a message.
    """
    mark = hashlib.blake2b(f"{address}\0{body}".encode("utf-8", "replace"), digest_size=8).hexdigest()
    id_ = f"notice.{date:%Y%m%dT%H%M%S%f}.{mark}@{imprint.domain}"
    return _letter(id_, address, subject=subject, body=body, imprint=imprint, date=date)


def _letter(id_: str, address: str, *, subject: str, body: str, imprint: Imprint, date: datetime) -> Letter:
    encoded = body_encode(body.encode("utf-8", "replace").decode("latin-1")).replace("\n.", "\n=2E")
    content = b"".join(
        (
            headers.mailbox("From", imprint.sender_name, imprint.sender),
            headers.mailbox("To", "", address),
            headers.text("Subject", subject),
            headers.structured("Date", format_datetime(date)),
            headers.structured("Message-ID", f"<{id_}>"),
            headers.structured("Auto-Submitted", "auto-generated"),
            headers.structured("X-Auto-Response-Suppress", "OOF, AutoReply"),
            headers.structured("MIME-Version", "1.0"),
            headers.structured("Content-Type", "text/plain; charset=utf-8"),
            headers.structured("Content-Transfer-Encoding", "quoted-printable"),
            b"\r\n",
            encoded.encode("ascii").replace(b"\n", b"\r\n"),
        )
    )
    return Letter(id=id_, sender=imprint.sender, recipient=address, content=content)
