"""What becomes of a video whose files are up: the post, its edits, live streams, taking down. Contents and rows of the send queue.

Every post carries its transaction id in its content (`TXN_FIELD`), so that after a crash the server can be asked whether it has it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from app.channels.encoding.protocol import BOARD
from app.channels.jobs import JobKind
from app.domain.channels.channel import Role
from app.domain.channels.post import Post, Rendition, Storyboard, SubtitleTrack, content_of, post_of
from app.domain.channels.wire import MAX_TITLE, STREAM_SCHEMES
from app.domain.content import JSONObject, dict_of
from app.domain.ids import ContentURI, EventID, RoomID, TxnID, UserID
from app.domain.sending import RequestKind, is_new_room
from app.errors import InputError
from app.sending.contents import MAX_CONTENT_BYTES
from app.store.values import NewRequest

if TYPE_CHECKING:
    from app.channels.jobs import ExtraFile, StoredJob
    from app.channels.values import NewLive
    from app.homeserver import Homeserver
    from app.store.cache import Cache

TXN_FIELD: Final = "im.tack.txn"
UNKNOWN_URI: Final = ContentURI("mxc://" + "x" * 60 + "/" + "x" * 40)
"""Stands for an address that the server will give: as long as the longest."""
ONLY_MINE: Final = '{"types":["m.room.message"],"senders":["%s"]}'
SEARCH_PAGES: Final = 100
LOOK_BACK_MS: Final = 3_600_000
ECHO: Final = "~"
_UNSAFE: Final = frozenset('/\\:*?"<>|')


def content_of_job(job: StoredJob) -> JSONObject:
    """Write the event that a job becomes. Addresses that are not known yet are stood in for. Raises `InputError` (`channel_post_too_big`)."""
    if job.kind is JobKind.VIDEO:
        content = content_of(post_of_job(job))
    else:
        content = content_of(_with_extras(job))
        if job.kind is JobKind.EDIT and job.target is not None:
            content = edit_of_post(content, job.target)
    return checked({**content, TXN_FIELD: job.txn_id})


def post_of_job(job: StoredJob) -> Post:
    """Give the post that a job for a video becomes."""
    form, source, cover = job.job.form, job.job.source, job.cover
    main = job.renditions[0] if job.renditions else None
    duration_ms = main.duration_ms if main is not None else source.duration_ms if source is not None else None
    return Post(
        title=form.title.strip()[:MAX_TITLE],
        description=form.description.strip(),
        tags=form.tags,
        duration_ms=duration_ms or None,
        cover=_uri(job, cover.path) if cover is not None else None,
        cover_width=cover.width or None if cover is not None else None,
        cover_height=cover.height or None if cover is not None else None,
        renditions=tuple(
            Rendition(_uri(job, f.path), f.mimetype, f.size_bytes, f.width, f.height, f.sha256)
            for f in job.renditions
        ),
        chapters=tuple(sorted(form.chapters, key=lambda chapter: chapter.at_ms)),
        subtitles=tuple(
            _track(job, file) for file in job.uploads() if file.path in {s.path for s in form.subtitles}
        ),
        storyboard=_storyboard(job),
        form=form.form,
        recording_of=form.recording_of,
        filename=file_name(form.title),
    )


def post_of_live(new: NewLive) -> JSONObject:
    """Write the announcement of a stream. Raises `InputError` (`stream_address`, `title_missing`, `stream_times`)."""
    from app.domain.channels.post import LiveStream

    scheme, colon, rest = new.url.strip().partition("://")
    if not colon or scheme.lower() not in STREAM_SCHEMES or not rest.strip("/"):
        raise InputError("no address of a stream", code="stream_address")
    if not new.title.strip():
        raise InputError("no title", code="title_missing")
    if new.ends_ms is not None and new.ends_ms <= new.starts_ms:
        raise InputError("ends before it begins", code="stream_times")
    stream = LiveStream(new.url.strip(), new.starts_ms, new.ends_ms)
    post = Post(new.title.strip()[:MAX_TITLE], new.description.strip(), new.tags, live=stream)
    content = content_of(post)
    if post_of(content) is None:
        raise InputError("no address of a stream", code="stream_address")
    return content


def edit_of_post(content: JSONObject, event_id: EventID) -> JSONObject:
    """Wrap a new version of a post. Plain clients that know no edits show a line of text."""
    return {
        "msgtype": "m.text",
        "body": f"* {content.get('body', '')}"[:500],
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


def post_row(job_txn: TxnID, room_id: RoomID, content: JSONObject) -> NewRequest:
    """Give the row of the send queue."""
    return NewRequest(room_id, RequestKind.EVENT, job_txn, content, room_id, "m.room.message")


def checked(content: JSONObject) -> JSONObject:
    """Give it back. Raises `InputError` (`channel_post_too_big`)."""
    size = len(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > MAX_CONTENT_BYTES:
        raise InputError("too much for one event", code="channel_post_too_big", limit=MAX_CONTENT_BYTES)
    return content


def check_permission(cache: Cache, room_id: RoomID) -> None:
    """Raise `InputError` (`channel_missing`, `no_permission`) where I may not publish."""
    if is_new_room(room_id):
        return
    channel = cache.read.channels.channel(room_id)
    if channel is None:
        raise InputError("no such channel", code="channel_missing")
    if not channel.is_followed or channel.my_role is Role.VIEWER:
        raise InputError("not an editor", code="no_permission")


def is_mine(cache: Cache, sender: UserID) -> bool:
    """Whether somebody is me."""
    return sender == cache.user_id


async def sent_event(
    homeserver: Homeserver, me: UserID, room_id: RoomID, txn_id: TxnID, since_ms: int
) -> EventID | None:
    """Ask the server for the post of a job among what I said in the room. Raises `TackError`."""
    token: str | None = None
    for _ in range(SEARCH_PAGES):
        page = await homeserver.client.rooms.messages(room_id, token, limit=100, filter=ONLY_MINE % me)
        for event in page.events:
            if event.content.get(TXN_FIELD) == txn_id:
                return event.event_id
        oldest_ms = min((event.origin_server_ts for event in page.events), default=None)
        if page.end is None or (oldest_ms is not None and oldest_ms < since_ms - LOOK_BACK_MS):
            return None
        token = page.end
    return None


def with_txn(content: JSONObject) -> str:
    """Give the transaction id of a held post; empty for anything else."""
    txn_id = content.get(TXN_FIELD) or dict_of(content, "m.new_content").get(TXN_FIELD)
    return txn_id if isinstance(txn_id, str) else ""


def file_name(title: str) -> str:
    """Make the name under which a phone saves it. Not that of the person's own file: it is nobody's business."""
    kept = "".join(" " if ch in _UNSAFE or ord(ch) < 32 else ch for ch in title).strip(" .")
    return f"{kept[:80].strip() or 'video'}.mp4"


def _with_extras(job: StoredJob) -> Post:
    """Give the post of an edit or a stream with the files that went up for it."""
    post = post_of(job.content)
    if post is None:
        raise InputError("no post", code="not_found")
    for file in job.extras:
        if file.mimetype.startswith("image/"):
            post = replace(
                post,
                cover=_uri(job, file.path),
                cover_width=file.width,
                cover_height=file.height,
                blurhash="",
            )
        else:
            others = tuple(t for t in post.subtitles if (t.language, t.label) != (file.language, file.label))
            post = replace(post, subtitles=(*others, _track(job, file)))
    return post


def _track(job: StoredJob, file: ExtraFile) -> SubtitleTrack:
    return SubtitleTrack(file.language, file.label, "vtt", _uri(job, file.path), file.size_bytes)


def _storyboard(job: StoredJob) -> Storyboard | None:
    board = next(iter(job.of_step(BOARD)), None)
    if board is None:
        return None
    return Storyboard(
        _uri(job, board.path), board.columns, board.rows, board.every_ms, board.tile_width, board.tile_height
    )


def _uri(job: StoredJob, path: str) -> ContentURI:
    return job.uris.get(path, UNKNOWN_URI)
