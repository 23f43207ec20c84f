"""A message -> the DKIM-Signature header for it (RFC 6376). Some forty a second: for long lists let the mail server sign.

Both unsubscribe headers are signed, as RFC 8058 demands; From and Subject once more than they are there, so that none can be added.
"""

from collections.abc import Callable

from digest.errors import UsageError

_SIGNED = (
    b"from", b"from", b"to", b"subject", b"subject", b"date", b"message-id", b"reply-to", b"list-id", b"list-unsubscribe",
    b"list-unsubscribe-post", b"mime-version", b"content-type",
)  # fmt: skip


def signer(*, domain: str, selector: str, key: bytes) -> Callable[[bytes], bytes]:
    """The function that signs for `selector._domainkey.domain`.

    Raises:
        UsageError: the key is none.
    """
    import dkim  # noqa: PLC0415  (only where mail is signed)

    def sign(message: bytes) -> bytes:
        header: bytes = dkim.sign(
            message,
            selector.encode(),
            domain.encode(),
            key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(_SIGNED),
        )
        return header

    try:
        sign(b"From: a@example.org\r\n\r\n")
    except (dkim.DKIMException, ValueError, IndexError) as error:
        raise UsageError(
            "delivery.dkim.key_file", "holds no private key that can sign", "name an RSA key in PEM"
        ) from error
    return sign
