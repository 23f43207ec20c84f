"""Change how one feed of feeds.yaml counts: its weight, and whether it is fetched."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from digest.config import Config, Feed
from digest.errors import UsageError
from digest.feeds.subscriptions.yaml_values import with_value
from digest.model import Trend, Workspace
from digest.services.feed_list import place_of, rewrite

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
