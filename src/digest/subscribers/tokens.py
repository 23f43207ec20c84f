"""Make and read the signed tokens in the links of a mail.

A token contains a value (a string; an integer in older mail) and is valid for one purpose only. For a subscriber's id it has at most 75
characters, all of them safe in URLs, in mail headers and in quoted-printable text.
"""

import hmac
import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal, get_args

from itsdangerous import BadSignature, URLSafeSerializer
from itsdangerous.encoding import base64_encode

Purpose = Literal["unsubscribe", "preferences", "confirm", "desk", "letter"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
SECRET = "links"  # noqa: S105  (the secret's name in the store)


class Tokens:
    """The tokens of one workspace. Signatures are compared in constant time."""

    def __init__(self, secret: bytes) -> None:
        kinds = {"key_derivation": "hmac", "digest_method": sha256}
        self._serializers = {
            purpose: URLSafeSerializer(secret, salt=f"digest.{purpose}", signer_kwargs=kinds) for purpose in PURPOSES
        }
        self._keys = {purpose: one.make_signer().derive_key() for purpose, one in self._serializers.items()}

    def make(self, purpose: Purpose, value: int | str, *, at: datetime | None = None) -> str:
        """The token for `value`, such as a subscriber's id. With `at` it can expire; without, it is always the same."""
        if at is not None:
            return str(self._serializers[purpose].dumps([value, int(at.timestamp())]))
        # Like `dumps`, but the key is derived only once: each mail has two tokens.
        text = base64_encode(json.dumps(value))
        mac = hmac.digest(self._keys[purpose], text, "sha256")
        return (text + b"." + base64_encode(mac)).decode()

    def read(
        self, purpose: Purpose, token: str, *, now: datetime | None = None, max_age: timedelta | None = None
    ) -> int | str | None:
        """The value of a token; None if it is forged, for another purpose, or older than `max_age` at `now`."""
        try:
            payload = self._serializers[purpose].loads(token)
        except (BadSignature, UnicodeError):
            return None
        value, made = payload if isinstance(payload, list) else (payload, None)
        if max_age is not None and (now is None or made is None or now.timestamp() - made > max_age.total_seconds()):
            return None
        found: int | str = value
        return found


def link(base_url: str, purpose: Purpose, token: str) -> str:
    """The URL of a token's page: `https://digest.example.org/unsubscribe/TOKEN`."""
    return f"{base_url.rstrip('/')}/{purpose}/{token}"
