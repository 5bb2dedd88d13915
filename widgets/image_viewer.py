"""Look at one picture over the window: zoom at the pointer, pan, next and previous, save."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from resources.translations import tr
from widgets.buttons import IconButton
from widgets.floating import Overlay
from widgets.painting import paint_elided
from widgets.style import StyleSource

_STEP = 1.25
_MOST_ZOOM = 8.0
_BAR = 48
_GROUND_ALPHA = 0.94


class ImageViewer(Overlay):
    """Covers `window`; Escape closes."""

    closed = Signal()
    save_requested = Signal()
    copy_requested = Signal()
    previous_requested = Signal()
    next_requested = Signal()

    def __init__(self, style: StyleSource, window: QWidget) -> None:
        super().__init__(style, window)
        self._title, self._error = "", ""
        self._picture: QPixmap | None = None
        self._is_preview = False
        self._zoom = 0.0
        self._center = QPointF()
        self._grip: QPointF | None = None
        self._make_buttons()
        self._retranslate()

    def open_loading(self, title: str, preview: QImage | None = None) -> None:
        """Cover the window at once; a small preview is shown enlarged until the picture comes."""
        self._title, self._error = title, ""
        has_preview = preview is not None and not preview.isNull()
        self._picture = QPixmap.fromImage(preview) if preview is not None and has_preview else None
        self._is_preview = True
        self._zoom = 0.0
        self.setAccessibleName(title)
        self._enable(False)
        self.set_neighbours(False, False)
        self.cover()
        self._place()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def set_image(self, image: QImage) -> None:
        """Show the picture fitted."""
        self._picture = QPixmap.fromImage(image)
        self._is_preview, self._error = False, ""
        self._zoom = 0.0
        self._enable(True)
        self.update()

    def set_error(self, sentence: str) -> None:
        """Say why there is none."""
        self._error = sentence
        self.update()

    def set_neighbours(self, has_previous: bool, has_next: bool) -> None:
        """Show the arrows."""
        self._previous.setVisible(has_previous)
        self._next.setVisible(has_next)

    def close_viewer(self) -> None:
        """Hide it and emit `closed`."""
        if not self.isHidden():
            self.uncover()
            self._picture = None
            self.closed.emit()

    def zoom(self) -> float:
        """Device independent pixels of the screen per pixel of the picture."""
        return self._zoom or self._fitting()

    def zoom_by(self, factor: float, around: QPointF | None = None) -> None:
        """Zoom, keeping the point under `around` where it is."""
        if self._picture is None or self._is_preview:
            return
        before = self.zoom()
        after = max(min(self._fitting(), 1.0) * 0.5, min(before * factor, _MOST_ZOOM))
        spot = around if around is not None else QPointF(self.rect().center())
        center = self._middle()
        self._center = spot + (center - spot) * (after / before) - QPointF(self._area().center())
        self._zoom = after
        self.update()

    def toggle_full_size(self, around: QPointF | None = None) -> None:
        """Between fitted and one picture pixel per screen pixel."""
        if self._zoom:
            self._zoom, self._center = 0.0, QPointF()
            self.update()
        else:
            self.zoom_by(1.0 / self.devicePixelRatioF() / self.zoom(), around)

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        self.zoom_by(_STEP**steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._shown().contains(event.position()) or event.position().y() < _BAR:
            self._grip = event.position()
        else:
            self.close_viewer()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None and self._zoom:
            self._center += event.position() - self._grip
            self._grip = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.toggle_full_size(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_viewer()
        elif key == Qt.Key.Key_Left and not self._previous.isHidden():
            self.previous_requested.emit()
        elif key == Qt.Key.Key_Right and not self._next.isHidden():
            self.next_requested.emit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(1 / _STEP)
        elif key in (Qt.Key.Key_0, Qt.Key.Key_1):
            self.toggle_full_size()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        ground = QColor(style.colors.scrim)
        ground.setAlphaF(_GROUND_ALPHA)
        painter.fillRect(self.rect(), ground)
        if self._picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom() < 3)
            painter.drawPixmap(self._shown(), self._picture, QRectF(self._picture.rect()))
        bar = QRectF(0, 0, self.width(), style.px(_BAR))
        painter.fillRect(bar, ground)
        line = bar.adjusted(style.px(20), 0, -style.px(260), 0)
        paint_elided(painter, line, self._title, style.body_bold, style.colors.on_scrim)
        words = self._error or (tr("Loading…") if self._is_preview else "")
        if words:
            painter.setFont(style.body)
            painter.setPen(style.colors.on_scrim)
            foot = QRectF(0, self.height() - style.px(56), self.width(), style.px(40))
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _make_buttons(self) -> None:
        def make(glyph: str, size: int = 36) -> IconButton:
            button = IconButton(self._style, glyph, "", size=size, icon_size=22, parent=self)
            button.set_color_role("on_scrim")
            return button

        self._out, self._in = make("magnifying-glass-minus"), make("magnifying-glass-plus")
        self._fit, self._copy = make("corners-out"), make("copy")
        self._save, self._shut = make("download-simple"), make("x")
        self._previous, self._next = make("caret-left", 44), make("caret-right", 44)
        for arrow in (self._previous, self._next):
            arrow.set_ground_role("scrim")
        self._out.clicked.connect(lambda: self.zoom_by(1 / _STEP))
        self._in.clicked.connect(lambda: self.zoom_by(_STEP))
        self._fit.clicked.connect(lambda: self.toggle_full_size())
        self._copy.clicked.connect(self.copy_requested)
        self._save.clicked.connect(self.save_requested)
        self._shut.clicked.connect(self.close_viewer)
        self._previous.clicked.connect(self.previous_requested)
        self._next.clicked.connect(self.next_requested)

    def _bar_buttons(self) -> tuple[IconButton, ...]:
        return self._out, self._in, self._fit, self._copy, self._save, self._shut

    def _enable(self, has_picture: bool) -> None:
        for button in self._bar_buttons()[:-1]:
            button.setVisible(has_picture)

    def _place(self) -> None:
        style, x = self._style.current, self.width() - self._style.current.px(12)
        for button in reversed(self._bar_buttons()):
            button.resize(button.sizeHint())
            x -= button.width()
            button.move(x, (style.px(_BAR) - button.height()) // 2)
            x -= style.px(2)
        middle = (self.height() - self._previous.sizeHint().height()) // 2
        for button, left in ((self._previous, style.px(32)), (self._next, self.width() - style.px(76))):
            button.resize(button.sizeHint())
            button.move(left, middle)

    def _area(self) -> QRectF:
        style = self._style.current
        return QRectF(self.rect()).adjusted(style.px(24), style.px(_BAR + 12), -style.px(24), -style.px(24))

    def _fitting(self) -> float:
        if self._picture is None:
            return 1.0
        area, size = self._area(), self._picture.size()
        fit = min(area.width() / max(1, size.width()), area.height() / max(1, size.height()))
        return fit if self._is_preview else min(fit, 1.0)

    def _middle(self) -> QPointF:
        return QPointF(self._area().center()) + (self._center if self._zoom else QPointF())

    def _shown(self) -> QRectF:
        if self._picture is None:
            return QRectF()
        width, height = self._picture.width() * self.zoom(), self._picture.height() * self.zoom()
        middle = self._middle()
        return QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)

    def _retranslate(self) -> None:
        for button, words in (
            (self._out, tr("Zoom out")),
            (self._in, tr("Zoom in")),
            (self._fit, tr("Fit or full size")),
            (self._copy, tr("Copy image")),
            (self._save, tr("Save as…")),
            (self._shut, tr("Close")),
            (self._previous, tr("Previous image")),
            (self._next, tr("Next image")),
        ):
            button.set_tip(words)
