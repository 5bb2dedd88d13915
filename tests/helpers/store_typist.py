"""A process that syncs and sends without end, for tests that kill it.

Called as `python -m tests.helpers.store_typist FOLDER KEY_HEX`; prints a transaction id once `enqueue` has returned.
"""

import asyncio
import sys
from pathlib import Path

from app.domain.ids import TxnID
from app.store.cache import Cache
from app.store.connection import CacheKey
from tests.helpers.store_history import ME, batch, edit, event, event_id, message, redaction, update


async def type_for_ever(folder: Path, key: CacheKey) -> None:
    """Send, answer, sync and mark, in steps that a kill may cut anywhere."""
    cache = Cache.open(folder, key, user_id=ME)
    await cache.apply_sync(batch(update(event("start"))))
    for number in range(10**9):
        txn = f"txn{number}"
        await cache.enqueue(message(txn, f"text {number}"))
        print(txn, flush=True)
        news = [
            event(f"n{number}"),
            edit(f"e{number}", f"$n{number}", "better"),
            redaction(f"r{number}", f"$n{number - 1}"),
        ]
        if number % 2:
            news.append(event(f"copy-{txn}", sender=ME, unsigned={"transaction_id": txn}))
        await cache.queue_mark_sending(TxnID(txn))
        await cache.apply_sync(batch(update(*news)))
        if number % 3:
            await cache.queue_mark_sent(TxnID(txn), event_id(f"copy-{txn}"))
        await cache.set_read(news[0].room_id, news[0].event_id)


if __name__ == "__main__":
    asyncio.run(type_for_ever(Path(sys.argv[1]), CacheKey(raw=bytes.fromhex(sys.argv[2]))))
