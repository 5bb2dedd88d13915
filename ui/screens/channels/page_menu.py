"""The menu in the head of the channels page: a new channel, a live stream, another server, videos on their way and on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu

from app.domain.visible import one_line
from resources.translations import tr
from widgets.buttons import ButtonKind
from widgets.dialogs import Dialog
from widgets.form_fields import TextField
from widgets.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from app.domain.channels.rows import ChannelRow
    from app.domain.ids import RoomID
    from ui.desk import Desk

_MOST_CHANNELS = 12


class PageMenu(QObject):
    """One for the page."""

    server_chosen = Signal(str)

    def __init__(self, desk: Desk, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._window = desk, window

    def open_at(self, corner: QPoint) -> None:
        """Show it once my channels are read."""
        self._desk.operations.start(
            self._desk.account.cache.read_in_worker(lambda read: read.channels.my_channels()),
            lambda mine: self._open(corner, mine),
        )

    def _open(self, corner: QPoint, mine: list[ChannelRow]) -> None:
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        desk = self._desk.channels
        self._add(menu, "plus", tr("New channel"), desk.new_channel)
        self._add(menu, "upload-simple", tr("Videos on their way"), desk.publish)
        if mine:
            self._add_mine(menu, "sliders-horizontal", tr("Manage"), mine, desk.manage)
            self._add_mine(menu, "broadcast", tr("Announce a live stream"), mine, desk.announce_live)
        menu.addSeparator()
        self._add(menu, "globe-simple", tr("Channels of another server"), self._ask_server)
        menu.popup(corner - QPoint(menu.sizeHint().width(), 0))

    def _add(self, menu: QMenu, glyph: str, words: str, act: Callable[[], object]) -> None:
        style = self._desk.style.current
        picture = icon(glyph, style.colors.text2, style.sizes.icon_small)
        menu.addAction(picture, words).triggered.connect(lambda _checked=False: act())

    def _add_mine(
        self, menu: QMenu, glyph: str, words: str, mine: list[ChannelRow], act: Callable[[RoomID], object]
    ) -> None:
        """One channel at once; of several a menu of its own."""
        if len(mine) == 1:
            self._add(menu, glyph, words, lambda: act(mine[0].room_id))
            return
        style = self._desk.style.current
        more = QMenu(words, menu)
        more.setIcon(icon(glyph, style.colors.text2, style.sizes.icon_small))
        for channel in mine[:_MOST_CHANNELS]:
            name = one_line(channel.name, 40).replace("&", "&&") or tr("Channel")
            more.addAction(name).triggered.connect(lambda _checked=False, one=channel: act(one.room_id))
        menu.addMenu(more)

    def _ask_server(self) -> None:
        dialog = Dialog(self._desk.style, tr("Channels of another server"), self._window)
        dialog.set_text(tr("Your server asks the other one which channels it lists for everybody."))
        field = TextField(self._desk.style, tr("Server, such as hualong.example"))
        dialog.body.addWidget(field)
        dialog.add_button("cancel", tr("Cancel"))
        dialog.add_button("look", tr("Look"), ButtonKind.PRIMARY, is_default=True)
        dialog.accepted.connect(lambda: self._choose(field.text()))
        dialog.open()

    def _choose(self, server: str) -> None:
        if server.strip():
            self.server_chosen.emit(server.strip())
