"""What went wrong on the network -> a cause in words that a person understands. Raises nothing."""

import errno
import socket
import ssl

import aiohttp

from digest.config import FetchSettings
from digest.fetch.ssrf import PrivateAddressError
from digest.text.markup import plain


class TooLargeError(OSError):
    """A body is larger than the limit, decoded."""


class NotOnTheWebError(ValueError):
    """A redirect leads to what is no http(s) address."""


def cause(error: BaseException, settings: FetchSettings) -> str:
    """One line, without the feed's name."""
    known = next((told for one in _chain(error) if (told := _known(one, settings))), "")
    if known:
        return known
    if isinstance(error, TimeoutError):
        return f"no whole answer within {settings.timeout.total_seconds():g} seconds"
    return _told(error)


def _known(error: BaseException, settings: FetchSettings) -> str:
    """What one error of a chain says by its type alone."""
    told = ""
    match error:
        case PrivateAddressError():
            told = f"{error}; set fetch.allow_private if that is meant"
        case TooLargeError():
            told = f"is larger than {settings.max_bytes / 1e6:g} MB"
        case ssl.SSLCertVerificationError():  # before ValueError, which it is too
            told = f"its certificate is not valid: {error.verify_message}"
        case socket.gaierror(errno=socket.EAI_AGAIN):
            told = "its host cannot be looked up now; is there a network?"
        case socket.gaierror():
            told = "there is no such host"
        case OSError(errno=errno.ENETUNREACH | errno.EHOSTUNREACH | errno.ENETDOWN):
            told = "its host cannot be reached; is there a network?"
        case ConnectionRefusedError():
            told = "the host refused the connection"
        case NotOnTheWebError():
            told = str(error)
        case ValueError():  # of a reader of addresses, which quotes what it cannot read
            told = "its address cannot be read, or the one that it redirects to"
    return told


def _told(error: BaseException) -> str:
    if isinstance(error, aiohttp.ContentTypeError | aiohttp.ClientPayloadError):
        return "the answer is cut off or wrongly compressed"
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionError):
        return "the host closed the connection without an answer"
    if isinstance(error, aiohttp.ClientResponseError):
        return "the answer is not HTTP"
    return plain(str(error), chars=200) or type(error).__name__


def _chain(error: BaseException) -> list[BaseException]:
    """An error and what caused it; aiohttp keeps the operating system's beside its own."""
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found:
        found.append(following)
        following = getattr(following, "os_error", None) or following.__cause__ or following.__context__
    return found
