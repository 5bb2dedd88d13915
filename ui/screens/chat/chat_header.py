"""The line above a conversation: its name, how many people, the topic, and what one can open."""

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from resources.translations import tr
from ui.screens.chat.chat_state import HeaderState
from widgets.buttons import IconButton
from widgets.icons import paint_icon
from widgets.style import StyleSource
from widgets.tips import plain_tip

_PADDING = 16


class ChatTitle(QWidget):
    """Paints title, count and topic; long texts end in an ellipsis, the whole stands in the tooltip."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._state: HeaderState | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)

    def set_state(self, state: HeaderState | None) -> None:
        """Show another room."""
        self._state = state
        self.setToolTip(plain_tip(state.topic) if state else "")
        self.setAccessibleName(state.title if state else "")
        self.setAccessibleDescription(state.topic if state else "")
        self.update()

    def sizeHint(self) -> QSize:
        """See Qt."""
        return QSize(self._style.current.px(200), self._style.current.sizes.header)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        if self._state is None:
            return
        painter = QPainter(self)
        style, state = self._style.current, self._state
        has_topic = bool(state.topic)
        line = style.px(20)
        top = (self.height() - line * (2 if has_topic else 1)) // 2
        self._paint_title(painter, QRect(0, top, self.width(), line), state)
        if has_topic:
            painter.setFont(style.small)
            painter.setPen(style.colors.text2)
            box = QRect(0, top + line, self.width(), line)
            text = QFontMetrics(style.small).elidedText(
                state.topic, Qt.TextElideMode.ElideRight, self.width()
            )
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()

    def _paint_title(self, painter: QPainter, box: QRect, state: HeaderState) -> None:
        style = self._style.current
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        metrics = QFontMetrics(style.title)
        count_width = QFontMetrics(style.small_bold).horizontalAdvance(state.count_text) + style.px(6)
        icon_width = style.px(20) if state.is_encrypted else 0
        title = metrics.elidedText(
            state.title, Qt.TextElideMode.ElideRight, max(0, box.width() - count_width - icon_width)
        )
        painter.setFont(style.title)
        painter.setPen(style.colors.text1)
        painter.drawText(box, flags, title)
        x = metrics.horizontalAdvance(title) + style.px(5)
        painter.setFont(style.small_bold)
        painter.setPen(style.colors.text2)
        painter.drawText(box.adjusted(x, 0, 0, 0), flags, state.count_text)
        if state.is_encrypted:
            side = style.px(14)
            corner = QPointF(x + count_width, box.center().y() - side / 2)
            rect = QRect(int(corner.x()), int(corner.y()), side, side)
            paint_icon(painter, rect, "lock-simple", style.colors.text2)


class ChatHeader(QWidget):
    """Title and buttons over a line."""

    search_requested = Signal()
    ding_requested = Signal()
    panel_toggled = Signal(bool)

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.title = ChatTitle(style, self)
        self.search_button = IconButton(style, "magnifying-glass", "")
        self.ding_button = IconButton(style, "push-pin", "")
        self.panel_button = IconButton(style, "sidebar-simple", "", is_checkable=True)
        self.search_button.clicked.connect(self.search_requested)
        self.ding_button.clicked.connect(self.ding_requested)
        self.panel_button.toggled.connect(self.panel_toggled)
        row = QHBoxLayout(self)
        row.setSpacing(10)
        row.addWidget(self.title, 1)
        row.addWidget(self.search_button)
        row.addWidget(self.ding_button)
        row.addWidget(self.panel_button)
        style.changed.connect(self._restyle)
        self._restyle()
        self._word()

    def set_state(self, state: HeaderState | None) -> None:
        """Show another room."""
        self.title.set_state(state)
        self.search_button.setEnabled(state is not None)
        self.ding_button.setEnabled(state is not None)
        self.panel_button.setEnabled(state is not None)

    def set_panel_open(self, is_open: bool) -> None:
        """Show the state of the side panel without emitting."""
        self.panel_button.blockSignals(True)
        self.panel_button.setChecked(is_open)
        self.panel_button.blockSignals(False)
        self.panel_button.update()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        if event.type() is QEvent.Type.LanguageChange:
            self._word()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.current.colors.window)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._style.current.colors.line)
        painter.end()

    def _word(self) -> None:
        self.search_button.set_tip(tr("Search in this chat (Ctrl+F)"))
        self.ding_button.set_tip(tr("DING people here (Ctrl+Shift+D)"))
        self.panel_button.set_tip(tr("Members and files"))

    def _restyle(self) -> None:
        style = self._style.current
        self.setFixedHeight(style.sizes.header)
        row = self.layout()
        if row is not None:
            row.setContentsMargins(style.px(_PADDING), 0, style.px(_PADDING), 1)
        self.update()
