"""The route of a request as a vertical flow: who decides, in which order and why, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from resources.translations import tr
from widgets.avatar import paint_avatar
from widgets.flow_layout import NodeAt, PersonAt, Stop, place_nodes, spoken, stops_of
from widgets.icons import icon_pixmap
from widgets.painting import KEYBOARD_FOCUS, fill_plain, fill_rounded, paint_elided, paint_focus_ring
from widgets.tips import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import (
        QColor,
        QFocusEvent,
        QHelpEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QPixmap,
        QResizeEvent,
    )

    from widgets.flow_layout import TextAt
    from widgets.style import Palette, Style, StyleSource

_LINE_WIDTH = 2
_MARK_ICON = 14


class FlowMark(StrEnum):
    """How a node or a person is marked; by shape as well as by colour."""

    DONE = "done"
    WAITING = "waiting"
    COMING = "coming"
    REJECTED = "rejected"
    RETURNED = "returned"
    SKIPPED = "skipped"
    COPY = "copy"
    NEW = "new"
    """Would be added: the picture of a route before an add-sign is confirmed."""


@dataclass(frozen=True, slots=True)
class FlowPerson:
    """One person in a node."""

    user_id: str
    name: str
    mark: FlowMark
    lines: tuple[str, ...] = ()
    """"直属上级 · 同意 11:04", a note, why: already worded."""
    avatar: QPixmap | None = None
    key: str = ""
    """Names what is to be opened or removed; empty: nothing."""


@dataclass(frozen=True, slots=True)
class FlowNode:
    """One step."""

    key: str
    title: str
    mark: FlowMark
    lines: tuple[str, ...] = ()
    """Mode, reason, time: already worded."""
    people: tuple[FlowPerson, ...] = ()
    """Empty: `title` and `lines` say all. One: the node is that person, its face stands beside the title."""
    time: str = ""
    removable: bool = False
    extra: dict[str, str] = field(default_factory=dict)


def mark_look(mark: FlowMark, colors: Palette) -> tuple[str, bool, QColor, QColor]:
    """Give icon, whether it is filled, its colour and the ground behind it."""
    return {
        FlowMark.DONE: ("check-circle", True, colors.done, colors.done_soft),
        FlowMark.WAITING: ("clock", True, colors.waiting, colors.waiting_soft),
        FlowMark.REJECTED: ("x-circle", True, colors.attention, colors.attention_soft),
        FlowMark.RETURNED: ("arrow-bend-up-left", True, colors.waiting, colors.waiting_soft),
        FlowMark.SKIPPED: ("minus-circle", False, colors.text3, colors.hover),
        FlowMark.COPY: ("paper-plane-tilt", False, colors.text2, colors.hover),
        FlowMark.NEW: ("plus-circle", True, colors.accent, colors.accent_soft),
    }.get(mark, ("circle", False, colors.text3, colors.hover))


class FlowChart(QWidget):
    """Draws nodes from the top; as tall as it needs to be. Arrow keys go through the people, Enter opens one."""

    person_activated = Signal(str)
    """A user id was clicked or entered."""
    remove_requested = Signal(str)
    """The key of a removable node."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._nodes: tuple[FlowNode, ...] = ()
        self._placed: list[NodeAt] = []
        self._stops: list[Stop] = []
        self._current = -1
        self._over = -1
        self._has_ring = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        style.changed.connect(self._place)

    def set_nodes(self, nodes: Sequence[FlowNode]) -> None:
        """Show these."""
        self._nodes = tuple(nodes)
        self._place()
        self.setAccessibleName(tr("Route"))
        self.setAccessibleDescription("; ".join(spoken(node) for node in self._nodes))

    def nodes(self) -> tuple[FlowNode, ...]:
        """What it shows."""
        return self._nodes

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._place()

    def _place(self) -> None:
        self._placed = place_nodes(self._style.current, self._nodes, self.width())
        self._stops = stops_of(self._placed, tr("Take out of the route"))
        self._current = min(self._current, len(self._stops) - 1)
        self._over = -1
        self.setFixedHeight(self._placed[-1].rect.bottom() + 1 if self._placed else 1)
        self.update()

    # Keyboard and mouse

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        self._go(max(0, self._current))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._has_ring = False
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), len(self._stops) - 1
        target = {
            Qt.Key.Key_Down: self._current + 1,
            Qt.Key.Key_Up: self._current - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(key))
        if target is not None and 0 <= target <= last:
            self._has_ring = True
            self._go(target)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._stops:
            self._press(self._stops[max(0, self._current)])
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._show_over(self._stop_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._show_over(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self._stop_at(event.position())
        if at >= 0 and event.button() is Qt.MouseButton.LeftButton:
            self._press(self._stops[at])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self._tell(event)  # type: ignore[arg-type]
            return True
        return super().event(event)

    def _tell(self, event: QHelpEvent) -> None:
        at = self._stop_at(QPointF(event.pos()))
        stop = self._stops[at] if at >= 0 else None
        words = "" if stop is None else stop.words if stop.is_remove else f"{stop.words}\n{stop.value}"
        QToolTip.showText(event.globalPos(), plain_tip(words), self)

    def _go(self, stop: int) -> None:
        self._current = min(stop, len(self._stops) - 1)
        if self._current >= 0:
            at = self._stops[self._current]
            self.setAccessibleName(f"{tr('Route')}: {at.words}")
            if self._has_ring:
                self._bring_into_view(at.rect)
        self.update()

    def _bring_into_view(self, rect: QRect) -> None:
        from PySide6.QtWidgets import QScrollArea

        host: QWidget | None = self.parentWidget()
        while host is not None and not isinstance(host, QScrollArea):
            host = host.parentWidget()
        page = host.widget() if isinstance(host, QScrollArea) else None
        if isinstance(host, QScrollArea) and page is not None:
            center = self.mapTo(page, rect.center())
            host.ensureVisible(center.x(), center.y(), rect.width() // 2, rect.height() // 2 + 8)

    def _press(self, stop: Stop) -> None:
        (self.remove_requested if stop.is_remove else self.person_activated).emit(stop.value)

    def _show_over(self, stop: int) -> None:
        if stop != self._over:
            self._over = stop
            self.setCursor(Qt.CursorShape.ArrowCursor if stop < 0 else Qt.CursorShape.PointingHandCursor)
            self.update()

    def _stop_at(self, at: QPointF) -> int:
        point = at.toPoint()
        return next((n for n, stop in enumerate(self._stops) if stop.rect.contains(point)), -1)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        for at, following in zip(self._placed, [*self._placed[1:], None], strict=False):
            if following is not None:
                self._paint_line(painter, at.mark, following.mark)
            if at.rect.intersects(event.rect()):
                self._paint_node(painter, at)
        if self._has_ring and self._current >= 0:
            ring = self._stops[self._current].rect.adjusted(-2, -1, 1, 1).intersected(self.rect())
            paint_focus_ring(painter, ring, style, style.sizes.radius_small)
        painter.end()

    def _paint_line(self, painter: QPainter, mark: QRect, following: QRect) -> None:
        style = self._style.current
        wide = style.px(_LINE_WIDTH)
        left = mark.left() + (mark.width() - wide) // 2
        line = QRect(left, mark.bottom() + 1, wide, following.top() - mark.bottom() - 1)
        fill_plain(painter, line, style.colors.line)

    def _paint_node(self, painter: QPainter, at: NodeAt) -> None:
        style, colors = self._style.current, self._style.current.colors
        self._paint_mark(painter, at.mark, at.node.mark, style.px(_MARK_ICON))
        is_over = len(at.node.people) == 1 and self._is_over(at.title)
        title = colors.accent_text if is_over else colors.text1
        paint_elided(painter, at.title, at.node.title, style.body_bold, title)
        if at.node.time:
            paint_elided(painter, at.time, at.node.time, style.small, colors.text2)
        self._paint_texts(painter, at.texts)
        for face in at.faces:
            _paint_face(painter, style, face.rect, face.person)
        if at.more is not None:
            paint_elided(painter, at.more[0], at.more[1], style.small, colors.text2)
        for person in at.people:
            self._paint_person(painter, person)
        if at.remove is not None:
            self._paint_remove(painter, at.remove)

    def _paint_person(self, painter: QPainter, at: PersonAt) -> None:
        style, colors = self._style.current, self._style.current.colors
        _paint_face(painter, style, at.face, at.person)
        color = colors.accent_text if self._is_over(at.name) else colors.text1
        paint_elided(painter, at.name, at.person.name, style.body, color)
        self._paint_mark(painter, at.mark, at.person.mark, at.mark.width(), has_ground=False)
        self._paint_texts(painter, at.texts)

    def _paint_texts(self, painter: QPainter, texts: Sequence[TextAt]) -> None:
        painter.setFont(self._style.current.small)
        painter.setPen(self._style.current.colors.text2)
        for text in texts:
            painter.drawText(text.rect, text.flags, text.text)

    def _paint_mark(
        self, painter: QPainter, rect: QRect, mark: FlowMark, side: int, *, has_ground: bool = True
    ) -> None:
        name, is_filled, color, ground = mark_look(mark, self._style.current.colors)
        if has_ground:
            fill_rounded(painter, rect, rect.width() / 2, ground)
        picture = icon_pixmap(name, color, side, filled=is_filled, dpr=self.devicePixelRatioF())
        painter.drawPixmap(
            rect.left() + (rect.width() - side) // 2, rect.top() + (rect.height() - side) // 2, picture
        )

    def _paint_remove(self, painter: QPainter, rect: QRect) -> None:
        style = self._style.current
        if self._is_over(rect):
            fill_rounded(painter, rect, style.sizes.radius_small, style.colors.hover)
        side = style.sizes.icon_small
        picture = icon_pixmap("x", style.colors.text2, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(
            rect.left() + (rect.width() - side) // 2, rect.top() + (rect.height() - side) // 2, picture
        )

    def _is_over(self, rect: QRect) -> bool:
        return 0 <= self._over < len(self._stops) and self._stops[self._over].rect.contains(rect.center())


def _paint_face(painter: QPainter, style: Style, rect: QRect, person: FlowPerson) -> None:
    paint_avatar(painter, rect, style, person.user_id, person.name, person.avatar)
