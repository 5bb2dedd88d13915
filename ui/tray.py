"""The tray icon with its count, and notices of the system. Works without a tray: then it does nothing."""

import html
import sys

from PySide6.QtCore import QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from app.domain.rooms import AttentionTotals
from app.domain.visible import unturned
from resources.formats import format_count
from resources.translations import tr
from ui.unread import figure_words, unread_of
from widgets.style import Style, StyleSource

ICON_SIDE = 64
NOTICE_MS = 8000
MAX_TITLE, MAX_BODY = 120, 400


class Tray(QObject):
    """Left click opens; the icon shows the same figure as the rail."""

    open_requested = Signal()
    quit_requested = Signal()
    pause_requested = Signal(bool)
    notice_activated = Signal()
    clear_requested = Signal()
    why_requested = Signal()

    def __init__(self, style: StyleSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._logo = QPixmap()
        self._totals: AttentionTotals | None = None
        self._menu = QMenu()
        self._open = self._menu.addAction("")
        self._pause = self._menu.addAction("")
        self._pause.setCheckable(True)
        self._menu.addSeparator()
        self._clear, self._why = self._menu.addAction(""), self._menu.addAction("")
        self._clear.setEnabled(False)
        self._why.setEnabled(False)
        self._menu.addSeparator()
        self._quit = self._menu.addAction("")
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self._menu)
        self._open.triggered.connect(self.open_requested)
        self._pause.triggered.connect(self.pause_requested)
        self._clear.triggered.connect(self.clear_requested)
        self._why.triggered.connect(self.why_requested)
        self._quit.triggered.connect(self.quit_requested)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self.notice_activated)
        self.word()

    @property
    def is_available(self) -> bool:
        """Whether this desktop has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def set_logo(self, logo: QPixmap) -> None:
        """Give the picture; call before `show`."""
        self._logo = logo

    def show(self) -> None:
        """Appear, where there is a tray."""
        self._repaint()
        if self.is_available:
            self._icon.show()

    def hide(self) -> None:
        """Go away (the program ends)."""
        self._icon.hide()

    def word(self) -> None:
        """Word the menu again."""
        self._open.setText(tr("Open Tack"))
        self._pause.setText(tr("Work offline"))
        self._clear.setText(tr("Clear all red dots"))
        self._why.setText(tr("Why this number…"))
        self._quit.setText(tr("Quit Tack"))
        self._icon.setToolTip(tray_words(self._totals))

    def add_menu(self, menu: QMenu) -> None:
        """Put a submenu above the end."""
        self._menu.insertMenu(self._quit, menu)

    def set_paused(self, is_paused: bool) -> None:
        """Show whether the person works offline."""
        self._pause.setChecked(is_paused)

    def set_totals(self, totals: AttentionTotals | None) -> None:
        """Show what waits; None: nobody is signed in."""
        self._clear.setEnabled(totals is not None)
        self._why.setEnabled(totals is not None)
        if totals != self._totals:
            self._totals = totals
            self._icon.setToolTip(tray_words(totals))
            if not self._logo.isNull():
                self._repaint()

    def repaint(self) -> None:
        """Hand the picture to the system once more: it may have lost it."""
        if not self._logo.isNull():
            self._repaint()

    def notify(self, title: str, text: str) -> None:
        """Show a notice of the system."""
        if self.is_available and QSystemTrayIcon.supportsMessages():
            self._icon.showMessage(title[:MAX_TITLE], notice_body(text), QIcon(self._logo), NOTICE_MS)

    def _repaint(self) -> None:
        self._icon.setIcon(QIcon(paint_tray(self._logo, self._style.current, self._totals)))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        }:
            self.open_requested.emit()


def notice_body(text: str, platform: str = sys.platform) -> str:
    """Bound a notice, and write it as the system reads it: the notices of Linux desktops are marked up like HTML."""
    text = unturned(text[:MAX_BODY])
    return html.escape(text, quote=False) if platform.startswith("linux") else text


def tray_words(totals: AttentionTotals | None) -> str:
    """The tooltip."""
    words = figure_words(totals)
    return tr("Tack: {words}", words=words) if words else tr("Tack")


def paint_tray(logo: QPixmap, style: Style, totals: AttentionTotals | None) -> QPixmap:
    """The logo, with a red number for unread, else a hollow one for duties, else a grey dot for news in muted rooms."""
    picture = QPixmap(ICON_SIDE, ICON_SIDE)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(QRect(2, 2, ICON_SIDE - 4, ICON_SIDE - 4), logo)
    count, duties = unread_of(totals), totals.duties if totals else 0
    painter.setPen(Qt.PenStyle.NoPen)
    if count:
        _paint_count(painter, style, format_count(count))
    elif duties:
        _paint_count(painter, style, format_count(duties), is_hollow=True)
    elif totals is not None and totals.muted_rooms:
        painter.setBrush(style.colors.muted_dot)
        painter.drawEllipse(QRectF(ICON_SIDE - 22, 0, 22, 22))
    painter.end()
    return picture


def _paint_count(painter: QPainter, style: Style, text: str, *, is_hollow: bool = False) -> None:
    side = 38.0
    width = side + 11 * (len(text) - 1)
    box = QRectF(ICON_SIDE - width, 0, width, side)
    if is_hollow:
        painter.setPen(QPen(style.colors.attention, 3))
        box.adjust(1.5, 1.5, -1.5, -1.5)
    painter.setBrush(style.colors.window if is_hollow else style.colors.attention_fill)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    font = style.body_bold
    font.setPixelSize(28)
    painter.setFont(font)
    painter.setPen(style.colors.attention_text if is_hollow else style.colors.on_attention)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
