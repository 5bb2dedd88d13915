"""The text of the composer: input method first, mentions as whole words, pictures and files by paste.

Enter is never ours while the input method composes: `is_composing` follows the preedit text, and every key handled here
asks it first. A mention is a run of characters that carries the user id; as soon as its words no longer say the name, it
is plain text again. So the mentions sent are always the ones that can be read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QInputMethodEvent,
    QKeyEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from widgets.style import StyleSource

USER_ID = int(QTextFormat.Property.UserProperty) + 1
MENTION_TEXT = int(QTextFormat.Property.UserProperty) + 2
MIN_LINES, MAX_LINES = 2, 8
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_LIST_KEYS = (*_ENTER, Qt.Key.Key_Tab, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape)


class SendKey(StrEnum):
    """Which key sends; the other one makes a new line."""

    ENTER = "enter"
    CTRL_ENTER = "ctrl_enter"


@dataclass(frozen=True, slots=True)
class _Run:
    """A mention in the document."""

    start: int
    end: int
    user_id: str
    words: str
    expected: str


class ComposerText(QTextEdit):
    """A plain text edit that grows from two to eight lines."""

    send_pressed = Signal()
    up_pressed = Signal()
    """Arrow up while empty."""
    escape_pressed = Signal()
    list_key_pressed = Signal(int)
    """A key for the list of mentions while it is open (`has_list`)."""
    image_pasted = Signal(object)
    files_pasted = Signal(object)
    focus_left = Signal()
    edited = Signal()
    """Typed, pasted, composed: by the person, not by `set_content`."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._send_key = SendKey.ENTER
        self._is_composing = False
        self._is_quiet = False
        self._hint = ("", "")
        self.has_list = False
        self.min_lines = MIN_LINES
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().contentsChanged.connect(self._contents_changed)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        style.changed.connect(self._restyle)
        self._restyle()

    @property
    def is_composing(self) -> bool:
        """Whether the input method shows half-typed characters."""
        return self._is_composing

    def set_send_key(self, key: SendKey) -> None:
        """Which key sends."""
        self._send_key = key

    def set_hint(self, short: str, long: str) -> None:
        """What stands in the empty text: `long` where it fits on a line, else `short`."""
        self._hint = (short, long)
        self._show_hint()

    def _show_hint(self) -> None:
        short, long = self._hint
        fits = QFontMetricsF(self.font()).horizontalAdvance(long) <= self.viewport().width()
        self.setPlaceholderText(long if fits else short)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_hint()

    def content(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Text and (user id, name) of each mention, in order, each person once."""
        found = {
            run.user_id: run.expected.removeprefix("@") for run in self._runs() if run.words == run.expected
        }
        return self.toPlainText(), tuple(found.items())

    def set_content(self, text: str, mentions: Sequence[tuple[str, str]] = ()) -> None:
        """Replace everything without `edited`; mark each person's @name where it stands."""
        self._is_quiet = True
        self.setPlainText(text)
        for user_id, name in mentions:
            self._mark(user_id, f"@{name}")
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.setCurrentCharFormat(self._plain_format())
        self._is_quiet = False
        self._grow()

    def insert_mention(self, user_id: str, name: str, typed: int = 0) -> None:
        """Put a mention at the cursor in place of the `typed` characters before it."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        for _ in range(typed):
            cursor.deletePreviousChar()
        cursor.insertText(f"@{name}", self._mention_format(user_id, f"@{name}"))
        cursor.insertText(" ", self._plain_format())
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.setCurrentCharFormat(self._plain_format())

    def text_before_cursor(self) -> str:
        """The current paragraph up to the cursor."""
        cursor = self.textCursor()
        return cursor.block().text()[: cursor.positionInBlock()]

    def mention_under_cursor(self) -> bool:
        """Whether the cursor stands in or right after a mention."""
        return bool(self.textCursor().charFormat().property(USER_ID))

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(320), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._style.current.px(80), self._height())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_composing and event.key() in _LIST_KEYS:
            event.accept()  # belongs to the input method; some systems pass it on all the same
        elif self.has_list and event.key() in _LIST_KEYS:
            self.list_key_pressed.emit(event.key())
        elif event.key() in _ENTER:
            self._enter(event)
        elif event.key() == Qt.Key.Key_Up and self._is_empty():
            self.up_pressed.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escape_pressed.emit()
        elif event.key() == Qt.Key.Key_Backspace and not event.modifiers() and self._delete_mention():
            event.accept()
        else:
            self._leave_mention(event)
            super().keyPressEvent(event)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Tab never arrives as a key press; in the list of mentions it chooses."""
        if self.has_list and not self._is_composing:
            self.list_key_pressed.emit(Qt.Key.Key_Tab)
            return True
        return self._is_composing or super().focusNextPrevChild(is_next)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._is_composing = False
        self.focus_left.emit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or source.hasImage() or source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        files = local_files(source)
        if files:
            self.files_pasted.emit(files)
        elif source.hasImage() and not source.text().strip():
            picture = source.imageData()
            if isinstance(picture, QImage) and not picture.isNull():
                self.image_pasted.emit(picture)
        elif source.hasText():
            self.textCursor().insertText(source.text(), self._plain_format())
            self.ensureCursorVisible()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()
        else:
            super().dragMoveEvent(event)

    def _enter(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        is_ctrl = bool(modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier))
        wants_send = not modifiers if self._send_key is SendKey.ENTER else is_ctrl
        event.accept()
        if not wants_send:
            self.textCursor().insertText("\n", self._plain_format())
            self.ensureCursorVisible()
        elif not event.isAutoRepeat():
            self.send_pressed.emit()

    def _is_empty(self) -> bool:
        return self.document().isEmpty() and not self._is_composing

    def _runs(self) -> Iterator[_Run]:
        """Give the mentions; neighbouring fragments with the same mark are one run."""
        block = self.document().begin()
        while block.isValid():
            iterator = block.begin()
            while not iterator.atEnd():
                fragment = iterator.fragment()
                style = fragment.charFormat()
                if style.hasProperty(USER_ID):
                    start, words = fragment.position(), fragment.text()
                    expected = str(style.property(MENTION_TEXT))
                    yield _Run(start, start + len(words), str(style.property(USER_ID)), words, expected)
                iterator += 1
            block = block.next()

    def _contents_changed(self) -> None:
        if self._is_quiet:
            return
        self._is_quiet = True
        self._unmark_broken()
        self._is_quiet = False
        self.edited.emit()

    def _unmark_broken(self) -> None:
        for run in [run for run in self._runs() if run.words != run.expected]:
            cursor = QTextCursor(self.document())
            cursor.setPosition(run.start)
            cursor.setPosition(run.end, QTextCursor.MoveMode.KeepAnchor)
            cursor.joinPreviousEditBlock()
            cursor.setCharFormat(self._plain_format())
            cursor.endEditBlock()

    def _mark(self, user_id: str, words: str) -> None:
        cursor = self.document().find(words)
        while not cursor.isNull():
            cursor.setCharFormat(self._mention_format(user_id, words))
            cursor = self.document().find(words, cursor)

    def _delete_mention(self) -> bool:
        """Backspace behind a mention takes it as a whole."""
        cursor = self.textCursor()
        if cursor.hasSelection():
            return False
        for run in self._runs():
            if run.end == cursor.position() and run.words == run.expected:
                cursor.setPosition(run.start, QTextCursor.MoveMode.KeepAnchor)
                cursor.removeSelectedText()
                self.setCurrentCharFormat(self._plain_format())
                return True
        return False

    def _leave_mention(self, event: QKeyEvent) -> None:
        """What is typed right behind a mention does not belong to it."""
        if event.text() and self.textCursor().charFormat().hasProperty(USER_ID):
            at_end = any(run.end == self.textCursor().position() for run in self._runs())
            if at_end:
                self.setCurrentCharFormat(self._plain_format())

    def _mention_format(self, user_id: str, words: str) -> QTextCharFormat:
        style = self._plain_format()
        style.setForeground(QBrush(self._style.current.colors.accent_text))
        style.setProperty(USER_ID, user_id)
        style.setProperty(MENTION_TEXT, words)
        return style

    def _plain_format(self) -> QTextCharFormat:
        style = QTextCharFormat()
        style.setForeground(QBrush(QColor(self._style.current.colors.text1)))
        return style

    def _height(self) -> int:
        line = self._line_height()
        height = round(self.document().size().height())
        return max(self.min_lines * line, min(height, MAX_LINES * line)) + 2

    def _line_height(self) -> int:
        return ceil(QFontMetricsF(self.font()).lineSpacing())

    def _grow(self) -> None:
        is_full = self.document().size().height() > MAX_LINES * self._line_height() + 2
        wanted = Qt.ScrollBarPolicy.ScrollBarAsNeeded if is_full else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if wanted != self.verticalScrollBarPolicy():
            self.setVerticalScrollBarPolicy(wanted)
        if self.height() != self._height():
            self.setFixedHeight(self._height())
            self.updateGeometry()

    def _restyle(self) -> None:
        style = self._style.current
        colors = style.colors
        self.setFont(style.body)
        palette = self.palette()
        for role, color in (
            (palette.ColorRole.Base, colors.window),
            (palette.ColorRole.Text, colors.text1),
            (palette.ColorRole.PlaceholderText, colors.text3),
            (palette.ColorRole.Highlight, colors.accent),
            (palette.ColorRole.HighlightedText, colors.on_accent),
        ):
            palette.setColor(role, color)
        self.setPalette(palette)
        self.viewport().setPalette(
            palette
        )  # the style sheet gave it an own palette and font, which stay behind
        self.viewport().setFont(style.body)
        text, mentions = self.content()
        if text:
            self.set_content(text, mentions)
        self._grow()


def local_files(source: QMimeData) -> tuple[Path, ...]:
    """Name the files of this computer in what was dropped or pasted."""
    if not source.hasUrls():
        return ()
    paths = (Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile())
    return tuple(path for path in paths if path.is_file())
