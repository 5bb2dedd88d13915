"""Run the benchmarks, each in a process of its own, and write the table of docs/benchmarks.md.

python -m tests.benchmarks            all
python -m tests.benchmarks ingest …   some; the other lines of the table stay
"""

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
STORE = ROOT / "docs" / "benchmarks.json"
ORDER = (
    "sign_in",
    "start",
    "open_room",
    "scroll",
    "ingest",
    "stall",
    "clear",
    "approvals",
    "approvals_page",
    "channels_page",
    "watch_page",
    "channels",
    "search",
    "send",
    "player",
    "memory",
)
BEGIN, END = "<!-- table -->", "<!-- /table -->"


def run_one(name: str) -> list[dict[str, Any]]:
    """Run one benchmark; its last line of output holds the figures."""
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONWARNINGS": "ignore"}
    started = time.monotonic()
    sys.stdout.write(f"{name} … ")
    sys.stdout.flush()
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{name}"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    if done.returncode != 0 or not done.stdout.strip():
        sys.stdout.write(f"failed ({done.returncode})\n{done.stderr[-3000:]}\n")
        raise SystemExit(1)
    figures: list[dict[str, Any]] = json.loads(done.stdout.strip().splitlines()[-1])
    sys.stdout.write(f"{time.monotonic() - started:.0f} s\n")
    for figure in figures:
        sys.stdout.write("   " + " | ".join(row_of(figure)) + "\n")
    return figures


def row_of(figure: dict[str, Any]) -> list[str]:
    """Word one figure as the cells of a table row."""

    def number(value: float | None) -> str:
        if value is None:
            return "–"
        return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"

    floor = figure["floor"]
    ratio = f"{figure['value'] / floor:.1f}×" if floor else "–"
    met = {True: "yes", False: "**no**", None: "–"}[figure["is_met"]]
    against = f"{number(floor)} {figure['unit']} ({figure['floor_name']})" if floor else "–"
    value = f"{number(figure['value'])} {figure['unit']}"
    return [figure["name"], value, against, ratio, figure["goal"], met, figure["note"]]


def write_page(results: dict[str, list[dict[str, Any]]]) -> None:
    """Put the table between its marks; the text around it is written by people."""
    lines = [
        f"Measured on {time.strftime('%Y-%m-%d')}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}. Every figure stands beside its floor from the same run.",
        "",
        "| what | Tack | floor | ratio | goal | met | note |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in ORDER:
        lines += ["| " + " | ".join(row_of(f)) + " |" for f in results.get(name, [])]
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Run what the command line names, or all."""
    wanted = [name for name in ORDER if name in sys.argv[1:]] or list(ORDER)
    results: dict[str, list[dict[str, Any]]] = {}
    if STORE.exists():
        results = json.loads(STORE.read_text(encoding="utf-8"))
    for name in wanted:
        results[name] = run_one(name)
        STORE.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        write_page(results)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
