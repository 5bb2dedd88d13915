"""Deterministic rooms and messages for the benchmarks: mixed Chinese, English and emoji, mean ≈ 40 characters.

The same text serves three shapes: raw event JSON, a `SyncBatch` for the cache, and the body of a
sliding-sync answer as a homeserver would send it.
"""

import json
import random
from collections.abc import Iterator
from typing import Any

from app.domain.events import parse_event
from app.domain.ids import RoomID, UserID
from app.domain.sync import Membership, RoomHints, RoomUpdate, SyncBatch

ME = UserID("@me:bench.example")
START_MS = 1_700_000_000_000
PEOPLE = [f"@u{n}:bench.example" for n in range(40)]
NAMES = ["张伟", "王敏", "刘洋", "陈静", "赵磊", "周芳", "Tom Reed", "Anna Berg", "吴昊", "孙丽"]
ZH = [
    "收到，我看一下。",
    "这个需求今天能上线吗？",
    "会议改到下午三点，请大家准时参加。",
    "合同已经发到邮箱，请查收。",
    "测试环境又挂了，谁在看？",
    "预算审批还差一位领导。",
    "客户反馈加载很慢，麻烦排查一下原因，最好今天下班前给个结论。",
    "周报请在周五 18:00 前提交。",
    "方案我没意见，可以推进。",
    "明天我请假，有事找小李。",
    "发票抬头写错了，需要重开。",
    "好的",
    "数据对不上，昨天的口径是不是改了？",
    "已合并到主干，等流水线跑完。",
    "辛苦了 👍",
]
EN = [
    "LGTM, merging now.",
    "Can you review this before EOD?",
    "The build is red again, looks like a flaky test.",
    "Rolling back to the previous release.",
    "Thanks!",
    "Let's move this discussion to a thread.",
    "I pushed a fix, please pull and retry.",
    "Numbers look right to me 🎉",
    "On it.",
    "Agenda for tomorrow: roadmap, hiring, incident review, and the vendor contract renewal.",
]
WORDS = [
    "供应链",
    "发布会",
    "报销",
    "合同",
    "验收",
    "排期",
    "招聘",
    "库存",
    "质检",
    "报价",
    "里程碑",
    "复盘",
    "培训",
    "差旅",
    "采购",
    "licence",
    "roadmap",
    "invoice",
    "shipment",
    "latency",
    "prototype",
]


def text_of(rng: random.Random) -> str:
    """Compose one message."""
    body = rng.choice(ZH if rng.random() < 0.65 else EN)
    while rng.random() < 0.3:
        body += (
            rng.choice(WORDS)
            + " "
            + str(rng.randrange(10_000))
            + " "
            + rng.choice(ZH if rng.random() < 0.6 else EN)
        )
    return body


def event_json(rng: random.Random, room: int, n: int, ts: int) -> dict[str, Any]:
    """Give the wire form of the n-th message of a room; ids are unique over all rooms."""
    return {
        "type": "m.room.message",
        "event_id": f"$r{room}m{n:07d}bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "sender": rng.choice(PEOPLE[: 4 + room % 12]),
        "origin_server_ts": ts,
        "content": {"msgtype": "m.text", "body": text_of(rng), "m.mentions": {}},
        "unsigned": {"age": 1234},
    }


def state_json(room: int) -> list[dict[str, Any]]:
    """Give the state of a room: creation, name, members."""

    def event(n: int, kind: str, key: str, sender: str, content: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": kind,
            "state_key": key,
            "event_id": f"$r{room}s{n:04d}",
            "sender": sender,
            "origin_server_ts": START_MS,
            "content": content,
        }

    first = PEOPLE[0]
    events = [
        event(0, "m.room.create", "", first, {"room_version": "11"}),
        event(
            1,
            "m.room.name",
            "",
            first,
            {"name": f"{WORDS[room % 15]}{'群' if room % 2 else '项目'} {room:04d}"},
        ),
        event(2, "m.room.member", ME, ME, {"membership": "join", "displayname": "李娜"}),
    ]
    for k, person in enumerate(PEOPLE[: 4 + room % 12]):
        content = {"membership": "join", "displayname": NAMES[k % len(NAMES)]}
        events.append(event(3 + k, "m.room.member", person, person, content))
    return events


def room_id(room: int) -> RoomID:
    """Name a room by its number."""
    return RoomID(f"!bench{room:05d}:bench.example")


def dump(value: object) -> bytes:
    """Encode as a server does: compact UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def room_update(room: int, first: int, count: int, *, with_state: bool, seed: int = 1) -> RoomUpdate:
    """Give messages first…first+count-1 of a room as the Matrix layer would hand them on."""
    rng = random.Random(f"{seed}/{room}/{first}")
    rid = room_id(room)
    base = START_MS + room * 977
    return RoomUpdate(
        room_id=rid,
        membership=Membership.JOIN,
        hints=RoomHints(joined_count=5 + room % 12, bump_stamp=first + count),
        state=tuple(parse_event(dump(e), rid) for e in state_json(room)) if with_state else (),
        timeline=tuple(
            parse_event(dump(event_json(rng, room, n, base + n * 60_000)), rid)
            for n in range(first, first + count)
        ),
        is_initial=with_state,
    )


def account_batches(rooms: int, messages: int, per_batch: int = 5_000) -> Iterator[SyncBatch]:
    """Give an account of `rooms` rooms with `messages` messages in all, as sync answers of bounded size."""
    per_room = messages // rooms
    pending: list[RoomUpdate] = []
    held = 0
    for room in range(rooms):
        done = 0
        while done < per_room:
            count = min(per_room - done, per_batch)
            pending.append(room_update(room, done, count, with_state=done == 0))
            done += count
            held += count
            if held >= per_batch:
                yield SyncBatch(positions=(("bench", f"{room}/{done}"),), rooms=tuple(pending))
                pending, held = [], 0
    if pending:
        yield SyncBatch(positions=(("bench", "end"),), rooms=tuple(pending), complete=True)


def sliding_body(rooms: int, per_room: int, first: int = 0) -> bytes:
    """Give a sliding-sync answer as bytes: `rooms` × `per_room` messages."""
    body: dict[str, Any] = {
        "pos": "1/s1",
        "lists": {"all": {"count": rooms, "ops": []}},
        "rooms": {},
        "extensions": {},
    }
    for room in range(rooms):
        rng = random.Random(f"body/{room}/{first}")
        base = START_MS + room * 977
        body["rooms"][room_id(room)] = {
            "initial": True,
            "joined_count": 5,
            "bump_stamp": first + per_room,
            "required_state": state_json(room),
            "timeline": [event_json(rng, room, n, base + n * 60_000) for n in range(first, first + per_room)],
            "num_live": per_room,
            "limited": False,
        }
    return dump(body)
