"""Invented channels and posts, and a desk that answers with them at once: for the gallery and tests of the channels page."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPixmap

from app.channels.values import Found
from app.domain.channels.channel import Audience, Role, Visibility
from app.domain.channels.rows import (
    ChannelRow,
    CourseRow,
    FeedKey,
    FeedPage,
    FeedQuery,
    FeedTab,
    PostRow,
    Watch,
)
from app.domain.connection import ConnectionKind
from app.domain.ids import ContentURI, EventID, RoomID, UserID
from app.domain.timeline import SendState
from app.errors import TackError
from widgets.style import StyleSource

NOW_MS = 1_764_064_800_000
"""A Tuesday in November, 10:00 in the morning (UTC)."""
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
INTERNAL = Audience(Visibility.INTERNAL)
PARTNERS = Audience(Visibility.PARTNERS, ("hualong.example",))
PUBLIC = Audience(Visibility.PUBLIC)

Word = Callable[[str, str], str]
"""Chinese and English: gives the one of the gallery."""


def room(name: str) -> RoomID:
    """The id of a channel."""
    return RoomID(f"!{name}:example.org")


def channel(name: str, title: str, audience: Audience = INTERNAL, **other: Any) -> ChannelRow:
    """One channel."""
    row = ChannelRow(
        room_id=room(name),
        name=title,
        about="",
        avatar=None,
        audience=audience,
        my_role=Role.VIEWER,
        is_followed=True,
        is_muted=False,
        followers=0,
        posts=0,
        unread=0,
        last_post_ms=0,
    )
    return row._replace(**other)


def post(name: str, of: ChannelRow, title: str, age_ms: int = HOUR, **other: Any) -> PostRow:
    """One post of a channel."""
    row = PostRow(
        event_id=EventID(f"${name}"),
        room_id=of.room_id,
        channel_name=of.name,
        channel_avatar=of.avatar,
        audience=of.audience,
        is_followed=of.is_followed,
        sender=UserID("@chenjing:example.org"),
        sender_name="陈静",
        ts_ms=NOW_MS - age_ms,
        title=title,
        description="",
        tags=(),
        duration_ms=494_000,
        cover=None,
        blurhash="",
        is_live=False,
        live_starts_ms=0,
        live_ends_ms=0,
        recording=None,
        likes=0,
        is_liked=False,
        comments=0,
        watch=Watch(),
        is_new=False,
    )
    return row._replace(**other)


def channels(word: Word) -> list[ChannelRow]:
    """The company's channels, a partner's, a public one."""
    about = word(
        "入职第一周看这里：安全、系统、制度。每门课程都有字幕，看完请在评论里提问。",
        "Your first week: safety, systems, rules. Every lesson has subtitles; ask in the comments.",
    )
    return [
        channel(
            "training",
            word("新员工培训", "New colleagues"),
            about=about,
            my_role=Role.OWNER,
            followers=86,
            posts=14,
            unread=2,
        ),
        channel(
            "talks", word("产品发布", "Product talks"), followers=212, posts=31, unread=1, my_role=Role.EDITOR
        ),
        channel("lunch", word("午间分享", "Lunch talks"), followers=48, posts=9),
        channel("hualong", word("华隆零部件", "Hualong Parts"), PARTNERS, followers=120, posts=22, unread=1),
        channel(
            "open", word("开放日", "Open day"), PUBLIC, followers=1_240, posts=5, is_muted=True, unread=3
        ),
        channel("club", word("摄影社", "Photo club"), is_followed=False, is_invited=True, followers=12),
        channel(
            "city", word("城市展厅", "City showroom"), PUBLIC, is_followed=False, followers=300, posts=12
        ),
    ]


def posts(word: Word) -> list[PostRow]:
    """Posts in every state a card can be in, newest first."""
    training, talks, lunch, hualong, open_day, _club, city = channels(word)
    return [
        post("live", talks, word("秋季发布会直播", "Autumn launch, live"), 5 * MINUTE, is_live=True, duration_ms=None,
             live_starts_ms=NOW_MS - 5 * MINUTE, likes=31, is_new=True, comments=140),
        post("l2", training, word("第二课 安全规范", "Lesson 2: working safely"), 26 * HOUR, likes=24, comments=9, is_new=True,
             is_compulsory=True, due_ms=NOW_MS + 3 * DAY, course="c1", is_liked=True, cover=ContentURI("mxc://x/2")),
        post("mine", talks, word("第三季度回顾", "Third quarter in review"), 2 * MINUTE, send_state=SendState.QUEUED),
        post("gear", hualong, word("新型号 H-7 齿轮箱：安装、校准与常见问题，给合作伙伴的完整说明（2026 年修订版）",
                                   "The new H-7 gearbox: fitting, calibration and common questions, the complete guide for partners"),
             30 * HOUR, likes=7, comments=2, is_new=True, duration_ms=3_912_000, cover=ContentURI("mxc://x/3")),
        post("l1", training, word("第一课 欢迎", "Lesson 1: welcome"), 3 * DAY, likes=40, comments=12,
             watch=Watch(494_000, 494_000, NOW_MS - DAY, 0, NOW_MS - DAY), is_compulsory=True, due_ms=NOW_MS + 3 * DAY,
             cover=ContentURI("mxc://x/1")),
        post("soup", lunch, word("如何熬好一锅汤", "How to make a good soup"), 4 * DAY, likes=3,
             watch=Watch(190_000, 494_000, 0, NOW_MS, NOW_MS), kept_until_ms=NOW_MS + 9 * DAY),
        post("next", talks, word("研发例会公开课", "Open R&D weekly"), 5 * DAY, is_live=True, duration_ms=None,
             live_starts_ms=NOW_MS + DAY, is_reserved=True),
        post("door", open_day, word("工厂开放日", "The factory's open day"), 9 * DAY, likes=1_300, comments=88,
             cover=ContentURI("mxc://x/4"), duration_ms=64_000),
        post("fail", talks, word("没有发出去的视频", "A video that was not sent"), 10 * DAY, send_state=SendState.WEDGED,
             error_code="too_large"),
        post("city", city, word("展厅导览", "A walk through the showroom"), 20 * DAY, likes=2),
        post("plain", lunch, "IMG_2041.MOV", 40 * DAY, duration_ms=None),
    ]  # fmt: skip


def courses(word: Word) -> list[CourseRow]:
    """The playlists of the training channel."""
    lessons = (EventID("$l1"), EventID("$l2"))
    return [
        CourseRow(
            room("training"), "c1", word("入职必修", "First week"), "", lessons, True, NOW_MS + 3 * DAY, 1
        ),
        CourseRow(
            room("training"), "c2", word("系统操作", "Our systems"), "", (EventID("$l1"),), False, 0, 0
        ),
    ]


class SampleReads:
    """`reader.channels` over invented rows; the feed knows tab, channel, filters and words in titles."""

    def __init__(
        self, rows: Sequence[PostRow], channels: Sequence[ChannelRow], courses: Sequence[CourseRow] = ()
    ) -> None:
        self.rows, self.all_channels, self.all_courses = list(rows), list(channels), list(courses)
        self.error: TackError | None = None
        self.asked: list[FeedQuery] = []

    def feed(self, query: FeedQuery, now_ms: int, limit: int = 30, after: FeedKey | None = None) -> FeedPage:
        """Give those of the query."""
        if self.error is not None:
            raise self.error
        self.asked.append(query)
        rows = [row for row in self.rows if self._is_in(row, query)]
        if after is not None:
            rows = [row for row in rows if (row.ts_ms, row.event_id) < (after.ts_ms, after.event_id)]
        page = rows[:limit]
        more = FeedKey(page[-1].ts_ms, page[-1].event_id) if len(rows) > limit else None
        return FeedPage(tuple(page), more)

    def channels(self, *, followed: bool = True) -> list[ChannelRow]:
        """Give those one follows, or the others."""
        return [one for one in self.all_channels if one.is_followed is followed]

    def channel(self, room_id: RoomID) -> ChannelRow | None:
        """Give one."""
        return next((one for one in self.all_channels if one.room_id == room_id), None)

    def my_channels(self) -> list[ChannelRow]:
        """Give those one may publish in."""
        return [one for one in self.all_channels if one.my_role is not Role.VIEWER]

    def courses(self, room_id: RoomID) -> list[CourseRow]:
        """Give the playlists of a channel."""
        return [one for one in self.all_courses if one.room_id == room_id]

    def course_posts(self, room_id: RoomID, course: str) -> list[PostRow]:
        """Give the posts of one."""
        wanted = next(one for one in self.all_courses if one.id == course)
        by_id = {row.event_id: row for row in self.rows}
        return [by_id[uid] for uid in wanted.posts]

    def post(self, event_id: EventID) -> PostRow | None:
        """Give one card."""
        return next((row for row in self.rows if row.event_id == event_id), None)

    def tags(self, query: FeedQuery, limit: int = 30) -> list[str]:
        """Give all tags."""
        return sorted({tag for row in self.rows for tag in row.tags})[:limit]

    @staticmethod
    def _is_in(row: PostRow, query: FeedQuery) -> bool:
        wanted = {
            FeedTab.FOLLOWING: row.is_followed,
            FeedTab.COMPANY: row.audience.visibility is Visibility.INTERNAL,
            FeedTab.PARTNERS: row.audience.visibility is Visibility.PARTNERS,
            FeedTab.DISCOVER: not row.is_followed,
        }[query.tab]
        is_here = row.room_id == query.channel if query.channel is not None else wanted
        is_open = not query.is_unwatched or not row.watch.finished_ms
        is_tagged = not query.tag or query.tag in row.tags
        return is_here and is_open and is_tagged and query.term.casefold() in row.title.casefold()


class Signals(QObject):
    """What the bridge, the images and the people tell."""

    channels_changed = Signal(object)
    posts_changed = Signal(object)
    kept_videos_changed = Signal()
    rebuilt = Signal()
    connection_changed = Signal(object)
    ready = Signal(str)

    def pixmap(self, key: str, size: QSize, dpr: float) -> QPixmap | None:
        """Give a picture for covers with an address."""
        if not key.startswith("mxc:"):
            return None
        made = QPixmap(640, 360 if not key.endswith("4") else 900)
        painter, number = QPainter(made), int(key[-1])
        ground = QLinearGradient(0, 0, made.width(), made.height())
        ground.setColorAt(0, QColor.fromHsv(number * 70, 150, 120))
        ground.setColorAt(1, QColor.fromHsv(number * 70 + 60, 120, 230))
        painter.fillRect(made.rect(), ground)
        painter.end()
        return made


class SampleDesk(SimpleNamespace):
    """As much of a desk as the channels page needs; work is done at once, `told` and `done` note what was asked."""

    def __init__(self, style: StyleSource, reads: SampleReads, *, is_online: bool = True) -> None:
        self.told: list[object] = []
        self.done: list[tuple[object, ...]] = []
        signals = Signals()
        kind = ConnectionKind.ONLINE if is_online else ConnectionKind.OFFLINE
        line = SimpleNamespace(is_online=is_online, state=SimpleNamespace(kind=kind))
        reader = SimpleNamespace(channels=reads)
        account = SimpleNamespace(
            user_id=UserID("@lina:example.org"),
            connection=line,
            cache=SimpleNamespace(read=reader, read_in_worker=self._read(reader)),
            channels=_SampleService(self.done),
        )
        super().__init__(
            style=style,
            images=signals,
            bridge=signals,
            account=account,
            operations=SimpleNamespace(start=self._start),
            channels=_Recorder(self.done),
            red_dots=_Recorder(self.done),
            tell=lambda text, *_: self.told.append(text),
            tell_error=self.told.append,
        )

    @staticmethod
    def _read(reader: Any) -> Any:
        async def read(ask: Callable[[Any], Any]) -> Any:
            return ask(reader)

        return read

    @staticmethod
    def _start(
        work: Coroutine[Any, Any, Any], on_done: Any = None, on_error: Any = None, *, is_vital: bool = False
    ) -> None:
        try:
            work.send(None)
        except StopIteration as stop:
            if on_done is not None:
                on_done(stop.value)
        except TackError as error:
            if on_error is not None:
                on_error(error)


class _Recorder:
    """Notes what is called."""

    def __init__(self, done: list[tuple[object, ...]]) -> None:
        self._done = done

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **_other: self._done.append((name, *args))


class _SampleService(_Recorder):
    """`account.channels`: everything works."""

    found: tuple[ChannelRow, ...] = ()
    """What the directory answers."""

    def now_ms(self) -> int:
        """The moment of the samples."""
        return NOW_MS

    def __getattr__(self, name: str) -> Any:
        async def act(*args: object, **_other: object) -> object:
            self._done.append((name, *args))
            return Found(self.found, None) if name == "find" else None

        return act
