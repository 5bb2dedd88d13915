"""What a stored event looks like as a row of the timeline: pure functions from JSON content, never raising.

Used in the same way when events arrive, when the projections are rebuilt, and for local echoes.
Source: Matrix client-server API, "Instant messaging", "Event replacements", "Rich replies", "Redactions".
"""

from typing import NamedTuple

from app.domain.events import MALFORMED, Event, JSONObject, dict_of, int_of, strings_of, text_of
from app.domain.ids import ContentURI, UserID
from app.domain.timeline import ItemKind, MediaInfo, StateText
from app.domain.visible import one_line

MAX_BODY = 70_000
MAX_STATE_TEXT = 1024

MENTION_NONE, MENTION_ME, MENTION_ROOM, MENTION_LEGACY = 0, 1, 2, 3
"""What an event claims: nobody, me by id, everyone (its sender needs the power), or unknown (an old client)."""

_MESSAGE_KINDS = {
    "m.text": ItemKind.TEXT,
    "m.notice": ItemKind.NOTICE,
    "m.emote": ItemKind.EMOTE,
    "m.image": ItemKind.IMAGE,
    "m.file": ItemKind.FILE,
    "m.video": ItemKind.VIDEO,
    "m.audio": ItemKind.AUDIO,
    "m.location": ItemKind.TEXT,
    "m.server_notice": ItemKind.NOTICE,
}
MEDIA_KINDS = frozenset({ItemKind.IMAGE, ItemKind.FILE, ItemKind.VIDEO, ItemKind.AUDIO})
TEXT_KINDS = frozenset({ItemKind.TEXT, ItemKind.NOTICE, ItemKind.EMOTE})
INDEXED_KINDS = MEDIA_KINDS | TEXT_KINDS
_QUIET_KINDS = frozenset({ItemKind.NOTICE, ItemKind.STATE, ItemKind.GAP})
_HIDDEN_TYPES = frozenset({"m.reaction", "m.room.redaction", MALFORMED})
_HIDDEN_PREFIXES = ("m.call.", "m.key.", "m.poll.response", "m.poll.end", "org.matrix.msc3381.poll.response")
_STATE_VERBS = {
    "m.room.create": "create",
    "m.room.name": "name",
    "m.room.topic": "topic",
    "m.room.avatar": "avatar",
    "m.room.encryption": "encryption",
    "m.room.pinned_events": "pinned",
    "m.room.tombstone": "upgrade",
}


class Shape(NamedTuple):
    """An event as a row. `counts`: it makes a room unread when someone else sent it."""

    kind: ItemKind
    body: str
    """Text as shown, searched and quoted; for media the file name and, on the next lines, the caption."""
    mention: int
    counts: bool
    thread: str | None


def shape_of(event: Event, me: UserID) -> Shape | None:
    """Give the row an event makes; None when it makes none (edits, reactions, most state)."""
    if event.state_key is not None:
        verb = state_verb(event)
        return None if verb is None else Shape(ItemKind.STATE, "", MENTION_NONE, False, None)
    kind = kind_of(event.type, event.content)
    if kind is None:
        return None
    relation = event.content.get("m.relates_to")
    thread = None
    if isinstance(relation, dict):
        rel_type = relation.get("rel_type")
        if rel_type == "m.replace" and "event_id" in relation:
            return None
        if rel_type == "m.thread":
            thread = text_of(relation, "event_id")
    if "redacted_because" in event.unsigned:
        return Shape(kind, "", MENTION_NONE, False, thread)
    counts = (
        kind not in _QUIET_KINDS and event.sender != me and (kind != ItemKind.UNKNOWN or _is_message(event))
    )
    mention = mention_of(event.content, me) if counts else MENTION_NONE
    return Shape(kind, body_of(kind, event.content), mention, counts, thread)


def _is_message(event: Event) -> bool:
    return event.type == "m.room.message" or isinstance(event.content.get("body"), str)


def kind_of(event_type: str, content: JSONObject) -> ItemKind | None:
    """Classify an event that is not state; None when it is never a row of its own."""
    if event_type == "m.room.message":
        msgtype = content.get("msgtype")
        kind = _MESSAGE_KINDS.get(msgtype) if isinstance(msgtype, str) else None
        if kind is None:
            return ItemKind.UNKNOWN if content else ItemKind.TEXT
        return kind if isinstance(content.get("body"), str) else ItemKind.UNKNOWN
    if event_type == "m.room.encrypted":
        return ItemKind.ENCRYPTED
    if event_type == "m.sticker":
        return ItemKind.IMAGE
    if event_type in _HIDDEN_TYPES or event_type.startswith(_HIDDEN_PREFIXES):
        return None
    return ItemKind.UNKNOWN


