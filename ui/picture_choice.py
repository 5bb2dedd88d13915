"""A picture file the person chose: read and drawn small off the GUI thread; what is no picture is said at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from app.errors import InputError
from ui.images import decode
from ui.sentences import sentence

if TYPE_CHECKING:
    from app.errors import TackError
    from ui.desk import Desk
    from ui.operations import Operations
    from widgets.channel_picture import PictureField

_SIDE = 640
MAX_BYTES = 20 << 20


class PictureChoice(QObject):
    """Joins a `PictureField` to the disk. `operations` are those of the window: what is still read ends with it."""

    changed = Signal()

    def __init__(self, desk: Desk, field: PictureField, operations: Operations) -> None:
        super().__init__(field)
        self._desk, self._field, self._operations = desk, field, operations
        self._before: QPixmap | None = None
        self.path = ""
        """The chosen file; empty: what was there stays."""
        field.file_chosen.connect(self.take)
        field.cleared.connect(self.clear)

    def show_current(self, picture: QPixmap | None) -> None:
        """What is there now: shown until another is chosen."""
        self._before = picture
        if not self.path:
            self._field.set_picture(picture)

    def take(self, path: Path) -> None:
        """Choose a file."""
        self._field.set_error("")
        reading = self._desk.images.in_worker(lambda: read_picture(path))
        self._operations.start(reading, lambda image: self._show(path, image), self._refuse)

    def clear(self) -> None:
        """Go back to what was there."""
        self.path = ""
        self._field.set_picture(self._before)
        self.changed.emit()

    def _show(self, path: Path, image: QImage) -> None:
        self.path = str(path)
        self._field.set_picture(QPixmap.fromImage(image), can_clear=True)
        self.changed.emit()

    def _refuse(self, error: TackError) -> None:
        self._field.set_error(sentence(error))


def read_picture(path: Path) -> QImage:
    """Read a file small. In a worker. Raises `InputError` (`file_gone`, `file_unreadable`, `file_too_large`, `image_unreadable`)."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(code="file_too_large")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(code="file_gone") from error
    except OSError as error:
        raise InputError(code="file_unreadable") from error
    return decode(data, _SIDE)
