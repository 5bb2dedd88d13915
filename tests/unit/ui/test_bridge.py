"""Changes of the core as signals."""

from collections.abc import Callable

from app.changes import ChangeFeed, Changes, TimelineChange
from app.clock import SystemClock
from app.domain.connection import ConnectionKind, ConnectionState
from app.domain.ids import RoomID
from app.domain.rooms import AttentionTotals
from app.sync.connection import ConnectionMonitor
from ui.bridge import Bridge

ROOM = RoomID("!a:acme.example")


class Figures:
    """Stands for the service that keeps the figures."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[AttentionTotals], None]] = []

    def subscribe(self, listener: Callable[[AttentionTotals], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def tell(self, totals: AttentionTotals) -> None:
        for listener in tuple(self.listeners):
            listener(totals)


def test_each_part_of_a_change_has_its_signal() -> None:
    feed, line, bridge = ChangeFeed(), ConnectionMonitor(SystemClock()), Bridge()
    heard: list[object] = []
    bridge.rooms_changed.connect(lambda rooms: heard.append(("rooms", rooms)))
    bridge.timeline_changed.connect(lambda change: heard.append(("timeline", change)))
    bridge.attention_changed.connect(lambda: heard.append("attention"))
    bridge.queue_changed.connect(lambda: heard.append("queue"))
    figures = Figures()
    bridge.attach(feed, line, figures)
    change = TimelineChange(ROOM, tail_from=3)
    feed.publish(Changes(rooms=frozenset({ROOM}), timelines=(change,)))
    assert heard == [("rooms", frozenset({ROOM})), ("timeline", change)]
    heard.clear()
    feed.publish(Changes(is_queue_changed=True))
    figures.tell(AttentionTotals(3, 1, 0, 0, 0))
    assert heard == ["queue", "attention"]


def test_after_detaching_nothing_is_heard() -> None:
    feed, line, bridge = ChangeFeed(), ConnectionMonitor(SystemClock()), Bridge()
    heard: list[ConnectionState] = []
    bridge.connection_changed.connect(heard.append)
    figures = Figures()
    bridge.attach(feed, line, figures)
    line.move_to(ConnectionKind.ONLINE)
    assert [state.kind for state in heard] == [ConnectionKind.ONLINE]
    bridge.detach()
    line.move_to(ConnectionKind.OFFLINE)
    assert (len(heard), figures.listeners) == (1, [])
