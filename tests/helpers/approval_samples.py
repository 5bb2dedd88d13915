"""Invented requests as values, for tests of what shows them and for the gallery: an expense as in the design picture."""

from types import SimpleNamespace
from typing import Any

import msgspec

from app.domain.approvals.acts import Act, ActKind
from app.domain.approvals.request import Approver, Facts, RequestContent, Step, Why
from app.domain.approvals.rows import ApprovalDetail, ApprovalRow, PendingAct, Trust
from app.domain.approvals.state import (
    Entry,
    Refusal,
    RequestState,
    RequestStatus,
    StepState,
    StepStatus,
    Task,
    TaskStatus,
)
from app.domain.approvals.template import (
    Field,
    FieldKind,
    Option,
    Pick,
    PickKind,
    Route,
    StepMode,
    StepRule,
    Template,
)
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.domain.timeline import SendState
from ui.screens.approvals.approvals_state import WordContext

SERVER = "acme.example"
NOON_MS = 1_795_320_000_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NAMES = {
    "lina": "李娜",
    "zhangwei": "张伟",
    "liuyang": "刘洋",
    "chenjing": "陈静",
    "zhaolei": "赵磊",
    "sunying": "孙颖",
    "wangqiang": "王强",
    "front": "行政服务台",
}


def user(name: str) -> UserID:
    """The id of a colleague."""
    return UserID(f"@{name}:{SERVER}")


ME = user("lina")
ROOM = RoomID("!expense:acme.example")
NAME_OF = {str(user(key)): name for key, name in NAMES.items()}


def name_of(user_id: str) -> str:
    """How somebody is called."""
    return NAME_OF.get(user_id, user_id)


def words(zh: str, en: str) -> dict[str, str]:
    """A text in both languages."""
    return {"zh": zh, "en": en}


def context(now_ms: int = NOON_MS, *, is_online: bool = True) -> WordContext:
    """What wording needs, without an account."""
    return WordContext(me=ME, now_ms=lambda: now_ms, name_of=name_of, is_online=lambda: is_online)


def expense_template(**more: Any) -> Template:
    """Type, amount, days, a table, files; manager, head, finance."""
    fields = (
        Field("kind", FieldKind.SINGLE, words("类型", "Type"), is_key=True, options=(Option("trip", words("差旅", "Travel")), Option("meal", words("餐费", "Meals")))),
        Field("why", FieldKind.TEXT, words("事由", "Purpose"), is_required=True),
        Field("amount", FieldKind.MONEY, words("金额", "Amount"), is_key=True),
        Field("days", FieldKind.RANGE, words("日期", "Dates")),
        Field(
            "items",
            FieldKind.TABLE,
            words("明细", "Items"),
            columns=(
                Field("item", FieldKind.TEXT, words("项目", "Item")),
                Field("about", FieldKind.TEXT, words("说明", "Details")),
                Field("sum", FieldKind.MONEY, words("金额", "Amount"), has_sum=True),
            ),
        ),
        Field("with", FieldKind.PERSON, words("同行人", "With"), is_many=True),
        Field("before", FieldKind.LINKED, words("关联申请", "Related request")),
        Field("photos", FieldKind.IMAGE, words("照片", "Photos")),
        Field("files", FieldKind.FILE, words("附件", "Files")),
    )  # fmt: skip
    nodes = (
        StepRule("manager", words("直属上级", "Manager"), StepMode.ANY, (Pick(PickKind.MANAGER),)),
        StepRule("head", words("部门负责人", "Department head"), StepMode.ANY, (Pick(PickKind.HEAD),)),
        StepRule("finance", words("财务", "Finance"), StepMode.ANY, (Pick(PickKind.ROLE, role="finance"),)),
    )
    plain = Template("expense", 3, words("报销", "Expense"), fields, Route(nodes, cc_end=(Pick(PickKind.PEOPLE, (user("front"),)),)), icon="receipt", prefix="EXP")  # fmt: skip
    return msgspec.structs.replace(plain, **more)


def money(amount: str, currency: str = "CNY") -> dict[str, str]:
    """A value of a money field."""
    return {"amount": amount, "currency": currency}


def expense_values(**more: Any) -> dict[str, Any]:
    """As in the design picture."""
    return {
        "kind": "trip",
        "why": "上海供应商走访",
        "amount": money("1280.50"),
        "days": {"from": "2026-11-17", "to": "2026-11-19", "days": "3"},
        "items": [
            {"item": "高铁", "about": "往返二等座", "sum": money("562.50")},
            {"item": "住宿", "about": "2 晚", "sum": money("718.00")},
        ],
        "files": [{"name": "发票 3 张.pdf", "size": 2_202_010, "mimetype": "application/pdf", "uri": "mxc://acme.example/f"}],
    } | more  # fmt: skip


