"""Changing and taking down posts, announcing and ending live streams: rows of the send queue, or jobs where files go up first."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.channels.jobs import JobKind, StoredJob
from app.channels.own_files import extra_file, take_file
from app.channels.posting import (
    ECHO,
    check_permission,
    checked,
    content_of_job,
    edit_of_post,
    post_of_live,
    post_row,
)
from app.channels.values import PublishForm, PublishJob, PublishStep
from app.domain.channels.channel import Role
from app.domain.channels.post import content_of
from app.domain.ids import TxnID
from app.errors import InputError
from app.sending.service import new_txn_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.channels.publishing import Publishing
    from app.channels.values import NewLive, PostEdit
    from app.domain.channels.post import Post
    from app.domain.channels.rows import PostDetail
    from app.domain.content import JSONObject
    from app.domain.ids import EventID, RoomID
    from app.sending.attachments import Outbox
    from app.sending.service import SendingService
    from app.store.cache import Cache

JUST_NOW_MS = 1_000


class Posts:
    """Part of `ChannelService`."""

    def __init__(
        self,
        cache: Cache,
        sending: SendingService,
        outbox: Outbox,
        publishing: Callable[[], Publishing],
        now_ms: Callable[[], int],
    ) -> None:
        self._cache, self._sending, self._outbox = cache, sending, outbox
        self._publishing, self._now_ms = publishing, now_ms

    async def edit(self, event_id: EventID, edit: PostEdit) -> None:
        """See `ChannelService.edit_post`."""
        detail = self._own(event_id)
        if not edit.post.title.strip():
            raise InputError("no title", code="title_missing")
        files = [(path, language, label) for path, language, label in edit.subtitle_paths]
        files += [(edit.cover_path, "", "")] if edit.cover_path else []
        room_id = detail.row.room_id
        if not files:
            await self._replace(room_id, event_id, edit.post)
            return
        job = await self._job(JobKind.EDIT, room_id, content_of(edit.post), edit.post.title, files)
        job = replace(job, target=event_id)
        content_of_job(job)
        await self._publishing().begin(job)

    async def take_down(self, event_id: EventID, reason: str) -> None:
        """See `ChannelService.take_down`."""
        if event_id.startswith(ECHO):
            await self._sending.discard(TxnID(event_id.removeprefix(ECHO)))
            return
        detail = self._detail(event_id)
        if detail.row.sender != self._cache.user_id and detail.my_role is Role.VIEWER:
            raise InputError("not an editor", code="no_permission")
        await self._sending.redact(detail.row.room_id, event_id, reason.strip()[:500])

    async def announce(self, new: NewLive) -> TxnID:
        """See `ChannelService.announce_live`."""
        check_permission(self._cache, new.room_id)
        content = checked(post_of_live(new))
        if not new.cover_path:
            txn_id = new_txn_id()
            await self._sending.queue([post_row(txn_id, new.room_id, content)])
            return txn_id
        job = await self._job(JobKind.LIVE, new.room_id, content, new.title, [(new.cover_path, "", "")])
        content_of_job(job)
        await self._publishing().begin(job)
        return job.txn_id

    async def end_live(self, event_id: EventID) -> None:
        """See `ChannelService.end_live`."""
        detail = self._own(event_id)
        live, now_ms = detail.post.live, self._now_ms()
        if live is None or (live.ends_ms is not None and live.ends_ms <= now_ms):
            return
        ended = replace(detail.post, live=replace(live, ends_ms=now_ms - JUST_NOW_MS))
        await self._replace(detail.row.room_id, event_id, ended)

    async def _replace(self, room_id: RoomID, event_id: EventID, post: Post) -> None:
        content = checked(edit_of_post(content_of(post), event_id))
        await self._sending.queue([post_row(new_txn_id(), room_id, content)])

    async def _job(
        self,
        kind: JobKind,
        room_id: RoomID,
        content: JSONObject,
        title: str,
        files: list[tuple[str, str, str]],
    ) -> StoredJob:
        job_id = secrets.token_hex(8)
        extras = []
        for path, language, label in files:
            taken = await take_file(self._outbox, Path(path))
            extras.append(await extra_file(self._outbox, taken, language, label))
        form = PublishForm(room_id=room_id, title=title)
        job = PublishJob(job_id, PublishStep.UPLOADING, form, "", self._now_ms(), is_wanted=True)
        txn_id = TxnID(f"tackpost{job_id}")
        return StoredJob(job, txn_id, kind, extras=tuple(extras), content=content, room_id=room_id)

    def _own(self, event_id: EventID) -> PostDetail:
        if event_id.startswith(ECHO):
            raise InputError("it is still on its way", code="post_waiting")
        detail = self._detail(event_id)
        if detail.row.sender != self._cache.user_id:
            raise InputError("somebody else's post", code="not_yours")
        return detail

    def _detail(self, event_id: EventID) -> PostDetail:
        detail = self._cache.read.channels.detail(event_id)
        if detail is None:
            raise InputError("no such post", code="not_found")
        return detail
