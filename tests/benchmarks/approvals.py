"""Approvals in a cache with 10,000 requests: opening each page, filters, search, one request, beside raw SQLite.

Work of one thread is measured, not waiting. The floor is the same place of the same page by the same index with plain rows.
"""

import asyncio
import functools
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.domain.approvals.acts import Act, ActKind, ActList
from app.domain.approvals.fold import basis_of, fold_request
from app.domain.approvals.planning import computed, needs_of, plan_route
from app.domain.approvals.request import Facts, RequestContent
from app.domain.approvals.request_checks import template_digest
from app.domain.approvals.rows import ApprovalBox, ApprovalQuery
from app.domain.approvals.seal import power_levels
from app.domain.approvals.shipped import shipped_templates
from app.domain.approvals.state import RequestState, RequestStatus
from app.domain.approvals.template import Template
from app.domain.approvals.wire import ACTS_TYPE, REQUEST_FIELD, REQUEST_ROOM_TYPE, TEXT_FIELD, to_content
from app.domain.events import Event, parse_event
from app.domain.ids import EventID, RoomID, UserID
from app.domain.sync import Membership, RoomUpdate, SyncBatch
from app.store.approval_reads import ApprovalReads
from app.store.connection import open_reader
from resources.templates import template_texts
from tests.benchmarks.measure import Figure, emit, percentile
from tests.benchmarks.prepared_cache import key_of, open_prepared, paths_of, prepared
from tests.benchmarks.synthetic import ME, NAMES, PEOPLE, START_MS, WORDS, ZH, dump

REQUESTS = 10_000
RUNS = 30
NOW = START_MS + REQUESTS * 600_000
GOAL_MS = 50
FORMS = ("expense", "general")
TERMS = ("报销", "上海", "EXP-2026-09", "张伟", "供应链 合同", "Berlin rol", "票")
FLOOR = {
    ApprovalBox.TODO: "SELECT a.* FROM approval_duty d JOIN approval a ON a.id = d.room ORDER BY d.since_ms LIMIT 50",
    ApprovalBox.DONE: "SELECT * FROM approval WHERE acted_ms IS NOT NULL ORDER BY acted_ms DESC LIMIT 50",
    ApprovalBox.MINE: "SELECT * FROM approval WHERE is_mine = 1 ORDER BY made_ms DESC LIMIT 50",
    ApprovalBox.COPIES: "SELECT * FROM approval WHERE is_copy = 1 ORDER BY made_ms DESC LIMIT 50",
}


# The account ----------------------------------------------------------------------------------------------------


def all_requests() -> Path:
    """Give a data folder with 10,000 requests among ordinary rooms; made on first use."""
    folder = prepared("approvals", 200, 20_000)
    if not (folder / "requests").exists():
        asyncio.run(_fill(folder))
        (folder / "requests").touch()
    return folder


async def _fill(folder: Path) -> None:
    cache = open_prepared(folder)
    started = time.monotonic()
    for first in range(0, REQUESTS, 100):
        rooms = tuple(request_room(n) for n in range(first, first + 100))
        await cache.apply_sync(SyncBatch(positions=(), rooms=rooms))
        sys.stderr.write(
            f"\r{first + 100} requests, {(first + 100) / (time.monotonic() - started):.0f} a second "
        )
    cache.close()


@functools.cache
def forms() -> dict[str, Template]:
    """Give the templates that come with Tack."""
    return {one.id: one for one in shipped_templates(template_texts())}


def request_room(n: int) -> RoomUpdate:
    """Make a request as sync brings it: a fifth is mine, others I decide or get a copy of; most are over."""
    rng = random.Random(f"request {n}")
    people = [UserID(user) for user in rng.sample(PEOPLE, 4)]
    requester = ME if n % 5 == 0 else people[0]
    managers = (people[1], ME if n % 3 else people[2], people[3])
    return filled_room(n, request(n, rng, requester, managers), requester, managers, rng)


def filled_room(
    n: int, content: RequestContent, requester: UserID, managers: tuple[UserID, ...], rng: random.Random
) -> RoomUpdate:
    """Make the room of a request, with what was decided about it."""
    room = RoomID(f"!request{n:05d}:bench.example")
    made = _Room(room, START_MS + n * 600_000, requester, content)
    made.begin([*managers, ME])
    if n % 50:
        made.decide(rng, 1 if n % 40 == 1 else 9)
    return RoomUpdate(
        room, membership=Membership.JOIN, timeline=tuple(made.events), is_initial=True, prev_batch=None
    )


