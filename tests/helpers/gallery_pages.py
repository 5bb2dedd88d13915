"""The pages of the gallery: widgets put together much as the screens do."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from resources.translations import language
from tests.helpers.gallery_dings import ding_page
from tests.helpers.gallery_new_ding import new_ding_column
from tests.helpers.timeline_rows import Pictures, ding_talk
from widgets.badge import Badge, BadgeKind
from widgets.banner import Banner, BannerKind
from widgets.broom_button import BroomButton
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.chips import Chip, FilterChips
from widgets.composer import Composer, MentionChoice
from widgets.dialogs import Dialog
from widgets.emoji_picker import EmojiPicker
from widgets.empty_state import EmptyState
from widgets.form_fields import ChoiceField, SwitchField, TextField
from widgets.image_viewer import ImageViewer
from widgets.member_panel import MEMBER_ROW_ROLE, FileRow, MemberPanel, MemberRow, TagKind
from widgets.quick_switcher import QuickSwitcher, SwitcherRow
from widgets.rail import Rail, RailEntry
from widgets.room_list import ROOM_ROW_ROLE, LeadKind, RoomListView, RoomRow
from widgets.search_field import SearchField
from widgets.search_panel import HitRow, SearchPanel
from widgets.style import StyleSource
from widgets.timeline.texts import translated_texts
from widgets.timeline.values import Density
from widgets.timeline.view import TimelineView
from widgets.toast import ToastHost, ToastKind
from widgets.words import Line


def word(zh: str, en: str) -> str:
    """The invented content in the language of the gallery."""
    return zh if language() == "zh" else en


class ValueModel(QAbstractListModel):
    """Rows of one role."""

    def __init__(self, values: Sequence[object], role: int) -> None:
        super().__init__()
        self.values, self.role = list(values), role

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.values)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        return self.values[index.row()] if role == self.role and index.isValid() else None


class Page(QWidget):
    """A ground in the window's colour."""

    def __init__(self, style: StyleSource, width: int, height: int, role: str = "window") -> None:
        super().__init__()
        self._style, self._role = style, role
        self.resize(style.current.px(width), style.current.px(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), getattr(self._style.current.colors, self._role))
        painter.end()


def room_rows() -> list[RoomRow]:
    """The conversations of the picture."""
    external, draft = word("外部", "External"), word("[草稿]", "[Draft]")
    three, one = Badge(BadgeKind.NUMBER, 3), Badge(BadgeKind.NUMBER, 1)
    return [
        RoomRow("!a", "产品发布小组", "10:42", "王敏：封面图已更新，请看第三版"),
        RoomRow(
            "!b", "华隆零部件·供货群", "10:39", "周五能到货吗", tag=external, is_unread=True,
            lead=word("[有人@你]", "[@you]"), lead_kind=LeadKind.MENTION, badge=three,
        ),
        RoomRow("!c", "张伟", "10:21", "预算表我下午发你", lead=draft, lead_kind=LeadKind.DRAFT),
        RoomRow("!d", "财务通知", "09:58", "公告：十一月报销截止到本周五，请大家尽快提交", badge=Badge(BadgeKind.NUMBER, 128)),
        RoomRow("!e", "R&D weekly", "09:30", "Tom: build 412 is green on all targets", badge=Badge(BadgeKind.MUTED, 4), is_muted=True),
        RoomRow("!f", "刘洋", word("昨天", "Yesterday"), "好的，收到 👍", is_favourite=True),
        RoomRow("!g", "新员工培训", word("昨天", "Yesterday"), "陈静：[视频] 第二课 安全规范 全员必看", badge=one),
        RoomRow("!h", "行政服务台", word("周四", "Thu"), "工位调整将在周末完成", badge=Badge(BadgeKind.MARK)),
        RoomRow("!i", "赵磊", word("周四", "Thu"), "[文件] 2026Q4 计划.xlsx", lead=word("[未发送]", "[Not sent]"), lead_kind=LeadKind.FAILED),
        RoomRow("!j", "测试与质量", word("周三", "Wed"), "你：回归用例已补 14 条", lead_kind=LeadKind.SENDING),
        RoomRow("!k", "A very long English room name that cannot fit at all", "11-02", "short", is_encrypted=True, is_muted=True),
        RoomRow("!l", "财务与行政联合办公室搬迁工作协调群（二期）", "2025-11-02", "新的楼层平面图见附件"),
    ]  # fmt: skip


