"""Change how one feed of feeds.yaml counts (its weight, whether it is fetched), and show what another filter would have changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.config import Config, Feed
from digest.editorial.candidates import passes
from digest.errors import UsageError
from digest.feeds.subscriptions.yaml_edit import with_value
from digest.model import Trend, Workspace
from digest.services.compose import PAST_ISSUES
from digest.services.context import Program
from digest.services.feed_list import place_of, rewrite, with_filter
from digest.text.patterns import is_pattern

LEAST, MOST = 0.1, 10.0  # a weight beyond them decides alone
USUAL = 1.0


def adjust(
    workspace: Workspace,
    trends: Mapping[str, Trend],
    name: str,
    *,
    weight: float | None = None,
    muted: bool | None = None,
    waiting: Callable[[str], None],
) -> Feed:
    """Give the feed with this name or URL another weight, mute it or fetch it again, and return it as it is then.

    Raises:
        NotFoundError: there is no such feed.
        UsageError: the weight is out of range.
    """
    if weight is not None and not LEAST <= weight <= MOST:
        raise UsageError(f"weight {weight:g}", f"is not between {LEAST:g} and {MOST:g}", f"{USUAL:g} is the usual one")
    changed: list[Feed] = []

    def change(text: str, now: Config) -> tuple[str, Config]:
        number, file = place_of(now, name), str(workspace.config)
        feed = now.feeds[number]
        if weight is not None and weight != feed.weight:
            text = with_value(text, number, "weight", None if weight == USUAL else f"{weight:g}", file=file)
            feed = replace(feed, weight=float(f"{weight:g}"))
        if muted is not None and muted != feed.muted:
            text = with_value(text, number, "muted", "true" if muted else None, file=file)
            feed = replace(feed, muted=muted)
        changed.append(feed)
        return text, replace(now, feeds=(*now.feeds[:number], feed, *now.feeds[number + 1 :]))

    rewrite(workspace, trends, change, waiting)
    return changed[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """The titles of the works that a new filter lets in or keeps out, in the windows of the last `issues` issues."""

    let_in: tuple[str, ...]
    kept_out: tuple[str, ...]
    issues: int


def effect(
    program: Program, name: str, *, include: Sequence[str], exclude: Sequence[str], remove: Sequence[str]
) -> Effect:
    """The effect of a change on the last issues and on what was seen since.

    Raises:
        NotFoundError: there is no such feed, or it has no such pattern.
        UsageError: a pattern is not a regular expression.
    """
    for pattern in (*include, *exclude):
        if not is_pattern(pattern):
            raise UsageError(pattern, "is not a regular expression", "escape special characters with a backslash")
    before = program.config.feeds[place_of(program.config, name)]
    after = with_filter(before, include=include, exclude=exclude, remove=remove)
    keys = program.store.issues.recent(PAST_ISSUES)
    first = program.store.issues.get(keys[0]) if keys else None
    let_in: dict[int, str] = {}
    kept_out: dict[int, str] = {}
    for seen in program.store.uptakes.seen(first.start if first else None, program.now):
        if seen.feed == before.name and seen.fate is None:
            then, now = passes(seen.sighting, before), passes(seen.sighting, after)
            if then != now:
                (let_in if now else kept_out)[seen.item] = seen.title
    return Effect(let_in=tuple(let_in.values()), kept_out=tuple(kept_out.values()), issues=len(keys))
