"""Which messages are dings, who confirmed them, and when they stop asking me."""

from typing import Any

import pytest

from app.domain.dings import MUTED_TYPE, DingBox, DingFilter, RecipientState
from app.domain.events import Event
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.domain.sync import Membership, SyncBatch
from app.store import ding_fold
from app.store.cache import Cache
from app.store.write import Write
from tests.helpers.store_dings import (
    LATER,
    comment,
    confirm,
    content,
    ding,
    edited,
    field,
    figures,
    nudge,
    summary,
    sync,
    waiting_confirmation,
    waiting_redaction,
    with_ding,
)
from tests.helpers.store_history import (
    ANNA,
    BOB,
    ME,
    ROOM,
    START_MS,
    batch,
    event,
    member,
    message,
    reaction,
    redaction,
    text,
    update,
)

CARA = UserID("@cara:acme.example")


async def test_a_ding_asks_me_until_i_confirm(cache: Cache) -> None:
    await with_ding(cache)
    assert figures(cache) == (0, 2, True)
    changes = await sync(cache, confirm("y"))
    assert changes.dings and ROOM in changes.rooms
    assert "$d" in changes.timelines[0].touched
    assert figures(cache) == (1, 2, False)
    assert summary(cache).confirmed_at_ms == START_MS


async def test_a_write_without_dings_tells_nothing_of_dings(cache: Cache) -> None:
    await with_ding(cache)
    changes = await sync(cache, event("a"), reaction("r", "$a", "✅", ME), comment("c", target="$a"))
    assert not changes.dings


@pytest.mark.parametrize("key", ["✅", "✅\ufe0f", "✔", "✔️", "☑️"])
async def test_a_check_mark_of_any_client_confirms(cache: Cache, key: str) -> None:
    await with_ding(cache, reaction("y", "$d", key, BOB))
    assert figures(cache) == (1, 2, True)


async def test_other_reactions_do_not_confirm(cache: Cache) -> None:
    await with_ding(cache, reaction("y", "$d", "👍", ME))
    assert figures(cache) == (0, 2, True)


async def test_two_devices_confirming_at_once_count_once(cache: Cache) -> None:
    await with_ding(cache, confirm("y1", ts=START_MS + 5), confirm("y2", ts=START_MS + 4))
    await cache.enqueue(waiting_confirmation())
    assert figures(cache) == (1, 2, False)
    assert summary(cache).confirmed_at_ms == START_MS + 4


async def test_only_recipients_confirm(cache: Cache) -> None:
    await with_ding(cache, confirm("y1", ANNA), confirm("y2", CARA))
    assert figures(cache) == (0, 2, True)


async def test_a_check_mark_in_another_room_does_not_confirm(cache: Cache) -> None:
    other = RoomID("!other:acme.example")
    await with_ding(cache)
    await sync(cache, confirm("y", room=other), room=other)
    assert figures(cache) == (0, 2, True)


async def test_confirmations_that_the_content_claims_do_not_count(cache: Cache) -> None:
    forged = {"confirmed": [ME, BOB], "confirmed_by": [ME, BOB], "is_open": False, "total": 0}
    await sync(cache, ding("d", said=forged))
    assert figures(cache) == (0, 2, True)


async def test_a_redacted_check_mark_does_not_confirm(cache: Cache) -> None:
    await with_ding(cache, confirm("y1"), confirm("y2", BOB))
    await sync(cache, redaction("r", "$y1", ME))
    assert figures(cache) == (1, 2, True)


async def test_a_check_mark_redacted_before_it_came_does_not_confirm(cache: Cache) -> None:
    await with_ding(cache, redaction("r", "$y1", ME))
    await sync(cache, confirm("y1"))
    assert figures(cache) == (0, 2, True)


async def test_a_confirmation_may_come_before_its_ding(cache: Cache) -> None:
    await sync(cache, confirm("y"), comment("c"), nudge("n"))
    await sync(cache, ding())
    found = summary(cache)
    assert (found.confirmed, found.is_open, found.comments, found.nudges) == (1, False, 1, 1)


