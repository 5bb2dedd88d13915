"""A request as a store would give it, made by hand: the expense of the pictures, with every kind of field and decision."""

from __future__ import annotations

from typing import Any

from app.domain.approvals.acts import Act, ActKind
from app.domain.approvals.request import Approver, Auto, Facts, RequestContent, Step, Why
from app.domain.approvals.rows import ApprovalDetail, ApprovalRow, Statistics, StepTime, Trust
from app.domain.approvals.state import (
    Entry,
    RequestState,
    RequestStatus,
    StepState,
    StepStatus,
    Task,
    TaskStatus,
)
from app.domain.approvals.template import (
    Branch,
    Compare,
    Condition,
    Field,
    FieldKind,
    Fork,
    Option,
    Pick,
    PickKind,
    Route,
    StepMode,
    StepRule,
    Template,
)
from app.domain.approvals.wire import FileRef, digest_of, to_content
from app.domain.ids import EventID, RoomID, UserID

NOW_MS = 1_795_000_000_000
HOUR_MS = 3_600_000
ROOM = RoomID("!expense:corp.example")
NAMES = {
    "@zhangwei:c": "张伟",
    "@liuyang:c": "刘洋",
    "@lina:c": "李娜",
    "@zhaolei:c": "赵磊",
    "@sunying:c": "孙颖",
    "@chenjing:c": "陈静",
    "@wangqiang:c": "王强",
    "@desk:c": "行政服务台",
}
ZHANG, LIU, LI, ZHAO, SUN, CHEN, WANG, DESK = (UserID(user) for user in NAMES)


def name(user: str) -> str:
    """Give the display name."""
    return NAMES.get(user, user)


def words(zh: str, en: str) -> dict[str, str]:
    """Make a text by language."""
    return {"zh": zh, "en": en}


FIELDS = (
    Field(
        "kind",
        FieldKind.SINGLE,
        words("类型", "Kind"),
        is_key=True,
        options=(Option("trip", words("差旅", "Travel")), Option("office", words("办公", "Office"))),
    ),
    Field("amount", FieldKind.MONEY, words("金额", "Amount"), is_key=True),
    Field("days", FieldKind.RANGE, words("日期", "Dates")),
    Field(
        "items",
        FieldKind.TABLE,
        words("明细", "Items"),
        columns=(
            Field("what", FieldKind.TEXT, words("项目", "Item")),
            Field("about", FieldKind.TEXT, words("说明", "Remark")),
            Field("cost", FieldKind.MONEY, words("金额", "Amount"), has_sum=True),
        ),
    ),
    Field(
        "hint", FieldKind.NOTE, words("说明", "Note"), text=words("发票须在 30 天内提交。", "Within 30 days.")
    ),
    Field("reason", FieldKind.LONG_TEXT, words("事由", "Reason")),
    Field("files", FieldKind.FILE, words("附件", "Files")),
)


def template(*, columns: int = 0) -> Template:
    """Make the expense template."""
    manager = StepRule("s1", words("直属上级", "Manager"), StepMode.ANY, (Pick(PickKind.MANAGER),))
    head = StepRule("s2", words("部门负责人", "Head"), StepMode.ANY, (Pick(PickKind.HEAD),))
    finance = StepRule("s3", words("财务", "Finance"), StepMode.ANY, (Pick(PickKind.ROLE, role="finance"),))
    fork = Fork(
        "f1",
        (
            Branch("big", any_of=((Condition("amount", Compare.MORE, ("1000",)),),), nodes=(head,)),
            Branch("else"),
        ),
    )
    return Template(
        "expense", 3, words("报销", "Expense"), FIELDS, Route((manager, fork, finance)), prefix="EXP"
    )


