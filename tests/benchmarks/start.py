"""From exec to the painted conversation list over a cache of 500 rooms and 200,000 messages, beside an empty Qt window."""

import os
import re
import signal
import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.measure import Figure, emit
from tests.benchmarks.prepared_cache import PROFILE, prepared

ROOT = Path(__file__).resolve().parents[2]
RUNS = 7


def painted_ms(command: list[str], moment: str) -> float:
    """Run until the moment is reported; milliseconds since exec."""
    env = os.environ | {"TACK_TRACE_START": "1", "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        for line in process.stderr:
            found = re.match(rf"{moment}: (\d+) ms", line)
            if found:
                return float(found[1])
        raise SystemExit(f"{moment!r} was never reported")
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def main() -> None:
    """Measure both in turn."""
    data = prepared("company", 500, 200_000)
    tack = [
        sys.executable,
        "main.py",
        "--data-dir",
        str(data),
        "--profile",
        PROFILE,
        "--throwaway-keyring",
        "--offline",
    ]
    empty = [sys.executable, "-m", "tests.benchmarks.empty_window"]
    ours, floor = [], []
    for _ in range(RUNS):
        floor.append(painted_ms(empty, "painted"))
        ours.append(painted_ms(tack, "list painted"))
    value, low = statistics.median(ours), statistics.median(floor)
    note = f"min {min(ours):.0f}, max {max(ours):.0f} ms"
    emit(
        [
            Figure(
                "start to painted list, 500 rooms",
                value,
                "ms",
                "≤ 2×",
                low,
                "empty Qt window",
                value <= 2 * low,
                note,
            )
        ]
    )


if __name__ == "__main__":
    main()
