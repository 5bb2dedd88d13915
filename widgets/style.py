"""The named roles every widget draws with: colours, sizes, fonts, motion.

Widgets hold no literal colour. They get a `StyleSource`, read `source.current` while painting and repaint on `changed`.
The values themselves (light, dark, brand, zoom) are made in `ui/theme.py`.
"""

from __future__ import annotations

import zlib
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont

if TYPE_CHECKING:
    from PySide6.QtGui import QColor


class Weight(StrEnum):
    """The two weights of the interface."""

    REGULAR = "regular"
    BOLD = "bold"


class Palette(NamedTuple):
    """Colours by role. `*_text` roles are for words (contrast 4.5:1 on every surface), the plain ones for fills."""

    window: QColor
    rail: QColor
    list: QColor
    panel: QColor
    line: QColor
    hover: QColor
    selected: QColor
    field: QColor
    text1: QColor
    text2: QColor
    text3: QColor
    """Hints only (placeholders, icons at rest); where it must be read, use text2."""
    accent: QColor
    accent_hover: QColor
    accent_pressed: QColor
    accent_soft: QColor
    accent_text: QColor
    on_accent: QColor
    bubble_other: QColor
    bubble_own: QColor
    attention: QColor
    attention_fill: QColor
    attention_soft: QColor
    attention_text: QColor
    on_attention: QColor
    waiting: QColor
    waiting_soft: QColor
    waiting_text: QColor
    done: QColor
    done_soft: QColor
    done_text: QColor
    muted_dot: QColor
    highlight: QColor
    """Behind words that a search found, and behind a row the view jumped to."""
    tooltip: QColor
    on_tooltip: QColor
    shadow: QColor
    scrim: QColor
    on_scrim: QColor
    video: QColor
    """Behind and around a moving picture."""
    video_shade: QColor
    """Under the controls over it."""
    video_track: QColor
    """The part of the bar that is not here yet; `video_buffered` is."""
    video_buffered: QColor


class Sizes(NamedTuple):
    """Lengths in device independent pixels, already zoomed."""

    rail: int
    list: int
    list_min: int
    list_max: int
    panel: int
    header: int
    row: int
    member_row: int
    button: int
    chip: int
    radius_small: int
    radius: int
    radius_large: int
    avatar_large: int
    avatar: int
    avatar_small: int
    icon: int
    icon_large: int
    icon_small: int
    grid: int


class Style(NamedTuple):
    """One complete look: light or dark, of one brand, at one zoom."""

    is_dark: bool
    zoom: float
    colors: Palette
    sizes: Sizes
    families: tuple[str, ...]
    avatar_colors: tuple[QColor, ...]
    on_avatar: QColor
    motion_ms: int
    """0 where the system asks for no motion."""

    def px(self, length: float) -> int:
        """Scale a length of the 100 % design to this zoom."""
        return max(1, round(length * self.zoom)) if length else 0

    def font(self, pixels: float = 14, weight: Weight = Weight.REGULAR) -> QFont:
        """Make a font of the interface; `pixels` is the size at 100 %."""
        return QFont(_font(self.families, self.px(pixels), weight))

    @property
    def body(self) -> QFont:
        """14 px: what people read."""
        return self.font(14)

    @property
    def body_bold(self) -> QFont:
        """14 px, 600."""
        return self.font(14, Weight.BOLD)

    @property
    def small(self) -> QFont:
        """12 px: secondary."""
        return self.font(12)

    @property
    def small_bold(self) -> QFont:
        """12 px, 600."""
        return self.font(12, Weight.BOLD)

    @property
    def title(self) -> QFont:
        """15 px, 600: headers."""
        return self.font(15, Weight.BOLD)

    @property
    def hero(self) -> QFont:
        """18 px, 600: the one thing a page is about."""
        return self.font(18, Weight.BOLD)

    def avatar_color(self, key: str) -> QColor:
        """Pick the colour of a person or room from its id: the same on every computer and in every run."""
        return self.avatar_colors[zlib.crc32(key.encode()) % len(self.avatar_colors)]


@lru_cache(maxsize=64)
def _font(families: tuple[str, ...], pixels: int, weight: Weight) -> QFont:
    """Every painted line asks for one: a copy costs a tenth of making it."""
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.DemiBold if weight is Weight.BOLD else QFont.Weight.Normal)
    return font


class StyleSource(QObject):
    """Holds the current style; widgets listen to `changed`."""

    changed = Signal()

    def __init__(self, style: Style, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._style = style

    @property
    def current(self) -> Style:
        """The style to draw with now."""
        return self._style

    def set_style(self, style: Style) -> None:
        """Replace the style and tell every widget."""
        self._style = style
        self.changed.emit()
