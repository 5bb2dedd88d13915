"""Where I am with each post: account data of the channel's room (`WATCH_TYPE`), merged post by post, the last word winning.

Every device writes the whole list. So what comes from the server is laid under what is here by the time of each entry,
and a row of the send queue that still waits gets the merged list: no device takes back what another noted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.channels.wire import MAX_DURATION_MS, MAX_WATCHED, VERSION, WATCH_TYPE
from app.domain.content import JSONObject, dict_of, int_of
from app.domain.sending import RequestKind
from app.store.values import NewRequest
from app.store.write import Write, from_json, sql_text, to_json

if TYPE_CHECKING:
    from app.domain.ids import EventID, RoomID, TxnID

_UNKNOWN_MEMBERSHIP = "?"
_KEEP = (
    "INSERT INTO account_data(room, type, content) VALUES (?, ?, ?)"
    " ON CONFLICT(room, type) DO UPDATE SET content = excluded.content"
)
_PENDING = (
    "SELECT txn_id, content FROM send_queue WHERE kind = 'room_account_data' AND room_id = ? AND event_type = ?"
    " AND state != 'sending' ORDER BY id DESC LIMIT 1"
)


def merged(here: JSONObject, there: JSONObject) -> JSONObject:
    """Lay two lists over each other, post by post."""
    posts = _posts_of(here)
    for event_id, entry in _posts_of(there).items():
        known = posts.get(event_id)
        posts[event_id] = entry if known is None else _laid_over(known, entry)
    kept = sorted(posts.items(), key=lambda item: (not item[1].get("saved"), -item[1]["ts"], item[0]))
    return {"v": VERSION, "posts": dict(sorted(kept[:MAX_WATCHED]))}


def _laid_over(one: JSONObject, other: JSONObject) -> JSONObject:
    """Give the entry of the later time. What it does not say stays; who has finished a post has finished it."""
    older, newer = sorted((one, other), key=lambda entry: (entry["ts"], to_json(sorted(entry.items()))))
    finished = max(one.get("finished", 0), other.get("finished", 0))
    return {**older, **newer, **({"finished": finished} if finished else {})}


def _posts_of(content: JSONObject) -> dict[str, JSONObject]:
    posts = dict_of(content, "posts")
    found = ((event_id, _entry(dict_of(posts, event_id))) for event_id in list(posts)[: 4 * MAX_WATCHED])
    return {sql_text(event_id): entry for event_id, entry in found if entry is not None and event_id}


def _entry(said: JSONObject) -> JSONObject | None:
    ts = int_of(said, "ts")
    if ts is None:
        return None
    found: JSONObject = {"at": min(int_of(said, "at") or 0, MAX_DURATION_MS), "ts": ts}
    duration = int_of(said, "duration")
    finished = ts if said.get("finished") is True else int_of(said, "finished")
    saved = ts if said.get("saved") is True else 0 if said.get("saved") is False else int_of(said, "saved")
    if duration:
        found["duration"] = min(duration, MAX_DURATION_MS)
    if finished:
        found["finished"] = finished
    if saved is not None:
        found["saved"] = saved
    return found


def take_in(w: Write, room: int, content: JSONObject) -> set[str]:
    """Keep the list as the server has it, merged with what is here; gives the posts of which it moved."""
    room_id = w.room_id(room)
    together = merged(w.account_data(WATCH_TYPE, room), content)
    waiting = w.conn.execute(_PENDING, (room_id, WATCH_TYPE)).fetchone()
    if waiting is not None and from_json(waiting[1]) != together:
        w.conn.execute("UPDATE send_queue SET content = ? WHERE txn_id = ?", (to_json(together), waiting[0]))
    return _store(w, room, together)


def _store(w: Write, room: int, content: JSONObject) -> set[str]:
    w.conn.execute(_KEEP, (room, WATCH_TYPE, to_json(content)))
    return project_watch(w, room, content)


def project_watch(w: Write, room: int, content: JSONObject) -> set[str]:
    """Write the rows of `watch` for a room; gives the posts of which it moved."""
    rows = {
        (
            room,
            event_id,
            entry["at"],
            entry.get("duration", 0),
            entry.get("finished", 0),
            entry.get("saved", 0),
            entry["ts"],
        )
        for event_id, entry in _posts_of(content).items()
    }
    old = set(w.conn.execute("SELECT * FROM watch WHERE room = ?", (room,)).fetchall())
    w.conn.executemany("DELETE FROM watch WHERE room = ? AND event_id = ?", [row[:2] for row in old - rows])
    w.conn.executemany("INSERT OR REPLACE INTO watch VALUES (?, ?, ?, ?, ?, ?, ?)", sorted(rows - old))
    return {row[1] for row in old ^ rows}


def note_watch(w: Write, room_id: RoomID, event_id: EventID, watch: JSONObject, txn_id: TxnID) -> set[str]:
    """Note where I stopped and queue it; a row that still waits is replaced. Only what is later than known counts.

    A post once finished stays so; one that was saved is not any more where `watch` does not say it.
    """
    room = w.find_room(room_id)
    if room is None:
        room = w.add_room(room_id, _UNKNOWN_MEMBERSHIP)
    before = w.account_data(WATCH_TYPE, room)
    known = _posts_of(before).get(sql_text(event_id), {})
    entry = _entry({"saved": 0, **watch} if known.get("saved") else watch)
    if entry is None or (known and entry["ts"] <= known["ts"]):
        return set()
    content = merged(before, {"posts": {event_id: entry}})
    w.conn.execute(
        "DELETE FROM send_queue WHERE kind = 'room_account_data' AND room_id = ? AND event_type = ?"
        " AND state != 'sending'",
        (room_id, WATCH_TYPE),
    )
    from app.store.queue_write import enqueue

    lane = f"account_data:{room_id}"
    kind = RequestKind.ROOM_ACCOUNT_DATA
    enqueue(w, NewRequest(lane, kind, txn_id, content, room_id, WATCH_TYPE))
    return _store(w, room, content)
