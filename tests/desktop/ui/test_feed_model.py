"""The models of feed and strip: whatever lists follow each other, they show the last one, by Qt's own rules."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from tests.helpers import feed_samples as samples
from tests.helpers.feed_samples import NOW_MS
from ui.models.feed_model import ChannelTileModel, FeedModel
from ui.screens.channels.feed_cards import card_of, tile_of
from widgets.video_values import CHANNEL_TILE_ROLE, VIDEO_CARD_ROLE, ChannelTile, VideoCard

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
TALKS = samples.channel("talks", "Talks")
lists = st.lists(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2)), unique_by=lambda one: one[0], max_size=25),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(lists)
def test_the_grid_shows_the_last_list_and_a_card_keeps_its_place(
    qapp: QApplication, given_lists: list[list[tuple[int, int]]]
) -> None:
    model = FeedModel(lambda row: card_of(row, NOW_MS))
    QAbstractItemModelTester(model, FATAL, model)
    kept: Any = None
    for wanted in given_lists:
        rows = [samples.post(f"{n}", TALKS, f"Title {n}", likes=likes) for n, likes in wanted]
        model.set_rows(rows)
        cards = [model.data(model.index(n), VIDEO_CARD_ROLE) for n in range(model.rowCount())]
        assert all(isinstance(card, VideoCard) for card in cards)
        assert [(card.uid, card.likes) for card in cards] == [
            (f"${n}", str(likes) if likes else "") for n, likes in wanted
        ]
        if kept is not None and kept[1] in model.uids and kept[0].isValid():
            assert model.uids[kept[0].row()] == kept[1]
        kept = (QPersistentModelIndex(model.index(0)), model.uids[0]) if wanted else None
    more = samples.post("more", TALKS, "More")
    model.append([*map(model.row_at, range(model.rowCount())), more])
    assert model.uids[-1] == "$more" and model.uids.count("$more") == 1
    model.set_row(more._replace(title="Other"))
    assert model.data(model.index(model.rowCount() - 1)) == "Other"


@settings(deadline=None, max_examples=40)
@given(lists)
def test_the_strip_shows_the_last_list(qapp: QApplication, given_lists: list[list[tuple[int, int]]]) -> None:
    model = ChannelTileModel(tile_of)
    QAbstractItemModelTester(model, FATAL, model)
    for wanted in given_lists:
        model.set_rows(samples.channel(f"{n}", f"Name {n}", unread=unread) for n, unread in wanted)
        tiles = [model.data(model.index(n), CHANNEL_TILE_ROLE) for n in range(model.rowCount())]
        assert all(isinstance(tile, ChannelTile) for tile in tiles)
        assert [(tile.uid, tile.unread) for tile in tiles] == [
            (samples.room(f"{n}"), unread) for n, unread in wanted
        ]
