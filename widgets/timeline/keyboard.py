"""The keyboard in the timeline: a cursor that walks from message to message, and what each key does with it.

Up and Down walk, Enter or the menu key opens the menu, R replies, E reacts, F2 edits, Delete recalls, Space opens, D makes
a ding of it; on a ding that waits for me Enter and C confirm. Ctrl+C copies, Ctrl+A selects the message's text, Escape lets go. A printable key without a cursor goes to the composer, and
so does what is pasted.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from widgets.timeline.arrange import RowLayout
from widgets.timeline.pieces import Target, TargetKind
from widgets.timeline.place import Slot
from widgets.timeline.values import RowKind, SendMark

if TYPE_CHECKING:
    from widgets.timeline.view import TimelineView

Key = Qt.Key
_PLAIN = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)


def press(view: "TimelineView", event: QKeyEvent) -> bool:
    """Handle a key; False leaves it to Qt."""
    if event.matches(QKeySequence.StandardKey.Copy):
        return view.copy()
    if event.matches(QKeySequence.StandardKey.Paste):
        view.paste_requested.emit()
        return True
    if event.matches(QKeySequence.StandardKey.SelectAll):
        return _select_all(view)
    if event.modifiers() not in _PLAIN:
        return _scroll(view, event)
    return _scroll(view, event) or _walk(view, event.key()) or _act(view, event) or _type(view, event)


def _scroll(view: "TimelineView", event: QKeyEvent) -> bool:
    page = max(1, view.viewport().height() - view.stage.look.px(40))
    key = event.key()
    if key == Key.Key_PageUp:
        view.scroll_by(-page)
    elif key == Key.Key_PageDown:
        view.scroll_by(page)
    elif key == Key.Key_Home:
        view.scroll_to_top()
    elif key == Key.Key_End:
        view.scroll_to_bottom()
    else:
        return False
    return True


def _walk(view: "TimelineView", key: int) -> bool:
    if key == Key.Key_Escape:
        had_something = bool(view.marks.cursor_uid or view.selection.uid)
        view.selection.clear()
        view.forget_cursor()
        return had_something
    if key not in (Key.Key_Up, Key.Key_Down) or not view.stage.slots:
        return False
    step = -1 if key == Key.Key_Up else 1
    current = view.stage.row_of(view.marks.cursor_uid) if view.marks.cursor_uid else None
    if current is None:
        view.put_cursor(view.stage.slots[-1].row)
    elif 0 <= current + step < view.stage.count:
        view.put_cursor(current + step)
    return True


def _act(view: "TimelineView", event: QKeyEvent) -> bool:
    found = view.choice.cursor_slot()
    if found is None:
        return False
    slot, layout = found
    uid = layout.row.uid
    below = _global_point(view, slot, layout)
    key = event.key()
    if key in (Key.Key_Return, Key.Key_Enter) and _is_open_ding(layout):
        view.ding_confirmed.emit(uid)
    elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Menu):
        _enter(view, layout, below)
    elif key == Key.Key_R:
        view.reply_requested.emit(uid)
    elif key == Key.Key_E:
        view.react_requested.emit(uid, below)
    elif key == Key.Key_F2:
        view.edit_requested.emit(uid)
    elif key in (Key.Key_Delete, Key.Key_Backspace):
        view.delete_requested.emit(uid)
    elif key == Key.Key_Space:
        _open(view, layout)
    else:
        return _act_as_ding(view, layout, key)
    return True


def _act_as_ding(view: "TimelineView", layout: RowLayout, key: int) -> bool:
    if key == Key.Key_D:
        view.ding_requested.emit(layout.row.uid)
    elif key == Key.Key_C and _is_open_ding(layout):
        view.ding_confirmed.emit(layout.row.uid)
    else:
        return False
    return True


def _is_open_ding(layout: RowLayout) -> bool:
    return layout.row.ding is not None and layout.row.ding.is_open


def _enter(view: "TimelineView", layout: RowLayout, below: QPoint) -> None:
    if layout.row.kind is RowKind.GAP:
        view.gap_activated.emit(layout.row.uid)
    elif layout.row.request is not None and layout.row.request.is_mine:
        view.request_activated.emit(layout.row.uid)
    else:
        view.context_requested.emit(layout.row.uid, below)


def _open(view: "TimelineView", layout: RowLayout) -> None:
    row = layout.row
    if row.kind is RowKind.GAP:
        view.gap_activated.emit(row.uid)
    elif row.send_mark is SendMark.FAILED:
        view.retry_requested.emit(row.uid)
    elif row.media is not None:
        view.media_activated.emit(row.uid)
    elif row.request is not None:
        view.request_activated.emit(row.uid)
    elif row.ding is not None:
        view.ding_activated.emit(row.uid)
    elif row.nudges:
        view.reply_quote_activated.emit(row.nudges)
    elif layout.block is not None and layout.block.is_folded:
        view.activate(Target(TargetKind.FOLD, row.uid), row.uid)
    else:
        link = next((span.href for span in row.spans if span.href), "")
        if link:
            view.link_activated.emit(link)


def _type(view: "TimelineView", event: QKeyEvent) -> bool:
    text = event.text()
    if not text or not text.isprintable():
        return False
    view.typing_started.emit(text)
    return True


def _select_all(view: "TimelineView") -> bool:
    found = view.choice.cursor_slot() or view.choice.selected_slot()
    if found is None or found[1].block is None:
        return False
    view.selection.choose_all(found[1].row.uid, found[1].block)
    view.viewport().update()
    return True


def _global_point(view: "TimelineView", slot: Slot, layout: RowLayout) -> QPoint:
    body = layout.body.translated(0, slot.y)
    height = view.viewport().height()
    point = QPoint(round(body.left() + 16), round(min(max(body.bottom(), 0), height)))
    return view.viewport().mapToGlobal(point)
