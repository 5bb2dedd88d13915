"""The calm page that all steps before the first chat share: logo, a heading, one column, in the middle."""

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from widgets.style import StyleSource
from widgets.words import Words

COLUMN = 360
LOGO = 56


class CardPage(QWidget):
    """Subclasses put their parts into `body` and word them in `word`."""

    def __init__(self, style: StyleSource, logo: QPixmap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.style_source = style
        self._logo = QLabel()
        self._logo.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._logo_picture = logo
        self._title = Words(style, pixels=18, is_bold=True)
        self._text = Words(style, role="text2")
        self._error = Words(style, role="attention_text", pixels=12)
        for words in (self._title, self._text):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._error.hide()
        self.body = QVBoxLayout()
        self._column = QWidget()
        self._lay_out()
        style.changed.connect(self._restyle)
        self._restyle()

    def set_heading(self, title: str, text: str = "") -> None:
        """Word the top of the page."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))

    @property
    def heading(self) -> str:
        """What stands at the top, as worded."""
        return f"{self._title.text()} {self._text.text()}".strip()

    def show_error(self, sentence: str) -> None:
        """Say what went wrong; empty takes it away."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))

    def add(self, widget: QWidget) -> None:
        """Put a part below the others; buttons are as wide as the column."""
        widget.setSizePolicy(QSizePolicy.Policy.Expanding, widget.sizePolicy().verticalPolicy())
        self.body.addWidget(widget)

    def word(self) -> None:
        """Word the page (again)."""

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        if event.type() is QEvent.Type.LanguageChange:
            self.word()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.style_source.current.colors.window)
        painter.end()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(2)
        column.addWidget(self._logo)
        column.addSpacing(12)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(16)
        column.addLayout(self.body)
        column.addWidget(self._error)
        column.addStretch(3)
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.addStretch(1)
        row.addWidget(self._column)
        row.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scroll)
        for widget in (scroll.viewport(), inside):
            widget.setAutoFillBackground(False)

    def _restyle(self) -> None:
        style = self.style_source.current
        self._column.setFixedWidth(style.px(COLUMN))
        self.body.setSpacing(style.px(12))
        side = style.px(LOGO)
        self._logo.setPixmap(_scaled(self._logo_picture, side, self.devicePixelRatioF()))
        self.update()


def _scaled(logo: QPixmap, side: int, dpr: float) -> QPixmap:
    picture = QPixmap(round(side * dpr), round(side * dpr))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(QRect(0, 0, picture.width(), picture.height()), logo)
    painter.end()
    picture.setDevicePixelRatio(dpr)
    return picture
