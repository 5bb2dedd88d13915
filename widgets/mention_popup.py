"""The list that opens over the composer after an @."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.avatar import ImageSource
from widgets.composer_text import ComposerText
from widgets.floating import paint_floating
from widgets.floating_list import FloatingList, FloatingRow
from widgets.style import StyleSource

_SHADOW = 12
_WIDTH = 300
_MOST = 8
_TYPED = re.compile(r"(?:^|[^A-Za-z0-9_.+-])@([^\s@,，。；;：:！!？?]{0,24})$")


@dataclass(frozen=True, slots=True)
class MentionChoice:
    """One person the completer offers; user_id "@room" is everyone."""

    user_id: str
    name: str
    detail: str = ""
    avatar_key: str | None = None


MentionFinder = Callable[[str], Sequence[MentionChoice]]


def typed_mention(before_cursor: str) -> str | None:
    """Read the term after an @ that could begin a mention ("" right after it); None if there is none."""
    found = _TYPED.search(before_cursor)
    return found.group(1) if found else None


class MentionPopup(QWidget):
    """A child of the window, so that it takes no focus from the input method."""

    chosen = Signal(object)
    """MentionChoice."""

    def __init__(self, style: StyleSource, window: QWidget) -> None:
        super().__init__(window)
        self._style, self._window = style, window
        self._choices: dict[str, MentionChoice] = {}
        self._list = FloatingList(style)
        self._list.chosen.connect(self._choose)
        column = QVBoxLayout(self)
        margin = _SHADOW + 4
        column.setContentsMargins(margin, margin, margin, margin)
        column.addWidget(self._list)
        self.hide()

    @property
    def rows(self) -> FloatingList:
        """The list inside."""
        return self._list

    def set_images(self, images: ImageSource | None) -> None:
        """Where avatars come from."""
        self._list.set_images(images)

    def show_choices(self, choices: Sequence[MentionChoice], foot: QPoint) -> None:
        """Show them above `foot` (window coordinates)."""
        self._choices = {choice.user_id: choice for choice in choices[:_MOST]}
        self._list.set_rows([_row(choice) for choice in choices[:_MOST]])
        margin = 2 * (_SHADOW + 4)
        self.resize(self._style.current.px(_WIDTH) + margin, self._list.content_height() + margin)
        left = max(0, min(foot.x() - margin // 2, self._window.width() - self.width()))
        self.move(left, max(0, foot.y() - self.height() + _SHADOW))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW, -_SHADOW, -_SHADOW)
        paint_floating(painter, box, self._style.current, _SHADOW)
        painter.end()

    def _choose(self, user_id: str) -> None:
        self.hide()
        self.chosen.emit(self._choices[user_id])


class MentionOffer(QObject):
    """Watches the text for an @, asks for people, and puts the chosen one in."""

    def __init__(self, style: StyleSource, text: ComposerText) -> None:
        super().__init__(text)
        self._style, self._text = style, text
        self._find: MentionFinder | None = None
        self._images: ImageSource | None = None
        self._popup: MentionPopup | None = None
        text.cursorPositionChanged.connect(self._offer)
        text.list_key_pressed.connect(self._list_key)
        text.focus_left.connect(self.close)

    def set_source(self, find: MentionFinder | None, images: ImageSource | None) -> None:
        """Whom to ask."""
        self._find, self._images = find, images

    def close(self) -> None:
        """Take the list away."""
        self._text.has_list = False
        if self._popup is not None:
            self._popup.hide()

    def popup(self) -> MentionPopup:
        """The list; a child of the window the text is in now."""
        if self._popup is None or self._popup.parentWidget() is not self._text.window():
            self._popup = MentionPopup(self._style, self._text.window())
            self._popup.chosen.connect(self._chosen)
        self._popup.set_images(self._images)
        return self._popup

    def _offer(self) -> None:
        term = None
        if self._find is not None and self._text.hasFocus() and not self._text.mention_under_cursor():
            term = typed_mention(self._text.text_before_cursor())
        choices = self._find(term) if self._find is not None and term is not None else ()
        if not choices:
            self.close()
            return
        foot = self._text.viewport().mapTo(self._text.window(), self._text.cursorRect().topLeft())
        self.popup().show_choices(choices, foot)
        self._text.has_list = True

    def _chosen(self, choice: MentionChoice) -> None:
        typed = typed_mention(self._text.text_before_cursor()) or ""
        self.close()
        self._text.insert_mention(choice.user_id, choice.name, typed=len(typed) + 1)
        self._text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _list_key(self, key: int) -> None:
        if self._popup is None:
            return
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._popup.rows.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            self._popup.rows.choose()


def _row(choice: MentionChoice) -> FloatingRow:
    icon = "users-three" if choice.user_id == "@room" else ""
    return FloatingRow(choice.user_id, choice.name, choice.detail, avatar_key=choice.avatar_key, icon=icon)
