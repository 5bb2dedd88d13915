"""Transaction ids: made once per request, never reused, also not after a restart."""

import secrets

from app.domain.ids import TxnID


def new_txn_id() -> TxnID:
    """Make one; 96 random bits, so that no two devices or starts ever meet."""
    return TxnID(f"m{secrets.token_urlsafe(12)}")
