"""The departments of the company as last read from the server; kept in the cache, so that they are there offline.

The account's own spaces name their sub-spaces by id alone. `/hierarchy` knows names and order of those one may see, and
a department whose history everybody may read tells who is in it. Read in the background at most once an hour, and
when somebody opens the page of people.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.changes import ChangeFeed, Changes
from app.clock import Clock
from app.domain.approvals.wire import LIBRARY_ROOM_TYPE
from app.domain.events import Event, JSONObject, text_of
from app.domain.ids import ContentURI, RoomID, UserID, localpart_of
from app.domain.rooms import Profile
from app.errors import Forbidden, NotFound, TackError
from app.homeserver import Homeserver
from app.store.cache import Cache
from app.store.reader import Reader

if TYPE_CHECKING:
    from app.matrix.client import MatrixClient

log = logging.getLogger("tack.directory")

NAMESPACE = "organisation"
TREE = "tree"
SPACE = "m.space"
UNIT_TYPE = "im.tack.org.unit"
"""State of a space that is a department: {v, manager, order, titles}."""
MAX_UNIT_MEMBERS = 5000
MAX_PAGES = 100
HOUR_MS = 3_600_000
OPENED_MS = 60_000
"""So old may the organisation be when somebody opens its page."""
LOOK_S = 60.0
RETRY_S = 600.0


@dataclass(frozen=True, slots=True)
class Unit:
    """A space as the tree names it; children in its order, joined or not."""

    room_id: RoomID
    name: str
    children: tuple[RoomID, ...]
    is_department: bool = False
    """It says of itself that it is one (`UNIT_TYPE`), as far as the account may know."""
    manager: UserID | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """All units below the account's spaces and when they were read."""

    read_ms: int = 0
    units: tuple[Unit, ...] = ()
    libraries: tuple[RoomID, ...] = ()
    """Rooms in which the organisation keeps what it needs for approvals."""


class Organisation:
    """Reads the tree and the people in it. `start`/`stop` own the background task."""

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        changes: ChangeFeed,
        load_members: Callable[[RoomID], Awaitable[None]],
        completed: asyncio.Event,
        clock: Clock,
    ) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._changes = changes
        self._load_members = load_members
        self._completed = completed
        self._clock = clock
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self._task = asyncio.create_task(self._run(), name="organisation")

    async def stop(self) -> None:
        """End; what was read so far is not kept."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def refresh(self, older_than_ms: int = OPENED_MS) -> None:
        """Read the organisation unless that was done a moment ago. Raises the errors of the line."""
        async with self._turn:
            before = await self._cache.read_in_worker(read_tree)
            age_ms = self._clock.now_ms() - before.read_ms
            if 0 <= age_ms < older_than_ms:
                return
            is_new = await self._keep(await self._read_tree(), before)
        if is_new:
            self._changes.publish(Changes(profiles=True))

    async def members(self, room_id: RoomID) -> list[Profile]:
        """Give the people of a department the account is not in. Raises `Forbidden` where nobody may know."""
        kept = await self._cache.read_in_worker(lambda read: read_people(read, room_id))
        if kept is None:
            kept = await self._fetch(room_id)
        return kept

    # Task ---------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        await self._completed.wait()
        failures = 0
        while True:
            try:
                if self._homeserver.is_open:
                    await self.refresh(HOUR_MS)
                    failures = 0
                await self._clock.sleep(LOOK_S)
            except TackError as error:
                failures += 1
                if failures == 1:
                    log.info("the organisation cannot be read: %s", error.code)
                await self._clock.sleep(RETRY_S)
            except Exception:  # outermost frame of a task
                log.exception("organisation")
                await self._clock.sleep(HOUR_MS / 1000)

    # Reading ------------------------------------------------------------------------------------------------

    async def _read_tree(self) -> Tree:
        client = self._homeserver.client
        found: dict[RoomID, Unit] = {}
        libraries: list[RoomID] = []
        for space in await self._cache.read_in_worker(lambda read: read.spaces()):
            if space.room_id not in found:
                found |= await _units_below(client, space.room_id, libraries)
        units = [await self._with_manager(unit) for unit in found.values()]
        return Tree(self._clock.now_ms(), tuple(units), tuple(dict.fromkeys(libraries)))

    async def _with_manager(self, unit: Unit) -> Unit:
        """Learn whether a unit is a department, and who leads it; what nobody may know stays open."""
        if is_joined(self._cache.read, unit.room_id):
            return as_department(unit, self._cache.read.state_event(unit.room_id, UNIT_TYPE))
        try:
            return as_department(
                unit, await self._homeserver.client.rooms.state_content(unit.room_id, UNIT_TYPE)
            )
        except (Forbidden, NotFound):
            return unit

    async def _keep(self, tree: Tree, before: Tree) -> bool:
        """Store tree and people; whether anything is other than it was."""
        moved = [await self._keep_people(unit.room_id) for unit in tree.units]
        for gone in {unit.room_id for unit in before.units} - {unit.room_id for unit in tree.units}:
            await self._cache.set_kv(NAMESPACE, gone, None)
        await self._cache.set_kv(NAMESPACE, TREE, _tree_text(tree))
        return any(moved) or tree.units != before.units or tree.libraries != before.libraries

    async def _keep_people(self, room_id: RoomID) -> bool:
        """Make the people of one unit known; whether that changed what was known."""
        if is_joined(self._cache.read, room_id):
            was_complete = self._cache.read.members_complete(room_id)
            await self._load_members(room_id)
            return not was_complete and self._cache.read.members_complete(room_id)
        before = await self._cache.read_in_worker(lambda read: read_people(read, room_id))
        try:
            return await self._fetch(room_id) != before
        except (Forbidden, NotFound):
            await self._cache.set_kv(NAMESPACE, room_id, None)
            return before is not None

    async def _fetch(self, room_id: RoomID) -> list[Profile]:
        events = await self._homeserver.client.rooms.members(room_id, not_membership="leave")
        people = [_profile(event) for event in events if _is_there(event)][:MAX_UNIT_MEMBERS]
        people.sort(key=lambda profile: (profile.name.casefold(), profile.user_id))
        await self._cache.set_kv(NAMESPACE, room_id, _people_text(people))
        return people


async def _units_below(client: "MatrixClient", top: RoomID, libraries: list[RoomID]) -> dict[RoomID, Unit]:
    """Read the tree below a space; libraries found on the way are added to the list."""
    found: dict[RoomID, Unit] = {}
    token: str | None = None
    for _ in range(MAX_PAGES):
        page = await client.rooms.hierarchy(top, from_=token)
        for room in page.rooms:
            if room.room_type == SPACE:
                found[room.room_id] = Unit(room.room_id, room.name, room.children)
            elif room.room_type == LIBRARY_ROOM_TYPE:
                libraries.append(room.room_id)
        token = page.next_batch
        if token is None:
            break
    return found


def as_department(unit: Unit, state: JSONObject | None) -> Unit:
    """Take what a unit's own state says of it."""
    if not state:
        return unit
    manager = text_of(state, "manager")
    is_user = manager is not None and manager.startswith("@")
    return replace(unit, is_department=True, manager=UserID(manager) if manager and is_user else None)


