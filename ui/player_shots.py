"""What one takes away of a video: a picture, saved where the person wants it, and a link to a moment."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication

from app.domain.channels.links import post_link
from resources.translations import tr
from ui.screens.approval_record.saved_file import plain_name, save_whole, with_suffix
from widgets.file_dialogs import pick_save_path
from widgets.toast import ToastKind

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from ui.desk import Desk
    from ui.player_subjects import Subject


def copy_link(desk: Desk, subject: Subject | None, at_ms: int) -> None:
    """Put a link to a moment of a post into the clipboard."""
    if subject is not None and subject.event_id is not None:
        channel = desk.account.cache.read.channels.channel(subject.room_id)
        via = channel.via if channel is not None else ()
        QGuiApplication.clipboard().setText(post_link(subject.room_id, subject.event_id, at_ms, via))
        desk.tell(tr("The link is copied."))


def save_shot(desk: Desk, window: QWidget, image: QImage, title: str) -> None:
    """Ask for a place and write the picture there."""
    if image.isNull():
        return

    def write(path: Path) -> None:
        desk.operations.start(
            asyncio.to_thread(_write, with_suffix(path, ".png"), image),
            lambda _none: desk.tell(tr("The picture is saved."), ToastKind.DONE),
            is_vital=True,
        )

    pick_save_path(window, tr("Save the picture"), plain_name(title or tr("Video")) + ".png", write)


def _write(path: Path, image: QImage) -> None:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    save_whole(path, bytes(buffer.data().data()))
