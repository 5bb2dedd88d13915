"""A route as nodes: what stands at each, in the order in which it is decided."""

from collections.abc import Iterator

import msgspec
import pytest

from app.domain.approvals.acts import ActKind, Where
from app.domain.approvals.planning import Plan
from app.domain.approvals.request import Auto, Step
from app.domain.approvals.state import RequestStatus, StepState, StepStatus, Task, TaskStatus
from app.domain.approvals.template import Fork, Node, StepMode
from app.domain.ids import EventID
from resources.translations import language, set_language
from tests.helpers import approval_record_samples as samples
from tests.helpers.approval_record_samples import CHEN, DESK, HOUR_MS, LI, NOW_MS, WANG, ZHANG, name
from ui.approval_flow import COPIES_KEY, REQUESTER_KEY, flow_of, flow_of_plan, with_added
from widgets.flow_chart import FlowMark, FlowNode


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    before = language()
    set_language("zh")
    yield
    set_language(before)


def pending() -> list[FlowNode]:
    made = samples.content()
    return flow_of(samples.detail_of(made, samples.pending_state(made)), LI, NOW_MS, name, lambda _: None)


def busy() -> dict[str, FlowNode]:
    made = samples.content()
    nodes = flow_of(samples.detail_of(made, samples.busy_state(made)), LI, NOW_MS, name, lambda _: None)
    return {node.key: node for node in nodes}


def test_it_is_the_flow_of_the_picture() -> None:
    nodes = pending()
    assert [node.title for node in nodes] == ["张伟", "刘洋", "李娜（你）", "财务", "抄送"]
    marks = [FlowMark.DONE, FlowMark.DONE, FlowMark.WAITING, FlowMark.COMING, FlowMark.COMING]
    assert [node.mark for node in nodes] == marks
    assert nodes[1].lines[0].startswith("直属上级 · 同意 ") and nodes[1].lines[1] == "住宿标准以内"
    assert nodes[2].lines == ("部门负责人 · 等待中，已 2 小时", "因为：金额超过 1,000")
    assert nodes[3].lines == ("或签",) and [one.name for one in nodes[3].people] == ["赵磊", "孙颖"]
    assert not any(one.lines for one in nodes[3].people)
    assert [one.name for one in nodes[4].people] == ["行政服务台"]


def test_transfers_deputies_and_delegates_are_told() -> None:
    nodes = busy()
    passed, did = nodes["s1"].people
    assert passed.mark is FlowMark.SKIPPED and "已转交给 王强" in passed.lines[0]
    assert did.name == "李娜（你） 代 王强" and did.user_id == LI and did.mark is FlowMark.DONE
    assert did.lines[0].startswith("由 刘洋 转交 · 同意") and did.lines[1] == "代为处理"
    lent, asked = nodes["s2"].people
    assert "等待 陈静 的意见" in lent.lines[0] and "由 李娜（你） 委派" in asked.lines[0]
    assert asked.lines[-1] == "外出中，可由 王强 代审"
    assert "或签" not in nodes["s1"].lines and "或签" not in nodes["s2"].lines


def test_rounds_copies_passed_and_added_steps_are_told() -> None:
    nodes = busy()
    assert "第 3 轮" in nodes["s1"].lines and "抄送 行政服务台" in nodes["s1"].lines
    assert nodes["x"].mark is FlowMark.SKIPPED and nodes["x"].lines == ("自动通过：在另一步审批",)
    assert nodes["y"].title == "孙颖" and nodes["y"].lines == ("由 李娜（你） 加签",)
    assert nodes[COPIES_KEY].mark is FlowMark.COPY


def test_an_act_that_waits_in_the_queue_says_so() -> None:
    made = samples.content()
    state = samples.pending_state(made)
    task = state.steps[0].tasks[0]._replace(event_id=EventID(""))
    steps = (state.steps[0]._replace(tasks=(task,)), *state.steps[1:])
    nodes = flow_of(samples.detail_of(made, state._replace(steps=steps)), LI, NOW_MS, name, lambda _: None)
    assert nodes[1].lines[0] == "直属上级 · 同意 · 待发送"


def test_a_returned_request_waits_for_who_asked() -> None:
    made = samples.content()
    state = samples.pending_state(made)
    again = samples.entry(ZHANG, ActKind.RESUBMIT, NOW_MS - HOUR_MS, note="已补")
    returned = state._replace(
        status=RequestStatus.RETURNED, since_ms=NOW_MS - 3 * HOUR_MS, entries=(*state.entries, again)
    )
    first = flow_of(samples.detail_of(made, returned), LI, NOW_MS, name, lambda _: None)[0]
    assert first.key == REQUESTER_KEY and first.mark is FlowMark.WAITING
    assert first.lines[-1] == "修改后重新提交 · 等待中，已 3 小时" and "已补" in first.lines[1]