def expense_content(values: dict[str, Any] | None = None, **more: Any) -> RequestContent:
    """The request of 张伟."""
    head = Why(PickKind.HEAD, department="研发部")
    steps = (
        Step("manager", words("直属上级", "Manager"), StepMode.ANY, (Approver(user("liuyang"), Why(PickKind.MANAGER, level=1)),)),
        Step("head", words("部门负责人", "Department head"), StepMode.ANY, (Approver(ME, head),)),
        Step("finance", words("财务", "Finance"), StepMode.ANY, (Approver(user("zhaolei"), Why(PickKind.ROLE)), Approver(user("sunying"), Why(PickKind.ROLE)))),
    )  # fmt: skip
    plain = RequestContent(
        number="EXP-2026-01024",
        title="张伟的报销",
        template=expense_template(),
        template_hash="0" * 64,
        values=expense_values() if values is None else values,
        steps=steps,
        facts=Facts(managers=(user("liuyang"), ME)),
        cc_end=(user("front"),),
        names=NAME_OF,
        made_ms=NOON_MS - 3 * HOUR,
    )
    return msgspec.structs.replace(plain, **more)


def expense_state(status: RequestStatus = RequestStatus.PENDING, **more: Any) -> RequestState:
    """The manager approved; 李娜 is to decide; finance comes."""
    content = expense_content()
    role = Why(PickKind.ROLE)
    approved = Task(user("liuyang"), TaskStatus.APPROVED, Why(PickKind.MANAGER, level=1), since_ms=NOON_MS - 3 * HOUR, at_ms=NOON_MS - 2 * HOUR, note="住宿标准以内", event_id=EventID("$liu"))  # fmt: skip
    waiting = Task(ME, TaskStatus.WAITING, Why(PickKind.HEAD), since_ms=NOON_MS - 2 * HOUR)
    finance = (Task(user("zhaolei"), TaskStatus.COMING, role), Task(user("sunying"), TaskStatus.COMING, role))
    steps = (
        StepState("manager", words("直属上级", "Manager"), StepMode.ANY, 1, StepStatus.PASSED, (approved,), since_ms=NOON_MS - 3 * HOUR, done_ms=NOON_MS - 2 * HOUR),
        StepState("head", words("部门负责人", "Department head"), StepMode.ANY, 1, StepStatus.ACTIVE, (waiting,), since_ms=NOON_MS - 2 * HOUR),
        StepState("finance", words("财务", "Finance"), StepMode.ANY, 1, StepStatus.COMING, finance),
    )  # fmt: skip
    plain = RequestState(
        status=status,
        requester=user("zhangwei"),
        steps=steps,
        values=content.values,
        cc=(),
        entries=(entry("liuyang", ActKind.APPROVE, NOON_MS - 2 * HOUR, note="住宿标准以内"),),
        since_ms=NOON_MS - 2 * HOUR,
    )
    return plain._replace(**more)


def entry(
    who: str, kind: ActKind, ts_ms: int, refusal: Refusal | None = None, event_id: str = "$liu", **more: Any
) -> Entry:
    """One line of the record."""
    return Entry(user(who), Act(id=f"{who}-{kind}", kind=kind, **more), EventID(event_id), ts_ms, refusal)


def expense_row(**more: Any) -> ApprovalRow:
    """As it stands in the list of 李娜."""
    plain = ApprovalRow(
        room_id=ROOM,
        number="EXP-2026-01024",
        title="张伟的报销",
        template_id="expense",
        template_name=words("报销", "Expense"),
        icon="receipt",
        requester=user("zhangwei"),
        requester_name="张伟",
        requester_avatar=None,
        is_external=False,
        made_ms=NOON_MS - 3 * HOUR,
        status=RequestStatus.PENDING,
        facts=(
            ("amount", "money", '{"amount":"1280.50","currency":"CNY"}'),
            ("kind", "single", '{"zh":"差旅","en":"Travel"}'),
            ("place", "text", '"上海"'),
        ),
        waiting=("李娜",),
        since_ms=NOON_MS - 2 * HOUR,
        is_todo=True,
        is_mine=False,
        is_copy=False,
        has_acted=False,
        is_invited=False,
        can_batch=True,
        comments=1,
        unread=0,
        pending=0,
    )
    return plain._replace(**more)


