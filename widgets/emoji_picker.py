"""Choose an emoji: recent ones, groups, search in Chinese and English, keyboard."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.emoji import Emoji, all_emoji, find_emoji
from resources.translations import language, tr
from widgets.buttons import IconButton
from widgets.emoji_grid import CELL, COLUMNS, EmojiGrid, EmojiSection
from widgets.floating import FloatingPanel
from widgets.search_field import SearchField
from widgets.style import StyleSource
from widgets.words import Line

QUICK_REACTIONS = ("👍", "✅", "❤️", "😄", "🎉", "👀")

_RECENT = "recent"
_GROUP_ICONS = {
    _RECENT: "clock-counter-clockwise",
    "smileys": "smiley",
    "people": "hand-waving",
    "nature": "leaf",
    "food": "fork-knife",
    "places": "car",
    "activities": "confetti",
    "objects": "lightbulb",
    "symbols": "hash",
}


class EmojiPicker(FloatingPanel):
    """A card with the emoji; closes when one is chosen."""

    emoji_chosen = Signal(str)

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._home = parent
        self._recent: tuple[str, ...] = QUICK_REACTIONS
        self._field = SearchField(style)
        self._grid = EmojiGrid(style)
        self._name = Line(style, role="text2", pixels=12)
        self._tabs: dict[str, IconButton] = {}
        self._make_tabs()
        self._lay_out()
        self._field.term_changed.connect(self._show)
        self._field.moved.connect(lambda step: self._grid.move_by(COLUMNS if step > 0 else -COLUMNS))
        self._field.submitted.connect(lambda _: self._grid.choose())
        self._field.cancelled.connect(self.close_panel)
        self._grid.chosen.connect(self._chosen)
        self._grid.current_changed.connect(self._say)
        self._grid.section_changed.connect(self._mark_tab)
        style.changed.connect(self._restyle)
        self._retranslate()
        self._restyle()

    def set_recent(self, emoji: Sequence[str]) -> None:
        """Most recent first."""
        self._recent = tuple(emoji)[: 2 * COLUMNS] or QUICK_REACTIONS

    def open_at(self, corner: QPoint) -> None:
        """Show it near a global point, inside the window."""
        window = self._home.window() if self._home is not None else self.window()
        self._field.clear()
        self._show("")
        self.float_at(corner, window)
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _make_tabs(self) -> None:
        for key, glyph in _GROUP_ICONS.items():
            tab = IconButton(self._style, glyph, "", is_checkable=True, icon_size=18)
            tab.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            tab.clicked.connect(partial(self._go_to, key))
            self._tabs[key] = tab

    def _lay_out(self) -> None:
        tabs = QHBoxLayout()
        tabs.setSpacing(2)
        for tab in self._tabs.values():
            tabs.addWidget(tab)
        column = QVBoxLayout(self)
        column.setSpacing(6)
        column.addWidget(self._field)
        column.addLayout(tabs)
        column.addWidget(self._grid)
        column.addWidget(self._name)

    def _show(self, term: str) -> None:
        if term:
            found = tuple(emoji.text for emoji in find_emoji(term))
            self._grid.set_sections([EmojiSection("", "" if found else tr("No emoji found"), found)])
            return
        sections = [EmojiSection(_RECENT, tr("Recent"), self._recent)]
        titles = _group_titles()
        sections += [EmojiSection(key, titles[key], _group(key)) for key in list(_GROUP_ICONS)[1:]]
        self._grid.set_sections(sections)

    def _go_to(self, key: str, _: bool = False) -> None:
        if self._field.text():
            self._field.clear()
        self._grid.show_section(key)
        self._mark_tab(key)

    def _mark_tab(self, key: str) -> None:
        for name, tab in self._tabs.items():
            tab.setChecked(name == key)

    def _say(self, text: str) -> None:
        found = next((emoji for emoji in all_emoji() if emoji.text == text), None)
        self._name.setText(_name_of(found) if found else "")

    def _chosen(self, text: str) -> None:
        self._recent = (text, *(emoji for emoji in self._recent if emoji != text))[: 2 * COLUMNS]
        self.close_panel()
        self.emoji_chosen.emit(text)

    def _retranslate(self) -> None:
        self._field.set_placeholder(tr("Search emoji"))
        self.setAccessibleName(tr("Emoji"))
        for key, title in {_RECENT: tr("Recent"), **_group_titles()}.items():
            self._tabs[key].set_tip(title)

    def _restyle(self) -> None:
        style = self._style.current
        side = style.px(12)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(side, side, side, style.px(8))
        self._grid.setFixedSize(style.px(CELL) * COLUMNS + style.px(10), style.px(252))


def _group(key: str) -> tuple[str, ...]:
    return tuple(emoji.text for emoji in all_emoji() if emoji.group == key)


def _group_titles() -> dict[str, str]:
    return {
        "smileys": tr("Smileys"),
        "people": tr("People and hands"),
        "nature": tr("Nature"),
        "food": tr("Food"),
        "places": tr("Places"),
        "activities": tr("Activities"),
        "objects": tr("Objects"),
        "symbols": tr("Symbols"),
    }


def _name_of(emoji: Emoji) -> str:
    return emoji.name_zh if language() == "zh" else emoji.name_en
