"""Everything of video channels on the screen of one account: feed, watching, publishing, the owner's pages, the mini player."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from app.domain.ids import RoomID
from ui.screens.main_window.places import Place

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.ids import EventID
    from ui.desk import Desk
    from ui.player_session import PlayerSession
    from ui.screens.channels.channels_screen import ChannelsScreen
    from ui.screens.main_window.main_page import MainPage


NOTES_AFTER_MS = 3_000
"""What was on its way in the last run is told of when the rush of the start is over."""


class ChannelDesk(QObject):
    """`desk.channels`. Screens call it; it makes pages and dialogs when first wanted."""

    def __init__(self, desk: Desk, page: MainPage, window: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        self._window = window
        self._screen: ChannelsScreen | None = None
        self._session: PlayerSession | None = None
        QTimer.singleShot(NOTES_AFTER_MS, self, self._follow_jobs)

    def close(self) -> None:
        """The account goes: stop playing, close what is open."""
        if self._session is not None:
            self._session.close()
        if self._screen is not None:
            self._screen.stop()

    def open(self) -> None:
        """Show the feed."""
        self._screen_made()
        self._page.show_place(Place.CHANNELS)

    def search(self) -> None:
        """Let the person type what to look for in the channels."""
        self._screen_made().head.open_search()

    def current_room(self) -> RoomID | None:
        """The channel that is open on the page, or whose card the keyboard is on."""
        return None if self._screen is None else self._screen.current_room()

    def watch(self, event_id: EventID, at_ms: int | None = None, course: str = "") -> None:
        """Play a post on the watch page, at a moment (else where I stopped)."""
        screen = self._screen_made()
        self._page.show_place(Place.CHANNELS)
        screen.watch(event_id, at_ms, course)

    def open_channel(self, room_id: RoomID) -> None:
        """Show one channel: its posts, playlists, follow button."""
        screen = self._screen_made()
        self._page.show_place(Place.CHANNELS)
        screen.open_channel(room_id)

    def open_event(self, room_id: RoomID, event_id: EventID | None) -> None:
        """Show the post an event is or belongs to (a comment); without one the channel."""
        reads = self._desk.account.cache.read
        item = None if event_id is None else reads.item(room_id, event_id)
        for known in (event_id, None if item is None else item.thread_root):
            if known is not None and reads.channels.post(known) is not None:
                self.watch(known)
                return
        self.open_channel(room_id)

    def follow_link(self, href: str) -> bool:
        """Open a link to a room, a post or channel above all (`app.domain.channels.links`); whether it is one."""
        from app.domain.channels.links import read_link
        from app.domain.channels.wire import CHANNEL_ROOM_TYPE

        link = read_link(href)
        if link is None:
            return False
        room = self._desk.account.cache.read.room(RoomID(link.room))
        if room is not None and room.room_type != CHANNEL_ROOM_TYPE:
            self._page.open_room(room.room_id, event_id=link.event_id)
        else:
            self._screen_made().open_link(link)
        return True

    def publish(self, room_id: RoomID | None = None, paths: tuple[str, ...] = ()) -> None:
        """Publish videos, or go on with one on its way."""
        from ui.screens.publish.publish_window import open_publish

        open_publish(self._desk, self._window, room_id, paths)

    def edit_post(self, event_id: EventID) -> None:
        """Change an own post: words, cover, chapters, subtitles."""
        from ui.screens.publish.edit_dialog import open_edit

        open_edit(self._desk, self._window, event_id)

    def new_channel(self) -> None:
        """Make a channel."""
        from ui.screens.channel_owner.new_channel_dialog import open_new_channel

        open_new_channel(self._desk, self._window)

    def manage(self, room_id: RoomID, tab: str = "") -> None:
        """The owner's page: figures, trainings, playlists, people, settings. `tab`: figures courses people settings."""
        from ui.screens.channel_owner.owner_window import open_owner

        open_owner(self._desk, self._window, room_id, tab)

    def announce_live(self, room_id: RoomID) -> None:
        """Announce a live stream."""
        from ui.screens.channel_owner.live_dialog import open_live

        open_live(self._desk, self._window, room_id)

    def show_code(self, room_id: RoomID) -> None:
        """Link and QR code by which one follows a channel."""
        from ui.screens.channel_owner.code_dialog import open_code

        open_code(self._desk, self._window, room_id)

    def open_post(
        self, room_id: RoomID, event_id: EventID, at_ms: int | None = None, via: tuple[str, ...] = ()
    ) -> None:
        """Show the page of a post; of one not known here as a link to it does."""
        from app.domain.channels.links import post_link

        if self._desk.account.cache.read.channels.post(event_id) is not None:
            self.watch(event_id, at_ms)
        else:
            self.follow_link(post_link(room_id, event_id, at_ms, via))

    def show_message(self, room_id: RoomID, uid: str) -> None:
        """Show a message of a chat whose video plays in the mini window."""
        self._page.open_room(room_id)
        self._page.chat.show_event(uid)

    def share(self, event_id: EventID, at_ms: int | None = None) -> None:
        """Choose a chat and send a card of a post there."""
        from ui.screens.channels.share_dialog import open_share

        open_share(self._desk, self._window, event_id, at_ms)

    @property
    def session(self) -> PlayerSession:
        """The one player of the window: watch page, card in a chat and mini window hand it to each other."""
        if self._session is None:
            from ui.player_session import PlayerSession

            self._session = PlayerSession(self._desk, self._page, self._window)
        return self._session

    def place(self) -> dict[str, object]:
        """What to remember of the page for the next start."""
        return {"channels": self._kept() if self._screen is None else self._screen.place()}

    def _follow_jobs(self) -> None:
        from ui.publish_notes import PublishNotes

        PublishNotes(self._desk, self)

    def _screen_made(self) -> ChannelsScreen:
        if self._screen is None:
            from ui.screens.channels.channels_screen import ChannelsScreen

            self._screen = ChannelsScreen(self._desk, self._window, self._kept())
            self._page.add_page(Place.CHANNELS, self._screen)
        return self._screen

    def _kept(self) -> dict[str, Any]:
        kept = self._desk.settings.current.window.get("channels")
        return kept if isinstance(kept, dict) else {}
