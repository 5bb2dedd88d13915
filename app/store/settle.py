"""The last steps of every write that stored events: from placed events to finished projections."""

from typing import TYPE_CHECKING

from app.late import Late
from app.store.approvals import note_library, project_approvals
from app.store.dings import project_dings
from app.store.echoes import remove_echoes
from app.store.intake import Intake
from app.store.members import project_members
from app.store.receipts import place_receipts
from app.store.relations import fold_relations, is_indexed, note_reactions
from app.store.room_rows import refresh_rooms
from app.store.search_backlog import MOST_INDEXED_AT_ONCE, add_backlog
from app.store.search_index import index_add
from app.store.weights import weigh

if TYPE_CHECKING:
    from app.store import channels
else:
    channels = Late("app.store.channels")


def settle(intake: Intake) -> None:
    """Flush, then fold relations, project members, judge weights, index texts and refresh the rows of rooms."""
    intake.flush()
    remove_echoes(intake)
    fold_relations(intake)
    note_reactions(intake)
    project_members(intake)
    weigh(intake)
    project_dings(intake)
    place_receipts(intake)
    project_approvals(intake)
    if intake.channels:
        channels.project_channels(intake)
    if not intake.skips_index:
        _index_fresh(intake)
    refresh_rooms(
        intake.w, identity=intake.identity_rooms, tail=intake.tail_rooms, unread=intake.unread_rooms
    )
    note_library(intake)


def _index_fresh(intake: Intake) -> None:
    texts = [
        (key, item.body)
        for key, item in intake.fresh_items.items()
        if item.body and is_indexed(item.kind, item.is_redacted)
    ]
    if len(texts) <= MOST_INDEXED_AT_ONCE:
        index_add(intake.w.conn, texts)
    else:
        add_backlog(intake.w, min(texts)[0], max(texts)[0])
