"""What every test gets: an offscreen Qt, no proxy for loopback, the homeserver fixtures, no silent error of ours."""

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


class _Errors(logging.Handler):
    """Keeps what our own loggers complain about."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def no_error_is_logged(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that logs an error of ours fails: a caught bug is still a bug.

    Unless it reads the log itself (`caplog`) or is marked `logs_errors`.
    """
    handler, ours = _Errors(), logging.getLogger("tack")
    ours.addHandler(handler)
    try:
        yield
    finally:
        ours.removeHandler(handler)
    is_expected = "caplog" in request.fixturenames or request.node.get_closest_marker("logs_errors")
    if handler.records and not is_expected:
        record = handler.records[0]
        formatted = logging.Formatter().format(record)
        pytest.fail(f"{record.name} logged an error (mark the test `logs_errors` if it should):\n{formatted}")
