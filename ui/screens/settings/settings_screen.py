"""The settings page: every change counts at once; there is nothing to save."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.desk import Desk
from ui.screens.settings.about import about_section
from ui.screens.settings.account import AccountSection
from ui.screens.settings.appearance import appearance_section, notification_section
from ui.screens.settings.devices import DevicesSection
from ui.screens.settings.network import NetworkSection
from ui.screens.settings.quiet import QuietSection
from ui.screens.settings.storage import StorageSection
from ui.screens.settings.videos import VideosSection

COLUMN = 560


class SettingsScreen(QWidget):
    """One scrolling column of sections."""

    sign_out_requested = Signal(bool)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        account = AccountSection(desk, self)
        account.sign_out_requested.connect(self.sign_out_requested)
        self._storage = StorageSection(desk)
        self._sections = [
            appearance_section(desk),
            notification_section(desk),
            QuietSection(desk),
            NetworkSection(desk),
            self._storage,
            VideosSection(desk),
            account,
            DevicesSection(desk, self),
            *about_section(desk),
        ]
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        if event.type() is QEvent.Type.LanguageChange:
            for section in self._sections:
                section.word()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._desk.style.current.colors.window)
        painter.end()

    def _lay_out(self) -> None:
        style = self._desk.style.current
        column = QVBoxLayout()
        for section in self._sections:
            column.addWidget(section)
        column.addStretch(1)
        inside = QWidget()
        inside.setMaximumWidth(style.px(COLUMN))
        inside.setLayout(column)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(style.px(32), style.px(24), style.px(32), style.px(24))
        row.addStretch(1)
        row.addWidget(inside, 100)
        row.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(middle)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scroll)
