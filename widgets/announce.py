"""Says something to a screen reader that no focus change would say: a note, a line about the connection, a choice."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent


def announce(source: QObject, words: str) -> None:
    """Let a screen reader say `words` when it is done with what it says now; costs nothing where none runs."""
    if words and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(source, words))
