"""Rows of channels written step by step equal rows computed anew, and say what the true timeline says.

Histories are random: windows in any order, gaps, pages of history, single events, edits and likes before their targets,
editors who come and go, my own acts on their way and refused. `tests.helpers.channel_world` has the model.
"""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.channels.rows import FeedQuery, FeedTab
from app.domain.ids import EventID
from app.store.channel_reads import ChannelReads
from app.store.rebuild import rebuild
from tests.helpers.channel_world import NOW, WORDS, Card, Player, expected, naming_me
from tests.helpers.ding_world import Dice
from tests.helpers.store_history import ME

_EXAMPLES = 150
_TABLES = (
    *("channel", "post", "post_tag", "post_track", "comment", "course", "course_post", "report", "watch"),
    *("(SELECT kind, ref, post, words FROM channel_doc)", "(SELECT id, weight FROM item)"),
    "(SELECT id, unread, mentions FROM room)",
)


def tables(conn: Any) -> dict[str, list[Any]]:
    return {name: conn.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in _TABLES}


def found(conn: Any) -> dict[str, list[Any]]:
    """What feeds and searches give, through indexes."""
    reads = ChannelReads(conn, lambda: ME)
    queries = [FeedQuery(tab, term=word) for tab in FeedTab for word in ("", *WORDS)]
    queries += [FeedQuery(is_unwatched=True), FeedQuery(is_saved=True), FeedQuery(tag="tag")]
    return {str(query): [row._asdict() for row in reads.feed(query, NOW).rows] for query in queries}


def cards(player: Player, conn: Any) -> dict[str, Card]:
    rows = conn.execute("SELECT event_id, title, likes, is_liked, is_reserved, comments, counts FROM post")
    return {row[0]: Card(row[1], row[2], bool(row[3]), bool(row[4]), row[5], bool(row[6])) for row in rows}


def check_reads(player: Player) -> None:
    """Pages, cards and comments, read by other code, agree."""
    reads = ChannelReads(player.conn, lambda: ME)
    for room in player.rooms:
        counted = [name for name, card in expected(room, player).items() if card.counts]
        page = reads.feed(FeedQuery(channel=room.room_id), NOW, 1000)
        stored = [row for row in page.rows if row.send_state is None]
        is_in = player.memberships[room.room_id].value == "join"
        assert sorted(row.event_id for row in stored) == (sorted(counted) if is_in else [])
        for name in counted:
            detail, row = reads.detail(EventID(name)), reads.post(EventID(name))
            assert detail is not None and row is not None and detail.row == row
            assert detail.post.title == row.title
            said = reads.comments(EventID(name))
            assert len([one for one in said if one.error_code != "M_FORBIDDEN"]) == row.comments
    assert reads.feed(FeedQuery(), NOW, 1000).rows == _paged(reads)


def check_news(player: Player) -> None:
    """What is new behind the place I have read to: posts by others that count, and comments that name me."""
    for room in player.rooms:
        row = player.conn.execute(
            "SELECT id, ifnull(read_ord, counts_ord), unread, mentions FROM room WHERE room_id = ?",
            (room.room_id,),
        ).fetchone()
        behind = {
            name
            for (name,) in player.conn.execute(
                "SELECT e.event_id FROM event e JOIN item i ON i.id = e.id WHERE e.room = ? AND e.ord > ?",
                row[:2],
            )
        }
        senders: dict[str, str] = {one.event_id: one.sender for one in room.timeline}
        posts = {name for name, card in expected(room, player).items() if card.counts and senders[name] != ME}
        naming = naming_me(room, player)
        assert row[2:] == (len(behind & (posts | naming)), len(behind & naming))


def _paged(reads: ChannelReads) -> tuple[Any, ...]:
    rows: tuple[Any, ...] = ()
    after = None
    while True:
        page = reads.feed(FeedQuery(), NOW, 3, after)
        rows, after = rows + page.rows, page.next
        if after is None:
            return rows


@settings(max_examples=_EXAMPLES, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(min_size=30, max_size=220))
def test_rows_written_step_by_step_equal_rows_computed_anew_and_the_truth(data: bytes) -> None:
    player, dice = Player(), Dice(data)
    try:
        while not dice.is_empty:
            player.step(dice)
        before, hits = tables(player.conn), found(player.conn)
        player.write(rebuild)
        assert tables(player.conn) == before
        assert found(player.conn) == hits
        player.deliver_everything()
        wanted: dict[str, Card] = {}
        for room in player.rooms:
            wanted |= expected(room, player)
        assert cards(player, player.conn) == wanted
        check_reads(player)
        check_news(player)
    finally:
        player.conn.close()
