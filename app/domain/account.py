"""A signed-in account: who, where, and what the server offers."""

from dataclasses import dataclass, replace

from app.domain.ids import DeviceID, UserID


@dataclass(frozen=True, slots=True, repr=False)
class Session:
    """Credentials of one device. Its repr hides the tokens."""

    homeserver_url: str
    """Base URL without a trailing slash, as discovery found it."""
    user_id: UserID
    device_id: DeviceID
    access_token: str
    refresh_token: str | None = None
    expires_at_ms: int | None = None

    def __repr__(self) -> str:
        return f"Session({self.user_id}, {self.device_id}, {self.homeserver_url})"

    def with_tokens(self, access: str, refresh: str | None, expires_at_ms: int | None) -> "Session":
        """Give the session after a token refresh."""
        return replace(self, access_token=access, refresh_token=refresh, expires_at_ms=expires_at_ms)


@dataclass(frozen=True, slots=True)
class ServerOffers:
    """What `/versions` and `/capabilities` say that changes our behaviour."""

    versions: tuple[str, ...]
    has_sliding_sync: bool
    has_delayed_events: bool
    max_upload_bytes: int | None
    can_change_password: bool
    can_set_displayname: bool
    default_room_version: str
    max_delay_ms: int | None = None
    """How long the server holds an event at most; None where it does not say."""
    max_delayed_events: int | None = None