def request(n: int, rng: random.Random, requester: UserID, managers: tuple[UserID, ...]) -> RequestContent:
    """Make the content of a request whose route follows from its form."""
    form = forms()[FORMS[n % 2]]
    text = f"{rng.choice(ZH)} {rng.choice(WORDS)} {rng.choice(('上海', '北京', 'Berlin'))}"
    lines = [
        {
            "item": "train",
            "note": rng.choice(WORDS),
            "amount": {"amount": f"{rng.randrange(10, 3000)}.00", "currency": "CNY"},
        }
        for _ in range(3)
    ]
    given = {"kind": "travel", "subject": text, "reason": text, "items": lines}
    return content_of(n, form, given, requester, managers)


def content_of(
    n: int, form: Template, given: dict[str, Any], requester: UserID, managers: tuple[UserID, ...]
) -> RequestContent:
    """Make the content of a request with a form filled like this."""
    values = computed(form, given)
    facts = Facts(managers=managers, roles={"finance": (managers[0],)})
    chosen: dict[str, tuple[str, ...]] = dict.fromkeys(needs_of(form, values).choices, managers[:2])
    plan = plan_route(form, values, facts, chosen, requester)
    assert plan.error is None, plan
    return RequestContent(
        number=f"EXP-2026-{n:05d}",
        title=f"{NAMES[n % len(NAMES)]}的{form.name['zh']}",
        template=form,
        template_hash=template_digest(form),
        values=values,
        steps=plan.steps,
        facts=facts,
        chosen=chosen,
        cc_start=plan.cc_start,
        cc_end=plan.cc_end,
        cc_own=(ME,) if n % 7 == 0 else (),
        names={user: NAMES[k % len(NAMES)] for k, user in enumerate(managers)},
    )


class _Room:
    """The events of one room."""

    def __init__(self, room: RoomID, ts: int, requester: UserID, content: RequestContent) -> None:
        self.room, self.ts, self.requester, self.content = room, ts, requester, content
        self.made_ms = ts + 1
        self.events: list[Event] = []
        self.lists: dict[UserID, tuple[Act, ...]] = {}

    @property
    def seal(self) -> EventID:
        return EventID(f"$seal{self.room[1:13]}")

    def put(
        self, type: str, sender: UserID, content: dict[str, Any], key: str | None = "", name: str = ""
    ) -> None:
        self.ts += 1000
        raw = {
            "type": type,
            "event_id": name or f"${self.room[1:13]}e{len(self.events)}",
            "sender": sender,
            "origin_server_ts": self.ts,
            "content": content,
        } | ({} if key is None else {"state_key": key})
        self.events.append(parse_event(dump(raw), self.room))

    def begin(self, people: list[UserID]) -> None:
        """Make and seal it."""
        create = {"type": REQUEST_ROOM_TYPE, "room_version": "11", REQUEST_FIELD: to_content(self.content)}
        self.put("m.room.create", self.requester, create)
        self.made_ms = self.ts
        for user in dict.fromkeys((self.requester, *people)):
            name = "李娜" if user == ME else NAMES[PEOPLE.index(user) % len(NAMES)]
            self.put("m.room.member", user, {"membership": "join", "displayname": name}, user)
        self.put("m.room.power_levels", self.requester, power_levels(None), name=self.seal)
        said = {"msgtype": "m.text", "body": "form", TEXT_FIELD: {"v": 1, "act": ""}}
        self.put("m.room.message", self.requester, said, None)

    def decide(self, rng: random.Random, most: int) -> None:
        """Let those it waits for decide, one after another."""
        for _ in range(most):
            state = self._state()
            if state.status is not RequestStatus.PENDING or not state.waiting:
                break
            user = state.waiting[0]
            step = next(
                s for s in state.steps if any(t.user == user and t.status == "waiting" for t in s.tasks)
            )
            kind = ActKind.REJECT if rng.random() < 0.05 else ActKind.APPROVE
            note = rng.choice(ZH) if rng.random() < 0.3 else ""
            act = Act(f"a{len(self.events)}", kind, basis_of(state), step.key, step.round, note)
            self.lists[user] = (*self.lists.get(user, ()), act)
            self.ts += rng.randrange(600_000)
            self.put(ACTS_TYPE, user, to_content(ActList(self.seal, self.lists[user])), user)
            if rng.random() < 0.2:
                comment = {"msgtype": "m.text", "body": rng.choice(ZH), "m.mentions": {}}
                self.put("m.room.message", user, comment, None)

    def _state(self) -> RequestState:
        from app.domain.approvals.acts import ActsEvent, parse_acts

        found = [
            ActsEvent(one.event_id, one.sender, one.origin_server_ts, content)
            for one in self.events
            if one.type == ACTS_TYPE and (content := parse_acts(one.content)) is not None
        ]
        return fold_request(self.content, self.requester, self.made_ms, self.seal, found)


