"""Small parts of a ding's detail: facts with an icon, the bar, buttons that wrap, the field for a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.ding_values import DingAct
from widgets.file_card import FileCard
from widgets.icons import icon_pixmap
from widgets.line_edit import LineEdit
from widgets.painting import fill_rounded
from widgets.tab_place import TabPlace
from widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QColor, QPaintEvent, QResizeEvent

    from widgets.ding_values import ActButton
    from widgets.file_card import FileRow
    from widgets.style import StyleSource

MAX_NOTE = 500


class DingFacts(QWidget):
    """When, where, why: a line each."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._facts: tuple[tuple[str, str], ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(style.current.px(4))
        self.hide()

    def set_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """Show these (icon, words)."""
        if facts == self._facts:
            return
        self._facts = facts
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for icon, words in facts:
            self._column.addWidget(_Fact(self._style, icon, words))
        self.setVisible(bool(facts))


class _Fact(QWidget):
    """One of them."""

    def __init__(self, style: StyleSource, icon: str, words: str) -> None:
        super().__init__()
        self._style, self._icon = style, icon
        label = Words(style, words, role="text2", pixels=13)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(style.current.px(24), 0, 0, 0)
        row.addWidget(label)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        side = style.sizes.icon_small
        picture = icon_pixmap(self._icon, style.colors.text2, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(0, style.px(2), picture)
        painter.end()


class DingFiles(QWidget):
    """The attachments of a ding; a click opens one, nothing opens itself."""

    file_activated = Signal(str)

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._files: tuple[FileRow, ...] = ()
        self._tabs = TabPlace(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def set_files(self, files: tuple[FileRow, ...]) -> None:
        """Show these."""
        if files == self._files:
            return
        self._files = files
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        cards: list[QWidget] = []
        for row in files:
            card = FileCard(self._style, row)
            card.setMaximumWidth(self._style.current.px(360))
            card.clicked.connect(lambda _=False, uid=row.uid: self.file_activated.emit(uid))
            self._column.addWidget(card)
            cards.append(card)
        self._tabs.set_widgets(cards)
        self.setVisible(bool(files))


class DingBar(QWidget):
    """How much of it is confirmed."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style, self._share = style, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        style.changed.connect(self.updateGeometry)

    def set_share(self, share: float) -> None:
        """0 to 1."""
        self._share = share
        self.setAccessibleName(tr("{n}% confirmed", n=round(share * 100)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(100, self._style.current.px(6))

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        radius = self.height() / 2
        fill_rounded(painter, self.rect(), radius, style.colors.hover)
        if self._share > 0:
            done = QRectF(0, 0, max(self.height(), self.width() * self._share), self.height())
            fill_rounded(painter, done, radius, style.colors.done)
        painter.end()


class DingButtons(QWidget):
    """Buttons in a row, in a second one where there is no room."""

    act_requested = Signal(str)

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._values: tuple[ActButton, ...] = ()
        self._made: list[Button] = []
        self._tabs = TabPlace(self)
        self.hide()
        style.changed.connect(self._place)

    def set_buttons(self, values: tuple[ActButton, ...]) -> None:
        """Show these; those that only change their words stay (and keep the focus)."""
        if values == self._values:
            return
        if [value.act for value in values] != [value.act for value in self._values]:
            self._make(values)
        self._values = values
        for value, button in zip(values, self._made, strict=True):
            button.set_kind(ButtonKind.PRIMARY if value.is_primary else ButtonKind.SECONDARY)
            button.setEnabled(value.is_enabled)
        self.setVisible(bool(values))
        self._place()

    def button(self, act: DingAct) -> Button | None:
        """One of them."""
        return next((b for b, v in zip(self._made, self._values, strict=True) if v.act is act), None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._place()

    def _make(self, values: tuple[ActButton, ...]) -> None:
        for button in self._made:
            button.setParent(None)
            button.deleteLater()
        self._made = []
        for value in values:
            button = _ActButton(self._style, value.text, parent=self)
            button.clicked.connect(lambda _=False, act=value.act: self.act_requested.emit(act))
            button.show()
            self._made.append(button)
        self._tabs.set_widgets(self._made)

    def _place(self) -> None:
        style = self._style.current
        gap, x, y = style.px(8), 0, 0
        for value, button in zip(self._values, self._made, strict=True):
            button.setText(value.text)
            if value.short_text and button.sizeHint().width() > self.width():
                button.setText(value.short_text)
            size = button.sizeHint()
            if x and x + size.width() > self.width():
                x, y = 0, y + size.height() + gap
            button.setGeometry(x, y, min(size.width(), max(1, self.width())), size.height())
            x += size.width() + gap
        self.setFixedHeight(y + style.sizes.button)


class _ActButton(Button):
    """Its words are read also while it may not be pressed: a countdown runs in them."""

    def _colors(self) -> tuple[QColor | None, QColor | None, QColor]:
        if self.isEnabled():
            return super()._colors()
        colors = self._style.current.colors
        return colors.hover, None, colors.text2


class NoteField(QWidget):
    """One line for a note with the confirmation. Enter confirms, Escape leaves it."""

    note_entered = Signal(str)
    cancelled = Signal()

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.edit = _NoteEdit()
        self.edit.keeps_enter = True
        self.edit.setMaxLength(MAX_NOTE)
        self._confirm = Button(style, "", ButtonKind.PRIMARY)
        self._close = IconButton(style, "x", "")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.current.px(8))
        row.addWidget(self.edit, 1)
        row.addWidget(self._confirm)
        row.addWidget(self._close)
        self.edit.returnPressed.connect(self._enter)
        self.edit.escaped.connect(self.cancelled)
        self._confirm.clicked.connect(self._enter)
        self._close.clicked.connect(self.cancelled)
        self.setFocusProxy(self.edit)
        style.changed.connect(self._restyle)
        self._word()
        self._restyle()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self._word()

    def _enter(self) -> None:
        text = self.edit.text().strip()
        self.edit.clear()
        self.note_entered.emit(text)

    def _word(self) -> None:
        self.edit.setPlaceholderText(tr("For example: done by Friday"))
        self.edit.setAccessibleName(tr("Note with the confirmation"))
        self._confirm.setText(tr("Confirm"))
        self._close.set_tip(tr("Cancel"))

    def _restyle(self) -> None:
        style = self._style.current
        self.edit.setFont(style.body)
        self.edit.setFixedHeight(style.sizes.button)


class _NoteEdit(LineEdit):
    """Tells Escape."""

    escaped = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.is_composing:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)
