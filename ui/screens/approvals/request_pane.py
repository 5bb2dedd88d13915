"""The right part of the approvals page: the request that is open, its discussion, or why there is none."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtWidgets import QStackedWidget

from app.domain.ids import ContentURI, UserID
from app.domain.item_kind import ItemKind
from app.domain.timeline import MediaInfo, TimelineItem
from resources.translations import tr
from ui.approval_flow import flow_of
from ui.comment_rows import comment_row
from ui.images import avatar_key
from ui.screens.approvals.approval_pages import files_of, page_of, record_of, seal_words
from ui.screens.approvals.approvals_state import is_made
from ui.screens.approvals.request_view import RequestView
from widgets.approval_values import ApprovalAct
from widgets.composer import SendKey
from widgets.dialogs import Dialog
from widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QWidget

    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.approvals.wire import FileRef
    from app.domain.ids import EventID, RoomID
    from ui.approval_desk import Writing
    from ui.desk import Desk
    from ui.screens.approvals.approval_acts import ApprovalActs
    from ui.screens.approvals.approvals_presenter import ApprovalsPresenter
    from widgets.approval_values import ApprovalPage

_FACE = 20
_BLANK_MS = 150
"""So long the last request stays in sight while the next one is read; nothing can be done with it."""


class RequestPane(QStackedWidget):
    """Joins `RequestView` to presenter, acts, composer and attachments."""

    def __init__(
        self, desk: Desk, window: QWidget, presenter: ApprovalsPresenter, acts: ApprovalActs
    ) -> None:
        super().__init__()
        self._desk, self._window, self._presenter, self._acts = desk, window, presenter, acts
        self.page: ApprovalPage | None = None
        self._room: RoomID | None = None
        self._told: dict[RoomID, EventID] = {}
        self.nothing = EmptyState(desk.style)
        self._blank = QTimer(self, singleShot=True, interval=_BLANK_MS)
        self._blank.timeout.connect(lambda: self.setCurrentWidget(self.nothing))
        self._attachments = desk.approvals.opener(self)
        self.addWidget(self.nothing)
        presenter.request_changed.connect(self._show)
        desk.images.ready.connect(self._image_ready)
        self._show()

    @cached_property
    def view(self) -> RequestView:
        """Made with the first request: the rows beside are painted before."""
        view = RequestView(self._desk)
        self._connect(view)
        self.addWidget(view)
        return view

    @cached_property
    def writing(self) -> Writing:
        """Joins the composer to the send queue."""
        return self._desk.approvals.writer(self.view.composer, self)

    def focus_request(self) -> None:
        """The keyboard goes into the request."""
        if self.page is not None:
            self.view.focus_form()

    def stop(self) -> None:
        """The account goes."""
        if self._room is not None:
            self.writing.set_room(None)

    def event(self, event: QEvent) -> bool:
        """See Qt: the window came to the front, so that what is shown is seen."""
        if event.type() == QEvent.Type.WindowActivate and self._presenter.opened is not None:
            opened = self._presenter.opened
            self._mark_read(opened.detail.row.room_id, opened.discussion.newest)
        return super().event(event)

    # Inside

    def _connect(self, view: RequestView) -> None:
        acts = self._acts
        view.act_requested.connect(lambda act: acts.do(ApprovalAct(act)))
        view.more_acts_requested.connect(acts.open_menu)
        view.menu_requested.connect(self._open_more)
        view.print_requested.connect(lambda: acts.do(ApprovalAct.PRINT))
        view.seal_activated.connect(self._explain_seal)
        view.person_activated.connect(self._desk.approvals.open_person)
        view.form.file_activated.connect(self._open_file)
        view.files.file_activated.connect(self._open_file)
        view.form.request_activated.connect(self._open_request)
        view.comments.file_activated.connect(self._open_attachment)
        view.comments.link_activated.connect(self._desk.approvals.follow)
        self._desk.toasts.keep_clear(view.bar)
        view.composer.set_send_key(SendKey(self._desk.settings.current.send_key))
        view.composer.take_drops_on(view)

    def _show(self) -> None:
        opened = self._presenter.opened
        if opened is None:
            self.page = None
            self._show_nothing()
            if self._presenter.room is None or self._presenter.is_missing:
                self._blank.stop()
                self.setCurrentWidget(self.nothing)
            elif self.currentWidget() is not self.nothing and not self._blank.isActive():
                self.view.form.rest()
                self._blank.start()
            return
        self._blank.stop()
        detail, context = opened.detail, self._presenter.context
        self.page = page_of(detail, opened.rights, self._presenter.doubts, context)
        self._enter(detail)
        self.view.show_request(self.page, detail)
        now, is_online = context.now_ms(), context.is_online()
        self.view.show_comments(
            [comment_row(item, context.me, now, is_online=is_online) for item in opened.discussion.items]
        )
        self.view.show_record(record_of(detail, context), files_of(detail, context))
        self._show_flow(detail)
        self.setCurrentWidget(self.view)
        self._mark_read(detail.row.room_id, opened.discussion.newest)

    def _show_nothing(self) -> None:
        if self._presenter.room is None:
            text = tr("Its form, its route and what was said are shown here.")
            self.nothing.set_state("stamp", tr("Choose a request"), text)
        elif self._presenter.is_missing:
            text = tr("It has not been fetched yet, or you were not invited to it.")
            self.nothing.set_state("warning-circle", tr("This request is not on this computer"), text)
        else:
            self.nothing.set_state("", "")  # it is read in a moment: nothing flickers

    def _enter(self, detail: ApprovalDetail) -> None:
        """The composer writes into the room of what is open."""
        room_id = detail.row.room_id if is_made(detail) and not detail.row.is_invited else None
        if room_id == self._room:
            return
        self._room = room_id
        self.writing.set_room(room_id)
        if room_id is not None:
            self.view.composer.set_placeholder(detail.row.title)
            self._desk.operations.start(
                self._desk.account.rooms.open_room(room_id), None, lambda _error: None
            )

    def _mark_read(self, room_id: RoomID, newest: EventID | None) -> None:
        """What was said is shown: it is read."""
        is_seen = self.isVisible() and self.window().isActiveWindow()
        if newest is None or not is_seen or self._told.get(room_id) == newest:
            return
        room = self._desk.account.cache.read.room(room_id)
        if room is not None:
            self._told[room_id] = newest
            self._desk.operations.start(self._desk.account.rooms.mark_read(room_id, newest))

    def _face(self, user: str) -> QPixmap | None:
        opened = self._presenter.opened
        key = avatar_key(opened.faces.get(user)) if opened is not None else None
        if key is None:
            return None
        side = self._desk.style.current.px(_FACE)
        return self._desk.images.pixmap(key, QSize(side, side), self.devicePixelRatioF())

    def _image_ready(self, key: str) -> None:
        if not self.isVisible() or self.page is None:
            return
        self.view.image_ready()
        if key.startswith("avatar:") and self._presenter.detail is not None:
            self._show_flow(self._presenter.detail)

    def _show_flow(self, detail: ApprovalDetail) -> None:
        context = self._presenter.context
        self.view.show_flow(flow_of(detail, context.me, context.now_ms(), context.name_of, self._face))

    def _open_more(self, corner: object) -> None:
        if self.page is not None:
            self._acts.open_menu(self.page.more, corner, ends_there=True)  # type: ignore[arg-type]

    def _open_file(self, file: FileRef) -> None:
        """A file of the form: pictures are looked at, anything else is saved."""
        self._attachments.open(_item_of(file))

    def _open_attachment(self, uid: str) -> None:
        opened = self._presenter.opened
        items = () if opened is None else opened.discussion.items
        item = next((item for item in items if item.uid == uid), None)
        if item is not None:
            self._attachments.open(item)

    def _open_request(self, room_id: str) -> None:
        if room_id:
            from app.domain.ids import RoomID

            self._desk.approvals.open(RoomID(room_id))

    def _explain_seal(self) -> None:
        detail = self._presenter.detail
        if detail is None:
            return
        is_sealed = self.page is not None and self.page.head.is_sealed
        title = tr("Sealed, nobody can change it") if is_sealed else tr("Not sealed: do not decide")
        dialog = Dialog(self._desk.style, title, self._window)
        dialog.set_text(seal_words(is_sealed))
        dialog.add_button("accept", tr("OK"), is_default=True)
        dialog.open()
        dialog.button("accept").setFocus(Qt.FocusReason.OtherFocusReason)


def _item_of(file: FileRef) -> TimelineItem:
    """A file of a form as what opens and saves attachments takes it."""
    is_picture = file.mimetype.startswith("image/")
    media = MediaInfo(
        uri=ContentURI(file.uri) if file.uri else None,
        filename=file.name,
        mimetype=file.mimetype,
        size_bytes=file.size,
        local_path=file.path or None,
        sha256=file.sha256,
    )
    kind = ItemKind.IMAGE if is_picture else ItemKind.FILE
    return TimelineItem(0, file.uri or file.path, kind, UserID(""), "", None, 0, "", media=media)
