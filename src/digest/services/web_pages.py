"""For a web page that is listed as a feed, name the feeds that it announces."""

from digest.errors import FeedError
from digest.feeds.parsing.notes import WEB_PAGE
from digest.fetch.policy import Answer
from digest.model import Document
from digest.text.secrets import public


def explained(parsed: Document | FeedError, answer: Answer) -> Document | FeedError:
    """What an answer was parsed into. The error about a web page names what to list instead."""
    if not isinstance(parsed, FeedError) or parsed.cause != WEB_PAGE:
        return parsed
    from digest.feeds.subscriptions import discovery  # noqa: PLC0415  (few collects need the parser of pages)

    announced = [public(url) for url in discovery.announced(answer.body, answer.url)]
    remedy = (
        f"it announces {announced[0]}" if announced else f"`digest feeds add {public(answer.url)}` looks for its feed"
    )
    return FeedError(parsed.subject, f"{WEB_PAGE}; {remedy}")
