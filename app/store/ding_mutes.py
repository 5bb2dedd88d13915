"""Whose dings are plain messages for me: account data, changed here at once and queued for the server."""

from app.domain.content import JSONObject, strings_of
from app.domain.dings import MUTED_TYPE
from app.domain.ids import TxnID, UserID
from app.domain.sending import RequestKind
from app.store.account_data import store_account_data
from app.store.queue_write import enqueue
from app.store.schema import GLOBAL_ROOM
from app.store.values import NewRequest
from app.store.write import Write


def set_sender_muted(w: Write, user_id: UserID, is_muted: bool, txn_id: TxnID) -> None:
    """Mute a sender or let them ding again. Changes that have not been sent yet become one."""
    before = strings_of(w.account_data(MUTED_TYPE), "users")
    if (user_id in before) == is_muted:
        return
    users = [user for user in before if user != user_id] + ([user_id] if is_muted else [])
    content: JSONObject = {**w.account_data(MUTED_TYPE), "users": users}
    store_account_data(w, GLOBAL_ROOM, MUTED_TYPE, content)
    w.conn.execute(
        "DELETE FROM send_queue WHERE kind = 'account_data' AND event_type = ? AND state != 'sending'",
        (MUTED_TYPE,),
    )
    enqueue(
        w,
        NewRequest(
            f"account_data:{MUTED_TYPE}", RequestKind.ACCOUNT_DATA, txn_id, content, event_type=MUTED_TYPE
        ),
    )
    w.tally.account_data.add(MUTED_TYPE)
    w.tally.dings = True
