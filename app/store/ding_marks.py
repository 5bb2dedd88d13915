"""What rows of the timeline show of dings: read for a page at once, only where a content has the fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.dings import DING_FIELD, NUDGE_FIELD, nudged_ding, words_of
from app.domain.timeline import DingMark
from app.store.ding_content import ding_of_content, due_of
from app.store.sql import from_json, select_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.content import JSONObject
    from app.domain.events import Event
    from app.domain.ids import EventID, UserID

_DINGS = (
    "SELECT id, content, due_ts, is_to_me, is_open, my_ts, confirmed, total FROM ding"
    " WHERE is_muted = 0 AND is_redacted = 0 AND id IN {in}"
)
_NUDGES = "SELECT id, target FROM nudge WHERE is_valid = 1 AND id IN {in}"


class Marks:
    """The dings and nudges among the rows of a page, by the key of the row. Muted and recalled dings are not."""

    def __init__(self) -> None:
        self._dings: dict[int, tuple[Any, ...]] = {}
        self._nudges: dict[int, EventID] = {}

    def load(self, conn: Any, keys: Sequence[int], events: Sequence[Event | None]) -> None:
        """Read what is needed for some rows."""
        pairs = [(key, event.content) for key, event in zip(keys, events, strict=True) if event is not None]
        dings = [key for key, content in pairs if DING_FIELD in content]
        nudges = [key for key, content in pairs if NUDGE_FIELD in content]
        self._dings = {row[0]: row[1:] for row in select_in(conn, _DINGS, dings)}
        self._nudges = dict(select_in(conn, _NUDGES, nudges))

    def ding(self, key: int, body: str) -> DingMark | None:
        """Give the ding of a row that now has this body."""
        row = self._dings.get(key)
        if row is None:
            return None
        content, due, is_to_me, is_open, my_ts, confirmed, total = row
        kind = str(from_json(content).get("kind"))
        return DingMark(kind, words_of(body), due, bool(is_to_me), bool(is_open), my_ts, confirmed, total)

    def nudged(self, key: int) -> EventID | None:
        """Give the ding that a row reminds of."""
        return self._nudges.get(key)


def echo_ding(content: JSONObject, body: str, me: UserID) -> DingMark | None:
    """Give the ding that a message of mine on its way is."""
    ding = ding_of_content(content)
    if ding is None:
        return None
    total = len(ding.recipients)
    return DingMark(
        ding.kind.value, words_of(body), due_of(ding), me in ding.recipients, False, None, 0, total
    )


def echo_nudged(content: JSONObject) -> EventID | None:
    """Give the ding that a message of mine on its way reminds of."""
    return nudged_ding(content) if NUDGE_FIELD in content else None
