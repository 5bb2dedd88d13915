"""What every test gets: an offscreen Qt, no proxy for loopback, the homeserver fixtures, no silent error of ours."""

import gc
import logging
import os
from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"

import hypothesis
import pytest

from tests.helpers.homeserver import homeserver, start_homeserver

__all__ = ["homeserver", "start_homeserver"]

hypothesis.settings.register_profile("local", deadline=None, max_examples=50)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


def _has_windows(item: pytest.Item | None) -> bool:
    return "qapp" in getattr(item, "fixturenames", ())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Collect as the program does, on the GUI thread alone: Qt objects die in the thread that collects them, be it one of libVLC's.

    Between two tests what is young, behind a file everything (docs/decisions/0010).
    """
    if _has_windows(item):
        gc.disable()
    try:
        return (yield)
    finally:
        if _has_windows(item):
            is_last = nextitem is None or nextitem.path != item.path
            gc.collect() if is_last else gc.collect(1)
            if not _has_windows(nextitem):
                gc.enable()


class _Errors(logging.Handler):
    """Keeps what a logger complains about."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


WATCHED = {"tack": logging.ERROR, "asyncio": logging.WARNING}


@pytest.fixture(autouse=True)
def no_error_is_logged(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that logs an error of ours, or leaves asyncio something to complain about, fails: a caught bug is still one.

    Unless it reads the log itself (`caplog`) or is marked `logs_errors`.
    """
    handlers = {name: _Errors(level) for name, level in WATCHED.items()}
    for name, handler in handlers.items():
        logging.getLogger(name).addHandler(handler)
    try:
        yield
    finally:
        for name, handler in handlers.items():
            logging.getLogger(name).removeHandler(handler)
    records = [record for handler in handlers.values() for record in handler.records]
    is_expected = "caplog" in request.fixturenames or request.node.get_closest_marker("logs_errors")
    if records and not is_expected:
        formatted = logging.Formatter().format(records[0])
        sentence = f"{records[0].name} complained (mark the test `logs_errors` if it should)"
        pytest.fail(f"{sentence}:\n{formatted}")
