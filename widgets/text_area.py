"""A text of several lines in a form: label above, a frame around, error below. Ctrl+Enter submits."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.composer_text import ComposerText, SendKey
from widgets.painting import fill_rounded, stroke_rounded
from widgets.style import StyleSource
from widgets.words import Words


class TextArea(QWidget):
    """Grows from two to eight lines. Files that are pasted or dropped come as `files_given`."""

    edited = Signal()
    submitted = Signal()
    cancelled = Signal()
    """Escape."""
    files_given = Signal(object)
    """tuple[Path, ...]."""
    picture_given = Signal()
    """A picture without a file was pasted; it is not taken."""

    def __init__(self, style: StyleSource, label: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._label = Words(style, label, role="text2", pixels=12)
        self._frame = _Frame(style)
        self._text = ComposerText(style)
        self._below = Words(style, role="attention_text", pixels=12)
        self._text.set_send_key(SendKey.CTRL_ENTER)
        self._text.set_hint(hint, hint)
        self._text.setAccessibleName(label)
        self._label.setVisible(bool(label))
        self._lay_out()
        self._text.edited.connect(self.edited)
        self._text.send_pressed.connect(self.submitted)
        self._text.escape_pressed.connect(self.cancelled)
        self._text.files_pasted.connect(self.files_given)
        self._text.image_pasted.connect(lambda _: self.picture_given.emit())
        self._text.installEventFilter(self)
        style.changed.connect(self._dress)
        self._dress()

    @property
    def editor(self) -> ComposerText:
        """The text inside."""
        return self._text

    def text(self) -> str:
        """What stands in it."""
        return self._text.toPlainText()

    def set_text(self, text: str) -> None:
        """Fill it without `edited`."""
        self._text.set_content(text)

    def set_error(self, sentence: str) -> None:
        """The red line below; empty takes it away."""
        self._below.setText(sentence)
        self._below.setVisible(bool(sentence))
        self._text.setAccessibleDescription(sentence)
        self._frame.set_look(is_wrong=bool(sentence))

    def set_wrong(self, sentence: str) -> None:
        """Draw the red edge and say why to a screen reader, where the words stand elsewhere."""
        self._text.setAccessibleDescription(sentence)
        self._frame.set_look(is_wrong=bool(sentence))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and _is_sending(event):
            if not event.isAutoRepeat() and not self._text.is_composing:
                self.submitted.emit()
            return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._frame.set_look(has_focus=event.type() == QEvent.Type.FocusIn)
            self._dress()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._text.setFocus(Qt.FocusReason.MouseFocusReason)  # on the label, or on the frame beside the text

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self._frame)
        side = self._style.current.px(8)
        inside.setContentsMargins(side + 2, side, side + 2, side)
        inside.addWidget(self._text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._label, self._frame, self._below):
            column.addWidget(part)
        self._below.hide()
        self.setFocusProxy(self._text)

    def _dress(self) -> None:
        """The text is drawn for a composer, on the window's ground; here it stands on the frame's."""
        palette = self._text.palette()
        palette.setColor(palette.ColorRole.Base, self._frame.ground())
        for part in (self._text, self._text.viewport()):
            part.setPalette(palette)


def _is_sending(event: QKeyEvent) -> bool:
    """Ctrl+Enter, whichever key sends in a chat."""
    keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return event.key() in keys and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


class _Frame(QWidget):
    """Looks like the other fields."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self._has_focus = self._is_wrong = False
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def set_look(self, *, has_focus: bool | None = None, is_wrong: bool | None = None) -> None:
        """Show where the cursor is, and what is wrong."""
        self._has_focus = self._has_focus if has_focus is None else has_focus
        self._is_wrong = self._is_wrong if is_wrong is None else is_wrong
        self.update()

    def ground(self) -> QColor:
        """The colour it stands on now."""
        colors = self._style.current.colors
        return colors.window if self._has_focus else colors.field

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors = style.colors
        edge = colors.accent if self._has_focus else colors.field
        fill_rounded(
            painter, self.rect(), style.sizes.radius, colors.window if self._has_focus else colors.field
        )
        stroke_rounded(painter, self.rect(), style.sizes.radius, colors.attention if self._is_wrong else edge)
        painter.end()
