"""Notices of the system for new messages: shown, counted, withdrawn, and where a click leads."""

from PySide6.QtCore import QObject, Signal

from app.domain.ids import EventID, RoomID
from app.domain.rooms import PreviewKind
from app.domain.timeline import ItemKind
from app.notifications.approvals import ApprovalNotice
from app.notifications.posts import PostNotice
from app.notifications.service import Notice, Notification, NotificationService, Withdrawal
from resources.translations import tr, tr_n
from ui.approval_notice_words import approval_notice_text, approval_notice_title
from ui.item_words import kind_words
from ui.post_notice_words import post_notice_text, post_notice_title
from ui.tray import Tray

_KINDS = {
    PreviewKind.IMAGE: ItemKind.IMAGE,
    PreviewKind.FILE: ItemKind.FILE,
    PreviewKind.VIDEO: ItemKind.VIDEO,
    PreviewKind.AUDIO: ItemKind.AUDIO,
    PreviewKind.ENCRYPTED: ItemKind.ENCRYPTED,
}


class Notices(QObject):
    """A click on a notice lands on the newest message that was announced."""

    activated = Signal(str, str)
    """Room id, event id."""
    approval_activated = Signal(str)
    """Room of a request; empty: several are meant."""
    post_activated = Signal(str, str)
    """Channel and video; empty: several are meant."""

    def __init__(self, service: NotificationService, tray: Tray, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tray = tray
        self._last: tuple[RoomID, EventID] | ApprovalNotice | PostNotice | None = None
        self._unsubscribe = service.subscribe(self._hear)
        tray.notice_activated.connect(self._clicked)

    def close(self) -> None:
        """Hear nothing any more."""
        self._unsubscribe()

    def _hear(self, news: Notice) -> None:
        if isinstance(news, Withdrawal):
            if isinstance(self._last, tuple) and self._last[0] == news.room_id:
                self._last = None
        elif isinstance(news, ApprovalNotice):
            self._last = news
            self._tray.notify(approval_notice_title(news), approval_notice_text(news))
        elif isinstance(news, PostNotice):
            self._last = news
            self._tray.notify(post_notice_title(news), post_notice_text(news))
        else:
            self._last = (news.room_id, news.event_id)
            self._tray.notify(notice_title(news), notice_text(news))

    def _clicked(self) -> None:
        if isinstance(self._last, ApprovalNotice):
            self.approval_activated.emit(self._last.room_id or "")
        elif isinstance(self._last, PostNotice):
            self.post_activated.emit(self._last.room_id or "", self._last.event_id or "")
        elif self._last is not None:
            self.activated.emit(*self._last)


def notice_title(news: Notification) -> str:
    """Who, and where; neither while the screen is shared."""
    if not news.room_name and not news.sender_name:
        return tr("Tack")
    if news.is_direct or not news.sender_name or news.count > 1:
        return news.room_name
    return tr("{sender} · {room}", sender=news.sender_name, room=news.room_name)


def notice_text(news: Notification) -> str:
    """What; after a start only how many."""
    if news.count > 1:
        return tr_n("{n} new message", "{n} new messages", news.count)
    kind = _KINDS.get(news.kind)
    words = kind_words(kind, news.body) if kind else news.body
    words = words or tr("New message")
    return tr("[@you] {words}", words=words) if news.is_mention else words
