"""Row sources for tests of the timeline view: a short real-looking conversation, and any number of generated rows."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QSize
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter, QPixmap

from widgets.timeline.values import (
    DingCard,
    MediaBox,
    MediaKind,
    ReactionChip,
    ReplyQuote,
    Row,
    RowKind,
    SendMark,
    SpanStyle,
    TextSpan,
)

START_MS = 1_763_777_700_000
_WORDS = [
    "季度",
    "报表",
    "已经",
    "上传",
    "请",
    "查收",
    "the",
    "build",
    "412",
    "is",
    "green",
    "on",
    "all",
    "targets,",
    "明天",
    "下午",
    "三点",
    "评审",
    "👍",
    "🎉",
    "okay",
    "see",
    "you",
    "😀",
]
_PEOPLE = ("王敏", "张伟", "刘洋", "Tom Baker", "李娜")


class ListSource:
    """Rows in a list that a test may change."""

    def __init__(self, rows: Sequence[Row], unread: int | None = None) -> None:
        self.all = list(rows)
        self.unread = unread
        self.largest_request = 0

    def row_count(self) -> int:
        return len(self.all)

    def rows(self, first: int, count: int) -> Sequence[Row]:
        self.largest_request = max(self.largest_request, count)
        return self.all[first : first + count]

    def row_of(self, uid: str) -> int | None:
        return next((number for number, row in enumerate(self.all) if row.uid == uid), None)

    def unread_row(self) -> int | None:
        return self.unread


class GeneratedSource:
    """Any number of rows, each made from its number alone."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.made = 0

    def row_count(self) -> int:
        return self.count

    def rows(self, first: int, count: int) -> Sequence[Row]:
        last = min(first + count, self.count)
        self.made += max(0, last - first)
        return [generated_row(number) for number in range(first, last)]

    def row_of(self, uid: str) -> int | None:
        return int(uid[1:])

    def unread_row(self) -> int | None:
        return None