def is_joined(read: Reader, room_id: RoomID) -> bool:
    """Whether the account is in a room, so that sync keeps its members."""
    room = read.room(room_id)
    return room is not None and room.membership == "join"


def _is_there(event: Event) -> bool:
    return event.state_key is not None and text_of(event.content, "membership") == "join"


def _profile(event: Event) -> Profile:
    user = UserID(event.state_key or "")
    name, avatar = text_of(event.content, "displayname"), text_of(event.content, "avatar_url")
    return Profile(user, (name or "").strip() or localpart_of(user), ContentURI(avatar) if avatar else None)


# As kept ------------------------------------------------------------------------------------------------------


def read_tree(read: Reader) -> Tree:
    """Give the tree as last read; an empty one before."""
    kept = _loads(read.kv(NAMESPACE, TREE))
    if not isinstance(kept, dict):
        return Tree()
    units = tuple(_unit_of(*fields) for fields in kept["units"])
    return Tree(kept["read_ms"], units, tuple(map(RoomID, kept.get("libraries", ()))))


def _unit_of(
    room_id: str, name: str, below: list[str], is_department: bool = False, manager: str | None = None
) -> Unit:
    leader = UserID(manager) if manager else None
    return Unit(RoomID(room_id), name, tuple(map(RoomID, below)), is_department, leader)


def read_people(read: Reader, room_id: RoomID) -> list[Profile] | None:
    """Give the people of a unit as last read; None when they were not."""
    kept = _loads(read.kv(NAMESPACE, room_id))
    if not isinstance(kept, list):
        return None
    return [Profile(UserID(user), name, ContentURI(face) if face else None) for user, name, face in kept]


def _tree_text(tree: Tree) -> str:
    units = [
        [unit.room_id, unit.name, list(unit.children), unit.is_department, unit.manager]
        for unit in tree.units
    ]
    kept = {"v": 1, "read_ms": tree.read_ms, "units": units, "libraries": tree.libraries}
    return json.dumps(kept, ensure_ascii=False)


def _people_text(people: Iterable[Profile]) -> str:
    return json.dumps([[p.user_id, p.name, p.avatar] for p in people], ensure_ascii=False)


def _loads(text: str | None) -> Any:
    return json.loads(text) if text else None
