"""Watching a post: player, what it is, comments, chapters, transcript, playlist (`look/channel.png`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.channels.links import clock_words
from app.domain.ids import EventID
from app.domain.visible import one_line
from resources.formats import format_duration
from resources.translations import tr
from ui.channel_words import is_on_air, is_over
from ui.rich import spans_of
from ui.screens.channels.watch_acts import WatchActs
from ui.screens.channels.watch_side import WatchSide
from ui.screens.channels.watch_words import cover_note, headline_of
from widgets.ding_text import DingText
from widgets.empty_state import EmptyState
from widgets.overlay_scroll import OverlayScrollBar
from widgets.painting import fill_plain
from widgets.player.dock import PlayerDock
from widgets.player.values import PlayState
from widgets.tag_links import TagLinks
from widgets.watch_head import WatchHead

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QKeyEvent, QPaintEvent, QResizeEvent, QShowEvent

    from app.domain.channels.rows import KeptVideo, PostDetail
    from ui.desk import Desk
    from widgets.player.source import Line

SIDE, NARROW = 320, 760
"""Width of the right column; below this width of the page it goes under the video."""
_LEAST_SIDE, _SIDE_BELOW, _HEAD_ROOM, _LEAST_PICTURE = 260, 420, 150, 180
_LIVE_MS, _NO_LIMIT = 15_000, (1 << 24) - 1


class WatchPage(QWidget):
    """One post."""

    back_requested = Signal()
    channel_requested = Signal(str)
    tag_requested = Signal(str, bool)
    """A tag, and whether its channel is followed."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._detail: PostDetail | None = None
        self._course, self._is_narrow = "", False
        self._kept: list[KeptVideo] = []
        self.dock = PlayerDock(desk.style, desk.images)
        self.head = WatchHead(desk.style, desk.images)
        self.about = DingText(desk.style, 14)
        self.tags = TagLinks(desk.style)
        self.side = WatchSide(desk, window)
        self.nothing = EmptyState(desk.style)
        self.acts = WatchActs(desk, window, self)
        self._live = QTimer(self, interval=_LIVE_MS)
        self._live.timeout.connect(self._word)
        self._lay_out()
        self._connect()
        self._restyle()

    @property
    def detail(self) -> PostDetail | None:
        """The post that is shown."""
        return self._detail

    @property
    def event_id(self) -> EventID | None:
        """Whose page it is."""
        return self._detail.row.event_id if self._detail is not None else None

    def show_post(self, event_id: EventID, at_ms: int | None = None, course: str = "") -> None:
        """Show it and play."""
        if not self._read(event_id, course):
            return
        session = self._desk.channels.session
        if not self._can_play() and session.event_id != event_id:
            session.leave(self.dock)
            return
        session.dock(self.dock)
        session.play(event_id, at_ms, course)
        self.dock.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Another page is shown: playing goes on in the mini window or stops."""
        QTimer.singleShot(0, self, self._leave_if_gone)  # not while Qt hides the page

    def stop(self) -> None:
        """The account goes."""
        self._live.stop()
        self.side.clear()
        self._detail = None

    # Building

    def _lay_out(self) -> None:
        self._left = QWidget()
        self._left_column = QVBoxLayout(self._left)
        for part in (self.dock, self.head, self.about, self.tags):
            self._left_column.addWidget(part)
        self._left_column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._left)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bar = OverlayScrollBar(self._scroll)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.nothing, 1)
        self._row.addWidget(self._scroll, 1)
        self._row.addWidget(self.side)
        self.nothing.hide()
        self.setFocusProxy(self.dock)

    def _connect(self) -> None:
        desk, head, side = self._desk, self.head, self.side
        session = desk.channels.session
        session.post_changed.connect(self._post_changed)
        session.docked.connect(lambda _place: self._word())
        session.comment_requested.connect(self._comment_at)
        session.position_changed.connect(self._position_changed)
        session.lines_changed.connect(self._lines_changed)
        desk.bridge.posts_changed.connect(self._posts_changed)
        desk.bridge.channels_changed.connect(self._channels_changed)
        desk.bridge.kept_videos_changed.connect(self._kept_changed)
        desk.images.ready.connect(self._image_ready)
        desk.style.changed.connect(self._restyle)
        self.dock.play_requested.connect(self._play)
        self.about.link_activated.connect(desk.approvals.follow)
        self.about.user_activated.connect(desk.approvals.open_person)
        self.tags.chosen.connect(self._show_tag)
        head.channel_requested.connect(self._show_channel)
        head.share_requested.connect(lambda: self.acts.share(self._detail, self._moment()))
        head.like_requested.connect(lambda is_on: self.acts.like(self._detail, is_on))
        head.save_requested.connect(lambda is_on: self.acts.save(self._detail, is_on))
        head.keep_requested.connect(lambda spot: self.acts.open_keep_menu(self._detail, self._kept, spot))
        head.form_requested.connect(lambda: self.acts.open_form(self._detail))
        head.live_requested.connect(lambda: self.acts.live(self._detail))
        head.follow_requested.connect(lambda: self.acts.follow(self._detail))
        head.menu_requested.connect(lambda spot: self.acts.open_menu(self._detail, spot))
        side.moment_chosen.connect(self._go_to)
        side.post_chosen.connect(lambda key: self._desk.channels.watch(EventID(key), None, self._course))
        side.left.connect(lambda: self.dock.setFocus(Qt.FocusReason.OtherFocusReason))

    def _restyle(self) -> None:
        px = self._desk.style.current.px
        self._left_column.setContentsMargins(px(20), px(16), px(20), px(20))
        self._left_column.setSpacing(px(12))
        palette = self._scroll.palette()
        palette.setColor(palette.ColorRole.Window, self._desk.style.current.colors.window)
        self._scroll.setPalette(palette)
        self._fit()

    # What Qt tells

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        super().showEvent(event)
        self._fit()
        self._kept_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt."""
        super().hideEvent(event)
        self._live.stop()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._word()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that nobody here wanted are the player's, except where somebody writes."""
        player, focus = self._desk.channels.session.player, QApplication.focusWidget()
        is_inside = focus is not None and (focus is player or player.isAncestorOf(focus))
        is_free = not is_inside and self.dock.player is player
        event.setAccepted(is_free and player.handle_key(event))

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        fill_plain(painter, self.rect(), self._desk.style.current.colors.window)
        painter.end()

    # Showing

    def _read(self, event_id: EventID, course: str) -> bool:
        """Read a post and show it; whether it is there."""
        detail = self._desk.account.cache.read.channels.detail(event_id)
        is_other = self.event_id != event_id
        self.nothing.setVisible(detail is None)
        self._scroll.setVisible(detail is not None)
        self.side.setVisible(detail is not None)
        if detail is None:
            self.nothing.set_state(
                "video",
                tr("This video is not there any more."),
                tr("It was taken down, or you may not see it."),
            )
            self._detail = None
            self.side.clear()
            if self.dock.player is not None:
                self._desk.channels.session.stop()
            return False
        self._detail, self._course = detail, course
        if is_other:
            self._scroll.verticalScrollBar().setValue(0)
            self.head.set_moment("")
            self.side.set_position(detail.row.watch.at_ms, has_moments=not detail.row.is_live)
            self._desk.operations.start(
                self._desk.account.channels.mark_seen(detail.row.room_id), None, _quiet
            )
        self.side.show_post(detail, course)
        self._word()
        return True

    def _word(self) -> None:
        detail = self._detail
        if detail is None:
            return
        row, now_ms = detail.row, self._desk.account.channels.now_ms()
        self.head.set_value(headline_of(detail, now_ms, self._kept, notice=self._notice(detail)))
        tag = format_duration(row.duration_ms / 1000) if row.duration_ms else ""
        is_elsewhere = self._desk.channels.session.event_id == row.event_id and self.dock.player is None
        note = tr("Plays in the small window") if is_elsewhere else cover_note(row, now_ms)
        self.dock.set_video(one_line(row.title), row.cover or "", tag, note, can_play=self._can_play())
        text, spans = spans_of(detail.post.description, None, self._desk.account.user_id)
        self.about.set_text(text, spans)
        self.about.setVisible(bool(text))
        self.tags.set_tags([(word, one_line(word, 40)) for word in row.tags])
        if row.is_live and not is_over(row, now_ms) and self.isVisible():
            self._live.start()
        else:
            self._live.stop()
        self._fit()

    def _notice(self, detail: PostDetail) -> str:
        """Say to whom it is told that I have finished a video, where it is."""
        if detail.row.is_live or not self._desk.account.cache.read.channels.reports_wanted(
            detail.row.room_id
        ):
            return ""
        return tr("Your company sees who has finished this.")

    def _can_play(self) -> bool:
        """A live stream plays while it runs."""
        detail = self._detail
        if detail is None:
            return False
        return not detail.row.is_live or is_on_air(detail.row, self._desk.account.channels.now_ms())

    def _fit(self) -> None:
        """The picture is as wide as there is room, and never so high that the title is out of sight."""
        px = self._desk.style.current.px
        is_narrow = self.width() < px(NARROW)
        self._place_side(is_narrow=is_narrow)
        wide = self.width() - (0 if is_narrow else self.side.maximumWidth()) - px(40)
        room = self.height() - (px(32) if is_narrow else px(_HEAD_ROOM))
        self.dock.setFixedHeight(max(px(_LEAST_PICTURE), min(round(wide * 9 / 16), room)))
        text = self.about.fit(max(px(100), wide))
        self.about.setFixedHeight(text.height())

    def _place_side(self, *, is_narrow: bool) -> None:
        """Beside the video; in a narrow page under it, where one scrolls to it."""
        px = self._desk.style.current.px
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            (self._row if is_narrow else self._left_column).removeWidget(self.side)
            if is_narrow:
                self._left_column.insertWidget(self._left_column.count() - 1, self.side)
            else:
                self._row.addWidget(self.side)
        if is_narrow:
            self.side.setMinimumWidth(0)
            self.side.setMaximumWidth(_NO_LIMIT)
            self.side.setFixedHeight(px(_SIDE_BELOW))
        else:
            self.side.setMinimumHeight(0)
            self.side.setMaximumHeight(_NO_LIMIT)
            self.side.setFixedWidth(max(px(_LEAST_SIDE), min(px(SIDE), round(self.width() * 0.34))))
        self.side.set_below(is_narrow)

    # News

    def _post_changed(self, event_id: str) -> None:
        """Another one plays by itself, here: show what belongs to it."""
        if event_id and self.dock.player is not None and event_id != self.event_id:
            self._read(EventID(event_id), self._course)
        else:
            self._word()

    def _posts_changed(self, posts: frozenset[EventID]) -> None:
        if self.event_id is not None and (not posts or self.event_id in posts):
            self._read(self.event_id, self._course)

    def _channels_changed(self, rooms: frozenset[str]) -> None:
        if self._detail is not None and (not rooms or self._detail.row.room_id in rooms):
            self._read(self._detail.row.event_id, self._course)

    def _kept_changed(self) -> None:
        if self.isVisible():
            self._kept = self._desk.account.channels.kept_now()
            self._word()

    def _image_ready(self, key: str) -> None:
        self.dock.image_ready(key)
        self.head.show_face()

    def _position_changed(self, at_ms: int) -> None:
        detail = self._detail
        if detail is None or self._desk.channels.session.event_id != detail.row.event_id:
            return
        has_moments = not detail.row.is_live
        self.side.set_position(at_ms, has_moments=has_moments)
        moment = self._moment()
        self.head.set_moment(clock_words(moment) if moment is not None else "")

    def _lines_changed(self, event_id: str, lines: tuple[Line, ...]) -> None:
        if event_id == self.event_id:
            self.side.take_spoken(lines)

    # Acts

    def _play(self) -> None:
        if self.event_id is not None:
            self.show_post(self.event_id, None, self._course)

    def _go_to(self, at_ms: int) -> None:
        """Play from a moment; a video that plays elsewhere comes back."""
        if self.event_id is None or not self._can_play():
            return
        self.show_post(self.event_id, at_ms, self._course)
        session = self._desk.channels.session
        if session.player.state is PlayState.ENDED:
            session.player.seek(at_ms)

    def _moment(self) -> int | None:
        """Which moment sharing it means; neither the beginning nor the end is one."""
        session = self._desk.channels.session
        if self._detail is None or self._detail.row.is_live or session.event_id != self.event_id:
            return None
        at_ms, length = session.player.position_ms, session.player.duration_ms
        return None if at_ms < 1000 or 0 < length <= at_ms else at_ms

    def _comment_at(self, at_ms: int) -> None:
        if self._detail is not None and self._desk.channels.session.event_id == self.event_id:
            self.side.open_tab("comments")
            self.side.talk.write_at(at_ms)

    def _show_channel(self) -> None:
        if self._detail is not None:
            self.channel_requested.emit(self._detail.row.room_id)

    def _show_tag(self, tag: str) -> None:
        if self._detail is not None:
            self.tag_requested.emit(tag, self._detail.row.is_followed)

    def _leave_if_gone(self) -> None:
        if not self.isVisible() and self._window.isVisible():
            self._desk.channels.session.leave(self.dock)


def _quiet(_error: object) -> None:
    """Nothing is asked of the person where a dot stays."""
