"""What rows of a timeline there are."""

from enum import StrEnum


class ItemKind(StrEnum):
    """What an item is; decides how it is drawn."""

    TEXT = "text"
    NOTICE = "notice"
    EMOTE = "emote"
    IMAGE = "image"
    FILE = "file"
    VIDEO = "video"
    AUDIO = "audio"
    STATE = "state"
    ENCRYPTED = "encrypted"
    UNKNOWN = "unknown"
    GAP = "gap"
    """Events are missing here; opening it asks the server."""
