"""How often the pulse flags what did not move, and finds what did: simulated weeks of nineteen trends in one feed.

    python benchmarks/pulse.py [RUNS]

Each trend's weekly rate varies by a gamma of 15 % (and, to see what a wrong guess costs, of 10 and 25 %), its count is Poisson, and
twelve past weeks are known. Prints how many weeks flagged anything, and the power of a doubling by the expected count.
"""

import sys
from collections.abc import Mapping

import numpy as np

from digest.issue.pulse import pulses

TRENDS = tuple(f"trend-{number:02d}" for number in range(19))
SIZES = (6, 15, 30, 60, 120)
PAST = 12


def means(tested: float) -> dict[str, float]:
    """Nineteen trends of 4 to 112 items, the last of the size that is tested, and items without a trend."""
    return {id_: 4.0 + 6 * number for number, id_ in enumerate(TRENDS[:-1])} | {TRENDS[-1]: tested, "": 300.0}


def week(rng: np.random.Generator, rates: Mapping[str, float], *, spread: float, scale: float = 1.0) -> dict[str, int]:
    shape = 1 / spread**2
    return {id_: int(rng.poisson(scale * rate * rng.gamma(shape, 1 / shape))) for id_, rate in rates.items()}


def moved(
    rng: np.random.Generator, now: Mapping[str, float], usual: Mapping[str, float], *, spread: float, scale: float
) -> list[str]:
    past = [{"papers": week(rng, usual, spread=spread)} for _ in range(PAST)]
    found = pulses({"papers": week(rng, now, spread=spread, scale=scale)}, past, TRENDS)
    return [id_ for id_, pulse in found.items() if pulse.verdict in ("more", "less")]


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rng = np.random.default_rng(2026)
    usual = means(60)
    print(f"{runs} simulated weeks each\n\nnothing moves            weeks with a flag   trends flagged")
    for spread, scale, name in (
        (0.15, 1.0, "a usual week"),
        (0.15, 0.71, "a week of 29 % less"),
        (0.15, 2.0, "a window of two weeks"),
        (0.10, 1.0, "variation of 10 %"),
        (0.25, 1.0, "variation of 25 %"),
    ):
        flags = [len(moved(rng, usual, usual, spread=spread, scale=scale)) for _ in range(runs)]
        print(
            f"{name:24} {np.mean([flag > 0 for flag in flags]):14.3f} {sum(flags) / runs / len(TRENDS):18.4f}",
            flush=True,
        )
    print("\nexpected   doubled: found   halved: found")
    for size in SIZES:
        usual = means(size)
        rates = []
        for factor in (2.0, 0.5):
            now = {**usual, TRENDS[-1]: factor * size}
            rates.append(np.mean([TRENDS[-1] in moved(rng, now, usual, spread=0.15, scale=1.0) for _ in range(runs)]))
        print(f"{size:8} {rates[0]:15.2f} {rates[1]:15.2f}", flush=True)


if __name__ == "__main__":
    main()
