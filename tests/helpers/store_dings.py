"""Dings, confirmations, nudges and comments as events, for the tests of the store."""

from collections.abc import Sequence
from typing import Any

from app.domain.dings import MIN_NUDGE_MS, DingSummary
from app.domain.events import Event
from app.domain.ids import TxnID
from app.domain.sending import RequestKind
from app.store.cache import Cache
from app.store.values import NewRequest
from tests.helpers.store_history import (
    ANNA,
    BOB,
    ME,
    ROOM,
    START_MS,
    batch,
    event,
    member,
    message,
    reaction,
    text,
    update,
)

LATER = START_MS + MIN_NUDGE_MS


def field(recipients: Sequence[str] = (ME, BOB), **more: Any) -> dict[str, Any]:
    """The field `im.tack.ding`."""
    return {"v": 1, "kind": "task", "recipients": list(recipients), **more}


def content(words: str = "sign it", recipients: Sequence[str] = (ME, BOB), **more: Any) -> dict[str, Any]:
    """A message content that is a ding."""
    return {
        "msgtype": "m.text",
        "body": f"[DING] {words}\n— due 18:00",
        "m.mentions": {"user_ids": list(recipients)},
        "im.tack.ding": field(recipients, **more),
    }


def ding(
    name: str = "d",
    recipients: Sequence[str] = (ME, BOB),
    *,
    words: str = "sign it",
    said: dict[str, Any] | None = None,
    **more: Any,
) -> Event:
    return event(name, content=content(words, recipients, **(said or {})), **more)


def confirm(name: str, sender: str = ME, target: str = "$d", **more: Any) -> Event:
    return reaction(name, target, "✅", sender, **more)


def nudge(name: str, sender: str = ANNA, target: str = "$d", **more: Any) -> Event:
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": target}}}
    said = text("please", **reply) | {"im.tack.ding.nudge": {"v": 1, "event_id": target}}
    return event(name, sender=sender, content=said, **{"ts": LATER, **more})


def comment(name: str, body: str = "why?", target: str = "$d", **more: Any) -> Event:
    return event(
        name, content=text(body, **{"m.relates_to": {"rel_type": "m.thread", "event_id": target}}), **more
    )


def edited(name: str, new: dict[str, Any], target: str = "$d", **more: Any) -> Event:
    relation = {"rel_type": "m.replace", "event_id": target}
    return event(name, content=text("* edit", **{"m.new_content": new, "m.relates_to": relation}), **more)


def waiting_confirmation(txn: str = "yes", target: str = "$d", **more: Any) -> NewRequest:
    relation = {"rel_type": "m.annotation", "event_id": target, "key": "✅"}
    said = {"m.relates_to": relation, "im.tack.note": "by Friday"}
    return message(txn, content=said, event_type="m.reaction", **more)


def waiting_redaction(txn: str, target: str | None = None, **more: Any) -> NewRequest:
    return NewRequest(ROOM, RequestKind.REDACTION, TxnID(txn), {}, ROOM, target=target, **more)  # type: ignore[arg-type]


async def sync(cache: Cache, *events: Event, **more: Any) -> Any:
    return await cache.apply_sync(batch(update(*events, **more)))


async def with_ding(cache: Cache, *events: Event) -> None:
    """Three people and a ding of Anna's for me and Bob."""
    await sync(cache, *(member(user) for user in (ME, ANNA, BOB)), ding(), *events)


def summary(cache: Cache, name: str = "$d") -> DingSummary:
    found = cache.read.dings.summary(name)
    assert found is not None
    return found


def figures(cache: Cache, name: str = "$d") -> tuple[int, int, bool]:
    """Confirmed, total, whether I am asked."""
    found = summary(cache, name)
    return found.confirmed, found.total, found.is_open
