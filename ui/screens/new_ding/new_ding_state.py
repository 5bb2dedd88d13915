"""A ding as it is being written: what was chosen so far, what stands in its way, and the ding it becomes.

No Qt and no wording here. Times are ms since the epoch. What another kind than the chosen one asks for is kept while one
tries kinds, and left out of the ding.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.domain.dings import (
    MAX_RECIPIENTS,
    MAX_WORDS,
    DingContent,
    DingKind,
    DingRepeat,
    DingSource,
)
from app.domain.ids import ContentURI, RoomID, UserID
from ui.person import Person

MAX_TEXT = 5000
MAX_BYTES = 56_000
"""Of an event, at most 64 KiB, what text and people may take; the rest is for keys and words for phones."""
MAX_FILES = 20
MAX_TS_MS = 253_339_228_800_000
"""The last day of 9998; fields go no further, and a ding of the year 10000 would be refused by everybody."""
NUDGE_MINUTES = (5, 15, 30, 60)
NUDGE_TIMES = (1, 2, 3, 5, 10, 20)
REMIND_MINUTES = (5, 10, 15, 30, 60, 1440)


class To(StrEnum):
    """Whom it goes to."""

    EVERYONE = "everyone"
    """All others of the conversation."""
    UNREAD = "unread"
    """Those of the conversation who have not read the message."""
    PICKED = "picked"


class When(StrEnum):
    """When it goes out."""

    NOW = "now"
    LATER = "later"
    REPEAT = "repeat"


class Problem(StrEnum):
    """Why it cannot be sent as it is."""

    NO_PEOPLE = "no_people"
    TOO_MANY_PEOPLE = "too_many_people"
    NO_TEXT = "no_text"
    TEXT_TOO_LONG = "text_too_long"
    TOO_LARGE = "too_large"
    DUE_PAST = "due_past"
    START_PAST = "start_past"
    END_BEFORE_START = "end_before_start"
    SEND_PAST = "send_past"
    SENT_AFTER_DUE = "sent_after_due"
    SENT_AFTER_START = "sent_after_start"
    NO_REASON = "no_reason"
    FILE_GONE = "file_gone"
    TOO_MANY_FILES = "too_many_files"


@dataclass(frozen=True, slots=True)
class Audience:
    """Where it is written: who can be chosen. Without a room, anybody can."""

    room_id: RoomID | None = None
    room_name: str = ""
    is_direct: bool = False
    everyone: tuple[Person, ...] = ()
    unread: tuple[Person, ...] = ()
    """Who has not read the message it is made of, or who was handed over."""
    source: DingSource | None = None
    source_sender: str = ""
    source_text: str = ""
    """One line."""
    source_body: str = ""
    """All of a text."""
    source_ts_ms: int = 0


@dataclass(frozen=True, slots=True)
class Writing:
    """What was chosen and typed."""

    kind: DingKind = DingKind.NOTICE
    to: To = To.PICKED
    picked: tuple[Person, ...] = ()
    text: str = ""
    cc: tuple[Person, ...] = ()
    due_ms: int = 0
    place: str = ""
    start_ms: int = 0
    end_ms: int = 0
    remind_min: int | None = 15
    files: tuple[Path, ...] = field(default=())
    when: When = When.NOW
    at_ms: int = 0
    repeat: DingRepeat = DingRepeat.DAILY
    nudge_every_min: int | None = None
    nudge_times: int = 3
    is_breaking_glass: bool = False
    reason: str = ""
    has_source: bool = True


def recipients(writing: Writing, audience: Audience) -> tuple[Person, ...]:
    """Give everybody who must confirm, each once."""
    people = {
        To.EVERYONE: audience.everyone,
        To.UNREAD: audience.unread,
        To.PICKED: writing.picked,
    }[writing.to]
    return tuple({person.user_id: person for person in people}.values())


def only_told(writing: Writing, audience: Audience) -> tuple[Person, ...]:
    """Give those who get a copy: only tasks have them, and nobody is both asked and told."""
    asked = {person.user_id for person in recipients(writing, audience)}
    people = writing.cc if writing.kind is DingKind.TASK else ()
    return tuple({person.user_id: person for person in people if person.user_id not in asked}.values())


def clean_text(text: str) -> str:
    """Take away blanks around it and what no message may hold."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()


def send_at_ms(writing: Writing) -> int | None:
    """Give the moment it goes out; None: now."""
    return None if writing.when is When.NOW else writing.at_ms


def problems(writing: Writing, audience: Audience, now_ms: int) -> tuple[Problem, ...]:
    """Name everything that stands in the way, in the order of the fields."""
    found = (
        *_people_problems(writing, audience),
        *_text_problems(writing, audience),
        *_kind_problems(writing, now_ms),
        *_file_problems(writing),
        *_when_problems(writing, now_ms),
    )
    is_mute = writing.is_breaking_glass and not writing.reason.strip()
    return (*found, Problem.NO_REASON) if is_mute else found


def _people_problems(writing: Writing, audience: Audience) -> tuple[Problem, ...]:
    count = len(recipients(writing, audience))
    if not count:
        return (Problem.NO_PEOPLE,)
    people = count + len(only_told(writing, audience))
    return (Problem.TOO_MANY_PEOPLE,) if people > MAX_RECIPIENTS else ()


