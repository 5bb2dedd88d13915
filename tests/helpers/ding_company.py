"""The dings of the picture, as sync answers of the invented company: what 李娜 received and sent."""

from typing import Any

from app.domain.dings import (
    BODY_PREFIX,
    CONFIRM_KEY,
    DING_FIELD,
    NOTE_FIELD,
    NUDGE_FIELD,
    DingContent,
    DingKind,
    ding_json,
)
from app.domain.events import Event
from app.domain.ids import EventID, RoomID, UserID
from app.domain.sync import RoomUpdate, SyncBatch
from tests.helpers.company import ME, MINUTE, OUTSIDER, Company, user

MORE = (
    "孙丽", "周杰", "吴迪", "郑凯", "冯雪", "蒋涛", "沈悦", "韩磊", "杨帆", "朱琳",
)  # fmt: skip
HOUR = 60 * MINUTE


def person(name: str) -> UserID:
    """A colleague by Chinese name or local part."""
    return UserID(f"@p{MORE.index(name)}:acme.example") if name in MORE else user(name)


class Dings:
    """Makes dings and what people answer, on top of a company."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.by_name: dict[str, EventID] = {}

    def ding(
        self,
        name: str,
        room: str,
        sender: UserID,
        text: str,
        ago_min: float,
        recipients: tuple[UserID, ...],
        **content: Any,
    ) -> Event:
        """A ding; it is known by `name` afterwards."""
        ding = DingContent(content.pop("kind", DingKind.NOTICE), recipients, **content)
        wire = {
            "msgtype": "m.text",
            "body": BODY_PREFIX + text,
            "m.mentions": {"user_ids": [*recipients, *ding.cc]},
            DING_FIELD: ding_json(ding),
        }
        event = self._event(room, sender, "m.room.message", wire, ago_min)
        self.by_name[name] = event.event_id
        return event

    def confirm(self, name: str, room: str, sender: UserID, ago_min: float, note: str = "") -> Event:
        """A ✅ of a recipient."""
        relation = {"rel_type": "m.annotation", "event_id": self.by_name[name], "key": CONFIRM_KEY}
        content: dict[str, Any] = {"m.relates_to": relation}
        if note:
            content[NOTE_FIELD] = note
        return self._event(room, sender, "m.reaction", content, ago_min)

    def comment(self, name: str, room: str, sender: UserID, text: str, ago_min: float) -> Event:
        """A message in the thread."""
        relation = {"rel_type": "m.thread", "event_id": self.by_name[name]}
        wire = {"msgtype": "m.text", "body": text, "m.relates_to": relation, "m.mentions": {}}
        return self._event(room, sender, "m.room.message", wire, ago_min)

    def file(self, name: str, room: str, sender: UserID, filename: str, ago_min: float) -> Event:
        """An attachment."""
        wire = {
            "msgtype": "m.file",
            "body": filename,
            "url": "mxc://acme.example/file1",
            "info": {"size": 655_360, "mimetype": "application/pdf"},
            "m.relates_to": {"rel_type": "m.thread", "event_id": self.by_name[name]},
        }
        return self._event(room, sender, "m.room.message", wire, ago_min)

    def nudge(self, name: str, room: str, sender: UserID, ago_min: float) -> Event:
        """A reminder."""
        wire = {
            "msgtype": "m.text",
            "body": "[DING] 提醒",
            "m.mentions": {"user_ids": [ME]},
            "m.relates_to": {"m.in_reply_to": {"event_id": self.by_name[name]}},
            NUDGE_FIELD: {"v": 1, "event_id": self.by_name[name]},
        }
        return self._event(room, sender, "m.room.message", wire, ago_min)

    def redaction(self, name: str, room: str, sender: UserID, ago_min: float) -> Event:
        """A recall."""
        target = self.by_name[name]
        ts = round(self.company.now_ms - ago_min * MINUTE)
        room_id = self._room(room)
        content = {"redacts": target}
        return self.company.event(room_id, sender, "m.room.redaction", content, ts, redacts=target)

    def members(self, room: str) -> list[Event]:
        """More colleagues in a room."""
        room_id = self._room(room)
        return [
            self.company.event(
                room_id,
                person(name),
                "m.room.member",
                {"membership": "join", "displayname": name},
                self.company.now_ms - 90 * 24 * HOUR,
                state_key=person(name),
            )
            for name in MORE
        ]

    def update(self, room: str, *timeline: Event, **more: Any) -> RoomUpdate:
        """News of one room."""
        return RoomUpdate(self._room(room), timeline=timeline, **more)

    def _room(self, room: str) -> RoomID:
        return self.company.rooms[room].room_id

    def _event(
        self, room: str, sender: UserID, event_type: str, content: dict[str, Any], ago_min: float
    ) -> Event:
        ts = round(self.company.now_ms - ago_min * MINUTE)
        return self.company.event(self._room(room), sender, event_type, content, ts)


def picture_batch(dings: Dings) -> SyncBatch:
    """What the picture shows: three received, and two that I sent."""
    company = dings.company
    colleagues = tuple(user(name) for name in ("zhangwei", "liuyang", "chenjing", "zhaolei", "tom"))
    everybody = (ME, OUTSIDER, *colleagues, *(person(name) for name in MORE))
    wang, zhao, tom = user("wangmin"), user("zhaolei"), user("tom")
    list_text = "请各部门今天 18:00 前确认发布会参会名单，逾期按不参加处理。"
    launch = [
        dings.ding(
            "list", "launch", wang, list_text, 90, everybody,
            due_ms=company.now_ms + 5 * HOUR, nudge_every_min=30, nudge_times=3,
        ),
        dings.file("list", "launch", wang, "发布会参会名单.pdf", 89.5),
        dings.confirm("list", "launch", user("liuyang"), 89),
        dings.confirm("list", "launch", user("chenjing"), 87, "人力 6 人参加"),
        dings.confirm("list", "launch", user("zhangwei"), 83),
        *(dings.confirm("list", "launch", person(name), 80 - n) for n, name in enumerate(MORE[:8])),
        dings.comment("list", "launch", user("chenjing"), "人力资源部 6 人，名单已上传到群文件。", 86),
        dings.comment("list", "launch", tom, "R&D: 4 people, see https://docs.acme.example/launch", 60),
    ]  # fmt: skip
    finance = [
        dings.ding(
            "invoice", "finance", zhao, "十一月差旅发票请补交原件照片。", 180, (ME,),
            kind=DingKind.TASK, due_ms=company.now_ms + 3 * 24 * HOUR,
        ),
        dings.comment("invoice", "finance", zhao, "拍清楚税号。", 170),
        dings.comment("invoice", "finance", user("wangmin"), "我的已经交了。", 160),
        dings.comment("invoice", "finance", ME, "好的，下午交。", 150),
    ]  # fmt: skip
    weekly = [
        dings.ding("freeze", "weekly", tom, "Release freeze starts at 18:00. No merges after that.", 1200, (ME, user("liuyang"))),
        dings.confirm("freeze", "weekly", ME, 1190),
        dings.ding("old", "weekly", tom, "Wrong branch", 1500, (ME, user("liuyang"))),
        dings.redaction("old", "weekly", tom, 1490),
    ]  # fmt: skip
    training = [
        dings.ding(
            "lesson", "training", ME, "请周四前看完第二课《安全规范》，看完点确认。", 3,
            (user("chenjing"), user("wangmin"), user("liuyang")),
            kind=DingKind.TASK, due_ms=company.now_ms + 2 * 24 * HOUR,
        ),
        dings.confirm("lesson", "training", user("chenjing"), 1, "已看完"),
    ]  # fmt: skip
    review = [
        dings.ding(
            "review", "quality", ME, "Review of the release plan", 700, (user("tom"), user("liuyang")),
            kind=DingKind.MEETING, start_ms=company.now_ms + 20 * HOUR, end_ms=company.now_ms + 21 * HOUR,
            place="三楼报告厅", remind_min=15,
        ),
        dings.confirm("review", "quality", user("tom"), 690),
        dings.confirm("review", "quality", user("liuyang"), 680),
    ]  # fmt: skip
    return company.batch(
        dings.update("launch", *launch, state=tuple(dings.members("launch"))),
        dings.update("finance", *finance),
        dings.update("weekly", *weekly),
        dings.update("training", *training),
        dings.update("quality", *review),
    )