def values(rows: int = 2) -> dict[str, Any]:
    """Fill the form."""
    lines = [("高铁", "往返二等座", "562.50"), ("住宿", "2 晚", "718.00")]
    return {
        "kind": "trip",
        "amount": {"amount": "1280.50", "currency": "CNY"},
        "days": {"from": "2026-11-17", "to": "2026-11-19", "days": "3"},
        "items": [
            {"what": what, "about": about, "cost": {"amount": cost, "currency": "CNY"}}
            for what, about, cost in (lines[n % 2] for n in range(rows))
        ],
        "reason": "上海供应商走访：\n第一天到厂，第二天验货。",
        "files": [{"name": "发票 3 张.pdf", "size": 2_202_010, "uri": "mxc://c/x", "sha256": "ab" * 32}],
    }


def _approver(user: UserID, kind: PickKind, **why: Any) -> Approver:
    return Approver(user, Why(kind, **why))


def content(rows: int = 2) -> RequestContent:
    """Make the sealed request."""
    made = template()
    return RequestContent(
        number="EXP-2026-01024",
        title="张伟的报销",
        template=made,
        template_hash=digest_of(to_content(made)),
        values=values(rows),
        steps=(
            Step(
                "s1", words("直属上级", "Manager"), StepMode.ANY, (_approver(LIU, PickKind.MANAGER, level=1),)
            ),
            Step(
                "s2",
                words("部门负责人", "Head"),
                StepMode.ANY,
                (_approver(LI, PickKind.HEAD),),
                branches=(("f1", "big"),),
            ),
            Step(
                "s3",
                words("财务", "Finance"),
                StepMode.ANY,
                (
                    _approver(ZHAO, PickKind.ROLE, role=words("财务", "Finance")),
                    _approver(SUN, PickKind.ROLE, role=words("财务", "Finance")),
                ),
            ),
        ),
        facts=Facts(department="!rd:c", department_name="研发部"),
        cc_end=(DESK,),
        names=dict(NAMES),
        made_ms=NOW_MS - 5 * HOUR_MS,
    )


def entry(user: UserID, kind: ActKind, at_ms: int, **values: Any) -> Entry:
    """Make a line of the record."""
    known = {key: values.pop(key) for key in ("refusal", "is_taken_back", "deputy_of") if key in values}
    event = values.pop("event_id", f"${user[1:4]}{at_ms % 99_991}")
    return Entry(user, Act(f"a{at_ms % 99_991}", kind, **values), EventID(event), at_ms, **known)


def step_of(made: Step, status: StepStatus, tasks: tuple[Task, ...], **more: Any) -> StepState:
    """Make the state of a step."""
    return StepState(made.key, made.name, made.mode, made.need, status, tasks, branches=made.branches, **more)


def pending_state(made: RequestContent) -> RequestState:
    """As in the picture: the manager has approved, the head is asked."""
    first, second, third = made.steps
    at = NOW_MS - 2 * HOUR_MS
    tasks = (
        Task(
            UserID(LIU),
            TaskStatus.APPROVED,
            first.people[0].why,
            since_ms=at - HOUR_MS,
            at_ms=at,
            note="住宿标准以内",
            event_id=EventID("$liu1"),
        ),
    )
    steps = (
        step_of(first, StepStatus.PASSED, tasks, done_ms=at),
        step_of(
            second, StepStatus.ACTIVE, (Task(LI, TaskStatus.WAITING, second.people[0].why, since_ms=at),)
        ),
        step_of(
            third,
            StepStatus.COMING,
            tuple(Task(UserID(p.user), TaskStatus.COMING, p.why) for p in third.people),
        ),
    )
    entries = (entry(LIU, ActKind.APPROVE, at, step="s1", note="住宿标准以内", event_id="$liu1"),)
    return RequestState(RequestStatus.PENDING, ZHANG, steps, made.values, (), entries, at)


