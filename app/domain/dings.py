"""A ding: an urgent message that its recipients must confirm. What one is on the wire, and the rules all clients share.

`parse_ding` refuses what is not exactly a ding (a field of a wrong type, a time before 1970, too many people): such an
event stays the plain message it also is. Nothing a content says about confirmations counts: a confirmation is a ✅
reaction, its author is the event's sender, and only recipients can confirm.
"""

from enum import StrEnum
from typing import NamedTuple

from app.domain.content import JSONObject, dict_of, text_of
from app.domain.ids import ContentURI, EventID, RoomID, UserID
from app.domain.timeline import SendState, TimelineItem

DING_FIELD = "im.tack.ding"
NUDGE_FIELD = "im.tack.ding.nudge"
NOTE_FIELD = "im.tack.note"
DING_ROOM_TYPE = "im.tack.ding"
MUTED_TYPE = "im.tack.ding.muted"
"""Global account data `{"users": [...]}`: whose dings are plain messages for me, on all my devices."""
PUSH_RULE_ID = "im.tack.ding"
NUDGE_RULE_ID = "im.tack.ding.nudge"
BUSY_FIELD = "im.tack.ding.busy"
"""Profile field: true while its owner has `MANY_UNCONFIRMED` dings to confirm, so that senders are told."""

BODY_PREFIX = "[DING] "
BODY_REST = "\n— "
"""Begins the lines of a body that say time and place to those whose client does not know dings."""
_UNBROKEN = "\n—\u00a0"
"""A line of the person's own that begins like `BODY_REST`, made to differ from it."""
CONFIRM_KEY = "✅"
CONFIRM_KEYS = ("✅", "✅\ufe0f", "✔", "✔\ufe0f", "☑", "☑\ufe0f")
"""Every key that confirms. An index of the cache is made of them: changing them needs a new version of its tables."""
MAX_RECIPIENTS = 500
MANY_UNCONFIRMED = 200
MIN_NUDGE_MS = 5 * 60 * 1000
"""Two re-dings of one ding are at least this far apart; a nearer one is a plain reply."""
MAX_NOTE = 500
MAX_WORDS = 300
_MAX_TS_MS = 253_370_764_800_000
"""The year 9999."""
_MAX_ID = 255


class DingKind(StrEnum):
    """What a ding asks for."""

    NOTICE = "notice"
    TASK = "task"
    MEETING = "meeting"


class DingRepeat(StrEnum):
    """How often a ding comes again, each round with confirmations of its own."""

    NONE = "none"
    DAILY = "daily"
    WORKDAYS = "workdays"
    WEEKLY = "weekly"


class DingSource(NamedTuple):
    """The message a ding was made of."""

    room_id: RoomID
    event_id: EventID


class DingContent(NamedTuple):
    """What the field `im.tack.ding` says; times are ms since the epoch, all claims of the sender."""

    kind: DingKind
    recipients: tuple[UserID, ...]
    cc: tuple[UserID, ...] = ()
    due_ms: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    place: str = ""
    remind_min: int | None = None
    """Meetings: minutes before the start."""
    source: DingSource | None = None
    repeat: DingRepeat = DingRepeat.NONE
    series: str = ""
    """The same for all rounds of a repeated ding, and how a scheduled one is known again; empty otherwise."""
    round: int = 0
    nudge_every_min: int | None = None
    """The sender's wish: alert again every so many minutes until confirmed, `nudge_times` at most."""
    nudge_times: int = 0
    break_glass: str = ""
    """A reason to break quiet hours; shown to the recipient."""


class DingBox(StrEnum):
    """The three parts of the inbox."""

    RECEIVED = "received"
    SENT = "sent"
    SCHEDULED = "scheduled"


class DingFilter(StrEnum):
    """The chips."""

    ALL = "all"
    UNCONFIRMED = "unconfirmed"
    """Received: by me; sent: by somebody."""
    DUE = "due"
    """With a time by which; the soonest first, confirmed ones left out."""
    COMMENTED = "commented"


