"""Contents of messages as events: text with mentions, edits, replies, threads, attachments, reactions."""

import html
import re

from app.domain.events import JSONObject
from app.domain.ids import ContentURI, EventID, UserID
from app.local_server.demo.media import MadeFile
from app.local_server.demo.people import PEOPLE

EVERYBODY = "所有人"
_NAMES = {person.name: person.key for person in PEOPLE if person.department}
_MENTION = re.compile("@(" + "|".join([EVERYBODY, *map(re.escape, _NAMES)]) + ")")


def text_content(text: str, server_name: str) -> JSONObject:
    """Give an `m.text`; `@name` becomes a link and an entry of `m.mentions`."""
    content: JSONObject = {"msgtype": "m.text", "body": text, "m.mentions": {}}
    named = _MENTION.findall(text)
    if not named:
        return content

    def link(found: re.Match[str]) -> str:
        name = found.group(1)
        if name == EVERYBODY:
            return found.group(0)
        return f'<a href="https://matrix.to/#/@{_NAMES[name]}:{server_name}">{html.escape(name)}</a>'

    content["format"] = "org.matrix.custom.html"
    content["formatted_body"] = _MENTION.sub(link, html.escape(text)).replace("\n", "<br>")
    users = [f"@{_NAMES[name]}:{server_name}" for name in dict.fromkeys(named) if name != EVERYBODY]
    content["m.mentions"] = {"user_ids": users} if users else {}
    if EVERYBODY in named:
        content["m.mentions"]["room"] = True
    return content


def file_content(kind: str, filename: str, made: MadeFile, uri: ContentURI) -> JSONObject:
    """Give an `m.image` or `m.file`."""
    info: JSONObject = {"mimetype": made.mimetype, "size": len(made.data)}
    if made.width is not None:
        info |= {"w": made.width, "h": made.height}
    return {"msgtype": f"m.{kind}", "body": filename, "filename": filename, "url": uri, "info": info}


def as_reply(content: JSONObject, target: EventID, author: UserID) -> JSONObject:
    """Make a content answer `target`; the author is mentioned, as the specification asks."""
    mentions = dict(content.get("m.mentions", {}))
    mentions["user_ids"] = list(dict.fromkeys([*mentions.get("user_ids", []), author]))
    return content | {"m.mentions": mentions, "m.relates_to": {"m.in_reply_to": {"event_id": target}}}


def in_thread(content: JSONObject, root: EventID, previous: EventID) -> JSONObject:
    """Put a content into a thread, with the fallback for clients without threads."""
    relation = {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": previous},
    }
    return content | {"m.relates_to": relation}


def edit_content(text: str, target: EventID, server_name: str) -> JSONObject:
    """Give the replacement of a text."""
    new = text_content(text, server_name)
    return new | {
        "body": f"* {text}",
        "m.new_content": new,
        "m.relates_to": {"rel_type": "m.replace", "event_id": target},
    }


def reaction_content(key: str, target: EventID) -> JSONObject:
    """Give a reaction."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": target, "key": key}}