def other_rows() -> list[ApprovalRow]:
    """The others of the picture, and one of each state that a row can be in."""
    leave = {"template_id": "leave", "template_name": words("请假", "Leave")}
    return [
        expense_row(room_id=RoomID("!leave"), number="LEA-2026-00311", title="刘洋的请假", requester=user("liuyang"), requester_name="刘洋", since_ms=NOON_MS - 5 * HOUR, facts=(("kind", "single", '{"zh":"年假","en":"Annual leave"}'), ("days", "range", '{"from":"2026-11-26","to":"2026-11-28","days":"2.5"}')), comments=0, **leave),
        expense_row(room_id=RoomID("!buy"), number="PUR-2026-00077", title="陈静的采购", requester=user("chenjing"), requester_name="陈静", since_ms=NOON_MS - DAY, facts=(("what", "text", '"笔记本电脑 × 6"'), ("amount", "money", '{"amount":"47400","currency":"CNY"}')), unread=2),
        expense_row(room_id=RoomID("!seal"), number="SEA-2026-00009", title="周芳的用印", requester=UserID("@zhoufang:hualong.example"), requester_name="周芳", is_external=True, is_invited=True, since_ms=NOON_MS - 2 * DAY, facts=(("what", "text", '"框架合同 2 份"'),), can_batch=False),
        expense_row(room_id=RoomID("!sent"), number="LEA-2026-00298", title="赵磊的请假", requester=user("zhaolei"), requester_name="赵磊", since_ms=NOON_MS - 3 * DAY, pending=1, **leave),
        expense_row(room_id=RoomID("!bad"), number="EXP-2026-00990", title="孙颖的报销", requester=user("sunying"), requester_name="孙颖", since_ms=NOON_MS - 3 * DAY, failed="approval_other_round"),
        expense_row(room_id=RoomID("!away"), number="EXP-2026-00981", title="A request with a very long English title that cannot fit", requester=user("wangqiang"), requester_name="Alexandra Konstantinopoulou", since_ms=NOON_MS - 9 * DAY, is_away_for=user("wangqiang")),
    ]  # fmt: skip


def mine_rows() -> list[ApprovalRow]:
    """What I asked for, in all states."""
    own: dict[str, Any] = {"requester": ME, "requester_name": "李娜", "is_mine": True, "is_todo": False}
    states = {
        RequestStatus.PENDING: ("刘洋", "陈静"),
        RequestStatus.RETURNED: ("李娜",),
        RequestStatus.APPROVED: (),
        RequestStatus.REJECTED: (),
        RequestStatus.WITHDRAWN: (),
        RequestStatus.UNSEALED: (),
        RequestStatus.INVALID: (),
    }
    rows = [
        expense_row(room_id=RoomID(f"!{status}"), title="李娜的报销", status=status, waiting=waiting, since_ms=NOON_MS - number * DAY, **own)
        for number, (status, waiting) in enumerate(states.items())
    ]  # fmt: skip
    queued = expense_row(
        room_id=RoomID("~new:1"), title="李娜的报销", send_state=SendState.QUEUED, number="", **own
    )
    parked = queued._replace(room_id=RoomID("~new:2"), send_state=SendState.WEDGED, failed="room_limit")
    fetching = rows[0]._replace(room_id=RoomID("!part"), is_whole=False)
    return [queued, parked, fetching, *rows]


def expense_detail(
    state: RequestState | None = None,
    content: RequestContent | None = None,
    row: ApprovalRow | None = None,
    **more: Any,
) -> ApprovalDetail:
    """All of it."""
    plain = ApprovalDetail(
        row=row or expense_row(),
        content=content or expense_content(),
        state=state or expense_state(),
        trust=Trust.VERIFIED,
        pending=(),
        seal=EventID("$seal"),
        create_event=EventID("$create"),
        record="5f3c" * 16,
        members=(user("zhangwei"), user("liuyang"), ME),
    )
    return plain._replace(**more)


def pending_act(kind: ActKind = ActKind.APPROVE, **more: Any) -> PendingAct:
    """An act of mine on its way."""
    return PendingAct(TxnID("t1"), kind, "", False, SendState.QUEUED, "")._replace(**more)


def bare_desk(style: Any) -> Any:
    """As much of a desk as widgets of forms need."""
    return SimpleNamespace(style=style, images=None)
