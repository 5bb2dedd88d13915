"""The people of the company: departments at the left, their people at the right, search over everybody."""

from collections.abc import Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.directory.service import Department
from app.domain.rooms import Profile
from resources.translations import tr
from ui.desk import Desk
from ui.models.people_model import PeopleModel
from ui.operations import Operations
from ui.sentences import sentence
from widgets.empty_state import EmptyState
from widgets.member_panel import MemberListView
from widgets.search_field import SearchField
from widgets.style import Style
from widgets.words import Line

_ID_ROLE = Qt.ItemDataRole.UserRole + 1
Question = Coroutine[Any, Any, list[Profile]]


class PeopleScreen(QWidget):
    """The last question wins: choosing another department drops the answer of the one before."""

    person_activated = Signal(str)
    direct_requested = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._operations = Operations(desk.operations.loop, self)
        self._model = PeopleModel(desk.account.user_id, desk.people.detail_of, self)
        self._search = SearchField(desk.style)
        self._units = QListWidget()
        self._title = Line(desk.style, pixels=15, is_bold=True)
        self._list = MemberListView(desk.style, desk.images)
        self._empty = EmptyState(desk.style)
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self._word()
        self._load_units()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        if event.type() is QEvent.Type.LanguageChange:
            self._word()
            self._model.refresh_words()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt. Who comes to look gets departments of this minute."""
        super().showEvent(event)
        directory = self._desk.account.directory
        self._desk.operations.start(directory.refresh(), None, lambda _error: None)  # the old ones stay

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        style = self._desk.style.current
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colors.window)
        painter.fillRect(0, 0, style.sizes.list, self.height(), style.colors.list)
        painter.fillRect(style.sizes.list, 0, 1, self.height(), style.colors.line)
        painter.end()

    def _lay_out(self) -> None:
        style = self._desk.style.current
        left = QVBoxLayout()
        left.setContentsMargins(style.px(12), style.px(12), style.px(12), style.px(12))
        left.setSpacing(style.px(8))
        left.addWidget(self._search)
        left.addWidget(self._units, 1)
        self._units.setFrameShape(QFrame.Shape.NoFrame)
        self._units.setObjectName("units")
        column = QWidget()
        column.setLayout(left)
        column.setFixedWidth(style.sizes.list)
        self._pages.addWidget(self._list)
        self._pages.addWidget(self._empty)
        right = QVBoxLayout()
        right.setContentsMargins(style.px(8), style.px(12), style.px(8), 0)
        right.addWidget(self._title)
        right.addWidget(self._pages, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(column)
        row.addLayout(right, 1)
        self._restyle()

    def _connect(self) -> None:
        self._list.setModel(self._model)
        self._list.member_activated.connect(self.person_activated)
        self._units.currentItemChanged.connect(self._unit_chosen)
        self._search.term_changed.connect(self._look_for)
        self._desk.people.changed.connect(self._load_units)
        self._desk.bridge.profiles_changed.connect(self._load_units)
        self._desk.images.ready.connect(lambda _key: self._list.viewport().update())
        self._desk.style.changed.connect(self._restyle)

    def _restyle(self) -> None:
        style = self._desk.style.current
        self._title.setContentsMargins(style.px(12), 0, 0, style.px(8))
        self._units.setFont(style.body)
        self._units.setStyleSheet(_unit_sheet(style))
        self.update()

    def _word(self) -> None:
        self._search.setPlaceholderText(tr("Search people"))
        self._units.setAccessibleName(tr("Departments"))
        if self._units.count():
            self._units.item(0).setText(tr("People I know"))
        self._show_page()

    # Departments

    def _load_units(self) -> None:
        self._desk.operations.start(self._desk.account.directory.departments(), self._show_units)

    def _show_units(self, tops: Sequence[Department]) -> None:
        chosen = self._units.currentItem().data(_ID_ROLE) if self._units.currentItem() else ""
        self._units.blockSignals(True)
        self._units.clear()
        self._add_unit("", tr("People I know"), 0)
        for top in tops:
            self._add_below(top, 0)
        self._units.blockSignals(False)
        rows = [row for row in range(self._units.count()) if self._units.item(row).data(_ID_ROLE) == chosen]
        self._units.setCurrentRow(rows[0] if rows and chosen else min(1, self._units.count() - 1))

    def _add_below(self, unit: Department, depth: int) -> None:
        self._add_unit(unit.room_id, unit.name, depth)
        for child in unit.children:
            self._add_below(child, depth + 1)

    def _add_unit(self, room_id: str, name: str, depth: int) -> None:
        item = QListWidgetItem("    " * depth + name)
        item.setData(_ID_ROLE, room_id)
        self._units.addItem(item)

    def _unit_chosen(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        self._title.setText(item.text().strip())
        room_id = item.data(_ID_ROLE)
        directory = self._desk.account.directory
        if room_id:
            self._ask(directory.department_members(room_id))
        else:
            self._ask(self._known())

    async def _known(self) -> list[Profile]:
        found = await self._desk.account.cache.read_in_worker(lambda read: read.search_people("", 500))
        return [Profile(member.user_id, member.name, member.avatar) for member in found]

    def _look_for(self, term: str) -> None:
        if not term.strip():
            self._unit_chosen(self._units.currentItem())
            return
        self._title.setText(tr("Search people"))
        self._ask(self._desk.account.directory.users(term.strip()))

    def _ask(self, question: Question) -> None:
        self._operations.cancel_all()
        self._operations = Operations(self._desk.operations.loop, self)
        self._operations.start(question, self._show, lambda error: self._desk.tell(sentence(error)))

    def _show(self, people: list[Profile]) -> None:
        self._model.set_people(people)
        self._show_page()

    def _show_page(self) -> None:
        self._empty.set_state("users", tr("Nobody found"), tr("Try another name or department."))
        self._pages.setCurrentWidget(self._list if self._model.rowCount() else self._empty)


def _unit_sheet(style: Style) -> str:
    """The list of departments in the colours of the other lists."""
    colors = style.colors
    return (
        "QListWidget { background: transparent; outline: 0; }"
        f"QListWidget::item {{ height: {style.px(36)}px; padding-left: {style.px(8)}px;"
        f" border-radius: {style.sizes.radius}px; color: {colors.text1.name()}; }}"
        f"QListWidget::item:hover {{ background: {colors.hover.name()}; }}"
        f"QListWidget::item:selected {{ background: {colors.selected.name()}; color: {colors.text1.name()}; }}"
    )
