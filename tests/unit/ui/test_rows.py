"""Timeline items, previews and list rows in words."""

from dataclasses import replace

import pytest

from app.domain.ids import ContentURI, EventID, RoomID, TxnID, UserID
from app.domain.rooms import ListSendState, NotifyLevel, PreviewKind, RoomSummary
from app.domain.sync import Membership
from app.domain.timeline import (
    ItemKind,
    MediaInfo,
    Reaction,
    ReplyPreview,
    SendState,
    StateText,
    TimelineItem,
)
from resources.translations import set_language
from ui.item_words import short_words, state_words
from ui.room_rows import room_badge, room_row
from ui.rows import RowContext, row_of
from widgets.badge import BadgeKind
from widgets.room_list import LeadKind
from widgets.timeline.values import RowKind, SendMark, SpanStyle

ME = UserID("@lina:acme.example")
WANG = UserID("@wangmin:acme.example")
ITEM = TimelineItem(0, "$1", ItemKind.TEXT, WANG, "王敏", None, 1_700_000_000_000, "你好")
ROOM = RoomSummary(
    room_id=RoomID("!a:acme.example"),
    name="产品发布小组",
    avatar=None,
    membership=Membership.JOIN,
    room_type=None,
    is_direct=False,
    direct_user=None,
    is_external=False,
    is_favourite=False,
    is_encrypted=False,
    level=NotifyLevel.ALL,
    last_ts=1_700_000_000_000,
    preview_kind=PreviewKind.TEXT,
    preview_sender=WANG,
    preview_sender_name="王敏",
    preview_text="你好",
    unread=0,
    mentions=0,
    is_marked_unread=False,
    draft="",
    send_state=ListSendState.NONE,
    joined_count=3,
    topic="",
)
CONTEXT = RowContext(ROOM.room_id, ME, "李娜", lambda user: user, lambda user: "设计部", lambda uid: None)


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def test_links_and_mentions_are_marked_with_their_true_targets() -> None:
    html = (
        '<a href="https://matrix.to/#/@lina:acme.example">李娜</a> see <a href="https://a.example">here</a>'
    )
    row = row_of(replace(ITEM, formatted=html), CONTEXT)
    assert row.text == "李娜 see here"
    assert row.spans[0].style & SpanStyle.MENTION_ME and row.spans[0].user_id == ME
    assert row.spans[1].href == "https://a.example"


def test_a_plain_mention_of_me_is_marked() -> None:
    row = row_of(replace(ITEM, body="请 @李娜 看", mentions_me=True), CONTEXT)
    assert [row.text[s.start : s.end] for s in row.spans] == ["@李娜"]
    assert row_of(replace(ITEM, body="请 @李娜 看"), CONTEXT).spans == ()


def test_script_in_a_message_is_never_text_or_link() -> None:
    html = '<script>alert(1)</script><a href="javascript:alert(1)">x</a><b onclick="y">b</b>'
    row = row_of(replace(ITEM, formatted=html), CONTEXT)
    assert row.text == "xb"
    assert all(not span.href for span in row.spans)


def test_a_recalled_message_shows_nothing_of_itself() -> None:
    media = MediaInfo(ContentURI("mxc://a/b"), "secret.pdf", "application/pdf", 10)
    row = row_of(replace(ITEM, kind=ItemKind.FILE, media=media, is_redacted=True), CONTEXT)
    assert (row.text, row.media, row.is_redacted) == ("", None, True)
    assert short_words(replace(ITEM, is_redacted=True)) == "Message recalled"


def test_a_failed_message_says_why() -> None:
    failed = replace(
        ITEM, is_own=True, txn_id=TxnID("1"), send_state=SendState.WEDGED, error_code="too_large"
    )
    row = row_of(failed, CONTEXT)
    assert row.send_mark is SendMark.FAILED and "larger" in row.error_text