async def test_fetched_confirmations_count_though_they_have_no_place(cache: Cache) -> None:
    await with_ding(cache)
    changes = await cache.add_events(
        [confirm("y1"), confirm("y2", BOB), confirm("y3", room=RoomID("!nowhere:a"))]
    )
    assert changes.dings
    assert figures(cache) == (2, 2, False)


async def test_a_ding_without_a_place_is_none_until_it_has_one(cache: Cache) -> None:
    await sync(cache, event("a"))
    await cache.add_event(ding())
    assert cache.read.dings.summary("$d") is None
    await sync(cache, ding())
    assert figures(cache) == (0, 2, True)


async def test_i_may_be_a_recipient_of_my_own_ding(cache: Cache) -> None:
    await sync(cache, ding("d", sender=ME))
    assert figures(cache) == (0, 2, True)
    assert [found.uid for found in cache.read.dings.page(DingBox.SENT, DingFilter.ALL)] == ["$d"]
    assert [found.uid for found in cache.read.dings.page(DingBox.RECEIVED, DingFilter.ALL)] == ["$d"]


async def test_who_only_gets_a_copy_is_not_asked(cache: Cache) -> None:
    await sync(cache, ding("d", [BOB], said={"cc": [ME]}), confirm("y"))
    found = summary(cache)
    assert (found.is_to_me, found.is_cc, found.is_open, found.confirmed, found.total) == (
        False,
        True,
        False,
        0,
        1,
    )


# Edits and redactions -------------------------------------------------------------------------------------------


async def test_an_edit_changes_what_and_when_but_never_whom(cache: Cache) -> None:
    await with_ding(cache, confirm("y", BOB, ts=START_MS + 1))
    new = content("sign both", [CARA], due_ts=LATER, kind="notice", cc=[ANNA], series="s", place="here")
    await sync(cache, edited("e", new, ts=START_MS + 2))
    found = summary(cache)
    assert (found.text, found.content.due_ms, found.content.kind, found.content.place) == (
        "sign both",
        LATER,
        "notice",
        "here",
    )
    assert (found.content.recipients, found.content.cc, found.content.series) == ((ME, BOB), (), "")
    assert (found.confirmed, found.total, found.is_open, found.is_edited) == (1, 2, True, True)
    await sync(cache, confirm("y2", ts=START_MS + 3))
    detail = cache.read.dings.detail("$d")
    assert detail is not None
    assert {r.user_id: r.is_before_edit for r in detail.recipients} == {BOB: True, ME: False}


async def test_an_edit_without_the_field_changes_only_the_words(cache: Cache) -> None:
    await with_ding(cache, edited("e1", content("first", due_ts=LATER), ts=START_MS + 1))
    await sync(cache, edited("e2", text("second"), ts=START_MS + 2))
    assert (summary(cache).text, summary(cache).content.due_ms) == ("second", LATER)
    await sync(cache, redaction("r", "$e2"))
    assert summary(cache).text == "first"
    await sync(cache, redaction("r2", "$e1"))
    assert (summary(cache).text, summary(cache).content.due_ms, summary(cache).is_edited) == (
        "sign it",
        None,
        False,
    )


async def test_an_edit_by_another_or_of_nonsense_changes_nothing(cache: Cache) -> None:
    await with_ding(cache, edited("e1", content("forged"), sender=BOB))
    assert summary(cache).text == "sign it"
    await sync(cache, edited("e2", content("odd", due_ts="soon"), ts=START_MS + 1))
    assert (summary(cache).text, summary(cache).content.due_ms) == ("odd", None)


async def test_an_edit_does_not_make_a_plain_message_a_ding(cache: Cache) -> None:
    await sync(cache, event("d"), edited("e", content()))
    assert cache.read.dings.summary("$d") is None


async def test_before_the_edit_is_told_by_time_where_the_place_is_not_known(cache: Cache) -> None:
    await with_ding(cache, edited("e", content("new"), ts=START_MS + 50))
    await cache.add_events([confirm("y1", ts=START_MS + 49), confirm("y2", BOB, ts=START_MS + 51)])
    detail = cache.read.dings.detail("$d")
    assert detail is not None
    assert {r.user_id: r.is_before_edit for r in detail.recipients} == {ME: True, BOB: False}


