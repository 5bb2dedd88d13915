"""The approvals page in the gallery: the picture, and every state that a row and a request can be in."""

from typing import Any

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.approvals.acts import ActKind
from app.domain.approvals.fold import rights_of
from app.domain.approvals.rows import ApprovalBox, ApprovalDetail, Doubt, Trust
from app.domain.approvals.state import Refusal, RequestStatus
from app.domain.approvals.wire import FileRef
from app.domain.ids import EventID
from app.domain.item_kind import ItemKind
from app.domain.timeline import SendState, TimelineItem
from resources.translations import tr
from tests.helpers import approval_samples as samples
from ui.approval_flow import flow_of
from ui.comment_rows import comment_row
from ui.models.approval_list_model import ApprovalListModel
from ui.screens.approvals.approval_cards import card_of
from ui.screens.approvals.approval_pages import files_of, page_of, record_of
from ui.screens.approvals.request_view import RequestView
from widgets.approval_batch_bar import ApprovalBatchBar
from widgets.approval_head import ApprovalHead
from widgets.approval_list import ApprovalListView
from widgets.chips import Chip
from widgets.style import StyleSource


class _Ground(QWidget):
    """In the colour of lists."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.current.colors.list)
        painter.end()


def column(style: StyleSource, box: ApprovalBox, *, ticked: int = 0) -> QWidget:
    """A list with its head."""
    made = _Ground(style)
    made.setFixedWidth(style.current.px(360))
    head = ApprovalHead(style)
    chips = [Chip(ApprovalBox.TODO, tr("To do"), 3), Chip(ApprovalBox.DONE, tr("Done"))]
    chips += [Chip(ApprovalBox.MINE, tr("Mine")), Chip(ApprovalBox.COPIES, tr("Copies"), 1)]
    head.set_boxes(chips, box)
    view, context = ApprovalListView(style), samples.context()
    model = ApprovalListModel(lambda row: card_of(row, box, context), view)
    rows = [samples.expense_row(), *samples.other_rows()] if box is ApprovalBox.TODO else samples.mine_rows()
    model.set_rows(rows)
    view.set_rows_model(model, model)
    view.set_current(0)
    model.tick_between(0, ticked - 1) if ticked else None
    view.set_choosing(bool(ticked))
    bar = ApprovalBatchBar(style)
    bar.set_count(ticked)
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(head)
    layout.addWidget(view, 1)
    layout.addWidget(bar)
    return made


def request(style: StyleSource, detail: ApprovalDetail, doubts: tuple[Doubt, ...] = ()) -> RequestView:
    """One request in full."""
    context = samples.context()
    view = RequestView(samples.bare_desk(style))
    view.resize(style.current.px(860), style.current.px(800))
    rights = rights_of(detail.content, detail.state, samples.ME, samples.NOON_MS)
    view.show_request(page_of(detail, rights, doubts, context), detail)
    view.show_flow(flow_of(detail, samples.ME, samples.NOON_MS, samples.name_of, lambda _user: None))
    view.show_record(record_of(detail, context), files_of(detail, context))
    view.record.toggle.click()
    view.show_comments([comment_row(said(), context.me, context.now_ms(), is_online=context.is_online())])
    return view


def said() -> TimelineItem:
    """What 刘洋 says in the picture."""
    who = samples.user("liuyang")
    ts_ms = samples.NOON_MS - 2 * samples.HOUR
    return TimelineItem(
        0, "$c", ItemKind.TEXT, who, "刘洋", None, ts_ms, "住宿标准以内，已核对。", event_id=EventID("$c")
    )


def beside(style: StyleSource, left: QWidget, right: QWidget) -> QWidget:
    """List and request."""
    page = _Ground(style)
    page.resize(style.current.px(1220), style.current.px(800))
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(1)
    row.addWidget(left)
    row.addWidget(right, 1)
    return page


def approvals_page(style: StyleSource) -> QWidget:
    """The design picture."""
    return beside(style, column(style, ApprovalBox.TODO), request(style, samples.expense_detail()))


def approvals_batch(style: StyleSource) -> QWidget:
    """Some ticked, and something wrong."""
    state = samples.expense_state(
        changed_afterwards=(samples.user("liuyang"),),
        entries=(
            *samples.expense_state().entries,
            samples.entry("lina", ActKind.REJECT, samples.NOON_MS, Refusal.OTHER_ROUND, "$no"),
        ),
    )
    doubts = (Doubt("manager", (samples.user("liuyang"),), (samples.user("chenjing"),), "1"),)
    detail = samples.expense_detail(state, trust=Trust.UNKNOWN, pending=(parked(),))
    return beside(style, column(style, ApprovalBox.TODO, ticked=3), request(style, detail, doubts))


def parked() -> Any:
    """An approval that the server did not get."""
    return samples.pending_act(
        ActKind.APPROVE, state=SendState.WEDGED, error_code="approval_other_round", note="同意，请尽快"
    )


def approvals_mine(style: StyleSource) -> QWidget:
    """Everything I asked for, and one that is not sealed."""
    detail = samples.expense_detail(samples.expense_state(RequestStatus.UNSEALED), seal=None)
    return beside(style, column(style, ApprovalBox.MINE), request(style, detail))


def approvals_corrected(style: StyleSource) -> QWidget:
    """A form that was corrected, with pictures, people, and a long text."""
    values = samples.expense_values(
        amount=samples.money("1080.00"),
        why="上海供应商走访。" * 160,
        before=[{"room_id": "!r", "title": "张伟的出差", "number": "TRP-2026-00031"}],
        photos=[{"name": "发票.jpg", "size": 200_000, "mimetype": "image/jpeg", "uri": "mxc://acme.example/p"}],
        items=[{"item": "高铁", "about": "往返二等座", "sum": samples.money("362.00")}, {"item": "住宿", "about": "2 晚", "sum": samples.money("718.00")}],
    )  # fmt: skip
    photo = FileRef("核对单.xlsx", 40_960, uri="mxc://acme.example/x")
    entry = samples.entry(
        "liuyang", ActKind.APPROVE, samples.NOON_MS - samples.HOUR, note="住宿标准以内", files=(photo,)
    )
    values["with"] = [samples.user("zhaolei"), samples.user("sunying")]
    return beside(
        style,
        column(style, ApprovalBox.DONE),
        request(style, samples.expense_detail(samples.expense_state(values=values, entries=(entry,)))),
    )


PAGES = {
    "approvals": approvals_page,
    "approvals-batch": approvals_batch,
    "approvals-mine": approvals_mine,
    "approvals-corrected": approvals_corrected,
}
