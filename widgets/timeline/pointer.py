"""The mouse in the timeline: hovering, clicking what is clickable, selecting text."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QMouseEvent

from widgets.timeline.arrange import RowLayout
from widgets.timeline.grouping import is_line
from widgets.timeline.hover_bar import HoverBar
from widgets.timeline.pieces import Target
from widgets.timeline.place import Slot
from widgets.timeline.values import RowKind

if TYPE_CHECKING:
    from widgets.timeline.view import TimelineView

_TRIPLE_CLICK_S = 0.4
_EDGE_SCROLL_MS = 30


class Pointer:
    """Turns mouse events into hovering, selection and the view's signals."""

    def __init__(self, view: "TimelineView", bar: HoverBar) -> None:
        self._view, self._bar = view, bar
        self._at: QPointF | None = None
        self._pressed: Target | None = None
        self._pressed_uid = ""
        self._double_click_s = 0.0
        self._edge_timer = QTimer(view)
        self._edge_timer.setInterval(_EDGE_SCROLL_MS)
        self._edge_timer.timeout.connect(self._scroll_at_edge)

    # -- hovering

    def moved(self, event: QMouseEvent) -> None:
        """The pointer moved, with or without a button."""
        self._at = event.position()
        if self._view.selection.is_dragging:
            self._drag()
            return
        self.refresh()

    def left(self) -> None:
        """The pointer is outside."""
        self._at = None
        self.refresh()

    def refresh(self) -> None:
        """Find out again what lies under the pointer: it moved, or the rows did."""
        marks = self._view.marks
        hit = self._view.stage.hit(self._at) if self._at is not None else None
        uid = hit[1].row.uid if hit else ""
        target = hit[1].target_at(hit[2]) if hit else None
        if uid != marks.hovered_uid or target != marks.hovered:
            marks.hovered_uid, marks.hovered = uid, target
            self._view.viewport().update()
        self._set_cursor(hit, target)
        self._place_bar(hit)

    def _set_cursor(self, hit: tuple[Slot, RowLayout, QPointF] | None, target: Target | None) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if target is not None and target.is_clickable:
            shape = Qt.CursorShape.PointingHandCursor
        elif hit is not None and hit[1].is_on_text(hit[2]):
            shape = Qt.CursorShape.IBeamCursor
        viewport = self._view.viewport()
        if viewport.cursor().shape() != shape:
            viewport.setCursor(shape)

    def _place_bar(self, hit: tuple[Slot, RowLayout, QPointF] | None) -> None:
        if hit is None or is_line(hit[1].row) or hit[1].row.is_redacted or hit[1].row.kind is RowKind.UNKNOWN:
            if not (hit is None and self._bar.underMouse()):
                self._bar.hide_bar()
            return
        slot, layout, _local = hit
        look = self._view.stage.look
        body = layout.body.toAlignedRect().translated(0, slot.y)
        if not look.is_bubbles:
            body.setRight(self._view.viewport().width() - look.edge)
        is_right = layout.row.is_own and look.is_bubbles
        self._bar.show_for(layout.row.uid, body, self._view.viewport().rect(), is_right=is_right)

    # -- clicking and selecting

    def pressed(self, event: QMouseEvent) -> None:
        """A button went down."""
        self._at = event.position()
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        hit = self._view.stage.hit(event.position())
        self._pressed = hit[1].target_at(hit[2]) if hit else None
        self._pressed_uid = hit[1].row.uid if hit else ""
        self._view.forget_cursor()
        self._bar.hide_bar()
        selection = self._view.selection
        if hit is not None and self._is_triple_click() and hit[1].block is not None:
            selection.choose_all(hit[1].row.uid, hit[1].block)
        elif hit is not None and hit[1].block is not None and hit[1].is_on_text(hit[2]):
            selection.press(hit[1].row.uid, hit[1].block.offset_at(hit[2] - hit[1].block_origin))
        else:
            selection.clear()
        self._view.viewport().update()

    def _is_triple_click(self) -> bool:
        return time.monotonic() - self._double_click_s < _TRIPLE_CLICK_S

    def double_clicked(self, event: QMouseEvent) -> None:
        """Choose a word; the third click will choose all."""
        hit = self._view.stage.hit(event.position())
        if event.button() is not Qt.MouseButton.LeftButton or hit is None:
            return
        block = hit[1].block
        if block is not None and hit[1].is_on_text(hit[2]):
            self._double_click_s = time.monotonic()
            self._view.selection.press_word(
                hit[1].row.uid, block, block.offset_at(hit[2] - hit[1].block_origin)
            )
            self._view.viewport().update()

    def _drag(self) -> None:
        view, at = self._view, self._at
        if at is None:
            return
        view.choice.forget_vanished_selection()
        for slot, layout in view.stage.rows_in_sight():
            if layout.row.uid == view.selection.uid and layout.block is not None:
                local = QPointF(at.x(), at.y() - slot.y) - layout.block_origin
                offset = 0 if local.y() < 0 else layout.block.offset_at(local)
                if local.y() > layout.block.height:
                    offset = len(layout.block.text)
                if view.selection.drag(offset):
                    view.viewport().update()
                break
        is_outside = at.y() < 0 or at.y() > view.viewport().height()
        if is_outside and not self._edge_timer.isActive():
            self._edge_timer.start()

    def _scroll_at_edge(self) -> None:
        at, height = self._at, self._view.viewport().height()
        if at is None or not self._view.selection.is_dragging or 0 <= at.y() <= height:
            self._edge_timer.stop()
            return
        over = at.y() if at.y() < 0 else at.y() - height
        self._view.scroll_by(round(over / 4))
        self._drag()

    def released(self, event: QMouseEvent) -> None:
        """A button came up: a click if nothing was selected meanwhile."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._edge_timer.stop()
        self._view.selection.release()
        hit = self._view.stage.hit(event.position())
        target = hit[1].target_at(hit[2]) if hit else None
        if self._pressed is not None and target == self._pressed and not self._view.selection.uid:
            self._view.activate(target, self._pressed_uid)
        self._pressed = None
        self._publish_selection()
        self.refresh()

    def _publish_selection(self) -> None:
        """On X11 selected text is what the middle button pastes."""
        clipboard = QGuiApplication.clipboard()
        text = self._view.selected_text()
        if text and clipboard.supportsSelection():
            clipboard.setText(text, clipboard.Mode.Selection)

    def tooltip_at(self, point: QPoint) -> tuple[str, QRect]:
        """What to tell about this point."""
        hit = self._view.stage.hit(QPointF(point))
        target = hit[1].target_at(hit[2]) if hit else None
        return (target.tooltip if target else ""), QRect(point.x() - 8, point.y() - 8, 16, 16)
