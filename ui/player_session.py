"""The one player of a window and what stands behind it: the source of the bytes, where I stopped, subtitles, flying comments.

One `Player` wanders: the watch page, a card in a chat and the mini window take it in (`dock`) one after another, while it plays on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Signal

from resources.translations import tr
from ui.player_likes import keep_likes, keeps_playing, likes_of
from ui.player_memory import PlayerMemory
from ui.player_mini import MiniPlace
from ui.player_subjects import playable_of, subject_of_message, subject_of_post
from ui.player_supply import PlayerSupply
from widgets.player.values import PlayError, PlayState

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from app.domain.channels.rows import PostRow
    from app.domain.ids import EventID, RoomID
    from app.domain.timeline import TimelineItem
    from app.settings import Settings
    from ui.desk import Desk
    from ui.player_extras import PlayerExtras
    from ui.player_subjects import Subject
    from ui.screens.main_window.main_page import MainPage
    from widgets.player.dock import PlayerDock
    from widgets.player.next_up import NextUp
    from widgets.player.player import Player
    from widgets.player.values import PlayerLikes

RUNS = (PlayState.OPENING, PlayState.PLAYING, PlayState.WAITING)
"""It plays, or is about to."""
MOST_BEFORE = 50


class PlayerSession(QObject):
    """`desk.channels.session`."""

    post_changed = Signal(str)
    """Event id of what plays now; empty: nothing."""
    docked = Signal(object)
    """The widget that holds the player now; the earlier one shows the cover again."""
    comment_requested = Signal(int)
    """Write a comment at this moment (ms)."""
    position_changed = Signal(int)
    """ms; where what plays is."""
    lines_changed = Signal(str, object)
    """Event id and the lines (tuple of `Line`) of the subtitles that are shown."""

    def __init__(self, desk: Desk, page: MainPage, window: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page, self._window = desk, page, window
        self._player: Player | None = None
        self._supply: PlayerSupply
        self._memory: PlayerMemory
        self._extras: PlayerExtras
        self._subject: Subject | None = None
        self._place: PlayerDock | None = None
        self.mini = MiniPlace(desk, self._go_back, self._mini_closed)
        self._next: PostRow | None = None
        self._next_up: NextUp | None = None
        self._before: list[EventID] = []
        self._way_back: Callable[[], None] | None = None
        self._is_closed = False
        self._unsubscribe = desk.settings.subscribe(self._settings_changed)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt: nothing plays on unseen when the window goes into the tray."""
        is_hidden = event.type() is QEvent.Type.Hide and not event.spontaneous()
        if is_hidden and watched is self._window and self.is_running and not self.mini.holds(self._place):
            self.player.toggle()
        return False

    @property
    def player(self) -> Player:
        """The player."""
        if self._player is None or not shiboken6.isValid(self._player):
            self._player = self._made()
        return self._player

    @property
    def event_id(self) -> EventID | None:
        """What plays."""
        return self._subject.event_id if self._subject is not None else None

    @property
    def subject_id(self) -> str:
        """The id of what plays, also of a plain message; empty: nothing."""
        return self._subject.id if self._subject is not None else ""

    @property
    def place(self) -> PlayerDock | None:
        """What holds the player."""
        return self._place

    @property
    def is_running(self) -> bool:
        """Whether it plays, or is about to."""
        return self._subject is not None and self._player is not None and self._player.state in RUNS

    def dock(self, place: QWidget) -> None:
        """Put the player into a widget that gives it all its room (a `PlayerDock`); where it was shows the cover again."""
        from widgets.player.dock import PlayerDock

        if not isinstance(place, PlayerDock) or self._is_closed:
            return
        if place is self._place and place.player is self.player:
            return
        player = self.player
        player.leave_full_screen()
        self._drop_next_up()
        self._undock()
        self._place = place
        place.take(player)
        self.docked.emit(place)

    def play(
        self,
        event_id: EventID,
        at_ms: int | None = None,
        course: str = "",
        *,
        is_paused: bool = False,
        is_alone: bool = False,
    ) -> None:
        """Play a post in whatever holds the player; at a moment, else where I stopped. Where it `is_alone` none follows."""
        if self._is_closed:
            return
        detail = self._desk.account.cache.read.channels.detail(event_id)
        if detail is None:
            self._desk.tell(tr("This video is not there any more."))
            return
        self._way_back = lambda: self._desk.channels.watch(event_id, None, course)
        subject = subject_of_post(detail, course)
        if not subject.renditions and not subject.url:
            self._desk.tell(tr("There is nothing in this post that can be played."))
            return
        self._next = None if is_alone else self._next_of(subject)
        self._begin(subject, at_ms, is_paused=is_paused)

    def play_message(self, item: TimelineItem, room_id: RoomID, way_back: Callable[[], None]) -> None:
        """Play a video that was sent into a chat; `way_back` leads there from the mini window."""
        subject = subject_of_message(item, room_id)
        if subject is not None and not self._is_closed:
            self._way_back, self._next = way_back, None
            self._begin(subject, None, is_paused=False)

    def stop(self) -> None:
        """Stop playing, keep the place."""
        self._drop_next_up()
        if self._player is None or not shiboken6.isValid(self._player):
            return
        self._memory.use(None)
        self._player.leave_full_screen()
        self._player.close_video()
        self._supply.use(None)
        self._extras.load(None)
        self._undock()
        self._player.hide()
        self._player.setParent(self._window)
        had_one, self._subject = self._subject is not None, None
        if had_one:
            self.post_changed.emit("")

    def show_mini(self) -> None:
        """Go on in the small window that stays on top."""
        if self._subject is None or self._is_closed:
            return
        self.dock(self.mini.dock)
        self.mini.show(self.player)

    def leave(self, place: QWidget) -> None:
        """A widget that held the player goes or is hidden: go on in the mini window if it plays and the person likes that, else stop."""
        if place is not self._place:
            return
        if self.is_running and keeps_playing(self._desk.settings):
            self.show_mini()
        else:
            self.stop()

    def close(self) -> None:
        """The account goes."""
        if self._is_closed:
            return
        self.stop()
        self._is_closed = True
        self._unsubscribe()
        self.mini.close()
        if self._player is not None and shiboken6.isValid(self._player):
            self._drop(self._player)

    def _drop(self, player: Player) -> None:
        """Let it go once it has given everything back."""
        if player.state is PlayState.EMPTY:
            player.deleteLater()
        else:
            player.state_changed.connect(
                lambda state: player.deleteLater() if state is PlayState.EMPTY else None
            )

    # What plays -------------------------------------------------------------------------------------------------

    def _begin(self, subject: Subject, at_ms: int | None, *, is_paused: bool) -> None:
        player = self.player
        if (
            self._subject is not None
            and self._subject.id == subject.id
            and player.state in (*RUNS, PlayState.PAUSED)
        ):
            self._go_on(at_ms, is_paused=is_paused)
            return
        self._drop_next_up()
        self._memory.use(subject)
        if (
            self._subject is not None
            and self._subject.event_id is not None
            and self._subject.id != subject.id
        ):
            self._before = [*self._before, self._subject.event_id][-MOST_BEFORE:]
        self._subject = subject
        self._supply.use(subject)
        self._open(subject.resume_ms if at_ms is None else at_ms, is_paused=is_paused)
        self._extras.load(subject)
        self.post_changed.emit(str(subject.event_id or ""))

    def _go_on(self, at_ms: int | None, *, is_paused: bool) -> None:
        if at_ms is not None:
            self.player.seek(at_ms)
        if not is_paused and self.player.state is PlayState.PAUSED:
            self.player.toggle()

    def _open(self, start_ms: int, *, is_paused: bool = False) -> None:
        subject = self._subject
        if subject is None:
            return
        playable = playable_of(
            subject,
            self._supply.renditions(),
            self._supply.open,
            start_ms=start_ms,
            cover=self._cover(subject),
            has_next=self._next is not None,
            has_previous=bool(self._before),
        )
        self.player.play(playable, is_paused=is_paused)

    def _cover(self, subject: Subject) -> QImage | None:
        cover = subject.post.cover if subject.post is not None else None
        if cover is None or self._place is None or self._place.size().isEmpty():
            return None
        picture = self._desk.images.pixmap(str(cover), self._place.size(), self._place.devicePixelRatioF())
        return picture.toImage() if picture is not None else None

    def _next_of(self, subject: Subject) -> PostRow | None:
        if subject.event_id is None:
            return None
        return self._desk.account.cache.read.channels.next_post(subject.event_id, subject.course)

    def _play_next(self) -> None:
        if self._next is not None and self._subject is not None:
            self.play(self._next.event_id, None, self._subject.course)

    def _play_previous(self) -> None:
        if self._before and self._subject is not None:
            event_id, course = self._before.pop(), self._subject.course
            kept = list(self._before)
            self.play(event_id, None, course)
            self._before = kept

    # The player -------------------------------------------------------------------------------------------------

    def _made(self) -> Player:
        from ui.player_extras import PlayerExtras
        from widgets.player.player import Player

        player = Player(self._desk.style, self._window)
        player.hide()
        player.set_likes(likes_of(self._desk.settings.current.player))
        self._supply = PlayerSupply(self._desk, player, self)
        self._memory = PlayerMemory(self._desk, player)
        self._extras = PlayerExtras(self._desk, player, self)
        self._extras.lines_loaded.connect(self.lines_changed)
        player.position_changed.connect(self._memory.position_changed)
        player.position_changed.connect(self.position_changed)
        player.state_changed.connect(self._state_changed)
        player.ended.connect(self._ended)
        player.next_requested.connect(self._play_next)
        player.previous_requested.connect(self._play_previous)
        player.likes_changed.connect(self._likes_changed)
        player.retry_requested.connect(self._supply.retry)
        player.screenshot_taken.connect(self._keep_screenshot)
        player.link_requested.connect(self._copy_link)
        player.comment_requested.connect(self._comment)
        player.mini_requested.connect(self._mini_wanted)
        return player

    def _state_changed(self, state: PlayState) -> None:
        self._memory.state_changed(state)
        if state is PlayState.PLAYING:
            self._drop_next_up()
        is_of_file = self.player.error not in (PlayError.NO_VLC, PlayError.STREAM)
        if state is PlayState.FAILED and is_of_file and self._supply.fall_back():
            self._open(self.player.position_ms)

    def _likes_changed(self, likes: PlayerLikes) -> None:
        keep_likes(self._desk.settings, likes)

    def _settings_changed(self, settings: Settings) -> None:
        likes = likes_of(settings.player)
        if self._player is not None and likes != self._player.likes:
            self._player.set_likes(likes)

    def _ended(self) -> None:
        from widgets.player.next_up import NextUp

        likes = likes_of(self._desk.settings.current.player)
        if self._next is None or self._place is None or not likes.is_autoplay_on:
            return
        title = "" if self.mini.holds(self._place) else self._next.title
        self._next_up = NextUp(self._desk.style, title, self._place)
        self._next_up.accepted.connect(self._play_next)

    def _drop_next_up(self) -> None:
        if self._next_up is not None and shiboken6.isValid(self._next_up):
            self._next_up.close_card()
        self._next_up = None

    # Places -----------------------------------------------------------------------------------------------------

    def _undock(self) -> None:
        place, self._place = self._place, None
        if place is None or not shiboken6.isValid(place):
            return
        if self.mini.holds(place):
            self.mini.release()
        else:
            place.release()

    def _mini_wanted(self, is_wanted: bool) -> None:
        if self.mini.holds(self._place):
            self._go_back()
        elif is_wanted:
            self.show_mini()

    def _mini_closed(self) -> None:
        if self.mini.holds(self._place):
            self.stop()

    def _go_back(self) -> None:
        if self._way_back is not None:
            self._page.window().activateWindow()
            self._way_back()

    # What the person does ---------------------------------------------------------------------------------------

    def _comment(self, at_ms: int) -> None:
        if self.mini.holds(self._place):
            self._go_back()
        self.comment_requested.emit(at_ms)

    def _copy_link(self, at_ms: int) -> None:
        from ui.player_shots import copy_link

        copy_link(self._desk, self._subject, at_ms)

    def _keep_screenshot(self, image: QImage) -> None:
        from ui.player_shots import save_shot

        save_shot(self._desk, self._window, image, self._subject.title if self._subject is not None else "")
