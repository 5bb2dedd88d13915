"""Tokens and sessions: they run out, are taken away, come back; refused messages wait for the person."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.connection import ConnectionKind
from app.domain.timeline import SendState
from app.errors import InputError
from app.local_server import ServerSettings
from tests.helpers.desk import new_room, opened, say, server_texts, signed_in
from tests.helpers.homeserver import Homeserver
from tests.live.conftest import Run


@pytest.mark.parametrize("is_device_deleted", [True, False])
def test_a_token_revoked_elsewhere_keeps_everything_readable(
    homeserver: Homeserver, tmp_path: Path, run: Run, is_device_deleted: bool
) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)

    async def lose_it() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            await desk.account.sending.send_text(room, "before")
            await desk.drained()
            assert desk.account.session is not None
            device = desk.account.session.device_id
            if is_device_deleted:
                path = f"/_synapse/admin/v2/users/{li.user_id}/devices/{device}"
                await asyncio.to_thread(homeserver.api, "DELETE", path)
            else:
                elsewhere = homeserver.sign_in_elsewhere(li)
                homeserver.api("POST", "/_matrix/client/v3/logout/all", {}, user=elsewhere)
            await desk.account.sending.send_text(room, "unsent")
            line = desk.account.connection
            await desk.until(lambda: line.state.kind is ConnectionKind.SIGNED_OUT)
            assert desk.said(room) == ["before", "unsent"]
            await asyncio.sleep(0.3)
            assert line.state.kind is ConnectionKind.SIGNED_OUT and line.state.waiting == 1
        async with opened(tmp_path / "li") as desk:
            await desk.until(lambda: desk.account.connection.state.kind is ConnectionKind.SIGNED_OUT)
            assert desk.said(room) == ["before", "unsent"]
            await desk.account.sign_in_again(li.password)
            await desk.drained()
            await desk.online()
            assert desk.account.session is not None and desk.account.session.device_id == device
            assert desk.said(room) == ["before", "unsent"]

    run(lose_it())
    again = homeserver.sign_in_elsewhere(li)
    assert server_texts(homeserver, again, room) == ["before", "unsent"]


def test_short_lived_tokens_are_renewed_without_a_gap(
    start_homeserver: Callable[..., Homeserver], tmp_path: Path, run: Run
) -> None:
    server = start_homeserver(ServerSettings(is_unlimited=True, access_token_lifetime_ms=1_500), 2)
    li, zhang = server.users
    room = new_room(server, li, zhang)

    async def outlive() -> None:
        async with signed_in(tmp_path / "li", li, server.base_url) as desk:
            await desk.online()
            first = desk.account.session
            for number in range(5):
                await desk.account.sending.send_text(room, str(number))
                await desk.drained()
                await asyncio.sleep(0.7)
            last = desk.account.session
            assert first is not None and last is not None
            assert first.access_token != last.access_token and first.device_id == last.device_id
        await asyncio.sleep(1.6)  # the saved token is dead by now, the saved refresh token is not
        async with opened(tmp_path / "li") as desk:
            await desk.account.sending.send_text(room, "5")
            await desk.drained()
            assert server_texts(server, zhang, room) == [str(number) for number in range(6)]

    run(outlive())


def test_a_refused_message_waits_for_the_person(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li, boss = homeserver.new_user("li"), homeserver.new_user("boss")
    room, other = new_room(homeserver, boss, li), new_room(homeserver, boss, li)
    silent = {"events_default": 50}
    levels = f"/_matrix/client/v3/rooms/{room}/state/m.room.power_levels"

    async def be_refused() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            current = homeserver.api("GET", levels, user=boss)
            homeserver.api("PUT", levels, current | silent, user=boss)
            txn = await desk.account.sending.send_text(room, "may I?")
            await desk.account.sending.send_text(other, "elsewhere I may")
            row = await desk.until(
                lambda: (i := desk.find(room, "may I?")) and i.send_state is SendState.WEDGED and i
            )
            assert row.error_code == "forbidden"
            await desk.until(lambda: server_texts(homeserver, boss, other) == ["elsewhere I may"])
            assert desk.account.attention.totals().failed_sends == 1
            homeserver.api("PUT", levels, current, user=boss)
            await desk.account.sending.retry(txn)
            await desk.drained()
            homeserver.api("PUT", levels, current | silent, user=boss)
            given_up = await desk.account.sending.send_text(room, "no")
            await desk.until(lambda: (i := desk.find(room, "no")) and i.send_state is SendState.WEDGED)
            await desk.account.sending.discard(given_up)
            assert desk.said(room) == ["may I?"]
            assert server_texts(homeserver, boss, room) == ["may I?"]

    run(be_refused())


def test_text_for_a_room_that_is_gone_is_kept(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li, boss = homeserver.new_user("li"), homeserver.new_user("boss")
    room = new_room(homeserver, boss, li)

    async def be_removed() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            desk.account.pause()
            await desk.account.sending.send_text(room, "an hour of work")
            body = {"user_id": li.user_id}
            homeserver.api("POST", f"/_matrix/client/v3/rooms/{room}/kick", body, user=boss)
            desk.account.resume()
            await desk.until(lambda: desk.account.cache.read.queue(SendState.WEDGED))
        async with opened(tmp_path / "li") as desk:
            rows = desk.account.cache.read.queue(SendState.WEDGED)
            assert [row.content["body"] for row in rows] == ["an hour of work"]

    run(be_removed())


def test_nothing_goes_in_clear_into_an_encrypted_room(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)
    encryption = f"/_matrix/client/v3/rooms/{room}/state/m.room.encryption"

    async def meet() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            desk.account.pause()
            txn = await desk.account.sending.send_text(room, "written before it was encrypted")
            homeserver.api("PUT", encryption, {"algorithm": "m.megolm.v1.aes-sha2"}, user=li)
            desk.account.resume()
            rows = await desk.until(lambda: desk.account.cache.read.queue(SendState.WEDGED))
            assert [(row.txn_id, row.error_code) for row in rows] == [(txn, "room_encrypted")]
            with pytest.raises(InputError) as caught:
                await desk.account.sending.send_text(room, "plain")
            assert caught.value.code == "room_encrypted"
            assert server_texts(homeserver, zhang, room) == []

    run(meet())


def test_history_and_search_reach_back_after_a_while(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    from app.settings import Settings
    from app.store.search_read import SearchQuery

    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)
    say(homeserver, zhang, room, "合同编号 4711 已经盖章")
    for number in range(60):
        say(homeserver, zhang, room, f"filler {number}")
    settings = Settings(proxy_mode="none", history_days=30)

    async def find() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url, settings=settings) as desk:
            await desk.until(lambda: desk.find(room, "合同编号 4711 已经盖章"), 30)
            hits = [
                hit.event_id
                async for page in desk.account.search.search(SearchQuery(text="盖章"))
                for hit in page.hits
            ]
            assert len(hits) == 1
            assert desk.account.cache.read.extent(room).reached_start

    run(find())
