"""A form below a video ("order", "sign up"): a template of the approvals, and the words of its button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.channels.post import FormLink
from app.domain.visible import one_line
from resources.translations import tr
from ui.approval_value_words import words_of
from ui.sentences import sentence
from widgets.form_fields import ChoiceField, TextField

if TYPE_CHECKING:
    from app.domain.approvals.rows import TemplateEntry
    from app.errors import TackError
    from ui.desk import Desk
    from ui.operations import Operations

_NONE = ""
MAX_LABEL = 40


class FormChoice(QWidget):
    """Reads the templates when it is asked to (`load`)."""

    changed = Signal()

    def __init__(self, desk: Desk, operations: Operations) -> None:
        super().__init__()
        self._desk, self._operations = desk, operations
        self._wanted = _NONE
        style = desk.style
        self.template = ChoiceField(style, tr("Form below the video"), [(_NONE, tr("No form"))])
        self.template.set_hint(tr("Viewers fill it in from the watch page: to order, to sign up."))
        self.label = TextField(style, tr("Words of its button"), placeholder=tr("Such as: Sign up"))
        self.label.edit.setMaxLength(MAX_LABEL)
        self.label.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.current.px(10))
        column.addWidget(self.template)
        column.addWidget(self.label)
        self.setFocusProxy(self.template)
        self.template.chosen.connect(self._chosen)
        self.label.text_changed.connect(lambda _: self.changed.emit())

    def load(self) -> None:
        """Read the templates."""
        self._operations.start(self._desk.account.approvals.templates(), self.show_templates, self._fail)

    def form(self) -> FormLink | None:
        """What is chosen."""
        key = self.template.current()
        return FormLink(key, self.label.text() or self.template.box.currentText()) if key else None

    def set_form(self, form: FormLink | None) -> None:
        """Fill it without `changed`."""
        self._wanted = form.template_id if form is not None else _NONE
        self.label.blockSignals(True)
        self.label.set_text(form.label if form is not None else "")
        self.label.blockSignals(False)
        choices = [(_NONE, tr("No form"))]
        if form is not None:  # until the templates are here, or where it is among them no more
            choices.append((form.template_id, one_line(form.label) or form.template_id))
        self.template.set_choices(choices)
        self.template.set_current(self._wanted)
        self.label.setVisible(bool(self._wanted))

    def show_templates(self, entries: tuple[TemplateEntry, ...]) -> None:
        """Offer them."""
        current = self.form()
        choices = [(entry.template.id, words_of(entry.template.name)) for entry in entries]
        if current is not None and current.template_id not in dict(choices):
            choices.append((current.template_id, one_line(current.label)))
        self.template.set_choices([(_NONE, tr("No form")), *choices])
        self.template.set_current(current.template_id if current is not None else _NONE)

    def _chosen(self, key: str) -> None:
        self.label.setVisible(bool(key))
        self.changed.emit()

    def _fail(self, error: TackError) -> None:
        self.template.set_hint(sentence(error))
