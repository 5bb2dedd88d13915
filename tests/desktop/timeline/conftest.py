"""A shown timeline view for each test."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from tests.helpers.timeline_rows import ListSource, Pictures
from ui import theme
from widgets.timeline.texts import translated_texts
from widgets.timeline.values import RowSource
from widgets.timeline.view import TimelineView

MakeView = Callable[..., TimelineView]


@pytest.fixture
def make_view(qtbot: QtBot) -> MakeView:
    """Make a view of 700 × 600 over some rows."""

    def make(source: RowSource | None = None, width: int = 700, height: int = 600) -> TimelineView:
        view = TimelineView(theme.light(), Pictures(), translated_texts())
        qtbot.addWidget(view)
        view.resize(width, height)
        view.show()
        view.set_source(source if source is not None else ListSource([]))
        view.grab()
        return view

    return make
