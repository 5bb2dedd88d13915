"""An account without a line: opening touches only the disk, damage costs no text, nonsense stops nothing."""

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.account import Account
from app.clock import SystemClock
from app.domain.account import Session
from app.domain.ids import DeviceID, RoomID, UserID
from app.errors import AlreadyOpen, InputError, StrangeAnswer, WrongKey
from app.matrix.decode_sliding import decode_sliding
from app.paths import Paths
from app.settings import Settings
from app.store.cache import CacheKey

ROOT = Path(__file__).parents[3]
KEY = CacheKey(raw=bytes(range(32)))
ME = UserID("@li:acme.com")
ROOM = RoomID("!r:acme.com")
SESSION = Session("http://127.0.0.1:1", ME, DeviceID("D"), "token")


def _event(number: int, **content: Any) -> dict[str, Any]:
    return {
        "event_id": f"${number}",
        "type": "m.room.message",
        "sender": "@zhang:acme.com",
        "origin_server_ts": 1_700_000_000_000 + number,
        "content": {"msgtype": "m.text", "body": f"text {number}"} | content,
    }


def _answer(*events: dict[str, Any], pos: str = "1") -> dict[str, Any]:
    create = {"type": "m.room.create", "state_key": "", "content": {}, **_event(1000)} | {
        "type": "m.room.create",
        "state_key": "",
        "content": {"room_version": "12"},
    }
    me = _event(1001) | {"type": "m.room.member", "state_key": ME, "content": {"membership": "join"}}
    room = {"name": "R", "initial": True, "timeline": list(events), "required_state": [create, me]}
    listed = {"count": 1, "ops": [{"op": "SYNC", "range": [0, 19], "room_ids": [ROOM]}]}
    extensions = {
        "account_data": {"global": [{"type": "m.direct", "content": {}}], "rooms": {ROOM: []}},
        "receipts": {"rooms": {ROOM: {"type": "m.receipt", "content": {"$1": {"m.read": {ME: {"ts": 1}}}}}}},
        "typing": {"rooms": {ROOM: {"type": "m.typing", "content": {"user_ids": ["@zhang:acme.com"]}}}},
        "to_device": {"next_batch": "1", "events": []},
    }
    return {"pos": pos, "lists": {"top": listed}, "rooms": {ROOM: room}, "extensions": extensions}


class ImpatientClock(SystemClock):
    """A clock whose waits are a thousand times shorter."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 1000)


@asynccontextmanager
async def _account(folder: Path, clock: SystemClock | None = None) -> AsyncIterator[Account]:
    account = await Account.open(Paths(folder), KEY, Settings(), offline=True, clock=clock)
    if account.session is None:
        await account.cache.save_session(SESSION)
    try:
        yield account
    finally:
        await account.stop()


async def _receive(account: Account, answer: dict[str, Any]) -> None:
    await account.cache.apply_sync(decode_sliding(json.dumps(answer).encode(), ME, "top"))


def _said(account: Account) -> list[str]:
    extent = account.cache.read.extent(ROOM)
    return [item.body for item in account.cache.read.items(ROOM, 0, extent.row_count)]


def test_opening_imports_nothing_of_the_network(tmp_path: Path) -> None:
    script = f"""
import asyncio, sys
from pathlib import Path
from app.account import Account
from app.clock import SystemClock
from app.paths import Paths
from app.settings import Settings
from app.store.cache import CacheKey
async def main():
    account = await Account.open(Paths(Path({str(tmp_path)!r})), CacheKey(raw=bytes(32)), Settings())
    heavy = [m for m in ("httpx", "h2", "app.matrix.client", "cryptography", "keyring", "nh3", "PySide6") if m in sys.modules]
    await account.stop()
    sys.exit(repr(heavy) if heavy else 0)
asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", script], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_second_instance_and_a_wrong_key_are_told_apart(tmp_path: Path, run: Any) -> None:
    async def check() -> None:
        async with _account(tmp_path):
            with pytest.raises(AlreadyOpen):
                await Account.open(Paths(tmp_path), KEY, Settings())
        with pytest.raises(WrongKey):
            await Account.open(Paths(tmp_path), CacheKey(raw=bytes(32)), Settings())
        async with _account(tmp_path) as account:
            assert account.user_id == ME

    run(check())


