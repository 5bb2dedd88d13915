"""What stands around the composer's text: the reply or edit bar, and the reason why nothing can be written."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded
from widgets.style import StyleSource
from widgets.words import Line, Words


class ContextBar(QWidget):
    """ "Reply to Wang Min" with the first words, or "Editing"; a cross closes it."""

    cancelled = Signal()

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._sender = ""
        self._source = ""
        self._title = Line(style, role="accent_text", pixels=12, is_bold=True)
        self._excerpt = Line(style, role="text2", pixels=12)
        self._close = IconButton(style, "x", "", size=28, icon_size=16)
        self._close.clicked.connect(self.cancelled)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._excerpt)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.addLayout(words, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignVCenter)
        self._retranslate()
        self.hide()

    def show_reply(self, sender_name: str, excerpt: str) -> None:
        """Say whom the message answers."""
        self._sender = sender_name
        self._show(excerpt)

    def show_edit(self, excerpt: str) -> None:
        """Say that an own message is being edited."""
        self._sender = ""
        self._show(excerpt)

    def show_source(self, title: str, excerpt: str) -> None:
        """Say, in these words, where something comes from."""
        self._source = title
        self._show(excerpt)

    def title(self) -> str:
        """The words of its first line."""
        return self._title.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        fill_rounded(painter, self.rect(), style.sizes.radius_small, style.colors.bubble_other)
        fill_rounded(painter, QRectF(0, 0, 3, self.height()), 1.5, style.colors.accent)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _show(self, excerpt: str) -> None:
        self._excerpt.setText(" ".join(excerpt.split())[:200])
        self._retranslate()
        self.show()

    def _retranslate(self) -> None:
        words = tr("Reply to {name}", name=self._sender) if self._sender else tr("Edit message")
        self._title.setText(self._source or words)
        self._close.set_tip(tr("Cancel"))


class ReasonPanel(QWidget):
    """Why nothing can be written here, and what can be done about it."""

    action_triggered = Signal()

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._text = Words(style, role="text2", pixels=13)
        self._action = Button(style, "", ButtonKind.PRIMARY)
        self._action.clicked.connect(self.action_triggered)
        row = QHBoxLayout(self)
        row.setContentsMargins(style.current.px(52), 8, style.current.px(24), 8)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        self.setMinimumHeight(style.current.px(64))
        self.hide()

    def show_reason(self, sentence: str, action_text: str) -> None:
        """Word it."""
        self._text.setText(sentence)
        self._action.setText(action_text)
        self._action.setVisible(bool(action_text))
        self.setAccessibleName(sentence)

    def text(self) -> str:
        """The sentence."""
        return self._text.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        side = style.sizes.icon
        picture = icon_pixmap("lock", style.colors.text2, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(style.px(24), (self.height() - side) // 2, picture)
        painter.end()
