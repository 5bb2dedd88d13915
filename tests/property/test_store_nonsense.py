"""Whatever a server sends, applying and reading it never fails, and never costs what came before."""

import asyncio
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.events import parse_event, parse_stripped
from app.domain.ids import ContentURI, EventID, RoomID, TxnID, UserID
from app.domain.sync import Membership, Receipt, RoomHints, RoomUpdate, ServerCounts, SyncBatch
from app.store.cache import Cache
from tests.helpers.store_history import ANNA, ME, ROOM, OpenCache, batch, event, everything, message, update

TYPES = [
    "m.room.message",
    "m.room.member",
    "m.room.name",
    "m.room.topic",
    "m.room.avatar",
    "m.room.create",
    "m.room.power_levels",
    "m.room.canonical_alias",
    "m.room.encryption",
    "m.room.tombstone",
    "m.reaction",
    "m.room.redaction",
    "m.sticker",
    "m.room.encrypted",
    "m.space.child",
    "m.poll.start",
    "m.room.pinned_events",
    "org.odd",
]
KEYS = [
    "body",
    "msgtype",
    "m.relates_to",
    "m.new_content",
    "rel_type",
    "event_id",
    "key",
    "m.in_reply_to",
    "m.mentions",
    "user_ids",
    "room",
    "url",
    "info",
    "filename",
    "size",
    "w",
    "thumbnail_url",
    "format",
    "formatted_body",
    "name",
    "topic",
    "alias",
    "membership",
    "displayname",
    "avatar_url",
    "is_direct",
    "users",
    "users_default",
    "events",
    "notifications",
    "redact",
    "type",
    "room_version",
    "additional_creators",
    "via",
    "order",
    "redacts",
    "m.relations",
    "m.replace",
    "m.thread",
    "count",
    "redacted_because",
    "prev_content",
    "transaction_id",
    "is_falling_back",
]
WORDS = [
    "m.text",
    "m.image",
    "m.file",
    "m.emote",
    "join",
    "leave",
    "invite",
    "ban",
    "m.replace",
    "m.annotation",
    "m.thread",
    "m.reference",
    "$e0",
    "$e1",
    "$e2",
    "mxc://a/b",
    "👍",
    "@me:acme.example",
    "m.space",
    "12",
    "x",
    "org.matrix.custom.html",
]

text = st.one_of(
    st.sampled_from(WORDS), st.text(max_size=8), st.just("\ud800lone"), st.just("nul\0"), st.just("%_\\")
)
leaf = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), text)
tree = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=12,
)
content = st.dictionaries(st.sampled_from(KEYS), tree, max_size=6)
wire = st.fixed_dictionaries(
    {
        "event_id": st.sampled_from(
            ["$e0", "$e1", "$e2", "$e3", "$e4", "$e5", "$e6", "$e7", "bad", "$nul\0"]
        ),
        "type": st.sampled_from(TYPES),
        "sender": st.sampled_from([ME, ME, ANNA, ANNA, "@odd:x", "nobody"]),
        "origin_server_ts": st.one_of(
            st.integers(0, 9), st.integers(0, 9), st.integers(-5, 1 << 60), st.floats(allow_nan=False)
        ),
        "content": st.one_of(content, content, content, content, content, tree),
    },
    optional={
        "state_key": st.sampled_from(["", ME, ANNA, "@x:y", "x"]),
        "unsigned": st.one_of(content, tree),
        "redacts": st.one_of(st.sampled_from(["$e0", "$e1"]), tree),
    },
)
events = st.lists(wire, max_size=8)
ids = st.one_of(st.sampled_from(["$e0", "$e1", "$nowhere"]), text)
receipts = st.lists(
    st.builds(
        Receipt,
        st.sampled_from([ME, ANNA, UserID("odd")]),
        ids.map(EventID),
        st.sampled_from(["m.read", "m.read.private", "m.fully_read", "org.odd"]),
        st.integers(),
        st.one_of(st.none(), text),
    ),
    max_size=4,
)
hints = st.builds(
    RoomHints,
    name=st.one_of(st.none(), text),
    avatar=st.one_of(st.none(), text.map(ContentURI)),
    heroes=st.one_of(st.none(), st.lists(text.map(UserID), max_size=3).map(tuple)),
    hero_names=st.lists(text, max_size=3).map(tuple),
    hero_avatars=st.lists(st.one_of(st.none(), text.map(ContentURI)), max_size=3).map(tuple),
    joined_count=st.one_of(st.none(), st.integers()),
    bump_stamp=st.one_of(st.none(), st.integers()),
    is_direct=st.one_of(st.none(), st.booleans()),
)
account_data = st.lists(
    st.tuples(
        st.sampled_from(["m.direct", "m.push_rules", "m.tag", "m.marked_unread", "org.odd"]), content
    ).map(tuple),
    max_size=2,
)
rules = st.dictionaries(st.sampled_from(["global", "tags", "unread", "@anna:acme.example"]), tree, max_size=3)


