"""A small believable company as sync answers: for tests of screens over a real cache, without a server.

`Company.first_batch()` is what a first sync brings to 李娜: the conversations of the design pictures in
Chinese and English with replies, reactions, edits, a mention, an image, files, a muted and an external room.
`Company.say` makes later events. Deterministic: ids and times follow from the order of calls.
"""

import time
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.domain.events import Event, parse_event
from app.domain.ids import EventID, RoomID, UserID
from app.domain.sync import (
    Membership,
    Receipt,
    RoomHints,
    RoomUpdate,
    ServerCounts,
    SyncBatch,
)

SERVER = "acme.example"
ME = UserID(f"@lina:{SERVER}")
MINUTE = 60_000
DAY = 24 * 60 * MINUTE

PEOPLE = {
    "lina": "李娜",
    "wangmin": "王敏",
    "zhangwei": "张伟",
    "liuyang": "刘洋",
    "chenjing": "陈静",
    "zhaolei": "赵磊",
    "tom": "Tom",
}
OUTSIDER = UserID("@zhoufang:hualong.example")


def user(name: str) -> UserID:
    """The id of a colleague."""
    return UserID(f"@{name}:{SERVER}")


@dataclass
class Room:
    """One invented conversation."""

    key: str
    name: str
    people: tuple[str, ...]
    topic: str = ""
    is_direct: bool = False
    has_outsider: bool = False
    is_muted: bool = False
    lines: list[tuple[str, str, int]] = field(default_factory=list)
    """Sender, text, minutes before now."""
    read_up_to: int | None = None
    """Index of the last line that I have read; None means all."""

    @property
    def room_id(self) -> RoomID:
        """The Matrix id."""
        return RoomID(f"!{self.key}:{SERVER}")


def rooms() -> list[Room]:
    """The conversations, most recent first."""
    everyone = tuple(PEOPLE)
    return [
        Room(
            "launch",
            "产品发布小组",
            everyone,
            "周五 15:00 发布会彩排，三楼报告厅",
            has_outsider=True,
            read_up_to=7,
        ),
        Room(
            "supply",
            "华隆零部件·供货群",
            ("lina", "zhaolei"),
            has_outsider=True,
            lines=[
                ("zhaolei", "周四前能确认交期吗？", 200),
                ("@out", "样品已经出库，单号稍后给您。", 12),
                ("@out", "另外包装改成了防潮袋。", 9),
                ("@out", "@李娜 周五能到货吗", 6),
            ],
            read_up_to=0,
        ),
        Room(
            "zhangwei",
            "张伟",
            ("lina", "zhangwei"),
            is_direct=True,
            lines=[
                ("zhangwei", "预算表什么时候能给我？", 40),
                ("lina", "我整理一下", 36),
                ("zhangwei", "好的，不急", 35),
            ],
        ),
        Room(
            "finance",
            "财务通知",
            ("lina", "zhaolei", "wangmin"),
            lines=[
                ("zhaolei", f"公告 {n}：十一月报销截止到本周五 18:00，请附齐发票。", 70 - n) for n in range(9)
            ],
            read_up_to=0,
        ),
        Room(
            "weekly",
            "R&D weekly",
            ("lina", "tom", "liuyang"),
            is_muted=True,
            lines=[
                ("liuyang", "Cache rebuild is down to 4 s on the big account.", 140),
                ("tom", "Nice. I will cut the release branch after lunch.", 120),
                ("tom", "build 412 is green on all three systems", 98),
            ],
            read_up_to=1,
        ),
        Room(
            "liuyang", "刘洋", ("lina", "liuyang"), is_direct=True, lines=[("liuyang", "好的，收到 👍", 1500)]
        ),
        Room(
            "training",
            "新员工培训",
            ("lina", "chenjing", "wangmin", "liuyang"),
            lines=[
                ("chenjing", "欢迎加入！先看第一课。", 1700),
                ("chenjing", "第二课 安全规范 已上传", 1600),
            ],
            read_up_to=0,
        ),
        Room("desk", "行政服务台", ("lina", "chenjing"), lines=[("chenjing", "工位调整将在周末完成", 4400)]),
        Room(
            "zhaolei",
            "赵磊",
            ("lina", "zhaolei"),
            is_direct=True,
            lines=[("zhaolei", "@file 2026Q4 计划.xlsx", 4500)],
        ),
        Room(
            "quality", "测试与质量", ("lina", "liuyang", "tom"), lines=[("lina", "回归用例已补 14 条", 5900)]
        ),
    ]


