"""Tables of version 3: requests, their steps, and the index of their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def create_approvals(db: Database) -> None:
    """Make them. All are projections (`app.store.approvals`)."""
