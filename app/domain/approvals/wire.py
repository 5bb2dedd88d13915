"""Names and limits of approvals on the wire, and the types that parsed contents share.

Contents are read with `msgspec.convert`: a wrong type, a text too long or a list too big refuses the whole; fields
that a later version added are kept in the raw event and ignored here.
"""

import hashlib
import json
from typing import Annotated

import msgspec

from app.domain.content import JSONObject

REQUEST_ROOM_TYPE = "im.tack.approval"
"""`m.room.create` type of the sealed room of one request."""
REQUEST_FIELD = "im.tack.approval"
"""Field of that create event: `RequestContent`."""
ACTS_TYPE = "im.tack.approval.acts"
"""State event, state key = the acting user's id: the list of all acts of that person (`ActList`)."""
LIBRARY_ROOM_TYPE = "im.tack.approvals"
"""`m.room.create` type of the room in which an organisation keeps its templates, roles and deputies."""
TEMPLATE_TYPE = "im.tack.approval.template"
"""State event there, state key = template id: `Template`. Empty content: withdrawn."""
ROLES_TYPE = "im.tack.approval.roles"
"""State event there, state key "": `Roles`."""
DEPUTY_TYPE = "im.tack.approval.deputy"
"""State event there, state key = the absent user's id: `Away`. Empty content: back again."""
CARD_FIELD = "im.tack.approval.card"
"""Field of an `m.room.message` that shows a request in a chat: {v, room_id, title}."""
TEXT_FIELD = "im.tack.approval.text"
"""Field of an `m.room.message` in a request's room that repeats the form or an act for clients without Tack: {v, act}.
Tack hides such messages from the discussion."""
ROOM_VERSION = "11"
"""Version 12 gives the creator power that cannot be given up. Source: MSC4289."""
VERSION = 1

MAX_EVENT_BYTES = 60_000
"""Of a content of ours, as canonical JSON: the server's limit is 65,536 for the whole event."""
MAX_FIELDS = 200
MAX_COLUMNS = 20
MAX_ROWS = 200
MAX_STEPS = 100
MAX_PEOPLE = 200
MAX_ACTS = 500
MAX_FILES = 50
MAX_DEPTH = 8
"""Of forks within forks."""
MIN_URGE_MS = 5 * 60 * 1000
MAX_TS_MS = 253_370_764_800_000
"""The year 9999."""

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
"""Names a field, option, step inside one template."""
User = Annotated[str, msgspec.Meta(min_length=3, max_length=255, pattern="^@")]
Id = Annotated[str, msgspec.Meta(max_length=255)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=2000)]
LongText = Annotated[str, msgspec.Meta(max_length=50_000)]
Time = Annotated[int, msgspec.Meta(ge=0, le=MAX_TS_MS)]
Users = Annotated[tuple[User, ...], msgspec.Meta(max_length=MAX_PEOPLE)]
Words = Annotated[dict[Annotated[str, msgspec.Meta(max_length=8)], Text], msgspec.Meta(max_length=8)]
"""A text by language: {"zh": …, "en": …}. Read with `in_language`."""


class Struct(msgspec.Struct, frozen=True, omit_defaults=True):
    """Base of what stands in contents."""


class FileRef(Struct, frozen=True, omit_defaults=True):
    """A file on the media repository, or one that waits in the outbox to be uploaded."""

    name: Short
    size: Annotated[int, msgspec.Meta(ge=0, le=1 << 53)] = 0
    mimetype: Short = "application/octet-stream"
    uri: Id = ""
    """`mxc://…`; empty until uploaded."""
    sha256: Short = ""
    """Hex digest of the bytes: ties the file to the sealed form."""
    path: Text = ""
    """Own outbox path while `uri` is empty; never on the wire."""


Files = Annotated[tuple[FileRef, ...], msgspec.Meta(max_length=MAX_FILES)]


def in_language(words: dict[str, str], language: str) -> str:
    """Give a text in a language ("zh", "en"), else in English, else in any."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


def to_content(value: msgspec.Struct) -> JSONObject:
    """Give a struct as a content."""
    built: JSONObject = msgspec.to_builtins(value)
    return built


def canonical(content: object) -> bytes:
    """Give canonical JSON. Source: Matrix appendices, "Canonical JSON"."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(content: object) -> str:
    """Give the SHA-256 of canonical JSON as hex: what a template or a record is known by."""
    return hashlib.sha256(canonical(content)).hexdigest()
