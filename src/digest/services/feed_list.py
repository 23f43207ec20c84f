"""Manage the list of feeds: change feeds.yaml, and show what a collect would change.

feeds.yaml is changed under its own lock, validated as a whole before it is written, and written completely or not at all.
"""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from digest import config
from digest.config import Config, Feed
from digest.errors import (
    ConfigError,
    FeedError,
    NotFoundError,
    Problem,
    UsageError,
    WorkspaceError,
    did_you_mean,
)
from digest.feeds.identity import canonical_url
from digest.feeds.identity import keys as identity_keys
from digest.feeds.subscriptions import yaml_edit
from digest.fetch import policy
from digest.fetch.client import fetch_all
from digest.fetch.parser_pool import Parsers
from digest.fetch.policy import Answer, Request
from digest.model import Document, Trend, Workspace
from digest.services.context import Program
from digest.services.feed_documents import explained, headers_of
from digest.storage.db import Store
from digest.storage.files import regular
from digest.storage.files.atomic import replace_file
from digest.storage.files.lock import exclusive
from digest.text.markup import NAME_CHARS, from_feed_scheme, plain
from digest.text.secrets import masked, public


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What a collect would change for one feed. `moved_to` is where permanent redirects lead."""

    feed: str
    url: str
    outcome: str
    reason: str
    entries: int
    new: int
    moved_to: str


def check(program: Program) -> tuple[Checked, ...]:
    """Fetch every feed as a collect would, and report what would change. Nothing is stored."""
    found = asyncio.run(_check(program))
    return tuple(found[feed.url] for feed in program.config.feeds)


def add(program: Program, feeds: Sequence[Feed], *, waiting: Callable[[str], None]) -> None:
    """Append feeds to feeds.yaml. A feed that was gone is fetched again.

    Raises:
        UsageError: one of them is already listed.
        ConfigError: feeds.yaml would not be valid.
    """

    def change(text: str, now: Config) -> tuple[str, Config]:
        for feed in feeds:
            refuse_known(now, feed.url)
        text = yaml_edit.add(text, feeds, file=str(program.workspace.config))
        return text, replace(now, feeds=(*now.feeds, *feeds))

    program.store.feeds.forget_retired([feed.url for feed in program.config.feeds])
    rewrite(program.workspace, program.trends, change, waiting)


def remove(workspace: Workspace, trends: Mapping[str, Trend], name: str, *, waiting: Callable[[str], None]) -> Feed:
    """Remove the feed with this name or URL from feeds.yaml, and return it.

    Raises:
        NotFoundError: there is no such feed.
    """
    gone: list[Feed] = []

    def change(text: str, now: Config) -> tuple[str, Config]:
        number = place_of(now, name)
        gone.append(now.feeds[number])
        rest = (*now.feeds[:number], *now.feeds[number + 1 :])
        return yaml_edit.remove(text, number, file=str(workspace.config)), replace(now, feeds=rest)

    rewrite(workspace, trends, change, waiting)
    return gone[0]


def filter_feed(
    workspace: Workspace,
    trends: Mapping[str, Trend],
    name: str,
    *,
    include: Sequence[str],
    exclude: Sequence[str],
    remove: Sequence[str],
    waiting: Callable[[str], None],
) -> Feed:
    """Add patterns to the filter of the feed with this name or URL, remove others, and return the feed as it is then.

    Raises:
        NotFoundError: there is no such feed, or it has no such pattern.
        ConfigError: a pattern is not a regular expression.
    """
    changed: list[Feed] = []

    def change(text: str, now: Config) -> tuple[str, Config]:
        number = place_of(now, name)
        after = with_filter(now.feeds[number], include=include, exclude=exclude, remove=remove)
        for key, before in (("include", now.feeds[number].include), ("exclude", now.feeds[number].exclude)):
            if getattr(after, key) != before:
                text = yaml_edit.filtered(text, number, key, getattr(after, key), file=str(workspace.config))
        changed.append(after)
        return text, replace(now, feeds=(*now.feeds[:number], after, *now.feeds[number + 1 :]))

    rewrite(workspace, trends, change, waiting)
    return changed[0]


def with_filter(feed: Feed, *, include: Sequence[str], exclude: Sequence[str], remove: Sequence[str]) -> Feed:
    """The feed with these patterns added and removed.

    Raises:
        NotFoundError: it has no such pattern to remove.
    """
    for pattern in remove:
        if pattern not in (*feed.include, *feed.exclude):
            remedy = did_you_mean(pattern, (*feed.include, *feed.exclude), "feeds.yaml lists the feed's patterns")
            raise NotFoundError(pattern, f"is not a pattern of {feed.name}", remedy)
    return replace(
        feed,
        include=tuple(dict.fromkeys((*(one for one in feed.include if one not in remove), *include))),
        exclude=tuple(dict.fromkeys((*(one for one in feed.exclude if one not in remove), *exclude))),
    )


def refuse_known(now: Config, url: str) -> None:
    """Raise `UsageError` if the URL, in any spelling, is already listed."""
    there = next((feed for feed in now.feeds if canonical_url(feed.url) == canonical_url(url)), None)
    if there is not None:
        raise UsageError(masked(url), f"is already in feeds.yaml, as {there.name}", "`digest feeds` lists the feeds")


def free_name(taken: Sequence[str], title: str, url: str) -> str:
    """A unique name for a feed, from its title or URL."""
    host = urlsplit(url).netloc or url
    name = plain(title, chars=NAME_CHARS - 20) or host
    numbered = (f"{name} ({host[: NAME_CHARS // 2]}{f' {n}' if n > 1 else ''})"[:NAME_CHARS] for n in count(1))
    return name if name not in taken else next(one for one in numbered if one not in taken)


Change = Callable[[str, Config], tuple[str, Config]]  # the text and its meaning -> both after the change


def rewrite(workspace: Workspace, trends: Mapping[str, Trend], change: Change, waiting: Callable[[str], None]) -> None:
    """Apply a change to the current feeds.yaml. The result is parsed and must have the intended meaning.

    Raises:
        ConfigError: feeds.yaml would not be valid.
        WorkspaceError: it cannot be read, changed or written.
    """
    place = workspace.config
    with exclusive(workspace.state / "feeds.lock", waiting=waiting):
        try:
            text = regular(place).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise WorkspaceError(str(place), f"cannot be read ({error})", "save it as UTF-8 text") from error
        now = config.parse(text, file=str(place), trends=trends)
        new_text, meant = change(text, now)
        _refuse_broken(workspace, trends, meant, new_text)
        _write(place, new_text)


def _refuse_broken(workspace: Workspace, trends: Mapping[str, Trend], meant: Config, text: str) -> None:
    place = str(workspace.config)
    try:
        after = config.parse(text, file=place, trends=trends)
    except ConfigError as error:
        left = Problem(file=place, line=0, path="", message="was not changed, because it would become invalid:")
        raise ConfigError(place, [left, *error.problems]) from error
    if after != meant:
        raise WorkspaceError(place, "is formatted in a way that cannot be edited safely", "edit it by hand")


def _write(path: Path, text: str) -> None:
    """Replace a file atomically, through symbolic links, keeping its permissions."""
    try:
        replace_file(path.resolve(), text.encode())
    except OSError as error:
        raise WorkspaceError(
            str(path), f"cannot be written ({error.strerror})", "check its folder's permissions and space"
        ) from error


def place_of(now: Config, name: str) -> int:
    """The position of the feed with this name or URL.

    Raises:
        NotFoundError: there is none.
    """
    name = from_feed_scheme(name)
    for number, feed in enumerate(now.feeds):
        if name in (feed.name, feed.url) or ("://" in name and canonical_url(name) == canonical_url(feed.url)):
            return number
    known = (known for feed in now.feeds for known in (feed.name, feed.url))
    raise NotFoundError(
        name, "no feed has this name or URL", did_you_mean(name, known, "`digest feeds` lists the feeds")
    )


async def _check(program: Program) -> dict[str, Checked]:
    feeds = {feed.url: feed for feed in program.config.feeds}
    states = program.store.feeds.states(list(feeds))
    found: dict[str, Checked] = {}
    async with Parsers(workers=program.workers) as parsers:

        async def arrive(answer: Answer) -> None:
            feed = feeds[answer.feed]
            parsed = (
                await parsers.parse(answer.body, url=answer.url, content_type=answer.content_type)
                if answer.outcome == "body"
                else None
            )
            found[feed.url] = _checked(program.store, feed, answer, parsed and explained(parsed, answer))

        requests = []
        for url, state in states.items():
            try:
                headers = headers_of(feeds[url], os.environ)
            except FeedError as error:
                await arrive(Answer(feed=url, outcome="failed", reason=error.cause))
                continue
            known = state.body_hash
            requests.append(Request(feed=url, url=policy.address(state, program.now), headers=headers, body_hash=known))
        settings, root = program.config.fetch, program.workspace.root
        await fetch_all(requests, settings, root=root, random=program.random, on_answer=arrive)
    return found


def _checked(store: Store, feed: Feed, answer: Answer, parsed: Document | FeedError | None) -> Checked:
    outcome, reason = answer.outcome, answer.reason
    if isinstance(parsed, FeedError):
        outcome, reason = "failed", parsed.cause
    entries = parsed.entries if isinstance(parsed, Document) else ()
    names = [found or (f"broken:{n}",) for n, found in enumerate(identity_keys(entries, feed.url))]
    new = store.items.shown(feed.url, names).count(None)
    return Checked(
        feed=feed.name,
        url=public(feed.url),
        outcome={"body": "ok" if new else "unchanged"}.get(outcome, outcome),
        reason=reason,
        entries=len(entries),
        new=new,
        moved_to=public(answer.moved_to),
    )
