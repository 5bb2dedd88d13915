"""Opens a link to a post or channel: at once where the channel is known, else after asking, for its server is asked then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from app.domain.channels.links import channel_link, post_link
from app.domain.ids import RoomID
from app.domain.visible import one_line
from resources.translations import tr
from widgets.buttons import ButtonKind
from widgets.dialogs import Dialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.channels.links import VideoLink
    from ui.desk import Desk


class LinkOpener(QObject):
    """One for the page."""

    def __init__(self, desk: Desk, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._window = desk, window

    def open(self, link: VideoLink) -> None:
        """Show what it leads to."""
        room_id = self._known(link.room)
        if room_id is not None:
            self._show(room_id, link)
        else:
            self._ask(link)

    def _known(self, room: str) -> RoomID | None:
        if not room.startswith("!"):
            return self._named(room)
        channel = self._desk.account.cache.read.channels.channel(RoomID(room))
        return None if channel is None else channel.room_id

    def _named(self, alias: str) -> RoomID | None:
        """A channel I know by this alias."""
        reads = self._desk.account.cache.read.channels
        both = [*reads.channels(), *reads.channels(followed=False)]
        return next((one.room_id for one in both if one.alias == alias), None)

    def _show(self, room_id: RoomID, link: VideoLink) -> None:
        event_id, desk = link.event_id, self._desk
        if event_id is not None and desk.account.cache.read.channels.post(event_id) is not None:
            desk.channels.watch(event_id, link.at_ms)
            return
        desk.channels.open_channel(room_id)
        if event_id is not None:
            desk.tell(tr("This video is not there any more, or not here yet."))

    def _ask(self, link: VideoLink) -> None:
        """Nothing is asked of a stranger's server before the person says so."""
        dialog = Dialog(self._desk.style, tr("Look where this link leads?"), self._window)
        servers = tr(", ").join(one_line(server, 60) for server in link.via[:3])
        where = servers or one_line(link.room.partition(":")[2], 60)
        words = tr(
            "You do not know this channel or room yet. Your server will ask {server} for it.", server=where
        )
        dialog.set_text(words)
        dialog.add_button("cancel", tr("Cancel"))
        dialog.add_button("browser", tr("Open in the browser"))
        dialog.add_button("look", tr("Look"), ButtonKind.PRIMARY, is_default=True)
        dialog.chosen.connect(lambda key: self._answer(link, key))
        dialog.open()

    def _answer(self, link: VideoLink, key: str) -> None:
        if key == "look":
            self._resolve(link)
        elif key == "browser":
            QDesktopServices.openUrl(QUrl(_address(link)))

    def _resolve(self, link: VideoLink) -> None:
        self._desk.operations.start(
            self._desk.account.channels.resolve(link.room, link.via),
            lambda room_id: self._show(room_id, link),
            self._desk.tell_error,
        )


def _address(link: VideoLink) -> str:
    if link.event_id is None:
        return channel_link(link.room, link.via)
    return post_link(RoomID(link.room), link.event_id, link.at_ms, link.via)
