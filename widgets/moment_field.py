"""Where a comment is written: it belongs to the moment at which one began to type, unless one says it belongs to none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.buttons import IconButton
from widgets.composer_text import ComposerText, SendKey
from widgets.mention_popup import MentionOffer
from widgets.painting import fill_rounded, stroke_rounded
from widgets.words import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from widgets.avatar import ImageSource
    from widgets.mention_popup import MentionFinder
    from widgets.style import StyleSource


class MomentField(QWidget):
    """Grows with its text. Enter sends, except while the input method composes."""

    submitted = Signal(str, object, object)
    """Text, tuple of mentioned user ids, moment in ms or None."""
    reply_cancelled = Signal()
    left = Signal()
    """Escape in it."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._now_ms: int | None = None
        self._now_words = ""
        self._held: tuple[int, str] | None = None
        self._is_timed, self._can_write, self._why_not = True, True, ""
        self.editor = ComposerText(style)
        self.editor.min_lines = 1
        self._offer = MentionOffer(style, self.editor)
        self._answers = _Answers(style)
        self.clock = IconButton(style, "clock", "", size=28, icon_size=16, is_checkable=True)
        self.send = IconButton(style, "paper-plane-right", "", size=28, icon_size=16)
        self.clock.setChecked(True)
        self._lay_out()
        self._connect()
        self._show()
        self._restyle()

    def set_mention_source(self, find: MentionFinder | None, images: ImageSource | None = None) -> None:
        """Who can be named."""
        self._offer.set_source(find, images)

    def set_send_key(self, key: SendKey) -> None:
        """Which key sends."""
        self.editor.set_send_key(key)

    def set_now(self, at_ms: int | None, words: str) -> None:
        """Where the video is; None: it has no moments (a live stream)."""
        self._now_ms, self._now_words = at_ms, words
        if not self.editor.toPlainText():
            self._held = None
            self._show_hint()

    def set_state(self, can_write: bool, why_not: str = "") -> None:
        """Whether one can comment; the hint says why not."""
        self._can_write, self._why_not = can_write, why_not
        self.editor.setEnabled(can_write)
        self._show()

    def show_reply(self, words: str) -> None:
        """Say whom the comment answers; empty: nobody."""
        self._answers.set_words(words)
        self._answers.setVisible(bool(words))

    def write_at(self, at_ms: int, words: str) -> None:
        """Write at this moment."""
        self._held, self._is_timed = (at_ms, words), True
        self.clock.setChecked(True)
        self._show()
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def content(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What is written, and (user id, name) of who is named."""
        return self.editor.content()

    def set_content(self, text: str, mentions: Sequence[tuple[str, str]] = ()) -> None:
        """What was being written about this video."""
        self.editor.set_content(text, mentions)
        self._hold()
        self._show()

    def moment(self) -> int | None:
        """The moment a comment sent now would have."""
        if not self._is_timed:
            return None
        return self._held[0] if self._held is not None else self._now_ms

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._show()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.editor.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors = style.colors
        fill_rounded(painter, self.rect(), style.sizes.radius, colors.field)
        if self.editor.hasFocus():
            stroke_rounded(painter, self.rect(), style.sizes.radius, colors.accent)
        painter.end()

    def _lay_out(self) -> None:
        self._column, self._row = QVBoxLayout(self), QHBoxLayout()
        self._row.addWidget(self.editor, 1, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.clock, 0, Qt.AlignmentFlag.AlignBottom)
        self._row.addWidget(self.send, 0, Qt.AlignmentFlag.AlignBottom)
        self._column.addWidget(self._answers)
        self._column.addLayout(self._row)
        self._answers.hide()
        self.setCursor(Qt.CursorShape.IBeamCursor)
        for button in (self.clock, self.send):
            button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusProxy(self.editor)

    def _connect(self) -> None:
        self.editor.textChanged.connect(self._changed)
        self.editor.send_pressed.connect(self._send)
        self.editor.escape_pressed.connect(self._escape)
        self.editor.installEventFilter(self)
        self.send.clicked.connect(self._send)
        self.clock.toggled.connect(self._set_timed)
        self._answers.cancelled.connect(self.reply_cancelled)
        self._style.changed.connect(self._restyle)

    def _changed(self) -> None:
        self._hold()
        self._show()

    def _hold(self) -> None:
        """Keep the moment at which typing began."""
        if not self.editor.toPlainText():
            self._held = None
        elif self._held is None and self._now_ms is not None:
            self._held = (self._now_ms, self._now_words)

    def _send(self) -> None:
        text, mentions = self.editor.content()
        if text.strip() and self._can_write:
            at_ms = self.moment()
            self.editor.set_content("")
            self._held = None
            self._show()
            self.submitted.emit(text.strip(), tuple(user for user, _name in mentions), at_ms)

    def _escape(self) -> None:
        if not self._answers.isHidden():
            self.reply_cancelled.emit()
        else:
            self.left.emit()

    def _set_timed(self, is_timed: bool) -> None:
        self._is_timed = is_timed
        self._show()

    def _show(self) -> None:
        can_send = self._can_write and bool(self.editor.toPlainText().strip())
        self.send.setEnabled(can_send)
        self.send.set_color_role("accent" if can_send else "text2")
        self.send.set_tip(tr("Send the comment"))
        self.send.setVisible(bool(self.editor.toPlainText()))
        has_moment = self._now_ms is not None
        self.clock.setVisible(has_moment and bool(self.editor.toPlainText()))
        words = self._held[1] if self._held is not None else self._now_words
        at_moment = tr("The comment belongs to {moment}", moment=words)
        self.clock.set_tip(at_moment if self._is_timed else tr("The comment belongs to the whole video"))
        self._show_hint()

    def _show_hint(self) -> None:
        words = self._held[1] if self._held is not None else self._now_words
        if not self._can_write:
            hint = self._why_not
        elif self._is_timed and words:
            hint = tr("Comment at {moment}…", moment=words)
        else:
            hint = tr("Comment…")
        self.editor.set_hint(hint, hint)
        self.editor.setAccessibleName(hint)

    def _restyle(self) -> None:
        style = self._style.current
        px = style.px
        self._column.setContentsMargins(px(10), px(4), px(4), px(4))
        self._column.setSpacing(px(4))
        self._row.setSpacing(0)
        self.setMinimumHeight(px(36))
        palette = self.editor.palette()
        palette.setColor(palette.ColorRole.Base, style.colors.field)
        for part in (self.editor, self.editor.viewport()):
            part.setPalette(palette)
        self.update()


class _Answers(QWidget):
    """Whom the comment answers, with a cross."""

    cancelled = Signal()

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._words = Line(style, role="text2", pixels=12)
        self._cross = IconButton(style, "x", tr("Do not reply"), size=22, icon_size=12)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        row.addWidget(self._cross)
        self._cross.clicked.connect(self.cancelled)

    def set_words(self, words: str) -> None:
        self._words.setText(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)
