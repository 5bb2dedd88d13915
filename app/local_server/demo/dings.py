"""Dings in a room's script: how one is written there, and what it is as an event.

    wangmin =list !ding task zhangwei lina due=+5h: 文字       to these people; `everyone` is all of the room
    wangmin !ding meeting lina cc=tom start=+1@15:00 end=+1@16:00 place=三楼报告厅 remind=15: 文字
      ✓ zhangwei 人力 6 人参加 | lina                            who confirmed, some with a note
    wangmin !nudge list                                         reminds those who have not

Times: `+5h` and `-20h` from now, `+1@15:00` on the next working day. In a place `_` stands for a blank.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.content import JSONObject
from app.domain.dings import (
    BODY_PREFIX,
    BODY_REST,
    CONFIRM_KEY,
    DING_FIELD,
    NOTE_FIELD,
    NUDGE_FIELD,
    DingContent,
    DingKind,
    ding_json,
)
from app.domain.ids import EventID, UserID

_AHEAD = re.compile(r"^(?:([+-]\d+)h|\+(\d+)@(\d\d):(\d\d))$")


@dataclass(frozen=True, slots=True)
class Ahead:
    """A time after now: some hours, or a minute of a working day to come."""

    hours: int = 0
    workdays: int | None = None
    minute: int = 0


@dataclass(slots=True)
class DingPlan:
    """What a script says of one ding."""

    kind: DingKind
    people: tuple[str, ...]
    cc: tuple[str, ...] = ()
    due: Ahead | None = None
    start: Ahead | None = None
    end: Ahead | None = None
    place: str = ""
    remind_min: int | None = None
    confirmed: list[tuple[str, str]] = field(default_factory=list)
    """Who, in this order, with which note."""

    def waiting(self) -> tuple[str, ...]:
        """Who has not confirmed."""
        done = {key for key, _note in self.confirmed}
        return tuple(key for key in self.people if key not in done)


def parse_plan(words: str, everyone: Sequence[str]) -> DingPlan:
    """Read what stands between `!ding` and the colon. Raises `ValueError`."""
    kind, *rest = words.split()
    options = dict(word.split("=", 1) for word in rest if "=" in word)
    people = tuple(word for word in rest if "=" not in word)
    times = {name: parse_ahead(options.pop(name)) for name in ("due", "start", "end") if name in options}
    plan = DingPlan(
        DingKind(kind),
        tuple(everyone) if people == ("everyone",) else people,
        cc=tuple(filter(None, options.pop("cc", "").split(","))),
        place=options.pop("place", "").replace("_", " "),
        remind_min=int(options.pop("remind")) if "remind" in options else None,
        due=times.get("due"),
        start=times.get("start"),
        end=times.get("end"),
    )
    if options or not plan.people:
        raise ValueError(f"a ding with {options or 'nobody'}")
    return plan


def parse_ahead(text: str) -> Ahead:
    """Read a time. Raises `ValueError`."""
    found = _AHEAD.match(text)
    if not found:
        raise ValueError(f"not a time: {text}")
    hours, days, hour, minute = found.groups()
    return Ahead(int(hours)) if hours else Ahead(0, int(days), int(hour) * 60 + int(minute))


def parse_confirmations(text: str) -> list[tuple[str, str]]:
    """Read who confirmed: `who note | who`."""
    parts = (part.strip().partition(" ") for part in text.split("|"))
    return [(key, note.strip()) for key, _blank, note in parts]


def with_ding(
    content: JSONObject, plan: DingPlan, at_ms: Callable[[Ahead], int], user: Callable[[str], UserID]
) -> JSONObject:
    """Make a plain text a ding."""
    due, start, end = (None if time is None else at_ms(time) for time in (plan.due, plan.start, plan.end))
    ding = DingContent(
        kind=plan.kind,
        recipients=tuple(map(user, plan.people)),
        cc=tuple(map(user, plan.cc)),
        due_ms=due,
        start_ms=start,
        end_ms=end,
        place=plan.place,
        remind_min=plan.remind_min,
    )
    text = str(content["body"])
    rest = _rest(ding, is_chinese=not text.isascii())
    return {
        "msgtype": "m.text",
        "body": f"{BODY_PREFIX}{text}{BODY_REST}{rest}" if rest else BODY_PREFIX + text,
        "m.mentions": {"user_ids": [*ding.recipients, *ding.cc]},
        DING_FIELD: ding_json(ding),
    }


def with_nudge(content: JSONObject, ding: EventID, waiting: Sequence[UserID]) -> JSONObject:
    """Make a plain text a reminder of a ding to those who have not confirmed."""
    return {
        "msgtype": "m.text",
        "body": BODY_PREFIX + str(content["body"]),
        "m.mentions": {"user_ids": list(waiting)},
        "m.relates_to": {"m.in_reply_to": {"event_id": ding}},
        NUDGE_FIELD: {"v": 1, "event_id": ding},
    }


def confirmation(ding: EventID, note: str) -> JSONObject:
    """Give the reaction that confirms."""
    relation = {"rel_type": "m.annotation", "event_id": ding, "key": CONFIRM_KEY}
    return {"m.relates_to": relation} | ({NOTE_FIELD: note} if note else {})


def _rest(ding: DingContent, *, is_chinese: bool) -> str:
    """Time and place in words, for those whose client does not know dings."""
    due, time, place = ("截止", "时间", "地点") if is_chinese else ("due", "time", "place")
    said = []
    if ding.due_ms is not None:
        said.append(f"{due} {_moment(ding.due_ms)}")
    if ding.start_ms is not None:
        until = "" if ding.end_ms is None else f"–{_moment(ding.end_ms)[-5:]}"
        said.append(f"{time} {_moment(ding.start_ms)}{until}")
    if ding.place:
        said.append(f"{place} {ding.place}")
    return " · ".join(said)


def _moment(ts_ms: int) -> str:
    return datetime.fromtimestamp(ts_ms / 1000).strftime("%Y-%m-%d %H:%M")
