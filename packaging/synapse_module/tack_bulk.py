# SPDX-License-Identifier: AGPL-3.0-or-later
"""A Synapse module that writes many messages in one request. Only to fill measuring servers on this computer.

This one file is loaded into Synapse's process, which is AGPL software, and is therefore under that licence; Tack
never imports it and it is not part of what ships. Never load it on a real server: whoever has a token may speak for
anybody.

    POST /_synapse/client/tack_bulk
    {"room_id": "!r", "events": [{"sender": "@a:hs", "ts": 1700000000000, "content": {…}}, …]}  →  {"event_ids": […]}

Events are `m.room.message`, their senders must be in the room, none may carry a `rel_type`.
"""

from typing import Any

from synapse.events.snapshot import UnpersistedEventContext
from synapse.http.servlet import parse_json_object_from_request
from synapse.module_api import DirectServeJsonResource, ModuleApi
from synapse.types import create_requester


class BulkResource(DirectServeJsonResource):
    """The endpoint."""

    def __init__(self, api: ModuleApi) -> None:
        homeserver = api._hs
        super().__init__(clock=homeserver.get_clock())
        self._api = api
        self._creation = homeserver.get_event_creation_handler()
        self._store = homeserver.get_datastores().main
        self._state_store = homeserver.get_datastores().state
        self._state = homeserver.get_storage_controllers().state

    async def _async_render_POST(self, request: Any) -> tuple[int, dict[str, Any]]:
        await self._api.get_user_by_req(request)
        body = parse_json_object_from_request(request)
        return 200, {"event_ids": await self._write(body["room_id"], body["events"])}

    async def _write(self, room_id: str, items: list[dict[str, Any]]) -> list[str]:
        """Chain the events one to another, take the room's state once, store all in one go."""
        extremities = await self._store.get_forward_extremities_for_room(room_id)
        previous = max(extremities, key=lambda row: row[2])[0]
        group = (await self._state.get_state_group_for_events([previous]))[previous]
        state = dict(await self._state.get_state_ids_for_group(group))
        depth, pending, ids = None, [], []
        for item in items:
            event, context = await self._creation.create_event(
                create_requester(item["sender"]),
                {
                    "type": "m.room.message",
                    "room_id": room_id,
                    "sender": item["sender"],
                    "content": item["content"],
                    "origin_server_ts": item["ts"],
                },
                prev_event_ids=[previous],
                depth=depth,
                state_map=dict(state),
                for_batch=True,
            )
            pending.append((event, context))
            previous, depth = event.event_id, event.depth + 1
            ids.append(previous)
        stored = await UnpersistedEventContext.batch_persist_unpersisted_contexts(
            pending, room_id, group, self._state_store
        )
        await self._creation.handle_new_client_event(
            create_requester(items[0]["sender"]), stored, ratelimit=False, ignore_shadow_ban=True
        )
        return ids


class BulkModule:
    """What Synapse's `modules` setting names."""

    def __init__(self, config: dict[str, Any], api: ModuleApi) -> None:
        api.register_web_resource("/_synapse/client/tack_bulk", BulkResource(api))

    @staticmethod
    def parse_config(config: dict[str, Any]) -> dict[str, Any]:
        """There is nothing to configure."""
        return config