async def test_a_recalled_ding_asks_nobody_and_says_nothing(cache: Cache) -> None:
    await with_ding(cache, confirm("y", BOB))
    changes = await sync(cache, redaction("r", "$d"))
    found = summary(cache)
    assert changes.dings and found.is_redacted
    assert (found.text, found.confirmed, found.total, found.is_open) == ("", 0, 0, False)
    detail = cache.read.dings.detail("$d")
    assert detail is not None and detail.recipients == ()
    item = cache.read.item(ROOM, "$d")
    assert item is not None and item.ding is None


async def test_recalled_before_it_came(cache: Cache) -> None:
    await sync(cache, event("a"), redaction("r", "$d"))
    await sync(cache, ding())
    assert summary(cache).is_redacted and figures(cache) == (0, 0, False)


# Coming and going -----------------------------------------------------------------------------------------------


async def test_a_recipient_who_left_is_asked_no_more_and_asked_again_when_back(cache: Cache) -> None:
    await with_ding(cache)
    changes = await sync(cache, member(BOB, membership="leave", n=1))
    assert changes.dings and figures(cache) == (0, 1, True)
    detail = cache.read.dings.detail("$d")
    assert detail is not None
    assert [(r.user_id, r.state) for r in detail.recipients] == [
        (ME, RecipientState.WAITING),
        (BOB, RecipientState.LEFT),
    ]
    await sync(cache, member(BOB, n=2))
    assert figures(cache) == (0, 2, True)


async def test_a_removed_member_who_confirmed_stays_confirmed(cache: Cache) -> None:
    await with_ding(cache, confirm("y", BOB))
    await sync(cache, member(BOB, membership="ban", n=1, sender=ANNA))
    assert figures(cache) == (1, 2, True)
    await sync(cache, redaction("r", "$y", BOB))
    assert figures(cache) == (0, 1, True)


async def test_who_is_not_known_counts_as_present_until_the_member_list_is_complete(cache: Cache) -> None:
    await sync(cache, member(ME), member(ANNA), ding("d", [ME, BOB, CARA]))
    assert figures(cache) == (0, 3, True)
    await cache.add_members(ROOM, [member(user) for user in (ME, ANNA, BOB)])
    assert figures(cache) == (0, 2, True)
    await sync(cache, member(CARA, membership="invite", n=1, sender=ANNA))
    assert figures(cache) == (0, 3, True)


async def test_a_member_list_that_drops_a_recipient_ends_the_waiting(cache: Cache) -> None:
    await with_ding(cache)
    changes = await cache.add_members(ROOM, [member(ME), member(ANNA)])
    assert changes.dings and figures(cache) == (0, 1, True)


async def test_a_new_name_of_a_recipient_moves_nothing(cache: Cache) -> None:
    await with_ding(cache)
    changes = await sync(cache, member(BOB, "Robert", n=1))
    assert not changes.dings


async def test_who_was_not_asked_may_leave_and_strange_names_are_found(cache: Cache) -> None:
    strange = '@"b\\ö:acme.example'
    await sync(cache, member(ME), member(CARA), member(strange, sender=ANNA), ding("d", [ME, strange]))
    assert not (await sync(cache, member(CARA, membership="leave", n=1))).dings
    assert (await sync(cache, member(strange, membership="leave", n=1, sender=ANNA))).dings
    assert figures(cache) == (0, 1, True)


async def test_a_room_i_left_asks_nothing_and_asks_again_when_i_am_back(cache: Cache) -> None:
    await with_ding(cache)
    await cache.apply_sync(batch(update(membership=Membership.LEAVE)))
    assert figures(cache) == (0, 1, False)
    await cache.apply_sync(batch(update(member(ME, n=3), membership=Membership.JOIN)))
    assert figures(cache) == (0, 2, True)