class DingSummary(NamedTuple):
    """A row of the inbox."""

    uid: str
    """As of timeline items: an event id, or `t:<txn>` of an own one."""
    event_id: EventID | None
    room_id: RoomID
    room_name: str
    is_ding_room: bool
    """The room exists only for this ding's people."""
    sender: UserID
    sender_name: str
    sender_avatar: ContentURI | None
    is_own: bool
    is_external: bool
    ts_ms: int
    text: str
    content: DingContent
    is_to_me: bool
    """I am asked to confirm."""
    is_cc: bool
    is_open: bool
    """My duty: to me, unconfirmed, not recalled, its sender not muted, and I am still in the room."""
    confirmed_at_ms: int | None
    """When I confirmed."""
    confirmed: int
    total: int
    """Recipients who confirmed or still can: who left without confirming does not count."""
    comments: int
    nudges: int
    last_nudge_ms: int | None
    is_redacted: bool = False
    is_edited: bool = False
    is_muted: bool = False
    send_state: SendState | None = None
    error_code: str = ""


class RecipientState(StrEnum):
    """Where one recipient stands."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    LEFT = "left"
    """Left the room, or was removed, without confirming: nothing is asked of them any more."""


class DingRecipient(NamedTuple):
    """One recipient in the detail."""

    user_id: UserID
    name: str
    avatar: ContentURI | None
    is_external: bool
    is_me: bool
    state: RecipientState
    at_ms: int | None = None
    """When confirmed, as the server of the person says."""
    note: str = ""
    is_before_edit: bool = False
    """Confirmed what the ding said before it was edited."""
    has_read: bool = False


class DingDetail(NamedTuple):
    """All of one ding."""

    summary: DingSummary
    recipients: tuple[DingRecipient, ...]
    """Confirmed ones in order of time, then waiting ones by name, then those who left."""
    comments: tuple[TimelineItem, ...]
    """The thread, oldest first, re-dings left out; files of the sender are its attachments."""


def is_confirmation(key: object) -> bool:
    """Whether a reaction key confirms."""
    return isinstance(key, str) and key in CONFIRM_KEYS


def note_of(content: JSONObject) -> str:
    """Read the note of a confirmation; empty when there is none."""
    return (text_of(content, NOTE_FIELD) or "").strip()[:MAX_NOTE]


def words_of(body: str) -> str:
    """Give the text of a ding without what other clients are told: the prefix, and the lines from `BODY_REST` on."""
    return body.removeprefix(BODY_PREFIX.rstrip()).partition(BODY_REST)[0].strip()


def reworded(body: str, text: str) -> str:
    """Put another text into the body of a ding; what it says to other clients stays."""
    _before, sign, rest = body.partition(BODY_REST)
    return BODY_PREFIX + text.replace(BODY_REST, _UNBROKEN) + sign + rest


def quoted(body: str) -> str:
    """Give a body as a quote or a list shows it: of a ding the prefix and the text, any other as it is."""
    return BODY_PREFIX + words_of(body) if body.startswith(BODY_PREFIX) else body


def nudged_ding(content: JSONObject) -> EventID | None:
    """Give the ding that a message nudges for; None where it is no nudge."""
    nudge = dict_of(content, NUDGE_FIELD)
    event_id = text_of(nudge, "event_id")
    if _version(nudge) is None or event_id is None or not _is_id(event_id, "$"):
        return None
    return EventID(event_id)


class _Refused(Exception):
    """A field is not what it should be."""


def parse_ding(content: JSONObject) -> DingContent | None:
    """Read the ding of a message content; None where it has none or it is refused."""
    ding = content.get(DING_FIELD)
    if not isinstance(ding, dict) or _version(ding) is None or not isinstance(content.get("body"), str):
        return None
    try:
        return _parse(ding)
    except _Refused:
        return None


def _parse(ding: JSONObject) -> DingContent:
    recipients = _users(ding, "recipients")
    start, end = _time(ding, "start_ts"), _time(ding, "end_ts")
    if not recipients or (start is not None and end is not None and end < start):
        raise _Refused
    cc = tuple(user for user in _users(ding, "cc") if user not in set(recipients))
    return DingContent(
        kind=DingKind(_choice(ding, "kind", DingKind, DingKind.NOTICE)),
        recipients=recipients,
        cc=cc,
        due_ms=_time(ding, "due_ts"),
        start_ms=start,
        end_ms=end,
        place=_text(ding, "place"),
        remind_min=_number(ding, "remind_min", 0, 7 * 24 * 60),
        source=_source(ding),
        repeat=DingRepeat(_choice(ding, "repeat", DingRepeat, DingRepeat.NONE)),
        series=_text(ding, "series"),
        round=_number(ding, "round", 0, 1_000_000) or 0,
        nudge_every_min=_number(ding, "nudge_every_min", 5, 7 * 24 * 60),
        nudge_times=_number(ding, "nudge_times", 0, 20) or 0,
        break_glass=_text(ding, "break_glass"),
    )


def ding_json(ding: DingContent) -> JSONObject:
    """Write a ding as its field. `parse_ding` of it gives the same ding."""
    said: JSONObject = {
        "due_ts": ding.due_ms,
        "start_ts": ding.start_ms,
        "end_ts": ding.end_ms,
        "place": ding.place,
        "remind_min": ding.remind_min,
        "source": None if ding.source is None else ding.source._asdict(),
        "repeat": "" if ding.repeat is DingRepeat.NONE else ding.repeat.value,
        "series": ding.series,
        "round": ding.round or None,
        "nudge_every_min": ding.nudge_every_min,
        "nudge_times": ding.nudge_times or None,
        "break_glass": ding.break_glass,
        "cc": list(ding.cc),
    }
    head: JSONObject = {"v": 1, "kind": ding.kind.value, "recipients": list(ding.recipients)}
    return head | {key: value for key, value in said.items() if value not in (None, "", [])}


def _version(ding: JSONObject) -> int | None:
    version = ding.get("v")
    return 1 if type(version) is int and version == 1 else None


def _users(ding: JSONObject, key: str) -> tuple[UserID, ...]:
    value = ding.get(key, [])
    if not isinstance(value, list) or len(value) > MAX_RECIPIENTS:
        raise _Refused
    if not all(isinstance(user, str) and _is_id(user, "@") and ":" in user for user in value):
        raise _Refused
    return tuple(UserID(user) for user in dict.fromkeys(value))


def _is_id(value: str, sigil: str) -> bool:
    return value.startswith(sigil) and 1 < len(value) <= _MAX_ID and "\0" not in value


def _time(ding: JSONObject, key: str) -> int | None:
    return _number(ding, key, 1, _MAX_TS_MS)


def _number(ding: JSONObject, key: str, least: int, most: int) -> int | None:
    value = ding.get(key)
    if value is None:
        return None
    if type(value) is not int or not least <= value <= most:
        raise _Refused
    return value


def _text(ding: JSONObject, key: str) -> str:
    value = ding.get(key, "")
    if not isinstance(value, str):
        raise _Refused
    return value.strip()[:MAX_WORDS].strip()


def _choice(ding: JSONObject, key: str, choices: type[StrEnum], default: StrEnum) -> str:
    value = ding.get(key, default.value)
    if not isinstance(value, str) or value not in {choice.value for choice in choices}:
        raise _Refused
    return value


def _source(ding: JSONObject) -> DingSource | None:
    value = ding.get("source")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _Refused
    room_id, event_id = text_of(value, "room_id") or "", text_of(value, "event_id") or ""
    if not _is_id(room_id, "!") or not _is_id(event_id, "$"):
        raise _Refused
    return DingSource(RoomID(room_id), EventID(event_id))
