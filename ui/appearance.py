"""Theme, zoom and language of the running program, from the settings and the system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from resources.translations import set_language
from ui import theme
from widgets.style import Style, StyleSource

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.settings import Settings

ZOOM_STEPS = (80, 90, 100, 110, 125, 150, 175, 200)


class Appearance(QObject):
    """Holds the one `StyleSource`; rebuilds the style when settings or the system ask for another."""

    def __init__(
        self,
        app: QApplication,
        settings: Settings,
        accent: theme.Accent | None = None,
        *,
        has_controls: bool = True,
    ) -> None:
        """Without `has_controls` Qt's own controls wait for `dress_controls`: the list has none, and paints 10 ms earlier."""
        super().__init__(app)
        self._has_controls = has_controls
        self._app = app
        self._settings = settings
        self._accent = accent
        set_language(settings.language)
        self.style = StyleSource(self._build(), self)
        self._dress(self.style.current)
        app.styleHints().colorSchemeChanged.connect(self._rebuild)

    def apply(self, settings: Settings) -> None:
        """Take changed settings."""
        last, self._settings = self._settings, settings
        set_language(settings.language)
        if (last.theme, last.zoom_percent) != (settings.theme, settings.zoom_percent):
            self._rebuild()

    def _rebuild(self) -> None:
        style = self._build()
        self._dress(style)  # before the widgets hear of it: a new palette would undo what they set
        self.style.set_style(style)

    def _build(self) -> Style:
        build = theme.dark if self._is_dark() else theme.light
        return build(self._accent, self._settings.zoom_percent / 100)

    def _is_dark(self) -> bool:
        if self._settings.theme == "system":
            return self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return self._settings.theme == "dark"

    def _dress(self, style: Style) -> None:
        self._app.setPalette(theme.qt_palette(style))
        self._app.setFont(style.body)
        if self._has_controls:
            self._app.setStyleSheet(theme.style_sheet(style))

    def dress_controls(self) -> None:
        """Dress Qt's own controls too, from now on."""
        if not self._has_controls:
            self._has_controls = True
            self._app.setStyleSheet(theme.style_sheet(self.style.current))


def zoomed(percent: int, direction: int) -> int:
    """The next zoom step in a direction; 0 gives the normal size."""
    if not direction:
        return 100
    steps = [step for step in ZOOM_STEPS if (step > percent if direction > 0 else step < percent)]
    if not steps:
        return percent
    return min(steps) if direction > 0 else max(steps)
