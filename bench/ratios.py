"""The same work on a small and a large database in turn, and what the large one costs more."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

MOST = 1.5
# A difference below this is the noise of the machine, not growth.
NOISE_SECONDS = 0.0005


def seconds_of(act: Callable[[], object]) -> float:
    """The seconds that `act` takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def interleaved(kinds: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """The median seconds of each of `kinds`, run in turn so that a busy moment hits them all."""
    for kind in list(kinds) * 3:
        kind()
    runs = [[seconds_of(kind) for kind in kinds] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*runs, strict=True)]


def growth(
    sizes: tuple[int, int], acts: Mapping[str, Sequence[Callable[[], object]]], rounds: int
) -> float:
    """Print a line for each of `acts`, which do the same at both `sizes`; the worst ratio."""
    small_size, large_size = sizes
    print(f"{'':44} {small_size:>10,} {large_size:>10,}  ratio (at most {MOST})")
    worst = 0.0
    for name, kinds in acts.items():
        small, large = interleaved(kinds, rounds)
        ratio = large / small if large - small > NOISE_SECONDS else min(large / small, MOST)
        worst = max(worst, ratio)
        over = "" if ratio <= MOST else "  over the target"
        print(
            f"{name:44} {small * 1000:7.2f} ms {large * 1000:7.2f} ms {large / small:6.2f}{over}",
            flush=True,
        )
    return worst
