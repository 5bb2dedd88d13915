"""What a person does with the video they watch: like, share, save, keep offline, form, reminder."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from app.domain.visible import one_line
from resources.formats import format_date
from resources.translations import tr
from ui.channel_words import is_over
from ui.player_subjects import quality_label
from ui.screens.channels.post_acts import PostActs
from ui.screens.channels.watch_words import rendition_words
from widgets.icons import icon
from widgets.toast import ToastKind

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

    from app.domain.channels.rows import KeptVideo, PostDetail
    from ui.desk import Desk


class WatchActs(QObject):
    """One for the page. Each takes the post that is shown; without one nothing happens."""

    def __init__(self, desk: Desk, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._window = desk, window
        self._posts = PostActs(desk, window, self)

    def like(self, detail: PostDetail | None, is_liked: bool) -> None:
        """Like it, or take that back."""
        if detail is not None:
            self._start(self._desk.account.channels.like(detail.row.event_id, is_liked))

    def save(self, detail: PostDetail | None, is_saved: bool) -> None:
        """Put it on the list of saved ones, or take it off."""
        if detail is not None:
            self._start(self._desk.account.channels.set_saved(detail.row.event_id, is_saved))

    def share(self, detail: PostDetail | None, at_ms: int | None) -> None:
        """Send a card into a chat."""
        if detail is not None:
            self._desk.channels.share(detail.row.event_id, at_ms)

    def follow(self, detail: PostDetail | None) -> None:
        """Follow its channel."""
        if detail is None:
            return
        channel = self._desk.account.cache.read.channels.channel(detail.row.room_id)
        via = channel.via if channel is not None else ()
        words = tr("You follow {name} now.", name=one_line(detail.row.channel_name))
        self._start(self._desk.account.channels.follow(detail.row.room_id, via), words)

    def open_form(self, detail: PostDetail | None) -> None:
        """Fill in the form below the video."""
        if detail is not None and detail.post.form is not None:
            self._desk.approvals.open_new(detail.post.form.template_id)

    def live(self, detail: PostDetail | None) -> None:
        """Be reminded of a live stream, or not any more; afterwards its recording."""
        if detail is None:
            return
        row, service = detail.row, self._desk.account.channels
        if is_over(row, service.now_ms()):
            if row.recording is not None:
                self._desk.channels.watch(row.recording)
            return
        words = "" if row.is_reserved else tr("A DING reminds you 5 minutes before.")
        self._start(service.reserve(row.event_id, not row.is_reserved), words)

    def open_menu(self, detail: PostDetail | None, spot: QPoint) -> None:
        """Everything else one can do with it."""
        if detail is not None:
            self._posts.open_menu(detail.row, spot, is_in_channel=False)

    def open_keep_menu(self, detail: PostDetail | None, kept: Sequence[KeptVideo], spot: QPoint) -> None:
        """Keep it on this computer in one of its qualities, or not any more."""
        if detail is None:
            return
        menu, service = QMenu(self._window), self._desk.account.channels
        menu.aboutToHide.connect(menu.deleteLater)
        mine = [one for one in kept if one.event_id == detail.row.event_id]
        for one in mine:
            self._until(menu, one)
            words = tr("Do not keep offline")
            self._add(menu, "trash", words, partial(service.forget_offline, one.uri))
        here = {one.uri for one in mine}
        for number, rendition in enumerate(detail.post.renditions, start=1):
            if rendition.uri not in here:
                words = rendition_words(quality_label(rendition, number), rendition)
                act = partial(service.keep_offline, detail.row.event_id, rendition.uri)
                self._add(menu, "download-simple", tr("Keep {quality}", quality=words), act)
        menu.popup(spot)

    def _until(self, menu: QMenu, kept: KeptVideo) -> None:
        from datetime import UTC, datetime

        until = datetime.fromtimestamp(kept.expires_ms / 1000, tz=UTC).astimezone().date()
        line = menu.addAction(tr("Kept until {date}", date=format_date(until)))
        line.setEnabled(False)

    def _add(self, menu: QMenu, glyph: str, words: str, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        style = self._desk.style.current
        action = menu.addAction(icon(glyph, style.colors.text2, style.sizes.icon_small), words)
        action.triggered.connect(lambda _checked=False: self._start(work()))

    def _start(self, work: Coroutine[Any, Any, Any], words: str = "") -> None:
        def tell(_result: object) -> None:
            if words:
                self._desk.tell(words, ToastKind.DONE)

        self._desk.operations.start(work, tell, is_vital=True)