@st.composite
def updates(draw: st.DrawFn) -> RoomUpdate:
    room = draw(st.sampled_from([ROOM, RoomID("!two:acme.example"), RoomID("odd")]))
    told = [json.dumps(value).encode() for value in draw(events)]
    state = [json.dumps(value).encode() for value in draw(events)]
    parse = draw(st.sampled_from([parse_event, parse_stripped]))
    counts = st.builds(ServerCounts, st.integers(), st.integers(), st.one_of(st.none(), ids.map(EventID)))
    return RoomUpdate(
        room_id=room,
        membership=draw(st.one_of(st.none(), st.sampled_from(list(Membership)))),
        hints=draw(hints),
        state=tuple(parse(raw, room) for raw in state),
        timeline=tuple(parse_event(raw, room) for raw in told),
        limited=draw(st.booleans()),
        prev_batch=draw(st.one_of(st.none(), text)),
        is_initial=draw(st.booleans()),
        counts=draw(st.one_of(st.none(), counts)),
        account_data=tuple(draw(account_data)),
        receipts=tuple(draw(receipts)),
        typing=draw(st.one_of(st.none(), st.lists(text.map(UserID), max_size=2).map(tuple))),
    )


def read_all(cache: Cache) -> dict[str, Any]:
    """Ask every question about every room."""
    read = cache.read
    for room in (ROOM, RoomID("!two:acme.example"), RoomID("odd"), RoomID("!unknown:x")):
        for item in read.items(room, 0, 100):
            read.row_of(room, item.uid)
            if item.event_id is not None:
                read.readers(room, item.event_id)
        read.typing(room)
        read.gaps(room)
        read.power_level(room, "m.room.message")
        read.state_event(room, "m.room.name")
    read.spaces()
    read.search_rooms("x")
    read.search_people("x")
    read.backfill_candidates()
    return everything(cache)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(updates(), min_size=1, max_size=4), rules)
def test_nonsense_is_stored_read_and_rebuilt_without_failing(
    told: list[RoomUpdate], account: dict[str, Any]
) -> None:
    async def body() -> None:
        with OpenCache() as cache:
            await cache.apply_sync(batch(update(event("e0"), event("e1"))))
            await cache.enqueue(message("x"))
            for one in told:
                await cache.apply_sync(
                    SyncBatch(
                        positions=(("p", "\ud800"),),
                        rooms=(one,),
                        account_data=(("m.push_rules", account), ("m.direct", account)),
                    )
                )
            await cache.add_messages(
                ROOM, [e for one in told for e in one.timeline if one.room_id == ROOM], "t", None
            )
            before = read_all(cache)
            assert cache.read.event(EventID("$e0")) is not None
            assert [row.txn_id for row in cache.read.queue()] in ([TxnID("x")], [])
            await cache.rebuild()
            assert everything(cache) == before

    asyncio.run(body())
