"""Where an activated link leads."""

from app.domain.ids import UserID


def follow_link(address: str) -> UserID | None:
    """Give the person a link stands for; any other link of the web or mail is opened by the system."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    from app.domain.richtext import user_of_link

    user = user_of_link(address)
    if user is None and QUrl(address).scheme().lower() in {"http", "https", "mailto"}:
        QDesktopServices.openUrl(QUrl(address))
    return user
