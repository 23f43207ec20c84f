"""Encode text and addresses as mail headers: ASCII bytes, folded, with CRLF. No text can break out of its header.

The format follows RFC 5322, and RFC 2047 for text that is not ASCII.
"""

import re
from email.header import Header
from email.utils import parseaddr

from digest.errors import DeliveryError
from digest.text import addresses
from digest.text.clean import clean, one_line

_WIRE = re.compile(r"[!-~]+@[!-~]+")
_NOT_IN_WIRE = frozenset('<>,;:\\"()')
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


def text(name: str, value: str) -> bytes:
    """`name: value` for free text."""
    return _line(name, _words(clean(value), after=len(name) + 2))


def mailbox(name: str, display: str, address: str) -> bytes:
    """`name: display <address>`; the display name may be empty.

    Raises:
        DeliveryError: the address cannot be put into a header.
    """
    checked = wire(address)
    shown = clean(display)
    if not shown:
        return _line(name, checked)
    phrase = _phrase(shown, after=len(name) + 2)
    end = " " if len(name) + len(phrase) + len(checked) < 70 else "\r\n "
    return _line(name, f"{phrase}{end}<{checked}>")


def structured(name: str, *parts: str) -> bytes:
    """`name: parts`, one per line. The parts must be the program's own, or validated."""
    return _line(name, "\r\n ".join(parts))


def wire(address: str) -> str:
    """The address, if it can be used unchanged in an SMTP command and a header.

    Raises:
        DeliveryError: it contains a space, a control character, a character beyond ASCII or one that ends an address.
    """
    if not _WIRE.fullmatch(address) or not _NOT_IN_WIRE.isdisjoint(address):
        raise DeliveryError(one_line(address) or "a recipient", "is not an address that can be mailed")
    return address


def sender(value: str) -> tuple[str, str]:
    """`delivery.from` as a display name and an address in ASCII.

    Raises:
        UsageError: it is not an address that plain SMTP supports.
    """
    display, address = parseaddr(value)
    return display, addresses.parse(address).text


def _line(name: str, value: str) -> bytes:
    line = f"{name}: {value}\r\n".encode("ascii")
    folded = line[:-2].replace(b"\r\n ", b"")
    assert not any(end in folded for end in (b"\r", b"\n", b"\0")), "a header has one end"
    return line


def _phrase(shown: str, *, after: int) -> str:
    if not shown.isascii() or "=?" in shown:
        return _words(shown, after=after)
    return shown if _ATOMS.fullmatch(shown) else '"' + re.sub(r'(["\\])', r"\\\1", shown) + '"'


def _words(value: str, *, after: int) -> str:
    """Text for a header. What looks like an encoded word is encoded itself, so that it is displayed as written."""
    charset = "us-ascii" if value.isascii() and "=?" not in value else "utf-8"
    return Header(value, charset, maxlinelen=76, header_name="x" * (after - 2)).encode(linesep="\r\n")