def busy_state(made: RequestContent) -> RequestState:
    """Transferred, delegated, added, decided by a deputy, passed at once, in a second round, with copies."""
    first, second, third = made.steps
    at = NOW_MS - 26 * HOUR_MS
    one = (
        Task(LIU, TaskStatus.PASSED_ON, first.people[0].why, at_ms=at, event_id=EventID("$liu1")),
        Task(
            WANG,
            TaskStatus.APPROVED,
            None,
            LIU,
            ActKind.TRANSFER,
            at,
            at + HOUR_MS,
            LI,
            "代为处理",
            (),
            EventID("$li1"),
        ),
    )
    two = (
        Task(LI, TaskStatus.LENT, second.people[0].why, since_ms=at + HOUR_MS),
        Task(CHEN, TaskStatus.WAITING, None, LI, ActKind.DELEGATE, NOW_MS - 3 * HOUR_MS),
    )
    steps = (
        step_of(first, StepStatus.PASSED, one, done_ms=at + HOUR_MS, cc=(DESK,), round=2),
        StepState("x", words("法务", "Legal"), StepMode.ALL, 1, StepStatus.AUTO, (), auto=Auto.TWICE),
        step_of(second, StepStatus.ACTIVE, two),
        StepState(
            "y",
            words("加签", "Added"),
            StepMode.ALL,
            1,
            StepStatus.COMING,
            (Task(SUN, TaskStatus.COMING, None, LI, ActKind.ADD_SIGN),),
            added_by=LI,
            added_where="after",
        ),
        step_of(
            third,
            StepStatus.COMING,
            tuple(Task(UserID(p.user), TaskStatus.COMING, p.why) for p in third.people),
        ),
    )
    entries = (
        entry(LIU, ActKind.TRANSFER, at, step="s1", people=(WANG,), event_id="$liu1"),
        entry(LI, ActKind.APPROVE, at + HOUR_MS, step="s1", note="代为处理", deputy_of=WANG, event_id="$li1"),
        entry(CHEN, ActKind.APPROVE, at + 2 * HOUR_MS, step="s1", note="我也同意"),
        entry(LI, ActKind.DELEGATE, NOW_MS - 3 * HOUR_MS, step="s2", people=(CHEN,)),
    )
    away = ((CHEN, WANG, NOW_MS - HOUR_MS, NOW_MS + 99 * HOUR_MS),)
    return RequestState(RequestStatus.PENDING, ZHANG, steps, made.values, (DESK,), entries, at, away=away)


def detail_of(made: RequestContent, state: RequestState) -> ApprovalDetail:
    """Make what the store gives."""
    row = ApprovalRow(
        room_id=ROOM,
        number=made.number,
        title=made.title,
        template_id=made.template.id,
        template_name=made.template.name,
        icon=made.template.icon,
        requester=ZHANG,
        requester_name="张伟",
        requester_avatar=None,
        is_external=False,
        made_ms=made.made_ms,
        status=state.status,
        facts=(),
        waiting=("李娜",),
        since_ms=state.since_ms,
        is_todo=True,
        is_mine=False,
        is_copy=False,
        has_acted=False,
        is_invited=False,
        can_batch=True,
        comments=0,
        unread=0,
        pending=0,
    )
    return ApprovalDetail(
        row, made, state, Trust.VERIFIED, (), EventID("$seal"), EventID("$create"), "5f" * 32
    )


def file_of(values: dict[str, Any]) -> FileRef:
    """Give the attachment."""
    return FileRef(**values["files"][0])


def figures(row: ApprovalRow) -> Statistics:
    """Make figures of a year."""
    expense, leave = '{"zh":"报销","en":"Expense"}', '{"zh":"请假","en":"Leave"}'
    manager, finance = '{"zh":"直属上级","en":"Manager"}', '{"zh":"财务","en":"Finance"}'
    return Statistics(
        by_template=(("expense", expense, 120, 90, 12, 15), ("leave", leave, 64, 60, 1, 3)),
        by_month=(("2025-11", 9), ("2025-12", 22), ("2026-02", 41), ("2026-03", 60), ("2026-04", 52)),
        median_ms=26 * HOUR_MS,
        steps=(
            StepTime("expense", finance, 101, 19 * HOUR_MS, 90 * HOUR_MS, ROOM),
            StepTime("expense", manager, 118, 2 * HOUR_MS, 30 * HOUR_MS, ROOM),
            StepTime("leave", manager, 62, HOUR_MS // 2, 8 * HOUR_MS, ROOM),
        ),
        slowest=(row, row._replace(title="陈静的采购", since_ms=row.since_ms - 30 * HOUR_MS)),
    )
