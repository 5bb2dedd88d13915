"""Folds edits and redactions into rows, whatever order they arrive in, and keeps the search index with them.

A row is a pure function of its event, the valid edits of it, and whether it was redacted. Nothing is applied on
top of what is there: a row whose relations changed is folded again from the stored events. That makes the
order of arrival irrelevant and `rebuild` the same code.

Valid edit: same room and sender, a message like its target, not redacted; the newest by (ts, event id) wins.
Source: Matrix client-server API, "Event replacements", "Redactions".
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.events import Event, JSONObject, parse_event
from app.domain.ids import EventID
from app.domain.timeline import ItemKind
from app.store.intake import Intake
from app.store.schema import REDACTS
from app.store.search_index import index_add, index_remove
from app.store.shape import INDEXED_KINDS, body_of, kind_of, new_content_of, shape_of
from app.store.write import Write, select_in, sql_text


class _Edit(NamedTuple):
    ts: int
    event_id: str
    key: int
    room: int
    sender: str
    type: str
    raw: bytes


@dataclass(slots=True)
class _Relations:
    edits: dict[str, list[_Edit]] = field(default_factory=lambda: defaultdict(list))
    redacted: set[tuple[int, str]] = field(default_factory=set)


class _Target(NamedTuple):
    key: int
    room: int
    event_id: EventID
    type: str
    is_state: bool
    rel_type: str | None
    target: EventID | None


class _Folded(NamedTuple):
    kind: str
    body: str
    is_redacted: int
    edit: int | None


def fold_relations(intake: Intake) -> None:
    """Bring rows, reactions and state in line with the edits and redactions that this write brought or woke."""
    w = intake.w
    _wake_older_relations(intake)
    if not intake.dirty:
        return
    targets = _targets_of(w, intake.dirty)
    redacted = _redactions_of(w, (t.event_id for t in targets))
    again: set[EventID] = set(intake.dirty)
    gone_reactions: list[int] = []
    for target in targets:
        if (target.room, target.event_id) not in redacted:
            continue
        if target.target is not None:
            intake.outer.add(target.target)
        if target.rel_type == "m.annotation" and target.target is not None:
            gone_reactions.append(target.key)
            intake.reacted.add(target.target)
        elif target.rel_type == "m.replace" and target.target is not None:
            again.add(target.target)
        if target.is_state:
            _wake_state(intake, target)
    w.conn.executemany("DELETE FROM reaction WHERE id = ?", [(key,) for key in gone_reactions])
    _fold_items(intake, again)


def _wake_older_relations(intake: Intake) -> None:
    """Note events stored now whose edits or redactions were stored earlier."""
    sql = f"SELECT target FROM event WHERE rel_type IN ('m.replace', '{REDACTS}') AND target IN {{in}}"
    intake.dirty.update(EventID(row[0]) for row in select_in(intake.w.conn, sql, intake.fresh_ids))


def _targets_of(w: Write, ids: Iterable[EventID]) -> list[_Target]:
    sql = (
        "SELECT id, room, event_id, type, state_key IS NOT NULL, rel_type, target FROM event"
        " WHERE event_id IN {in}"
    )
    return [
        _Target(row[0], row[1], EventID(row[2]), row[3], bool(row[4]), row[5], row[6])
        for row in select_in(w.conn, sql, [sql_text(i) for i in ids])
    ]


def _redactions_of(w: Write, ids: Iterable[str]) -> set[tuple[int, str]]:
    sql = f"SELECT room, target FROM event WHERE rel_type = '{REDACTS}' AND target IN {{in}}"
    return set(select_in(w.conn, sql, ids))


def _wake_state(intake: Intake, target: _Target) -> None:
    row = intake.w.conn.execute("SELECT room, type, key FROM state WHERE event = ?", (target.key,)).fetchone()
    if row is None:
        return
    room, type_, key = row
    if type_ == "m.room.member":
        intake.reprojected_members[room].add(key)
    else:
        intake.identity_rooms.add(room)
        if type_ == "m.room.power_levels":
            intake.power_rooms.add(room)


# Rows -----------------------------------------------------------------------------------------------------------


def _fold_items(intake: Intake, ids: Iterable[EventID]) -> None:
    w = intake.w
    wanted = [sql_text(i) for i in ids]
    relations = _relations_to(w, wanted)
    sql = (
        "SELECT i.id, i.room, e.event_id, e.raw, i.kind, i.body, i.is_redacted, i.edit, e.txn_id"
        " FROM event e JOIN item i ON i.id = e.id WHERE e.event_id IN {in}"
    )
    updates = []
    removed: list[tuple[int, str]] = []
    added: list[tuple[int, str]] = []
    for key, room, event_id, raw, *old, txn_id in select_in(w.conn, sql, wanted):
        room_id = w.room_id(room)
        event = parse_event(raw, room_id)
        new = _fold(w, room, event, relations)
        was = _Folded(*old)
        if new is None or new == was:
            continue
        updates.append((*new, key))
        _note_index(intake, key, was, new, removed, added)
        if key not in intake.fresh_items:
            w.tally.touched(room_id, f"t:{txn_id}" if txn_id else event_id)
            intake.reweighed[key] = event
        intake.tail_rooms.add(room)
        intake.unread_rooms.add(room)
    if not intake.skips_index:
        index_remove(w.conn, removed)
    w.conn.executemany("UPDATE item SET kind = ?, body = ?, is_redacted = ?, edit = ? WHERE id = ?", updates)
    if not intake.skips_index:
        index_add(w.conn, added)


def _note_index(
    intake: Intake,
    key: int,
    was: _Folded,
    new: _Folded,
    removed: list[tuple[int, str]],
    added: list[tuple[int, str]],
) -> None:
    fresh = intake.fresh_items.get(key)
    if fresh is not None:
        fresh.kind, fresh.body, fresh.is_redacted = new.kind, new.body, bool(new.is_redacted)
        return
    if is_indexed(was.kind, was.is_redacted):
        removed.append((key, was.body))
    if is_indexed(new.kind, new.is_redacted):
        added.append((key, new.body))


def is_indexed(kind: str, is_redacted: int | bool) -> bool:
    """Whether the search index holds such a row."""
    return not is_redacted and kind in INDEXED_KINDS


def _relations_to(w: Write, ids: list[str]) -> _Relations:
    relations = _Relations()
    sql = (
        "SELECT target, rel_type, ts, event_id, id, room, sender, type, raw FROM event"
        f" WHERE rel_type IN ('m.replace', '{REDACTS}') AND target IN {{in}}"
    )
    edits: list[tuple[str, _Edit]] = []
    for target, rel_type, *rest in select_in(w.conn, sql, ids):
        edit = _Edit(*rest)
        if rel_type == REDACTS:
            relations.redacted.add((edit.room, target))
        else:
            edits.append((target, edit))
    gone = _redactions_of(w, [edit.event_id for _, edit in edits])
    for target, edit in edits:
        if (edit.room, edit.event_id) not in gone:
            relations.edits[target].append(edit)
    return relations


def _fold(w: Write, room: int, event: Event, relations: _Relations) -> _Folded | None:
    """Compute the foldable part of a row from scratch."""
    base = shape_of(event, w.me)
    if base is None:
        return None
    if (room, event.event_id) in relations.redacted or "redacted_because" in event.unsigned:
        return _Folded(base.kind.value, "", 1, None)
    edits = relations.edits.get(event.event_id, [])
    best: _Folded | None = None
    best_rank = (-1, "")
    for edit in edits:
        if edit.room != room or edit.sender != event.sender or (edit.ts, edit.event_id) <= best_rank:
            continue
        folded = _edited(event, edit)
        if folded is not None:
            best, best_rank = folded, (edit.ts, edit.event_id)
    return best or _Folded(base.kind.value, sql_text(base.body), 0, None)


def new_contents(w: Write, messages: Sequence[tuple[int, Event]]) -> dict[EventID, list[JSONObject]]:
    """Give what the valid edits of messages (room and event) say, the newest first."""
    relations = _relations_to(w, [event.event_id for _, event in messages])
    found: dict[EventID, list[JSONObject]] = {}
    for room, event in messages:
        edits = [
            edit
            for edit in relations.edits.get(event.event_id, ())
            if edit.room == room and edit.sender == event.sender and _edited(event, edit) is not None
        ]
        edits.sort(key=lambda edit: (edit.ts, edit.event_id), reverse=True)
        contents = [new_content_of(parse_event(edit.raw, event.room_id).content) for edit in edits]
        found[event.event_id] = [content for content in contents if content is not None]
    return found


def _edited(event: Event, edit: _Edit) -> _Folded | None:
    if edit.type != event.type or event.state_key is not None:
        return None
    replacement = parse_event(edit.raw, event.room_id)
    content = new_content_of(replacement.content)
    if event.type == "m.room.encrypted":
        return _Folded(ItemKind.ENCRYPTED.value, "", 0, edit.key)
    if content is None:
        return None
    kind = kind_of(event.type, content)
    if kind is None or kind == ItemKind.UNKNOWN:
        return None
    return _Folded(kind.value, sql_text(body_of(kind, content)), 0, edit.key)


def note_reactions(intake: Intake) -> None:
    """Drop reactions that were redacted before they came, and note the rows whose reactions or threads changed."""
    w = intake.w
    sql = (
        "SELECT a.id FROM event a JOIN event r ON r.target = a.event_id"
        f" AND r.rel_type = '{REDACTS}' AND r.room = a.room WHERE a.rel_type = 'm.annotation'"
        " AND a.target IN {in}"
    )
    gone = [(row[0],) for row in select_in(w.conn, sql, [sql_text(i) for i in intake.reacted])]
    w.conn.executemany("DELETE FROM reaction WHERE id = ?", gone)
    moved = [sql_text(i) for i in intake.reacted | intake.threads]
    sql = (
        "SELECT e.id, e.room, e.event_id, e.txn_id FROM event e JOIN item i ON i.id = e.id"
        " WHERE e.event_id IN {in}"
    )
    for key, room, event_id, txn_id in select_in(w.conn, sql, moved):
        if key not in intake.fresh_items:
            w.tally.touched(w.room_id(room), f"t:{txn_id}" if txn_id else event_id)
