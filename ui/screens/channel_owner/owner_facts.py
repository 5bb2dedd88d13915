"""What the owner's window shows, read at once on the reading thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.domain.channels.channel import Role
from ui.channel_consent import Consent, consent_of

if TYPE_CHECKING:
    from app.domain.channels.rows import ChannelFigures, ChannelRow, CourseRow
    from app.domain.ids import RoomID
    from app.store.reader import Reader


class OwnerFacts(NamedTuple):
    """One channel."""

    channel: ChannelRow
    figures: ChannelFigures
    courses: tuple[CourseRow, ...]
    consent: Consent

    @property
    def is_editor(self) -> bool:
        """Whether I may publish and change playlists."""
        return self.channel.my_role is not Role.VIEWER

    @property
    def is_owner(self) -> bool:
        """Whether I may change roles and settings."""
        return self.channel.my_role is Role.OWNER

    @property
    def has_reports(self) -> bool:
        """Whether it is known who has finished."""
        return self.consent.is_given and self.channel.wants_reports


def read_facts(read: Reader, room_id: RoomID) -> OwnerFacts | None:
    """Read them; None: this is no channel one knows."""
    channel = read.channels.channel(room_id)
    if channel is None:
        return None
    figures = read.channels.figures(room_id)
    return OwnerFacts(channel, figures, tuple(read.channels.courses(room_id)), consent_of(read))