def test_a_damaged_cache_is_built_anew_and_keeps_what_was_written(tmp_path: Path, run: Any) -> None:
    async def check() -> None:
        async with _account(tmp_path) as account:
            for batch in range(40):
                events = [_event(batch * 50 + n, body="x" * 500) for n in range(50)]
                await _receive(account, _answer(*events, pos=str(batch)))
            await account.sending.send_text(ROOM, "an hour of work")
            await account.sending.save_draft(ROOM, "half a sentence")
        database = tmp_path / "cache" / "cache.db"
        raw = bytearray(await asyncio.to_thread(database.read_bytes))
        raw[5000:9000] = random.Random(1).randbytes(4000)  # the root of the first table
        raw[len(raw) // 2 : len(raw) // 2 + 9000] = random.Random(2).randbytes(9000)
        await asyncio.to_thread(database.write_bytes, bytes(raw))
        async with _account(tmp_path, ImpatientClock()) as account:
            assert not account.was_rebuilt, "no page that opening reads was hit"
            await account.start()
            told = asyncio.Event()
            account.connection.subscribe(lambda state: told.set())
            async with asyncio.timeout(10):
                await told.wait()
            assert account.is_damaged and account.connection.state.error_code == "damaged"
        async with _account(tmp_path) as account:
            assert account.was_rebuilt
            assert [row.content["body"] for row in account.cache.read.queue()] == ["an hour of work"]
            assert account.cache.read.draft(ROOM).text == "half a sentence"
            assert account.session == SESSION
            assert not account.cache.read.positions(), "everything is asked for again"

    run(check())


def test_texts_that_cannot_be_sent_are_refused_before_they_are_queued(tmp_path: Path, run: Any) -> None:
    async def check() -> None:
        async with _account(tmp_path) as account:
            await _receive(account, _answer(_event(1)))
            for body, code in ((" \n", "text_empty"), ("字" * 40_000, "text_too_long")):
                with pytest.raises(InputError) as caught:
                    await account.sending.send_text(ROOM, body)
                assert caught.value.code == code
            assert account.cache.read.queue() == []

    run(check())


def test_a_waiting_message_is_recalled_reacted_to_and_edited_without_a_trace(
    tmp_path: Path, run: Any
) -> None:
    async def check() -> None:
        async with _account(tmp_path) as account:
            await _receive(account, _answer(_event(1)))
            txn = await account.sending.send_text(ROOM, "typo")
            uid = f"t:{txn}"
            await account.sending.react(ROOM, uid, "👍")
            await account.sending.send_text(ROOM, "no typo", edit_of=uid)
            item = account.cache.read.item(ROOM, uid)
            assert item is not None and item.body == "no typo"
            assert [(r.key, r.is_mine) for r in item.reactions] == [("👍", True)]
            await account.sending.react(ROOM, uid, "👍")
            item = account.cache.read.item(ROOM, uid)
            assert item is not None and not item.reactions
            await account.sending.redact(ROOM, uid)
            assert account.cache.read.queue() == [] and _said(account) == ["text 1"]

    run(check())


NONSENSE: list[Any] = [None, 0, -1, 1e308, True, "", "x" * 300, [], [None], {}, {"": 0}, [[[]]], 2**70, "\0"]


def _spoil(value: Any, chance: random.Random, share: float) -> Any:
    if chance.random() < share:
        return chance.choice(NONSENSE)
    if isinstance(value, dict):
        return {key: _spoil(inner, chance, share) for key, inner in value.items()}
    if isinstance(value, list):
        return [_spoil(inner, chance, share) for inner in value]
    return value


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), share=st.sampled_from([0.01, 0.05, 0.2]))
def test_any_nonsense_is_stored_or_named_and_what_follows_still_arrives(
    tmp_path_factory: pytest.TempPathFactory, seed: int, share: float
) -> None:
    chance = random.Random(seed)
    folder = tmp_path_factory.mktemp("nonsense")

    async def endure() -> None:
        async with _account(folder) as account:
            for turn in range(3):
                answer = _spoil(_answer(*(_event(turn * 10 + n) for n in range(5))), chance, share)
                try:
                    await _receive(account, answer)
                except StrangeAnswer:
                    continue
            await _receive(account, _answer(_event(500)))
            assert "text 500" in _said(account)
            assert account.cache.read.room(ROOM) is not None

    asyncio.run(endure())
