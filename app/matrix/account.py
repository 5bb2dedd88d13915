"""The own account: data, profile, devices, tags, and what the server offers.

Source: Matrix client-server API, "Client config", "Profiles", "Device management", "Room tagging".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.account import ServerOffers
from app.domain.events import JSONObject, dict_of, int_of, text_of
from app.domain.ids import ContentURI, DeviceID, RoomID, UserID
from app.domain.rooms import Profile
from app.matrix.interactive import with_password
from app.matrix.json_answers import objects_of
from app.matrix.offers import read_offers
from app.matrix.paths import client_path

if TYPE_CHECKING:
    from app.matrix.client import MatrixClient


@dataclass(frozen=True, slots=True)
class Device:
    """One signed-in device of the account."""

    device_id: DeviceID
    name: str
    last_seen_ip: str
    last_seen_ts: int


class AccountAPI:
    """`client.account`."""

    def __init__(self, client: "MatrixClient") -> None:
        self._client = client

    async def account_data(self, event_type: str) -> JSONObject:
        """Global account data of a type. Raises NotFound."""
        return await self._client.call("GET", await self._own("account_data", event_type))

    async def set_account_data(self, event_type: str, content: JSONObject) -> None:
        """Replace global account data."""
        await self._client.call("PUT", await self._own("account_data", event_type), body=content)

    async def room_account_data(self, room_id: RoomID, event_type: str) -> JSONObject:
        """Account data of a room. Raises NotFound."""
        return await self._client.call("GET", await self._own("rooms", room_id, "account_data", event_type))

    async def set_room_account_data(self, room_id: RoomID, event_type: str, content: JSONObject) -> None:
        """Replace account data of a room (`m.marked_unread`, …)."""
        where = await self._own("rooms", room_id, "account_data", event_type)
        await self._client.call("PUT", where, body=content)

    async def tags(self, room_id: RoomID) -> JSONObject:
        """The own tags of a room, by name."""
        return dict_of(await self._client.call("GET", await self._own("rooms", room_id, "tags")), "tags")

    async def set_tag(self, room_id: RoomID, tag: str, order: float | None = None) -> None:
        """Tag a room (`m.favourite`, `m.lowpriority`, `u.…`)."""
        body: JSONObject = {} if order is None else {"order": order}
        await self._client.call("PUT", await self._own("rooms", room_id, "tags", tag), body=body)

    async def delete_tag(self, room_id: RoomID, tag: str) -> None:
        """Take a tag away."""
        await self._client.call("DELETE", await self._own("rooms", room_id, "tags", tag))

    async def profile(self, user_id: UserID) -> Profile:
        """Anyone's name and avatar. Raises NotFound."""
        answer = await self._client.call("GET", client_path("v3", "profile", user_id))
        avatar = text_of(answer, "avatar_url")
        return Profile(user_id, text_of(answer, "displayname") or "", ContentURI(avatar) if avatar else None)

    async def set_displayname(self, name: str) -> None:
        """Change the own name."""
        await self._set_profile("displayname", name)

    async def set_avatar(self, uri: ContentURI | None) -> None:
        """Change the own picture."""
        await self._set_profile("avatar_url", uri or "")

    async def profile_field(self, user_id: UserID, field: str) -> object:
        """Anyone's own field of a profile. Raises NotFound. Source: MSC4133, in the specification since v1.16."""
        return (await self._client.call("GET", client_path("v3", "profile", user_id, field))).get(field)

    async def set_profile_field(self, field: str, value: object) -> None:
        """Set a field of the own profile; None removes it."""
        where = client_path("v3", "profile", await self._client.own_user_id(), field)
        if value is None:
            await self._client.call("DELETE", where)
        else:
            await self._client.call("PUT", where, body={field: value})

    async def devices(self) -> tuple[Device, ...]:
        """All devices signed in to the account."""
        answer = await self._client.call("GET", "/_matrix/client/v3/devices")
        return tuple(
            _device(item) for item in objects_of(answer.get("devices")) if text_of(item, "device_id")
        )

    async def rename_device(self, device_id: DeviceID, name: str) -> None:
        """Change what a device is called."""
        await self._client.call("PUT", client_path("v3", "devices", device_id), body={"display_name": name})

    async def delete_devices(self, device_ids: list[DeviceID], password: str) -> None:
        """Sign other devices out. Raises Forbidden(code="wrong_password")."""
        await with_password(
            self._client, "/_matrix/client/v3/delete_devices", {"devices": list(device_ids)}, password
        )

    async def change_password(self, old: str, new: str, *, is_signing_out_others: bool = False) -> None:
        """Change the password. Raises Forbidden(code="wrong_password")."""
        body: JSONObject = {"new_password": new, "logout_devices": is_signing_out_others}
        await with_password(self._client, "/_matrix/client/v3/account/password", body, old)

    async def capabilities(self) -> JSONObject:
        """What the server lets this user do."""
        answer = await self._client.call("GET", "/_matrix/client/v3/capabilities")
        return dict_of(answer, "capabilities")

    async def offers(self) -> ServerOffers:
        """Versions, capabilities and limits of the server; signed in or not."""
        return await read_offers(self._client)

    async def _own(self, *segments: str) -> str:
        return client_path("v3", "user", await self._client.own_user_id(), *segments)

    async def _set_profile(self, field: str, value: str) -> None:
        user_id = await self._client.own_user_id()
        await self._client.call("PUT", client_path("v3", "profile", user_id, field), body={field: value})


def _device(item: JSONObject) -> Device:
    return Device(
        DeviceID(text_of(item, "device_id") or ""),
        text_of(item, "display_name") or "",
        text_of(item, "last_seen_ip") or "",
        int_of(item, "last_seen_ts") or 0,
    )
