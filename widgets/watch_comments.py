"""Comments beside a video: each says to which moment it belongs (a click goes there) and is liked, answered, recalled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.avatar import Avatar
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.ding_text import DingText
from widgets.overlay_scroll import OverlayScrollBar
from widgets.painting import (
    KEYBOARD_FOCUS,
    fill_rounded,
    paint_elided,
    paint_focus_ring,
    paint_tag,
    tag_width,
)
from widgets.tab_place import TabPlace
from widgets.words import Line, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

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

SHOWN = 60
"""So many of the newest are shown at first; each is a widget."""
_LEFT, _HEAD, _TOOL = 42, 20, 24


class WatchComments(QScrollArea):
    """Rows are kept by their uid, so that news repaint only what is new. As high as its rows, if there is room."""

    moment_chosen = Signal(int)
    like_requested = Signal(str, bool)
    reply_requested = Signal(str)
    menu_requested = Signal(str, object)
    """Uid and QPoint."""
    retry_requested = Signal(str)
    person_activated = Signal(str)
    link_activated = Signal(str)

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self._images = style, images
        self._rows: dict[str, CommentLine] = {}
        self._all: tuple[WatchComment, ...] = ()
        self._shown = SHOWN
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._tabs = TabPlace(self._inside)
        self._earlier = Button(style, "", ButtonKind.QUIET)
        self._earlier.clicked.connect(self._show_earlier)
        self._column.addWidget(self._earlier)
        self._column.addStretch(1)
        self._earlier.hide()
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bar = OverlayScrollBar(self)
        self.setAccessibleName(tr("Comments"))
        style.changed.connect(self._restyle)
        self._restyle()

    @property
    def comments(self) -> tuple[WatchComment, ...]:
        """All of them, oldest first."""
        return self._all

    def line(self, uid: str) -> CommentLine | None:
        """The row of a comment, if it is shown."""
        return self._rows.get(uid)

    def clear(self) -> None:
        """Another video."""
        self._shown = SHOWN
        self.set_comments(())

    def set_comments(self, comments: Sequence[WatchComment]) -> None:
        """Show these, oldest first; who reads the newest stays with the newest."""
        bar = self.verticalScrollBar()
        was_at_end = bar.value() >= bar.maximum() - self._style.current.px(40)
        had_newer = bool(self._all and comments) and comments[-1].uid != self._all[-1].uid
        self._all = tuple(comments)
        wanted = self._all[-self._shown :]
        keys = {comment.uid for comment in wanted}
        for uid in [uid for uid in self._rows if uid not in keys]:
            row = self._rows.pop(uid)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, comment in enumerate(wanted, start=1):
            self._show(place, comment)
        hidden = len(self._all) - len(wanted)
        self._earlier.setText(tr("Show {n} earlier comments", n=hidden) if hidden else "")
        self._earlier.setVisible(bool(hidden))
        lines = [self._rows[comment.uid] for comment in wanted]
        self._tabs.set_widgets([self._earlier, *(part for line in lines for part in line.focusable())])
        self.updateGeometry()
        if had_newer and (was_at_end or comments[-1].is_waiting):
            QTimer.singleShot(0, self, lambda: bar.setValue(bar.maximum()))  # once the new one is laid out

    def show_comment(self, uid: str) -> None:
        """Bring one into sight."""
        row = self._rows.get(uid)
        if row is not None:
            self._column.activate()
            self.ensureWidgetVisible(row)
            row.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def image_ready(self) -> None:
        """A face came."""
        for row in self._rows.values():
            row.show_face()

    def content_height(self) -> int:
        """What all rows take at the width of now."""
        return self._column.sizeHint().height()

    def _show(self, place: int, comment: WatchComment) -> None:
        row = self._rows.get(comment.uid)
        if row is None:
            row = self._rows[comment.uid] = CommentLine(self._style, self._images, self._inside)
            row.moment_chosen.connect(self.moment_chosen)
            row.like_requested.connect(self.like_requested)
            row.reply_requested.connect(self.reply_requested)
            row.menu_requested.connect(self.menu_requested)
            row.retry_requested.connect(self.retry_requested)
            row.person_activated.connect(self.person_activated)
            row.text.user_activated.connect(self.person_activated)
            row.text.link_activated.connect(self.link_activated)
        if self._column.indexOf(row) != place:
            self._column.insertWidget(place, row)
        row.show_comment(comment)

    def _show_earlier(self) -> None:
        self._shown += SHOWN
        self.set_comments(self._all)

    def _restyle(self) -> None:
        self._column.setSpacing(self._style.current.px(12))
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, self._style.current.colors.window)
        self.setPalette(palette)


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
        self.like = self._tool("thumbs-up")
        self.reply = self._tool("arrow-bend-up-left")
        self.more = self._tool("dots-three")
        self.avatar.activated.connect(self._show_person)
        self.head.activated.connect(self._go)
        self.like.clicked.connect(self._like)
        self.reply.clicked.connect(self._answer)
        self.more.clicked.connect(lambda: self._menu(self.more.mapToGlobal(QPoint(0, self.more.height()))))
        style.changed.connect(self._place)
        self._word()

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
        self.like.set_color_role("accent" if value.is_liked else "text2")
        self.like.set_tip(tr("Take the like back") if value.is_liked else tr("Like"))
        self.like.setEnabled(value.can_answer)
        self.reply.setEnabled(value.can_answer)
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
            self._word()

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

    def _word(self) -> None:
        self.reply.set_tip(tr("Reply"))
        self.more.set_tip(tr("More"))

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
        for tool in (self.like, self.reply, self.more):
            tool.setVisible(is_hot)
        self.head.set_room(3 * self._style.current.px(_TOOL) if is_hot else 0)

    def _place(self) -> None:
        style = self._style.current
        left, side, above = style.px(_LEFT), style.px(12), style.px(8)
        room = max(style.px(80), self.width() - left)
        self.avatar.setGeometry(0, 0, style.sizes.avatar, style.sizes.avatar)
        self.head.setGeometry(left, 0, room, style.px(_HEAD))
        tool = style.px(_TOOL)
        for number, button in enumerate((self.more, self.reply, self.like), start=1):
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
            from PySide6.QtCore import QPointF

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
