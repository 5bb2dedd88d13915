"""The first run: which server? One that exists, or a new one on this computer."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QWidget

from resources.translations import tr
from ui.screens.sign_in.card import CardPage
from widgets.buttons import Button, ButtonKind
from widgets.style import StyleSource
from widgets.words import Words


class WelcomePage(CardPage):
    """Three ways on; what this computer cannot do is said instead of offered."""

    company_chosen = Signal()
    local_chosen = Signal()
    language_chosen = Signal(str)
    """`zh` or `en`."""

    def __init__(
        self, style: StyleSource, logo: QPixmap, local_reason: str, parent: QWidget | None = None
    ) -> None:
        """`local_reason` says why no server can run here; empty when one can."""
        super().__init__(style, logo, parent)
        self._reason = local_reason
        self._company = Button(style, "", ButtonKind.PRIMARY)
        self._local = Button(style, "", ButtonKind.OUTLINE)
        self._local.setEnabled(not local_reason)
        self._note = Words(style, role="text2", pixels=12)
        self._note.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._company.clicked.connect(self.company_chosen)
        self._local.clicked.connect(self.local_chosen)
        for widget in (self._company, self._local, self._note):
            self.add(widget)
        self.body.addLayout(self._languages())
        self.word()

    def _languages(self) -> QHBoxLayout:
        """Each language in its own words: who needs it can read it."""
        row = QHBoxLayout()
        row.addStretch(1)
        for key, words in (("zh", "中文"), ("en", "English")):
            button = Button(self.style_source, words, ButtonKind.QUIET)
            button.clicked.connect(lambda _=False, key=key: self.language_chosen.emit(key))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def word(self) -> None:
        """See `CardPage.word`."""
        self.set_heading(tr("Welcome to Tack"), tr("Office chat on your own server. Where do you work?"))
        self._company.setText(tr("My company has a server"))
        self._local.setText(tr("Start a server on this computer"))
        self._note.setText(
            self._reason
            or tr(
                "A server on this computer is good for trying out and for a small office. It can move later."
            )
        )