def body_of(kind: ItemKind, content: JSONObject) -> str:
    """Give the searchable text of an item; see `Shape.body`."""
    body = content.get("body")
    if not isinstance(body, str):
        return ""
    if kind in MEDIA_KINDS:
        filename = content.get("filename")
        if isinstance(filename, str) and filename and filename != body:
            body = f"{filename}\n{body}"
    elif body.startswith("> ") and _is_reply(content):
        body = without_reply_fallback(body)
    return body[:MAX_BODY]


def _is_reply(content: JSONObject) -> bool:
    return "m.in_reply_to" in dict_of(content, "m.relates_to")


def without_reply_fallback(body: str) -> str:
    """Cut the quoted lines that older clients put before a reply."""
    lines = body.split("\n")
    first = next((n for n, line in enumerate(lines) if not line.startswith("> ")), len(lines))
    if first < len(lines) and not lines[first]:
        first += 1
    return "\n".join(lines[first:])


def caption_of(content: JSONObject) -> str:
    """Give the caption of media: the body where a separate file name is given."""
    body, filename = content.get("body"), content.get("filename")
    if isinstance(body, str) and isinstance(filename, str) and filename and filename != body:
        return body[:MAX_BODY]
    return ""


def mention_of(content: JSONObject, me: UserID) -> int:
    """Read whom a message says it mentions. Source: "User and room mentions"."""
    mentions = content.get("m.mentions")
    if not isinstance(mentions, dict):
        return MENTION_LEGACY if "body" in content else MENTION_NONE
    if not mentions:
        return MENTION_NONE
    if me in strings_of(mentions, "user_ids"):
        return MENTION_ME
    return MENTION_ROOM if mentions.get("room") is True else MENTION_NONE


def new_content_of(content: JSONObject) -> JSONObject | None:
    """Give the replacement an edit carries."""
    value = content.get("m.new_content")
    return value if isinstance(value, dict) else None


# State ----------------------------------------------------------------------------------------------------------


def state_verb(event: Event) -> str | None:
    """Name the sentence of a state change; None for changes nobody needs to read."""
    if event.type == "m.room.member":
        return _member_verb(event)
    return _STATE_VERBS.get(event.type) if event.state_key == "" else None


def _member_verb(event: Event) -> str | None:
    now = text_of(event.content, "membership")
    before = text_of(dict_of(event.unsigned, "prev_content"), "membership")
    if now == before or now is None:
        return None
    if now == "leave":
        return "leave" if event.sender == event.state_key else "kick"
    return now if now in ("join", "invite", "ban") else None


def state_text(event: Event) -> StateText:
    """Give what the interface words. `target_name` is the name in the event itself, or empty."""
    verb = state_verb(event) or "other"
    if event.type == "m.room.member":
        name = text_of(event.content, "displayname") or text_of(
            dict_of(event.unsigned, "prev_content"), "displayname"
        )
        return StateText(verb, UserID(event.state_key or ""), one_line(name or ""))
    value = text_of(event.content, verb) if verb in ("name", "topic") else None
    return StateText(verb, value=one_line(value or "", MAX_STATE_TEXT))


# Media ----------------------------------------------------------------------------------------------------------


def media_of(content: JSONObject) -> MediaInfo:
    """Read the attachment of a message as its sender claims it."""
    info = dict_of(content, "info")
    filename = text_of(content, "filename") or text_of(content, "body") or ""
    return MediaInfo(
        uri=_uri(content.get("url")),
        filename=one_line(filename, 1024),
        mimetype=one_line(text_of(info, "mimetype") or ""),
        size_bytes=int_of(info, "size"),
        width=int_of(info, "w"),
        height=int_of(info, "h"),
        duration_ms=int_of(info, "duration"),
        thumbnail=_uri(info.get("thumbnail_url")),
    )


def _uri(value: object) -> ContentURI | None:
    return ContentURI(value) if isinstance(value, str) and value.startswith("mxc://") else None


# Redaction ------------------------------------------------------------------------------------------------------

_KEPT_BY_REDACTION: dict[str, frozenset[str]] = {
    "m.room.member": frozenset({"membership", "join_authorised_via_users_server"}),
    "m.room.join_rules": frozenset({"join_rule", "allow"}),
    "m.room.power_levels": frozenset(
        {
            "ban",
            "events",
            "events_default",
            "invite",
            "kick",
            "redact",
            "state_default",
            "users",
            "users_default",
        }
    ),
    "m.room.history_visibility": frozenset({"history_visibility"}),
}


def redacted_content(event_type: str, content: JSONObject) -> JSONObject:
    """Give what a redaction leaves of a content. Source: Matrix specification, room version 11, "Redactions"."""
    if event_type == "m.room.create":
        return content
    kept = _KEPT_BY_REDACTION.get(event_type, frozenset())
    return {key: value for key, value in content.items() if key in kept}
