"""A real Synapse with an account in 1,500 rooms, filled once and kept between runs (about eight minutes the first time)."""

import json
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import quote

from app.local_server import ServerSettings
from app.local_server.config import load_or_make_secrets
from app.local_server.loopback import call
from tests.benchmarks.measure import PREPARED
from tests.benchmarks.synthetic import NAMES, WORDS, text_of
from tests.helpers.homeserver import Homeserver

ROOMS = 1_500
SENDERS = 12
SETTINGS = ServerSettings(is_unlimited=True, restarts_after_crash=False)
API = "/_matrix/client/v3"


@contextmanager
def big_account() -> Iterator[Homeserver]:
    """Run the server; its `users[0]` is in 1,500 rooms."""
    folder = PREPARED / "homeserver"
    folder.mkdir(parents=True, exist_ok=True)
    server = Homeserver(folder, SETTINGS)
    server.start()
    try:
        accounts = folder / "accounts.json"
        if not accounts.exists():
            _fill(server)
            accounts.write_text("{}", encoding="utf-8")
        server.users = [server.sign_in_known("big", "pw-big"), server.sign_in_known("other", "pw-other")]
        yield server
    finally:
        server.close()


def _fill(server: Homeserver) -> None:
    token = load_or_make_secrets(server.folder).as_token
    for name in ("big", "other"):
        server.register_known(name)
    senders = [f"s{n}" for n in range(SENDERS)]
    for n, name in enumerate(senders):
        server.register_known(name, NAMES[n % len(NAMES)])

    def act(user: str, method: str, path: str, body: object) -> dict[str, object]:
        user_id = quote(f"@{user}:{server.server_name}")
        return call(server.base_url, method, f"{API}{path}?user_id={user_id}", body, token=token)  # type: ignore[arg-type]

    def make(number: int) -> None:
        rng = random.Random(f"prepared/{number}")
        owner, other = rng.sample(senders, 2)
        name = f"{rng.choice(WORDS)} {number:04d}"
        room = str(act(owner, "POST", "/createRoom", {"preset": "public_chat", "name": name})["room_id"])
        for person in ("big", other):
            act(person, "POST", f"/join/{quote(room)}", {})
        for n in range(3):
            content = {"msgtype": "m.text", "body": text_of(rng), "m.mentions": {}}
            act(
                rng.choice((owner, other)),
                "PUT",
                f"/rooms/{quote(room)}/send/m.room.message/p{number}.{n}",
                content,
            )
        if number % 100 == 0:
            sys.stderr.write(json.dumps({"rooms": number}) + "\n")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(make, range(ROOMS)))
