"""Headers for a feed's own server, and a helpful error if the answer is a web page instead of a feed.

The headers of `auth_env` and `headers_env` come from the environment; nothing of them is stored or shown.
"""

import base64
from collections.abc import Mapping

from digest.config import Feed
from digest.errors import FeedError
from digest.feeds.parsing.notes import WEB_PAGE
from digest.fetch.policy import Answer
from digest.model import Document
from digest.text.secrets import public

LONGEST = 8_000  # characters of a header's value


def headers_of(feed: Feed, environ: Mapping[str, str]) -> dict[str, str]:
    """The headers to send to the feed's own server.

    Raises:
        FeedError: a variable is not set, or its value fits into no header.
    """
    headers = {name: _value(feed, variable, environ) for name, variable in feed.headers_env.items()}
    if feed.auth_env:
        headers["Authorization"] = _authorization(_value(feed, feed.auth_env, environ))
    return headers


def _value(feed: Feed, variable: str, environ: Mapping[str, str]) -> str:
    value = environ.get(variable, "").strip()
    if not value:
        raise FeedError(public(feed.url), f"needs the environment variable {variable}, which is not set")
    if len(value) > LONGEST or any(ord(char) < 32 or ord(char) == 127 for char in value):
        raise FeedError(
            public(feed.url), f"the value of the environment variable {variable} does not fit into a header"
        )
    return value


def _authorization(value: str) -> str:
    """`user:password` as Basic (RFC 7617, in UTF-8); a value that names its scheme, as in `Bearer TOKEN`, as it is."""
    scheme, _, rest = value.partition(" ")
    if rest and scheme.isalnum():
        return value
    return "Basic " + base64.b64encode(value.encode()).decode("ascii") if ":" in value else f"Bearer {value}"


def explained(parsed: Document | FeedError, answer: Answer) -> Document | FeedError:
    """The parsed document or error. If the answer is a web page, the error says which feed to list instead."""
    if not isinstance(parsed, FeedError) or parsed.cause != WEB_PAGE:
        return parsed
    from digest.feeds.subscriptions import discovery  # noqa: PLC0415  (few collects need the parser of pages)

    announced = [public(url) for url in discovery.announced(answer.body, answer.url)]
    remedy = (
        f"it announces {announced[0]}" if announced else f"`digest feeds add {public(answer.url)}` looks for its feed"
    )
    return FeedError(parsed.subject, f"{WEB_PAGE}; {remedy}")
