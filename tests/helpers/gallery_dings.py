"""The DING page in the gallery: the picture, and every state that a card can be in."""

from collections.abc import Sequence

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.dings import DingBox, DingContent, DingDetail, DingKind, DingRecipient, RecipientState
from app.domain.ids import EventID, RoomID, UserID
from app.domain.item_kind import ItemKind
from app.domain.scheduled import ScheduledDing, ScheduledState, ScheduleMode
from app.domain.timeline import MediaInfo, SendState, TimelineItem
from app.store.ding_work import DingInvitation
from resources.translations import language
from tests.helpers.ding_rows import BOSS, ME, NOON_MS, ding
from ui.models.ding_list_model import DingListModel
from ui.screens.ding.ding_cards import card_of
from ui.screens.ding.ding_pages import page_of
from ui.screens.ding.ding_state import Entry, WordContext, uid_of
from widgets.chips import Chip
from widgets.ding_detail import DingDetail as DetailWidget
from widgets.ding_head import DingHead
from widgets.ding_list import DingListView
from widgets.style import StyleSource

MINUTE = 60_000
HOUR = 60 * MINUTE
ROOM = RoomID("!room:acme.example")
NAMES = {"@liu:acme.example": "刘洋", "@chen:acme.example": "陈静", "@zhang:acme.example": "张伟"}


def word(zh: str, en: str) -> str:
    """Invented content in the language of the gallery."""
    return zh if language() == "zh" else en


def context(now_ms: int = NOON_MS) -> WordContext:
    """What wording needs, without an account."""
    return WordContext(
        me=ME,
        now_ms=lambda: now_ms,
        name_of=lambda _room, user: NAMES.get(user, user.partition(":")[0][1:]),
        detail_of=lambda user: word("设计部", "Design") if user == BOSS else "",
        is_online=lambda: True,
    )


def received() -> list[Entry]:
    """One of each kind."""
    text = word("请各部门今天 18:00 前确认发布会参会名单，逾期按不参加处理。", "Please confirm the list of guests before 18:00; who has not confirmed by then is not invited.")  # fmt: skip
    return [
        DingInvitation(RoomID("!new:other.example"), UserID("@zhou:hualong.example"), "周芳", False),
        ding("a", text=text, ts_ms=NOON_MS - 80 * MINUTE, due_ms=NOON_MS + 6 * HOUR, confirmed=11, comments=2, total=18),
        ding("b", sender_name="赵磊", sender=UserID("@zhao:acme.example"), kind=DingKind.TASK, due_ms=NOON_MS - HOUR, text=word("十一月差旅发票请补交原件照片。", "Send photos of the receipts."), comments=3, total=1, confirmed=0),
        ding("c", sender_name="Tom", is_open=False, confirmed_at_ms=NOON_MS - HOUR, text="Release freeze starts at 18:00. No merges after that.", ts_ms=NOON_MS - 20 * HOUR),
        ding("d", sender_name="Alexandra Konstantinopoulou-Featherstonehaugh", is_external=True, kind=DingKind.MEETING, start_ms=NOON_MS + 3 * HOUR, end_ms=NOON_MS + 4 * HOUR, room_name="A very long English room name that cannot fit at all"),
        ding("e", is_open=False, is_redacted=True, ts_ms=NOON_MS - 50 * HOUR),
        ding("f", is_open=False, is_muted=True, ts_ms=NOON_MS - 60 * HOUR),
        ding("g", is_open=False, is_to_me=False, is_cc=True, ts_ms=NOON_MS - 70 * HOUR),
    ]  # fmt: skip


def sent() -> list[Entry]:
    """Mine, in every state of sending."""
    people = (UserID("@liu:acme.example"), UserID("@chen:acme.example"), UserID("@zhang:acme.example"))
    own = {"is_own": True, "sender": ME, "sender_name": "李娜", "is_to_me": False, "is_open": False}
    content = DingContent(DingKind.NOTICE, people)
    return [
        ding("t:1", **own)._replace(uid="t:1", event_id=None, send_state=SendState.SENDING, ts_ms=NOON_MS - 40_000, confirmed=0, total=3, content=content),
        ding("t:2", **own)._replace(uid="t:2", event_id=None, send_state=SendState.WEDGED, error_code="forbidden", confirmed=0, total=3, content=content),
        ding("m", **own)._replace(ts_ms=NOON_MS - 2 * MINUTE, confirmed=1, total=3, content=content, is_ding_room=True),
        ding("n", **own)._replace(ts_ms=NOON_MS - 20 * MINUTE, confirmed=11, total=18, content=content),
        ding("o", **own)._replace(ts_ms=NOON_MS - 30 * HOUR, confirmed=3, total=3, content=content),
        ScheduledDing("s", 0, word("周会改到 10:00", "The weekly starts at 10:00"), content, NOON_MS + 20 * HOUR, ScheduleMode.SERVER, ScheduledState.WAITING, ROOM, "产品发布小组", False, people),
        ScheduledDing("u", 1, word("交周报", "Send the weekly report"), content._replace(recipients=people[:1]), NOON_MS + 26 * HOUR, ScheduleMode.LOCAL, ScheduledState.WAITING, RoomID("~new:1"), "", True, people[:1], 2),
        ScheduledDing("v", 1, word("交周报", "Send the weekly report"), content, NOON_MS - HOUR, ScheduleMode.LOCAL, ScheduledState.FAILED, ROOM, "产品发布小组", False, people, error_code="forbidden"),
    ]  # fmt: skip


