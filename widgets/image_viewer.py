"""Look at one picture over the window: zoom at the pointer, pan, next and previous, save."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from widgets.style import StyleSource


class ImageViewer(QWidget):
    """Covers `window`; Escape closes."""

    closed = Signal()
    save_requested = Signal()
    copy_requested = Signal()
    previous_requested = Signal()
    next_requested = Signal()

    def __init__(self, style: StyleSource, window: QWidget) -> None:
        super().__init__(window)

    def open_loading(self, title: str, preview: QImage | None = None) -> None:
        """Cover the window at once; a small preview is shown enlarged until the picture comes."""

    def set_image(self, image: QImage) -> None:
        """Show the picture fitted."""

    def set_error(self, sentence: str) -> None:
        """Say why there is none."""

    def set_neighbours(self, has_previous: bool, has_next: bool) -> None:
        """Show the arrows."""

    def close_viewer(self) -> None:
        """Hide it and emit `closed`."""