async def test_a_room_i_was_removed_from_or_forgot_asks_nothing(cache: Cache) -> None:
    await with_ding(cache)
    await sync(cache, member(ME, membership="leave", n=1, sender=ANNA))
    assert figures(cache) == (0, 1, False)
    await sync(cache, member(ME, n=2))
    assert figures(cache) == (0, 2, True)
    changes = await cache.forget_room(ROOM)
    assert changes.dings and figures(cache) == (0, 1, False)


async def test_a_room_that_is_gone_without_a_word_asks_nothing(cache: Cache) -> None:
    await with_ding(cache)
    changes = await cache.apply_sync(SyncBatch(positions=(), rooms=(), extra={"present_rooms": []}))
    assert changes.dings and not summary(cache).is_open


# Nudges and comments --------------------------------------------------------------------------------------------


async def test_a_nudge_counts_when_it_is_the_senders_and_not_too_soon(cache: Cache) -> None:
    far = LATER + 5 * 60_000
    await with_ding(
        cache,
        nudge("n0", ts=LATER - 1),
        nudge("n1", BOB),
        nudge("n2"),
        nudge("n3", ts=far - 1),
        nudge("n4", ts=far),
    )
    found = summary(cache)
    assert (found.nudges, found.last_nudge_ms) == (2, far)
    marked = {item.uid: item.nudges for item in cache.read.items(ROOM, 0, 20) if item.uid.startswith("$n")}
    assert marked == {"$n0": None, "$n1": None, "$n2": "$d", "$n3": None, "$n4": "$d"}


async def test_when_a_nudge_is_redacted_the_next_is_judged_anew(cache: Cache) -> None:
    await with_ding(cache, nudge("n1"), nudge("n2", ts=LATER + 60_000))
    assert summary(cache).last_nudge_ms == LATER
    changes = await sync(cache, redaction("r", "$n1"))
    assert (summary(cache).nudges, summary(cache).last_nudge_ms) == (1, LATER + 60_000)
    assert "$n2" in changes.timelines[0].touched


async def test_my_waiting_nudge_counts_at_once(cache: Cache) -> None:
    await sync(cache, ding("d", [BOB], sender=ME))
    said = nudge("n").content
    await cache.enqueue(message("x", content=said))
    assert (summary(cache).nudges, summary(cache).last_nudge_ms) == (1, START_MS + 10_000_000)
    assert cache.read.items(ROOM, 1, 1)[0].nudges == "$d"
    await sync(cache, nudge("n", ME, unsigned={"transaction_id": "x"}))
    assert (summary(cache).nudges, summary(cache).last_nudge_ms) == (1, LATER)


async def test_my_nudge_that_i_take_back_before_its_copy_came_counts_no_more(cache: Cache) -> None:
    await sync(cache, ding("d", [BOB], sender=ME))
    await cache.enqueue(message("x", content=nudge("n").content))
    await cache.queue_mark_sending(TxnID("x"))
    await cache.queue_mark_sent(TxnID("x"), EventID("$n"))
    assert summary(cache).nudges == 1
    await cache.enqueue(waiting_redaction("no", EventID("$n")))
    assert summary(cache).nudges == 0


async def test_my_nudge_and_my_comment_that_i_take_back_count_no_more(cache: Cache) -> None:
    await sync(cache, ding("d", [BOB], sender=ME), nudge("n", ME), comment("c", sender=ME))
    assert (summary(cache).nudges, summary(cache).comments) == (1, 1)
    await cache.enqueue(waiting_redaction("no1", EventID("$n")))
    await cache.enqueue(waiting_redaction("no2", EventID("$c")))
    assert (summary(cache).nudges, summary(cache).comments) == (0, 0)
    assert cache.read.items(ROOM, 1, 1)[0].nudges is None
    detail = cache.read.dings.detail("$d")
    assert detail is not None and detail.comments == ()
    await cache.queue_failed(TxnID("no1"), "M_FORBIDDEN", None)
    assert summary(cache).nudges == 1


