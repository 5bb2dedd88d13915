"""The comments under a ding, and the line one writes into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.avatar import Avatar
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.ding_text import DingText
from widgets.file_card import FileCard
from widgets.line_edit import LineEdit
from widgets.painting import fill_plain, fill_rounded
from widgets.tab_place import TabPlace
from widgets.words import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from widgets.avatar import ImageSource
    from widgets.ding_values import CommentRow
    from widgets.style import StyleSource

SHOWN = 100
"""So many of the newest are shown at first; each is a widget."""


class DingComments(QWidget):
    """Rows are kept by their uid, so that news repaint only what is new."""

    link_activated = Signal(str)
    person_activated = Signal(str)
    file_activated = Signal(str)

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self._images = style, images
        self._rows: dict[str, _Comment] = {}
        self._all: tuple[CommentRow, ...] = ()
        self._shown = SHOWN
        self._tabs = TabPlace(self)
        self._earlier = Button(style, "", ButtonKind.QUIET)
        self._earlier.clicked.connect(self._show_earlier)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._earlier)
        self._earlier.hide()
        style.changed.connect(self._restyle)
        self._restyle()

    @property
    def count(self) -> int:
        """How many there are, shown or not."""
        return len(self._all)

    def clear(self) -> None:
        """Another ding."""
        self._shown = SHOWN
        self.set_comments(())

    def set_comments(self, comments: Sequence[CommentRow]) -> None:
        """Show these, oldest first."""
        self._all = tuple(comments)
        wanted = self._all[-self._shown :]
        keys = {comment.uid for comment in wanted}
        for uid in [uid for uid in self._rows if uid not in keys]:
            row = self._rows.pop(uid)
            self._column.removeWidget(row)
            row.deleteLater()
        for place, comment in enumerate(wanted, start=1):
            self._show(place, comment)
        parts = [self._rows[comment.uid].focusable() for comment in wanted]
        self._tabs.set_widgets([self._earlier, *(part for row in parts for part in row)])
        hidden = len(self._all) - len(wanted)
        self._earlier.setText(tr("Show {n} earlier comments", n=hidden) if hidden else "")
        self._earlier.setVisible(bool(hidden))

    def image_ready(self) -> None:
        """A face came."""
        for row in self._rows.values():
            row.show_face()

    def _show(self, place: int, comment: CommentRow) -> None:
        row = self._rows.get(comment.uid)
        if row is None:
            row = self._rows[comment.uid] = _Comment(self._style, self._images, self)
            row.text.link_activated.connect(self.link_activated)
            row.text.user_activated.connect(self.person_activated)
            row.avatar.activated.connect(lambda sender=comment.sender_id: self.person_activated.emit(sender))
            row.file_activated.connect(self.file_activated)
        if self._column.indexOf(row) != place:
            self._column.insertWidget(place, row)
        row.show_comment(comment)

    def _show_earlier(self) -> None:
        self._shown += SHOWN
        self.set_comments(self._all)

    def _restyle(self) -> None:
        self._column.setSpacing(self._style.current.px(12))


class _Comment(QWidget):
    """A face, a line of grey, a bubble or a file."""

    file_activated = Signal(str)

    def __init__(self, style: StyleSource, images: ImageSource | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._images = style, images
        self._value: CommentRow | None = None
        self.avatar = Avatar(style, 32, is_button=True, parent=self)
        self.head = Line(style, role="text2", pixels=12, parent=self)
        self.text = DingText(style, 14, self)
        self._note = Line(style, role="text2", pixels=12, parent=self)
        self._file: FileCard | None = None
        style.changed.connect(self._place)

    def show_comment(self, value: CommentRow) -> None:
        """Show another state of it."""
        if value == self._value:
            return
        self._value = value
        self.head.setText(value.head)
        self._note.setText(value.note)
        self._note.set_role("attention_text" if value.is_failed else "text2")
        self._note.setVisible(bool(value.note))
        self.text.set_text(value.text, value.spans)
        self.text.setVisible(bool(value.text))
        self.setAccessibleName(f"{value.head}: {value.text}")
        self._show_file(value)
        self.show_face()
        self._place()

    def focusable(self) -> list[QWidget]:
        """What the Tab key comes to, in order."""
        return [self.avatar, *([self._file] if self._file is not None else []), self.text]

    def show_face(self) -> None:
        """Draw the sender as far as the picture is there."""
        value = self._value
        if value is None:
            return
        picture = None
        if value.avatar_key and self._images is not None:
            picture = self._images.pixmap(value.avatar_key, self.avatar.size(), self.devicePixelRatioF())
        self.avatar.set_person(value.sender_id, value.name, picture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.text.isHidden():
            return
        style, painter = self._style.current, QPainter(self)
        side, above = style.px(12), style.px(8)
        ground = self.text.geometry().adjusted(-side, -above, side, above)
        fill_rounded(painter, ground, style.sizes.radius_large, style.colors.bubble_other)
        painter.end()

    def _show_file(self, value: CommentRow) -> None:
        if self._file is not None and (value.file is None or self._file.row != value.file):
            self._file.deleteLater()
            self._file = None
        if value.file is not None and self._file is None:
            self._file = FileCard(self._style, value.file, self)
            uid = value.uid
            self._file.clicked.connect(lambda: self.file_activated.emit(uid))
            self._file.show()

    def _place(self) -> None:
        style = self._style.current
        left, side, above = style.px(42), style.px(12), style.px(8)
        room = max(style.px(80), self.width() - left)
        self.avatar.move(0, 0)
        self.head.setGeometry(left, 0, room, style.px(18))
        y = style.px(22)
        if self._file is not None:
            self._file.setGeometry(left, y, min(room, style.px(320)), self._file.sizeHint().height())
            y += self._file.height() + style.px(4)
        if not self.text.isHidden():
            size = self.text.fit(room - 2 * side)
            self.text.setGeometry(left + side, y + above, size.width(), size.height())
            y += size.height() + 2 * above
        if not self._note.isHidden():
            self._note.setGeometry(left, y + style.px(2), room, style.px(18))
            y += style.px(20)
        self.setFixedHeight(max(y, style.sizes.avatar))
        self.update()


class CommentField(QWidget):
    """One line at the bottom. Enter sends, except while the input method composes."""

    comment_entered = Signal(str)

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.edit = LineEdit()
        self.edit.keeps_enter = True
        self._send = IconButton(style, "paper-plane-right", "")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.edit, 1)
        self._row.addWidget(self._send)
        self.edit.returnPressed.connect(self._enter)
        self.edit.textChanged.connect(lambda _text: self._show_can_send())
        self._send.clicked.connect(self._enter)
        self.setFocusProxy(self.edit)
        style.changed.connect(self._restyle)
        self._word()
        self._show_can_send()
        self._restyle()

    def set_state(self, can_comment: bool, hint: str) -> None:
        """Whether one can write; the hint says why not, or what for."""
        self.edit.setEnabled(can_comment)
        self.edit.setPlaceholderText(hint)
        self._show_can_send()

    def set_margin(self, margin: int) -> None:
        """Begin where the text above it does."""
        px = self._style.current.px
        self._row.setContentsMargins(margin, px(10), px(16), px(10))

    def text(self) -> str:
        """What is being written."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """What was being written about this ding."""
        self.edit.setText(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self._word()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_plain(painter, self.rect(), self._style.current.colors.window)
        line = self.rect()
        line.setHeight(1)
        fill_plain(painter, line, self._style.current.colors.line)
        painter.end()

    def _enter(self) -> None:
        text = self.edit.text().strip()
        if text and self.edit.isEnabled():
            self.edit.clear()
            self.comment_entered.emit(text)

    def _show_can_send(self) -> None:
        can_send = self.edit.isEnabled() and bool(self.edit.text().strip())
        self._send.setEnabled(can_send)
        self._send.set_color_role("accent" if can_send else "text2")

    def _word(self) -> None:
        self.edit.setAccessibleName(tr("Comment"))
        self._send.set_tip(tr("Send the comment"))

    def _restyle(self) -> None:
        style = self._style.current
        self._row.setSpacing(style.px(4))
        self.edit.setFont(style.body)
        self.edit.setFixedHeight(style.px(36))
        self.update()
