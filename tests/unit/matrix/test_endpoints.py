"""Endpoints by subject: what is asked, and what is made of the answers."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.domain.events import MALFORMED
from app.domain.ids import ContentURI, EventID, RoomID, UserID
from app.errors import InputError, NotFound, StrangeAnswer, TooLarge
from app.matrix.media import parts_of
from tests.helpers.fault_server import Fault, Reply
from tests.helpers.matrix_rig import event, member, rig, run

ROOM = RoomID("!r:test")


def test_a_page_of_history_is_kept_as_served() -> None:
    async def test() -> None:
        async with rig() as r:
            page = {
                "chunk": [event(2), 3, event(1)],
                "start": "s",
                "end": "e",
                "state": [member("@li:test", "join")],
            }
            r.server.on("GET", "/messages", Reply(page))
            found = await r.client.rooms.messages(ROOM, "t1", "b", 30, to="t0")
            assert [item.event_id for item in found.events if item.type != MALFORMED] == ["$e2", "$e1"]
            assert (len(found.events), found.start, found.end, found.state[0].state_key) == (
                3,
                "s",
                "e",
                "@li:test",
            )
            query = r.server.requests[0].query
            assert (query["from"], query["dir"], query["limit"], query["to"]) == ("t1", "b", "30", "t0")
            r.server.on("GET", "/messages", Reply({"chunk": [], "start": "s"}))
            last = await r.client.rooms.messages(ROOM, None)
            assert (last.events, last.end) == ((), None)
            assert "from" not in r.server.requests[1].query

    run(test())


@pytest.mark.parametrize("body", [b"{}", b'{"chunk":3}', b"[]", b'{"chunk":[{]}'])
def test_a_page_that_makes_no_sense_is_strange(body: bytes) -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "", Reply(body))
            for call in (r.client.rooms.messages(ROOM, None), r.client.rooms.members(ROOM)):
                with pytest.raises(StrangeAnswer):
                    await call

    run(test())


def test_a_large_answer_is_decoded_off_the_loop() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on(
                "GET", "/members", Reply({"chunk": [member(f"@u{n}:test", "join", n) for n in range(2000)]})
            )
            ticks = 0

            async def tick() -> None:
                nonlocal ticks
                while True:
                    await asyncio.sleep(0.001)
                    ticks += 1

            ticking = asyncio.create_task(tick())
            assert len(await r.client.rooms.members(ROOM)) == 2000
            ticking.cancel()
            assert ticks > 3

    run(test())


def test_context_relations_event_and_state() -> None:
    async def test() -> None:
        async with rig() as r:
            context = {
                "event": event(5),
                "events_before": [event(4), event(3)],
                "events_after": [event(6)],
                "start": "a",
                "end": "b",
            }
            r.server.on("GET", "/context/", Reply(context))
            r.server.on("GET", "/relations/", Reply({"chunk": [event(9)], "next_batch": "n"}))
            r.server.on("GET", "/event/", Reply(event(7)))
            r.server.on("GET", "/state", Reply([member("@a:b", "join")]))
            around = await r.client.rooms.context(ROOM, EventID("$e5"))
            assert (around.event.event_id, [e.event_id for e in around.before], around.after[0].event_id) == (
                "$e5",
                ["$e4", "$e3"],
                "$e6",
            )
            related = await r.client.rooms.relations(ROOM, EventID("$e5"), "m.annotation", "m.reaction")
            assert (related.events[0].event_id, related.next_batch) == ("$e9", "n")
            assert r.server.requests[1].path.endswith("/relations/%24e5/m.annotation/m.reaction")
            assert (await r.client.rooms.event(ROOM, EventID("$e7"))).event_id == "$e7"
            assert (await r.client.rooms.state(ROOM))[0].state_key == "@a:b"

    run(test())


def test_the_tree_of_a_space_is_in_the_order_the_space_wants() -> None:
    def child(room_id: str, ts: int, **content: Any) -> dict[str, Any]:
        return {"type": "m.space.child", "state_key": room_id, "origin_server_ts": ts, "content": content}

    async def test() -> None:
        async with rig() as r:
            children = [
                child("!old:t", 1, via=["t"]),
                child("!b:t", 5, via=["t"], order="b"),
                child("!a:t", 9, via=["t"], order="a"),
                child("!gone:t", 0),
                child("!bad:t", 2, via=["t"], order="\x01"),
                5,
            ]
            space = {
                "room_id": "!s:t",
                "room_type": "m.space",
                "name": "研发",
                "num_joined_members": 4,
                "children_state": children,
            }
            r.server.on(
                "GET", "/hierarchy", Reply({"rooms": [space, {"name": "no id"}, 3], "next_batch": "n"})
            )
            page = await r.client.rooms.hierarchy(RoomID("!s:t"), max_depth=3)
            (found,) = page.rooms
            assert found.children == ("!a:t", "!b:t", "!old:t", "!bad:t")
            assert (found.name, found.joined_count, found.room_type, page.next_batch) == (
                "研发",
                4,
                "m.space",
                "n",
            )

    run(test())


def test_people_and_public_rooms_are_found() -> None:
    async def test() -> None:
        async with rig() as r:
            users = [
                {"user_id": "@li:t", "display_name": "李娜", "avatar_url": "mxc://t/a"},
                {"display_name": "no id"},
                3,
            ]
            r.server.on("POST", "/user_directory/", Reply({"results": users, "limited": True}))
            found, is_limited = await r.client.directory.search_users("李", 10)
            assert ([(p.user_id, p.name, p.avatar) for p in found], is_limited) == (
                [("@li:t", "李娜", "mxc://t/a")],
                True,
            )
            r.server.on(
                "POST",
                "/publicRooms",
                Reply({"chunk": [{"room_id": "!a:t", "name": "x"}], "next_batch": "n"}),
            )
            page = await r.client.directory.public_rooms("x", server="other.com")
            assert (page.rooms[0].name, page.next_batch) == ("x", "n")
            assert r.server.requests[1].query == {"server": "other.com"}

    run(test())


def test_receipts_markers_and_typing() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("*", "", Reply({}))
            await r.client.receipts.send_receipt(ROOM, EventID("$e"), "m.read.private")
            await r.client.receipts.read_markers(ROOM, fully_read=EventID("$e"), private=EventID("$e"))
            await r.client.receipts.typing(ROOM, True, 4000)
            await r.client.receipts.typing(ROOM, False)
            bodies = [request.json() for request in r.server.requests]
            assert bodies == [
                {},
                {"m.fully_read": "$e", "m.read.private": "$e"},
                {"typing": True, "timeout": 4000},
                {"typing": False},
            ]
            assert r.server.requests[0].path.endswith("/receipt/m.read.private/%24e")
            assert r.server.requests[2].path.endswith("/typing/%40me%3Atest")

    run(test())


def test_account_data_tags_profiles_and_rules() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("*", "", Reply({}))
            account, rules = r.client.account, r.client.push_rules
            await account.set_account_data("m.direct", {"@a:b": ["!r"]})
            await account.set_room_account_data(ROOM, "m.marked_unread", {"unread": True})
            await account.set_tag(ROOM, "m.favourite", 0.5)
            await account.delete_tag(ROOM, "m.favourite")
            await account.set_displayname("李娜")
            await rules.put("override", "!r:test", {"actions": []}, before=".m.rule.x")
            await rules.delete("override", "!r:test")
            await rules.set_enabled("override", ".m.rule.master", True)
            asked = [
                (request.method, request.path.removeprefix("/_matrix/client/v3/"))
                for request in r.server.requests
            ]
            me, room = "user/%40me%3Atest", "rooms/%21r%3Atest"
            assert asked == [
                ("PUT", f"{me}/account_data/m.direct"),
                ("PUT", f"{me}/{room}/account_data/m.marked_unread"),
                ("PUT", f"{me}/{room}/tags/m.favourite"),
                ("DELETE", f"{me}/{room}/tags/m.favourite"),
                ("PUT", "profile/%40me%3Atest/displayname"),
                ("PUT", "pushrules/global/override/%21r%3Atest"),
                ("DELETE", "pushrules/global/override/%21r%3Atest"),
                ("PUT", "pushrules/global/override/.m.rule.master/enabled"),
            ]
            r.server.on("GET", "/profile/", Reply({"displayname": 3, "avatar_url": "mxc://a/b"}))
            profile = await account.profile(UserID("@li:test"))
            assert (profile.name, profile.avatar) == ("", "mxc://a/b")
            r.server.on("GET", "/devices", Reply({"devices": [{"device_id": "D", "last_seen_ts": 5}, {}, 3]}))
            assert [(device.device_id, device.last_seen_ts) for device in await account.devices()] == [
                ("D", 5)
            ]

    run(test())


def test_files_go_up_and_come_down(tmp_path: Path) -> None:
    async def test() -> None:
        async with rig() as r:
            path = tmp_path / "a"
            path.write_bytes(b"x" * 200_000)
            r.server.on("POST", "/upload", Reply({"content_uri": "mxc://test/1"}))
            r.server.on(
                "GET",
                "/_matrix/client/v1/media/download/test/1",
                Reply(b"data", headers={"Content-Type": "image/png"}),
            )
            r.server.on("GET", "/_matrix/client/v1/media/thumbnail/test/1", Reply(b"small"))
            heard: list[tuple[int, int]] = []
            uri = await r.client.media.upload(
                path, "报价 单.pdf", "application/pdf", lambda sent, total: heard.append((sent, total))
            )
            request = r.server.requests[0]
            assert (uri, request.query, request.headers["content-type"]) == (
                "mxc://test/1",
                {"filename": "报价 单.pdf"},
                "application/pdf",
            )
            assert request.headers["authorization"] == "Bearer token1"
            await asyncio.sleep(0)
            assert heard[-1] == (200_000, 200_000)
            pieces: list[bytes] = []
            head = await r.client.media.download(uri, pieces.append)
            assert (b"".join(pieces), head.content_type) == (b"data", "image/png")
            assert await r.client.media.thumbnail(uri, 32, 32) == b"small"
            assert r.server.requests[-1].query["width"] == "32"

    run(test())


def test_an_old_server_is_asked_the_old_way() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/_matrix/media/v3/download/test/1", Reply(b"data"))
            uri, pieces = ContentURI("mxc://test/1"), list[bytes]()
            for _ in range(2):
                await r.client.media.download(uri, pieces.append)
            assert pieces == [b"data", b"data"]
            assert len(r.server.seen("GET", "/_matrix/client/v1/media/")) == 1

    run(test())


def test_media_failures_have_names() -> None:
    async def test() -> None:
        async with rig() as r:
            uri = ContentURI("mxc://test/1")
            r.server.on("GET", "/download/", Reply({"errcode": "M_NOT_FOUND"}, 404))
            with pytest.raises(NotFound):
                await r.client.media.download(uri, list[bytes]().append)
            r.server.on("POST", "/upload", Reply({"errcode": "M_TOO_LARGE"}, 413))
            with pytest.raises(TooLarge):
                await r.client.media.upload(b"x", "a", "b/c")
            r.server.on("POST", "/upload", fault=Fault.HTML)
            with pytest.raises(StrangeAnswer):
                await r.client.media.upload(b"x", "a", "b/c")

    run(test())


@pytest.mark.parametrize(
    "uri", ["", "mxc://", "mxc://a", "mxc://a/", "mxc:///b", "https://a/b", "mxc://a/b/c", "mxc://a/.."]
)
def test_what_is_no_media_address_is_refused(uri: str) -> None:
    with pytest.raises(InputError):
        parts_of(ContentURI(uri))
