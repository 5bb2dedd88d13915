"""Values of the server on this computer: its settings, its states, what may be asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.domain.ids import DeviceID, UserID

DEFAULT_SERVER_NAME = "tack.localhost"


class StartStep(StrEnum):
    """What `LocalServer.start` is doing; the first-run page words it."""

    PREPARING = "preparing"
    WAITING_FOR_OTHER = "waiting_for_other"
    """An earlier server on the same folder is still closing its database."""
    BACKING_UP = "backing_up"
    """Another version of Synapse comes to this data: the database is copied before it is upgraded."""
    PORT_MOVED = "port_moved"
    """Somebody else has our port: another one was taken, the address has changed."""
    STARTING = "starting"
    READY = "ready"


class ServerState(StrEnum):
    """Whether the server answers."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    RESTARTING = "restarting"
    """It crashed and is being started again."""
    FAILED = "failed"
    """It crashed too often; `start` tries again."""


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a server can run here; `reason` names the sentence when it cannot."""

    is_supported: bool
    reason: str = ""
    """`server_unsupported` (Windows, macOS) or `server_not_installed` (the optional extra is missing)."""

    def __bool__(self) -> bool:
        return self.is_supported


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What differs between a company's desk, a demo and a test."""

    is_unlimited: bool = False
    """Lift every rate limit and hash passwords cheaply: demos and tests only."""
    access_token_lifetime_ms: int | None = None
    """Lifetime of tokens that can be refreshed; None leaves Synapse's five minutes."""
    restarts_after_crash: bool = True
    max_upload: str = "300M"
    module_folder: Path | None = None
    """Where Synapse finds modules named in `extra`: measuring servers only."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Further top-level keys of homeserver.yaml; they win."""


@dataclass(frozen=True, slots=True, repr=False)
class LocalUser:
    """An account that was just made. Its repr hides the token."""

    user_id: UserID
    access_token: str
    device_id: DeviceID

    def __repr__(self) -> str:
        return f"LocalUser({self.user_id}, {self.device_id})"
