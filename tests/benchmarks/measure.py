"""What a benchmark hands back, how it is summed up, and where prepared data is kept between runs."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

PREPARED = Path(__file__).resolve().parents[2] / ".cache" / "bench"


@dataclass(frozen=True)
class Figure:
    """One line of docs/benchmarks.md. `value` and `floor` share `unit`; a figure is read as their ratio."""

    name: str
    value: float
    unit: str
    goal: str
    floor: float | None = None
    floor_name: str = ""
    is_met: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the floor."""
        return self.value / self.floor if self.floor else None


def emit(figures: Sequence[Figure]) -> None:
    """Print figures as one JSON line; the runner reads the last line of a benchmark's output."""
    sys.stdout.write(json.dumps([asdict(f) for f in figures], ensure_ascii=False) + "\n")
    sys.stdout.flush()


def percentile(values: Sequence[float], share: float) -> float:
    """Give the nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def times_ms(action: Callable[[], object], runs: int, warmup: int = 1) -> list[float]:
    """Time an action several times."""
    for _ in range(warmup):
        action()
    result = []
    for _ in range(runs):
        started = time.perf_counter()
        action()
        result.append((time.perf_counter() - started) * 1000)
    return result


def median_ms(action: Callable[[], object], runs: int = 5, warmup: int = 1) -> float:
    """Give the median time of an action."""
    return statistics.median(times_ms(action, runs, warmup))


def resident_mb() -> float:
    """Give this process's resident memory."""
    import psutil

    return float(psutil.Process(os.getpid()).memory_info().rss) / 1e6
