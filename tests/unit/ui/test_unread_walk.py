"""Which room "next unread" means, over all lists and directions."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import RoomID
from ui.screens.conversations.unread_walk import next_unread

keys = st.integers(0, 30).map(lambda number: RoomID(f"!{number}"))
walks = st.lists(st.tuples(keys, st.booleans()), unique_by=lambda room: room[0], max_size=12)
directions = st.sampled_from([1, -1])


def test_it_goes_on_from_here_and_around_the_ends() -> None:
    a, b, c = RoomID("!a"), RoomID("!b"), RoomID("!c")
    rooms = [(a, True), (b, False), (c, True)]
    assert next_unread(rooms, a, 1) == c
    assert next_unread(rooms, c, 1) == a
    assert next_unread(rooms, a, -1) == c
    assert next_unread(rooms, None, 1) == a
    assert next_unread(rooms, None, -1) == c
    assert next_unread([(a, True), (b, False)], a, 1) == b
    assert next_unread([(a, True)], a, 1) is None
    assert next_unread([], None, -1) is None


@given(walks, st.none() | keys, directions)
def test_a_muted_room_is_chosen_only_when_nothing_else_is_unread(
    rooms: list[tuple[RoomID, bool]], here: RoomID | None, direction: int
) -> None:
    others = dict(room for room in rooms if room[0] != here)
    chosen = next_unread(rooms, here, direction)
    assert (chosen is None) == (not others)
    if chosen is not None:
        assert others[chosen] or not any(others.values())


@given(walks, directions)
def test_walking_on_visits_every_room_that_counts(rooms: list[tuple[RoomID, bool]], direction: int) -> None:
    loud = [room_id for room_id, is_loud in rooms if is_loud]
    here, seen = None, []
    for _ in loud:
        here = next_unread(rooms, here, direction)
        seen.append(here)
    assert seen == (loud if direction > 0 else loud[::-1])[: len(seen)]


@given(walks.filter(bool), directions)
def test_there_and_back_is_where_one_was(rooms: list[tuple[RoomID, bool]], direction: int) -> None:
    loud = [(room_id, True) for room_id, _ in rooms]
    here = loud[0][0]
    there = next_unread(loud, here, direction)
    assert there is None if len(loud) == 1 else next_unread(loud, there, -direction) == here
