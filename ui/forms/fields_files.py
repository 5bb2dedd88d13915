"""The input for pictures and files: chosen, dropped, pasted. They stay where they are until the request is sent.

A pasted picture is no file yet: it is sealed into the outbox at once, where a draft finds it again after a crash.
"""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QBuffer, QIODevice

from app.domain.approvals.template import FieldKind
from app.domain.approvals.wire import MAX_FILES, FileRef
from app.errors import InputError, TackError
from resources.formats import format_size
from resources.translations import tr, tr_n
from ui.forms.field_input import FieldInput
from ui.sentences import sentence
from widgets.file_dialogs import pick_files
from widgets.form_files import FormFile, FormFiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage

    from app.domain.approvals.planning import ProblemAt
    from app.domain.approvals.template import Field
    from ui.forms.field_input import FormPlace

_PICTURES = "*.png *.jpg *.jpeg *.gif *.bmp *.webp"
_NAME_LENGTH = 200


class FilesInput(FieldInput):
    """Files of a field as `FileRef`s."""

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        self._files: tuple[FileRef, ...] = ()
        self._lost: frozenset[str] = frozenset()
        self._note = ""
        self._is_picture = field.kind is FieldKind.IMAGE
        words = tr("Add pictures") if self._is_picture else tr("Add files")
        self.files = FormFiles(self.style_source, words, self.desk.images)
        self.files.set_name(self.name)
        self.files.set_hint_visible(not is_cell)
        self.column.addWidget(self.files)
        self.setFocusProxy(self.files)
        self.files.pick_requested.connect(self._pick)
        self.files.files_given.connect(self.add_files)
        self.files.picture_given.connect(self._paste)
        self.files.removed.connect(self._remove)
        self.desk.images.ready.connect(self.files.show_picture)

    def value(self) -> Any:
        return [msgspec.to_builtins(file) for file in self._files] or None

    def set_value(self, value: Any) -> None:
        self._files = _refs(value)
        self._show()
        self.operations.start(asyncio.to_thread(_lost_among, self._files), self._found_lost)

    def hint(self) -> str:
        return self._note or super().hint()

    def mark(self, sentence: str, problem: ProblemAt | None = None) -> None:
        self.files.set_wrong(sentence)

    def add_files(self, paths: Sequence[Path]) -> None:
        """Attach files, each once; says what could not be taken."""
        self.operations.start(asyncio.to_thread(_taken, tuple(paths), self._is_picture), self._add)

    def _add(self, found: tuple[tuple[FileRef, ...], str]) -> None:
        refs, self._note = found
        kept = {file.path or file.uri: file for file in (*self._files, *refs)}
        if len(kept) > MAX_FILES:
            self._note = tr_n("At most {n} file fits here.", "At most {n} files fit here.", MAX_FILES)
        self._files = tuple(kept.values())[:MAX_FILES]
        self._show()
        self.changed.emit()

    def _paste(self, picture: QImage) -> None:
        self.operations.start(self._kept(picture), lambda ref: self._add(((ref,), "")), self._refuse)

    async def _kept(self, picture: QImage) -> FileRef:
        """Seal a pasted picture into the outbox; the draft that names it keeps it there."""
        data = await self.desk.images.in_worker(lambda: _png(picture))
        name = f"{tr('picture')}-{secrets.token_hex(2)}.png"
        prepared = await self.desk.account.outbox.prepare_bytes(data, name)
        digest = hashlib.sha256(data).hexdigest()
        return FileRef(name, len(data), "image/png", sha256=digest, path=prepared.path)

    def _refuse(self, error: TackError) -> None:
        self._note = sentence(error)
        self.changed.emit()

    def _remove(self, at: int) -> None:
        self._note = ""
        self._files = tuple(file for number, file in enumerate(self._files) if number != at)
        self._show()
        self.changed.emit()

    def _pick(self) -> None:
        name_filter = f"{tr('Pictures')} ({_PICTURES})" if self._is_picture else ""
        pick_files(self.window(), self.files.add.text(), name_filter, self.add_files)

    def _found_lost(self, lost: frozenset[str]) -> None:
        if lost != self._lost:
            self._lost = lost
            self._show()

    def _show(self) -> None:
        self.files.set_files([self._row(file) for file in self._files])

    def _row(self, file: FileRef) -> FormFile:
        is_lost = bool(file.path) and file.path in self._lost
        detail = tr("It is not there any more") if is_lost else format_size(file.size)
        key = f"local:{file.path}" if file.path else file.uri
        is_picture = file.mimetype.startswith("image/")
        return FormFile(file.name, detail, file.mimetype, key if is_picture else "", is_lost)


def _refs(value: Any) -> tuple[FileRef, ...]:
    try:
        return msgspec.convert(value or (), tuple[FileRef, ...])
    except ValueError:  # half a surrogate, too
        return ()


def _lost_among(files: tuple[FileRef, ...]) -> frozenset[str]:
    """Runs in a worker: the disk may be a slow one."""
    return frozenset(file.path for file in files if file.path and not Path(file.path).is_file())


def _taken(paths: tuple[Path, ...], is_picture: bool) -> tuple[tuple[FileRef, ...], str]:
    """Look at files, in a worker: what can be attached, and why something cannot."""
    refs, note = [], ""
    for path in paths:
        try:
            refs.append(_ref(path, is_picture))
        except InputError as error:
            note = f"{path.name}: {sentence(error)}"
    return tuple(refs), note


def _ref(path: Path, is_picture: bool) -> FileRef:
    mimetype = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError("the file cannot be read", code="file_gone") from error
    if not size:
        raise InputError("the file is empty", code="file_empty")
    if is_picture and not mimetype.startswith("image/"):
        raise InputError("not a picture", code="not_a_picture")
    return FileRef(path.name[:_NAME_LENGTH], size, mimetype, path=str(path.absolute()))


def _png(picture: QImage) -> bytes:
    """Runs in a worker."""
    data = QBuffer()
    data.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(data, "PNG")  # type: ignore[call-overload]  # the stub says bytes, PySide takes text
    return bytes(data.data().data())
