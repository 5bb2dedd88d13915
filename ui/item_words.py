"""Timeline items and list previews in words: what an event says when it is not plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.item_kind import ItemKind
from app.domain.rooms import PreviewKind, RoomSummary
from app.domain.visible import unturned
from resources.translations import tr

if TYPE_CHECKING:
    from app.domain.timeline import StateText, TimelineItem

_PICTOGRAMS = {
    ItemKind.IMAGE: lambda: tr("[Image]"),
    ItemKind.FILE: lambda: tr("[File]"),
    ItemKind.VIDEO: lambda: tr("[Video]"),
    ItemKind.AUDIO: lambda: tr("[Audio]"),
    ItemKind.ENCRYPTED: lambda: tr("[Encrypted message]"),
    ItemKind.UNKNOWN: lambda: tr("[Unsupported message]"),
}
_PREVIEW_KINDS = {
    PreviewKind.IMAGE: ItemKind.IMAGE,
    PreviewKind.FILE: ItemKind.FILE,
    PreviewKind.VIDEO: ItemKind.VIDEO,
    PreviewKind.AUDIO: ItemKind.AUDIO,
    PreviewKind.ENCRYPTED: ItemKind.ENCRYPTED,
    PreviewKind.UNKNOWN: ItemKind.UNKNOWN,
}


def kind_words(kind: ItemKind, text: str) -> str:
    """One line for an item of any kind: `[Image] caption`, or the text itself."""
    pictogram = _PICTOGRAMS.get(kind)
    line = unturned(" ".join(text.split()))
    if pictogram is None:
        return line
    return f"{pictogram()} {line}".rstrip()


def short_words(item: TimelineItem) -> str:
    """One line that stands for an item in a quote, a notification or a search hit."""
    if item.is_redacted:
        return tr("Message recalled")
    if item.state is not None:
        return state_words(item.state, item.sender_name)
    if item.ding is not None:
        return kind_words(item.kind, f"[DING] {item.ding.text}")
    text = item.body or (item.media.filename if item.media else "")
    return kind_words(item.kind, text)


def preview_words(room: RoomSummary) -> str:
    """The second line of a conversation's row, without the sender."""
    kind = room.preview_kind
    if kind is PreviewKind.REDACTED:
        return tr("Message recalled")
    if kind is PreviewKind.INVITE:
        return tr("You are invited")
    if kind is PreviewKind.NONE:
        return ""
    if kind in _PREVIEW_KINDS:
        return kind_words(_PREVIEW_KINDS[kind], room.preview_text)
    return unturned(" ".join(room.preview_text.split()))


def state_words(state: StateText, sender: str) -> str:
    """One sentence for a state change."""
    for subject in (_membership, _settings):
        text = subject(state.verb)
        if text:
            return text.format(
                sender=sender, target=state.target_name or state.target or "", value=state.value
            )
    return tr("{sender} changed a setting of this room", sender=sender)


def _membership(verb: str) -> str:
    return {
        "join": tr("{target} joined"),
        "leave": tr("{target} left"),
        "kick": tr("{sender} removed {target}"),
        "invite": tr("{sender} invited {target}"),
        "ban": tr("{sender} banned {target}"),
        "unban": tr("{sender} lifted the ban on {target}"),
        "knock": tr("{target} asks to join"),
        "reject": tr("{target} declined the invitation"),
        "profile": tr("{target} changed the profile"),
    }.get(verb, "")


def _settings(verb: str) -> str:
    return {
        "create": tr("{sender} created this room"),
        "name": tr("{sender} named the room “{value}”"),
        "topic": tr("{sender} set the topic: {value}"),
        "avatar": tr("{sender} changed the room's picture"),
        "encryption": tr("{sender} turned on encryption"),
        "pinned": tr("{sender} changed the pinned messages"),
        "upgrade": tr("{sender} moved this room to a new version"),
    }.get(verb, "")
