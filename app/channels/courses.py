"""Playlists and compulsory courses of a channel, and the DING to those who have not finished one."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from app.channels.rights import check_state
from app.dings.service import NewDing
from app.domain.channels.fields import event_ids_of
from app.domain.channels.wire import COURSE_TYPE, MAX_COURSE_POSTS, MAX_DESCRIPTION, MAX_TITLE, VERSION
from app.domain.dings import MAX_RECIPIENTS, MIN_NUDGE_MS, DingContent, DingKind
from app.domain.ids import RoomID, UserID
from app.domain.sending import RequestKind
from app.errors import InputError
from app.sending.service import new_txn_id
from app.store.values import NewRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.channels.values import CourseEdit
    from app.dings.service import DingService
    from app.domain.content import JSONObject
    from app.sending.service import SendingService
    from app.store.cache import Cache

DINGED = "channel_dinged"
"""Namespace of `kv`, by channel and course: when those who had not finished were reminded last."""


class Courses:
    """Part of the service."""

    def __init__(
        self, cache: Cache, sending: SendingService, dings: DingService, now_ms: Callable[[], int]
    ) -> None:
        self._cache, self._sending, self._dings, self._now_ms = cache, sending, dings, now_ms

    async def save(self, room_id: RoomID, course: CourseEdit) -> str:
        """Queue a playlist; its id. Raises `InputError` `follow_first`, `no_permission`, `course_title`, `course_too_long`."""
        check_state(self._cache.read, room_id, COURSE_TYPE)
        title = " ".join(course.title.split())[:MAX_TITLE]
        if not title:
            raise InputError("no title", code="course_title")
        posts = event_ids_of(list(course.posts), MAX_COURSE_POSTS + 1)
        if len(posts) > MAX_COURSE_POSTS:
            raise InputError("too many videos", code="course_too_long", limit=MAX_COURSE_POSTS)
        content: JSONObject = {"v": VERSION, "title": title, "posts": list(posts)}
        about = course.about.strip()[:MAX_DESCRIPTION]
        more = {"about": about, "is_compulsory": course.is_compulsory, "due_ts": course.due_ms}
        key = course.id or secrets.token_hex(6)
        await self._put(room_id, key, content | {name: value for name, value in more.items() if value})
        return key

    async def remove(self, room_id: RoomID, course: str) -> None:
        """Queue taking a playlist away. Raises `InputError` `follow_first`, `no_permission`."""
        check_state(self._cache.read, room_id, COURSE_TYPE)
        await self._put(room_id, course, {})

    async def _put(self, room_id: RoomID, key: str, content: JSONObject) -> None:
        row = NewRequest(
            room_id, RequestKind.STATE, new_txn_id(), content, room_id, COURSE_TYPE, state_key=key
        )
        await self._sending.queue([row])

    async def ding_unfinished(self, room_id: RoomID, course: str, text: str) -> int:
        """Remind those who have not finished; how many. Raises as `ChannelService.ding_unfinished`."""
        check_state(self._cache.read, room_id, COURSE_TYPE)
        people, due_ms = await self._unfinished(room_id, course)
        name, now_ms = f"{room_id} {course}", self._now_ms()
        rested_ms = now_ms - int(self._cache.read.kv(DINGED, name) or 0)
        if (
            abs(rested_ms) < MIN_NUDGE_MS
        ):  # the server's time is known to a second only: it may seem to go back
            raise InputError(
                "a moment ago", code="too_soon", seconds=-(-(MIN_NUDGE_MS - max(0, rested_ms)) // 1000)
            )
        for first in range(0, len(people), MAX_RECIPIENTS):
            some = tuple(people[first : first + MAX_RECIPIENTS])
            ding = DingContent(DingKind.TASK, some, due_ms=due_ms if due_ms > now_ms else None)
            await self._dings.send(NewDing(text, ding))
        await self._cache.set_kv(DINGED, name, str(now_ms))
        return len(people)

    async def _unfinished(self, room_id: RoomID, course: str) -> tuple[list[UserID], int]:
        """Give who has not finished a course, and by when it is due."""
        wanted, courses, progress = await self._cache.read_in_worker(
            lambda read: (
                read.channels.reports_wanted(room_id),
                read.channels.courses(room_id),
                read.channels.progress(room_id, course),
            )
        )
        if not wanted:
            raise InputError("nobody reports", code="reports_off")
        me = self._cache.user_id
        people = [one.user_id for one in progress if one.finished < one.total and one.user_id != me]
        if not people:
            raise InputError("all have finished", code="nobody_unfinished")
        return people, next((one.due_ms for one in courses if one.id == course), 0)
