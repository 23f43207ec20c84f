"""How often the pulse flags what did not move, and finds what did: simulated weeks of nineteen trends.

    python benchmarks/pulse.py [RUNS] [SEED]

Each trend's weekly rate varies by a gamma of 15 % (and, to see what a wrong guess costs, of 10 and 25 %), its count is Poisson, and
twelve past weeks are known. Three digests: trends of 4 to 112 items, of the sizes that the trends have in arXiv's weeks of June 2026, and all of 60.
Prints how many weeks flagged anything, the power by the expected count, and how much of it could be had at all.
"""

import sys
from collections.abc import Mapping
from math import sqrt

import numpy as np

from digest.editorial.pulse import LEVEL, Expected, Spread, p_values, pulses
from digest.model import Tally

TRENDS = tuple(f"trend-{number:02d}" for number in range(19))
REAL = (258, 203, 148, 78, 56, 51, 42, 36, 35, 33, 15, 15, 13, 11, 6, 2, 1.5, 1.5, 0.3)
SIZES = (6, 15, 30, 60, 120)
PAST = 12

Rates = Mapping[str, float]


def named(sizes: tuple[float, ...], rest: float) -> dict[str, float]:
    return {**dict(zip(TRENDS, sizes, strict=True)), "": rest}


def spaced(tested: float) -> dict[str, float]:
    """Nineteen trends of 4 to 112 items, the last of the size that is tested."""
    return named((*(4.0 + 6 * number for number in range(18)), tested), 300)


def real(tested: float) -> dict[str, float]:
    """The real sizes, the one next to the tested size in its place."""
    nearest = min(REAL, key=lambda size: abs(size - tested))
    return named((*(size for size in REAL if size != nearest), *[nearest] * (REAL.count(nearest) - 1), tested), 150)


def equal(tested: float) -> dict[str, float]:
    return named((*[60.0] * 18, tested), 300)


DIGESTS = {"4 to 112 items": spaced, "the real sizes": real, "all of 60": equal}


def week(
    rng: np.random.Generator, rates: Rates, *, spread: float, scale: float = 1.0, weeks: int = 1
) -> dict[str, int]:
    """One feed's counts; with several weeks, each has rates of its own."""
    shape = 1 / spread**2
    return {
        id_: sum(int(rng.poisson(scale / weeks * rate * rng.gamma(shape, 1 / shape))) for _ in range(weeks))
        for id_, rate in rates.items()
    }


def parted(counts: Mapping[str, int], rng: np.random.Generator) -> Tally:
    """The items of two feeds, of which the first has seven tenths."""
    first = {id_: int(rng.binomial(count, 0.7)) for id_, count in counts.items()}
    return {"one": first, "two": {id_: count - first[id_] for id_, count in counts.items()}}


def flagged(window: Tally, past: list[Tally]) -> list[str]:
    return [id_ for id_, pulse in pulses(window, past, TRENDS).items() if pulse.verdict in ("more", "less")]


def still(rng: np.random.Generator, usual: Rates, name: str) -> list[str]:
    """What is flagged in a window in which nothing moved."""
    spread = {"rates that vary by 10 %": 0.10, "rates that vary by 25 %": 0.25}.get(name, 0.15)
    past: list[Tally] = [{"one": week(rng, usual, spread=spread)} for _ in range(PAST)]
    now: Tally = {"one": week(rng, usual, spread=spread, scale=SCALES.get(name, 1.0), weeks=2 if "own" in name else 1)}
    if "feed" in name or "outage" in name:
        past = [parted(window["one"], rng) for window in past]
        both = parted(now["one"], rng)
        other = (
            {}
            if "outage" in name
            else {"two": both["two"], "new": week(rng, dict.fromkeys(TRENDS[:3], 80.0), spread=0.5)}
        )
        now = {"one": both["one"], **other}
    if "doubled" in name:
        moved = {**usual, TRENDS[9]: 2 * usual[TRENDS[9]]}
        past[5] = {"one": week(rng, moved, spread=spread)}
    return flagged(now, past)


SCALES = {
    "July, 29 % less": 0.71,
    "a holiday, a third of a week": 0.33,
    "two weeks, one rate for both": 2.0,
    "two weeks, each with its own rate": 2.0,
}
STILL = (
    "a usual week",
    *SCALES,
    "an outage of one of two feeds",
    "a new feed, all of it in three trends",
    "one of the twelve weeks had a trend doubled",
    "rates that vary by 10 %",
    "rates that vary by 25 %",
)


def found(rng: np.random.Generator, usual: Rates, factor: float) -> bool:
    past: list[Tally] = [{"one": week(rng, usual, spread=0.15)} for _ in range(PAST)]
    now = {**usual, TRENDS[-1]: factor * usual[TRENDS[-1]]}
    return TRENDS[-1] in flagged({"one": week(rng, now, spread=0.15)}, past)


def ceiling(size: float, *, noise: float, level: float) -> float:
    """How often a test of that level for more finds a doubling, if it knows the variation, and the mean but for `noise`."""
    known = Spread(squared=0.15**2, error=0.0)
    count = int(size)
    while p_values(Expected(count=count, mean=size, noise=noise), known)[0] > level:
        count += 1
    return p_values(Expected(count=count, mean=2 * size, noise=0.0), known)[0]


def main() -> None:
    runs, seed = (int(sys.argv[1]) if len(sys.argv) > 1 else 1000), int(sys.argv[2]) if len(sys.argv) > 2 else 2026
    rng = np.random.default_rng(seed)
    print(f"{runs} simulated weeks a figure, seed {seed}: known to ±{2 * sqrt(0.05 * 0.95 / runs):.3f} at 0.05\n")
    print(f"| Nothing moves: windows with a flag | {' | '.join(DIGESTS)} |\n|---|--:|--:|--:|")
    for name in STILL:
        shares = [np.mean([bool(still(rng, digest(60), name)) for _ in range(runs)]) for digest in DIGESTS.values()]
        print(f"| {name} | {' | '.join(f'{share:.3f}' for share in shares)} |", flush=True)
    print(f"\n| Expected: doubled, halved found | {' | '.join(DIGESTS)} |\n|--:|--:|--:|--:|")
    for size in SIZES:
        cells = [
            ", ".join(f"{np.mean([found(rng, digest(size), by) for _ in range(runs)]):.2f}" for by in (2.0, 0.5))
            for digest in DIGESTS.values()
        ]
        print(f"| {size} | {' | '.join(cells)} |", flush=True)
    each = LEVEL / len(TRENDS)
    print("\nA doubling of 60 that a single test can find:")
    for name, noise, level in (
        ("mean and variation known, half of the level for more", 0.0, each / 2),
        ("the mean from twelve weeks, half of the level for more", 0.0055, each / 2),
        ("the mean from twelve weeks, all of the level for more", 0.0055, each),
    ):
        print(f"{name:56} {ceiling(60, noise=noise, level=level):.2f}")


if __name__ == "__main__":
    main()