def members() -> list[MemberRow]:
    """The people of the picture."""
    return [
        MemberRow("@wm:a", "王敏", "设计部", tag=word("群主", "Owner")),
        MemberRow("@zw:a", "张伟", "市场部"),
        MemberRow("@ly:a", "刘洋", "研发部", tag=word("管理员", "Admin"), tag_kind=TagKind.ACCENT),
        MemberRow("@cj:a", "陈静", "人力资源"),
        MemberRow("@zl:a", "赵磊", "财务部"),
        MemberRow("@zf:h", "周芳", "华隆零部件", tag=word("外部", "External")),
        MemberRow("@tom:a", "Tom", "R&D"),
        MemberRow("@x:a", "Alexandra Konstantinopoulou-Featherstonehaugh", "", tag=word("已邀请", "Invited"), tag_kind=TagKind.GREY),
    ]  # fmt: skip


def make_rail(style: StyleSource) -> Rail:
    """The rail of the picture."""
    rail = Rail(style)
    rail.set_person("@li:a", "李")
    rail.set_entries(
        [
            RailEntry("chats", "chat-circle-dots", "Chats", Badge(BadgeKind.NUMBER, 12)),
            RailEntry("ding", "push-pin", "DING", Badge(BadgeKind.DUTY, 2)),
            RailEntry("approvals", "stamp", "Approvals", Badge(BadgeKind.DUTY, 3)),
            RailEntry("channels", "monitor-play", "Channels", Badge(BadgeKind.NUMBER, 104)),
            RailEntry("people", "users", "People", Badge(BadgeKind.MUTED, 1)),
            RailEntry("apps", "squares-four", "Apps"),
        ],
        [RailEntry("cast", "broadcast", "Cast"), RailEntry("settings", "gear-six", "Settings")],
    )
    rail.set_current("chats")
    return rail


