"""The values behind the named roles: light and dark, one accent from the brand, one zoom.

The only module with literal colours. `style_sheet` and `qt_palette` give the same roles to Qt's own controls.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

from PySide6.QtGui import QColor, QPalette

from widgets.style import Palette, Sizes, Style

MIN_ZOOM, MAX_ZOOM = 0.8, 2.0
MOTION_MS = 150
MIN_CONTRAST = 4.5

_LIGHT = {
    "window": "#FFFFFF",
    "rail": "#F0F2F5",
    "list": "#F7F8FA",
    "panel": "#FFFFFF",
    "line": "#E6E8EB",
    "hover": "#EDF0F4",
    "selected": "#E4ECFB",
    "field": "#EDF0F4",
    "text1": "#1B1F24",
    "text2": "#5B6470",
    "text3": "#8A939F",
    "accent": "#2468F2",
    "accent_hover": "#1D5CE0",
    "accent_pressed": "#174FC4",
    "accent_soft": "#E8F0FE",
    "accent_text": "#1D5CE0",
    "on_accent": "#FFFFFF",
    "bubble_other": "#F2F4F7",
    "bubble_own": "#DCE9FF",
    "attention": "#E5484D",
    "attention_fill": "#D93A3F",
    "attention_soft": "#FDECEC",
    "attention_text": "#C62A2F",
    "on_attention": "#FFFFFF",
    "waiting": "#B76E00",
    "waiting_soft": "#FFF3DC",
    "waiting_text": "#8F5600",
    "done": "#18794E",
    "done_soft": "#E3F5EA",
    "done_text": "#15704A",
    "muted_dot": "#8A939F",
    "highlight": "#FFE9A8",
    "tooltip": "#1B1F24",
    "on_tooltip": "#FFFFFF",
    "shadow": "#291B1F24",
    "scrim": "#660B0E13",
    "on_scrim": "#FFFFFF",
    "video": "#0B0E13",
    "video_shade": "#CC0B0E13",
    "video_track": "#4DFFFFFF",
    "video_buffered": "#80FFFFFF",
}

_DARK = {
    "window": "#16181C",
    "rail": "#101215",
    "list": "#1A1D22",
    "panel": "#16181C",
    "line": "#2A2E35",
    "hover": "#22262D",
    "selected": "#243251",
    "field": "#22262D",
    "text1": "#E9ECF1",
    "text2": "#A7AFBB",
    "text3": "#7C8592",
    "accent": "#6B9BFF",
    "accent_hover": "#82ABFF",
    "accent_pressed": "#5A8AF0",
    "accent_soft": "#1E2A44",
    "accent_text": "#7BA6FF",
    "on_accent": "#101215",
    "bubble_other": "#23272E",
    "bubble_own": "#22345C",
    "attention": "#F2555A",
    "attention_fill": "#D93A3F",
    "attention_soft": "#3A1A1D",
    "attention_text": "#FF7A7E",
    "on_attention": "#FFFFFF",
    "waiting": "#F0B04B",
    "waiting_soft": "#35290F",
    "waiting_text": "#F0B04B",
    "done": "#4CC38A",
    "done_soft": "#12301F",
    "done_text": "#4CC38A",
    "muted_dot": "#7C8592",
    "highlight": "#5A4A12",
    "tooltip": "#E9ECF1",
    "on_tooltip": "#16181C",
    "shadow": "#80000000",
    "scrim": "#99000000",
    "on_scrim": "#FFFFFF",
    "video": "#0B0E13",
    "video_shade": "#CC0B0E13",
    "video_track": "#4DFFFFFF",
    "video_buffered": "#80FFFFFF",
}

_AVATARS = (
    "#0B7F62",
    "#B4530A",
    "#7C3AED",
    "#C2255C",
    "#1971C2",
    "#495057",
    "#087F5B",
    "#4F7D0C",
    "#862E9C",
    "#0B7285",
    "#2F5BD0",
    "#A13D63",
)

_SIZES = {
    "rail": 60,
    "list": 288,
    "list_min": 220,
    "list_max": 420,
    "panel": 264,
    "header": 56,
    "row": 64,
    "member_row": 44,
    "button": 32,
    "chip": 24,
    "radius_small": 4,
    "radius": 8,
    "radius_large": 10,
    "avatar_large": 40,
    "avatar": 32,
    "avatar_small": 24,
    "icon": 20,
    "icon_large": 22,
    "icon_small": 16,
    "grid": 4,
}


class Accent(NamedTuple):
    """A brand's accent for both themes; empty keeps ours. Darker and softer shades are derived."""

    light: str = ""
    dark: str = ""


def light(accent: Accent | None = None, zoom: float = 1.0, *, has_motion: bool = True) -> Style:
    """Build the light style."""
    return _build(_LIGHT, accent.light if accent else "", zoom, has_motion, is_dark=False)


