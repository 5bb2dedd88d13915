"""The composer: tools, a text that grows with its lines, reply and edit bar, mentions, files by paste and drop."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.avatar import ImageSource
from widgets.buttons import IconButton
from widgets.composer_bars import ContextBar, ReasonPanel
from widgets.composer_staged import Staged, StagedBar
from widgets.composer_text import ComposerText, SendKey, local_files
from widgets.file_dialogs import pick_files
from widgets.mention_popup import MentionChoice, MentionFinder, MentionOffer
from widgets.painting import stroke_rounded
from widgets.style import StyleSource
from widgets.words import Line

__all__ = ["Composer", "MentionChoice", "SendKey"]

DRAFT_PAUSE_MS = 400
TYPING_PAUSE_MS = 5000
TYPING_REPEAT_MS = 15000
_IMAGE_PATTERNS = "*.png *.jpg *.jpeg *.gif *.webp *.bmp"


class Composer(QWidget):
    """Writes one message. Knows no room: the screen sets text, names and what is allowed."""

    send_requested = Signal(str, object)
    """Text and tuple of mentioned user ids. The screen calls `clear()` once it is queued."""
    draft_changed = Signal(str)
    """After a pause in typing, and at once when the text gets empty. Not while an own message is being edited."""
    typing_changed = Signal(bool)
    """True again every 15 s of typing, False 5 s after the last key."""
    image_sent = Signal(object)
    """QImage, pasted before: it goes out ahead of the text."""
    files_chosen = Signal(object)
    """tuple[Path, ...], to be sent now: pasted or dropped before, or picked through the file dialog."""
    edit_last_requested = Signal()
    """Arrow up in an empty composer."""
    context_cancelled = Signal()
    """The reply or edit bar was closed."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._room_name = ""
        self._on_action: Callable[[], None] | None = None
        self._kept: tuple[str, tuple[tuple[str, str], ...]] | None = None
        self._is_typing = self._is_dragging = False
        self._send_key = SendKey.ENTER
        self._text = ComposerText(style)
        self._offer = MentionOffer(style, self._text)
        self._bar = ContextBar(style)
        self._staged = StagedBar(style)
        self._reason = ReasonPanel(style)
        self._note = Line(style, role="text2", pixels=12)
        self._make_tools()
        self._make_timers()
        self._lay_out()
        self._connect()
        self._retranslate()
        self._restyle()

    def set_mention_source(self, find: MentionFinder | None, images: ImageSource | None = None) -> None:
        """`find(term)` answers at once (a bounded read) with at most 8 people."""
        self._offer.set_source(find, images)

    def set_send_key(self, key: SendKey) -> None:
        """Which key sends."""
        self._text.set_send_key(key)
        self._send_key = key
        self._retranslate()

    def set_placeholder(self, room_name: str) -> None:
        """Name the room in the hint."""
        self._room_name = room_name
        self._retranslate()

    def text(self) -> str:
        """What is written, mentions as @name."""
        return self._text.content()[0]

    def set_text(self, text: str, mentions: Sequence[tuple[str, str]] = ()) -> None:
        """Replace the text without signals; `mentions` are (user id, name) marked again where @name stands."""
        self._draft_timer.stop()
        self._text.set_content(text, mentions)
        self._after_quiet_change()

    def mentions(self) -> tuple[tuple[str, str], ...]:
        """(user id, name) of the mentions in the text; for the draft."""
        return self._text.content()[1]

    def clear(self) -> None:
        """Empty it and close the reply or edit bar; what was being written before an edit comes back."""
        self._draft_timer.stop()
        self._stop_typing()
        kept, self._kept = self._kept, None
        self._text.set_content(*(kept or ("", ())))
        self._bar.hide()
        self._after_quiet_change()

    def insert_text(self, text: str) -> None:
        """Put text (an emoji) at the cursor."""
        self._text.textCursor().insertText(text)
        self.focus_text()

    def insert_mention(self, user_id: str, name: str) -> None:
        """Put a mention at the cursor."""
        self._text.insert_mention(user_id, name)
        self.focus_text()

    def show_reply(self, sender_name: str, excerpt: str, *, take_focus: bool = True) -> None:
        """Show whom the next message answers."""
        self._restore_kept()
        self._bar.show_reply(sender_name, excerpt)
        if take_focus:
            self.focus_text()

    def show_edit(self, text: str, mentions: Sequence[tuple[str, str]] = ()) -> None:
        """Edit an own message; what was being written comes back after it."""
        if self._kept is None:
            self._kept = self._text.content()
        self.set_text(text, mentions)
        self._bar.show_edit(text)
        self.focus_text()

    def is_editing(self) -> bool:
        """Whether an own message is being edited."""
        return self._kept is not None

    def hide_context(self) -> None:
        """Close the reply or edit bar without emitting."""
        self._restore_kept()
        self._bar.hide()

    def stage(self, *items: Staged) -> None:
        """Put pictures or files beside the text; they go out when the person sends."""
        self._staged.set_items((*self._staged.items(), *items))
        self.focus_text()

    def staged(self) -> tuple[Staged, ...]:
        """What goes out with the next message beside its text."""
        return self._staged.items()

    def set_staged(self, items: tuple[Staged, ...]) -> None:
        """Replace what goes out with the next message."""
        self._staged.set_items(items)

    def paste(self) -> None:
        """Take what the clipboard holds, as if the cursor were here."""
        if not self._page.isHidden():
            self.focus_text()
            self._text.paste()

    def set_disabled_reason(
        self, sentence: str, action_text: str = "", on_action: Callable[[], None] | None = None
    ) -> None:
        """Say why nothing can be written here (empty: it can)."""
        self._on_action = on_action
        self._reason.show_reason(sentence, action_text)
        self._reason.setVisible(bool(sentence))
        self._page.setVisible(not sentence)
        if sentence:
            self._offer.close()

    def set_note(self, sentence: str) -> None:
        """A line under the text: "offline: it will be sent later"; empty hides it."""
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))

    def focus_text(self) -> None:
        """Put the cursor into the text."""
        self._text.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def editor(self) -> ComposerText:
        """The text itself, for tests and shortcuts."""
        return self._text

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        painter.fillRect(self.rect(), style.colors.window)
        painter.fillRect(0, 0, self.width(), 1, style.colors.line)
        if self._is_dragging:
            stroke_rounded(
                painter, self.rect().adjusted(4, 4, -4, -4), style.sizes.radius, style.colors.accent, 2
            )
        painter.end()

    def take_drops_on(self, widget: QWidget) -> None:
        """What is dropped on `widget` is meant for the next message too."""
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self.dropEvent(event)
        elif isinstance(event, QDragEnterEvent):
            self.dragEnterEvent(event)
        elif isinstance(event, QDragLeaveEvent):
            self.dragLeaveEvent(event)
        else:
            return False
        return event.isAccepted()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()) and not self._page.isHidden():
            self._is_dragging = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._is_dragging = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._is_dragging = False
        self.update()
        files = local_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.stage(*files)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _make_tools(self) -> None:
        style = self._style
        self._note.hide()
        self._emoji = IconButton(style, "smiley", "")
        self._image = IconButton(style, "image", "")
        self._file = IconButton(style, "paperclip", "")
        self._send = IconButton(style, "paper-plane-right", "")
        self._send.setEnabled(False)
        self.setAcceptDrops(True)

    def _make_timers(self) -> None:
        self._draft_timer = QTimer(self, singleShot=True, interval=DRAFT_PAUSE_MS)
        self._draft_timer.timeout.connect(self._tell_draft)
        self._typing_timer = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._typing_timer.timeout.connect(self._stop_typing)
        self._repeat_timer = QTimer(self, singleShot=True, interval=TYPING_REPEAT_MS)

    def _lay_out(self) -> None:
        self._tools = QHBoxLayout()
        for button in (self._emoji, self._image, self._file):
            self._tools.addWidget(button)
        self._tools.addStretch(1)
        self._tools.addWidget(self._send)
        self._page = QWidget()
        self._column = QVBoxLayout(self._page)
        self._column.addLayout(self._tools)
        self._body = QVBoxLayout()
        for part in (self._staged, self._bar, self._text, self._note):
            self._body.addWidget(part)
        self._column.addLayout(self._body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 1, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._page)
        whole.addWidget(self._reason)

    def _connect(self) -> None:
        text = self._text
        text.send_pressed.connect(self._request_send)
        text.edited.connect(self._edited)
        text.up_pressed.connect(self.edit_last_requested)
        text.escape_pressed.connect(self._cancel_context)
        text.image_pasted.connect(self.stage)
        text.files_pasted.connect(lambda files: self.stage(*files))
        self._staged.changed.connect(self._show_can_send)
        self._bar.cancelled.connect(self._cancel_context)
        self._reason.action_triggered.connect(self._run_action)
        self._emoji.clicked.connect(self._open_emoji)
        self._image.clicked.connect(lambda: self._pick_files(is_image=True))
        self._file.clicked.connect(lambda: self._pick_files(is_image=False))
        self._send.clicked.connect(self._request_send)
        self._style.changed.connect(self._restyle)

    def _request_send(self) -> None:
        text, mentions = self._text.content()
        if self._text.is_composing:
            return
        self._offer.close()
        self._send_staged()
        if text.strip():
            self.send_requested.emit(text, tuple(user for user, _ in mentions))

    def _send_staged(self) -> None:
        """Each on its own, in order: the text below speaks of what stands above it."""
        items = self._staged.items()
        self._staged.set_items(())
        for item in items:
            if isinstance(item, QImage):
                self.image_sent.emit(item)
            else:
                self.files_chosen.emit((item,))

    def _show_can_send(self) -> None:
        self._send.setEnabled(bool(self.text().strip() or self._staged.items()))

    def _edited(self) -> None:
        self._show_can_send()
        if not self.text().strip():
            self._stop_typing()
            self._tell_draft()
            return
        self._draft_timer.start()
        self._typing_timer.start()
        if not self._is_typing or not self._repeat_timer.isActive():
            self._is_typing = True
            self._repeat_timer.start()
            self.typing_changed.emit(True)

    def _after_quiet_change(self) -> None:
        self._offer.close()
        self._show_can_send()

    def _tell_draft(self) -> None:
        self._draft_timer.stop()
        if self._kept is None:
            self.draft_changed.emit(self.text())

    def _stop_typing(self) -> None:
        self._typing_timer.stop()
        self._repeat_timer.stop()
        if self._is_typing:
            self._is_typing = False
            self.typing_changed.emit(False)

    def _restore_kept(self) -> None:
        if self._kept is not None:
            kept, self._kept = self._kept, None
            self.set_text(*kept)

    def _cancel_context(self) -> None:
        if not self._bar.isHidden():
            self.hide_context()
            self.context_cancelled.emit()
        elif self._staged.items():
            self._staged.set_items(())
        self.focus_text()

    def _open_emoji(self) -> None:
        from widgets.emoji_picker import EmojiPicker  # most sessions never open it

        picker = self.findChild(EmojiPicker)
        if picker is None:
            picker = EmojiPicker(self._style, self)
            picker.emoji_chosen.connect(self.insert_text)
        picker.open_at(self._emoji.mapToGlobal(QPoint(0, 0)))

    def _pick_files(self, *, is_image: bool) -> None:
        title = tr("Send images") if is_image else tr("Send files")
        filters = f"{tr('Images')} ({_IMAGE_PATTERNS})" if is_image else ""
        pick_files(self.window(), title, filters, self.files_chosen.emit)

    def _run_action(self) -> None:
        if self._on_action is not None:
            self._on_action()

    def _retranslate(self) -> None:
        self._emoji.set_tip(tr("Emoji"))
        self._image.set_tip(tr("Send images"))
        self._file.set_tip(tr("Send files"))
        self._send.set_tip(tr("Send"))
        if self._send_key is SendKey.ENTER:
            keys = tr("Enter sends, Shift+Enter makes a new line")
        else:
            keys = tr("Ctrl+Enter sends, Enter makes a new line")
        hint = tr("Message {room}…", room=self._room_name) if self._room_name else tr("Write a message…")
        self._text.set_hint(hint, f"{hint} {keys}")
        self._text.setAccessibleName(hint)

    def _restyle(self) -> None:
        style = self._style.current
        self._column.setContentsMargins(style.px(18), style.px(8), style.px(18), style.px(12))
        self._body.setContentsMargins(style.px(6), 0, style.px(6), 0)
        self._body.setSpacing(style.px(6))
        self._column.setSpacing(style.px(6))
        self._tools.setSpacing(style.px(2))
        self._text.setContentsMargins(0, 0, 0, 0)
        self.update()
