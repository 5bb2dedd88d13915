"""The devices that are signed in to the account: which, when last seen, renamed, signed out."""

from dataclasses import dataclass

from app.domain.ids import DeviceID
from app.homeserver import Homeserver


@dataclass(frozen=True, slots=True)
class OwnDevice:
    """One device; `last_seen_ms` 0 where the server does not tell."""

    device_id: DeviceID
    name: str
    last_seen_ms: int
    last_seen_ip: str
    is_this: bool


class OwnDevices:
    """Asks the server each time: a list of devices that is old is worse than none."""

    def __init__(self, homeserver: Homeserver, own: DeviceID) -> None:
        self._homeserver = homeserver
        self._own = own

    async def read(self) -> list[OwnDevice]:
        """Give this device first, then the others, the last seen before. Raises the errors of the line."""
        found = [
            OwnDevice(
                device.device_id,
                device.name,
                device.last_seen_ts,
                device.last_seen_ip,
                device.device_id == self._own,
            )
            for device in await self._homeserver.client.account.devices()
        ]
        return sorted(found, key=lambda device: (not device.is_this, -device.last_seen_ms, device.device_id))

    async def rename(self, device_id: DeviceID, name: str) -> None:
        """Call a device something else."""
        await self._homeserver.client.account.rename_device(device_id, name)

    async def sign_out(self, device_ids: list[DeviceID], password: str) -> None:
        """End the sessions of other devices. Raises `Forbidden` (`wrong_password`)."""
        await self._homeserver.client.account.delete_devices(device_ids, password)
