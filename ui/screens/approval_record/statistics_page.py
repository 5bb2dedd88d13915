"""The figures of approvals."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.ids import RoomID
from resources.translations import tr
from ui.screens.approval_record.figure_words import (
    figure_tiles,
    month_bars,
    slow_bars,
    step_bars,
    template_bars,
)
from ui.sentences import sentence
from widgets.bar_chart import BarChart, ColumnChart
from widgets.chips import Chip, FilterChips
from widgets.empty_state import EmptyState
from widgets.figure_tiles import FigureTiles
from widgets.window_place import stand_over
from widgets.words import Words

if TYPE_CHECKING:
    from app.domain.approvals.rows import Statistics
    from app.errors import TackError
    from ui.desk import Desk

_WIDEST = 900
_DAY_MS = 86_400_000
_PERIODS = ("30", "90", "year", "all")


def open_statistics(desk: Desk, window: QWidget) -> StatisticsWindow:
    """Show the figures."""
    page = StatisticsWindow(desk, window)
    page.show()
    page.read()
    return page


class StatisticsWindow(QWidget):
    """A window of its own, so that it can stay open beside the list. Deletes itself when closed."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self._desk, self._style = desk, desk.style
        self._wanted = 0
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.title = Words(desk.style, pixels=18, is_bold=True)
        self.periods = FilterChips(desk.style)
        self.tiles = FigureTiles(desk.style)
        self.by_template, self.by_month = BarChart(desk.style), ColumnChart(desk.style)
        self.steps, self.slowest = BarChart(desk.style), BarChart(desk.style)
        self.empty = EmptyState(desk.style)
        self._heads = [Words(desk.style, pixels=14, is_bold=True) for _ in range(4)]
        self._hints = [Words(desk.style, role="text2", pixels=12) for _ in range(4)]
        self._figures: Statistics | None = None
        self._lay_out()
        self.periods.chosen.connect(lambda _: self.read())
        self.steps.bar_activated.connect(self._open)
        self.slowest.bar_activated.connect(self._open)
        self._retranslate()
        self.periods.set_current("90")
        style = desk.style.current
        self.resize(style.px(860), min(style.px(720), max(style.px(420), window.height() - style.px(20))))
        stand_over(self, window)

    def read(self) -> None:
        """Ask the cache for the chosen time."""
        self._wanted += 1
        wanted = self._wanted
        now_ms = time.time_ns() // 1_000_000
        from_ms = begin_ms(self.periods.current(), now_ms)
        self._show_state(tr("Counting…"), is_busy=True)
        self._desk.operations.start(
            self._desk.account.cache.read_in_worker(
                lambda read: read.approvals.statistics(from_ms, now_ms + _DAY_MS, now_ms)
            ),
            lambda found: self.show_figures(found) if wanted == self._wanted else None,
            self._fail,
        )

    def show_figures(self, figures: Statistics) -> None:
        """Draw them."""
        self._figures = figures
        if not any(asked for _, _, asked, *_ in figures.by_template):
            words = tr("No requests in this time. Choose a longer one.")
            self._show_state(tr("Nothing to count"), words, icon="chart-bar")
            return
        now_ms = time.time_ns() // 1_000_000
        self.tiles.set_tiles(figure_tiles(figures))
        self.by_template.set_bars(self._heads[0].text(), template_bars(figures))
        self.by_month.set_bars(self._heads[1].text(), month_bars(figures))
        self.steps.set_bars(self._heads[2].text(), step_bars(figures))
        self.slowest.set_bars(self._heads[3].text(), slow_bars(figures, now_ms))
        charts = (self.by_template, self.by_month, self.steps, self.slowest)
        for head, hint, chart in zip(self._heads, self._hints, charts, strict=True):
            for part in (head, hint, chart):
                part.setVisible(bool(chart.bars()))
        self.empty.hide()
        self._scroll.show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def closeEvent(self, event: QEvent) -> None:
        self._wanted += 1  # what is still read is for nobody
        super().closeEvent(event)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.current.colors.window)
        painter.end()

    def _open(self, room_id: str) -> None:
        self._desk.approvals.open(RoomID(room_id))
        self.window().lower()

    def _fail(self, error: TackError) -> None:
        self._show_state(tr("The figures cannot be read"), sentence(error), icon="warning-circle")

    def _show_state(self, title: str, text: str = "", *, icon: str = "", is_busy: bool = False) -> None:
        if is_busy and self._figures is not None:
            return  # what stands there stays until the new figures are here
        self._scroll.hide()
        self.empty.set_state(icon, title, text, is_busy=is_busy)
        self.empty.show()

    def _retranslate(self) -> None:
        self.setWindowTitle(tr("Figures of approvals"))
        self.title.setText(tr("Figures of approvals"))
        words = {
            "30": tr("Last 30 days"),
            "90": tr("Last 90 days"),
            "year": tr("This year"),
            "all": tr("All"),
        }
        self.periods.set_chips([Chip(key, words[key]) for key in _PERIODS])
        heads = (tr("By template"), tr("Asked per month"), tr("Time each step takes"), tr("Waiting longest"))
        hints = (
            tr("Green: approved. Red: rejected. Amber: still open. Grey: withdrawn."),
            tr("By the month they were asked in."),
            tr("The middle value; press one to open its slowest request."),
            tr("Still open; press one to open it."),
        )
        for head, text in zip(self._heads, heads, strict=True):
            head.setText(text)
        for hint, text in zip(self._hints, hints, strict=True):
            hint.setText(text)
        if self._figures is not None:
            self.show_figures(self._figures)

    def _lay_out(self) -> None:
        style = self._style.current
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(style.px(24), style.px(8), style.px(24), style.px(24))
        column.setSpacing(style.px(4))
        column.addWidget(self.tiles)
        charts = (self.by_template, self.by_month, self.steps, self.slowest)
        for head, hint, chart in zip(self._heads, self._hints, charts, strict=True):
            column.addSpacing(style.px(20))
            column.addWidget(head)
            column.addWidget(hint)
            column.addSpacing(style.px(4))
            column.addWidget(chart)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        head_row = QHBoxLayout()
        head_row.setContentsMargins(style.px(24), style.px(20), style.px(24), style.px(8))
        head_row.addWidget(self.title, 1)
        head_row.addWidget(self.periods, 2)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(head_row)
        page.addWidget(self._scroll, 1)
        page.addWidget(self.empty, 1)
        self._scroll.hide()


def begin_ms(period: str, now_ms: int) -> int:
    """Say when a period began, at midnight of its first day."""
    if period == "all":
        return 0
    today = datetime.fromtimestamp(now_ms / 1000).date()
    first = date(today.year, 1, 1) if period == "year" else today - timedelta(days=int(period) - 1)
    return round(datetime(first.year, first.month, first.day).timestamp() * 1000)