class Pictures:
    """Pictures by key; a key that begins with "late" never comes."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def pixmap(self, key: str, size: QSize, dpr: float) -> QPixmap | None:
        self.asked.append(key)
        if key.startswith("late"):
            return None
        made = QPixmap(480, 270) if key != "tall" else QPixmap(300, 1200)
        painter = QPainter(made)
        gradient = QLinearGradient(0, 0, made.width(), made.height())
        gradient.setColorAt(0, QColor("#2468F2"))
        gradient.setColorAt(1, QColor("#128A6A"))
        painter.fillRect(made.rect(), QBrush(gradient))
        painter.end()
        return made


def generated_row(number: int) -> Row:
    """One row of mixed Chinese, English and emoji."""
    chance = random.Random(number)
    sender = _PEOPLE[(number // 3) % len(_PEOPLE)]
    text = " ".join(chance.choices(_WORDS, k=chance.randint(1, 26)))
    row = Row(
        uid=f"${number}",
        kind=RowKind.MESSAGE,
        sender_id=f"@{sender}:example",
        sender_name=sender,
        ts_ms=START_MS + number * 40_000,
        text=text,
        is_own=sender == "李娜",
    )
    if number % 17 == 0:
        row = replace(row, reactions=(ReactionChip("👍", 4), ReactionChip("✅", 2, is_mine=True)))
    if number % 23 == 0:
        row = replace(row, media=MediaBox(MediaKind.IMAGE, "图.png", "1.2 MB", "k", 1600, 900), text="")
    if number % 31 == 0:
        row = replace(row, kind=RowKind.STATE, text=f"{sender} 加入了会话")
    return row


def message(uid: str, sender: str, text: str, minute: float = 0, **more: object) -> Row:
    """One message of a person."""
    row = Row(uid, RowKind.MESSAGE, f"@{sender}:example", sender, START_MS + round(minute * 60_000), text)
    return replace(row, **more)  # type: ignore[arg-type]


def release_talk() -> ListSource:
    """The conversation of the pictures we aim at."""
    reply = ReplyQuote("a", "王敏", "第二版标题再短一些会更好…")
    picture = MediaBox(MediaKind.IMAGE, "cover-v3.png", "1.8 MB", "cover", 2400, 1350)
    rows = [
        message(
            "a",
            "王敏",
            "第二版标题再短一些会更好，现在一行放不下。",
            sender_detail="设计部",
            reactions=(ReactionChip("👍", 4, tooltip="张伟、刘洋"), ReactionChip("✅", 2)),
        ),
        message(
            "b",
            "李",
            "同意，改成「一个窗口，做完一天的事」。下午三点前给新版？",
            1,
            is_own=True,
            reply=reply,
            read_text="16 人已读 · 1 人未读",
            is_read_link=True,
        ),
        message("c", "王敏", "封面图已更新，请看第三版", 2, sender_detail="设计部", media=picture),
        message(
            "d",
            "周芳",
            "The sample batch ships on Friday, tracking number to follow.",
            3,
            sender_detail="hualong.example",
            is_external=True,
        ),
    ]
    return ListSource(rows, unread=2)


def every_kind() -> ListSource:
    """One of everything that can go wrong or look odd."""
    link = "文档在 https://docs.example/q4/plan 里，@李娜 请看，重点是 make all。"
    spans = (
        TextSpan(4, 32, SpanStyle.LINK, href="https://docs.example/q4/plan"),
        TextSpan(35, 38, SpanStyle.MENTION | SpanStyle.MENTION_ME, user_id="@lina:example"),
        TextSpan(42, 44, SpanStyle.BOLD),
        TextSpan(46, 54, SpanStyle.CODE),
    )
    code = "看这段：\ndef f(x):\n    return x + 1\n就这样。"
    quote = "上次说的结论\n先不改\n那就先不改了"
    thirty = tuple(ReactionChip(chr(0x1F600 + number), number + 1, number % 5 == 0) for number in range(30))
    rows = [
        message("1", "刘洋", link, 0, spans=spans, mentions_me=True, is_edited=True),
        message("2", "刘洋", code, 1, spans=(TextSpan(5, 31, SpanStyle.CODE_BLOCK),)),
        message("3", "刘洋", quote, 2, spans=(TextSpan(0, 10, SpanStyle.QUOTE),)),
        message("4", "Tom", "x" * 300, 3, reactions=thirty),
        message("5", "Tom", "长文 " * 900, 4),
        message("6", "Tom", "👍🎉", 4.5),
        replace(message("7", "王敏", "王敏 把会话改名为「产品发布小组」", 5), kind=RowKind.STATE),
        replace(message("8", "", "", 6), kind=RowKind.GAP),
        message("9", "王敏", "", 7, is_redacted=True),
        replace(message("10", "王敏", "", 8), kind=RowKind.ENCRYPTED),
        replace(message("11", "王敏", "", 9), kind=RowKind.UNKNOWN),
        message("12", "王敏", "", 10, media=MediaBox(MediaKind.FILE, "2026Q4 计划 final.xlsx", "640 KB")),
        message(
            "13", "王敏", "", 10, media=MediaBox(MediaKind.FILE, "发布会流程.pdf", "2.4 MB", progress=0.4)
        ),
        message(
            "14", "王敏", "", 11, media=MediaBox(MediaKind.IMAGE, "长图.png", "9 MB", "tall", 900, 90_000)
        ),
        message(
            "15",
            "王敏",
            "",
            11,
            media=MediaBox(MediaKind.VIDEO, "彩排.mp4", "88 MB", "v", 1280, 720, duration_text="1:42"),
        ),
        message("16", "王敏", "", 11, media=MediaBox(MediaKind.IMAGE, "late.png", "9 MB", "late", 800, 600)),
        message("17", "李娜", "服务器会收到的", 12, is_own=True, send_mark=SendMark.WAITING),
        message("18", "李娜", "收到 ✅", 12, is_own=True, reactions=thirty[:9], thread_count=3),
        message(
            "19",
            "李娜",
            "这一条没有发出去，因为没有权限",
            13,
            is_own=True,
            send_mark=SendMark.FAILED,
            error_text="你没有在这里发言的权限。请联系群主。",
        ),
        replace(message("20", "刘洋", "正在喝咖啡", 80), kind=RowKind.EMOTE),
        replace(message("21", "构建机器人", "build 412 is green on all targets", 81), kind=RowKind.NOTICE),
    ]
    return ListSource(rows)


Word = Callable[[str, str], str]


def ding_talk(word: Word = lambda zh, _en: zh) -> ListSource:
    """Dings in every state among plain messages, and a reminder of one; `word` chooses the Chinese or the English."""
    text = word(
        "请各部门今天 18:00 前确认发布会参会名单，逾期按不参加处理。",
        "Please confirm by 18:00 who comes to the launch. Who does not answer is not on the list.",
    )
    link = word(
        "发票原件照片发到 https://files.example/q4，@李娜 的三张还缺。",
        "Photos of the originals go to https://files.example/q4, @李娜 owes three.",
    )
    rows = [
        message("p", "王敏", word("名单大家看一下", "Have a look at the list"), 0, sender_detail="设计部"),
        message(
            "open",
            "王敏",
            text,
            1,
            sender_detail="设计部",
            mentions_me=True,
            ding=DingCard(
                _task(word), word("今天 18:00 截止", "due today 18:00"), False, _count(word, 11, 18), True
            ),
        ),
        message("nudge", "王敏", word("提醒：", "Reminder: ") + text, 9, nudges="open"),
        message(
            "late",
            "赵磊",
            link,
            20,
            spans=_marked(link),
            is_edited=True,
            ding=DingCard(
                _task(word), word("昨天 12:00 截止", "due yesterday 12:00"), True, _count(word, 2, 3), True
            ),
            reactions=(ReactionChip("👍", 2),),
            thread_count=3,
        ),
        message(
            "done",
            "Tom Baker",
            "Release freeze starts at 18:00. No merges after that.",
            21,
            ding=DingCard(
                word("DING · 通知", "DING · Notice"),
                count_text=_count(word, 5, 5),
                done_text=word("你已确认 10:41", "You confirmed 10:41"),
            ),
        ),
        message(
            "mine",
            "李娜",
            word(
                "周五 15:00 彩排，三楼报告厅，带上各自的演示机。",
                "Rehearsal on Friday, third floor. Bring your unit.",
            ),
            22,
            is_own=True,
            ding=DingCard(
                word("DING · 会议", "DING · Meeting"),
                word("周五 15:00 开始", "starts Fri 15:00"),
                False,
                _count(word, 3, 9),
            ),
            read_text=word("8 人已读 · 1 人未读", "8 read · 1 unread"),
            is_read_link=True,
        ),
        message(
            "waits",
            "李娜",
            word("短", "Short"),
            23,
            is_own=True,
            ding=DingCard(word("DING · 通知", "DING · Notice"), count_text=_count(word, 0, 2)),
            send_mark=SendMark.WAITING,
        ),
        message("gone", "张伟", "", 24, is_redacted=True, ding=DingCard("DING", count_text="1 / 2")),
        message(
            "long",
            "张伟",
            word("长通知 ", "A long notice. ") * 900,
            25,
            ding=DingCard("DING", "2026-12-31 23:59", False, _count(word, 0, 500), True),
        ),
    ]
    return ListSource(rows)


def _task(word: Word) -> str:
    return word("DING · 任务", "DING · Task")


def _count(word: Word, confirmed: int, total: int) -> str:
    return f"{confirmed} / {total} {word('已确认', 'confirmed')}"


def _marked(text: str) -> tuple[TextSpan, ...]:
    link, name = text.index("https"), text.index("@")
    mention = SpanStyle.MENTION | SpanStyle.MENTION_ME
    return (
        TextSpan(link, link + 24, SpanStyle.LINK, href="https://files.example/q4"),
        TextSpan(name, name + 3, mention, user_id="@李娜:example"),
    )
