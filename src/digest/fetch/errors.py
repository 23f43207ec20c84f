"""Describe network errors in plain words."""

import errno
import socket
import ssl

import aiohttp

from digest.config import FetchSettings
from digest.fetch.ssrf import PrivateAddressError
from digest.text.markup import plain


class TooLargeError(OSError):
    """A decoded body exceeds the limit."""


class NotOnTheWebError(ValueError):
    """A redirect leads to a URL that is not http(s)."""


def cause(error: BaseException, settings: FetchSettings) -> str:
    """The cause in one line, without the feed's name."""
    known = next((words for one in _chain(error) if (words := _known(one, settings))), "")
    if known:
        return known
    if isinstance(error, TimeoutError):
        return f"no complete answer within {settings.timeout.total_seconds():g} seconds"
    return _told(error)


def _known(error: BaseException, settings: FetchSettings) -> str:
    """The cause by the type of one error in a chain; empty if the type is unknown."""
    words = ""
    match error:
        case PrivateAddressError():
            words = f"{error}; set fetch.allow_private if that is intended"
        case TooLargeError():
            words = f"is larger than {settings.max_bytes / 1e6:g} MB"
        case ssl.SSLCertVerificationError():  # before ValueError, its base class
            words = f"its certificate is not valid: {error.verify_message}"
        case socket.gaierror(errno=socket.EAI_AGAIN):
            words = "its host name cannot be resolved at the moment; is there a network?"
        case socket.gaierror():
            words = "its host does not exist"
        case OSError(errno=errno.ENETUNREACH | errno.EHOSTUNREACH | errno.ENETDOWN):
            words = "its host cannot be reached; is there a network?"
        case ConnectionRefusedError():
            words = "the host refused the connection"
        case NotOnTheWebError():
            words = str(error)
        case ValueError():  # raised by URL parsers, whose messages quote the URL
            words = "its URL, or the one that it redirects to, is invalid"
    return words


def _told(error: BaseException) -> str:
    if isinstance(error, aiohttp.ContentTypeError | aiohttp.ClientPayloadError):
        return "the answer is truncated or badly compressed"
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionError):
        return "the host closed the connection without an answer"
    if isinstance(error, aiohttp.ClientResponseError):
        return "the answer is not HTTP"
    return plain(str(error), chars=200) or type(error).__name__


def _chain(error: BaseException) -> list[BaseException]:
    """An error and its causes. aiohttp keeps the operating system's error in an attribute."""
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found:
        found.append(following)
        following = getattr(following, "os_error", None) or following.__cause__ or following.__context__
    return found
