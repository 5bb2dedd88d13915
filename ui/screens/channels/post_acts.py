"""What a person does with a post or a channel from its menu: save, share, keep, follow, mute, take down."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from app.domain.channels.channel import Role
from app.domain.channels.links import channel_link, post_link
from app.domain.sending import is_new_room
from app.domain.timeline import SendState
from app.domain.visible import one_line
from resources.translations import tr
from ui.channel_words import is_on_air, is_over
from widgets.buttons import ButtonKind
from widgets.dialogs import Dialog
from widgets.icons import icon
from widgets.toast import ToastKind

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from PySide6.QtWidgets import QWidget

    from app.domain.channels.rows import ChannelRow, PostRow
    from ui.desk import Desk


class _Entry(NamedTuple):
    glyph: str
    words: str
    act: Callable[[], object]


class PostActs(QObject):
    """One for the page."""

    def __init__(self, desk: Desk, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._window = desk, window

    # Menus

    def open_menu(self, row: PostRow, position: QPoint, *, is_in_channel: bool) -> None:
        """The menu of a card."""
        channel = self._desk.account.cache.read.channels.channel(row.room_id)
        if row.send_state is not None:
            self._show([self._waiting(row)], position)
            return
        groups = [
            [*self._watching(row), *self._keeping(row)],
            self._sharing(row, channel),
            [] if is_in_channel else self._leading(row, channel),
            self._editing(row, channel),
        ]
        self._show(groups, position)

    def open_channel_menu(
        self, channel: ChannelRow, position: QPoint, *, is_in_channel: bool = False
    ) -> None:
        """The menu of a channel."""
        room_id = channel.room_id
        leading = [_Entry("monitor-play", tr("Open"), lambda: self._desk.channels.open_channel(room_id))]
        groups = [[] if is_in_channel else leading, self._following(channel)]
        if not is_new_room(room_id):
            desk = self._desk.channels
            groups.append(
                [
                    _Entry(
                        "link",
                        tr("Copy link"),
                        lambda: self._copy(channel_link(channel.alias or room_id, channel.via)),
                    ),
                    _Entry("qr-code", tr("Show code"), lambda: desk.show_code(room_id)),
                ]
            )
            if channel.is_followed and channel.my_role is not Role.VIEWER:
                groups.append(
                    [
                        _Entry("upload-simple", tr("Publish here"), lambda: desk.publish(room_id)),
                        _Entry(
                            "broadcast", tr("Announce a live stream"), lambda: desk.announce_live(room_id)
                        ),
                        _Entry("sliders-horizontal", tr("Manage"), lambda: desk.manage(room_id)),
                    ]
                )
        self._show(groups, position)

    def _show(self, groups: list[list[_Entry]], position: QPoint) -> None:
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        style = self._desk.style.current
        for group in filter(None, groups):
            if menu.actions():
                menu.addSeparator()
            for entry in group:
                picture = icon(entry.glyph, style.colors.text2, style.sizes.icon_small)
                action = menu.addAction(picture, entry.words.replace("&", "&&"))
                action.triggered.connect(lambda _checked=False, act=entry.act: act())
        menu.popup(position)

    # Entries

    def _waiting(self, row: PostRow) -> list[_Entry]:
        """One of mine that is not published yet."""
        entries = [_Entry("upload-simple", tr("Show what is on its way"), self._desk.channels.publish)]
        if row.send_state is SendState.WEDGED:
            service = self._desk.account.channels
            retry = _Entry(
                "arrow-clockwise", tr("Try again"), lambda: self._start(service.retry(row.event_id))
            )
            return [retry, *entries]
        return entries

    def _watching(self, row: PostRow) -> list[_Entry]:
        service, now_ms = self._desk.account.channels, self._desk.account.channels.now_ms()
        is_to_come = row.is_live and not is_on_air(row, now_ms) and not is_over(row, now_ms)
        words = tr("Open") if is_to_come else tr("Play")
        entries = [_Entry("play", words, lambda: self._desk.channels.watch(row.event_id))]
        if is_to_come:
            asking = tr("Do not remind me") if row.is_reserved else tr("Remind me")
            turning = partial(service.reserve, row.event_id, not row.is_reserved)
            entries.append(_Entry("bell-ringing", asking, lambda: self._start(turning())))
        return entries

    def _keeping(self, row: PostRow) -> list[_Entry]:
        service, is_saved = self._desk.account.channels, bool(row.watch.saved_ms)
        saving = _Entry(
            "bookmark-simple",
            tr("Do not save any longer") if is_saved else tr("Save"),
            lambda: self._start(service.set_saved(row.event_id, not is_saved)),
        )
        if row.is_live:
            return [saving]
        is_kept = row.kept_until_ms > service.now_ms()
        words = tr("Do not keep offline") if is_kept else tr("Keep offline")
        return [
            saving,
            _Entry("download-simple", words, lambda: self._start(self._keep(row, is_kept=is_kept))),
        ]

    def _sharing(self, row: PostRow, channel: ChannelRow | None) -> list[_Entry]:
        via = channel.via if channel is not None else ()
        return [
            _Entry("share-fat", tr("Share into a chat"), lambda: self._desk.channels.share(row.event_id)),
            _Entry(
                "link",
                tr("Copy link"),
                lambda: self._copy(post_link(row.room_id, row.event_id, None, via)),
            ),
        ]

    def _leading(self, row: PostRow, channel: ChannelRow | None) -> list[_Entry]:
        name = one_line(row.channel_name, 40)
        opening = _Entry(
            "monitor-play",
            tr("Open “{name}”", name=name) if name else tr("Open the channel"),
            lambda: self._desk.channels.open_channel(row.room_id),
        )
        return [opening, *(self._following(channel) if channel is not None else [])]

    def _following(self, channel: ChannelRow) -> list[_Entry]:
        service, room_id = self._desk.account.channels, channel.room_id
        if is_new_room(room_id):
            again = _Entry(
                "arrow-clockwise", tr("Try again"), lambda: self._start(service.retry_channel(room_id))
            )
            given_up = _Entry("trash", tr("Give it up"), lambda: self._start(service.unfollow(room_id)))
            return [again, given_up] if channel.error_code else [given_up]
        if not channel.is_followed:
            entries = [
                _Entry("plus", tr("Follow"), lambda: self._start(service.follow(room_id, channel.via)))
            ]
            if channel.is_invited:
                words = tr("Decline the invitation")
                entries.append(_Entry("x", words, lambda: self._start(service.unfollow(room_id))))
            return entries
        entries = [
            _Entry(
                "bell" if channel.is_muted else "bell-slash",
                tr("Show news again") if channel.is_muted else tr("Mute"),
                lambda: self._start(service.set_muted(room_id, not channel.is_muted)),
            ),
            _Entry("x", tr("Unfollow"), lambda: self._ask_unfollow(channel)),
        ]
        if channel.unread:
            entries.insert(
                0, _Entry("checks", tr("Clear the dot"), lambda: self._desk.red_dots.clear_room(room_id))
            )
        return entries

    def _editing(self, row: PostRow, channel: ChannelRow | None) -> list[_Entry]:
        role = channel.my_role if channel is not None and channel.is_followed else Role.VIEWER
        is_mine = row.sender == self._desk.account.user_id
        entries = self._streaming(row, is_mine=is_mine) if role is not Role.VIEWER else []
        if is_mine and role is not Role.VIEWER:
            entries.append(
                _Entry("pencil-simple", tr("Edit"), lambda: self._desk.channels.edit_post(row.event_id))
            )
        if is_mine or role is Role.OWNER:
            entries.append(_Entry("trash", tr("Take down"), lambda: self._ask_take_down(row)))
        return entries

    def _streaming(self, row: PostRow, *, is_mine: bool) -> list[_Entry]:
        """A live stream that runs is ended by who announced it; of one that is over the recording is published."""
        now_ms = self._desk.account.channels.now_ms()
        if is_mine and is_on_air(row, now_ms):
            return [_Entry("stop-circle", tr("End the live stream"), lambda: self._ask_end(row))]
        if is_over(row, now_ms) and row.recording is None:
            act = partial(self._desk.channels.publish, row.room_id)
            return [_Entry("upload-simple", tr("Publish its recording"), act)]
        return []

    # Acts

    async def _keep(self, row: PostRow, *, is_kept: bool) -> None:
        account = self._desk.account
        detail = await account.cache.read_in_worker(lambda read: read.channels.detail(row.event_id))
        if detail is None or not detail.post.renditions:
            return
        if not is_kept:
            await account.channels.keep_offline(row.event_id, detail.post.renditions[0].uri)
            return
        for rendition in detail.post.renditions:
            await account.channels.forget_offline(rendition.uri)

    def _ask_unfollow(self, channel: ChannelRow) -> None:
        name = one_line(channel.name)
        dialog = Dialog(self._desk.style, tr("Unfollow “{name}”?", name=name), self._window)
        dialog.set_text(
            tr("Its videos go from this page. You can follow it again as long as you may see it.")
        )
        dialog.add_button("cancel", tr("Cancel"))
        dialog.add_button("unfollow", tr("Unfollow"), ButtonKind.PRIMARY, is_default=True)
        work = partial(self._desk.account.channels.unfollow, channel.room_id)
        dialog.accepted.connect(lambda: self._start(work()))
        dialog.open()

    def _ask_end(self, row: PostRow) -> None:
        title = one_line(row.title, 60)
        dialog = Dialog(self._desk.style, tr("End the live stream “{title}”?", title=title), self._window)
        dialog.set_text(tr("Its card says that it is over. A recording can be published afterwards."))
        dialog.add_button("cancel", tr("Cancel"))
        dialog.add_button("end", tr("End"), ButtonKind.PRIMARY, is_default=True)
        work = partial(self._desk.account.channels.end_live, row.event_id)
        dialog.accepted.connect(lambda: self._start(work(), tr("The live stream is over.")))
        dialog.open()

    def _ask_take_down(self, row: PostRow) -> None:
        dialog = Dialog(
            self._desk.style, tr("Take down “{title}”?", title=one_line(row.title, 60)), self._window
        )
        dialog.set_text(
            tr("Nobody will see it here any more, nor its comments. Copies on other servers may stay.")
        )
        dialog.add_button("cancel", tr("Cancel"))
        dialog.add_button("take_down", tr("Take down"), ButtonKind.DANGER, is_default=True)
        work = partial(self._desk.account.channels.take_down, row.event_id)
        dialog.accepted.connect(lambda: self._start(work(), tr("Taken down")))
        dialog.open()

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._desk.tell(tr("Copied"))

    def _start(self, work: Coroutine[Any, Any, Any], words: str = "") -> None:
        def tell(_result: object) -> None:
            if words:
                self._desk.tell(words, ToastKind.DONE)

        self._desk.operations.start(work, tell, is_vital=True)
