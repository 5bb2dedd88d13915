"""The way to the server: which proxy. On the settings page, and on the sign-in page, where the line may need it first."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.events import JSONObject
from app.settings import SettingsFile
from resources.translations import tr
from widgets.form_fields import ChoiceField, TextField
from widgets.style import StyleSource


class ProxyFields(QWidget):
    """System, none, or an address; every change counts at once."""

    changed = Signal()

    def __init__(self, style: StyleSource, settings: SettingsFile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._mode = ChoiceField(style, "", _modes())
        self._address = TextField(style, "", placeholder="http://proxy.company.com:8080")
        self._mode.set_current(settings.current.proxy_mode)
        self._address.set_text(settings.current.proxy_url)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.current.px(12))
        column.addWidget(self._mode)
        column.addWidget(self._address)
        self._mode.chosen.connect(lambda mode: self._change({"proxy_mode": mode}))
        self._address.submitted.connect(self.take_address)
        self._address.edit.editingFinished.connect(self.take_address)
        self.word()
        self._show_address()

    def word(self) -> None:
        """Word them (again)."""
        self._mode.set_label(tr("Proxy"))
        self._mode.set_choices(_modes())
        self._address.set_label(tr("Address"))
        self._address.set_hint(tr("For example http://host:port or socks5://host:port"))

    def take_address(self) -> None:
        """Use what is typed."""
        if self._address.text() != self._settings.current.proxy_url:
            self._change({"proxy_url": self._address.text()})

    @property
    def mode(self) -> ChoiceField:
        """System, none or manual."""
        return self._mode

    @property
    def address(self) -> TextField:
        """Where the proxy is, for manual."""
        return self._address

    def _change(self, values: JSONObject) -> None:
        self._settings.change(**values)
        self._show_address()
        self.changed.emit()

    def _show_address(self) -> None:
        self._address.setVisible(self._mode.current() == "manual")


def _modes() -> list[tuple[str, str]]:
    return [
        ("system", tr("As the system")),
        ("none", tr("No proxy")),
        ("manual", tr("This address")),
    ]