# What is measured -----------------------------------------------------------------------------------------------


def work_ms(action: Callable[[], object], runs: int = RUNS) -> float:
    """Give the p95 of the time one thread works on something."""
    action()
    took = []
    for _ in range(runs):
        started = time.thread_time()
        action()
        took.append((time.thread_time() - started) * 1000)
    return percentile(took, 0.95)


def queries() -> Iterator[tuple[str, ApprovalQuery]]:
    """Give the filters, each on the page where it lets the least through."""
    for box in ApprovalBox:
        yield f"{box} by template", ApprovalQuery(box, template_id="leave")
        yield f"{box} by state", ApprovalQuery(box, status=RequestStatus.RETURNED)
        yield f"{box} by date", ApprovalQuery(box, from_ms=START_MS + 1, until_ms=START_MS + 2)
        yield f"{box} by person", ApprovalQuery(box, person=UserID(PEOPLE[7]))


def page_figures(reads: ApprovalReads, conn: Any) -> list[Figure]:
    """Time what opening a page reads: the figures of the tabs and the first rows."""
    figures = []
    for box in ApprovalBox:
        query = ApprovalQuery(box)
        assert len(reads.page(query, NOW).rows) == 50, box
        took = work_ms(lambda query=query: (reads.counts(NOW), reads.page(query, NOW)))  # type: ignore[misc]
        floor = work_ms(lambda box=box: conn.execute(FLOOR[box]).fetchall())  # type: ignore[misc]
        name = f"approvals, {REQUESTS:,} requests: open {box.value}"
        figures.append(_figure(name, took, floor, "50 rows of the same index"))
    return figures


def _figure(name: str, took: float, floor: float, floor_name: str, note: str = "") -> Figure:
    goal = f"≤ {GOAL_MS} ms"
    return Figure(name, took, "ms", goal, floor, floor_name, took <= GOAL_MS, note)


def worst(found: dict[str, float]) -> tuple[float, str]:
    """Give the dearest of some, and all by name."""
    return max(found.values()), ", ".join(f"{name} {ms:.1f}" for name, ms in found.items())


def search_figure(reads: ApprovalReads, conn: Any) -> Figure:
    """Time searches on the page that holds most."""
    found = {
        term: work_ms(lambda term=term: reads.page(ApprovalQuery(ApprovalBox.DONE, term=term), NOW))  # type: ignore[misc]
        for term in TERMS
    }
    assert reads.page(ApprovalQuery(ApprovalBox.DONE, term="报销"), NOW).rows
    sql = "SELECT rowid FROM approval_index WHERE approval_index MATCH '报销' LIMIT 50"
    took, note = worst(found)
    return _figure(
        "… search, worst of several", took, work_ms(lambda: conn.execute(sql).fetchall()), "bare MATCH", note
    )


def detail_figure(reads: ApprovalReads, conn: Any) -> Figure:
    """Time opening one request."""
    rooms = [row.room_id for row in reads.page(ApprovalQuery(ApprovalBox.DONE), NOW).rows]
    sql = "SELECT raw FROM event WHERE room = (SELECT id FROM room WHERE room_id = ?) AND ord IS NOT NULL"
    took = work_ms(lambda: reads.detail(rooms[7], NOW))
    return _figure(
        "… one request with its route",
        took,
        work_ms(lambda: conn.execute(sql, (rooms[7],)).fetchall()),
        "its events",
    )


def main() -> None:
    """Measure on the prepared account."""
    folder = all_requests()
    cache = open_prepared(folder)
    conn = open_reader(paths_of(folder).cache, key_of(folder))
    reads = cache.read.approvals
    figures = page_figures(reads, conn)
    filters = {name: work_ms(lambda q=query: reads.page(q, NOW), 10) for name, query in queries()}  # type: ignore[misc]
    took, note = worst({name: ms for name, ms in filters.items() if ms >= max(filters.values()) / 2})
    scan = "SELECT count(*) FROM approval WHERE +template_id = 'leave'"
    figures.append(
        _figure(
            "… filters, worst",
            took,
            work_ms(lambda: conn.execute(scan).fetchone()),
            "all rows looked at",
            note,
        )
    )
    figures += [search_figure(reads, conn), detail_figure(reads, conn)]
    totals, duties = work_ms(cache.read.totals), "SELECT count(*) FROM approval_duty"
    figures.append(
        _figure(
            "… figures of rail and tray",
            totals,
            work_ms(lambda: conn.execute(duties).fetchone()),
            "my duties",
        )
    )
    conn.close()
    cache.close()
    emit(figures)


if __name__ == "__main__":
    main()
