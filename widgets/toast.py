"""Short notes over the window's lower edge, some with one action (Undo)."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from resources.translations import tr
from widgets.announce import announce
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.floating import paint_floating
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded
from widgets.style import StyleSource
from widgets.words import Words

_MOST = 3
_MARGIN = 24
_SHADOW = 12
_MAX_TEXT = 420
_BAR_MS = 50
_MOVES = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class ToastKind(StrEnum):
    """Its icon."""

    INFO = "info"
    DONE = "done"
    ERROR = "error"


_LOOKS = {
    ToastKind.INFO: ("info", "accent"),
    ToastKind.DONE: ("check-circle", "done"),
    ToastKind.ERROR: ("warning-circle", "attention"),
}


class ToastHost(QObject):
    """Shows toasts over `window`, newest lowest, at most three; errors stay longer, a hovered one stays."""

    def __init__(self, style: StyleSource, window: QWidget) -> None:
        super().__init__(window)
        self._style, self._window = style, window
        self._toasts: list[_Toast] = []
        self._bars: list[QWidget] = []
        window.installEventFilter(self)

    def keep_clear(self, bar: QWidget) -> None:
        """Never cover this bar of buttons at the lower edge of the window: what is hidden there is pressed by mistake."""
        self._bars.append(bar)
        bar.installEventFilter(self)
        bar.destroyed.connect(lambda: self._bars.remove(bar))

    def show_toast(
        self,
        text: str,
        kind: ToastKind = ToastKind.INFO,
        *,
        action_text: str = "",
        on_action: Callable[[], None] | None = None,
        duration_ms: int = 0,
        is_counting: bool = False,
        on_gone: Callable[[], None] | None = None,
    ) -> Callable[[], None]:
        """Show `text`; duration 0 means by length and kind (4-10 s). The result takes it away.

        A counting one shows how much of its time is left, and a mouse over it does not stop that time. `on_gone` is
        called once, however it goes.
        """
        for toast in [t for t in self._toasts if t.text() == text and not is_counting]:
            self._drop(toast)
        while len(self._toasts) >= _MOST:
            self._drop(self._toasts[0])
        toast = _Toast(self._style, self._window, text, kind, action_text, on_action)
        toast.on_over = lambda: self._drop(toast)
        toast.on_gone = on_gone or toast.on_gone
        self._toasts.append(toast)
        duration = duration_ms or reading_time_ms(text, kind, has_action=bool(action_text))
        toast.start(duration, is_counting=is_counting)
        self._place()
        announce(toast, text)
        return toast.on_over

    def show_progress(self, text: str, action_text: str, on_action: Callable[[], None]) -> "ToastProgress":
        """Show what goes on until it is taken away."""
        while len(self._toasts) >= _MOST:
            self._drop(self._toasts[0])
        toast = _Toast(self._style, self._window, text, ToastKind.INFO, action_text, on_action)
        toast.on_over = lambda: self._drop(toast)
        toast.set_share(0.0)
        self._toasts.append(toast)
        self._place()
        announce(toast, text)
        return ToastProgress(self, toast)

    def clear(self) -> None:
        """Take all away."""
        for toast in list(self._toasts):
            self._drop(toast)

    def take_away(self, toast: "_Toast") -> None:
        """Take one away that may be gone already."""
        self._drop(toast)

    def texts(self) -> tuple[str, ...]:
        """What is shown now, oldest first."""
        return tuple(toast.text() for toast in self._toasts)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._toasts and event.type() in _MOVES:
            self._place()
        return False

    def _drop(self, toast: "_Toast") -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            toast.stop()
            toast.hide()
            toast.deleteLater()
            self._place()
            toast.on_gone()

    def _place(self) -> None:
        style = self._style.current
        bottom = self._floor() - style.px(_MARGIN) + style.px(_SHADOW)
        for toast in reversed(self._toasts):
            toast.fit(self._window.width() - 2 * style.px(_MARGIN))
            left = (self._window.width() - toast.width()) // 2
            bottom -= toast.height()
            toast.move(left, bottom)
            toast.show()
            toast.raise_()
            bottom += style.px(_SHADOW)

    def _floor(self) -> int:
        """Where the lowest toast stands: over the window's lower edge, or over the bar there."""
        bars = [bar for bar in self._bars if bar.isVisible() and bar.window() is self._window.window()]
        tops = [bar.mapTo(self._window, QPoint(0, 0)).y() for bar in bars]
        low = [top for top in tops if top > self._window.height() // 2]
        return min([self._window.height(), *low])


def reading_time_ms(text: str, kind: ToastKind, *, has_action: bool = False) -> int:
    """How long a note stays: by length; errors and undo longer."""
    if has_action:
        return 10_000
    base = 4000 if kind is not ToastKind.ERROR else 7000
    return min(10_000, base + 40 * max(0, len(text) - 20))


class ToastProgress:
    """A note about something that goes on. The person may have closed it: then nothing happens any more."""

    def __init__(self, host: ToastHost, toast: "_Toast") -> None:
        self._host, self._toast, self._is_gone = host, toast, False
        toast.on_gone = self._gone

    def set_share(self, share: float) -> None:
        """How much is done, 0 to 1."""
        if not self._is_gone:
            self._toast.set_share(share)

    def close(self) -> None:
        """It is over."""
        if not self._is_gone:
            self._host.take_away(self._toast)

    def _gone(self) -> None:
        self._is_gone = True


class _Toast(QWidget):
    """One note; its time stands still under the mouse."""

    def __init__(
        self,
        style: StyleSource,
        window: QWidget,
        text: str,
        kind: ToastKind,
        action_text: str,
        on_action: Callable[[], None] | None,
    ) -> None:
        super().__init__(window)
        self._style, self._kind = style, kind
        self._on_action = on_action
        self.on_over: Callable[[], None] = lambda: None
        self.on_gone: Callable[[], None] = lambda: None
        self._duration_ms = 0
        """Of a counting one; 0 for others."""
        self._share: float | None = None
        """Of one that tells how far something is."""
        self._words = Words(style, text, pixels=13)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(lambda: self.on_over())
        self._bar = QTimer(self, interval=_BAR_MS)
        self._bar.timeout.connect(self.update)
        self.setAccessibleName(text)
        self._lay_out(action_text)
        style.changed.connect(self.update)

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def set_share(self, share: float) -> None:
        """Tell how far it is; it has no time of its own then."""
        self._share = share
        self.update()

    def start(self, duration_ms: int, *, is_counting: bool = False) -> None:
        """Begin to count."""
        self._timer.start(duration_ms)
        if is_counting:
            self._duration_ms = duration_ms
            self._bar.start(_BAR_MS if self._style.current.motion_ms else 1000)

    def stop(self) -> None:
        """Count no more."""
        self._timer.stop()
        self._bar.stop()

    def fit(self, widest: int) -> None:
        """Take the size of the text, at most `widest`."""
        style = self._style.current
        natural = self._words.fontMetrics().horizontalAdvance(self.text()) + style.px(2)
        self._words.setFixedWidth(
            max(style.px(60), min(natural, style.px(_MAX_TEXT), widest - style.px(180)))
        )
        self._words.setFixedHeight(self._words.heightForWidth(self._words.width()))
        self.adjustSize()

    def enterEvent(self, event: QEnterEvent) -> None:
        if not self._duration_ms and self._share is None:
            self._timer.setProperty("left", self._timer.remainingTime())
            self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if not self._duration_ms and self._share is None:
            self._timer.start(max(2000, int(self._timer.property("left") or 0)))
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.on_over()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        shadow = style.px(_SHADOW)
        box = QRectF(self.rect()).adjusted(shadow, shadow, -shadow, -shadow)
        paint_floating(painter, box, style, shadow)
        glyph, role = _LOOKS[self._kind]
        side = style.sizes.icon
        picture = icon_pixmap(
            glyph, getattr(style.colors, role), side, filled=True, dpr=self.devicePixelRatioF()
        )
        left = round(box.left()) + style.px(14)
        painter.drawPixmap(QRect(left, (self.height() - side) // 2, side, side), picture)
        if self._share is not None:
            self._paint_bar(painter, box, self._share)
        elif self._duration_ms:
            self._paint_bar(painter, box, max(0, self._timer.remainingTime()) / self._duration_ms)
        painter.end()

    def _paint_bar(self, painter: QPainter, box: QRectF, share: float) -> None:
        """What is left of the time, or done, along the lower edge."""
        style, inset, height = self._style.current, self._style.current.px(12), self._style.current.px(3)
        groove = QRectF(
            box.left() + inset, box.bottom() - height - style.px(3), box.width() - 2 * inset, height
        )
        fill_rounded(painter, groove, height / 2, style.colors.line)
        groove.setWidth(groove.width() * share)
        fill_rounded(painter, groove, height / 2, style.colors.accent)

    def _lay_out(self, action_text: str) -> None:
        style = self._style.current
        row = QHBoxLayout(self)
        shadow = style.px(_SHADOW)
        row.setContentsMargins(
            shadow + style.px(44), shadow + style.px(8), shadow + style.px(8), shadow + style.px(8)
        )
        row.setSpacing(style.px(8))
        row.addWidget(self._words, 1)
        if action_text:
            action = Button(self._style, action_text, ButtonKind.QUIET)
            action.clicked.connect(self._act)
            row.addWidget(action)
        close = IconButton(self._style, "x", tr("Close"), size=28, icon_size=16)
        close.clicked.connect(lambda: self.on_over())
        row.addWidget(close)

    def _act(self) -> None:
        if self._on_action is not None:
            self._on_action()
        self.on_over()
