"""What is in sight stays where it is, whatever happens to the rows around it."""

from dataclasses import replace

from pytestqt.qtbot import QtBot

from tests.desktop.timeline.conftest import MakeView
from tests.helpers.timeline_rows import GeneratedSource, ListSource, generated_row, message
from widgets.timeline.values import ReactionChip
from widgets.timeline.view import TimelineView


def _talk(count: int) -> ListSource:
    return ListSource([generated_row(number) for number in range(count)])


def _edges(view: TimelineView) -> dict[str, int]:
    """Lower edges of the rows in sight, by uid."""
    return {layout.row.uid: slot.bottom for slot, layout in view.stage.rows_in_sight()}


def _still(before: dict[str, int], after: dict[str, int]) -> bool:
    common = [uid for uid in before if uid in after]
    return bool(common) and all(before[uid] == after[uid] for uid in common)


def test_it_opens_at_the_newest_row(make_view: MakeView) -> None:
    view = make_view(_talk(200))
    assert view.visible_uids()[-1] == "$199"
    assert view.is_at_bottom


def test_history_that_arrives_above_moves_nothing(make_view: MakeView) -> None:
    source = _talk(200)
    view = make_view(source)
    view.scroll_to("$20", flash=False)
    view.scroll_by(37)
    before = _edges(view)
    source.all[:0] = [generated_row(-number) for number in range(75, 0, -1)]
    view.rows_prepended(75)
    assert _still(before, _edges(view))
    assert view.visible_uids()[0] in before


def test_history_above_the_first_row_in_sight_keeps_it_though_its_day_label_goes(make_view: MakeView) -> None:
    source = _talk(100)
    view = make_view(source)
    view.scroll_to_top()
    before = _edges(view)
    first = source.all[0]
    source.all[:0] = [replace(first, uid=f"x{n}", ts_ms=first.ts_ms - 1000) for n in range(9)]
    view.rows_prepended(9)
    assert _still(before, _edges(view))


def test_the_bottom_stays_in_sight_when_a_message_comes(make_view: MakeView) -> None:
    source = _talk(50)
    view = make_view(source)
    source.all.append(message("new", "王敏", "到了"))
    view.rows_changed_from(50)
    assert view.visible_uids()[-1] == "new"
    assert view.is_at_bottom


def test_messages_that_come_while_reading_above_are_counted_not_shown(make_view: MakeView) -> None:
    source = _talk(200)
    view = make_view(source)
    view.scroll_by(-3000)
    before = _edges(view)
    source.all += [message("n1", "王敏", "一"), message("n2", "我", "二", is_own=True)]
    view.rows_changed_from(200)
    assert _still(before, _edges(view))
    assert view.new_below == 1
    view.scroll_to_bottom()
    assert view.new_below == 0


def test_a_reaction_above_the_reader_moves_nothing(make_view: MakeView) -> None:
    source = _talk(200)
    view = make_view(source)
    view.scroll_to("$100", flash=False)
    before = _edges(view)
    row = view.stage.slots[0].row
    source.all[row] = replace(source.all[row], reactions=(ReactionChip("👍", 1),))
    view.rows_touched(frozenset({source.all[row].uid}))
    assert _still(before, _edges(view))


def test_a_filled_gap_keeps_the_place_by_uid(make_view: MakeView) -> None:
    source = _talk(200)
    view = make_view(source)
    view.scroll_to("$150", flash=False)
    before = _edges(view)
    source.all[40:41] = [message(f"g{number}", "刘洋", "补上的") for number in range(60)]
    view.rows_reset()
    assert _still(before, _edges(view))


def test_when_the_row_at_the_top_vanishes_the_next_one_holds_the_place(make_view: MakeView) -> None:
    source = _talk(200)
    view = make_view(source)
    view.scroll_to("$100", flash=False)
    before = _edges(view)
    del source.all[view.stage.slots[0].row]
    view.rows_reset()
    after = _edges(view)
    assert [uid for uid in before if uid in after]


def test_an_echo_that_becomes_the_servers_copy_stays_one_row(make_view: MakeView) -> None:
    source = _talk(20)
    view = make_view(source)
    source.all.append(message("t:1", "李娜", "在路上", is_own=True))
    view.rows_changed_from(20)
    before = _edges(view)["t:1"]
    source.all[20] = replace(source.all[20], read_text="")
    view.rows_changed_from(20)
    assert _edges(view)["t:1"] == before


def test_anchor_and_restore_come_back_to_the_same_pixel(make_view: MakeView) -> None:
    source = _talk(500)
    view = make_view(source)
    view.scroll_to("$300", flash=False)
    view.scroll_by(13)
    anchor, before = view.anchor(), _edges(view)
    assert anchor is not None
    view.set_source(_talk(10))
    view.set_source(source)
    assert view.restore(anchor)
    assert _edges(view) == before


def test_resizing_keeps_the_same_row_at_the_top(make_view: MakeView) -> None:
    view = make_view(_talk(300))
    view.scroll_to("$150", flash=False)
    first = view.visible_uids()[0]
    view.resize(500, 600)
    assert first in view.visible_uids()
    view.resize(900, 300)
    assert first in view.visible_uids()


def test_the_bar_can_be_dragged_to_both_ends(make_view: MakeView) -> None:
    view = make_view(GeneratedSource(10_000))
    bar = view.verticalScrollBar()
    bar.setValue(0)
    assert view.visible_uids()[0] == "$0"
    bar.setValue(bar.maximum() // 2)
    assert 4000 < int(view.visible_uids()[0][1:]) < 6000
    bar.setValue(bar.maximum())
    assert view.is_at_bottom


def test_near_top_is_told_once_until_rows_come(make_view: MakeView, qtbot: QtBot) -> None:
    source = _talk(100)
    view = make_view(source)
    told: list[int] = []
    view.near_top_reached.connect(lambda: told.append(1))
    view.scroll_to_top()
    qtbot.waitUntil(lambda: told == [1])
    view.scroll_by(10)
    qtbot.wait(20)
    assert told == [1]
    source.all[:0] = [message(f"p{number}", "王敏", "早") for number in range(3)]
    view.rows_prepended(3)
    qtbot.waitUntil(lambda: told == [1, 1])


def test_jumping_to_an_unknown_row_says_so(make_view: MakeView) -> None:
    view = make_view(_talk(10))
    assert not view.scroll_to("nowhere")


def test_it_opens_at_the_unread_divider_when_asked(make_view: MakeView) -> None:
    source = _talk(300)
    source.unread = 120
    view = make_view(source)
    view.set_source(source, at_bottom=False)
    assert "$120" in view.visible_uids()
