"""Validate mail addresses, and normalise them so that all spellings of a mailbox have one key. Uses no DNS."""

import unicodedata
from dataclasses import dataclass

from digest.errors import UsageError
from digest.text.clean import one_line

LONGEST_NAME = 100
_AROUND = " \t\u00a0\u200b\u2060\ufeff"  # what a page puts around an address that is copied from it
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF))  # left out of a name: marks without width
_JOINERS = "\u200c\u200d"  # letters of Persian or Hindi are joined or kept apart by them
SHOWN = 200  # characters of the input shown in an error


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A valid address. `text` is ASCII, as sent to servers; `key` is the same for all spellings of a mailbox."""

    text: str
    key: str


def parse(text: str) -> Address:
    """Validate and normalise one address.

    An internationalised domain is converted to ASCII. The key ignores case, because no major provider distinguishes mailboxes by it.

    Raises:
        UsageError: it is not an address, or one that plain SMTP does not support.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  (40 ms, for this only)

    try:
        valid = validate_email(text.strip(_AROUND), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise UsageError(
            one_line(text, SHOWN), f"cannot be mailed ({error})", "write it as name@example.org"
        ) from error
    assert valid.ascii_email is not None
    return Address(text=valid.ascii_email, key=valid.ascii_email.lower())


def mailbox(key: str) -> str:
    """The mailbox of an address's key: without a +tag and, for Google's domains, without dots."""
    local, _, domain = key.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def name(text: str) -> str:
    """A person's name as one line.

    Raises:
        UsageError: it contains control characters, or is too long to be a name.
    """
    tidy = " ".join(text.translate(_UNSEEN).split(" ")).strip()
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in _JOINERS for char in tidy):
        raise UsageError(one_line(text, SHOWN), "contains control characters", "write the name on one line")
    if len(tidy) > LONGEST_NAME:
        raise UsageError(one_line(text, SHOWN), f"is longer than {LONGEST_NAME} characters", "shorten it")
    return tidy
