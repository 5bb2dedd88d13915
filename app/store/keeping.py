"""Small things kept as they are: positions, values, the session, drafts, files of the media cache."""

import json
from collections.abc import Sequence
from typing import Any

from app.domain.account import Session
from app.domain.ids import ContentURI, RoomID, UserID
from app.store.kept import SESSION as SESSION
from app.store.kept import USER as USER
from app.store.kept import read_kv as read_kv
from app.store.kept import read_session as read_session
from app.store.values import Draft, MediaFile
from app.store.write import Write, sql_text, to_json

_PUT_KV = (
    "INSERT INTO kv(namespace, key, value) VALUES (?, ?, ?)"
    " ON CONFLICT(namespace, key) DO UPDATE SET value = excluded.value"
)


def put_position(w: Write, name: str, value: str | None) -> None:
    """Save a sync position; None removes it."""
    if value is None:
        w.conn.execute("DELETE FROM position WHERE name = ?", (name,))
        return
    w.conn.execute(
        "INSERT INTO position(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (name, sql_text(value)),
    )


def set_kv(w: Write, namespace: str, key: str, value: str | None) -> None:
    """Keep a value; None removes it."""
    if value is None:
        w.conn.execute("DELETE FROM kv WHERE namespace = ? AND key = ?", (namespace, key))
    else:
        w.conn.execute(_PUT_KV, (namespace, key, sql_text(value)))


def keep_user(conn: Any, user_id: UserID) -> None:
    """Note whose cache this is."""
    conn.execute(_PUT_KV, (*USER, user_id))


def save_session(w: Write, session: Session | None) -> None:
    """Keep or forget the credentials. Whose cache it is stays known."""
    if session is None:
        set_kv(w, *SESSION, None)
        return
    fields = {
        "homeserver_url": session.homeserver_url,
        "user_id": session.user_id,
        "device_id": session.device_id,
        "access_token": session.access_token,
        "refresh_token": session.refresh_token,
        "expires_at_ms": session.expires_at_ms,
    }
    set_kv(w, *SESSION, json.dumps(fields))
    set_kv(w, *USER, session.user_id)


def set_draft(w: Write, room_id: RoomID, draft: Draft) -> None:
    """Keep unsent text; an empty draft is removed."""
    if not draft.text and not draft.extra:
        w.conn.execute("DELETE FROM draft WHERE room_id = ?", (room_id,))
    else:
        w.conn.execute(
            "INSERT INTO draft(room_id, text, extra, changed_ms) VALUES (?, ?, ?, ?) ON CONFLICT(room_id)"
            " DO UPDATE SET text = excluded.text, extra = excluded.extra, changed_ms = excluded.changed_ms",
            (room_id, sql_text(draft.text), to_json(draft.extra), w.now_ms),
        )
    w.tally.rooms.add(room_id)


def remember_media(w: Write, file: MediaFile) -> None:
    """Note a file of the media cache."""
    w.conn.execute(
        "INSERT INTO media(uri, variant, path, size_bytes, mimetype, used_ms) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(uri, variant) DO UPDATE SET path = excluded.path, size_bytes = excluded.size_bytes,"
        " mimetype = excluded.mimetype, used_ms = excluded.used_ms",
        (file.uri, file.variant, file.path, file.size_bytes, file.mimetype, w.now_ms),
    )
    w.tally.media.add(file.uri)


def touch_media(w: Write, uri: ContentURI, variant: str) -> None:
    """Note that a media file was used."""
    w.conn.execute("UPDATE media SET used_ms = ? WHERE uri = ? AND variant = ?", (w.now_ms, uri, variant))


def forget_media(w: Write, files: Sequence[MediaFile]) -> None:
    """Drop rows of evicted files."""
    w.conn.executemany(
        "DELETE FROM media WHERE uri = ? AND variant = ?", [(file.uri, file.variant) for file in files]
    )
