"""How long the start took, on request (`TACK_TRACE_START=1`): milliseconds since the process began, and how many of
them it computed, which is what counts on a busy machine."""

import os
import sys
import time
from pathlib import Path

WANTED = "TACK_TRACE_START"


def is_wanted() -> bool:
    """Whether somebody measures."""
    return bool(os.environ.get(WANTED))


def trace(moment: str) -> None:
    """Print how long ago the process began."""
    if is_wanted():
        computed_ms = time.process_time() * 1000
        line = f"{moment}: {since_start_ms():.0f} ms, computing {computed_ms:.0f} ms"
        print(line, file=sys.stderr, flush=True)  # noqa: T201


def since_start_ms() -> float:
    """Milliseconds since the process began; where the system does not tell, since this module was imported."""
    try:
        fields = Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()
        started_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return (time.clock_gettime(time.CLOCK_BOOTTIME) - started_s) * 1000
    except (OSError, AttributeError, ValueError, IndexError):
        return (time.monotonic() - _IMPORTED_S) * 1000


_IMPORTED_S = time.monotonic()
