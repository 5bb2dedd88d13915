"""The timeline's own words in the language in use."""

import time

from resources.formats import format_clock, format_full, format_moment
from resources.translations import tr, tr_n
from widgets.timeline.values import TimelineTexts


def translated_texts() -> TimelineTexts:
    """Make the words anew: after a change of language."""
    return TimelineTexts(
        day=lambda ts_ms: format_moment(ts_ms, _now_ms()),
        pause=format_clock,
        time=format_clock,
        full_time=format_full,
        thread=lambda count: tr_n("{n} reply", "{n} replies", count),
        new_below=lambda count: tr_n("{n} new message", "{n} new messages", count),
        new_messages=tr("New messages"),
        jump_to_latest=tr("Jump to the latest message"),
        external=tr("External"),
        edited=tr("(edited)"),
        recalled=tr("Message recalled"),
        encrypted=tr("Encrypted message. Tack cannot read it yet."),
        unknown=tr("This message needs a newer Tack."),
        gap=tr("Messages are missing here. Click to fetch them."),
        waiting=tr("Waits to be sent"),
        retry=tr("Send again"),
        discard=tr("Discard"),
        reply=tr("Reply"),
        react=tr("Add a reaction"),
        more=tr("More"),
        save=tr("Save as…"),
        show_more=tr("Show all"),
        show_less=tr("Show less"),
        you=tr("You"),
        list_name=tr("Messages"),
        empty=tr("No messages yet"),
        file=tr("File"),
        image=tr("Image"),
        confirm=tr("Confirm"),
        waits_for_me=tr("Waits for your confirmation: press C"),
    )


def _now_ms() -> int:
    return int(time.time() * 1000)