async def test_comments_are_the_thread_without_nudges(cache: Cache) -> None:
    in_thread = {"m.relates_to": {"rel_type": "m.thread", "event_id": "$d"}}
    said = text("again", **in_thread) | {"im.tack.ding.nudge": {"v": 1, "event_id": "$d"}}
    await with_ding(cache, comment("c1"), event("n", content=said, ts=LATER), comment("c2", "because"))
    assert summary(cache).comments == 2
    await cache.enqueue(message("mine", content=text("I see", **in_thread)))
    detail = cache.read.dings.detail("$d")
    assert detail is not None and [item.body for item in detail.comments] == ["why?", "because", "I see"]
    await sync(cache, redaction("r", "$c1"))
    assert summary(cache).comments == 1


async def test_a_comment_that_was_fetched_counts_when_it_gets_its_place(cache: Cache) -> None:
    await with_ding(cache)
    await cache.add_event(comment("c"))
    assert summary(cache).comments == 0
    await sync(cache, comment("c"))
    assert summary(cache).comments == 1


# My send queue --------------------------------------------------------------------------------------------------


async def test_my_waiting_confirmation_counts_until_it_is_discarded(cache: Cache) -> None:
    await with_ding(cache)
    await cache.enqueue(waiting_confirmation())
    assert figures(cache) == (1, 2, False)
    detail = cache.read.dings.detail("$d")
    assert detail is not None and (detail.recipients[0].is_me, detail.recipients[0].note) == (
        True,
        "by Friday",
    )
    changes = await cache.queue_discard(TxnID("yes"))
    assert changes.dings and ROOM in changes.rooms and figures(cache) == (0, 2, True)


async def test_a_wedged_confirmation_does_not_count_until_it_is_tried_again(cache: Cache) -> None:
    await with_ding(cache)
    await cache.enqueue(waiting_confirmation())
    changes = await cache.queue_failed(TxnID("yes"), "M_FORBIDDEN", None)
    assert changes.dings and figures(cache) == (0, 2, True)
    await cache.queue_retry(TxnID("yes"))
    assert figures(cache) == (1, 2, False)


async def test_a_confirmation_stays_one_on_its_whole_way(cache: Cache) -> None:
    await with_ding(cache)
    await cache.enqueue(waiting_confirmation())
    await cache.queue_mark_sending(TxnID("yes"))
    await cache.queue_mark_sent(TxnID("yes"), EventID("$y"))
    assert figures(cache) == (1, 2, False)
    await cache.add_events([confirm("y", ts=START_MS + 7)])
    assert figures(cache) == (1, 2, False)
    await sync(cache, confirm("y", ts=START_MS + 7))
    assert not cache.read.queue()
    assert figures(cache) == (1, 2, False) and summary(cache).confirmed_at_ms == START_MS + 7


async def test_what_the_server_says_of_a_confirmation_decides_over_the_row_that_sent_it(cache: Cache) -> None:
    await with_ding(cache)
    await cache.enqueue(waiting_confirmation())
    await cache.queue_mark_sent(TxnID("yes"), EventID("$y"))
    await cache.add_events([confirm("y"), redaction("r", "$y", ME)])
    assert figures(cache) == (0, 2, True)


async def test_a_confirmation_taken_back_in_the_queue_does_not_count(cache: Cache) -> None:
    await with_ding(cache)
    await cache.enqueue(waiting_confirmation())
    await cache.enqueue(waiting_redaction("no", depends_on=TxnID("yes")))
    assert figures(cache) == (0, 2, True)
    await cache.queue_discard(TxnID("no"))
    assert figures(cache) == (1, 2, False)


async def test_my_stored_confirmation_whose_redaction_waits_does_not_count(cache: Cache) -> None:
    await with_ding(cache, confirm("y"))
    await cache.enqueue(waiting_redaction("no", EventID("$y")))
    assert figures(cache) == (0, 2, True)
    detail = cache.read.dings.detail("$d")
    assert detail is not None and {r.state for r in detail.recipients} == {RecipientState.WAITING}
    await cache.queue_failed(TxnID("no"), "M_FORBIDDEN", None)
    assert figures(cache) == (1, 2, False)


async def test_my_waiting_recall_shows_at_once(cache: Cache) -> None:
    await sync(cache, ding("d", sender=ME))
    await cache.enqueue(waiting_redaction("no", EventID("$d")))
    assert summary(cache).is_redacted and figures(cache) == (0, 0, False)


