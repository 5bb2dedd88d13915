"""How names become initials."""

import pytest

from widgets.avatar import initials


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("王敏", "王敏"),
        ("张小明", "小明"),
        ("产品发布小组", "产品"),
        ("R&D weekly", "RD"),
        ("Tom", "To"),
        ("李", "李"),
        ("", "?"),
        ("  ", "?"),
        ("👍", "👍"),
        ("!!!", "!"),
        ("anna-maria", "AM"),
        ("3M", "3m"),
        ("Tom 王", "To"),
    ],
)
def test_initials(name: str, short: str) -> None:
    assert initials(name) == short
