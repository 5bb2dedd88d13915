"""Identifiers of the Matrix specification as distinct types, so that none is a bare `str`."""

from typing import NewType

RoomID = NewType("RoomID", str)
EventID = NewType("EventID", str)
UserID = NewType("UserID", str)
DeviceID = NewType("DeviceID", str)
TxnID = NewType("TxnID", str)
ContentURI = NewType("ContentURI", str)
"""An `mxc://server/media` address."""


def server_name_of(user_id: UserID) -> str:
    """Give the server part of a user id; empty when the id has none."""
    return user_id.partition(":")[2]


def localpart_of(user_id: UserID) -> str:
    """Give the part between `@` and the first colon; the whole id when it is malformed."""
    return user_id.partition(":")[0].removeprefix("@")
