"""Make individual messages other than the issue: the confirmation of a sign-up, and notices to the operator."""

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


def notice(address: str, *, subject: str, body: str, imprint: Imprint, date: datetime) -> Letter:
    """A message to the operator.

    Raises:
        DeliveryError: the address cannot be put into a message.
    """
    id_ = f"notice.{date:%Y%m%dT%H%M%S%f}@{imprint.domain}"
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
