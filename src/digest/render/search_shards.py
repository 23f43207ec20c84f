"""Write and read the data of the search page: one script per quarter, with one line per issue."""

import json
import re
from collections.abc import Sequence

from digest.model import Card
from digest.render.items import authors_line
from digest.text.clean import anchor, readable, shorten

SUMMARY_WORDS = 30  # of an item

_SHARD = re.compile(r'digestShard\("([^"]+)",')


def shard_line(key: str, cards: Sequence[Card]) -> str:
    """An issue's items as a line of script for the search page. Nothing in it can end the script or become markup."""
    rows = [
        [
            anchor(card.id),
            readable(card.title),
            authors_line(card.authors),
            shorten(readable(card.summary), SUMMARY_WORDS),
            card.trends,
        ]
        for card in cards
    ]
    data = ",".join(json.dumps(part, separators=(",", ":")) for part in (key, rows))
    return f"digestShard({data.replace('<', chr(92) + 'u003c')});\n"


def shard_lines(shard: str) -> dict[str, str]:
    """The lines of a shard by the keys of their issues. Invalid lines are left out."""
    return {found[1]: line for line in shard.splitlines(keepends=True) if (found := _SHARD.match(line))}
