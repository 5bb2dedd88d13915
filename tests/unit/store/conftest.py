"""An open cache for the tests of the store; tests that are coroutines run in a loop of their own."""

import asyncio
import inspect
from collections.abc import Iterator

import pytest

from app.store.cache import Cache
from tests.helpers.store_history import OpenCache


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test to its end."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture
def opened() -> Iterator[OpenCache]:
    """A cache that can be closed and opened again, with a clock to move."""
    holder = OpenCache()
    with holder:
        yield holder


@pytest.fixture
def cache(opened: OpenCache) -> Cache:
    """A fresh cache of `@me:acme.example`."""
    return opened.cache
