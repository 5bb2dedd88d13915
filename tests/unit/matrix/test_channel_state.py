"""What channels say in their state is asked for with every room: a device that comes late must know it too."""

from app.domain.channels.wire import CHANNEL_TYPE, COURSE_TYPE, POLICY_TYPE, WATCHED_TYPE
from app.matrix.sliding_sync import LIST_STATE

AUDIENCE = ("m.room.create", "m.room.join_rules", "m.room.history_visibility", "m.room.server_acl")


def test_all_that_is_read_of_a_channel_is_asked_for() -> None:
    asked = {event_type for event_type, _ in LIST_STATE}
    assert asked >= {CHANNEL_TYPE, COURSE_TYPE, WATCHED_TYPE, POLICY_TYPE, "m.room.power_levels", *AUDIENCE}
