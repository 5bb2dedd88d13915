"""How the own user stands to a room."""

from enum import StrEnum


class Membership(StrEnum):
    """The own user's relation to a room."""

    JOIN = "join"
    INVITE = "invite"
    KNOCK = "knock"
    LEAVE = "leave"
    BAN = "ban"
