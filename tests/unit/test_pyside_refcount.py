"""The pinned PySide6 does not lose references of None.

PySide6 6.12.0 drops one reference per call of a void method; Python 3.11 has no immortal None, so the process dies
after some thousand calls, later than any short test. This one counts instead of waiting.
"""

import sys

import pytest
from PySide6.QtCore import QObject

CALLS = 1_000
NOISE = 10


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from 3.12 on")
def test_void_methods_keep_the_references_of_none() -> None:
    thing = QObject()
    thing.setObjectName("warm")
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("x")
    assert abs(sys.getrefcount(None) - before) <= NOISE