def make_list(style: StyleSource) -> QWidget:
    """Search, chips, conversations."""
    column_widget = Page(style, 288, 800, "list")
    column_widget.setFixedWidth(style.current.sizes.list)
    px = style.current.px
    head = QHBoxLayout()
    head.setContentsMargins(px(12), px(12), px(12), px(12))
    head.addWidget(SearchField(style, word("搜索 Ctrl+K", "Search Ctrl+K")), 1)
    head.addWidget(BroomButton(style))
    head.addWidget(IconButton(style, "plus-circle", "New"))
    chips = FilterChips(style)
    chips.set_chips(
        [
            Chip("all", word("全部", "All")),
            Chip("unread", word("未读", "Unread"), 12),
            Chip("mentions", word("@我", "@me"), 1),
            Chip("external", word("外部", "External")),
            Chip("direct", word("单聊", "Direct")),
        ]
    )
    chip_row = QHBoxLayout()
    chip_row.setContentsMargins(px(12), 0, px(12), px(8))
    chip_row.addWidget(chips)
    view = RoomListView(style)
    model = ValueModel(room_rows(), ROOM_ROW_ROLE)
    model.setParent(view)
    view.setModel(model)
    view.set_current_room("!a", 0)
    column = QVBoxLayout(column_widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addLayout(head)
    column.addLayout(chip_row)
    column.addWidget(view, 1)
    return column_widget


def make_panel(style: StyleSource) -> MemberPanel:
    """The side panel of the picture."""
    panel = MemberPanel(style)
    panel.setFixedWidth(style.current.sizes.panel)
    model = ValueModel(members(), MEMBER_ROW_ROLE)
    model.setParent(panel)
    panel.set_model(model)
    panel.set_count(18)
    panel.set_can_invite(True)
    panel.set_files(
        [
            FileRow("1", "发布会流程.pdf", "王敏 · 昨天 · 640 KB"),
            FileRow("2", "预算 2026Q4 最终版 v3.xlsx", "张伟 · 11-12 · 88 KB"),
        ]
    )
    return panel


def window_page(style: StyleSource) -> QWidget:
    """The four columns."""
    page = Page(style, 1280, 800)
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(make_rail(style))
    row.addWidget(make_list(style))
    content = QVBoxLayout()
    content.setSpacing(0)
    banner = Banner(style)
    content.addWidget(banner)
    banner.show_line(
        word(
            "自 10:32 离线：可以阅读和书写；3 条消息等待发送",
            "Offline since 10:32: you can read and write; 3 messages wait",
        ),
        action_text=word("立即重试", "Try now"),
    )
    content.addWidget(
        EmptyState(
            style,
            "chats-circle",
            word("选一个会话", "Choose a chat"),
            word("左边的列表里，或按 Ctrl+K 查找", "From the list on the left, or press Ctrl+K"),
        ),
        1,
    )
    composer = Composer(style)
    composer.set_placeholder("产品发布小组")
    content.addWidget(composer)
    row.addLayout(content, 1)
    row.addWidget(make_panel(style))
    return page


def composer_page(style: StyleSource) -> QWidget:
    """The composer's states."""
    page = Page(style, 700, 720, "list")
    column = QVBoxLayout(page)
    column.addStretch(1)
    people = [
        MentionChoice("@room", word("所有人", "Everyone"), "18"),
        MentionChoice("@wm:a", "王敏", "设计部"),
        MentionChoice("@zw:a", "张伟", "市场部"),
    ]
    reply, edit, locked, mention = (Composer(style) for _ in range(4))
    for composer in (reply, edit, locked, mention):
        composer.set_placeholder("产品发布小组")
        column.addWidget(composer)
    reply.show_reply("王敏", "第二版标题再短一些会更好，现在一行放不下。")
    reply.set_text("同意，@王敏 改成「一个窗口，做完一天的事」。\nSecond line 👍", [("@wm:a", "王敏")])
    edit.show_edit("一\n二\n三\n四\n五\n六\n七\n八\n九\n十")
    edit.set_note(word("现在离线，联网后自动发送", "You are offline: it will be sent later"))
    locked.set_disabled_reason(
        word(
            "这个会话已加密，这个版本还不能在里面发消息。可以继续阅读其他会话。",
            "This chat is encrypted; this version cannot write in it yet.",
        ),
        word("了解更多", "Learn more"),
    )
    mention.set_mention_source(lambda term: [p for p in people if term in p.name])
    page.show()
    mention.focus_text()
    mention.editor.textCursor().insertText("请 @")
    popup = mention._offer.popup()
    popup.show_choices(people, mention.mapTo(page, QPoint(60, 46)))
    return page


def controls_page(style: StyleSource) -> QWidget:
    """Buttons, fields, banners."""
    page = Page(style, 820, 760)
    column = QVBoxLayout(page)
    column.setSpacing(14)
    for enabled in (True, False):
        row = QHBoxLayout()
        for kind in ButtonKind:
            button = Button(
                style, word("确认收到", "Confirm"), kind, icon="check" if kind is ButtonKind.PRIMARY else ""
            )
            button.setEnabled(enabled)
            row.addWidget(button)
        busy = Button(style, word("登录中", "Signing in"), ButtonKind.PRIMARY)
        busy.set_busy(True)
        row.addWidget(busy)
        on = IconButton(style, "sidebar-simple", "x", is_checkable=True)
        on.setChecked(True)
        row.addWidget(on)
        row.addWidget(IconButton(style, "magnifying-glass", "x"))
        row.addStretch(1)
        column.addLayout(row)
    fields = QHBoxLayout()
    column.addLayout(fields)
    left, right = QVBoxLayout(), QVBoxLayout()
    fields.addLayout(left)
    fields.addSpacing(24)
    fields.addLayout(right)
    server = TextField(
        style,
        word("公司服务器", "Company server"),
        placeholder="acme.com",
        hint=word("一般是邮箱 @ 后面的部分", "Often what stands behind the @ of your mail address"),
    )
    password = TextField(style, word("密码", "Password"), is_password=True)
    password.set_text("correct horse")
    password.set_error(
        word(
            "用户名或密码不对。请再试一次，或请管理员重置密码。",
            "Wrong name or password. Try again, or ask your administrator to reset it.",
        )
    )
    name = TextField(style, word("姓名", "Name"))
    name.set_text("李娜")
    for field in (server, password, name):
        left.addWidget(field)
    left.addStretch(1)
    right.addWidget(
        ChoiceField(
            style,
            word("语言", "Language"),
            [("zh", "中文"), ("en", "English")],
            hint=word("立即生效", "Takes effect at once"),
        )
    )
    first = SwitchField(
        style,
        word("显示通知", "Show notifications"),
        word(
            "新消息时在屏幕右下角提示。免打扰的会话不会提示，除非有人 @ 你。",
            "At the lower right of the screen. Muted chats stay silent unless someone mentions you.",
        ),
    )
    first.setChecked(True)
    second, third = (
        SwitchField(style, word("播放声音", "Play a sound")),
        SwitchField(style, word("不可用", "Not available")),
    )
    third.setEnabled(False)
    for switch in (first, second, third):
        right.addWidget(switch)
    bare = QLineEdit("QLineEdit 文本")
    right.addWidget(bare)
    right.addStretch(1)
    for tone in BannerKind:
        banner = Banner(style)
        column.addWidget(banner)
        banner.show_line(
            f"{tone}: " + word("可以阅读和书写；3 条消息等待发送", "you can read and write; 3 messages wait"),
            tone,
            action_text=word("重试", "Retry"),
            is_dismissable=True,
        )
    column.addWidget(Line(style, "Elided " + "很长的一行文字 " * 30, role="text2"))
    return page


def search_page(style: StyleSource) -> QWidget:
    """Search results."""
    panel = SearchPanel(style)
    panel.resize(style.current.px(360), style.current.px(640))
    panel.open_with(word("合同", "budget"), "产品发布小组")
    text = "第二版合同编号已经更新，请大家以附件里的合同为准，旧的合同不要再用了，周五之前全部归档完毕。"
    long = "Please note that after the meeting yesterday with procurement the final budget is 42,000 and not 40,000 as the old sheet says."
    panel.set_hits(
        [
            HitRow("1", "产品发布小组", "王敏", "10:42", text, ((3, 2), (20, 2), (27, 2))),
            HitRow("2", "R&D weekly", "Tom", word("昨天", "Yesterday"), long, ((long.index("budget"), 6),)),
            HitRow("3", "", "张伟", "11-02", "合同", ((0, 2),)),
            HitRow(
                "4",
                "财务与行政联合办公室搬迁工作协调群（二期）",
                "Alexandra Konstantinopoulou",
                "2025-11-02",
                "合同 contract 见附件",
                ((0, 2),),
            ),
        ],
        has_more=True,
    )
    panel.set_status(word("128 条结果，搜索范围到 2026-08-01", "128 results, reaching back to 1 Aug 2026"))
    return panel


def switcher_page(style: StyleSource) -> QWidget:
    """Ctrl+K."""
    page = window_page(style)
    switcher = QuickSwitcher(style, page)
    page.show()
    switcher.open_empty()
    switcher.set_rows(
        [
            SwitcherRow(r.room_id, r.name, r.preview, badge=r.badge, section=word("会话", "Chats"))
            for r in room_rows()[:5]
        ]
        + [SwitcherRow(m.user_id, m.name, m.detail, section=word("同事", "People")) for m in members()[:4]]
        + [
            SwitcherRow(
                "s", word("打开设置", "Open settings"), icon="gear-six", section=word("命令", "Commands")
            )
        ]
    )
    switcher.rows.move_by(1)
    return page


def emoji_page(style: StyleSource) -> QWidget:
    """The emoji picker and toasts."""
    page = Page(style, 760, 520, "list")
    picker = EmojiPicker(style, page)
    page.show()
    picker.open_at(page.mapToGlobal(QPoint(10, 420)))
    host = ToastHost(style, page)
    page._host = host  # type: ignore[attr-defined]
    host.show_toast(
        word("已清除 12 个红点", "12 red dots cleared"), ToastKind.DONE, action_text=word("撤销", "Undo")
    )
    host.show_toast(
        word(
            "文件没有发出去：超过服务器的上限 50 MB。请压缩后再发。",
            "The file was not sent: it is larger than the server's 50 MB. Make it smaller and try again.",
        ),
        ToastKind.ERROR,
    )
    host.show_toast(word("已复制", "Copied"))
    return page


def dialog_page(style: StyleSource) -> QWidget:
    """A question."""
    dialog = Dialog(style, word("退出登录？", "Sign out?"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.set_text(
        word(
            "3 条消息还没有发出。退出后它们会留在这台电脑上，下次登录继续发送。",
            "3 messages are not sent yet. They stay on this computer and will be sent when you sign in again.",
        )
    )
    dialog.body.addWidget(TextField(style, word("备注", "Note")))
    dialog.set_error(word("服务器没有回应。", "The server does not answer."))
    dialog.add_button("cancel", word("取消", "Cancel"))
    dialog.add_button("keep", word("退出并保留数据", "Sign out, keep data"))
    dialog.add_button("wipe", word("退出并删除", "Sign out and delete"), ButtonKind.DANGER)
    return dialog


def viewer_page(style: StyleSource) -> QWidget:
    """A picture over the window."""
    page = window_page(style)
    viewer = ImageViewer(style, page)
    page.show()
    image = QImage(1600, 900, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    ground = QLinearGradient(0, 0, 1600, 900)
    ground.setColorAt(0, QColor(36, 104, 242))
    ground.setColorAt(1, QColor(11, 127, 98))
    painter.fillRect(image.rect(), ground)
    painter.end()
    viewer.open_loading("cover-v3.png · 1.8 MB")
    viewer.set_image(image)
    viewer.set_neighbours(True, True)
    return page


def states_page(style: StyleSource) -> QWidget:
    """Empty, loading, error."""
    page = Page(style, 900, 300)
    row = QHBoxLayout(page)
    row.addWidget(
        EmptyState(
            style,
            "magnifying-glass",
            word("没有找到", "Nothing found"),
            word("换个词试试，或扩大时间范围", "Try other words or a longer time"),
        )
    )
    loading = EmptyState(style)
    loading.set_state("", word("正在加载", "Loading"), is_busy=True)
    row.addWidget(loading)
    row.addWidget(
        EmptyState(
            style,
            "wifi-slash",
            word("连不上服务器", "Cannot reach the server"),
            word(
                "请检查网络，或稍后再试。已经收到的消息都可以阅读。",
                "Check your network or try later. Everything received so far can be read.",
            ),
            word("重试", "Try again"),
        )
    )
    return page


def dings_page(style: StyleSource) -> QWidget:
    """Dings in a conversation: bubbles, lines, and a narrow window."""
    page = Page(style, 1500, 980)
    row = QHBoxLayout(page)
    row.setSpacing(1)
    talk = ding_talk(word)
    talk.all.pop()
    for density, width in ((Density.BUBBLES, 600), (Density.LINES, 560), (Density.BUBBLES, 320)):
        view = TimelineView(style.current, Pictures(), translated_texts())
        view.set_density(density)
        view.setFixedWidth(style.current.px(width))
        view.set_source(talk)
        row.addWidget(view)
    return page


def new_ding_page(style: StyleSource) -> QWidget:
    return new_ding_column(style, Page(style, 560, 840))


PAGES: dict[str, Callable[[StyleSource], QWidget]] = {
    "window": window_page,
    "composer": composer_page,
    "controls": controls_page,
    "search": search_page,
    "switcher": switcher_page,
    "emoji": emoji_page,
    "dialog": dialog_page,
    "viewer": viewer_page,
    "states": states_page,
    "dings": dings_page,
    "ding_page": ding_page,
    "new_ding": new_ding_page,
}