def _text_problems(writing: Writing, audience: Audience) -> tuple[Problem, ...]:
    text = clean_text(writing.text)
    if not text:
        return (Problem.NO_TEXT,)
    if len(text) > MAX_TEXT:
        return (Problem.TEXT_TOO_LONG,)
    people = (*recipients(writing, audience), *only_told(writing, audience))
    ids = sum(len(person.user_id.encode()) + 3 for person in people)
    size = len(json.dumps(text, ensure_ascii=False).encode("utf-8", "replace")) + 2 * ids
    return (Problem.TOO_LARGE,) if size > MAX_BYTES else ()


def _kind_problems(writing: Writing, now_ms: int) -> tuple[Problem, ...]:
    sent_ms = send_at_ms(writing)
    if writing.kind is DingKind.TASK:
        if writing.due_ms <= now_ms:
            return (Problem.DUE_PAST,)
        return (Problem.SENT_AFTER_DUE,) if sent_ms is not None and sent_ms >= writing.due_ms else ()
    if writing.kind is DingKind.MEETING:
        if writing.start_ms <= now_ms:
            return (Problem.START_PAST,)
        if writing.end_ms <= writing.start_ms:
            return (Problem.END_BEFORE_START,)
        return (Problem.SENT_AFTER_START,) if sent_ms is not None and sent_ms >= writing.start_ms else ()
    return ()


def _file_problems(writing: Writing) -> tuple[Problem, ...]:
    if len(writing.files) > MAX_FILES:
        return (Problem.TOO_MANY_FILES,)
    return () if all(path.is_file() for path in writing.files) else (Problem.FILE_GONE,)


def _when_problems(writing: Writing, now_ms: int) -> tuple[Problem, ...]:
    sent_ms = send_at_ms(writing)
    return (Problem.SEND_PAST,) if sent_ms is not None and sent_ms <= now_ms else ()


def content_of(writing: Writing, audience: Audience) -> DingContent:
    """Give the ding this becomes; only what its kind asks for."""
    is_task, is_meeting = writing.kind is DingKind.TASK, writing.kind is DingKind.MEETING
    is_repeated = writing.when is When.REPEAT
    return DingContent(
        kind=writing.kind,
        recipients=tuple(person.user_id for person in recipients(writing, audience)),
        cc=tuple(person.user_id for person in only_told(writing, audience)),
        due_ms=writing.due_ms if is_task else None,
        start_ms=writing.start_ms if is_meeting else None,
        end_ms=writing.end_ms if is_meeting else None,
        place=writing.place.strip()[:MAX_WORDS] if is_meeting else "",
        remind_min=writing.remind_min if is_meeting else None,
        source=audience.source if writing.has_source else None,
        repeat=writing.repeat if is_repeated else DingRepeat.NONE,
        nudge_every_min=writing.nudge_every_min,
        nudge_times=writing.nudge_times if writing.nudge_every_min is not None else 0,
        break_glass=writing.reason.strip()[:MAX_WORDS] if writing.is_breaking_glass else "",
    )


def has_content(writing: Writing, begun: Writing) -> bool:
    """Whether something would be lost by closing; `begun` is what the dialog opened with."""
    return _typed(writing) != _typed(begun)


def _typed(writing: Writing) -> tuple[object, ...]:
    return (
        writing.text.strip(),
        writing.picked,
        writing.cc,
        writing.place.strip(),
        writing.files,
        writing.reason,
    )


# The draft ----------------------------------------------------------------------------------------------------


def writing_text(writing: Writing) -> str:
    """Write it down so that `writing_of` gives the same."""
    return json.dumps(asdict(writing) | {"v": 1}, ensure_ascii=False, default=str)


def writing_of(text: str) -> Writing | None:
    """Read what `writing_text` wrote; None where it is anything else."""
    try:
        return _writing(json.loads(text))
    except (KeyError, TypeError, ValueError, RecursionError):
        return None


def _writing(data: Any) -> Writing:
    if not isinstance(data, dict) or data["v"] != 1:
        raise ValueError("not a draft")
    every, remind = data["nudge_every_min"], data["remind_min"]
    return Writing(
        kind=DingKind(data["kind"]),
        to=To(data["to"]),
        picked=_people(data["picked"]),
        text=_words(data["text"]),
        cc=_people(data["cc"]),
        due_ms=_time(data["due_ms"]),
        place=_words(data["place"]),
        start_ms=_time(data["start_ms"]),
        end_ms=_time(data["end_ms"]),
        remind_min=None if remind is None else _number(remind),
        files=tuple(Path(_words(name)) for name in data["files"]),
        when=When(data["when"]),
        at_ms=_time(data["at_ms"]),
        repeat=DingRepeat(data["repeat"]),
        nudge_every_min=None if every is None else _number(every),
        nudge_times=_number(data["nudge_times"]),
        is_breaking_glass=data["is_breaking_glass"] is True,
        reason=_words(data["reason"]),
        has_source=data["has_source"] is True,
    )


def _people(value: Any) -> tuple[Person, ...]:
    return tuple(
        Person(
            UserID(_words(one["user_id"])),
            _words(one["name"]),
            one["is_external"] is True,
            None if one["avatar"] is None else ContentURI(_words(one["avatar"])),
            _words(one["detail"]),
        )
        for one in value
    )


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise ValueError("not a number")
    return value


def _time(value: Any) -> int:
    if not 0 <= _number(value) <= MAX_TS_MS:
        raise ValueError("not a time")
    return int(value)


def without_lost_files(writing: Writing) -> Writing:
    """Leave out files that are no longer there."""
    return replace(writing, files=tuple(path for path in writing.files if path.is_file()))
