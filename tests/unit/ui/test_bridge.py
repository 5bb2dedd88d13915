"""Changes of the core as signals."""

from app.changes import ChangeFeed, Changes, TimelineChange
from app.clock import SystemClock
from app.domain.connection import ConnectionKind, ConnectionState
from app.domain.ids import RoomID
from app.sync.connection import ConnectionMonitor
from ui.bridge import Bridge

ROOM = RoomID("!a:acme.example")


def test_each_part_of_a_change_has_its_signal() -> None:
    feed, line, bridge = ChangeFeed(), ConnectionMonitor(SystemClock()), Bridge()
    heard: list[object] = []
    bridge.rooms_changed.connect(lambda rooms: heard.append(("rooms", rooms)))
    bridge.timeline_changed.connect(lambda change: heard.append(("timeline", change)))
    bridge.attention_changed.connect(lambda: heard.append("attention"))
    bridge.queue_changed.connect(lambda: heard.append("queue"))
    bridge.attach(feed, line)
    change = TimelineChange(ROOM, tail_from=3)
    feed.publish(Changes(rooms=frozenset({ROOM}), timelines=(change,)))
    assert heard == [("rooms", frozenset({ROOM})), ("timeline", change), "attention"]
    heard.clear()
    feed.publish(Changes(is_queue_changed=True))
    assert heard == ["queue", "attention"]


def test_after_detaching_nothing_is_heard() -> None:
    feed, line, bridge = ChangeFeed(), ConnectionMonitor(SystemClock()), Bridge()
    heard: list[ConnectionState] = []
    bridge.connection_changed.connect(heard.append)
    bridge.attach(feed, line)
    line.move_to(ConnectionKind.ONLINE)
    assert [state.kind for state in heard] == [ConnectionKind.ONLINE]
    bridge.detach()
    line.move_to(ConnectionKind.OFFLINE)
    assert len(heard) == 1
