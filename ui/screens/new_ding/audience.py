"""Reads who a ding can go to from where it is begun. Runs in the read worker."""

from dataclasses import replace

from app.domain.dings import DingSource
from app.domain.ids import UserID
from app.domain.item_kind import ItemKind
from app.domain.rooms import RoomSummary
from app.store.reader import Reader
from ui.ding_desk import DingStart
from ui.item_words import short_words
from ui.people_finder import PeopleFinder
from ui.person import Person
from ui.screens.new_ding.new_ding_state import MAX_TEXT, Audience

MOST_MEMBERS = 5000


def read_audience(read: Reader, start: DingStart, me: UserID, finder: PeopleFinder) -> Audience:
    """Give the others of the conversation and the message it is made of; without a conversation, who was handed over."""
    room = None if start.room_id is None else read.room(start.room_id)
    if room is None:
        return Audience(unread=tuple(_known(read, finder, user) for user in start.people))
    members = [one for one in read.members(room.room_id, limit=MOST_MEMBERS) if one.user_id != me]
    everyone = tuple(map(finder.person_of, members))
    given = set(start.people)
    if start.source_event is not None and not given:
        given = {member.user_id for member in read.readers(room.room_id, start.source_event)[1]}
    audience = Audience(
        room.room_id,
        room.name,
        room.is_direct or len(everyone) == 1,
        everyone,
        tuple(person for person in everyone if person.user_id in given),
    )
    return _with_source(read, room, start, audience)


def _with_source(read: Reader, room: RoomSummary, start: DingStart, audience: Audience) -> Audience:
    event_id = start.source_event
    item = None if event_id is None else read.item(room.room_id, event_id)
    if item is None or event_id is None:
        return audience
    return replace(
        audience,
        source=DingSource(room.room_id, event_id),
        source_sender=item.sender_name,
        source_text=short_words(item),
        source_body=item.body.strip()[:MAX_TEXT] if item.kind is ItemKind.TEXT else "",
        source_ts_ms=item.ts_ms,
    )


def _known(read: Reader, finder: PeopleFinder, user_id: UserID) -> Person:
    """Somebody handed over by id alone, as far as the cache knows them."""
    known = [member for member in read.search_people(user_id, 5) if member.user_id == user_id]
    return finder.person_of(known[0]) if known else Person(user_id, user_id)
