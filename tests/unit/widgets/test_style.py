"""The named colours: exactly those of the design, and readable wherever words stand on them."""

import pytest
from PySide6.QtGui import QColor

from ui import theme
from widgets.style import Style

SURFACES = (
    "window",
    "rail",
    "list",
    "panel",
    "hover",
    "selected",
    "field",
    "bubble_other",
    "bubble_own",
    "accent_soft",
)
WORDS = ("text1", "text2", "accent_text", "attention_text", "waiting_text", "done_text")
PAIRS = (
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_accent", "accent_pressed"),
    ("on_attention", "attention_fill"),
    ("waiting_text", "waiting_soft"),
    ("done_text", "done_soft"),
    ("attention_text", "attention_soft"),
    ("text1", "waiting_soft"),
    ("text1", "done_soft"),
    ("text1", "attention_soft"),
    ("text1", "highlight"),
    ("on_tooltip", "tooltip"),
)
BRANDS = (
    None,
    theme.Accent("#0F7B3F", "#56C98B"),
    theme.Accent("#FFD400", "#FFD400"),
    theme.Accent("#111111", "#EEEEEE"),
)


def styles() -> list[Style]:
    return [make(brand) for brand in BRANDS for make in (theme.light, theme.dark)]


@pytest.mark.parametrize(
    "style", styles(), ids=lambda s: f"{'dark' if s.is_dark else 'light'}-{s.colors.accent.name()}"
)
def test_words_are_readable_on_every_surface(style: Style) -> None:
    pairs = [(word, surface) for word in WORDS for surface in SURFACES] + list(PAIRS)
    weak = {
        pair: round(theme.contrast(getattr(style.colors, pair[0]), getattr(style.colors, pair[1])), 2)
        for pair in pairs
        if theme.contrast(getattr(style.colors, pair[0]), getattr(style.colors, pair[1])) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("style", [theme.light(), theme.dark()], ids=["light", "dark"])
def test_initials_are_readable_on_every_avatar(style: Style) -> None:
    assert [c.name() for c in style.avatar_colors if theme.contrast(style.on_avatar, c) < 4.5] == []


def test_colours_are_those_of_the_design() -> None:
    light, dark = theme.light().colors, theme.dark().colors
    assert (light.window, light.rail, light.list, light.line) == tuple(
        QColor(value) for value in ("#FFFFFF", "#F0F2F5", "#F7F8FA", "#E6E8EB")
    )
    assert (light.accent, light.attention, light.waiting, light.done) == tuple(
        QColor(value) for value in ("#2468F2", "#E5484D", "#B76E00", "#18794E")
    )
    assert (dark.window, dark.rail, dark.list, dark.selected) == tuple(
        QColor(value) for value in ("#16181C", "#101215", "#1A1D22", "#243251")
    )
    assert (dark.accent, dark.bubble_own, dark.waiting_soft) == tuple(
        QColor(value) for value in ("#6B9BFF", "#22345C", "#35290F")
    )


def test_zoom_scales_sizes_and_fonts_and_is_bounded() -> None:
    style = theme.light(zoom=1.5)
    assert style.sizes.row == 96
    assert style.px(4) == 6
    assert theme.light(zoom=9).zoom == theme.MAX_ZOOM
    assert theme.light(zoom=0.1).zoom == theme.MIN_ZOOM


def test_chinese_is_drawn_with_simplified_forms_on_every_system() -> None:
    assert "Microsoft YaHei UI" in theme.font_families("win32")
    assert "PingFang SC" in theme.font_families("darwin")
    assert "Noto Sans CJK SC" in theme.font_families("linux")


def test_motion_can_be_off() -> None:
    assert theme.light(has_motion=False).motion_ms == 0
    assert 120 <= theme.light().motion_ms <= 180


def test_an_id_keeps_its_colour() -> None:
    style = theme.light()
    assert style.avatar_color("@li:acme.com") == style.avatar_color("@li:acme.com")
    assert len({style.avatar_color(f"@u{n}:acme.com").name() for n in range(200)}) == len(style.avatar_colors)
