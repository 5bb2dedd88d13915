"""Where the keyboard is can be seen on every kind of button."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from widgets.buttons import Button, ButtonKind
from widgets.style import StyleSource

Put = Callable[[QWidget], QWidget]


@pytest.mark.parametrize("kind", list(ButtonKind))
def test_the_keyboards_place_is_seen(style: StyleSource, put: Put, kind: ButtonKind) -> None:
    host = QWidget()
    column = QVBoxLayout(host)
    other, button = QLineEdit(), Button(style, "Approve", kind)
    column.addWidget(other)
    column.addWidget(button)
    put(host)
    other.setFocus()
    before = button.grab().toImage()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    after = button.grab().toImage()
    every = ((x, y) for x in range(before.width()) for y in range(before.height()))
    assert (
        sum(before.pixel(*at) != after.pixel(*at) for at in every) > before.width()
    )  # all around, not a corner
