"""Rows of dings written step by step equal rows computed anew, and both say what the true timeline says.

Histories are random: windows in any order, gaps, relations before their targets, people who leave and come back, my own
acts on their way. `tests.helpers.ding_world` has the model and the naive figures.
"""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.dings import RecipientState
from app.store.ding_reads import DingReads
from app.store.rebuild import rebuild
from tests.helpers.ding_world import Dice, Figures, Player, expected
from tests.helpers.store_history import ME

_EXAMPLES = 1_200
_TABLES = ("ding", "nudge", "reaction", "member")


def tables(conn: Any) -> dict[str, list[Any]]:
    return {name: conn.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in _TABLES}


def figures(conn: Any) -> dict[str, Figures]:
    rows = conn.execute(
        "SELECT e.event_id, is_redacted, is_muted, is_open, my_ts, confirmed, total, comments, nudges, nudge_ts,"
        " due_ts, coming_ts FROM ding d JOIN event e ON e.id = d.id"
    )
    return {row[0]: Figures(bool(row[1]), bool(row[2]), bool(row[3]), *row[4:]) for row in rows}


def check_details(conn: Any) -> None:
    """The list of recipients, read by other code, agrees with the row."""
    reads = DingReads(conn, lambda: ME)
    for event_id in figures(conn):
        detail = reads.detail(event_id)
        assert detail is not None
        states = [recipient.state for recipient in detail.recipients]
        assert states.count(RecipientState.CONFIRMED) == detail.summary.confirmed
        assert len(states) - states.count(RecipientState.LEFT) == detail.summary.total
        assert len([item for item in detail.comments if item.send_state is None]) == detail.summary.comments


@settings(max_examples=_EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(min_size=30, max_size=220))
def test_rows_written_step_by_step_equal_rows_computed_anew_and_the_truth(data: bytes) -> None:
    player, dice = Player(), Dice(data)
    try:
        while not dice.is_empty:
            player.step(dice)
        before = tables(player.conn)
        player.write(rebuild)
        assert tables(player.conn) == before
        player.deliver_everything()
        assert figures(player.conn) == expected(player.model)
        check_details(player.conn)
    finally:
        player.conn.close()
