"""Where the view stands: filling it from either end, clamping, sticking to the bottom."""

from widgets.timeline.place import Place


def _place(heights: list[int]) -> Place:
    return Place(lambda row: heights[row], bottom_margin=10)


def test_a_new_place_shows_the_newest_row_at_the_bottom() -> None:
    slots = _place([50] * 100).settle(100, 400)
    assert slots[-1].row == 99
    assert slots[-1].bottom == 390


def test_few_rows_stand_at_the_bottom_of_the_view() -> None:
    place = _place([50, 50])
    place.put(0, 0)
    slots = place.settle(2, 400)
    assert [slot.y for slot in slots] == [290, 340]
    assert place.at_bottom


def test_scrolling_beyond_the_first_row_stops_there() -> None:
    place = _place([50] * 100)
    place.put(0, 500)
    slots = place.settle(100, 400)
    assert (slots[0].row, slots[0].y) == (0, 0)


def test_scrolling_beyond_the_newest_row_sticks_to_it() -> None:
    place = _place([50] * 100)
    place.put(98, -40)
    slots = place.settle(100, 400)
    assert slots[-1].bottom == 390
    assert place.at_bottom


def test_moving_up_leaves_the_bottom_and_covers_the_view() -> None:
    place = _place([50] * 100)
    place.settle(100, 400)
    place.move(-120)
    slots = place.settle(100, 400)
    assert not place.at_bottom
    assert slots[0].y <= 0
    assert slots[-1].bottom >= 400


def test_a_row_taller_than_the_view_can_be_read_to_its_end() -> None:
    place = _place([50, 5000, 50])
    place.put(1, -2000)
    slots = place.settle(3, 400)
    assert [(slot.row, slot.y) for slot in slots] == [(1, -2000)]


def test_rows_that_vanished_leave_no_hole() -> None:
    place = _place([50] * 100)
    place.put(95, 0)
    slots = place.settle(3, 400)
    assert slots[-1].row == 2
    assert place.settle(0, 400) == []
