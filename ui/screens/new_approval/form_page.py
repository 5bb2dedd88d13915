"""The second page of the window: the form, and beside it who decides; one of both where there is little room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from resources.translations import tr
from ui.approval_words import words_of
from ui.forms.form_editor import FormEditor
from ui.screens.new_approval.route_panel import RoutePanel
from widgets.chips import Chip, FilterChips
from widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.approvals.planning import ProblemAt
    from ui.desk import Desk
    from ui.screens.new_approval.new_approval_presenter import NewApprovalPresenter

_PANEL, _LEAST_WIDTH, _MOST_FORM = 320, 760, 720
FORM, ROUTE = "form", "route"


class FormPage(QWidget):
    """Tells the presenter what stands in the form."""

    def __init__(self, desk: Desk, presenter: NewApprovalPresenter) -> None:
        super().__init__()
        self._desk, self._presenter, self._is_narrow = desk, presenter, False
        style = desk.style
        self.about = Words(style, role="text2", pixels=13)
        self.editor = FormEditor(desk)
        self.route = RoutePanel(desk, presenter)
        self.tabs = FilterChips(style)
        self.tabs.set_chips([Chip(FORM, tr("Form")), Chip(ROUTE, tr("Who decides"))])
        self._form_area, self._route_area = _Area(), _Area()
        self._line = _Line(desk)
        self._lay_out()
        self.tabs.chosen.connect(lambda _: self._show_parts())
        self.editor.changed.connect(self._changed)
        presenter.planned.connect(self._use_facts)
        self._form_area.verticalScrollBar().valueChanged.connect(lambda _: self.editor.close_lists())
        presenter.refused.connect(self._refuse)
        presenter.route_refused.connect(self._refuse_route)

    def begin(self) -> None:
        """Show what was opened."""
        template = self._presenter.template
        if template is None:
            return
        words = words_of(template.about)
        self.about.setText(words)
        self.about.setVisible(bool(words))
        self.editor.set_form(template, self._presenter.writing.values)
        self._presenter.began_with(self.editor.typed())
        self.tabs.set_current(FORM)
        self.route.begin()
        self._show_parts()
        self._form_area.verticalScrollBar().setValue(0)
        self.editor.focus_first()

    def stop(self) -> None:
        """The window goes."""
        self.editor.stop()
        self.route.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < self._desk.style.current.px(_LEAST_WIDTH)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._show_parts()

    def _lay_out(self) -> None:
        style = self._desk.style.current
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(style.px(24), style.px(16), style.px(24), style.px(24))
        column.setSpacing(style.px(16))
        for part in (self.about, self.editor):
            part.setMaximumWidth(style.px(_MOST_FORM))
            column.addWidget(part)
        column.addStretch(1)
        self._form_area.setWidget(inside)
        self._route_area.setWidget(self.route)
        self._tab_row = QWidget()
        tabs = QHBoxLayout(self._tab_row)
        tabs.setContentsMargins(style.px(20), style.px(8), style.px(20), style.px(4))
        tabs.addWidget(self.tabs)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._form_area, 1)
        row.addWidget(self._line)
        row.addWidget(self._route_area)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self._tab_row)
        page.addLayout(row, 1)
        self._show_parts()

    def _show_parts(self) -> None:
        is_route = self._is_narrow and self.tabs.current() == ROUTE
        self._tab_row.setVisible(self._is_narrow)
        self._form_area.setVisible(not is_route)
        self._line.setVisible(not self._is_narrow)
        self.route.title.setVisible(not self._is_narrow)  # the chip says it already
        self._route_area.setVisible(is_route or not self._is_narrow)
        panel = self._desk.style.current.px(_PANEL)
        self._route_area.setMinimumWidth(0 if self._is_narrow else panel)
        self._route_area.setMaximumWidth(16_777_215 if self._is_narrow else panel)

    def _changed(self) -> None:
        self._presenter.set(values=self.editor.typed())

    def _use_facts(self) -> None:
        """My department is known now: a default that is no reason for a draft."""
        preview, act = self._presenter.preview, self._presenter
        if preview is None or not preview.facts.department or not self.editor.is_built:
            return
        had_content = act.has_content
        if self.editor.use_department(preview.facts.department, preview.facts.department_name):
            (self._changed if had_content else self._begin_anew)()

    def _begin_anew(self) -> None:
        self._presenter.began_with(self.editor.typed())

    def _refuse(self, problems: Sequence[ProblemAt]) -> None:
        self.tabs.set_current(FORM)
        self._show_parts()
        self.editor.show_problems(problems)

    def _refuse_route(self, step: str, sentence: str) -> None:
        self.tabs.set_current(ROUTE)
        self._show_parts()
        self.route.show_problem(step, sentence)


class _Area(QScrollArea):
    """Scrolls what is too tall; never sideways."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class _Line(QWidget):
    """Between the form and the route."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._style = desk.style
        self.setFixedWidth(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.current.colors.line)
        painter.end()
