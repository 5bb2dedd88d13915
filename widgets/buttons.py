"""Buttons: words and icons."""

from enum import StrEnum

from PySide6.QtWidgets import QAbstractButton, QWidget

from widgets.style import StyleSource


class ButtonKind(StrEnum):
    """How loud a button is."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    OUTLINE = "outline"
    QUIET = "quiet"
    DANGER = "danger"


class Button(QAbstractButton):
    """A button with words, and an icon if wanted. Use `clicked`, `setText`, `setEnabled`, `setDefault`-like `set_kind`."""

    def __init__(
        self,
        style: StyleSource,
        text: str,
        kind: ButtonKind = ButtonKind.SECONDARY,
        *,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)

    def set_kind(self, kind: ButtonKind) -> None:
        """Change how loud it is."""

    def set_busy(self, is_busy: bool) -> None:
        """Show that its work runs; no clicks meanwhile."""


class IconButton(QAbstractButton):
    """A square button with an icon; `tip` is tooltip and accessible name. Checkable ones are filled while checked."""

    def __init__(
        self,
        style: StyleSource,
        icon: str,
        tip: str,
        *,
        size: int = 32,
        icon_size: int = 20,
        is_checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)

    def set_glyph(self, icon: str) -> None:
        """Change the icon."""

    def set_tip(self, tip: str) -> None:
        """Change tooltip and accessible name."""
