"""Forms that were not sent yet, kept in the cache so that they survive everything but the disk."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from app.approvals.files import files_of, paths_in
from app.approvals.making import DRAFT_KEY
from app.approvals.values import ApprovalDraft
from app.store import keeping

if TYPE_CHECKING:
    from app.domain.content import JSONObject
    from app.store.cache import Cache
    from app.store.reader import Reader
    from app.store.write import Write

NAMESPACE = "approval_draft"
MAX_DRAFTS = 100


def put_draft(w: Write, key: str, template_id: str, title: str, content: JSONObject, changed_ms: int) -> None:
    """Keep a form; an empty content drops it."""
    kept = {"template_id": template_id, "title": title, "changed_ms": changed_ms, "content": content}
    keeping.set_kv(w, NAMESPACE, key, json.dumps(kept, ensure_ascii=False) if content else None)


async def save_draft(
    cache: Cache, key: str, template_id: str, title: str, content: JSONObject, now_ms: int
) -> None:
    """Keep a form; returns when the disk has it."""
    await cache.run(lambda w: put_draft(w, key, template_id, title, content, now_ms), is_durable=True)


def read_draft(read: Reader, key: str) -> ApprovalDraft | None:
    """Give one draft."""
    kept = read.kv(NAMESPACE, key)
    return None if kept is None else _draft_of(key, kept)


def read_drafts(read: Reader) -> list[ApprovalDraft]:
    """Give the drafts, the newest first."""
    kept = read.kv_all(NAMESPACE)
    drafts = [draft for key, text in kept.items() if (draft := _draft_of(key, text)) is not None]
    return sorted(drafts, key=lambda draft: -draft.changed_ms)[:MAX_DRAFTS]


def approval_files(read: Reader) -> set[str]:
    """Give the paths of files that requests, acts and drafts still need. *Slow*."""
    before = _queued_files(
        read
    )  # in this order: whatever goes from one to the other meanwhile is seen in one of them
    kept = {path for draft in read_drafts(read) for path in paths_in(draft.content)}
    return before | kept | _queued_files(read)


def _queued_files(read: Reader) -> set[str]:
    queued = {file.path for row in read.queue(limit=100_000) for file in files_of(row.content)}
    return queued | {path for row in read.rooms_to_be_made() for path in paths_in(row.content.get(DRAFT_KEY))}


def _draft_of(key: str, text: str) -> ApprovalDraft | None:
    kept: Any = json.loads(text)
    content = kept.get("content") if isinstance(kept, dict) else None
    if not isinstance(content, dict):
        return None
    return ApprovalDraft(
        key,
        str(kept.get("template_id", "")),
        str(kept.get("title", "")),
        int(kept.get("changed_ms", 0)),
        content,
    )
