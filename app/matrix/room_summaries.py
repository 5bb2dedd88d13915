"""Summaries of rooms: the tree of a space, the public room list. Wrong-typed parts are left out."""

from app.domain.events import JSONObject, dict_of, int_of, text_of
from app.domain.ids import ContentURI, RoomID
from app.matrix.json_answers import decode_object, objects_of
from app.matrix.room_pages import HierarchyPage, HierarchyRoom


def decode_hierarchy(body: bytes) -> HierarchyPage:
    """Decode a page of `/hierarchy`. Raises StrangeAnswer when it is no object."""
    answer = decode_object(body)
    rooms = tuple(summary_of(room) for room in objects_of(answer.get("rooms")) if text_of(room, "room_id"))
    return HierarchyPage(rooms, text_of(answer, "next_batch"))


def summary_of(room: JSONObject) -> HierarchyRoom:
    """Read one room summary."""
    avatar = text_of(room, "avatar_url")
    return HierarchyRoom(
        room_id=RoomID(text_of(room, "room_id") or ""),
        name=text_of(room, "name") or "",
        topic=text_of(room, "topic") or "",
        avatar=ContentURI(avatar) if avatar else None,
        room_type=text_of(room, "room_type"),
        alias=text_of(room, "canonical_alias"),
        joined_count=int_of(room, "num_joined_members") or 0,
        join_rule=text_of(room, "join_rule") or "public",
        children=_children(room),
        raw=room,
    )


def _children(room: JSONObject) -> tuple[RoomID, ...]:
    links = [
        link
        for link in objects_of(room.get("children_state"))
        if link.get("type") == "m.space.child"
        and text_of(link, "state_key")
        and dict_of(link, "content").get("via")
    ]
    links.sort(key=_child_order)
    return tuple(RoomID(str(link["state_key"])) for link in links)


def _child_order(link: JSONObject) -> tuple[bool, str, int, str]:
    """Source: Matrix client-server API, "Ordering of children within a space"."""
    order = text_of(dict_of(link, "content"), "order") or ""
    is_valid = 0 < len(order) <= 50 and all(" " <= char <= "~" for char in order)
    return (
        not is_valid,
        order if is_valid else "",
        int_of(link, "origin_server_ts") or 0,
        str(link["state_key"]),
    )
