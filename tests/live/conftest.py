"""Every test in this folder needs a real Synapse and runs its coroutine on a loop of its own."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

Run = Callable[[Coroutine[Any, Any, None]], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here as live."""
    for item in items:
        if "tests/live" in item.path.as_posix():
            item.add_marker(pytest.mark.live)


@pytest.fixture
def run() -> Run:
    """Run a coroutine; afterwards no task of ours may be left."""

    def run_one(work: Coroutine[Any, Any, None]) -> None:
        async def guarded() -> None:
            await work
            await asyncio.sleep(0)
            left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            assert not left, f"tasks left behind: {left}"

        asyncio.run(guarded(), debug=False)

    return run_one
