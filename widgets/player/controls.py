"""The controls at the bottom of the picture: the bar, play, next, time; speed, quality, comments, subtitles, sound, window, screen.

They show and ask; the player decides. Where there is little room the less wanted ones go first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.buttons import IconButton, PaintedButton
from widgets.painting import fill_rounded, paint_focus_ring
from widgets.player.seek_bar import SeekBar
from widgets.player.words import rate_words, time_words
from widgets.style import Weight

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent, QWheelEvent

    from widgets.player.values import PlayerLikes
    from widgets.style import StyleSource

_MARGIN, _INSET, _BUTTON, _ICON, _BELOW, _SHADE = 10, 6, 32, 20, 4, 48
_WHEEL_STEP = 5


class TextButton(PaintedButton):
    """A few white letters over the picture."""

    def sizeHint(self) -> QSize:
        style = self._style.current
        wide = QFontMetricsF(style.font(13, Weight.BOLD)).horizontalAdvance(self.text())
        return QSize(round(wide) + style.px(16), style.px(_BUTTON))

    def set_words(self, words: str, tip: str) -> None:
        """Show these; `tip` says what they are."""
        self.setText(words)
        self.setToolTip(tip)
        self.setAccessibleName(f"{tip}: {words}")
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        if self.underMouse() or self.isDown():
            fill_rounded(painter, self.rect(), style.sizes.radius, style.colors.scrim)
        painter.setFont(style.font(13))
        painter.setPen(style.colors.on_scrim)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, style.sizes.radius)
        painter.end()


class SoundButton(IconButton):
    """The wheel over it makes louder or softer."""

    turned = Signal(int)

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y()
        if steps:
            self.turned.emit(_WHEEL_STEP if steps > 0 else -_WHEEL_STEP)
        event.accept()


class Controls(QWidget):
    """Over the bottom of the picture."""

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._is_live = False
        self._time = TimeLabel(style, self)
        self.bar = SeekBar(style, self)
        self.play_button = self._button("play")
        self.play_button.set_filled(True)
        self.next_button = self._button("skip-forward")
        self.rate_button, self.quality_button = TextButton(style, self), TextButton(style, self)
        self.danmaku_button = self._button("chat-circle-text")
        self.subtitle_button = self._button("subtitles")
        self.sound_button = SoundButton(style, "speaker-high", "", size=_BUTTON, icon_size=_ICON, parent=self)
        self.sound_button.set_color_role("on_scrim")
        self.mini_button = self._button("picture-in-picture")
        self.full_button = self._button("corners-out")
        self._bar_row = QHBoxLayout()
        self._wanted = dict.fromkeys(self._order(), True)
        self._lay_out()
        self.word()
        style.changed.connect(self._lay_out)

    # what is shown

    def set_running(self, is_running: bool, is_at_end: bool) -> None:
        """Offer pause, play, or from the beginning."""
        glyph = "pause" if is_running else "arrow-counter-clockwise" if is_at_end else "play"
        words = (
            tr("Pause (Space)")
            if is_running
            else tr("Play again (Space)")
            if is_at_end
            else tr("Play (Space)")
        )
        self.play_button.set_glyph(glyph)
        self.play_button.set_tip(words)

    def set_times(self, at_ms: int, duration_ms: int) -> None:
        """Show where it is."""
        self._time.set_words(
            tr("Live") if self._is_live else f"{time_words(at_ms, duration_ms)} / {time_words(duration_ms)}"
        )
        self.bar.set_position(at_ms)

    def set_live(self, is_live: bool) -> None:
        """A live stream has no bar."""
        self._is_live = is_live
        self.bar.setVisible(not is_live)
        self._want(self.rate_button, not is_live)

    def set_offered(self, *, has_next: bool, qualities: int, has_tracks: bool) -> None:
        """Show what there is to choose."""
        self._want(self.next_button, has_next)
        self._want(self.quality_button, qualities > 1)
        self._want(self.subtitle_button, has_tracks)

    def set_quality(self, label: str) -> None:
        """Show the quality."""
        self.quality_button.set_words(label, tr("Quality"))
        self._fit()

    def set_likes(self, likes: PlayerLikes) -> None:
        """Show speed, sound and comments."""
        self.rate_button.set_words(rate_words(likes.rate), tr("Speed"))
        is_silent = likes.is_muted or likes.volume == 0
        glyph = "speaker-slash" if is_silent else "speaker-low" if likes.volume < 50 else "speaker-high"
        self.sound_button.set_glyph(glyph)
        self.danmaku_button.set_glyph("chat-circle-text" if likes.danmaku.is_on else "chat-slash")
        self._fit()

    def set_subtitles_on(self, is_on: bool) -> None:
        """Show whether there are subtitles."""
        self.subtitle_button.set_glyph("subtitles" if is_on else "subtitles-slash")

    def set_full(self, is_full: bool) -> None:
        """Offer to leave the full screen."""
        self.full_button.set_glyph("arrows-in-simple" if is_full else "corners-out")
        self.full_button.set_tip(tr("Leave full screen (F)") if is_full else tr("Full screen (F)"))
        self._want(self.mini_button, not is_full)

    def word(self) -> None:
        """Word everything again."""
        self.next_button.set_tip(tr("Next video (N)"))
        self.danmaku_button.set_tip(tr("Flying comments (D)"))
        self.subtitle_button.set_tip(tr("Subtitles (S)"))
        self.sound_button.set_tip(tr("Sound (↑ ↓, M)"))
        self.mini_button.set_tip(tr("Small window that stays on top (I)"))
        self.full_button.set_tip(tr("Full screen (F)"))
        self.bar.setAccessibleName(tr("Position"))

    def band(self) -> int:
        """How high they stand above the bottom of the picture."""
        style = self._style.current
        bar = self.bar.sizeHint().height() if not self.bar.isHidden() else 0
        return bar + style.px(_BUTTON) + style.px(_BELOW)

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(320), self.band() + self._style.current.px(_SHADE))

    # layout

    def _button(self, glyph: str) -> IconButton:
        button = IconButton(self._style, glyph, "", size=_BUTTON, icon_size=_ICON, parent=self)
        button.set_color_role("on_scrim")
        return button

    def _order(self) -> tuple[QWidget, ...]:
        """All that may be left out, the least wanted first."""
        return (
            self.quality_button,
            self.danmaku_button,
            self.subtitle_button,
            self.rate_button,
            self.next_button,
            self.mini_button,
            self._time,
            self.sound_button,
        )

    def _lay_out(self) -> None:
        px = self._style.current.px
        if self.layout() is None:
            column, row = QVBoxLayout(self), QHBoxLayout()
            self._bar_row.addWidget(self.bar)
            for widget in (self.play_button, self.next_button, self._time):
                row.addWidget(widget)
            row.addStretch(1)
            for button in (
                self.rate_button,
                self.quality_button,
                self.danmaku_button,
                self.subtitle_button,
                self.sound_button,
                self.mini_button,
                self.full_button,
            ):
                row.addWidget(button)
            row.setSpacing(0)
            column.setSpacing(0)
            column.addStretch(1)
            column.addLayout(self._bar_row)
            column.addLayout(row)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(px(_MARGIN), 0, px(_MARGIN), px(_BELOW))
        self._bar_row.setContentsMargins(
            px(_INSET), 0, px(_INSET), 0
        )  # the icons stand in line with its ends
        self._fit()

    def _want(self, widget: QWidget, is_wanted: bool) -> None:
        self._wanted[widget] = is_wanted
        self._fit()

    def _fit(self) -> None:
        room = self.width() - 2 * self._style.current.px(_MARGIN)
        shown = [widget for widget in self._order() if self._wanted[widget]]
        needed = self.play_button.sizeHint().width() + self.full_button.sizeHint().width()
        needed += sum(widget.sizeHint().width() for widget in shown)
        for widget in self._order():
            if widget in shown and needed > room:
                needed -= widget.sizeHint().width()
                shown.remove(widget)
            widget.setVisible(widget in shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.word()


class TimeLabel(QWidget):
    """Digits that do not dance: as wide as they will ever be."""

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._words = style, ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_words(self, words: str) -> None:
        """Show these."""
        if words == self._words:
            return
        is_wider = len(words) != len(self._words)
        self._words = words
        self.setAccessibleName(words)
        if is_wider:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        style = self._style.current
        widest = "".join("0" if letter.isdigit() else letter for letter in self._words)
        wide = QFontMetricsF(style.small).horizontalAdvance(widest)
        return QSize(round(wide) + style.px(12), style.px(_BUTTON))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        painter.setFont(style.small)
        painter.setPen(style.colors.on_scrim)
        box = self.rect().adjusted(style.px(6), 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._words)
        painter.end()