async def test_confirming_my_own_ding_before_the_server_has_it(cache: Cache) -> None:
    await sync(cache, member(ME), event("a"))
    await cache.enqueue(message("x", content=content()))
    await cache.enqueue(waiting_confirmation(target="t:x", depends_on=TxnID("x")))
    await sync(cache, ding("d", sender=ME, unsigned={"transaction_id": "x"}))
    assert figures(cache, "t:x") == (1, 2, False)


async def test_the_copy_may_come_before_the_answer_that_names_it(cache: Cache) -> None:
    await sync(cache, member(ME), event("a"))
    await cache.enqueue(message("x", content=content()))
    await cache.enqueue(waiting_confirmation(target="t:x", depends_on=TxnID("x")))
    await sync(cache, ding("d", sender=ME))
    assert figures(cache) == (0, 2, True)
    await cache.queue_mark_sent(TxnID("x"), EventID("$d"))
    assert figures(cache, "t:x") == (1, 2, False)


# Muted senders --------------------------------------------------------------------------------------------------


async def test_dings_of_a_muted_sender_are_plain_messages(cache: Cache) -> None:
    await with_ding(cache)
    changes = await cache.apply_sync(
        SyncBatch(positions=(), rooms=(), account_data=((MUTED_TYPE, {"users": [ANNA]}),))
    )
    found = summary(cache)
    assert changes.dings and (found.is_open, found.is_muted) == (False, True)
    assert [s.uid for s in cache.read.dings.page(DingBox.RECEIVED, DingFilter.ALL)] == ["$d"]
    item = cache.read.item(ROOM, "$d")
    assert item is not None and item.body == "[DING] sign it"
    assert item.ding is None and "$d" in changes.timelines[0].touched
    await sync(cache, ding("d2"))
    assert not summary(cache, "$d2").is_open
    await cache.apply_sync(
        SyncBatch(positions=(), rooms=(), account_data=((MUTED_TYPE, {"users": "nobody"}),))
    )
    assert summary(cache).is_open and summary(cache, "$d2").is_open


async def test_i_cannot_mute_myself(cache: Cache) -> None:
    await cache.apply_sync(SyncBatch(positions=(), rooms=(), account_data=((MUTED_TYPE, {"users": [ME]}),)))
    await sync(cache, ding("d", sender=ME))
    assert summary(cache).is_open


# Bad input ------------------------------------------------------------------------------------------------------

BAD: list[dict[str, Any]] = [
    {"v": 2},
    {"v": True},
    {"v": "1"},
    {"kind": "order"},
    {"kind": 7},
    {"recipients": []},
    {"recipients": "all"},
    {"recipients": [7]},
    {"recipients": ["anna"]},
    {"recipients": [f"@u{n}:acme.example" for n in range(10_000)]},
    {"cc": ME},
    {"due_ts": -1},
    {"due_ts": 0},
    {"due_ts": 1.5},
    {"due_ts": "tomorrow"},
    {"due_ts": 1 << 62},
    {"due_ts": True},
    {"start_ts": 20, "end_ts": 10},
    {"end_ts": []},
    {"place": 7},
    {"remind_min": -5},
    {"source": "x"},
    {"source": {"room_id": "x", "event_id": "$x"}},
    {"repeat": "hourly"},
    {"series": {}},
    {"round": -1},
    {"nudge_every_min": 1},
    {"nudge_times": 1000},
    {"break_glass": ["fire"]},
]


@pytest.mark.parametrize("said", BAD, ids=lambda said: str(said)[:40])
async def test_a_ding_with_a_wrong_field_is_a_plain_message(cache: Cache, said: dict[str, Any]) -> None:
    await sync(cache, event("d", content=content() | {"im.tack.ding": field() | said}), confirm("y"))
    assert cache.read.dings.summary("$d") is None and cache.read.dings.detail("$d") is None
    item = cache.read.item(ROOM, "$d")
    assert item is not None and item.ding is None and "sign it" in item.body
    assert cache.read.totals().dings == 0


