"""The subtitles of a video: those it has, and files that are added, each with its language."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.channels.subtitles import parse_subtitles
from app.domain.channels.wire import MAX_SUBTITLE_BYTES, MAX_SUBTITLES
from app.domain.visible import one_line
from app.errors import InputError
from resources.translations import tr
from ui.sentences import sentence
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.file_dialogs import pick_files
from widgets.form_fields import ChoiceField
from widgets.words import Line, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.channels.post import SubtitleTrack
    from app.errors import TackError
    from ui.desk import Desk
    from ui.operations import Operations

LANGUAGES = {
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "en": "English",
    "ja": "日本語",
    "ko": "한국어",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
    "ru": "Русский",
    "vi": "Tiếng Việt",
    "th": "ไทย",
}
_OTHER = ""
_ENDINGS = ("srt", "vtt", "ass", "ssa")


class SubtitleRows(QWidget):
    """Files are read before they are taken: what holds no subtitles is said at once."""

    changed = Signal()

    def __init__(self, desk: Desk, operations: Operations) -> None:
        super().__init__()
        self._desk, self._operations = desk, operations
        self._tracks: tuple[SubtitleTrack, ...] = ()
        self._files: list[tuple[str, ChoiceField]] = []
        style = desk.style
        self.add = Button(style, tr("Add subtitles…"), ButtonKind.OUTLINE, icon="subtitles")
        self.error = Words(style, role="attention_text", pixels=12)
        self.error.hide()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(style.current.px(6))
        head = QHBoxLayout()
        head.addWidget(Words(style, tr("Subtitles"), role="text2", pixels=12), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.current.px(6))
        column.addLayout(head)
        column.addLayout(self._rows)
        column.addWidget(self.error)
        column.addWidget(self.add)
        self.setFocusProxy(self.add)
        self.add.clicked.connect(self._ask)

    def tracks(self) -> tuple[SubtitleTrack, ...]:
        """Those that stay."""
        return self._tracks

    def files(self) -> tuple[tuple[str, str, str], ...]:
        """Those that are added: path, language, label."""
        return tuple(
            (path, field.current(), LANGUAGES.get(field.current(), Path(path).stem))
            for path, field in self._files
        )

    def set_tracks(self, tracks: Sequence[SubtitleTrack]) -> None:
        """Show what the video has."""
        self._tracks = tuple(tracks)
        self._show()

    def clear_files(self) -> None:
        """Forget the files that were added."""
        fields, self._files = [field for _, field in self._files], []
        self._show()
        for field in fields:
            field.deleteLater()

    def take(self, path: Path) -> None:
        """Add a file."""
        self._complain("")
        if len(self._tracks) + len(self._files) >= MAX_SUBTITLES:
            self._complain(tr("At most {n} subtitles.", n=MAX_SUBTITLES))
            return
        reading = self._desk.images.in_worker(lambda: check_subtitles(path))
        self._operations.start(reading, lambda _count: self._add(path), self._refuse)

    def _add(self, path: Path) -> None:
        choices = [*LANGUAGES.items(), (_OTHER, tr("Another language"))]
        field = ChoiceField(self._desk.style, "", choices)
        field.box.setAccessibleName(tr("Language of {name}", name=path.name))
        field.set_current(guess_language(path.name))
        field.chosen.connect(lambda _: self.changed.emit())
        self._files.append((str(path), field))
        self._show()
        self.changed.emit()

    def _drop_track(self, track: SubtitleTrack) -> None:
        self._tracks = tuple(one for one in self._tracks if one is not track)
        self._show()
        self.changed.emit()

    def _drop_file(self, field: ChoiceField) -> None:
        self._files = [one for one in self._files if one[1] is not field]
        self._show()
        field.deleteLater()
        self.changed.emit()

    def _show(self) -> None:
        kept = {field for _, field in self._files}
        while self._rows.count():
            item = self._rows.takeAt(0)
            row = item.widget() if item is not None else None
            if row is not None:
                for field in row.findChildren(ChoiceField):
                    if field in kept:
                        field.setParent(self)
                row.hide()
                row.deleteLater()
        for track in self._tracks:
            name = one_line(track.label) or LANGUAGES.get(track.language, track.language) or tr("Subtitles")
            self._rows.addWidget(self._row(name, None, partial(self._drop_track, track)))
        for path, field in self._files:
            self._rows.addWidget(self._row(Path(path).name, field, partial(self._drop_file, field)))

    def _row(self, name: str, field: ChoiceField | None, drop: Callable[[], None]) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(Line(self._desk.style, name), 1)
        if field is not None:
            line.addWidget(field, 1)
            field.show()
        remove = IconButton(self._desk.style, "x", tr("Remove {name}", name=name), size=28, icon_size=16)
        remove.clicked.connect(lambda: drop())
        line.addWidget(remove)
        return row

    def _ask(self) -> None:
        ends = " ".join(f"*.{end}" for end in _ENDINGS)
        kinds = tr("Subtitles ({names})", names=ends)
        pick_files(self, tr("Choose subtitles"), kinds, self._picked)

    def _picked(self, paths: tuple[Path, ...]) -> None:
        for path in paths:
            self.take(path)

    def _refuse(self, error: TackError) -> None:
        self._complain(sentence(error))

    def _complain(self, words: str) -> None:
        self.error.setText(words)
        self.error.setVisible(bool(words))


def check_subtitles(path: Path) -> int:
    """Read a file; how many lines it has. In a worker. Raises `InputError`."""
    try:
        if path.stat().st_size > MAX_SUBTITLE_BYTES:
            raise InputError(code="file_too_large")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(code="file_gone") from error
    except OSError as error:
        raise InputError(code="file_unreadable") from error
    return len(parse_subtitles(data, path.suffix.lower().removeprefix(".")))


def guess_language(name: str) -> str:
    """Guess it from a name such as "lesson.en.srt"."""
    parts = name.casefold().split(".")[1:-1]
    known = {code.casefold(): code for code in LANGUAGES} | {
        "zh": "zh-Hans",
        "zh-cn": "zh-Hans",
        "chs": "zh-Hans",
        "zh-tw": "zh-Hant",
        "cht": "zh-Hant",
    }
    return next(
        (known[part.replace("_", "-")] for part in parts if part.replace("_", "-") in known), "zh-Hans"
    )
