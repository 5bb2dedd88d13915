"""The filters over a grid of posts: unwatched, saved, short or long, a tag. In one line, or two where there is no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from resources.translations import tr
from widgets.chips import Chip, FilterChips
from widgets.tab_place import TabPlace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QResizeEvent

    from widgets.style import StyleSource

_GAP, _SIDE = 4, 14
_MOST_LETTERS = 24


class FeedFilters(QWidget):
    """Tells what was chosen; shows what it is told."""

    unwatched_chosen = Signal(bool)
    saved_chosen = Signal(bool)
    length_chosen = Signal(str)
    """short, long, or empty: any."""
    tag_chosen = Signal(str)
    """Empty: any."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._tag_names: tuple[str, ...] = ()
        self._tag = ""
        self.unwatched, self.saved, self.length, self.tags = (
            FilterChips(style, self, is_optional=True) for _ in range(4)
        )
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.unwatched.chosen.connect(lambda key: self.unwatched_chosen.emit(bool(key)))
        self.saved.chosen.connect(lambda key: self.saved_chosen.emit(bool(key)))
        self.length.chosen.connect(self.length_chosen)
        self.tags.chosen.connect(self._tag_pressed)
        TabPlace(self).set_widgets(self._groups())
        style.changed.connect(self._place)
        self.word()

    def show_state(self, *, is_unwatched: bool, is_saved: bool, length: str, tag: str) -> None:
        """Say which are on."""
        self._tag = tag
        self.unwatched.set_current("unwatched" if is_unwatched else "")
        self.saved.set_current("saved" if is_saved else "")
        self.length.set_current(length)
        self._word_tag()
        self._place()

    def set_tags(self, tags: Sequence[str]) -> None:
        """Say which tags there are."""
        self._tag_names = tuple(tags)
        self._word_tag()
        self._place()

    def word(self) -> None:
        """Word it again."""
        self.unwatched.set_chips([Chip("unwatched", tr("Unwatched"))])
        self.saved.set_chips([Chip("saved", tr("Saved"))])
        self.length.set_chips([Chip("short", tr("Short")), Chip("long", tr("Long"))])
        self._word_tag()
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.sizes.list, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self.word()

    def _groups(self) -> tuple[FilterChips, ...]:
        return self.unwatched, self.saved, self.length, self.tags

    def _word_tag(self) -> None:
        name = _shown(self._tag)
        words = tr("Tag: {name}", name=name) if self._tag else tr("Tag")
        self.tags.setVisible(bool(self._tag_names) or bool(self._tag))
        self.tags.set_chips([Chip("tag", words)])
        self.tags.set_current("tag" if self._tag else "")

    def _tag_pressed(self, key: str) -> None:
        """A second press takes the tag off; the first one asks which."""
        self.tags.set_current("tag" if self._tag else "")
        if not key and self._tag:
            self.tag_chosen.emit("")
        else:
            self.open_tags()

    def open_tags(self) -> None:
        """Let the person choose a tag."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for name in self._tag_names:
            entry = menu.addAction(_shown(name).replace("&", "&&"))
            entry.triggered.connect(lambda _checked=False, chosen=name: self.tag_chosen.emit(chosen))
        menu.popup(self.tags.mapToGlobal(QPoint(0, self.tags.height())))

    def _place(self) -> None:
        px = self._style.current.px
        x, y, line = px(_SIDE), px(2), self._style.current.sizes.chip
        for group in self._groups():
            if group.isHidden():
                continue
            width = group.natural_width()
            if x > px(_SIDE) and x + width > self.width() - px(_SIDE):
                x, y = px(_SIDE), y + line + px(_GAP)
            group.fit(width)
            group.move(x, y)
            x += width + px(_GAP)
        if self.height() != y + line + px(6):
            self.setFixedHeight(y + line + px(6))


def _shown(tag: str) -> str:
    """A tag is of somebody else: one line, not too long."""
    words = " ".join(tag.split())
    return words if len(words) <= _MOST_LETTERS else words[:_MOST_LETTERS] + "…"
