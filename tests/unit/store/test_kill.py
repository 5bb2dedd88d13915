"""The process dies at any moment: what a person wrote is there, and projections agree with the facts."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.store.cache import Cache
from tests.helpers.store_history import KEY, everything


def _killed_after(lines: int, folder: Path) -> list[str]:
    """Let a process write until it has told of so many messages; gives all it told of."""
    assert KEY.raw is not None
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.store_typist", str(folder), KEY.raw.hex()],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    with child, child.stdout:
        told = [child.stdout.readline().strip() for _ in range(lines)]
        child.kill()
        told += child.stdout.read().split()
    return told


@pytest.mark.parametrize("lines", [1, 7, 40])
async def test_nothing_written_is_lost_when_the_process_is_killed(tmp_path: Path, lines: int) -> None:
    told = _killed_after(lines, tmp_path)
    cache = Cache.open(tmp_path, KEY)
    try:
        await cache.queue_recover()
        waiting = {row.txn_id for row in cache.read.queue()}
        for txn in told:
            assert txn in waiting or cache.read.event(f"$copy-{txn}") is not None  # type: ignore[arg-type]
        before = everything(cache)
        await cache.rebuild()
        assert everything(cache) == before
    finally:
        cache.close()
