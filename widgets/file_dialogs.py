"""File dialogs that never block: opened, not executed."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def pick_files(
    window: QWidget, title: str, name_filter: str, on_picked: Callable[[tuple[Path, ...]], None]
) -> QFileDialog:
    """Ask for one or more existing files."""
    dialog = QFileDialog(window, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    if name_filter:
        dialog.setNameFilter(name_filter)
    dialog.filesSelected.connect(lambda names: on_picked(tuple(Path(name) for name in names)))
    dialog.open()
    return dialog


def pick_save_path(window: QWidget, title: str, name: str, on_picked: Callable[[Path], None]) -> QFileDialog:
    """Ask where to save a file called `name`."""
    dialog = QFileDialog(window, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: on_picked(Path(chosen)))
    dialog.open()
    return dialog
