"""Settings of the line: proxy, company certificates, a test that says what is wrong."""

from PySide6.QtWidgets import QHBoxLayout

from app.errors import TackError
from app.sign_in import test_line
from resources.translations import tr
from ui.desk import Desk
from ui.proxy_fields import ProxyFields
from ui.screens.settings.section import Section
from ui.sentences import sentence
from widgets.buttons import Button, ButtonKind
from widgets.form_fields import SwitchField
from widgets.words import Words


class NetworkSection(Section):
    """All traffic goes the way that is set here."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.style, lambda: tr("Network"))
        self._desk = desk
        settings = desk.settings.current
        self._proxy = ProxyFields(desk.style, desk.settings)
        self._trust = SwitchField(desk.style, tr("Trust the certificates this computer trusts"))
        self._trust.setChecked(settings.use_os_trust)
        self._result = Words(desk.style, role="text2", pixels=12)
        self._test = Button(desk.style, "", ButtonKind.OUTLINE)
        self._lay_out()
        self._connect()
        self.finish()

    def _lay_out(self) -> None:
        for widget in (self._proxy, self._trust):
            self.add(widget)
        row = QHBoxLayout()
        row.addWidget(self._test)
        row.addWidget(self._result, 1)
        self.add_row(row)

    def _connect(self) -> None:
        self._trust.toggled.connect(lambda is_on: self._desk.settings.change(use_os_trust=is_on))
        self._test.clicked.connect(self._run_test)
        self.worded(lambda: "", lambda _text: self._proxy.word())
        self.worded(lambda: tr("Trust the certificates this computer trusts"), self._trust.setText)
        self.worded(lambda: tr("Needed where a company checks encrypted traffic."), self._trust.set_hint)
        self.worded(lambda: tr("Test the line"), self._test.setText)

    def _run_test(self) -> None:
        self._proxy.take_address()
        session = self._desk.account.session
        if session is None:
            return
        self._test.set_busy(True)
        self._result.setText("")
        self._desk.operations.start(
            test_line(session.homeserver_url, self._desk.settings.current), self._passed, self._failed
        )

    def _passed(self, took_ms: int) -> None:
        self._test.set_busy(False)
        self._result.setText(tr("The server answers in {n} ms.", n=took_ms))

    def _failed(self, error: TackError) -> None:
        self._test.set_busy(False)
        self._result.setText(sentence(error))
