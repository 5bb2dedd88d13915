"""Labels that take font and colour from the style's roles and follow it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from widgets.painting import paint_elided
from widgets.style import StyleSource, Weight
from widgets.tips import plain_tip


class Words(QLabel):
    """A paragraph: wraps, plain text only, may be selected if asked."""

    def __init__(
        self,
        style: StyleSource,
        text: str = "",
        *,
        role: str = "text1",
        pixels: int = 14,
        is_bold: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._style, self._role, self._pixels = style, role, pixels
        self._weight = Weight.BOLD if is_bold else Weight.REGULAR
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        style.changed.connect(self._restyle)
        self._restyle()

    def set_role(self, role: str) -> None:
        """Change the colour role."""
        self._role = role
        self._restyle()

    def heightForWidth(self, width: int) -> int:
        """Layouts ask with their own width, also where the label may not get as wide."""
        return super().heightForWidth(min(width, self.maximumWidth()))

    def _restyle(self) -> None:
        style = self._style.current
        self.setFont(style.font(self._pixels, self._weight))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, getattr(style.colors, self._role))
        self.setPalette(palette)


class Line(Words):
    """One line, cut with an ellipsis where it does not fit; the whole is its tooltip then."""

    def __init__(
        self,
        style: StyleSource,
        text: str = "",
        *,
        role: str = "text1",
        pixels: int = 14,
        is_bold: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, text, role=role, pixels=pixels, is_bold=is_bold, parent=parent)
        self.setWordWrap(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        color = getattr(style.colors, self._role)
        font = style.font(self._pixels, self._weight)
        taken = self.fontMetrics().horizontalAdvance(self.text())
        paint_elided(painter, self.contentsRect(), self.text(), font, color, self.alignment())
        self.setToolTip(plain_tip(self.text()) if taken > self.width() else "")
        painter.end()
