"""The small bar over the message under the pointer: reply, react, more."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from widgets.icons import icon
from widgets.style import Style
from widgets.timeline.values import TimelineTexts


class HoverBar(QWidget):
    """Floats at the upper corner of a message; belongs to the view's viewport."""

    reply_clicked = Signal(str)
    react_clicked = Signal(str, QPoint)
    more_clicked = Signal(str, QPoint)

    def __init__(self, style: Style, texts: TimelineTexts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setVisible(False)
        self.uid = ""
        self._style = style
        self._reply, self._react, self._more = (QToolButton(self) for _ in range(3))
        self._icons = {self._reply: "arrow-bend-up-left", self._react: "smiley", self._more: "dots-three"}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.setSpacing(1)
        for button in self._icons:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAutoRaise(True)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            layout.addWidget(button)
        self._reply.clicked.connect(self._reply_now)
        self._react.clicked.connect(self._react_now)
        self._more.clicked.connect(self._more_now)
        self.set_style(style)
        self.set_texts(texts)

    def set_style(self, style: Style) -> None:
        """Use other colours and sizes."""
        self._style = style
        side = style.px(26)
        for button, name in self._icons.items():
            button.setIcon(icon(name, style.colors.text2, style.px(18)))
            button.setIconSize(QSize(style.px(18), style.px(18)))
            button.setFixedSize(side, side)
            button.setStyleSheet(
                "QToolButton{border:none;background:transparent;padding:0;"
                f"border-radius:{style.sizes.radius_small}px}}"
                f"QToolButton:hover{{background:{style.colors.hover.name()}}}"
                f"QToolButton:pressed{{background:{style.colors.selected.name()}}}"
            )
        self.adjustSize()

    def set_texts(self, texts: TimelineTexts) -> None:
        """Use other words."""
        for button, words in (
            (self._reply, texts.reply),
            (self._react, texts.react),
            (self._more, texts.more),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)

    def show_for(self, uid: str, body: QRect, area: QRect, *, is_right: bool) -> None:
        """Stand at the upper corner of a message's body, inside `area`."""
        self.uid = uid
        size = self.sizeHint()
        x = body.left() - self._style.px(4) if is_right else body.right() - size.width() + self._style.px(4)
        x = min(max(x, area.left() + 4), area.right() - size.width() - 4)
        y = max(body.top() - size.height() + self._style.px(8), area.top() + 4)
        self.setGeometry(QRect(QPoint(x, y), size))
        self.show()
        self.raise_()

    def hide_bar(self) -> None:
        """Go away."""
        self.uid = ""
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = self._style.colors
        painter.setPen(QPen(colors.line, 1))
        painter.setBrush(colors.window)
        radius = self._style.sizes.radius
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.end()

    def _reply_now(self) -> None:
        self.reply_clicked.emit(self.uid)

    def _react_now(self) -> None:
        self.react_clicked.emit(self.uid, self._react.mapToGlobal(QPoint(0, self._react.height())))

    def _more_now(self) -> None:
        self.more_clicked.emit(self.uid, self._more.mapToGlobal(QPoint(0, self._more.height())))
