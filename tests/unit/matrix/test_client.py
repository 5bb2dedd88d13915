"""Requests of a signed-in client: tokens, refusals, clocks, encodings."""

import asyncio
from email.utils import formatdate

import pytest

from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.errors import LimitExceeded, NetworkError, StrangeAnswer, Unauthorized
from app.matrix.auth import StaticToken
from app.matrix.client import MatrixClient, encode_object
from tests.helpers.fault_server import Fault, Reply, Request
from tests.helpers.matrix_rig import rig, run

WHOAMI = "/_matrix/client/v3/account/whoami"
EXPIRED = Reply({"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True}, 401)
REMOVED = Reply({"errcode": "M_UNKNOWN_TOKEN", "soft_logout": False}, 401)
ROOM = RoomID("!r/1:test")


def only_token(token: str) -> "object":
    def answer(request: Request) -> Reply:
        return Reply({"ok": True}) if request.headers["authorization"] == f"Bearer {token}" else EXPIRED

    return answer


def fresh(number: int) -> Reply:
    return Reply(
        {"access_token": f"token{number}", "refresh_token": f"refresh{number}", "expires_in_ms": 300_000}
    )


def test_an_expired_token_is_refreshed_once_for_everyone_and_kept_before_use() -> None:
    async def test() -> None:
        async with rig() as r:
            persisted_at_use: list[int] = []

            def use(request: Request) -> Reply:
                if request.headers["authorization"] != "Bearer token2":
                    return EXPIRED
                persisted_at_use.append(len(r.persisted))
                return Reply({"ok": True})

            r.server.on("GET", "/x", use)
            r.server.on("POST", "/refresh", fresh(2), delay_s=0.05)
            answers = await asyncio.gather(*[r.client.call("GET", "/x") for _ in range(6)])
            assert answers == [{"ok": True}] * 6
            refreshes = r.server.seen("POST", "/refresh")
            assert [request.json() for request in refreshes] == [{"refresh_token": "refresh1"}]
            assert "authorization" not in refreshes[0].headers
            assert persisted_at_use == [1] * 6
            assert r.persisted[0].refresh_token == "refresh2"
            assert r.persisted[0].expires_at_ms == r.clock.wall_ms + 300_000

    run(test())


def test_a_refresh_survives_the_cancellation_of_who_asked() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/x", EXPIRED)
            r.server.on("POST", "/refresh", fresh(2), delay_s=0.1)
            task = asyncio.create_task(r.client.call("GET", "/x"))
            await r.server.received(2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await r.tokens.refreshed("token1") == "token2"
            assert len(r.persisted) == 1

    run(test())


@pytest.mark.parametrize(("refusal", "is_soft"), [(EXPIRED, True), (REMOVED, False)])
def test_a_dead_session_says_whether_the_device_is_gone(refusal: Reply, is_soft: bool) -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/x", refusal)
            r.server.on("POST", "/refresh", Reply({"errcode": "M_FORBIDDEN"}, 403))
            with pytest.raises(Unauthorized) as caught:
                await r.client.call("GET", "/x")
            assert caught.value.is_soft_logout is is_soft
            assert r.persisted == []

    run(test())


def test_a_refresh_without_an_answer_is_a_network_error_and_can_be_tried_again() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/x", only_token("token2"))  # type: ignore[arg-type]
            r.server.on("POST", "/refresh", fresh(2))
            r.server.on("POST", "/refresh", fresh(2), fault=Fault.LOSE_REPLY, times=1)
            with pytest.raises(NetworkError):
                await r.client.call("GET", "/x")
            assert await r.client.call("GET", "/x") == {"ok": True}

    run(test())


def test_a_token_about_to_end_is_renewed_before_it_is_used() -> None:
    async def test() -> None:
        async with rig() as r:
            r.tokens.replace(r.tokens.session.with_tokens("token1", "refresh1", r.clock.wall_ms + 5_000))
            r.server.on("GET", "/x", only_token("token2"))  # type: ignore[arg-type]
            r.server.on("POST", "/refresh", fresh(2))
            assert await r.client.call("GET", "/x") == {"ok": True}
            assert len(r.server.seen("GET", "/x")) == 1

    run(test())


def test_a_server_that_keeps_the_refresh_token_is_understood() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("POST", "/refresh", Reply({"access_token": "token2"}))
            assert await r.tokens.refreshed("token1") == "token2"
            assert r.tokens.session.refresh_token == "refresh1"

    run(test())


@pytest.mark.parametrize(
    "body", [b"<html>", b"", b'{"a":', b"[1]", b"null", b'{"a":NaN}', b"\xff", b"[" * 100_000]
)
def test_a_success_that_is_no_json_object_is_strange(body: bytes) -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/x", Reply(body))
            with pytest.raises(StrangeAnswer):
                await r.client.call("GET", "/x")

    run(test())


def test_a_limit_carries_its_wait() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.retry_after_ms = 1234
            r.server.on("PUT", "/send/", fault=Fault.LIMIT)
            with pytest.raises(LimitExceeded) as caught:
                await r.client.rooms.send_event(ROOM, "m.room.message", TxnID("t"), {})
            assert caught.value.retry_after_ms == 1234

    run(test())


def test_the_servers_clock_is_noted() -> None:
    async def test() -> None:
        async with rig() as r:
            a_day_later = r.clock.wall_ms / 1000 + 86_400
            r.server.on("GET", "/x", Reply({}, headers={"Date": formatdate(a_day_later, usegmt=True)}))
            await r.client.call("GET", "/x")
            assert abs(r.client.clock_skew_ms - 86_400_000) <= 1000
            r.server.on("GET", "/x", Reply({}, headers={"Date": "yesterday"}))
            await r.client.call("GET", "/x")
            assert abs(r.client.clock_skew_ms - 86_400_000) <= 1000

    run(test())


def test_ids_are_encoded_whole_in_paths() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("PUT", "", Reply({"event_id": "$sent"}))
            sent = await r.client.rooms.send_event(
                ROOM, "m.room.message", TxnID("t 1"), {"body": "x"}, ts_ms=5
            )
            assert sent == EventID("$sent")
            request = r.server.requests[0]
            assert request.path == "/_matrix/client/v3/rooms/%21r%2F1%3Atest/send/m.room.message/t%201"
            assert request.query == {"ts": "5"}
            await r.client.rooms.send_state(ROOM, "m.room.topic", "", {"topic": "x"})
            assert r.server.requests[1].path.endswith("/state/m.room.topic")

    run(test())


def test_a_missing_event_id_is_strange() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("PUT", "", Reply({}))
            with pytest.raises(StrangeAnswer):
                await r.client.rooms.send_event(ROOM, "m.room.message", TxnID("t"), {})

    run(test())


def test_an_application_service_acts_as_its_user() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("POST", "/join/", Reply({"room_id": "!r"}))
            bot = MatrixClient(
                r.transport,
                r.server.base_url,
                clock=r.clock,
                token_source=StaticToken("as"),
                appservice_user=UserID("@bot:test"),
            )
            await bot.rooms.join("#a:b", via=["c.com"])
            await bot.as_user(UserID("@li:test")).rooms.join("!r")
            assert r.server.requests[0].query == {"via": "c.com", "user_id": "@bot:test"}
            assert r.server.requests[1].query == {"user_id": "@li:test"}
            assert await bot.own_user_id() == UserID("@bot:test")

    run(test())


def test_who_we_are_is_known_from_the_session_or_asked_once() -> None:
    async def test() -> None:
        async with rig() as r:
            assert await r.client.own_user_id() == UserID("@me:test")
            r.server.on("GET", WHOAMI, Reply({"user_id": "@other:test"}))
            other = MatrixClient(r.transport, r.server.base_url, clock=r.clock, token_source=StaticToken("x"))
            assert [await other.own_user_id() for _ in range(2)] == [UserID("@other:test")] * 2
            assert len(r.server.requests) == 1

    run(test())


def test_half_an_emoji_does_not_stop_a_message() -> None:
    assert encode_object({"body": "a\ud83db"}) == b'{"body": "a?b"}'
    assert encode_object({"body": "好👍"}) == '{"body":"好👍"}'.encode()


def test_without_a_token_nothing_is_asked() -> None:
    async def test() -> None:
        async with rig() as r:
            client = MatrixClient(r.transport, r.server.base_url, clock=r.clock)
            with pytest.raises(Unauthorized):
                await client.call("GET", "/x")
            assert r.server.requests == []

    run(test())
