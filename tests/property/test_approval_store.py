"""Rows of requests written step by step equal rows computed anew, and every page says what is true.

Histories are random: windows in any order, gaps, pages of history, single events, forged and broken lists, my own acts on
their way and refused. `tests.helpers.approval_world` has the model and the naive answers.
"""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.approvals.rows import ApprovalBox, ApprovalQuery
from app.store.approval_reads import ApprovalReads
from app.store.rebuild import rebuild
from tests.helpers.approval_world import NOW, WORDS, Player, expected, queries, truth
from tests.helpers.ding_world import Dice
from tests.helpers.store_history import ME, START_MS

_EXAMPLES = 120
_TABLES = ("approval", "approval_duty", "approval_step", "approval_person", "approval_text")
TIMES = (START_MS, START_MS + 3 * 60_000, START_MS + 8 * 60_000, NOW)


def tables(conn: Any) -> dict[str, list[Any]]:
    return {name: conn.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in _TABLES}


def found(conn: Any) -> dict[str, list[Any]]:
    """What searches find, through the index."""
    reads = ApprovalReads(conn, lambda: ME)
    return {
        f"{box} {word}": [row.room_id for row in reads.page(ApprovalQuery(box=box, term=word), NOW).rows]
        for box in ApprovalBox
        for word in WORDS
    }


def check_pages(player: Player, dice: Dice) -> None:
    reads = ApprovalReads(player.conn, lambda: ME)
    for query in queries(dice):
        for now_ms in TIMES:
            rows = reads.page(query, now_ms).rows
            wanted = expected(player, query, now_ms)
            assert sorted(row.room_id for row in rows) == sorted(room for _, room in wanted), query
            places = {room: place for place, room in wanted}
            assert [places[row.room_id] for row in rows] == [place for place, _ in wanted], query
    for now_ms in TIMES:
        assert reads.counts(now_ms).todo == len(expected(player, ApprovalQuery(), now_ms))


def check_details(player: Player) -> None:
    """Details, read by other code, agree with the rows and with the truth."""
    reads = ApprovalReads(player.conn, lambda: ME)
    for room in player.rooms:
        detail = reads.detail(room.room_id, NOW)
        assert detail is not None and detail.row == reads.row(room.room_id, NOW)
        state = truth(player, room).state
        assert detail.state.status is state.status is detail.row.status
        assert [one.act.id for one in detail.state.entries] == [one.act.id for one in state.entries]
        assert [one.refusal for one in detail.state.entries] == [one.refusal for one in state.entries]


@settings(max_examples=_EXAMPLES, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(min_size=30, max_size=220))
def test_rows_written_step_by_step_equal_rows_computed_anew_and_the_truth(data: bytes) -> None:
    player, dice = Player(), Dice(data)
    try:
        while not dice.is_empty:
            player.step(dice)
        before, hits = tables(player.conn), found(player.conn)
        player.write(rebuild)
        assert tables(player.conn) == before and found(player.conn) == hits
        player.deliver_everything()
        check_pages(player, Dice(data[::-1]))
        check_details(player)
    finally:
        player.conn.close()
