"""Tables of version 4: channels, posts, courses, reports, and what this device notes about videos."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def create_channels(db: Database) -> None:
    """Make them."""
