"""An answer of mine reads a room here, not on the server: it is told, so that other devices agree."""

import json
from pathlib import Path
from urllib.parse import quote

from app.domain.ids import EventID
from tests.helpers.desk import new_room, say, signed_in
from tests.helpers.homeserver import Homeserver, ServerUser
from tests.live.conftest import Run


def server_count(homeserver: Homeserver, user: ServerUser, room: str, ask: int) -> int:
    """What the server counts as unread; `ask` makes each question a new one, it keeps answers for a while."""
    filter = quote(json.dumps({"room": {"timeline": {"limit": ask}}, "presence": {"types": []}}))
    found = homeserver.api("GET", f"/_matrix/client/v3/sync?timeout=0&filter={filter}", user=user)
    return int(found["rooms"]["join"][room]["unread_notifications"]["notification_count"])


def test_the_server_stops_counting_what_my_answer_read(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)

    async def answer() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            say(homeserver, zhang, room, "在吗？")
            await desk.until(lambda: (r := desk.account.cache.read.room(room)) and r.unread == 1)
            await desk.account.sending.send_text(room, "在")
            await desk.until(lambda: (r := desk.account.cache.read.room(room)) and r.unread == 0)
            await desk.drained()
            assert server_count(homeserver, li, room, 1) == 1
            mine = desk.find(room, "在")
            assert mine is not None and mine.event_id is not None
            await desk.account.rooms.mark_read(room, EventID(mine.event_id))
            await desk.drained()
            assert server_count(homeserver, li, room, 2) == 0

    run(answer())
