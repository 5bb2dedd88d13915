"""The comments of a post: read, written at a moment, answered, liked, recalled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from app.domain.channels.links import clock_words
from app.domain.channels.wire import MAX_COMMENT
from app.domain.connection import ConnectionKind
from app.domain.ids import EventID, UserID
from app.domain.visible import one_line
from resources.translations import tr
from ui.images import avatar_key
from ui.screens.channels.watch_words import comment_of
from widgets.composer import SendKey
from widgets.icons import icon
from widgets.mention_popup import MentionChoice
from widgets.moment_field import MomentField
from widgets.watch_comments import WatchComments

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from PySide6.QtCore import QPoint

    from app.domain.channels.rows import CommentRow, PostDetail
    from app.errors import TackError
    from ui.desk import Desk

MENTION_CHOICES = 8
MOST_DRAFTS = 50
_GLANCE_MS = 30_000


class WatchTalk(QWidget):
    """Comments above, the field they are written in below them."""

    moment_chosen = Signal(int)
    left = Signal()
    """Escape in the field."""
    count_changed = Signal(int)

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._detail: PostDetail | None = None
        self._rows: dict[str, CommentRow] = {}
        self._reply_to: CommentRow | None = None
        self._drafts: dict[EventID, tuple[str, tuple[tuple[str, str], ...]]] = {}
        self.comments = WatchComments(desk.style, desk.images)
        self.field = MomentField(desk.style)
        self._ages = QTimer(self, interval=_GLANCE_MS)
        self._ages.timeout.connect(self._word)
        self._lay_out()
        self._connect()

    @property
    def event_id(self) -> EventID | None:
        """Whose comments these are."""
        return self._detail.row.event_id if self._detail is not None else None

    def show_post(self, detail: PostDetail) -> None:
        """Show the comments of a post; of the same one: what may be done now."""
        if self.event_id != detail.row.event_id:
            self._keep_draft()
            self._forget_reply()
            self._rows = {}
            self.comments.clear()
            self.field.set_content(*self._drafts.get(detail.row.event_id, ("", ())))
        self._detail = detail
        self.field.set_send_key(SendKey(self._desk.settings.current.send_key))
        self.field.set_state(detail.can_comment, self._why_not(detail))
        self.refresh()

    def clear(self) -> None:
        """Nothing is shown any more."""
        self._keep_draft()
        self._forget_reply()
        self._detail, self._rows = None, {}
        self.comments.clear()

    def refresh(self) -> None:
        """Read the comments again."""
        event_id = self.event_id
        if event_id is None:
            return
        self._desk.operations.start(
            self._desk.account.cache.read_in_worker(lambda read: read.channels.comments(event_id)),
            lambda rows: self._show(event_id, rows),
        )

    def write_at(self, at_ms: int) -> None:
        """The keyboard goes into the field, to write at a moment."""
        self.field.write_at(at_ms, clock_words(at_ms))

    def set_now(self, at_ms: int | None) -> None:
        """Where the video is."""
        self.field.set_now(at_ms, "" if at_ms is None else clock_words(at_ms))

    # Building

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(self._desk.style.current.px(12))
        self._column.addWidget(self.comments)
        self._column.addWidget(self.field)
        self._column.addStretch(1)

    def _connect(self) -> None:
        comments, field = self.comments, self.field
        comments.moment_chosen.connect(self.moment_chosen)
        comments.grown.connect(self._fit)
        comments.like_requested.connect(self._like)
        comments.reply_requested.connect(self._answer)
        comments.menu_requested.connect(self._open_menu)
        comments.retry_requested.connect(self._retry)
        comments.person_activated.connect(self._desk.approvals.open_person)
        comments.link_activated.connect(self._desk.approvals.follow)
        field.submitted.connect(self._send)
        field.reply_cancelled.connect(self._forget_reply)
        field.left.connect(self.left)
        field.set_mention_source(self._mention_choices, self._desk.images)
        self._desk.bridge.connection_changed.connect(lambda _state: self._word())
        self._desk.images.ready.connect(self._image_ready)

    def event(self, event: QEvent) -> bool:
        """See Qt: the field grew by a line."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def resizeEvent(self, event: object) -> None:
        """The comments are as high as they are, and no higher than there is room."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def showEvent(self, event: object) -> None:
        """See Qt."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._ages.start()
        self._fit()

    def hideEvent(self, event: object) -> None:
        """See Qt."""
        super().hideEvent(event)  # type: ignore[arg-type]
        self._ages.stop()

    def _fit(self) -> None:
        room = self.height() - self.field.sizeHint().height() - self._column.spacing()
        high = max(0, min(self.comments.content_height(), room))
        if high != self.comments.height() or high != self.comments.minimumHeight():
            self.comments.setFixedHeight(high)

    # Showing

    def _show(self, event_id: EventID, rows: list[CommentRow]) -> None:
        if event_id != self.event_id:
            return
        self._rows = {row.uid: row for row in rows}
        self._word()
        self.count_changed.emit(len(rows))

    def _word(self) -> None:
        detail, now_ms, rows = self._detail, self._desk.account.channels.now_ms(), self._rows
        if detail is None:
            return
        is_online = self._desk.account.connection.state.kind is ConnectionKind.ONLINE
        me, can_answer = self._desk.account.user_id, detail.can_comment
        self.comments.set_rows(
            tuple(rows),
            lambda uid: comment_of(rows[uid], now_ms, me, can_answer=can_answer, is_online=is_online),
        )
        self.comments.setVisible(bool(rows))
        QTimer.singleShot(0, self, self._fit)

    def _image_ready(self, key: str) -> None:
        self.comments.image_ready(key)

    def _why_not(self, detail: PostDetail) -> str:
        if not detail.row.is_followed:
            return tr("Follow the channel to comment.")
        return tr("You cannot comment here.")

    # Writing

    def _mention_choices(self, term: str) -> list[MentionChoice]:
        if self._detail is None:
            return []
        members = self._desk.account.cache.read.members(self._detail.row.room_id, term, MENTION_CHOICES + 1)
        me = self._desk.account.user_id
        return [
            MentionChoice(
                member.user_id,
                member.name,
                self._desk.people.detail_of(member.user_id),
                avatar_key(member.avatar),
            )
            for member in members
            if member.user_id != me
        ][:MENTION_CHOICES]

    def _send(self, text: str, mentions: tuple[str, ...], at_ms: int | None) -> None:
        detail = self._detail
        if detail is None:
            return
        if len(text) > MAX_COMMENT:
            self.field.set_content(text)
            self._desk.tell(tr("A comment can have {n} characters at most.", n=MAX_COMMENT))
            return
        reply_to = self._reply_to.event_id if self._reply_to is not None else None
        event_id = detail.row.event_id
        self._forget_reply()
        self._start(
            self._desk.account.channels.comment(
                event_id,
                text,
                at_ms=at_ms,
                reply_to=reply_to,
                mentions=tuple(UserID(user) for user in mentions),
            ),
            lambda error: self._refused(event_id, text, error),
        )

    def _refused(self, event_id: EventID, text: str, error: TackError) -> None:
        """Give the text back."""
        if event_id == self.event_id:
            written = self.field.content()[0]
            self.field.set_content(f"{text}\n{written}" if written else text)
        else:
            self._drafts[event_id] = (text, ())
        self._desk.tell_error(error)

    def _keep_draft(self) -> None:
        event_id = self.event_id
        if event_id is None:
            return
        self._drafts.pop(event_id, None)
        text, mentions = self.field.content()
        if text.strip():
            self._drafts[event_id] = (text, mentions)
            while len(self._drafts) > MOST_DRAFTS:
                self._drafts.pop(next(iter(self._drafts)))

    def _answer(self, uid: str) -> None:
        row = self._rows.get(uid)
        if row is None or row.event_id is None or self._detail is None or not self._detail.can_comment:
            return
        self._reply_to = row
        self.field.show_reply(
            tr("Answers {name}: {words}", name=one_line(row.sender_name), words=one_line(row.body, 80))
        )
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _forget_reply(self) -> None:
        self._reply_to = None
        self.field.show_reply("")

    # Acts

    def _like(self, uid: str, is_liked: bool) -> None:
        row = self._rows.get(uid)
        if row is not None and row.event_id is not None:
            self._start(self._desk.account.channels.like(row.event_id, is_liked))

    def _retry(self, uid: str) -> None:
        self._start(self._desk.account.channels.retry(uid))

    def _open_menu(self, uid: str, spot: QPoint) -> None:
        row = self._rows.get(uid)
        if row is None:
            return
        menu, line = QMenu(self._window), self.comments.line(uid)
        menu.aboutToHide.connect(menu.deleteLater)
        chosen = line.text.selected_text() if line is not None else ""
        self._add(menu, "copy", tr("Copy"), lambda: QGuiApplication.clipboard().setText(chosen or row.body))
        if row.event_id is not None and self._detail is not None and self._detail.can_comment:
            words = tr("Take the like back") if row.is_liked else tr("Like")
            self._add(menu, "thumbs-up", words, lambda: self._like(uid, not row.is_liked))
            self._add(menu, "arrow-bend-up-left", tr("Reply"), lambda: self._answer(uid))
        if row.error_code:
            self._add(menu, "arrow-clockwise", tr("Try again"), lambda: self._retry(uid))
        if row.can_remove:
            words = tr("Discard") if row.event_id is None else tr("Recall")
            self._add(
                menu, "trash", words, lambda: self._start(self._desk.account.channels.remove_comment(uid))
            )
        menu.popup(spot)

    def _add(self, menu: QMenu, glyph: str, words: str, act: Callable[[], object]) -> None:
        style = self._desk.style.current
        action = menu.addAction(icon(glyph, style.colors.text2, style.sizes.icon_small), words)
        action.triggered.connect(lambda _checked=False: act())

    def _start(
        self, work: Coroutine[Any, Any, Any], on_error: Callable[[TackError], None] | None = None
    ) -> None:
        self._desk.operations.start(work, None, on_error, is_vital=True)
