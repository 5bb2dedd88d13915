"""Opening and saving the attachments of the open room."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QTemporaryDir, QTimer, QUrl
from PySide6.QtGui import QClipboard, QDesktopServices, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from app.domain.ids import ContentURI
from app.domain.timeline import ItemKind, MediaInfo, TimelineItem
from app.domain.visible import one_line
from app.errors import TackError
from resources.translations import tr
from ui.desk import Desk
from ui.images import decode_full
from ui.sentences import sentence
from widgets.image_viewer import ImageViewer
from widgets.toast import ToastKind, ToastProgress

PROGRESS_STEP = 0.02
NOTE_AFTER_MS = 300
"""What is there sooner needs no note about its way."""
MAX_NAME_BYTES = 200
"""File systems take 255 bytes, a third as many Chinese characters."""
MAX_ENDING = 16
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{n}" for port in ("COM", "LPT") for n in "0123456789\u00b9\u00b2\u00b3"}
)
"""Names that Windows keeps for devices, with any ending."""
Progress = Callable[[int, int | None], None]


class Attachments(QObject):
    """Downloads with progress, the picture viewer, the save dialog."""

    def __init__(
        self,
        desk: Desk,
        window: QWidget,
        on_progress: Callable[[str], None] | None,
        parent: QObject | None = None,
        *,
        opens_documents: bool = False,
    ) -> None:
        """`on_progress` hears of a uid whose row shows another progress now; without it a note does.

        With `opens_documents` a PDF is looked at with the program of this computer for it.
        """
        super().__init__(parent)
        self._opens_documents = opens_documents
        self._notes: dict[str, ToastProgress] = {}
        self._folder: QTemporaryDir | None = None
        """Copies to look at; gone with this."""
        self._looked = 0
        self._desk = desk
        self._window = window
        self._on_progress = on_progress
        self._progress: dict[str, float] = {}
        self._downloads: dict[str, asyncio.Task[None]] = {}
        self._viewer: ImageViewer | None = None
        self._viewed: TimelineItem | None = None
        self._image: QImage | None = None

    def progress_of(self, uid: str) -> float | None:
        """How much of an attachment has moved, down or up; None when nothing moves."""
        share = self._progress.get(uid)
        return self._desk.account.sending.upload_share(uid) if share is None else share

    def stop(self, uid: str) -> bool:
        """End a download; whether there was one."""
        task = self._downloads.pop(uid, None)
        if task is None:
            return False
        task.cancel()
        self._set_progress(uid, None)
        return True

    def open(self, item: TimelineItem) -> None:
        """Look at a picture, and at a document where that is wanted; save anything else."""
        if item.media is None:
            return
        if item.kind is ItemKind.IMAGE:
            self._view(item)
        elif self._opens_documents and item.media.uri is not None and _is_pdf(item.media):
            self._look_at(item, item.media)
        else:
            self.save(item)

    def save(self, item: TimelineItem) -> None:
        """Ask where to and write the file there. One that is being saved already is left alone."""
        media = item.media
        if media is None or item.uid in self._downloads:
            return
        if media.uri is None:
            if media.local_path:
                self._desk.tell(tr("It has not left this computer yet."))
            return
        dialog = QFileDialog(self._window, tr("Save file"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(str(_download_folder() / safe_name(media)))
        dialog.fileSelected.connect(lambda path: self._save(item.uid, media, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save(self, uid: str, media: MediaInfo, path: Path) -> None:
        if media.uri is not None:
            self._save_to(uid, media.uri, path, media.sha256)

    def _save_to(
        self,
        uid: str,
        uri: ContentURI,
        path: Path,
        sha256: str = "",
        then: Callable[[str, Path], None] | None = None,
    ) -> None:
        if uid in self._downloads:
            return
        done = then or self._saved
        task = self._desk.operations.start(
            self._desk.account.media.save_as(uri, path, self._progress_slot(uid), sha256=sha256),
            lambda _none: done(uid, path),
            lambda error: self._failed(uid, path, error),
        )
        if task is not None:
            self._downloads[uid] = task
            self._set_progress(uid, 0.0)
            if self._on_progress is None:
                QTimer.singleShot(NOTE_AFTER_MS, self, lambda: self._note(uid, task, path.name))

    def _note(self, uid: str, task: asyncio.Task[None], name: str) -> None:
        """Nothing else shows that it is coming."""
        if self._downloads.get(uid) is task:
            words, stop = tr("Fetching {name}…", name=name), tr("Stop")
            self._notes[uid] = self._desk.toasts.show_progress(words, stop, lambda: self._stop(uid))
            self._notes[uid].set_share(self._progress.get(uid, 0.0))

    def _stop(self, uid: str) -> None:
        self.stop(uid)

    # Looking at a document

    def _look_at(self, item: TimelineItem, media: MediaInfo) -> None:
        """Fetch a copy into a folder of its own, and give it to the program of this computer that shows such."""
        if self._folder is None:
            self._folder = QTemporaryDir()
        if media.uri is None or not self._folder.isValid():
            self.save(item)
            return
        self._looked += 1  # two of one name do not meet
        folder = Path(self._folder.filePath(str(self._looked)))
        folder.mkdir(exist_ok=True)
        path = folder / safe_name(media)
        self._save_to(item.uid, media.uri, path, media.sha256, lambda uid, at: self._fetched(item, uid, at))

    def _fetched(self, item: TimelineItem, uid: str, path: Path) -> None:
        self._end(uid)
        if not _holds_pdf(path) or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.save(item)  # nothing here shows it

    def _saved(self, uid: str, path: Path) -> None:
        self._end(uid)
        folder = QUrl.fromLocalFile(str(path.parent))
        self._desk.offer(
            tr("Saved as {name}", name=path.name),
            tr("Open folder"),
            lambda: self._open_folder(folder),
        )

    def _open_folder(self, folder: QUrl) -> None:
        QDesktopServices.openUrl(folder)

    def _failed(self, uid: str, path: Path, error: TackError) -> None:
        self._end(uid)
        text = tr("{name} was not saved. {reason}", name=path.name, reason=sentence(error))
        self._desk.tell(text, ToastKind.ERROR)

    def _end(self, uid: str) -> None:
        self._downloads.pop(uid, None)
        self._set_progress(uid, None)

    def _view(self, item: TimelineItem) -> None:
        viewer = self._viewer_made()
        self._viewed, self._image = item, None
        viewer.open_loading(item.media.filename if item.media else "")
        self._desk.operations.start(
            self._image_of(item), self._show_image, lambda error: viewer.set_error(sentence(error))
        )

    async def _image_of(self, item: TimelineItem) -> tuple[TimelineItem, QImage]:
        media = item.media
        if media is not None and media.uri is None and media.local_path:
            data = await self._desk.account.media.local_file(media.local_path)
        elif media is not None and media.uri is not None:
            data = await self._desk.account.media.file(media.uri, sha256=media.sha256)
        else:
            data = b""
        return item, await self._desk.images.in_worker(lambda: decode_full(data))

    def _show_image(self, shown: tuple[TimelineItem, QImage]) -> None:
        item, image = shown
        if self._viewer is not None and self._viewed is item:
            self._image = image
            self._viewer.set_image(image)

    def _viewer_made(self) -> ImageViewer:
        if self._viewer is None:
            self._viewer = ImageViewer(self._desk.style, self._window)
            self._viewer.set_neighbours(False, False)
            self._viewer.save_requested.connect(self._save_viewed)
            self._viewer.copy_requested.connect(self._copy_viewed)
        return self._viewer

    def _save_viewed(self) -> None:
        if self._viewed is not None:
            self.save(self._viewed)

    def _copy_viewed(self) -> None:
        if self._image is not None:
            QGuiApplication.clipboard().setImage(self._image, QClipboard.Mode.Clipboard)
            self._desk.tell(tr("Picture copied"))

    def _progress_slot(self, uid: str) -> Progress:
        def tell(done: int, total: int | None) -> None:
            if uid not in self._downloads:
                return  # stopped; this was on its way
            share = done / total if total else 0.0
            if abs(share - self._progress.get(uid, 0.0)) >= PROGRESS_STEP:
                self._set_progress(uid, share)

        return tell

    def _set_progress(self, uid: str, share: float | None) -> None:
        note = self._notes.get(uid)
        if share is None:
            self._progress.pop(uid, None)
            self._notes.pop(uid, None)
        else:
            self._progress[uid] = min(1.0, share)
        if note is not None:
            note.close() if share is None else note.set_share(self._progress[uid])
        if self._on_progress is not None:
            self._on_progress(uid)


def _is_pdf(media: MediaInfo) -> bool:
    """Whether it says so twice: a program must never be what is given away to be opened."""
    return media.mimetype == "application/pdf" and safe_name(media).lower().endswith(".pdf")


def _holds_pdf(path: Path) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(5) == b"%PDF-"
    except OSError:
        return False


def safe_name(media: MediaInfo) -> str:
    """A stranger's file name without anything that could lead elsewhere or show another ending, for any system."""
    name = "".join("_" if c in '/\\:*?"<>|' else c for c in one_line(media.filename, 1024)).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > MAX_ENDING:
        stem, dot, ending = name, "", ""
    if stem.partition(".")[0].rstrip().upper() in _DEVICES:
        stem = f"_{stem}"
    room = MAX_NAME_BYTES - len(f"{dot}{ending}".encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .")
    return f"{stem}{dot}{ending}" if stem else "file"


def _download_folder() -> Path:
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    return Path(place) if place else Path.home()
