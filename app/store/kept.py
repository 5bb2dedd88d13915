"""Small things read back: values, whose cache it is, the session."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from app.domain.ids import DeviceID, UserID
from app.late import Late

if TYPE_CHECKING:
    from app.domain import account
    from app.domain.account import Session
else:
    account = Late("app.domain.account")

SESSION = ("session", "current")
USER = ("cache", "user_id")
UNPROJECTED = ("cache", "unprojected_dings")
"""Says that events stored by the first version wait to be looked through for dings."""
UNPROJECTED_APPROVALS = ("cache", "unprojected_approvals")
"""Says that rooms stored by an earlier version wait to be looked through for requests."""
UNPROJECTED_CHANNELS = ("cache", "unprojected_channels")
"""Says that channels stored by an earlier version wait to be looked through for posts."""
MADE_CHANNEL = "made_channel"
"""Namespace: what a channel that the server has made was asked to be, until sync brings it."""
SHIPPED_TEMPLATES = ("approvals", "shipped")
"""The digests of the templates that come with Tack, as a JSON list: what is made with one of them can be trusted."""


def read_kv(conn: Any, namespace: str, key: str) -> str | None:
    """Give a kept value."""
    row = conn.execute("SELECT value FROM kv WHERE namespace = ? AND key = ?", (namespace, key)).fetchone()
    return None if row is None else str(row[0])


def read_namespace(conn: Any, namespace: str) -> dict[str, str]:
    """Give all kept values of a namespace by key."""
    return dict(conn.execute("SELECT key, value FROM kv WHERE namespace = ?", (namespace,)).fetchall())


def read_session(conn: Any) -> Session | None:
    """Give the kept credentials."""
    text = read_kv(conn, *SESSION)
    if text is None:
        return None
    fields = json.loads(text)
    return account.Session(
        homeserver_url=fields["homeserver_url"],
        user_id=UserID(fields["user_id"]),
        device_id=DeviceID(fields["device_id"]),
        access_token=fields["access_token"],
        refresh_token=fields["refresh_token"],
        expires_at_ms=fields["expires_at_ms"],
    )