class Company:
    """Makes events and sync answers; counts its events so that ids are unique and repeatable."""

    def __init__(self, now_ms: int | None = None) -> None:
        self.now_ms = now_ms if now_ms is not None else time.time_ns() // 1_000_000
        self.rooms = {room.key: room for room in rooms()}
        self._count = 0
        self._position = 0

    def event(
        self,
        room_id: RoomID,
        sender: UserID,
        event_type: str,
        content: dict[str, Any],
        ts_ms: int,
        *,
        state_key: str | None = None,
        txn_id: str | None = None,
        redacts: str | None = None,
    ) -> Event:
        """Make one event as a server would serve it."""
        self._count += 1
        wire: dict[str, Any] = {
            "event_id": f"${self._count:06d}",
            "type": event_type,
            "sender": sender,
            "origin_server_ts": ts_ms,
            "content": content,
        }
        if state_key is not None:
            wire["state_key"] = state_key
        if redacts is not None:
            wire["redacts"] = redacts
        if txn_id is not None:
            wire["unsigned"] = {"transaction_id": txn_id}
        return parse_event(msgspec.json.encode(wire), room_id)

    def text(self, key: str, sender: str, body: str, minutes_ago: float = 0, **content: Any) -> Event:
        """Make a text message (`@out` is the outsider, a body `@file x` an attachment)."""
        room = self.rooms[key]
        who = OUTSIDER if sender == "@out" else user(sender)
        ts = int(self.now_ms - minutes_ago * MINUTE)
        return self.event(room.room_id, who, "m.room.message", self._content(body) | content, ts)

    def _content(self, body: str) -> dict[str, Any]:
        if body.startswith("@file "):
            name = body.removeprefix("@file ")
            return {
                "msgtype": "m.file",
                "body": name,
                "filename": name,
                "url": f"mxc://{SERVER}/file{self._count}",
                "info": {"size": 655_360, "mimetype": "application/octet-stream"},
            }
        content: dict[str, Any] = {"msgtype": "m.text", "body": body}
        if "@李娜" in body:
            content["m.mentions"] = {"user_ids": [ME]}
        return content

    def react(self, key: str, sender: str, target: EventID, reaction: str, minutes_ago: float = 0) -> Event:
        """Make a reaction."""
        relation = {"rel_type": "m.annotation", "event_id": target, "key": reaction}
        ts = int(self.now_ms - minutes_ago * MINUTE)
        return self.event(self.rooms[key].room_id, user(sender), "m.reaction", {"m.relates_to": relation}, ts)

    def batch(self, *updates: RoomUpdate, **fields: Any) -> SyncBatch:
        """Wrap room news as one sync answer."""
        self._position += 1
        return SyncBatch(
            positions=(("sliding.pos", str(self._position)),), rooms=updates, complete=True, **fields
        )

    def say(self, key: str, sender: str, body: str, **content: Any) -> SyncBatch:
        """One new message, now."""
        self.now_ms += 1000
        room_id = self.rooms[key].room_id
        return self.batch(RoomUpdate(room_id, timeline=(self.text(key, sender, body, **content),)))

    def encrypt(self, key: str) -> SyncBatch:
        """A room is encrypted now."""
        room_id = self.rooms[key].room_id
        content = {"algorithm": "m.megolm.v1.aes-sha2"}
        event = self.event(room_id, user("tom"), "m.room.encryption", content, self.now_ms, state_key="")
        return self.batch(RoomUpdate(room_id, timeline=(event,)))

    def types(self, key: str, *names: str) -> SyncBatch:
        """These people type now."""
        return self.batch(RoomUpdate(self.rooms[key].room_id, typing=tuple(user(name) for name in names)))

    def first_batch(self) -> SyncBatch:
        """Everything a first sync brings."""
        updates = tuple(self._first_update(room) for room in self.rooms.values())
        direct = {user(room.key): [room.room_id] for room in self.rooms.values() if room.is_direct}
        return self.batch(
            *updates,
            account_data=(("m.direct", direct), ("m.push_rules", self._push_rules())),
            room_total=len(updates),
        )

    def _push_rules(self) -> dict[str, Any]:
        muted = [
            {
                "rule_id": room.room_id,
                "enabled": True,
                "default": False,
                "actions": [],
                "conditions": [{"kind": "event_match", "key": "room_id", "pattern": room.room_id}],
            }
            for room in self.rooms.values()
            if room.is_muted
        ]
        return {"global": {"override": muted, "content": [], "room": [], "sender": [], "underride": []}}

    def _first_update(self, room: Room) -> RoomUpdate:
        timeline = self._launch() if room.key == "launch" else self._plain(room)
        read = len(timeline) - 1 if room.read_up_to is None else room.read_up_to
        receipts = [Receipt(ME, timeline[read].event_id, "m.read", self.now_ms)]
        receipts += [
            Receipt(user(name), timeline[-1].event_id, "m.read", self.now_ms)
            for name in room.people
            if name not in {"lina", "tom"}
        ]
        unread = sum(1 for event in timeline[read + 1 :] if event.type == "m.room.message")
        return RoomUpdate(
            room.room_id,
            membership=Membership.JOIN,
            hints=RoomHints(joined_count=len(room.people) + room.has_outsider, is_direct=room.is_direct),
            state=tuple(self._state(room)),
            timeline=tuple(timeline),
            limited=True,
            prev_batch=f"before-{room.key}",
            is_initial=True,
            counts=ServerCounts(unread, 0, timeline[-1].event_id),
            receipts=tuple(receipts),
        )

    def _state(self, room: Room) -> list[Event]:
        ts = self.now_ms - 90 * DAY
        boss = user(room.people[1]) if len(room.people) > 1 else ME

        def state(event_type: str, content: dict[str, Any], key: str = "", sender: UserID = boss) -> Event:
            return self.event(room.room_id, sender, event_type, content, ts, state_key=key)

        events = [
            state("m.room.create", {"room_version": "10"}),
            state("m.room.power_levels", {"users": {boss: 100}, "users_default": 0}),
        ]
        if not room.is_direct:
            events.append(state("m.room.name", {"name": room.name}))
        if room.topic:
            events.append(state("m.room.topic", {"topic": room.topic}))
        for name in room.people:
            member = {"membership": "join", "displayname": PEOPLE[name]}
            events.append(state("m.room.member", member, user(name), user(name)))
        if room.has_outsider:
            member = {"membership": "join", "displayname": "周芳"}
            events.append(state("m.room.member", member, OUTSIDER, OUTSIDER))
        return events

    def _plain(self, room: Room) -> list[Event]:
        return [self.text(room.key, sender, body, ago) for sender, body, ago in room.lines]

    def _launch(self) -> list[Event]:
        first = self.text("launch", "wangmin", "第二版标题再短一些会更好，现在一行放不下。", 27)
        thumbs = [
            self.react("launch", name, first.event_id, "👍", 26)
            for name in ("zhangwei", "liuyang", "chenjing", "tom")
        ]
        checks = [self.react("launch", name, first.event_id, "✅", 25) for name in ("zhaolei", "chenjing")]
        answer = self.text(
            "launch",
            "lina",
            "同意，改成「一个窗口，做完一天的事」。下午三点前给新版？",
            20,
            **{"m.relates_to": {"m.in_reply_to": {"event_id": first.event_id}}},
        )
        nice = self.react("launch", "wangmin", answer.event_id, "🎉", 19)
        picture = self.event(
            self.rooms["launch"].room_id,
            user("wangmin"),
            "m.room.message",
            {
                "msgtype": "m.image",
                "body": "cover-v3.png",
                "url": f"mxc://{SERVER}/cover",
                "info": {"w": 2400, "h": 1350, "size": 1_887_436, "mimetype": "image/png"},
            },
            self.now_ms - 4 * MINUTE,
        )
        done = self.text("launch", "wangmin", "封面图已更新，请看第三版", 3)
        sample = self.text(
            "launch", "@out", "The sample batch ships on Friday, tracking number to follow.", 2
        )
        return [first, *thumbs, *checks, answer, nice, picture, done, sample]