def test_copies_at_the_end_are_not_promised_once_it_is_over() -> None:
    made = samples.content()
    state = samples.pending_state(made)
    steps = tuple(step._replace(status=StepStatus.NOT_REACHED) for step in state.steps)
    over = state._replace(status=RequestStatus.REJECTED, steps=steps)
    nodes = flow_of(samples.detail_of(made, over), LI, NOW_MS, name, lambda _: None)
    assert COPIES_KEY not in [node.key for node in nodes]
    assert nodes[3].mark is FlowMark.SKIPPED and {one.mark for one in nodes[3].people} == {FlowMark.SKIPPED}


def test_a_plan_gives_the_reason_for_everybody() -> None:
    made = samples.content()
    auto = Step("s0", {"zh": "法务"}, StepMode.ALL, auto=Auto.NOBODY)
    plan = Plan((*made.steps, auto), (), (DESK,))
    nodes = flow_of_plan(made.template, plan, made.facts, ZHANG, name, lambda _: None)
    assert [node.title for node in nodes] == ["张伟（你）", "刘洋", "李娜", "财务", "法务", "抄送"]
    assert nodes[2].lines == ("部门负责人", "因为：金额超过 1,000")
    assert nodes[3].lines == ("或签",)  # the name of the step is the reason
    assert nodes[4].lines == ("自动通过：没有找到人",) and nodes[4].mark is FlowMark.SKIPPED


def hurried(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Expect every step within a day."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Fork):
            branches = (msgspec.structs.replace(one, nodes=hurried(one.nodes)) for one in node.branches)
            found.append(msgspec.structs.replace(node, branches=tuple(branches)))
        else:
            found.append(msgspec.structs.replace(node, timeout={"zh": "一天之内", "en": "within a day"}))
    return tuple(found)


def test_who_decides_and_who_asks_read_what_is_expected_of_the_time() -> None:
    made = samples.content()
    route = msgspec.structs.replace(made.template.route, nodes=hurried(made.template.route.nodes))
    form = msgspec.structs.replace(made.template, route=route)
    made = msgspec.structs.replace(made, template=form)
    state = samples.pending_state(made)
    shown = flow_of(samples.detail_of(made, state), LI, NOW_MS, name, lambda _: None)
    told = [one.title for one in shown if "期望：一天之内" in one.lines]
    assert told == ["李娜（你）"], "only where it still matters"
    plan = flow_of_plan(form, Plan(made.steps, (), ()), made.facts, ZHANG, name, lambda _: None)
    assert all("期望：一天之内" in one.lines for one in plan[1:])


def test_an_added_step_without_a_name_is_called_so() -> None:
    made, state = samples.content(), samples.pending_state(samples.content())
    tasks = (
        Task(CHEN, TaskStatus.COMING, None, LI, ActKind.ADD_SIGN),
        Task(WANG, TaskStatus.REMOVED, None, LI),
    )
    added = StepState("a1", {}, StepMode.TURN, 1, StepStatus.COMING, tasks, added_by=LI, added_where="after")
    unnamed = state.steps[-1]._replace(name={})
    state = state._replace(steps=(*state.steps[:-1], added, unnamed))
    nodes = flow_of(samples.detail_of(made, state), LI, NOW_MS, name, lambda _: None)
    titles = {node.key: node.title for node in nodes}
    assert titles["a1"] == "加签的审批人" and titles[unnamed.key] == "步骤"
    chen, wang = next(node.people for node in nodes if node.key == "a1")
    assert chen.lines == () and "减签" in wang.lines[0]


def test_added_people_are_pictured_where_they_would_stand() -> None:
    nodes = pending()
    before = with_added(nodes, "s2", (CHEN, WANG), Where.BEFORE, name, lambda _: None)
    assert [node.key for node in before[1:4]] == ["s1", "s2+", "s2"]
    assert {one.mark for one in before[2].people} == {FlowMark.NEW}
    after = with_added(nodes, "s2", (CHEN,), Where.AFTER, name, lambda _: None)
    assert [node.key for node in after[2:4]] == ["s2", "s2+"]
    beside = with_added(nodes, "s2", (CHEN,), Where.BESIDE, name, lambda _: None)
    assert [one.user_id for one in beside[2].people] == [LI, CHEN] and len(beside) == len(nodes)
