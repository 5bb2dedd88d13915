"""The content of outgoing events. Pure functions.

Where an event relates to one that has no event id yet (an echo), `echo_reference` stands in its place; the cache
puts the id in once the server gave it.
Source: Matrix client-server API, "Instant Messaging", "Rich replies", "Event replacements", "User and room mentions".
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.events import JSONObject
from app.domain.ids import ContentURI, TxnID, UserID
from app.errors import InputError

MAX_CONTENT_BYTES = 60_000
"""An event may have 65,536 bytes; the server adds its own fields, hashes and signatures."""
ECHO_PREFIX = "t:"


@dataclass(frozen=True, slots=True)
class Relations:
    """What a message hangs on. The ids may be echo references."""

    reply_to: str | None = None
    thread_root: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is known of a file before it is sent."""

    filename: str
    mimetype: str
    size_bytes: int
    width: int | None = None
    height: int | None = None


def echo_reference(txn_id: TxnID) -> str:
    """Give the stand-in for the event id of an echo; it is the echo's `uid`."""
    return ECHO_PREFIX + txn_id


def text_content(
    body: str,
    formatted: str | None,
    mentions: Sequence[UserID],
    relations: Relations,
    *,
    mentions_room: bool = False,
) -> JSONObject:
    """Write an `m.room.message` of text."""
    content: JSONObject = {
        "msgtype": "m.text",
        "body": body,
        "m.mentions": _mentions(mentions, mentions_room),
    }
    if formatted:
        content |= {"format": "org.matrix.custom.html", "formatted_body": formatted}
    relates_to = _relates_to(relations)
    if relates_to:
        content["m.relates_to"] = relates_to
    return _bounded(content)


def edit_content(new_content: JSONObject, edit_of: str) -> JSONObject:
    """Wrap a new text as the replacement of an older one, readable where edits are not known."""
    inner = {key: value for key, value in new_content.items() if key != "m.relates_to"}
    content: JSONObject = {
        "msgtype": inner["msgtype"],
        "body": f"* {inner['body']}",
        "m.mentions": {},
        "m.new_content": inner,
        "m.relates_to": {"rel_type": "m.replace", "event_id": edit_of},
    }
    if "formatted_body" in inner:
        content |= {"format": inner["format"], "formatted_body": f"* {inner['formatted_body']}"}
    return _bounded(content)


def reaction_content(target: str, key: str) -> JSONObject:
    """Write an `m.reaction`."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": target, "key": key}}


def attachment_content(attachment: Attachment, caption: str) -> JSONObject:
    """Write the message of a file without its `url`, which is known only after the upload."""
    info: JSONObject = {"mimetype": attachment.mimetype, "size": attachment.size_bytes}
    if attachment.width and attachment.height:
        info |= {"w": attachment.width, "h": attachment.height}
    return _bounded(
        {
            "msgtype": _message_type(attachment.mimetype),
            "body": caption or attachment.filename,
            "filename": attachment.filename,
            "info": info,
            "m.mentions": {},
        }
    )


def with_upload(content: JSONObject, uri: ContentURI) -> JSONObject:
    """Add where the uploaded file lies."""
    return content | {"url": uri}


def _mentions(users: Sequence[UserID], mentions_room: bool) -> JSONObject:
    mentions: JSONObject = {}
    if users:
        mentions["user_ids"] = sorted(set(users))
    if mentions_room:
        mentions["room"] = True
    return mentions


def _relates_to(relations: Relations) -> JSONObject:
    reply: JSONObject = {}
    if relations.reply_to:
        reply = {"m.in_reply_to": {"event_id": relations.reply_to}}
    if relations.thread_root is None:
        return reply
    fallback = reply or {"m.in_reply_to": {"event_id": relations.thread_root}}
    thread: JSONObject = {"rel_type": "m.thread", "event_id": relations.thread_root}
    return thread | {"is_falling_back": not reply} | fallback


def _message_type(mimetype: str) -> str:
    family = mimetype.partition("/")[0]
    if family == "image" and mimetype.endswith(("svg+xml", "vnd.adobe.photoshop")):
        return "m.file"
    return {"image": "m.image", "video": "m.video", "audio": "m.audio"}.get(family, "m.file")


def _bounded(content: JSONObject) -> JSONObject:
    size = len(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > MAX_CONTENT_BYTES:
        raise InputError(
            "the text does not fit into one message", code="text_too_long", limit=MAX_CONTENT_BYTES
        )
    return content
