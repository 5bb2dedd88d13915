"""Pages of the gallery for the red dots: the broom and its menu, the undo note, the history, what a number is made of."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.attention import AttentionSource, ClearKind, ClearRecord, ClearState, SourceKind
from app.domain.ids import EventID, RoomID
from app.domain.rooms import AttentionTotals
from resources.translations import tr
from tests.helpers.gallery_pages import room_rows, window_page, word
from ui.screens.red_dots.clear_words import (
    clear_row,
    cleared_words,
    nothing_words,
    source_rows,
    sum_words,
)
from widgets.badge import Badge, BadgeKind
from widgets.broom_button import BroomButton
from widgets.clear_history import ClearHistory
from widgets.dot_drag import DotDrag
from widgets.room_list import RoomListView
from widgets.source_panel import SourcePanel
from widgets.style import StyleSource
from widgets.toast import ToastHost, ToastKind

NOW_MS = 1_795_000_000_000
TOTALS = AttentionTotals(15, 1, 1, 1, 1, 5, 2)


def broom_page(style: StyleSource) -> QWidget:
    """The broom's menu under the broom."""
    page = window_page(style)
    page.show()
    broom = page.findChild(BroomButton)
    assert broom is not None
    menu = QMenu(page)
    menu.addAction(tr("Clear the red dots of")).setEnabled(False)
    menu.addAction(tr("Everything"))
    menu.addAction(tr("This list: {name}", name=tr("Unread")))
    menu.addAction(tr("This space: {name}", name=word("研发中心", "R&&D")))
    menu.addAction(tr("Muted chats only"))
    for days in (7, 30):
        menu.addAction(tr("Older than {n} days", n=days))
    menu.addSeparator()
    menu.addAction(tr("History of the last 24 hours…"))
    menu.addAction(tr("Why this number…"))
    menu.setWindowFlags(Qt.WindowType.Widget)
    menu.move(broom.mapTo(page, broom.rect().bottomLeft()))
    menu.adjustSize()
    menu.show()
    menu.setActiveAction(menu.actions()[1])
    return page


def undo_page(style: StyleSource) -> QWidget:
    """The notes after a clear; a dot in the hand."""
    page = window_page(style)
    page.show()
    host = ToastHost(style, page)
    page._host = host  # type: ignore[attr-defined]
    record = ClearRecord(1, NOW_MS, ClearKind.EVERYTHING, ClearState.HELD, 512, 1024, 3, 0)
    host.show_toast(nothing_words(TOTALS))
    host.show_toast(
        cleared_words(record), ToastKind.DONE, action_text=tr("Undo"), duration_ms=10_000, is_counting=True
    )
    view = page.findChild(RoomListView)
    assert view is not None
    _drag(style, page, view, 6, QPoint(70, 30))
    _drag(style, page, view, 3, QPoint(-26, 14))
    return page


def _drag(style: StyleSource, page: QWidget, view: RoomListView, place: int, by: QPoint) -> None:
    row, index = room_rows()[place], view.model().index(place, 0)
    home = view.viewport().mapTo(page, view._delegate.dot_rect(view.visualRect(index), row).center())
    drag = DotDrag(style, page, row.badge or Badge(BadgeKind.MARK), home)
    drag.move_to(home + by)
    view._delegate.lifted_room = row.room_id


def history_page(style: StyleSource) -> QWidget:
    """Clears in every state."""
    page = window_page(style)
    page.show()
    panel = ClearHistory(style, page)
    states = [
        ClearRecord(5, NOW_MS - 3_000, ClearKind.EVERYTHING, ClearState.HELD, 512, 1024, 3, 0),
        ClearRecord(4, NOW_MS - 60_000, ClearKind.OLDER, ClearState.SENDING, 512, 20_480, 3, 200),
        ClearRecord(3, NOW_MS - 600_000, ClearKind.ROOMS, ClearState.HELD, 1, 8, 0, 0),
        ClearRecord(2, NOW_MS - 3_600_000, ClearKind.MUTED, ClearState.DONE, 31, 4_812, 0, 31),
        ClearRecord(1, NOW_MS - 7_200_000, ClearKind.SPACE, ClearState.UNDONE, 6, 9, 1, 0),
    ]
    panel.show_rows([clear_row(record, NOW_MS) for record in states])
    panel.float_at(page.mapToGlobal(QPoint(120, 44)), page)
    empty = ClearHistory(style, page)
    empty.show_rows([])
    empty.float_at(page.mapToGlobal(QPoint(620, 44)), page)
    return page


def why_page(style: StyleSource) -> QWidget:
    """What a number is made of."""
    page = window_page(style)
    page.show()
    panel = SourcePanel(style, None, page)
    room, event = RoomID("!r:a"), EventID("$e")

    def source(kind: SourceKind, name: str, count: int, text: str = "") -> AttentionSource:
        return AttentionSource(kind, RoomID(f"{room}{name}"), name, count, event, text)

    sources = [
        source(SourceKind.DING, "王敏", 1, "请各部门今天 18:00 前确认发布会参会名单"),
        source(SourceKind.DING, "赵磊", 1, "十一月差旅发票请补交原件照片"),
        source(SourceKind.FAILED_SEND, "赵磊", 1),
        source(SourceKind.INVITE, "新品路演 2026", 1),
        source(SourceKind.MENTION, "华隆零部件·供货群", 1, "@李娜 周五能到货吗"),
        source(SourceKind.UNREAD, "产品发布小组", 3, "封面图已更新，请看第三版"),
        source(SourceKind.UNREAD, "财务通知", 128, "公告：十一月报销截止到本周五"),
        source(SourceKind.MARKED, "刘洋", 1),
        source(SourceKind.MUTED, "R&D weekly", 4, "build 412 is green on all targets"),
    ]
    panel.show_sources(sum_words(TOTALS), source_rows(sources))
    panel.float_at(page.mapToGlobal(QPoint(200, 44)), page)
    panel.rows.move_by(1)
    return page


PAGES: dict[str, Callable[[StyleSource], QWidget]] = {
    "broom": broom_page,
    "undo": undo_page,
    "history": history_page,
    "why": why_page,
}
