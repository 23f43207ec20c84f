"""Find the feed at an address: that of a file, a feed, or a page that announces one. Nothing is stored."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from digest.config import Kind
from digest.errors import DigestError, UsageError
from digest.feeds.identity import canonical_url
from digest.feeds.subscriptions import discovery
from digest.feeds.subscriptions.discovery import guess
from digest.fetch.client import fetch_all
from digest.fetch.parser_pool import Parsers
from digest.fetch.policy import Answer, Request
from digest.model import Document, Entry, Workspace
from digest.services.context import Program
from digest.services.feed_list import refuse_known
from digest.text.markup import from_feed_scheme, web_link
from digest.text.secrets import public

NEWEST = 3  # entries shown as a sample of a feed


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A feed that was found. `others` are further feeds that the page links to."""

    url: str
    title: str
    kind: Kind
    entries: int
    newest: tuple[Entry, ...]
    others: tuple[str, ...] = ()

    def shown(self) -> "Found":
        """The same, with secrets removed from its addresses."""
        return replace(self, url=public(self.url), others=tuple(map(public, self.others)))


def find(program: Program, address: str) -> Found:
    """The feed at a URL, or the feed that the page there links to.

    Raises:
        FeedError: the server did not answer, or there is no feed.
        UsageError: the feed is already in feeds.yaml.
    """
    return asyncio.run(_find(program, _spelled(program.workspace, address)))


async def _find(program: Program, addresses: Sequence[str]) -> Found:
    for address in addresses:
        refuse_known(program.config, address)
    answer = await _first_answer(program, addresses)
    address = answer.feed
    async with Parsers(workers=1) as parsers:
        if answer.outcome != "body":
            raise DigestError(
                address, answer.reason or "did not return a document", "open it in a browser to see what is there"
            )
        parsed = await parsers.parse(answer.body, url=answer.url, content_type=answer.content_type)
        if isinstance(parsed, Document):
            return _found(answer, parsed)
        named = discovery.addresses(answer.body, answer.url)
        answers = {one.feed: one for one in await _ask(program, named)}
        feeds = []
        for one in (answers[url] for url in named):
            if one.outcome == "body":
                document = await parsers.parse(one.body, url=one.url, content_type=one.content_type)
                feeds += [_found(one, document)] if isinstance(document, Document) else []
    if not feeds:
        raise DigestError(
            address,
            f"{parsed.cause}, and it links to no feed; {len(named)} usual paths were tried",
            "look for the URL of the feed itself",
        )
    best = feeds[0]
    refuse_known(program.config, best.url)
    others = tuple(dict.fromkeys(feed.url for feed in feeds[1:] if canonical_url(feed.url) != canonical_url(best.url)))
    return Found(**{name: getattr(best, name) for name in ("url", "title", "kind", "entries", "newest")}, others=others)


def _found(answer: Answer, document: Document) -> Found:
    dated = sorted(
        document.entries, key=lambda entry: entry.published.timestamp() if entry.published else 0, reverse=True
    )
    url = answer.moved_to or answer.feed
    return Found(
        url=url, title=document.title, kind=guess(url), entries=len(document.entries), newest=tuple(dated[:NEWEST])
    )


async def _first_answer(program: Program, addresses: Sequence[str]) -> Answer:
    """The answer of the first address at which a server answers; if none does, the failure of the first."""
    answers: list[Answer] = []
    for address in addresses:
        answers += await _ask(program, [address])
        if answers[-1].outcome != "failed" or answers[-1].status:
            return answers[-1]
    return answers[0]


async def _ask(program: Program, urls: Sequence[str]) -> tuple[Answer, ...]:
    answers: list[Answer] = []

    async def arrive(answer: Answer) -> None:
        answers.append(answer)

    requests = [Request(feed=url, url=url) for url in urls]
    settings, root = program.config.fetch, program.workspace.root
    await fetch_all(requests, settings, root=root, random=program.random, on_answer=arrive)
    return tuple(answers)


def _spelled(workspace: Workspace, address: str) -> tuple[str, ...]:
    """The addresses at which to look: a file of the workspace, or a URL; if it has no scheme, with https, and then with http.

    Raises:
        UsageError: it is not a web address.
    """
    if "://" not in address and (workspace.root / address).is_file():
        return (address,)
    address = from_feed_scheme(address)
    spelled = (address,) if "://" in address else (f"https://{address}", f"http://{address}")
    if web_link(spelled[0], base="") != spelled[0]:
        raise UsageError(
            repr(address),
            "is not a web address",
            "write it as https://example.org, or name a file of the workspace",
        )
    return spelled
