"""Requests in the rooms of the invented company, as sync brings them to 李娜: to decide, decided, asked by her, copies."""

from typing import Any

from app.domain.approvals.acts import ActKind
from app.domain.approvals.template import Field, FieldKind, Option, StepMode, Template
from app.domain.approvals.wire import TEXT_FIELD
from app.domain.ids import UserID
from app.domain.sync import RoomUpdate
from tests.helpers.approval_store import RequestRoom, request, rule, template
from tests.helpers.company import ME, MINUTE, PEOPLE, user

ZHANG, LIU, ZHAO, CHEN, WANG = (
    user(name) for name in ("zhangwei", "liuyang", "zhaolei", "chenjing", "wangmin")
)
HOUR = 60 * MINUTE
NAMES = {str(user(name)): words for name, words in PEOPLE.items()}


def expense(**more: Any) -> Template:
    """Manager, head, then anybody of finance."""
    fields = (
        Field("kind", FieldKind.SINGLE, {"zh": "类型", "en": "Type"}, is_key=True, options=(Option("trip", {"zh": "差旅", "en": "Travel"}),)),
        Field("why", FieldKind.TEXT, {"zh": "事由", "en": "Purpose"}),
        Field("amount", FieldKind.MONEY, {"zh": "金额", "en": "Amount"}, is_key=True),
    )  # fmt: skip
    form = template(
        rule("manager", LIU),
        rule("head", ME),
        rule("finance", ZHAO, CHEN, mode=StepMode.ANY),
        fields=fields,
        **more,
    )
    return form


def asked(
    name: str, requester: UserID, title: str, now_ms: int, form: Template | None = None, **values: Any
) -> RequestRoom:
    """A sealed request, two hours old."""
    filled = {
        "kind": "trip",
        "why": "上海供应商走访",
        "amount": {"amount": "1280.50", "currency": "CNY"},
    } | values
    content = request(
        form or expense(), requester=requester, title=title, number=f"EXP-2026-{name.upper()}", values=filled
    )
    room = RequestRoom(content, room=name, requester=requester, ts=now_ms - 3 * HOUR)
    everybody = {ME, LIU, ZHAO, CHEN, WANG, ZHANG} - {requester}
    room.sealed(*sorted(everybody))
    for one in (requester, *sorted(everybody)):
        room.put("m.room.member", {"membership": "join", "displayname": NAMES[one]}, one, one)
    return room


class Requests:
    """The rooms, by name."""

    def __init__(self, now_ms: int) -> None:
        self.rooms = {
            "trip": asked("trip", ZHANG, "张伟的报销", now_ms),
            "taxi": asked("taxi", CHEN, "陈静的打车费", now_ms, why="机场打车"),
            "third": asked("third", ZHAO, "赵磊的差旅", now_ms, expense(can_batch=False)),
            "early": asked("early", WANG, "王敏的报销", now_ms),
            "mine": asked("mine", ME, "李娜的报销", now_ms),
            "done": asked("done", ZHANG, "张伟的团建", now_ms),
        }
        for name in ("trip", "taxi", "third", "done"):
            self.rooms[name].act(LIU, ActKind.APPROVE, "manager", note="住宿标准以内")
        self.rooms["done"].act(ME, ActKind.APPROVE, "head")
        self.rooms["trip"].say("张伟 报销 1280.50", ZHANG, {TEXT_FIELD: {"v": 1, "act": ""}})
        self.rooms["trip"].say("住宿标准以内，已核对。", LIU)

    def updates(self) -> list[RoomUpdate]:
        """All of them."""
        return [room.update() for room in self.rooms.values()]