def test_an_echo_shows_its_own_picture_from_this_computer() -> None:
    media = MediaInfo(None, "a.png", "image/png", 2048, 10, 10, local_path="/x/a")
    row = row_of(replace(ITEM, kind=ItemKind.IMAGE, media=media), CONTEXT)
    assert row.media is not None and row.media.image_key == "local:/x/a"
    assert row.media.size_text == "2.0 KB"


def test_readers_are_counted_in_words() -> None:
    own = replace(ITEM, is_own=True, read_count=16, unread_count=1)
    assert row_of(own, CONTEXT).read_text == "16 read · 1 unread"
    assert row_of(replace(own, unread_count=0), CONTEXT).read_text == "Read by all"
    assert row_of(replace(own, read_count=1, unread_count=0), CONTEXT).read_text == "Read"
    assert row_of(replace(own, read_count=0), CONTEXT).read_text == "Unread"
    assert row_of(replace(own, read_count=None), CONTEXT).read_text == ""


def test_a_quote_without_its_original_offers_it() -> None:
    row = row_of(replace(ITEM, reply=ReplyPreview(EventID("$0"), None, "", ItemKind.TEXT, "")), CONTEXT)
    assert row.reply is not None and row.reply.text == "Show the original message"


def test_reactions_name_who_reacted() -> None:
    senders = tuple(UserID(f"@{n}:a") for n in range(8))
    row = row_of(replace(ITEM, reactions=(Reaction("👍", 10, False, senders),)), CONTEXT)
    assert row.reactions[0].tooltip.endswith("and 2 others")


def test_state_changes_are_sentences_and_braces_do_no_harm() -> None:
    assert state_words(StateText("invite", target_name="Tom"), "王敏") == "王敏 invited Tom"
    assert (
        state_words(StateText("name", value="{sender} {x}"), "王敏") == "王敏 named the room “{sender} {x}”"
    )
    row = row_of(replace(ITEM, kind=ItemKind.STATE, state=StateText("what is this")), CONTEXT)
    assert row.kind is RowKind.STATE and "changed a setting" in row.text


def test_the_list_row_leads_with_what_matters_most() -> None:
    def lead(**changes: object) -> LeadKind:
        return room_row(ROOM._replace(**changes), ME, 0).lead_kind  # type: ignore[arg-type]

    assert lead() is LeadKind.NONE
    assert lead(draft="x") is LeadKind.DRAFT
    assert lead(draft="x", mentions=1) is LeadKind.MENTION
    assert lead(draft="x", mentions=1, send_state=ListSendState.FAILED) is LeadKind.FAILED
    assert lead(has_ding=True, send_state=ListSendState.FAILED) is LeadKind.FAILED


def test_a_ding_that_waits_leads_the_list_row_and_is_named_once() -> None:
    room = ROOM._replace(has_ding=True, mentions=1, draft="later", preview_text="[DING] 请确认")
    row = room_row(room, ME, 0)
    assert (row.lead, row.preview) == ("[DING]", "王敏: 请确认")
    done = room_row(room._replace(has_ding=False, mentions=0, draft=""), ME, 0)
    assert (done.lead, done.preview) == ("", "王敏: [DING] 请确认")
    assert room_row(ROOM._replace(draft=" a\nb "), ME, 0).preview == "a b"
    assert room_row(ROOM._replace(preview_sender=ME), ME, 0).preview == "You: 你好"


def test_red_is_for_what_is_mine_and_grey_for_muted() -> None:
    assert room_badge(ROOM._replace(unread=3)).kind is BadgeKind.NUMBER
    assert room_badge(ROOM._replace(unread=3, level=NotifyLevel.NONE)).kind is BadgeKind.MUTED
    assert room_badge(ROOM._replace(unread=3, level=NotifyLevel.MENTIONS)).kind is BadgeKind.MUTED
    assert room_badge(ROOM._replace(unread=3, mentions=1, level=NotifyLevel.MENTIONS)).count == 3
    assert room_badge(ROOM._replace(membership=Membership.INVITE)).kind is BadgeKind.DUTY
    assert room_badge(ROOM._replace(is_marked_unread=True)).kind is BadgeKind.MARK
    assert room_badge(ROOM).kind is BadgeKind.NONE
