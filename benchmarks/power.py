"""How many items a day must a feed bring, so that the loss of half of them is noticed? arXiv's real days, thinned -> a table.

    python benchmarks/power.py ../shared

Each weekday draws one of its real counts of the days on which the rules were fixed, scaled to a mean and thinned by chance. So
the days differ as arXiv's do, not as the rule assumes. After eight weeks half of the entries is lost.
"""

import argparse
import datetime as dt
import math
import random
from pathlib import Path

from health import FIRST_DAYS, Real, items, wilson

from digest.feeds.health.volume import shortfall
from digest.model import Look

DAY = dt.timedelta(days=1)
BEGIN = dt.datetime(2026, 1, 5, 20, tzinfo=dt.UTC)
KNOWN, WATCHED, FEEDS = 56, 14, 200
MEANS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


def poisson(mean: float, chance: random.Random) -> int:
    """Knuth's method, in parts that the exponential can hold."""
    if mean > 100:
        return poisson(100, chance) + poisson(mean - 100, chance)
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def by_weekday(shared: Path) -> dict[int, list[int]]:
    """arXiv's real counts."""
    real = Real(shared)
    found: dict[int, list[int]] = {}
    for day in FIRST_DAYS:
        if day.weekday() < 5:
            found.setdefault(day.weekday(), []).append(len(items(real.arxiv("", day))))
    return found


def feed(counts: dict[int, list[int]], mean: float, chance: random.Random) -> list[Look]:
    """Ten weeks of one feed."""
    usual = sum(map(sum, counts.values())) / sum(map(len, counts.values()))
    looks = []
    for at in (BEGIN + n * DAY for n in range(KNOWN + WATCHED)):
        rate = chance.choice(counts.get(at.weekday(), [0])) * mean / usual
        new = poisson(rate, chance) if rate else 0
        looks.append(Look(at=at, read=True, entries=new, new=new))
    return looks


def halved(looks: list[Look], chance: random.Random) -> list[Look]:
    """The same feed, half of whose entries are lost from the ninth week on."""
    lost = [sum(chance.random() < 0.5 for _ in range(look.new)) for look in looks[KNOWN:]]
    rest = zip(looks[KNOWN:], lost, strict=True)
    return looks[:KNOWN] + [Look(at=look.at, read=True, entries=n, new=n) for look, n in rest]


def said(looks: list[Look], days: int) -> bool:
    """Is it said within so many days?"""
    ends = range(KNOWN + 1, KNOWN + days + 1)
    return any(shortfall(looks[:end], now=looks[end - 1].at + DAY) for end in ends)


def table(shared: Path) -> str:
    """As Markdown: within one week and two, and false alarms in two weeks without a fault."""

    def share(hits: int) -> str:
        low, high = wilson(hits, FEEDS)
        return f"{hits / FEEDS:.0%} ({low:.0%} to {high:.0%})"

    counts = by_weekday(shared)
    lines = ["| Usual items a working day | said in a week | in two weeks | said in two weeks without a fault |"]
    lines += ["|---:|---:|---:|---:|"]
    for mean in MEANS:
        chance = random.Random(mean)
        whole = [feed(counts, mean, chance) for _ in range(FEEDS)]
        half = [halved(looks, chance) for looks in whole]
        told = [sum(said(looks, days) for looks in these) for these, days in ((half, 7), (half, 14), (whole, 14))]
        lines.append(f"| {mean} | {' | '.join(map(share, told))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    print(table(parser.parse_args().shared))