@pytest.mark.parametrize("value", [None, 7, "x", [], [1], {}])
async def test_a_field_that_is_no_object_is_a_plain_message(cache: Cache, value: Any) -> None:
    await sync(cache, event("d", content=text("x") | {"im.tack.ding": value, "im.tack.ding.nudge": value}))
    item = cache.read.item(ROOM, "$d")
    assert item is not None and item.ding is None and item.nudges is None


async def test_a_file_or_a_state_event_is_no_ding(cache: Cache) -> None:
    file = content() | {"msgtype": "m.file", "url": "mxc://a/b"}
    await sync(
        cache,
        event("d", content=file),
        event("s", content=content(), state_key=""),
        event("o", content=content(), type="org.odd"),
    )
    assert cache.read.dings.page(DingBox.RECEIVED, DingFilter.ALL) == []


async def test_markup_in_the_words_stays_plain_text(cache: Cache) -> None:
    await sync(cache, ding("d", words="<b onclick=x>now</b> &amp; <script>"))
    assert summary(cache).text == "<b onclick=x>now</b> &amp; <script>"
    item = cache.read.item(ROOM, "$d")
    assert (
        item is not None and item.ding is not None and item.ding.text == "<b onclick=x>now</b> &amp; <script>"
    )


async def test_clocks_that_are_hours_wrong_lose_nothing(cache: Cache) -> None:
    hours = 3 * 3_600_000
    await with_ding(cache, confirm("y", BOB, ts=START_MS - hours), nudge("n", ts=START_MS - hours))
    found = summary(cache)
    assert (found.confirmed, found.nudges) == (1, 0)
    await sync(cache, ding("f", ts=START_MS * 2), confirm("y2", BOB, "$f"), nudge("n2", target="$f"))
    found = summary(cache, "$f")
    assert (found.confirmed, found.is_open, found.nudges) == (1, True, 0)
    assert found.ts_ms < START_MS * 2


def _file(name: str, sender: str, thread: str = "$d") -> Event:
    relation = {"m.relates_to": {"rel_type": "m.thread", "event_id": thread}}
    said = {"msgtype": "m.file", "body": "plan.pdf", "url": "mxc://x/1", **relation}
    return event(name, sender=sender, content=said)


async def test_files_of_its_sender_belong_to_the_ding_and_those_of_others_are_comments(cache: Cache) -> None:
    await with_ding(cache, _file("mine", ANNA), _file("other", ANNA, "$elsewhere"))
    assert summary(cache).comments == 0
    assert not cache.read.dings.page(DingBox.RECEIVED, DingFilter.COMMENTED)
    await sync(cache, _file("bobs", BOB), comment("words", sender=ANNA))
    assert summary(cache).comments == 2
    await cache.enqueue(waiting_redaction("r1", "$mine"))
    assert summary(cache).comments == 2, "a file that is recalled was no comment before"
    await cache.enqueue(waiting_redaction("r2", "$bobs"))
    assert summary(cache).comments == 1
    await sync(cache, redaction("gone", "$bobs"), redaction("gone2", "$mine"))
    assert summary(cache).comments == 1


async def test_who_floods_a_ding_makes_nothing_slower_than_one_look_into_an_index(cache: Cache) -> None:
    """A hundred thousand reactions that confirm nothing, re-dings by others, comments: none is read one by one."""
    await with_ding(cache)

    def plans(w: Write) -> list[str]:
        asked = (ding_fold._REACTIONS, ding_fold._NUDGES, ding_fold._COMMENTS, ding_fold._ATTACHED)
        found = [w.conn.execute("EXPLAIN QUERY PLAN " + sql.replace("{in}", "('$d')")) for sql in asked]
        return ["; ".join(row[3] for row in rows.fetchall()) for rows in found]

    reactions, nudges, comments, attached = (await cache.run(plans))[0]
    assert "USING INDEX reaction_confirming (target=?)" in reactions
    assert "nudge_by_target (target=? AND sender=?)" in nudges
    assert "USING COVERING INDEX item_commenting (thread=?)" in comments and "TEMP B-TREE" not in comments
    assert "item_commenting (thread=?)" in attached
