"""Choosing videos for a playlist."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from app.domain.channels.wire import MAX_COURSE_POSTS
from app.domain.ids import EventID
from app.domain.visible import one_line
from resources.formats import format_list_time
from resources.translations import tr, tr_n
from widgets.buttons import ButtonKind
from widgets.channel_checks import Tick, TickList
from widgets.dialogs import Dialog
from widgets.search_field import SearchField
from widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from app.domain.channels.rows import PostFigures
    from widgets.style import StyleSource

_LIST = 320


class PostsDialog(Dialog):
    """Those that are in the playlist already are not offered."""

    posts_chosen = Signal(object)
    """tuple[EventID, ...], the oldest first: as trainings are watched."""

    def __init__(
        self, style: StyleSource, window: QWidget, posts: Sequence[PostFigures], taken: Sequence[EventID]
    ) -> None:
        super().__init__(style, tr("Add videos"), window)
        self._room = MAX_COURSE_POSTS - len(taken)
        self.search = SearchField(style, tr("Search titles"))
        self.list = TickList(style, tr("Videos of the channel"))
        self.none = Words(style, role="text2", pixels=13)
        self.list.setMinimumHeight(style.current.px(_LIST))
        for part in (self.search, self.none, self.list):
            self.body.addWidget(part)
        now_ms = time.time_ns() // 1_000_000
        self._ages = {post.event_id: post.ts_ms for post in posts}
        left = [post for post in posts if post.event_id not in set(taken)]
        self.list.ticks.set_rows(
            [
                Tick(
                    post.event_id,
                    one_line(post.title) or tr("Untitled"),
                    format_list_time(post.ts_ms, now_ms),
                )
                for post in left
            ]
        )
        self.none.setText("" if left else tr("Every video of the channel is in it already."))
        self.none.setVisible(not left)
        self.add_button("cancel", tr("Cancel"))
        self.add_button("accept", tr("Add"), ButtonKind.PRIMARY, is_default=True)
        self.search.term_changed.connect(self.list.ticks.set_term)
        self.search.moved.connect(lambda _: self.list.setFocus(Qt.FocusReason.TabFocusReason))
        self.search.cancelled.connect(self.reject)
        self.list.changed.connect(self._count)
        self.accepted.connect(lambda: self.posts_chosen.emit(self.chosen_posts()))
        self._count()

    def chosen_posts(self) -> tuple[EventID, ...]:
        """What is ticked, the oldest first."""
        keys = [EventID(key) for key in self.list.ticks.ticked()]
        return tuple(sorted(keys, key=lambda key: self._ages.get(key, 0)))

    def _count(self) -> None:
        count = len(self.list.ticks.ticked())
        add = self.button("accept")
        add.setText(tr_n("Add {n} video", "Add {n} videos", count) if count else tr("Add"))
        add.setEnabled(0 < count <= self._room)
        too_many = tr("A playlist holds {n} videos at most.", n=MAX_COURSE_POSTS)
        self.set_error(too_many if count > self._room else "")
