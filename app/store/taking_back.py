"""Taking rows out of the send queue that the server cannot have: what "undo" may promise.

A row that was tried may have arrived though nothing was heard of it; such a one is left.
"""

from collections.abc import Sequence

from app.domain.ids import TxnID
from app.domain.sending import QueuedRequest
from app.domain.timeline import SendState
from app.store.queue_read import COLUMNS, request_of
from app.store.queue_write import discard
from app.store.write import Write

NEVER_TAKEN = ("room_limit", "limit_exceeded", "approval_limit", "channel_limit")
"""With these the server said that it did nothing."""


def take_back(w: Write, txn_ids: Sequence[TxnID]) -> list[TxnID]:
    """Drop those of some rows, with what depends on them, that cannot have arrived; which these were."""
    dropped: list[TxnID] = []
    for txn_id in txn_ids:
        row = w.conn.execute(f"SELECT {COLUMNS} FROM send_queue WHERE txn_id = ?", (txn_id,)).fetchone()
        if row is not None and _cannot_have_arrived(request_of(row)):
            discard(w, txn_id)
            dropped.append(txn_id)
    return dropped


def _cannot_have_arrived(row: QueuedRequest) -> bool:
    if row.state is SendState.WEDGED:
        return True
    return row.state is SendState.QUEUED and (row.attempts == 0 or row.error_code.startswith(NEVER_TAKEN))