def dark(accent: Accent | None = None, zoom: float = 1.0, *, has_motion: bool = True) -> Style:
    """Build the dark style."""
    return _build(_DARK, accent.dark if accent else "", zoom, has_motion, is_dark=True)


def font_families(platform: str = sys.platform) -> tuple[str, ...]:
    """Name the font chain: Latin first, then Simplified Chinese forms explicitly, then emoji."""
    if platform == "win32":
        return ("Segoe UI", "Microsoft YaHei UI", "Segoe UI Emoji")
    if platform == "darwin":
        return (".AppleSystemUIFont", "PingFang SC", "Apple Color Emoji")
    return ("Noto Sans", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "Noto Color Emoji")


def contrast(one: QColor, other: QColor) -> float:
    """Compute the contrast ratio of two opaque colours (WCAG 2, relative luminance)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def qt_palette(style: Style) -> QPalette:
    """Give the roles to Qt's own controls."""
    c, palette = style.colors, QPalette()
    roles = QPalette.ColorRole
    for role, color in (
        (roles.Window, c.window),
        (roles.Base, c.window),
        (roles.AlternateBase, c.list),
        (roles.Button, c.hover),
        (roles.Text, c.text1),
        (roles.WindowText, c.text1),
        (roles.ButtonText, c.text1),
        (roles.PlaceholderText, c.text3),
        (roles.ToolTipBase, c.tooltip),
        (roles.ToolTipText, c.on_tooltip),
        (roles.Highlight, c.accent),
        (roles.HighlightedText, c.on_accent),
        (roles.Link, c.accent_text),
        (roles.Accent, c.accent),
    ):
        palette.setColor(role, color)
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, c.text3)
    return palette


def style_sheet(style: Style) -> str:
    """Dress Qt's own controls; our widgets paint themselves."""
    from ui.theme_sheet import build_sheet  # the first paint may do without

    return build_sheet(style)


def _build(table: dict[str, str], accent: str, zoom: float, has_motion: bool, *, is_dark: bool) -> Style:
    scale = min(MAX_ZOOM, max(MIN_ZOOM, zoom))
    colors = {role: QColor(value) for role, value in table.items()}
    if accent and QColor(accent).isValid() and QColor(accent) != colors["accent"]:
        colors |= _accent_roles(QColor(accent), colors, is_dark)
    return Style(
        is_dark=is_dark,
        zoom=scale,
        colors=Palette(**colors),
        sizes=Sizes(**{name: max(1, round(value * scale)) for name, value in _SIZES.items()}),
        families=font_families(),
        avatar_colors=tuple(QColor(value) for value in _AVATARS),
        on_avatar=QColor("#FFFFFF"),
        motion_ms=MOTION_MS if has_motion else 0,
    )


def _accent_roles(accent: QColor, colors: dict[str, QColor], is_dark: bool) -> dict[str, QColor]:
    """Derive the shades of a company's accent so that words on and in it stay readable."""
    soft = {
        "accent_soft": _soft(accent, colors["window"], 0.2 if is_dark else 0.1, colors),
        "selected": _soft(accent, colors["list"], 0.25 if is_dark else 0.12, colors),
        "bubble_own": _soft(accent, colors["window"], 0.28 if is_dark else 0.15, colors),
    }
    words = QColor("#FFFFFF")
    if contrast(accent, words) < MIN_CONTRAST:
        words = QColor("#101215")
    away = accent.lighter if words.lightness() < 128 else accent.darker
    return soft | {
        "accent": accent,
        "accent_hover": away(108),
        "accent_pressed": away(118),
        "accent_text": _readable(accent, [*soft.values(), colors["hover"], colors["rail"]], is_dark),
        "on_accent": words,
    }


def _soft(accent: QColor, ground: QColor, share: float, colors: dict[str, QColor]) -> QColor:
    """Tint `ground`, only as far as every word stays readable on it."""
    words = [colors[role] for role in ("text2", "attention_text", "waiting_text", "done_text")]
    tint = _mix(accent, ground, share)
    while share > 0.02 and min(contrast(word, tint) for word in words) < MIN_CONTRAST:
        share -= 0.02
        tint = _mix(accent, ground, share)
    return tint


def _readable(color: QColor, surfaces: list[QColor], is_dark: bool) -> QColor:
    goal, share, text = QColor("#FFFFFF" if is_dark else "#000000"), 1.0, color
    while share > 0 and min(contrast(text, surface) for surface in surfaces) < MIN_CONTRAST:
        share -= 0.05
        text = _mix(color, goal, share)
    return text


def _mix(color: QColor, ground: QColor, share: float) -> QColor:
    def part(one: int, other: int) -> int:
        return round(one * share + other * (1 - share))

    return QColor(
        part(color.red(), ground.red()),
        part(color.green(), ground.green()),
        part(color.blue(), ground.blue()),
    )


def _luminance(color: QColor) -> float:
    def linear(channel: float) -> float:
        return float(channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())
