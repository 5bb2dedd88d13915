"""A homeserver that wants our token, our memory or our log."""

import asyncio
from pathlib import Path

import pytest

from app.domain.ids import ContentURI, DeviceID, EventID, RoomID, UserID
from app.errors import StrangeAnswer
from app.matrix.client import MatrixClient
from app.matrix.error_answers import error_of
from app.matrix.exchange import Call
from app.matrix.media import MAX_THUMBNAIL_BYTES
from app.matrix.paths import client_path, room_path
from app.matrix.transport import Answer, NetworkSettings, Transport
from tests.helpers.certificates import Authority
from tests.helpers.fault_server import FaultServer, Reply
from tests.helpers.matrix_rig import rig, run

URI = ContentURI("mxc://test/1")


def test_the_token_does_not_follow_a_redirect_to_another_host() -> None:
    async def test() -> None:
        async with rig() as r, FaultServer() as elsewhere:
            elsewhere.on("GET", "/stolen", Reply(b"data"))
            away = Reply(status=307, headers={"Location": elsewhere.base_url + "/stolen"})
            r.server.on("GET", "/_matrix/client/v1/media/", away)
            pieces: list[bytes] = []
            await r.client.media.download(URI, pieces.append)
            assert pieces == [b"data"]
            assert "authorization" in r.server.requests[0].headers
            assert "authorization" not in elsewhere.requests[0].headers
            assert "token1" not in elsewhere.requests[0].target

    run(test())


def test_requests_with_a_body_are_never_redirected() -> None:
    async def test() -> None:
        async with rig() as r, FaultServer() as elsewhere:
            r.server.on("*", "/", Reply(status=308, headers={"Location": elsewhere.base_url + "/x"}))
            with pytest.raises(StrangeAnswer):
                await r.client.rooms.leave(RoomID("!r:test"))
            with pytest.raises(StrangeAnswer):
                await r.client.media.upload(b"x", "a", "b/c")
            assert elsewhere.requests == []

    run(test())


def test_a_redirect_does_not_leave_tls(tmp_path: Path) -> None:
    async def test() -> None:
        authority = Authority(tmp_path)
        transport = Transport(NetworkSettings(extra_ca_path=str(authority.ca_path)), user_agent="Tack/test")
        try:
            async with FaultServer(tls=authority.server_context()) as server, FaultServer() as plain:
                plain.on("GET", "/", Reply({}))
                server.on("GET", "/a", Reply(status=302, headers={"Location": plain.base_url + "/b"}))
                server.on("GET", "/c", Reply(status=302, headers={"Location": "/d"}))
                server.on("GET", "/d", Reply({}))
                with pytest.raises(StrangeAnswer):
                    await transport.request("GET", server.base_url + "/a", follow_redirects=True)
                assert plain.requests == []
                answer = await transport.request("GET", server.base_url + "/c", follow_redirects=True)
                assert answer.status == 200
                assert (await transport.request("GET", server.base_url + "/a")).status == 302
        finally:
            await transport.aclose()

    run(test())


def test_a_thumbnail_without_end_ends() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/thumbnail/", Reply(bytes(MAX_THUMBNAIL_BYTES + 1)))
            with pytest.raises(StrangeAnswer):
                await r.client.media.thumbnail(URI, 32, 32)

    run(test())


@pytest.mark.parametrize(
    "part", [".", "..", "../..", "a/../b", "?x=1", "#x", "%2e%2e", "a b", "\ud800", "中"]
)
def test_an_odd_id_stays_one_segment_of_the_path(part: str) -> None:
    path = room_path(RoomID("!r:test"), "event", part)
    assert path.startswith("/_matrix/client/v3/rooms/%21r%3Atest/event/")
    assert path.count("/") == 7
    assert not {"?", "#", " "} & set(path)
    assert path.rpartition("/")[2] not in {".", ".."}


def test_dots_reach_the_server_as_they_are() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/", Reply({"errcode": "M_NOT_FOUND"}, 404))
            for odd in ("..", "."):
                with pytest.raises(Exception, match="404"):
                    await r.client.rooms.event(RoomID("!r:test"), EventID(odd))
            paths = [request.path for request in r.server.requests]
            assert paths == [client_path("v3", "rooms", "!r:test", "event", odd) for odd in ("..", ".")]

    run(test())


def test_what_a_server_says_of_an_error_is_one_bounded_line() -> None:
    body = (
        b'{"errcode":"M_X\\n2026 INFO","error":"no\\n2026-01-01 INFO tack.account all is well\\u202e%s"}'
        % (b"x" * 9000)
    )
    error = error_of(Answer(400, {}, body))
    assert "\n" not in str(error) and "\u202e" not in str(error) and len(str(error)) < 400


def test_nothing_that_may_be_printed_holds_a_token_or_password() -> None:
    call = Call("GET", "https://x/", {"Authorization": "Bearer secret"}, 1.0)
    proxy = NetworkSettings(proxy_mode="manual", proxy_url="http://me:secret@proxy:1")
    assert "secret" not in repr(call) + repr(proxy)


def test_a_refused_token_is_not_told_in_the_error() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("*", "/", Reply({"errcode": "M_UNKNOWN_TOKEN", "error": "bad token"}, 401))
            with pytest.raises(Exception) as caught:
                await r.client.account.devices()
            told, seen = repr(caught.value) + str(caught.value), caught.value.__context__
            while seen is not None:
                told, seen = told + repr(seen) + str(seen), seen.__context__
            assert "token1" not in told and "refresh1" not in told

    asyncio.run(test())


def test_a_session_does_not_print_its_tokens() -> None:
    async def test() -> None:
        async with rig() as r:
            assert "token1" not in repr(r.tokens.session) + repr(r.tokens) + repr(r.client)
            assert isinstance(r.client, MatrixClient)
            assert (r.tokens.session.user_id, r.tokens.session.device_id) == (
                UserID("@me:test"),
                DeviceID("DEV"),
            )

    run(test())
