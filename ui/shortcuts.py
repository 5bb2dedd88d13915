"""Every key of the main window in one table: the window binds it, the settings page lists it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from resources.translations import tr


class Command(StrEnum):
    """What a key does."""

    SWITCH = "switch"
    SEARCH_HERE = "search_here"
    SEARCH_ALL = "search_all"
    NEW_CHAT = "new_chat"
    PREVIOUS_ROOM = "previous_room"
    NEXT_ROOM = "next_room"
    PREVIOUS_UNREAD = "previous_unread"
    NEXT_UNREAD = "next_unread"
    CHATS = "chats"
    DINGS = "dings"
    NEW_DING = "new_ding"
    APPROVALS = "approvals"
    NEW_APPROVAL = "new_approval"
    CHANNELS = "channels"
    PUBLISH = "publish"
    ALERT = "alert"
    CLEAR = "clear"
    CLEAR_DOT = "clear_dot"
    WHY = "why"
    PEOPLE = "people"
    SETTINGS = "settings"
    SIDE_PANEL = "side_panel"
    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    ZOOM_RESET = "zoom_reset"
    CLOSE = "close"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Key:
    """One binding; all `sequences` do the same, the first one is shown."""

    command: Command
    sequences: tuple[str, ...]


KEYS = (
    Key(Command.SWITCH, ("Ctrl+K",)),
    Key(Command.SEARCH_HERE, ("Ctrl+F",)),
    Key(Command.SEARCH_ALL, ("Ctrl+Shift+F",)),
    Key(Command.NEW_CHAT, ("Ctrl+N",)),
    Key(Command.PREVIOUS_ROOM, ("Alt+Up",)),
    Key(Command.NEXT_ROOM, ("Alt+Down",)),
    Key(Command.PREVIOUS_UNREAD, ("Alt+Shift+Up",)),
    Key(Command.NEXT_UNREAD, ("Alt+Shift+Down",)),
    Key(Command.CHATS, ("Ctrl+1",)),
    Key(Command.DINGS, ("Ctrl+2",)),
    Key(Command.APPROVALS, ("Ctrl+3",)),
    Key(Command.CHANNELS, ("Ctrl+4",)),
    Key(Command.PEOPLE, ("Ctrl+5",)),
    Key(Command.NEW_DING, ("Ctrl+Shift+D",)),
    Key(Command.NEW_APPROVAL, ("Ctrl+Shift+A",)),
    Key(Command.PUBLISH, ("Ctrl+Shift+U",)),
    Key(Command.ALERT, ("F8",)),
    Key(Command.CLEAR, ("Shift+Esc",)),
    Key(Command.CLEAR_DOT, ("Ctrl+Shift+M",)),
    Key(Command.WHY, ("Ctrl+Shift+Y",)),
    Key(Command.SETTINGS, ("Ctrl+,",)),
    Key(Command.SIDE_PANEL, ("Ctrl+I",)),
    Key(Command.ZOOM_IN, ("Ctrl++", "Ctrl+=")),
    Key(Command.ZOOM_OUT, ("Ctrl+-",)),
    Key(Command.ZOOM_RESET, ("Ctrl+0",)),
    Key(Command.CLOSE, ("Ctrl+W",)),
    Key(Command.QUIT, ("Ctrl+Q",)),
)


def command_words(command: Command) -> str:
    """Word a command for the settings page."""
    return {
        Command.SWITCH: tr("Go to a chat or person"),
        Command.SEARCH_HERE: tr("Search in this chat"),
        Command.SEARCH_ALL: tr("Search in all messages"),
        Command.NEW_CHAT: tr("New chat"),
        Command.PREVIOUS_ROOM: tr("Previous chat"),
        Command.NEXT_ROOM: tr("Next chat"),
        Command.PREVIOUS_UNREAD: tr("Previous unread chat"),
        Command.NEXT_UNREAD: tr("Next unread chat"),
        Command.CHATS: tr("Chats"),
        Command.DINGS: tr("DING"),
        Command.NEW_DING: tr("New DING"),
        Command.APPROVALS: tr("Approvals"),
        Command.NEW_APPROVAL: tr("New request"),
        Command.CHANNELS: tr("Channels"),
        Command.PUBLISH: tr("Publish a video"),
        Command.ALERT: tr("The newest DING card"),
        Command.CLEAR: tr("Clear all red dots"),
        Command.CLEAR_DOT: tr("Clear the dot of this chat"),
        Command.WHY: tr("Why this number"),
        Command.PEOPLE: tr("People"),
        Command.SETTINGS: tr("Settings"),
        Command.SIDE_PANEL: tr("Members and files"),
        Command.ZOOM_IN: tr("Larger"),
        Command.ZOOM_OUT: tr("Smaller"),
        Command.ZOOM_RESET: tr("Normal size"),
        Command.CLOSE: tr("Close the window"),
        Command.QUIT: tr("Quit Tack"),
    }[command]


def keys_of(command: Command) -> tuple[str, ...]:
    """Give the keys of a command; empty when it has none."""
    return next((key.sequences for key in KEYS if key.command is command), ())


def key_words(key: Key) -> str:
    """The key as this system writes it."""
    return QKeySequence(key.sequences[0]).toString(QKeySequence.SequenceFormat.NativeText)


def bind(window: QWidget, acts: Mapping[Command, Callable[[], None]]) -> list[QShortcut]:
    """Make the shortcuts of a window."""
    shortcuts = []
    for key in KEYS:
        act = acts.get(key.command)
        if act is None:
            continue
        for sequence in key.sequences:
            shortcut = QShortcut(QKeySequence(sequence), window)
            shortcut.activated.connect(act)
            shortcuts.append(shortcut)
    return shortcuts
