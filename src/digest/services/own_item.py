"""Add an editor's own item to a draft by its address: fetch the page, and store it as a sighting in the source `editor`."""

import asyncio
from dataclasses import replace

from digest.editorial.kinds import kind_of
from digest.errors import DigestError, UsageError
from digest.feeds.identity import keys as identity_keys
from digest.feeds.parsing.page import read_page
from digest.fetch.client import fetch_all
from digest.fetch.policy import Answer, Request
from digest.model import Edit, Entry, Issue
from digest.services.context import Program
from digest.services.editor import Editor
from digest.storage.db.issues import Issues
from digest.storage.db.items import Arrival, Items
from digest.text.clean import web_url

EDITOR = "editor"  # the source of what no feed showed


def add_own(editor: Editor, address: str) -> Edit:
    """Store the page at an address as seen by the editor at the draft's cutoff, and return the decision that brings it in.

    Raises:
        UsageError: it is not a web address, or the work was published already; the issue is named.
        DigestError: the page cannot be fetched.
    """
    program, issue = editor.program, editor.program.archive.read(editor.key)
    items = program.store.items
    url = web_url(address if "://" in address else f"https://{address}")
    if not url:
        raise UsageError(repr(address), "is not a web address", "write it as https://example.org/page")
    entry = Entry(link=url, title="-")
    if not _in_window(items, issue, _keys(items, entry)):
        _refuse_published(program.store.issues, url, _keys(items, entry))
        entry = _page(program, url)
    keys = _keys(items, entry)
    _refuse_published(program.store.issues, url, keys)
    if not _in_window(items, issue, keys):
        kind = kind_of(None, title=entry.title, summary=entry.summary, id_=keys[0])
        with program.store.transaction():
            items.add(EDITOR, issue.window.end, [Arrival(entry=entry, keys=keys, fate=None, kind=kind)])
    return editor.decision("bring", keys[0])


def _keys(items: Items, entry: Entry) -> tuple[str, ...]:
    """The identity keys of a page, with those that the store knows of its work."""
    (own,) = identity_keys([entry], EDITOR)
    known = [item.keys for key in own if (item := items.find(key))]
    return tuple(dict.fromkeys((*own, *(key for keys in known for key in keys))))


def _in_window(items: Items, issue: Issue, keys: tuple[str, ...]) -> bool:
    stored = next((item for key in keys if (item := items.find(key))), None)
    return stored is not None and stored.seen_in(issue.window)


def _refuse_published(issues: Issues, url: str, keys: tuple[str, ...]) -> None:
    published = issues.published_in(keys)
    if published:
        raise UsageError(
            url, f"was published in issue {published[0]}", "an item is published once; link to it in the note instead"
        )


def _page(program: Program, url: str) -> Entry:
    """What the page says of itself, with the address to which redirects lead."""
    answer = asyncio.run(_fetched(program, url))
    if answer.outcome != "body":
        raise DigestError(
            url, answer.reason or "did not return a document", "open it in a browser to see what is there"
        )
    entry = read_page(answer.body, web_url(answer.url) or url, answer.content_type)
    return entry if entry.title else replace(entry, title=entry.link)


async def _fetched(program: Program, url: str) -> Answer:
    answers: list[Answer] = []

    async def arrive(answer: Answer) -> None:
        answers.append(answer)

    await fetch_all(
        [Request(feed=url, url=url)],
        program.config.fetch,
        root=program.workspace.root,
        random=program.random,
        on_answer=arrive,
    )
    return answers[0]
