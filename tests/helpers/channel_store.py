"""Channels as rooms of a cache: posts, comments, likes, courses, reports, as servers send them."""

from collections.abc import Sequence
from typing import Any

from app.domain.channels.rows import FeedQuery, FeedTab
from app.domain.channels.wire import (
    CHANNEL_ROOM_TYPE,
    COMMENT_TYPE,
    COURSE_TYPE,
    LIKE,
    LIVE_FIELD,
    VIDEO_FIELD,
    WATCHED_TYPE,
)
from app.domain.events import Event
from app.domain.ids import RoomID, TxnID, UserID
from app.domain.sending import RequestKind
from app.domain.sync import Membership, RoomUpdate
from app.store.cache import Cache
from app.store.values import NewRequest
from tests.helpers.store_history import ANNA, ME, START_MS, event, reaction, redaction, update

CAROL = UserID("@carol:acme.example")
MINUTE_MS = 60_000


def video(title: str = "Pump", **said: Any) -> dict[str, Any]:
    """The content of a post."""
    info = {"duration": said.pop("duration", 120_000), "w": 1280, "h": 720, "size": 5_000_000}
    return {
        "msgtype": "m.video",
        "body": title,
        "filename": "v.mp4",
        "url": f"mxc://acme.example/{abs(hash(title))}",
        "info": info | {"mimetype": "video/mp4", "thumbnail_url": "mxc://acme.example/cover"},
        VIDEO_FIELD: {"v": 1, "title": title, **said},
    }


def stream(title: str = "Live", starts: int = START_MS, **said: Any) -> dict[str, Any]:
    """The content of a live announcement."""
    live = {"v": 1, "url": "https://live.example/a.m3u8", "starts_ts": starts, **said}
    return {"msgtype": "m.text", "body": title, LIVE_FIELD: live, VIDEO_FIELD: {"v": 1, "title": title}}


def threaded(body: str, post: str, **more: Any) -> dict[str, Any]:
    """The content of a comment."""
    relation = {"rel_type": "m.thread", "event_id": post} | more.pop("relation", {})
    return {"msgtype": "m.text", "body": body, "m.mentions": {}, "m.relates_to": relation, **more}


def power(editors: Sequence[str] = (), *, closed: bool = False, owner: str = ANNA) -> dict[str, Any]:
    """The power levels of a channel."""
    return {
        "users": {owner: 100, **dict.fromkeys(editors, 50)},
        "users_default": 0,
        "events_default": 50 if closed else 0,
        "events": {"m.reaction": 0, COMMENT_TYPE: 0, WATCHED_TYPE: 0},
        "state_default": 50,
        "redact": 50,
    }


class ChannelRoom:
    """The events of a channel in the order the server has them."""

    def __init__(
        self,
        room: str = "ch",
        name: str = "Training",
        *,
        editors: Sequence[str] = (),
        create: dict[str, Any] | None = None,
        is_followed: bool = True,
        ts: int = START_MS,
        reports: bool = False,
    ) -> None:
        self.name, self.room_id, self.now_ms = room, RoomID(f"!{room}:acme.example"), ts
        self.timeline: list[Event] = []
        made = {"type": CHANNEL_ROOM_TYPE, "room_version": "11", "m.federate": False} | (create or {})
        self.put("m.room.create", made, ANNA, "")
        self.put("m.room.member", {"membership": "join", "displayname": "Anna"}, ANNA, ANNA)
        self.put("m.room.power_levels", power(editors), ANNA, "")
        self.put("m.room.name", {"name": name}, ANNA, "")
        says = {"v": 1, "about": f"About {name}", "reports": "finished" if reports else "off"}
        self.put(CHANNEL_ROOM_TYPE, says, ANNA, "")
        self.put("m.room.join_rules", {"join_rule": "public"}, ANNA, "")
        self.put("m.room.history_visibility", {"history_visibility": "world_readable"}, ANNA, "")
        if is_followed:
            self.put("m.room.member", {"membership": "join", "displayname": "Me"}, ME, ME)

    def put(
        self,
        type: str,
        content: dict[str, Any],
        sender: str = ANNA,
        key: str | None = None,
        name: str = "",
        **more: Any,
    ) -> Event:
        """Add an event."""
        name = name or f"{self.name}-{len(self.timeline)}"
        self.now_ms += MINUTE_MS
        extra = more if key is None else {"state_key": key, **more}
        made = event(
            name, type=type, sender=sender, content=content, ts=self.now_ms, room=self.room_id, **extra
        )
        self.timeline.append(made)
        return made

    def post(self, name: str, title: str = "", sender: str = ANNA, **said: Any) -> Event:
        """Publish."""
        return self.put("m.room.message", video(title or name, **said), sender, name=name)

    def say(
        self, name: str, post: str, body: str = "", sender: str = CAROL, more: dict[str, Any] | None = None
    ) -> Event:
        """Comment a post (by name)."""
        return self.put(
            "m.room.message", threaded(body or name, f"${post}", **(more or {})), sender, name=name
        )

    def like(self, target: str, sender: str = CAROL, key: str = LIKE, name: str = "") -> Event:
        """Like something (by name)."""
        made = reaction(
            name or f"{self.name}-{len(self.timeline)}", f"${target}", key, sender, room=self.room_id
        )
        self.timeline.append(made)
        return made

    def recall(self, target: str, sender: str = ANNA) -> Event:
        """Redact something (by name)."""
        made = redaction(f"{self.name}-{len(self.timeline)}", f"${target}", sender=sender, room=self.room_id)
        self.timeline.append(made)
        return made

    def edit(self, target: str, new: dict[str, Any], sender: str = ANNA) -> Event:
        """Edit something (by name)."""
        relation = {"rel_type": "m.replace", "event_id": f"${target}"}
        return self.put("m.room.message", {**new, "m.new_content": new, "m.relates_to": relation}, sender)

    def course(self, key: str, *posts: str, title: str = "", compulsory: bool = False, **more: Any) -> Event:
        """Make a course of posts (by name)."""
        content = {
            "v": 1,
            "title": title or key,
            "posts": [f"${post}" for post in posts],
            "is_compulsory": compulsory,
        }
        return self.put(COURSE_TYPE, content | more, ANNA, key)

    def watched(self, user: str, **posts: dict[str, int]) -> Event:
        """Report."""
        said = {f"${name}": told for name, told in posts.items()}
        return self.put(WATCHED_TYPE, {"v": 1, "posts": said}, user, user)

    def update(self, **more: Any) -> RoomUpdate:
        """Everything as a first sync brings it."""
        return update(*self.timeline, room=self.room_id, is_initial=True, membership=Membership.JOIN, **more)

    def news(self, *events: Event, **more: Any) -> RoomUpdate:
        """Some events as they come live."""
        return update(*events, room=self.room_id, **more)


def feed(cache: Cache, tab: FeedTab = FeedTab.FOLLOWING, now_ms: int = START_MS, **query: Any) -> list[str]:
    """Give the titles of a page."""
    return [row.title for row in cache.read.channels.feed(FeedQuery(tab, **query), now_ms).rows]


def queued(room: ChannelRoom, txn: str, type: str, content: dict[str, Any], **more: Any) -> NewRequest:
    """Make a row of the send queue."""
    return NewRequest(
        room.room_id, RequestKind.EVENT, TxnID(txn), content, room.room_id, event_type=type, **more
    )
