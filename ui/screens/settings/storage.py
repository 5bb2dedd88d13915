"""Settings of storage: how far back, how much, how much it is now."""

from app.store.values import StoreSizes
from resources.formats import format_size
from resources.translations import tr
from ui.desk import Desk
from ui.screens.settings.section import Section
from widgets.buttons import Button, ButtonKind
from widgets.form_fields import ChoiceField

HISTORY_DAYS = (30, 90, 365, 3650)
MEDIA_MB = (512, 2048, 8192, 32768)


class StorageSection(Section):
    """Sizes are read when the section is first shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.style, lambda: tr("Storage"))
        self._desk = desk
        self._sizes: tuple[StoreSizes, int] | None = None
        self._history = ChoiceField(desk.style, "", _histories())
        self._history.set_current(str(desk.settings.current.history_days))
        self._media = ChoiceField(desk.style, "", _limits())
        self._media.set_current(str(desk.settings.current.media_limit_mb))
        self._clear = Button(desk.style, "", ButtonKind.OUTLINE)
        self._history.chosen.connect(lambda key: desk.settings.change(history_days=int(key)))
        self._media.chosen.connect(lambda key: desk.settings.change(media_limit_mb=int(key)))
        self._clear.clicked.connect(self._clear_media)
        for widget in (self._history, self._media):
            self.add(widget)
        self._note = self.add_note(self._size_words)
        self.add_left(self._clear)
        self.worded(lambda: tr("Keep messages of the last"), self._history.set_label)
        self.worded(lambda: "", lambda _text: self._history.set_choices(_histories()))
        self.worded(lambda: tr("Keep pictures and files up to"), self._media.set_label)
        self.worded(lambda: tr("Delete pictures and files from this computer"), self._clear.setText)
        self.finish()
        self.refresh()

    def refresh(self) -> None:
        """Read the sizes again."""
        self._desk.operations.start(self._read_sizes(), self._show)

    async def _read_sizes(self) -> tuple[StoreSizes, int]:
        account = self._desk.account
        sizes = await account.cache.read_in_worker(lambda read: read.sizes())
        return sizes, await account.media.used_bytes()

    def _show(self, sizes: tuple[StoreSizes, int]) -> None:
        self._sizes = sizes
        self._note.setText(self._size_words())

    def _size_words(self) -> str:
        if self._sizes is None:
            return tr("Counting…")
        sizes, media_bytes = self._sizes
        return tr(
            "On this computer: {messages} events in {size}, pictures and files in {media}. All of it is encrypted.",
            messages=sizes.events,
            size=format_size(sizes.database_bytes),
            media=format_size(media_bytes),
        )

    def _clear_media(self) -> None:
        self._clear.set_busy(True)
        self._desk.operations.start(self._desk.account.media.clear(), lambda _none: self._cleared())

    def _cleared(self) -> None:
        self._clear.set_busy(False)
        self.refresh()


def _histories() -> list[tuple[str, str]]:
    words = (tr("30 days"), tr("90 days"), tr("A year"), tr("Everything (10 years)"))
    return [(str(days), text) for days, text in zip(HISTORY_DAYS, words, strict=True)]


def _limits() -> list[tuple[str, str]]:
    return [(str(limit), format_size(limit << 20)) for limit in MEDIA_MB]
