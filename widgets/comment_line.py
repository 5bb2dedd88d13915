"""One comment beside a video: who, at which moment, what; and what one can do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from resources.translations import tr
from widgets.avatar import Avatar
from widgets.buttons import IconButton
from widgets.ding_text import DingText
from widgets.painting import (
    KEYBOARD_FOCUS,
    fill_rounded,
    paint_elided,
    paint_focus_ring,
    paint_tag,
    tag_width,
)
from widgets.words import Line, Words

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QContextMenuEvent,
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
    )

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource
    from widgets.watch_values import WatchComment

_LEFT, _HEAD, _TOOL = 42, 20, 24


class CommentLine(QWidget):
    """A face, name and moment, a bubble. Its acts show under the mouse and for the keyboard (L, R, menu key; Enter goes to the moment)."""

    moment_chosen = Signal(int)
    like_requested = Signal(str, bool)
    reply_requested = Signal(str)
    menu_requested = Signal(str, object)
    retry_requested = Signal(str)
    person_activated = Signal(str)

    def __init__(self, style: StyleSource, images: ImageSource | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._images = style, images
        self._value: WatchComment | None = None
        self._has_ring = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.avatar = Avatar(style, 32, is_button=True, parent=self)
        self.head = _Head(style, self)
        self.text = DingText(style, 14, self)
        self._quote = Line(style, role="text2", pixels=12, parent=self)
        self._note = Words(style, role="text2", pixels=12, parent=self)
        self._tools: tuple[IconButton, IconButton, IconButton] | None = None
        self.avatar.activated.connect(self._show_person)
        self.head.activated.connect(self._go)
        style.changed.connect(self._place)

    @property
    def value(self) -> WatchComment | None:
        """What it shows."""
        return self._value

    def show_comment(self, value: WatchComment) -> None:
        """Show another state of it."""
        if value == self._value:
            return
        self._value = value
        self.head.set_value(value)
        self._quote.setText(value.quote)
        self._quote.setVisible(bool(value.quote))
        self._note.setText(value.note)
        self._note.set_role("attention_text" if value.is_failed else "text2")
        self._note.setVisible(bool(value.note))
        self.text.set_text(value.text, value.spans)
        self._word_tools()
        self.setAccessibleName(value.spoken)
        self.show_face()
        self._show_tools()
        self._place()

    def focusable(self) -> list[QWidget]:
        """What the Tab key comes to, in order."""
        return [self, self.avatar, self.text]

    def show_face(self) -> None:
        """Draw the sender as far as the picture is there."""
        value = self._value
        if value is None:
            return
        picture = None
        if value.avatar_key and self._images is not None:
            picture = self._images.pixmap(value.avatar_key, self.avatar.size(), self.devicePixelRatioF())
        self.avatar.set_person(value.sender_id, value.name, picture)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, value = event.key(), self._value
        is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if value is None or not is_plain:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go()
        elif key == Qt.Key.Key_R and value.can_answer:
            self._answer()
        elif key == Qt.Key.Key_L and value.can_answer:
            self._like()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Menu):
            self._menu(self.mapToGlobal(QPoint(self._style.current.px(_LEFT), self.height())))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._menu(event.globalPos())

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._show_tools()
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._word_tools()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)
        self._show_tools()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._has_ring = False
        super().focusOutEvent(event)
        self._show_tools()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        side, above = style.px(12), style.px(8)
        ground = self.text.geometry().adjusted(-side, -above, side, above)
        fill_rounded(painter, ground, style.sizes.radius_large, style.colors.bubble_other)
        if self._has_ring:
            paint_focus_ring(painter, ground, style, style.sizes.radius_large)
        painter.end()

    def _tool(self, glyph: str) -> IconButton:
        tool = IconButton(self._style, glyph, "", size=_TOOL, icon_size=14, parent=self)
        tool.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return tool

    def _tools_made(self) -> tuple[IconButton, IconButton, IconButton]:
        """Like, reply, more: made when they are first to be seen."""
        if self._tools is None:
            like, reply, more = (
                self._tool("thumbs-up"),
                self._tool("arrow-bend-up-left"),
                self._tool("dots-three"),
            )
            like.clicked.connect(self._like)
            reply.clicked.connect(self._answer)
            more.clicked.connect(lambda: self._menu(more.mapToGlobal(QPoint(0, more.height()))))
            self._tools = (like, reply, more)
            self._word_tools()
            self._place()
        return self._tools

    def _word_tools(self) -> None:
        value = self._value
        if self._tools is None or value is None:
            return
        like, reply, more = self._tools
        like.set_color_role("accent" if value.is_liked else "text2")
        like.set_tip(tr("Take the like back") if value.is_liked else tr("Like"))
        like.setEnabled(value.can_answer)
        reply.setEnabled(value.can_answer)
        reply.set_tip(tr("Reply"))
        more.set_tip(tr("More"))

    def _go(self) -> None:
        if self._value is not None and self._value.is_failed:
            self.retry_requested.emit(self._value.uid)
        elif self._value is not None and self._value.at_ms is not None:
            self.moment_chosen.emit(self._value.at_ms)

    def _like(self) -> None:
        if self._value is not None:
            self.like_requested.emit(self._value.uid, not self._value.is_liked)

    def _answer(self) -> None:
        if self._value is not None:
            self.reply_requested.emit(self._value.uid)

    def _show_person(self) -> None:
        if self._value is not None:
            self.person_activated.emit(self._value.sender_id)

    def _menu(self, spot: QPoint) -> None:
        if self._value is not None:
            self.menu_requested.emit(self._value.uid, spot)

    def _show_tools(self) -> None:
        is_hot = self.underMouse() or self.hasFocus()
        if is_hot or self._tools is not None:
            for tool in self._tools_made():
                tool.setVisible(is_hot)
        self.head.set_room(3 * self._style.current.px(_TOOL) if is_hot else 0)

    def _place(self) -> None:
        style = self._style.current
        left, side, above = style.px(_LEFT), style.px(12), style.px(8)
        room = max(style.px(80), self.width() - left)
        self.avatar.setGeometry(0, 0, style.sizes.avatar, style.sizes.avatar)
        self.head.setGeometry(left, 0, room, style.px(_HEAD))
        tool = style.px(_TOOL)
        for number, button in enumerate(reversed(self._tools or ()), start=1):
            button.setGeometry(left + room - number * tool, -style.px(2), tool, tool)
        y = style.px(22)
        if not self._quote.isHidden():
            self._quote.setGeometry(left, y, room, style.px(18))
            y += style.px(20)
        size = self.text.fit(room - 2 * side)
        self.text.setGeometry(left + side, y + above, size.width(), size.height())
        y += size.height() + 2 * above
        if not self._note.isHidden():
            high = self._note.heightForWidth(room)
            self._note.setGeometry(left, y + style.px(2), room, high)
            y += high + style.px(2)
        self.setFixedHeight(max(y, style.sizes.avatar))
        self.update()


class _Head(QWidget):
    """Name, tag, moment, likes, on one line."""

    activated = Signal()

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._room = style, 0
        self._value: WatchComment | None = None
        self._link = (0.0, 0.0)
        self.setMouseTracking(True)

    def set_value(self, value: WatchComment) -> None:
        self._value = value
        self.setToolTip(value.age)
        self.update()

    def set_room(self, room: int) -> None:
        """So much at the right belongs to others now."""
        if room != self._room:
            self._room = room
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_link = self._is_link(event.position().x())
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._is_link(event.position().x()):
            self.activated.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        value, style = self._value, self._style.current
        if value is None:
            return
        painter = QPainter(self)
        metrics, gap = QFontMetricsF(style.small), style.px(4)
        moment = metrics.horizontalAdvance(value.moment) + gap if value.moment else 0
        likes = f"👍 {value.likes}" if value.likes else ""
        after = metrics.horizontalAdvance(likes) + 2 * gap if likes else 0
        tag = tag_width(style, value.tag)
        room = self.width() - self._room - moment - after - (tag + gap if tag else 0)
        box = self.rect().adjusted(0, 0, round(room) - self.width(), 0)
        x = paint_elided(painter, box, value.name, style.small, style.colors.text2) + gap
        if tag:
            x += paint_tag(painter, style, QPointF(x, self.height() / 2), value.tag) + gap
        self._link = (x, x + moment)
        color = style.colors.accent_text
        paint_elided(painter, self.rect().adjusted(round(x), 0, 0, 0), value.moment, style.small, color)
        x += moment + gap
        color = style.colors.accent_text if value.is_liked else style.colors.text2
        paint_elided(painter, self.rect().adjusted(round(x), 0, 0, 0), likes, style.small, color)
        painter.end()

    def _is_link(self, x: float) -> bool:
        value = self._value
        return value is not None and bool(value.moment) and self._link[0] <= x <= self._link[1]
