"""What a template is called and who may use it; and the rules of its route that belong to no single step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.domain.approvals.findings import Flaw
from app.domain.approvals.template import AfterReturn, OnNobody, OnRequester, OnTwice
from resources.translations import tr
from ui.screens.approval_designer import designer_words as words
from ui.screens.approval_designer import route_edits as edits
from ui.screens.approval_designer.edit_history import typing_tag
from ui.screens.approval_designer.flaw_note import FlawNote
from ui.screens.approval_designer.people_field import PeopleField, user_ids
from ui.template_words import flaw_words
from widgets.buttons import IconButton
from widgets.designer_parts import ColumnScroll, TwoLanguages
from widgets.form_fields import ChoiceField, SwitchField, TextField
from widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.approvals.template import Template
    from ui.desk import Desk
    from ui.screens.approval_designer.editing import TemplateEditing
    from ui.screens.approval_designer.names import Names
    from widgets.style import StyleSource

_WIDTH = 560
OF_RULES = (Flaw.NO_ADMINS, Flaw.NO_STAND_IN)
"""Flaws that belong to no field or step and are mended under Rules."""


class _Page(QWidget):
    """A column of fields in the middle."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._style = desk, desk.style
        self._editing: TemplateEditing | None = None
        self.fields = ColumnScroll(desk.style, 24, 16)
        self.note = FlawNote(desk.style)
        self.fields.add(self.note)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.fields)

    def use(self, editing: TemplateEditing) -> None:
        """Edit this template from now on."""
        self._editing = editing
        self.show_template()

    def show_template(self) -> None:
        """The template is another."""
        raise NotImplementedError

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        px = self._style.current.px
        side = max(px(24), (self.width() - px(_WIDTH)) // 2)
        self.fields.column.setContentsMargins(side, px(16), side, px(16))

    def edit(self, **changes: Any) -> None:
        """Change what the template says."""
        if self._editing is not None:
            changed = msgspec.structs.replace(self._editing.template, **changes)
            self._editing.edit(changed, typing_tag("template", changes))

    def edit_route(self, **changes: Any) -> None:
        """Change what the route says."""
        if self._editing is not None:
            changed = edits.change_route(self._editing.template, **changes)
            self._editing.edit(changed)


class BasicsPage(_Page):
    """Name, text, group, icon, prefix, who may ask with it."""

    def __init__(self, desk: Desk, names: Names) -> None:
        super().__init__(desk)
        style = desk.style
        self.name = TwoLanguages(style, tr("Name"), most=200)
        self.about = TwoLanguages(style, tr("What it is for"), most=500)
        self.group = TwoLanguages(style, tr("Group in the list"), most=100)
        self.icons = IconChoice(style, tr("Icon"), words.TEMPLATE_ICONS)
        self.prefix = TextField(
            style,
            tr("Begin of the numbers"),
            hint=tr("Capital letters and digits, such as EXP in EXP-2026-7K3QF"),
        )
        self.may_use = PeopleField(desk, names, tr("Who may ask with it (empty: everybody)"))
        self.is_on = SwitchField(style, tr("Offered for new requests"))
        self.prefix.edit.setMaxLength(8)
        self.fields.add(
            self.name,
            self.about,
            self.group,
            Words(style, tr("Icon"), role="text2", pixels=12),
            self.icons,
            self.prefix,
            self.may_use,
            self.is_on,
        )
        self.fields.column.addStretch(1)
        self.name.changed.connect(lambda text: self.edit(name=text))
        self.about.changed.connect(lambda text: self.edit(about=text))
        self.group.changed.connect(lambda text: self.edit(group=text))
        self.icons.chosen.connect(lambda icon: self.edit(icon=icon))
        self.prefix.edit.textEdited.connect(self._prefix_typed)
        self.may_use.changed.connect(lambda keys: self.edit(may_use=user_ids(keys)))
        self.is_on.clicked.connect(lambda: self.edit(is_off=not self.is_on.isChecked()))

    def show_template(self) -> None:
        """The template is another."""
        assert self._editing is not None
        template = self._editing.template
        self.name.set_words(template.name)
        self.about.set_words(template.about)
        self.group.set_words(template.group)
        self.icons.set_current(template.icon)
        if self.prefix.text() != template.prefix:
            self.prefix.set_text(template.prefix)
        self.may_use.set_keys(template.may_use)
        self.is_on.setChecked(not template.is_off)
        flaws = [flaw for flaw in self._editing.flaws_at("") if flaw.flaw not in OF_RULES]
        self.note.show_sentences(flaw_words(template, flaw) for flaw in flaws)
        self.fields.set_editable(self._editing.can_edit)

    def _prefix_typed(self, text: str) -> None:
        kept = "".join(char for char in text.upper() if char.isascii() and char.isalnum())
        if kept != text:
            self.prefix.set_text(kept)
        self.edit(prefix=kept)


class RulesPage(_Page):
    """What happens where nobody is found, with the requester, with who comes twice, after a return; administrators."""

    def __init__(self, desk: Desk, names: Names) -> None:
        super().__init__(desk)
        style = desk.style
        self.nobody = ChoiceField(style, tr("If nobody is found for a step"), words.nobody_choices())
        self.stand_in = PeopleField(desk, names, tr("Who decides then"), most=1)
        self.requester = ChoiceField(
            style, tr("If the requester would decide on the own request"), words.requester_choices()
        )
        self.twice = ChoiceField(
            style, tr("If somebody would decide in several steps"), words.twice_choices()
        )
        self.returned = ChoiceField(
            style, tr("After a request was returned and corrected"), words.return_choices()
        )
        self.admins = PeopleField(desk, names, tr("Administrators of the template"))
        self.batch = SwitchField(
            style, tr("May be decided together with others"), tr("Without being opened, from the list.")
        )
        told = tr("They may pass on the task of somebody who has left, and decide where nobody is found.")
        self.fields.add(self.nobody, self.stand_in, self.requester, self.twice, self.returned, self.admins)
        self.fields.add(Words(style, told, role="text2", pixels=12), self.batch)
        self.fields.column.addStretch(1)
        self.nobody.chosen.connect(lambda key: self.edit_route(on_nobody=OnNobody(key)))
        self.stand_in.changed.connect(lambda keys: self.edit_route(stand_in=keys[0] if keys else ""))
        self.requester.chosen.connect(lambda key: self.edit_route(on_requester=OnRequester(key)))
        self.twice.chosen.connect(lambda key: self.edit_route(on_twice=OnTwice(key)))
        self.returned.chosen.connect(lambda key: self.edit_route(after_return=AfterReturn(key)))
        self.admins.changed.connect(lambda keys: self.edit(admins=user_ids(keys)))
        self.batch.clicked.connect(lambda: self.edit(can_batch=self.batch.isChecked()))

    def show_template(self) -> None:
        """The template is another."""
        assert self._editing is not None
        template = self._editing.template
        route = template.route
        for box, value in (
            (self.nobody, route.on_nobody),
            (self.requester, route.on_requester),
            (self.twice, route.on_twice),
            (self.returned, route.after_return),
        ):
            box.set_current(value)
        self.stand_in.setVisible(route.on_nobody is OnNobody.PERSON)
        self.stand_in.set_keys((route.stand_in,) if route.stand_in else ())
        self.admins.set_keys(template.admins)
        self.batch.setChecked(template.can_batch)
        self._show_flaws(template)
        self.fields.set_editable(self._editing.can_edit)

    def _show_flaws(self, template: Template) -> None:
        assert self._editing is not None
        flaws = [flaw for flaw in self._editing.flaws_at("") if flaw.flaw in OF_RULES]
        self.note.show_sentences(flaw_words(template, flaw) for flaw in flaws)


class IconChoice(QWidget):
    """Pictures of which one is chosen; the arrows go from one to the next."""

    chosen = Signal(str)

    def __init__(self, style: StyleSource, name: str, icons: Sequence[str]) -> None:
        super().__init__()
        self._style = style
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.buttons = {icon: IconButton(style, icon, icon, is_checkable=True, parent=self) for icon in icons}
        for icon, button in self.buttons.items():
            button.setToolTip("")
            button.setAccessibleName(f"{name}: {icon}")
            button.clicked.connect(lambda _=False, icon=icon: self._choose(icon))
        style.changed.connect(self._place)

    def set_current(self, icon: str) -> None:
        """Show which one is chosen."""
        for key, button in self.buttons.items():
            button.setChecked(key == icon)

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(200), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        buttons = list(self.buttons.values())
        at = next((n for n, button in enumerate(buttons) if button.hasFocus()), -1)
        if step and at >= 0:
            buttons[(at + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def _choose(self, icon: str) -> None:
        self.set_current(icon)
        self.chosen.emit(icon)

    def _place(self) -> None:
        side, gap = self._style.current.px(32), self._style.current.px(6)
        columns = max(1, (self.width() + gap) // (side + gap))
        for number, button in enumerate(self.buttons.values()):
            row, column = divmod(number, columns)
            button.setGeometry(column * (side + gap), row * (side + gap), side, side)
        self.setFixedHeight(-(-len(self.buttons) // columns) * (side + gap) - gap)
