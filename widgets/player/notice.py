"""What stands in the middle of the picture: that it waits and how far that is, why it does not play and what to do, the large play button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.announce import announce
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.painting import fill_rounded
from widgets.player.words import speed_words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from widgets.player.source import Buffered
    from widgets.style import StyleSource

_SPIN_MS, _RING, _PATIENCE_MS = 40, 36, 350


class Spinner(QWidget):
    """A turning ring, and below it what one waits for. Takes no mouse."""

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._angle, self._words = 0, ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._turn_timer = QTimer(self, interval=_SPIN_MS)
        self._turn_timer.timeout.connect(self._turn)
        self._show_timer = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self._show_timer.timeout.connect(self._appear)
        self.hide()

    def set_waiting(self, is_waiting: bool) -> None:
        """Begin to turn, a moment later, or stop."""
        if not is_waiting:
            self._show_timer.stop()
            self._turn_timer.stop()
            self.hide()
        elif self.isHidden() and not self._show_timer.isActive():
            self._show_timer.start()

    def set_words(self, words: str) -> None:
        """Say what one waits for."""
        if words != self._words:
            self._words = words
            self.setAccessibleName(words)
            self.update()

    def _appear(self) -> None:
        self.show()
        self.raise_()
        if self._style.current.motion_ms:
            self._turn_timer.start()

    def _turn(self) -> None:
        self._angle = (self._angle + 12) % 360
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        side = style.px(_RING)
        center = QRectF(self.rect()).center()
        ring = QRectF(center.x() - side / 2, center.y() - side / 2, side, side)
        fill_rounded(painter, ring.adjusted(-8, -8, 8, 8), side, style.colors.scrim)
        painter.setPen(
            QPen(style.colors.on_scrim, style.px(3), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        painter.drawArc(ring, -self._angle * 16, 270 * 16)
        if self._words:
            self._paint_words(painter, center.x(), ring.bottom() + style.px(16))
        painter.end()

    def _paint_words(self, painter: QPainter, middle: float, top: float) -> None:
        style = self._style.current
        room = self.width() - style.px(32)
        shape = QFontMetricsF(style.small).boundingRect(QRectF(0, 0, room, 400), _WRAPPED, self._words)
        box = QRectF(middle - shape.width() / 2, top, shape.width(), shape.height())
        fill_rounded(painter, box.adjusted(-10, -5, 10, 5), style.sizes.radius, style.colors.video_shade)
        painter.setFont(style.small)
        painter.setPen(style.colors.on_scrim)
        painter.drawText(box.adjusted(-2, 0, 2, 2), _WRAPPED, self._words)


_WRAPPED = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


class FailureNotice(QWidget):
    """Why it does not play, and “Try again”."""

    retry_clicked = Signal()

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._sentence = style, ""
        self.retry_button = Button(style, tr("Try again"), ButtonKind.PRIMARY, icon="arrow-clockwise")
        self.retry_button.clicked.connect(self.retry_clicked)
        column, row = QVBoxLayout(self), QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.retry_button)
        row.addStretch(1)
        column.addStretch(1)
        column.addLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._sentence

    def show_sentence(self, sentence: str) -> None:
        """Say it; empty: go."""
        if sentence and sentence != self._sentence:
            announce(self, sentence)
        self._sentence = sentence
        self.setAccessibleName(sentence)
        self.retry_button.setText(tr("Try again"))
        self.setVisible(bool(sentence))
        self.update()

    def place_in(self, width: int, height: int) -> None:
        """Stand in the middle of a picture."""
        style = self._style.current
        wide = min(style.px(420), width - style.px(24))
        room = wide - style.px(40)
        words = QFontMetricsF(style.body).boundingRect(QRectF(0, 0, room, 600), _WRAPPED, self._sentence)
        high = (
            round(words.height()) + style.px(24 + 16) + self.retry_button.sizeHint().height() + style.px(16)
        )
        self.setGeometry((width - wide) // 2, max(0, (height - high) // 2), wide, min(high, height))
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(0, 0, 0, style.px(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        fill_rounded(painter, self.rect(), style.sizes.radius_large, style.colors.video_shade)
        painter.setFont(style.body)
        painter.setPen(style.colors.on_scrim)
        side = style.px(20)
        box = QRectF(side, style.px(20), self.width() - 2 * side, self.height())
        painter.drawText(box, _WRAPPED, self._sentence)
        painter.end()


def big_play_button(style: StyleSource, parent: QWidget) -> IconButton:
    """The large button over a cover."""
    button = IconButton(style, "play", tr("Play (Space)"), size=64, icon_size=32, parent=parent)
    button.set_color_role("on_scrim")
    button.set_ground_role("scrim")
    button.set_filled(True)
    button.hide()
    return button


def waiting_words(buffered: Buffered, at_share: float) -> str:
    """Say honestly how far the wait is: how fast bytes come, and where the server gives them only in order, how much is missing."""
    speed = speed_words(buffered.bytes_per_s) if buffered.bytes_per_s > 0 else ""
    wanted = buffered.waits_for if buffered.waits_for is not None else at_share
    here = max((end for start, end in buffered.ranges if start <= 0.001), default=0.0)
    if not buffered.can_seek_anywhere and wanted > here + 0.005:
        percent = round(100 * here / wanted) if wanted else 0
        if speed:
            return tr(
                "This server gives videos in order only: {percent}% of the way is here, {speed}",
                percent=percent,
                speed=speed,
            )
        return tr("This server gives videos in order only: {percent}% of the way is here", percent=percent)
    if speed:
        return tr("Loading… {speed}", speed=speed)
    return tr("Loading…") if buffered.is_waiting else ""
