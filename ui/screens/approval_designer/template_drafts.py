"""Templates that were changed and not published: kept in the cache at every pause, by the template's id."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from app.domain.approvals.template import Template
from app.domain.approvals.wire import to_content

if TYPE_CHECKING:
    from app.store.cache import Cache
    from app.store.reader import Reader

NAMESPACE = "approval_designer"
MOST = 50


class TemplateDraft(NamedTuple):
    """A template as it was left, and the version it was made of; 0: it is new."""

    template: Template
    base: int


def read_drafts(read: Reader) -> dict[str, TemplateDraft]:
    """Give all drafts; one that cannot be read is left out. *Slow*: on the read worker."""
    found = {}
    for key in _index(read):
        draft = _parse(read.kv(NAMESPACE, _name(key)) or "")
        if draft is not None:
            found[key] = draft
    return found


async def keep_draft(cache: Cache, key: str, draft: TemplateDraft | None) -> None:
    """Keep a draft; None: it was published or thrown away."""
    index = await cache.read_in_worker(_index)
    rest = [one for one in index if one != key]
    text = None
    if draft is not None:
        text = json.dumps({"base": draft.base, "template": to_content(draft.template)}, ensure_ascii=False)
        rest = [*rest, key]
    elif key not in index:
        return
    for old in rest[:-MOST]:
        await cache.set_kv(NAMESPACE, _name(old), None)
    await cache.set_kv(NAMESPACE, _name(key), text)
    await cache.set_kv(NAMESPACE, "index", json.dumps(rest[-MOST:]))


def _index(read: Reader) -> list[str]:
    try:
        kept = json.loads(read.kv(NAMESPACE, "index") or "[]")
    except ValueError:
        return []
    return [key for key in kept if isinstance(key, str)] if isinstance(kept, list) else []


def _name(key: str) -> str:
    return f"draft:{key}"


def _parse(text: str) -> TemplateDraft | None:
    try:
        kept: Any = json.loads(text)
        base = int(kept.get("base", 0))
        return TemplateDraft(msgspec.convert(kept.get("template"), Template), base)
    except (ValueError, AttributeError, TypeError, msgspec.ValidationError, RecursionError):
        return None
