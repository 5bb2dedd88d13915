"""Where an activated link leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.ids import UserID
    from ui.desk import Desk


def follow_link(address: str, desk: Desk) -> UserID | None:
    """Give the person a link stands for; one to a room or video is opened here, any other of the web or mail by the system."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    from app.domain.richtext import user_of_link

    user = user_of_link(address)
    if user is None and desk.channels.follow_link(address):
        return None
    if user is None and QUrl(address).scheme().lower() in {"http", "https", "mailto"}:
        QDesktopServices.openUrl(QUrl(address))
    return user
