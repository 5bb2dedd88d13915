"""Labelled form fields: label above, hint or error below."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListView,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from resources.translations import tr
from widgets.buttons import IconButton
from widgets.icons import icon_pixmap
from widgets.line_edit import LineEdit
from widgets.painting import KEYBOARD_FOCUS, fill_rounded, paint_focus_ring
from widgets.style import StyleSource
from widgets.words import Words


class TextField(QWidget):
    """One line of text. `is_password` adds the eye."""

    text_changed = Signal(str)
    submitted = Signal()

    def __init__(
        self,
        style: StyleSource,
        label: str,
        *,
        placeholder: str = "",
        hint: str = "",
        is_password: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style, self._is_password, self._hint = style, is_password, hint
        self._label = Words(style, label, role="text2", pixels=12)
        self._edit = LineEdit()
        self._below = Words(style, hint, role="text2", pixels=12)
        self._eye = IconButton(style, "eye", "", size=28, icon_size=18, parent=self._edit)
        self._lay_out(placeholder)
        self._edit.textChanged.connect(self._changed)
        self._edit.returnPressed.connect(self.submitted)
        self._eye.clicked.connect(self._toggle_eye)
        style.changed.connect(self._restyle)
        self.set_label(label)
        self._retranslate()
        self._restyle()

    def text(self) -> str:
        """What stands in it, without blanks around (passwords as typed)."""
        return self._edit.text() if self._is_password else self._edit.text().strip()

    def set_text(self, text: str) -> None:
        """Fill it."""
        self._edit.setText(text)

    def set_label(self, label: str) -> None:
        """Word it again."""
        self._label.setText(label)
        self._label.setVisible(bool(label))
        self._edit.setAccessibleName(label or self._edit.placeholderText())

    def set_placeholder(self, text: str) -> None:
        """Word it again."""
        self._edit.setPlaceholderText(text)

    def set_hint(self, text: str) -> None:
        """The grey line below."""
        self._hint = text
        if self._below.property("error") is not True:
            self._show_below(text, is_error=False)

    def set_error(self, sentence: str) -> None:
        """The red line below; empty takes it away. Typing takes it away too."""
        self._show_below(sentence or self._hint, is_error=bool(sentence))

    def error(self) -> str:
        """The red line, empty if there is none."""
        return self._below.text() if self._below.property("error") is True else ""

    def focus_field(self) -> None:
        """Put the cursor in, everything selected."""
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._edit.selectAll()

    @property
    def edit(self) -> LineEdit:
        """The line edit inside."""
        return self._edit

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self._edit and event.type() == QEvent.Type.Resize:
            side = self._eye.sizeHint().width()
            self._eye.setGeometry(
                self._edit.width() - side - 3, (self._edit.height() - side) // 2, side, side
            )
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _lay_out(self, placeholder: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._label, self._edit, self._below):
            column.addWidget(part)
        self._edit.setPlaceholderText(placeholder)
        self._edit.installEventFilter(self)
        self._eye.setVisible(self._is_password)
        self._eye.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._below.setVisible(bool(self._hint))
        self._below.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusProxy(self._edit)
        if self._is_password:
            self._edit.setEchoMode(QLineEdit.EchoMode.Password)

    def _changed(self, text: str) -> None:
        if self.error():
            self.set_error("")
        self.text_changed.emit(text)

    def _show_below(self, text: str, *, is_error: bool) -> None:
        self._below.setProperty("error", is_error)
        self._below.set_role("attention_text" if is_error else "text2")
        self._below.setText(text)
        self._below.setVisible(bool(text))
        self._edit.setProperty("error", is_error)
        self._edit.setAccessibleDescription(text)
        self._edit.style().unpolish(self._edit)
        self._edit.style().polish(self._edit)

    def _toggle_eye(self) -> None:
        was_hidden = self._edit.echoMode() is QLineEdit.EchoMode.Password
        self._edit.setEchoMode(QLineEdit.EchoMode.Normal if was_hidden else QLineEdit.EchoMode.Password)
        self._retranslate()

    def _retranslate(self) -> None:
        is_hidden = self._edit.echoMode() is QLineEdit.EchoMode.Password
        self._eye.set_glyph("eye" if is_hidden else "eye-slash")
        self._eye.set_tip(tr("Show password") if is_hidden else tr("Hide password"))

    def _restyle(self) -> None:
        style = self._style.current
        self._edit.setFont(style.body)
        self._edit.setTextMargins(0, 0, style.px(30) if self._is_password else 0, 0)


class _Choices(QComboBox):
    """A combo box with our arrow; the wheel scrolls the page, not the choice."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setView(QListView())  # the style sheet reaches the rows of this one only
        self.view().window().setWindowFlags(
            Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
        )

    def wheelEvent(self, event: QEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        style, painter = self._style.current, QPainter(self)
        side = style.px(14)
        picture = icon_pixmap("caret-down", style.colors.text2, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QPointF(self.width() - side - style.px(10), (self.height() - side) // 2), picture)
        painter.end()


class ChoiceField(QWidget):
    """One of a few choices."""

    chosen = Signal(str)

    def __init__(
        self,
        style: StyleSource,
        label: str,
        choices: Sequence[tuple[str, str]] = (),
        *,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`choices` are (key, worded)."""
        super().__init__(parent)
        self._label = Words(style, label, role="text2", pixels=12)
        self._box = _Choices(style)
        self._hint = Words(style, hint, role="text2", pixels=12)
        self._hint.setVisible(bool(hint))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._label, self._box, self._hint):
            column.addWidget(part)
        self.setFocusProxy(self._box)
        self._box.activated.connect(lambda _: self.chosen.emit(self.current()))
        self.set_label(label)
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Word them again; the current one stays."""
        current = self.current()
        self._box.clear()
        for key, words in choices:
            self._box.addItem(words, key)
        self.set_current(current)

    def set_label(self, label: str) -> None:
        """Word it again."""
        self._label.setText(label)
        self._label.setVisible(bool(label))
        self._box.setAccessibleName(label)

    def set_hint(self, hint: str) -> None:
        """Word it again."""
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))

    def current(self) -> str:
        """The chosen key."""
        return str(self._box.currentData() or "")

    def set_current(self, key: str) -> None:
        """Choose without emitting."""
        at = self._box.findData(key)
        if at >= 0:
            self._box.setCurrentIndex(at)

    @property
    def box(self) -> QComboBox:
        """The combo box inside."""
        return self._box


class SwitchField(QCheckBox):
    """A switch with its words and a grey explanation under them. Use `toggled`, `isChecked`, `setChecked`."""

    def __init__(self, style: StyleSource, text: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._style, self._hint = style, hint
        self._has_ring = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleDescription(hint)
        style.changed.connect(self.updateGeometry)
        style.changed.connect(self.update)

    def set_hint(self, hint: str) -> None:
        """Word it again."""
        self._hint = hint
        self.setAccessibleDescription(hint)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(320), self.heightForWidth(self._style.current.px(320)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._style.current.px(160), self._style.current.px(28))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        style = self._style.current
        height = max(style.px(28), self._text_height(width, self.text(), 14) + style.px(8))
        return height + (self._text_height(width, self._hint, 12) if self._hint else 0)

    def hitButton(self, position: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        self._paint_switch(painter)
        left = self._text_left()
        top = style.px(4)
        wrap = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        color = style.colors.text1 if self.isEnabled() else style.colors.text3
        height = self._text_height(self.width(), self.text(), 14)
        painter.setFont(style.body)
        painter.setPen(color)
        painter.drawText(QRect(left, top, self.width() - left, height), wrap, self.text())
        if self._hint:
            painter.setFont(style.small)
            painter.setPen(style.colors.text2)
            painter.drawText(QRect(left, top + height, self.width() - left, self.height()), wrap, self._hint)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._has_ring = False
        super().focusOutEvent(event)

    def _text_left(self) -> int:
        return self._style.current.px(46)

    def _text_height(self, width: int, text: str, pixels: int) -> int:
        metrics = QFontMetrics(self._style.current.font(pixels))
        room = QRect(0, 0, max(40, width - self._text_left()), 10_000)
        return metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), text).height()

    def _paint_switch(self, painter: QPainter) -> None:
        style = self._style.current
        colors = style.colors
        width, height = style.px(34), style.px(20)
        track = QRectF(0, style.px(4), width, height)
        ground = colors.accent if self.isChecked() else colors.text3
        if not self.isEnabled():
            ground = colors.line
        fill_rounded(painter, track, height / 2, ground)
        side = height - style.px(6)
        left = width - side - style.px(3) if self.isChecked() else style.px(3)
        fill_rounded(painter, QRectF(left, track.top() + style.px(3), side, side), side / 2, colors.window)
        if self._has_ring:
            paint_focus_ring(painter, track.adjusted(-1, -2, 2, 2), style, height / 2 + 1)
