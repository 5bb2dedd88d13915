"""Building the company on a real Synapse, with a few of its rooms; building it only once; touching no other."""

import asyncio
from pathlib import Path

import pytest

from app.domain.approvals.seal import is_sealed
from app.domain.approvals.wire import REQUEST_ROOM_TYPE, ROLES_TYPE, TEMPLATE_TYPE
from app.domain.channels.post import post_of
from app.domain.channels.wire import COURSE_TYPE
from app.domain.dings import DING_FIELD
from app.errors import LocalServerError
from app.local_server import LocalServer
from app.local_server.demo import company
from app.local_server.demo.approval_writer import LIBRARY
from app.local_server.demo.channel_writer import CHANNELS
from app.local_server.demo.company import DEMO_SETTINGS, ensure_company
from app.local_server.demo.films import channels
from app.local_server.demo.script import RoomScript, Series, load_scripts
from app.local_server.loopback import call
from resources.templates import template_texts

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not LocalServer.supported(), reason="Synapse does not run here"),
]

SOME = {"02-hualong", "17-overseas", "31-dm-zhangwei"}


def _films(folder: Path) -> Path:
    made = folder / "films"
    made.mkdir()
    for channel in channels():
        for film in channel.films:
            for end in (".mp4", ".jpg", ".board.jpg"):
                (made / f"{film.key}{end}").write_bytes(film.key.encode())
    return made


@pytest.fixture
def few_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    def some(series: Series) -> list[RoomScript]:
        return [script for script in load_scripts(series) if script.key in SOME]

    monkeypatch.setattr(company, "load_scripts", some)


@pytest.mark.timeout(300)
def test_builds_rooms_people_and_marks_once(tmp_path: Path, few_rooms: None) -> None:
    async def live() -> None:
        server = LocalServer(tmp_path, settings=DEMO_SETTINGS)
        try:
            before = await ensure_company(server)
            assert LIBRARY not in before.rooms
            await server.stop()
            built = await ensure_company(server, templates=template_texts())  # built by an older Tack
            assert before.rooms.items() <= built.rooms.items()
            token = server.secrets.as_token

            def ask(path: str) -> dict[str, object]:
                return call(
                    server.base_url,
                    "GET",
                    f"/_matrix/client/v3/{path}?dir=b&user_id={built.user()}",
                    token=token,
                )

            assert len(ask("joined_rooms")["joined_rooms"]) >= 3 + 3 + 12  # type: ignore[arg-type]  # three spaces, requests
            assert ask(f"user/{built.user()}/account_data/m.direct") == {
                "@zhangwei:tack.localhost": [built.rooms["31-dm-zhangwei"]]
            }
            messages = ask(f"rooms/{built.rooms['02-hualong']}/messages")
            newest = messages["chunk"][0]  # type: ignore[index]
            assert "李娜" in newest["content"]["body"]
            assert newest["sender"] == "@luobin:tack.localhost"
            overseas = ask(f"rooms/{built.rooms['17-overseas']}/messages")["chunk"]
            ding = next(event for event in overseas if DING_FIELD in event["content"])  # type: ignore[attr-defined]
            checks = [
                event["sender"]
                for event in overseas  # type: ignore[attr-defined]
                if event["type"] == "m.reaction"
                and event["content"]["m.relates_to"]["event_id"] == ding["event_id"]
            ]
            assert sorted(checks) == ["@priya:tack.localhost", "@tom:tack.localhost"]
            assert ask(f"rooms/{built.rooms[LIBRARY]}/state/{TEMPLATE_TYPE}/expense")["version"] == 1
            assert ask(f"rooms/{built.rooms[LIBRARY]}/state/{ROLES_TYPE}/")["roles"]
            joined = [str(room) for room in ask("joined_rooms")["joined_rooms"]]  # type: ignore[attr-defined]
            creates = {room: ask(f"rooms/{room}/state/m.room.create/") for room in joined}
            requests = [room for room, create in creates.items() if create.get("type") == REQUEST_ROOM_TYPE]
            assert len(requests) >= 12
            for room in requests:
                assert is_sealed(creates[room], ask(f"rooms/{room}/state/m.room.power_levels/"))
            await server.stop()
            films = await asyncio.to_thread(_films, tmp_path)
            whole = await ensure_company(server, templates=template_texts(), films=films)
            assert built.rooms.items() <= whole.rooms.items()
            assert ask(f"rooms/{whole.rooms[CHANNELS]}/state/{COURSE_TYPE}/onboarding")["is_compulsory"]
            parts = ask(f"rooms/{whole.rooms['channel-parts']}/messages")["chunk"]
            posts = [event for event in parts if event["content"].get("msgtype") == "m.video"]  # type: ignore[attr-defined]
            assert len(posts) == 2 and post_of(posts[0]["content"]) is not None
            await server.stop()
            again = await ensure_company(server, templates=template_texts(), films=films)
            assert again.rooms == whole.rooms
        finally:
            await server.stop()

    asyncio.run(live())


def test_a_company_that_is_not_the_demo_is_refused(tmp_path: Path) -> None:
    async def live() -> None:
        server = LocalServer(tmp_path, settings=DEMO_SETTINGS)
        await server.start()
        await server.stop()
        with pytest.raises(LocalServerError) as refused:
            await ensure_company(server)
        assert refused.value.code == "server_not_empty"

    asyncio.run(live())
