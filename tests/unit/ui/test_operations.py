"""Tasks that a screen owns."""

import asyncio

import pytest

from app.errors import Forbidden, TackError
from ui.operations import InternalError, Operations


async def _give(value: int) -> int:
    await asyncio.sleep(0)
    return value


async def _fail(error: Exception) -> None:
    await asyncio.sleep(0)
    raise error


def test_a_result_reaches_its_slot() -> None:
    async def run() -> list[int]:
        results: list[int] = []
        operations = Operations(asyncio.get_running_loop())
        task = operations.start(_give(7), results.append)
        assert task is not None
        await task
        await asyncio.sleep(0)
        return results

    assert asyncio.run(run()) == [7]


def test_an_error_of_the_world_is_told_once() -> None:
    async def run() -> list[TackError]:
        errors: list[TackError] = []
        operations = Operations(asyncio.get_running_loop())
        operations.failed.connect(errors.append)
        operations.start(_fail(Forbidden()))
        operations.start(_fail(Forbidden()), on_error=lambda error: None)
        await asyncio.sleep(0.01)
        return errors

    assert [error.code for error in asyncio.run(run())] == ["forbidden"]


def test_a_bug_is_logged_and_told_as_internal(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> list[TackError]:
        errors: list[TackError] = []
        operations = Operations(asyncio.get_running_loop())
        operations.failed.connect(errors.append)
        operations.start(_fail(ValueError("oops")))
        await asyncio.sleep(0.01)
        return errors

    assert isinstance(asyncio.run(run())[0], InternalError)
    assert "an operation failed" in caplog.text


def test_after_closing_nothing_runs_and_nothing_is_told() -> None:
    async def run() -> list[object]:
        told: list[object] = []
        operations = Operations(asyncio.get_running_loop())
        operations.failed.connect(told.append)
        running = operations.start(asyncio.sleep(60), told.append)
        await asyncio.sleep(0)
        await operations.aclose()
        assert running is not None and running.cancelled()
        assert operations.start(_give(1), told.append) is None
        await asyncio.sleep(0.01)
        return told

    assert asyncio.run(run()) == []