def detail() -> DingDetail:
    """The one of the picture."""
    summary = received()[1]
    assert not isinstance(summary, ScheduledDing | DingInvitation)
    long_note = word("我们组 6 个人参加，其中 2 人下午才能到，座位请尽量靠近门口，谢谢。", "Six of us come; two of them only in the afternoon, please seat them near the door.")  # fmt: skip
    rows = [
        ("@liu:acme.example", "刘洋", RecipientState.CONFIRMED, ""),
        ("@chen:acme.example", "陈静", RecipientState.CONFIRMED, word("人力 6 人参加", "6 of HR")),
        ("@zhang:acme.example", "张伟", RecipientState.CONFIRMED, long_note),
        (ME, "李娜", RecipientState.WAITING, ""),
        ("@zhao:acme.example", "赵磊", RecipientState.WAITING, ""),
        ("@zhou:hualong.example", "周芳", RecipientState.WAITING, ""),
        ("@gone:acme.example", "何欢", RecipientState.LEFT, ""),
    ]
    people = tuple(
        DingRecipient(
            UserID(user),
            name,
            None,
            user.endswith("hualong.example"),
            user == ME,
            state,
            NOON_MS - 70 * MINUTE + n * MINUTE if state is RecipientState.CONFIRMED else None,
            note,
            is_before_edit=n == 0,
            has_read=name == "赵磊",
        )
        for n, (user, name, state, note) in enumerate(rows)
    )
    content = summary.content._replace(
        cc=(UserID("@liu:acme.example"),),
        nudge_every_min=30,
        nudge_times=3,
        break_glass=word("展馆 18:00 关门", "The hall closes at 18:00"),
    )
    return DingDetail(summary._replace(content=content, is_edited=True), people, tuple(_comments()))


def _comments() -> list[TimelineItem]:
    said = word("人力资源部 6 人，名单已上传到群文件。", "HR: 6 people, the list is in the files.")
    media = MediaInfo(None, word("名单.pdf", "guests.pdf"), "application/pdf", 655_360)
    return [
        _comment("f", BOSS, "王敏", "", media=media, kind=ItemKind.FILE),
        _comment("1", UserID("@chen:acme.example"), "陈静", said),
        _comment(
            "2", ME, "李娜", "https://docs.acme.example/launch " + said * 3, send_state=SendState.QUEUED
        ),
    ]


def _comment(name: str, sender: UserID, who: str, body: str, **more: object) -> TimelineItem:
    kind = more.pop("kind", ItemKind.TEXT)
    return TimelineItem(0, f"${name}", kind, sender, who, None, NOON_MS - HOUR, body, event_id=EventID(f"${name}"), **more)  # type: ignore[arg-type]  # fmt: skip


def _column(style: StyleSource, entries: Sequence[Entry], box: DingBox, current: int) -> QWidget:
    column_widget = QWidget()
    column_widget.setFixedWidth(style.current.px(400))
    head = DingHead(style)
    boxes = [
        Chip(DingBox.RECEIVED, word("收到的", "Received")),
        Chip(DingBox.SENT, word("发出的", "Sent")),
        Chip(DingBox.SCHEDULED, word("定时", "Scheduled")),
    ]
    filters = [
        Chip("unconfirmed", word("待确认", "Unconfirmed"), 2),
        Chip("commented", word("有评论", "Commented")),
    ]
    head.set_chips(boxes, box, filters, "")
    view = DingListView(style)
    model = DingListModel(uid_of, lambda entry: card_of(entry, box, context()), view)
    model.set_entries(entries)
    view.setModel(model)
    view.set_current(current)
    column = QVBoxLayout(column_widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(head)
    column.addWidget(view, 1)
    return column_widget


class _Ground(QWidget):
    """In the colour of lists."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.current.colors.list)
        painter.end()


def ding_page(style: StyleSource) -> QWidget:
    """Received, one in full, sent and scheduled."""
    page = _Ground(style)
    page.resize(style.current.px(1500), style.current.px(1180))
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(1)
    row.addWidget(_column(style, received(), DingBox.RECEIVED, 1))
    shown = DetailWidget(style)
    one = detail()
    shown.show_page(page_of(one.summary, one, context()))
    row.addWidget(shown, 1)
    row.addWidget(_column(style, sent(), DingBox.SENT, -1))
    return page
