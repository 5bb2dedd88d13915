"""The timeline for screen readers: a list whose items are the rows in sight.

Qt keeps accessible interfaces until the process ends, so there is one per place in sight, not one per row: the pool
is as large as the most rows ever seen at once. The row with the keyboard cursor is always in sight.
The `type: ignore[override]` marks are for Qt's stubs, which forget that "nothing" is a valid answer.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QColor, QWindow
from PySide6.QtWidgets import QAccessibleWidget
from shiboken6 import isValid

from widgets.timeline.values import DingCard, RequestCard, Row, RowKind, SendMark, TimelineTexts

if TYPE_CHECKING:
    from widgets.timeline.view import TimelineView


def spoken(row: Row, texts: TimelineTexts) -> str:
    """One row in words."""
    if row.kind in (RowKind.STATE, RowKind.GAP):
        return row.text or texts.gap
    who = texts.you if row.is_own else row.sender_name
    parts = [f"{who}, {texts.time(row.ts_ms)}".rstrip(", ")]
    if row.is_external:
        parts.append(f"{texts.external} {row.sender_detail}".strip())
    if row.reply is not None:
        parts.append(f"{texts.reply}: {row.reply.sender_name} {row.reply.text[:80]}")
    parts.append(_said(row, texts))
    if row.is_edited:
        parts.append(texts.edited)
    parts.extend(f"{chip.key} {chip.count}" for chip in row.reactions)
    if row.send_mark is SendMark.FAILED:
        parts.append(row.error_text)
    elif row.send_mark in (SendMark.WAITING, SendMark.SENDING):
        parts.append(texts.waiting)
    parts.append(row.read_text)
    return ". ".join(part for part in parts if part)


def _said(row: Row, texts: TimelineTexts) -> str:
    if row.is_redacted:
        return row.text or texts.recalled
    if row.kind is RowKind.ENCRYPTED:
        return row.text or texts.encrypted
    if row.kind is RowKind.UNKNOWN:
        return row.text or texts.unknown
    if row.ding is not None:
        return _ding_words(row.ding, row.text, texts)
    if row.request is not None:
        return _request_words(row.request, row.text)
    if row.media is None:
        return row.text
    kind = texts.image if row.media.kind in ("image", "sticker") else texts.file
    return f"{kind} {row.media.filename} {row.media.size_text} {row.text}".strip()


def _ding_words(ding: DingCard, text: str, texts: TimelineTexts) -> str:
    mine = texts.waits_for_me if ding.is_open else ding.done_text
    return ". ".join(part for part in (ding.title, ding.due_text, text, ding.count_text, mine) if part)


def _request_words(card: RequestCard, text: str) -> str:
    return ". ".join(part for part in (card.title, card.status, text, card.waits_for) if part)


class RowAccessible(QAccessibleInterface):
    """The row at one place in sight."""

    def __init__(self, parent: "TimelineAccessible", index: int) -> None:
        super().__init__()
        self._parent, self._index = parent, index

    @property
    def index(self) -> int:
        """Place among the rows in sight."""
        return self._index

    def isValid(self) -> bool:
        return self._parent.is_alive() and self._index < self._parent.childCount()

    def object(self) -> QObject | None:  # type: ignore[override]
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]
        return self._parent.window() if self._parent.is_alive() else None

    def parent(self) -> QAccessibleInterface:
        return self._parent

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def text(self, kind: QAccessible.Text) -> str:
        return self._parent.name_of(self._index) if kind == QAccessible.Text.Name and self.isValid() else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """Nothing here can be written."""

    def rect(self) -> QRect:
        return self._parent.rect_of(self._index) if self.isValid() else QRect()

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = 1
            return state
        state.focusable = state.readOnly = state.selectable = 1
        if self._parent.is_cursor(self._index):
            state.focused = state.selected = 1
        return state

    def foregroundColor(self) -> QColor:
        return QColor()

    def backgroundColor(self) -> QColor:
        return QColor()


class TimelineAccessible(QAccessibleWidget):
    """The list."""

    def __init__(self, view: "TimelineView") -> None:
        super().__init__(view, QAccessible.Role.List)
        self._view = view
        self._pool: list[RowAccessible] = []

    def is_alive(self) -> bool:
        """Whether the widget still exists."""
        return isValid(self._view)

    def childCount(self) -> int:
        return len(self._view.stage.slots) if self.is_alive() else 0

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        if not 0 <= index < self.childCount():
            return None
        while len(self._pool) <= index:
            item = RowAccessible(self, len(self._pool))
            QAccessible.registerAccessibleInterface(item)
            self._pool.append(item)
        return self._pool[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.index if isinstance(child, RowAccessible) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        if not self.is_alive():
            return None
        point = self._view.viewport().mapFromGlobal(QPoint(x, y))
        for index, slot in enumerate(self._view.stage.slots):
            if slot.y <= point.y() < slot.bottom:
                return self.child(index)
        return None

    def name_of(self, index: int) -> str:
        """The row in words."""
        stage = self._view.stage
        return spoken(stage.shelf.layout(stage.slots[index].row).row, stage.texts)

    def rect_of(self, index: int) -> QRect:
        """Where the row is on the screen."""
        slot = self._view.stage.slots[index]
        corner = self._view.viewport().mapToGlobal(QPointF(0, slot.y)).toPoint()
        return QRect(corner.x(), corner.y(), self._view.viewport().width(), slot.height)

    def is_cursor(self, index: int) -> bool:
        """Whether the keyboard cursor is on this row."""
        stage, marks = self._view.stage, self._view.marks
        row = stage.row(stage.slots[index].row)
        return bool(marks.cursor_uid) and row is not None and row.uid == marks.cursor_uid


_is_installed = False


def install() -> None:
    """Teach Qt about timelines, once per process."""
    global _is_installed
    if not _is_installed:
        QAccessible.installFactory(_make)
        _is_installed = True


def _make(key: str, thing: QObject | None) -> QAccessibleInterface | None:
    make = getattr(thing, "make_accessible", None)
    return make() if make is not None else None


def announce_cursor(view: "TimelineView") -> None:
    """Tell a screen reader that the cursor is on another row."""
    if not QAccessible.isActive():
        return
    found = QAccessible.queryAccessibleInterface(view)
    for index, slot in enumerate(view.stage.slots):
        row = view.stage.row(slot.row)
        if row is not None and row.uid == view.marks.cursor_uid:
            item = found.child(index)
            if item is not None:
                QAccessible.updateAccessibility(QAccessibleEvent(item, QAccessible.Event.Focus))
            return
