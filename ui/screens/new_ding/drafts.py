"""Dings that were begun and not sent: kept in the cache by where they were begun, the latest few of them."""

import json

from app.store.cache import Cache
from app.store.reader import Reader
from ui.ding_desk import DingStart
from ui.screens.new_ding.new_ding_state import Writing, without_lost_files, writing_of, writing_text

NAMESPACE = "new_ding"
KEY = "drafts"
MOST = 10


def draft_key(start: DingStart) -> str:
    """Name the place where a ding is begun."""
    return f"{start.room_id or ''}|{start.source_event or ''}"


def draft_at(read: Reader, start: DingStart) -> Writing | None:
    """Give what was begun there before."""
    text = _kept(read).get(draft_key(start))
    writing = None if text is None else writing_of(text)
    return None if writing is None else without_lost_files(writing)


async def keep_draft(cache: Cache, start: DingStart, writing: Writing | None) -> None:
    """Keep what is being written there; None: it was sent or thrown away."""
    drafts = _kept(cache.read)
    before = drafts.pop(draft_key(start), None)
    if writing is None and before is None:
        return
    if writing is not None:
        drafts[draft_key(start)] = writing_text(writing)
    latest = dict(list(drafts.items())[-MOST:])
    await cache.set_kv(NAMESPACE, KEY, json.dumps(latest, ensure_ascii=False) if latest else None)


def _kept(read: Reader) -> dict[str, str]:
    try:
        kept = json.loads(read.kv(NAMESPACE, KEY) or "{}")
    except ValueError:
        return {}
    if not isinstance(kept, dict):
        return {}
    return {key: text for key, text in kept.items() if isinstance(key, str) and isinstance(text, str)}
