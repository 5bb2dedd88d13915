"""What the chat screen shows beside its timeline."""

from dataclasses import dataclass

from app.domain.ids import RoomID
from app.domain.rooms import RoomSummary
from app.domain.sync import Membership
from resources.translations import tr
from ui.room_rows import color_key, room_name
from ui.sentences import sentence_for


@dataclass(frozen=True, slots=True)
class HeaderState:
    """The line above the timeline."""

    room_id: RoomID
    title: str
    count_text: str
    topic: str
    is_external: bool
    is_encrypted: bool
    color_key: str


@dataclass(frozen=True, slots=True)
class WritingState:
    """Whether one can write here; empty `reason` means yes."""

    reason: str = ""
    action: str = ""
    """`join` offers the invitation's answer."""


def header_of(room: RoomSummary, member_count: int) -> HeaderState:
    """Word the header."""
    return HeaderState(
        room_id=room.room_id,
        title=room_name(room),
        count_text="" if room.is_direct else str(member_count),
        topic=" ".join(room.topic.split()),
        is_external=room.is_external,
        is_encrypted=room.is_encrypted,
        color_key=color_key(room),
    )


def writing_of(room: RoomSummary | None, power: tuple[int, int]) -> WritingState:
    """Say why nothing can be written, if so; `power` is mine and what a message needs."""
    if room is None or room.membership in {Membership.LEAVE, Membership.BAN}:
        return WritingState(sentence_for("room_left"))
    if room.membership is Membership.INVITE:
        return WritingState(tr("You are invited. Join to read and write."), "join")
    if room.membership is Membership.KNOCK:
        return WritingState(tr("You asked to join. Somebody has to let you in."))
    if room.is_encrypted:
        return WritingState(sentence_for("room_encrypted"))
    if power[0] < power[1]:
        return WritingState(tr("Only some members may write here."))
    return WritingState()
