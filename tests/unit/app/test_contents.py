"""What goes out, as the Matrix specification wants it."""

import pytest

from app.domain.ids import ContentURI, TxnID, UserID
from app.errors import InputError
from app.media.image_size import image_size
from app.sending.contents import (
    Attachment,
    Relations,
    attachment_content,
    echo_reference,
    edit_content,
    reaction_content,
    text_content,
    with_upload,
)

TXN = TxnID("tack1")


def test_a_plain_text_names_nobody_and_relates_to_nothing() -> None:
    assert text_content("hi", None, [], Relations()) == {"msgtype": "m.text", "body": "hi", "m.mentions": {}}


def test_a_reply_names_whom_it_answers() -> None:
    sent = text_content("yes", None, [UserID("@b:x")], Relations(reply_to=echo_reference(TXN)))
    assert sent["m.relates_to"] == {"m.in_reply_to": {"event_id": "t:tack1"}}
    assert sent["m.mentions"] == {"user_ids": ["@b:x"]}


def test_a_thread_message_carries_the_fallback_for_old_clients() -> None:
    content = text_content("x", None, [], Relations(thread_root="$root"))
    assert content["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$root"},
    }


def test_an_edit_names_nobody_again_and_keeps_the_new_text_inside() -> None:
    new = text_content("new", "<b>new</b>", [UserID("@b:x")], Relations(reply_to="$q"))
    edit = edit_content(new, echo_reference(TXN))
    assert edit["m.mentions"] == {}
    assert edit["m.new_content"]["m.mentions"] == {"user_ids": ["@b:x"]}
    assert "m.relates_to" not in edit["m.new_content"]
    assert edit["m.relates_to"] == {"rel_type": "m.replace", "event_id": "t:tack1"}


def test_a_reaction_to_an_echo() -> None:
    content = reaction_content(echo_reference(TXN), "👍")
    assert content["m.relates_to"] == {"rel_type": "m.annotation", "event_id": "t:tack1", "key": "👍"}


@pytest.mark.parametrize(
    ("mimetype", "msgtype"),
    [
        ("image/png", "m.image"),
        ("image/svg+xml", "m.file"),
        ("video/mp4", "m.video"),
        ("text/plain", "m.file"),
    ],
)
def test_files_are_what_they_are(mimetype: str, msgtype: str) -> None:
    content = attachment_content(Attachment("a.x", mimetype, 5, 10, 20), "see here")
    assert content["msgtype"] == msgtype
    assert (content["body"], content["filename"]) == ("see here", "a.x")
    assert content["info"] == {"mimetype": mimetype, "size": 5, "w": 10, "h": 20}
    assert with_upload(content, ContentURI("mxc://a/b"))["url"] == "mxc://a/b"


def test_a_text_over_the_limit_is_refused_before_it_is_queued() -> None:
    with pytest.raises(InputError) as caught:
        text_content("字" * 30_000, None, [], Relations())
    assert caught.value.code == "text_too_long"


def test_half_an_emoji_does_not_raise() -> None:
    assert text_content("\ud83d", None, [], Relations())["body"] == "\ud83d"


@pytest.mark.parametrize(
    ("head", "size"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\0\x80", (256, 128)),
        (b"GIF89a\x10\x00\x20\x00", (16, 32)),
        (b"\xff\xd8\xff\xe0\0\4ab\xff\xc0\0\x11\x08\0\x40\0\x20\x03", (32, 64)),
        (b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x1f\0\0", (16, 32)),
        (b"\xff\xd8\xff", None),
        (b"%PDF", None),
        (b"", None),
    ],
)
def test_the_size_of_a_picture_from_its_head(head: bytes, size: tuple[int, int] | None) -> None:
    assert image_size(head) == size
