"""Words of the owner's dialogs: who may see a channel, what cannot be changed later, roles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.channels.listing import Listing
from app.domain.channels.channel import Role, Visibility
from resources.translations import tr
from ui.sentences import sentence_for

if TYPE_CHECKING:
    from app.domain.channels.rows import ChannelRow
    from ui.desk import Desk

_SERVER = re.compile(r"(?=.{3,230}$)([a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}(:\d{1,5})?", re.ASCII)
ICONS = {
    Visibility.INTERNAL: "buildings",
    Visibility.PARTNERS: "handshake",
    Visibility.PUBLIC: "globe",
}


def visibility_name(visibility: Visibility) -> str:
    """Name it as every card does."""
    names = {
        Visibility.INTERNAL: tr("Internal"),
        Visibility.PARTNERS: tr("Partners"),
        Visibility.PUBLIC: tr("Public"),
    }
    return names[visibility]


def visibility_sentence(visibility: Visibility, server: str) -> str:
    """Explain it in a sentence or two."""
    if visibility is Visibility.INTERNAL:
        return tr("Everybody on {server} can find and watch it. Nobody outside can.", server=server)
    if visibility is Visibility.PARTNERS:
        return tr(
            "Everybody on {server} and on the servers you name can watch it, by its link or code. Nobody else can.",
            server=server,
        )
    return tr("Everybody on any Matrix server can find and watch it.")


def lasting_words(visibility: Visibility) -> str:
    """Say before what cannot be changed later."""
    if visibility is Visibility.INTERNAL:
        return tr("This cannot be changed later: for others you would make another channel.")
    if visibility is Visibility.PARTNERS:
        return tr(
            "Servers can be added and taken away later; what they have seen stays with them. It can never become internal."
        )
    return tr(
        "It can be narrowed to partners later, but never become internal; what others have seen stays with them."
    )


def fixed_words(visibility: Visibility) -> str:
    """Say of a channel that is there what cannot be changed any more."""
    if visibility is Visibility.INTERNAL:
        return tr("An internal channel stays internal. To show videos to others, make another channel.")
    return tr(
        "A channel that was open to others cannot become internal: what they have seen stays with them."
    )


def unlisted_words(desk: Desk, row: ChannelRow) -> str:
    """Say where a channel that everybody should find stands in no directory; empty: nothing to say."""
    is_to_be_found = row.audience.visibility is not Visibility.PARTNERS
    is_refused = desk.account.channels.listing(row.room_id) is Listing.REFUSED
    return sentence_for("channel_unlisted") if is_to_be_found and is_refused else ""


def server_problem(name: str, own: str) -> str:
    """Say why a typed name cannot be that of a partner's server; empty: it can."""
    if "*" in name:
        return tr("Name each server by itself; * would let in servers nobody has checked.")
    if name == own:
        return tr("{server} is your own server; its people can watch anyway.", server=own)
    if not _SERVER.fullmatch(name):
        return tr("“{name}” is not the name of a server. It looks like hualong.example.", name=name)
    return ""


def as_server(text: str) -> str:
    """Take what was typed or pasted as a server: of an id or an address the part that names it."""
    text = text.strip().casefold()
    if text.startswith(("@", "#", "!")):
        text = text.partition(":")[2]
    return text.removeprefix("https://").removeprefix("http://").rstrip("/")


def role_name(role: Role) -> str:
    """Name a role."""
    names = {Role.OWNER: tr("Channel owner"), Role.EDITOR: tr("Editor"), Role.VIEWER: tr("Viewer")}
    return names[role]


def role_sentence(role: Role) -> str:
    """Say what somebody of a role may do."""
    sentences = {
        Role.OWNER: tr("Publishes, and decides who sees the channel and who may publish."),
        Role.EDITOR: tr("Publishes, edits playlists and takes comments down."),
        Role.VIEWER: tr("Watches, likes and comments."),
    }
    return sentences[role]
