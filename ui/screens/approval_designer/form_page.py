"""Designing a form: the fields in their order and the palette, the properties of one, the form as people will see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.domain.approvals.template import Field, FieldKind
from resources.translations import tr
from ui.approval_value_words import words_of
from ui.forms.form_editor import FormEditor
from ui.screens.approval_designer import field_edits as edits
from ui.screens.approval_designer.designer_words import KIND_ICONS, new_field_name
from ui.screens.approval_designer.field_panel import FieldPanel
from ui.template_words import kind_words, name_of_field
from widgets.buttons import IconButton
from widgets.designer_list import DesignerList, DesignerRow
from widgets.designer_parts import ColumnScroll, EdgeLine, Palette, PaletteItem
from widgets.painting import TagKind
from widgets.words import Words

if TYPE_CHECKING:
    from app.domain.approvals.template import Template
    from ui.desk import Desk
    from ui.screens.approval_designer.editing import TemplateEditing
    from ui.screens.approval_designer.field_edits import Path
    from ui.screens.approval_designer.names import Names

PREVIEW_MS = 250
_LEFT, _MIDDLE = 256, 296
_BETWEEN = "\x1f"
"""Between the keys of a table and a column in the list."""


class FormPage(QWidget):
    """Three columns. Keys in the list: Alt and arrows move, Delete removes, Enter goes to the properties."""

    def __init__(self, desk: Desk, names: Names) -> None:
        super().__init__()
        self._desk = desk
        style = desk.style
        self._editing: TemplateEditing | None = None
        self._shown: Template | None = None
        self.list = DesignerList(style, tr("Fields"), is_movable=True)
        told = tr("Drag a field, or move it with Alt and the arrows; Delete removes it.")
        self.list.setAccessibleDescription(told)
        self.list.setToolTip(told)
        self.palette_box = Palette(style)
        self.panel = FieldPanel(desk, names)
        self.preview = FormEditor(desk)
        self.copy = IconButton(style, "copy", tr("Duplicate"), size=28, icon_size=16)
        self.remove = IconButton(style, "trash", tr("Remove"), size=28, icon_size=16)
        self._timer = QTimer(self, singleShot=True, interval=PREVIEW_MS)
        self._timer.timeout.connect(self._show_preview)
        self.palette_box.set_items(
            [PaletteItem(kind.value, kind_words(kind), KIND_ICONS[kind]) for kind in FieldKind]
        )
        self._lay_out()
        self._connect()

    def use(self, editing: TemplateEditing) -> None:
        """Edit this template from now on."""
        self._editing, self._shown = editing, None
        self.panel.use(editing)
        self.show_template()
        paths = edits.paths_of(editing.template)
        self.go_to(paths[0] if paths else ())
        self._show_preview()

    def show_template(self) -> None:
        """The template is another."""
        if self._editing is None:
            return
        template = self._editing.template
        self.list.set_rows([self._row(path) for path in edits.paths_of(template)])
        path = self.panel.path()
        if path and edits.field_at(template, path) is None:
            path = ()
        self.panel.show_field(path, edits.field_at(template, path))
        self.list.set_current(_key(path))
        self._allow(path)
        self._timer.start()

    def go_to(self, path: Path) -> None:
        """Choose a field."""
        if self._editing is None:
            return
        self._editing.pause()
        self.list.set_current(_key(path))
        self.panel.show_field(path, edits.field_at(self._editing.template, path))
        self.panel.verticalScrollBar().setValue(0)
        self._allow(path)

    def path_of(self, key: str) -> Path:
        """The field that a flaw's key means; () where it is none."""
        paths = edits.paths_of(self._editing.template) if self._editing is not None else []
        return next((path for path in paths if key == ".".join(path)), ())

    def stop(self) -> None:
        """The window goes."""
        self._timer.stop()
        self.preview.stop()

    # Doing --------------------------------------------------------------------------------------------------

    def _add(self, kind: str) -> None:
        if self._editing is None:
            return
        template = self._editing.template
        field = self._new_field(template, FieldKind(kind))
        path = self.panel.path()
        owner = edits.field_at(template, path[:1])
        if len(path) == 1 and owner is not None and owner.kind is FieldKind.TABLE and not owner.columns:
            template, chosen = edits.insert_column(template, path[0], field)
            chosen = chosen or ()
        else:
            template, chosen = edits.insert_field(template, field, path)
        if not chosen:
            template, chosen = edits.insert_field(self._editing.template, field, path[:1])
        self._editing.edit(template)
        if chosen:
            self.go_to(chosen)

    def _new_field(self, template: Template, kind: FieldKind) -> Field:
        key = edits.new_key(template, kind.value)
        return Field(key, kind, new_field_name(kind))

    def _step(self, key: str, step: int) -> None:
        path = _path(key)
        if self._editing is not None:
            place = edits.place_of(self._editing.template, path)
            self._editing.edit(edits.move_field(self._editing.template, path, max(0, place + step)))
            self.go_to(path)

    def _drop(self, key: str, before: int) -> None:
        """Dropped among its neighbours; elsewhere nothing happens."""
        if self._editing is None:
            return
        path, template = _path(key), self._editing.template
        paths = edits.paths_of(template)
        siblings = [one for one in paths if one[:-1] == path[:-1]]
        to = sum(1 for one in paths[:before] if one in siblings and one != path)
        owner = path[:1]
        is_outside = len(path) > 1 and not any(one[:1] == owner for one in paths[max(0, before - 1) : before])
        if not is_outside:
            self._editing.edit(edits.move_field(template, path, to))
            self.go_to(path)

    def _remove(self, key: str) -> None:
        if self._editing is None or not key:
            return
        template, near = edits.remove_field(self._editing.template, _path(key))
        self._editing.edit(template)
        self.go_to(near)
        self.list.setFocus()

    def _copy(self, key: str) -> None:
        if self._editing is not None and key:
            template, path = edits.duplicate_field(self._editing.template, _path(key))
            self._editing.edit(template)
            if path:
                self.go_to(path)

    def _menu(self, key: str, point: QPoint) -> None:
        self.go_to(_path(key))
        menu = QMenu(self)
        menu.addAction(tr("Move up"), lambda: self._step(key, -1))
        menu.addAction(tr("Move down"), lambda: self._step(key, 1))
        menu.addAction(tr("Duplicate"), lambda: self._copy(key))
        menu.addSeparator()
        menu.addAction(tr("Remove"), lambda: self._remove(key))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)

    # Showing ------------------------------------------------------------------------------------------------

    def _row(self, path: Path) -> DesignerRow:
        assert self._editing is not None
        field = edits.field_at(self._editing.template, path)
        assert field is not None
        tags: list[tuple[str, TagKind]] = []
        if field.visible_if:
            tags.append((tr("If…"), TagKind.ACCENT))
        if field.is_key:
            tags.append((tr("Key"), TagKind.GREY))
        title = name_of_field(field)
        if field.kind is FieldKind.NOTE:
            title = words_of(field.text) or title
        return DesignerRow(
            _key(path),
            f"{title} *" if field.is_required else title,
            icon=KIND_ICONS[field.kind],
            tags=tuple(tags),
            indent=len(path) - 1,
            is_wrong=bool(self._editing.flaws_at(".".join(path))),
        )

    def _allow(self, path: Path) -> None:
        can = self._editing is not None and self._editing.can_edit
        self.palette_box.set_allowed([kind.value for kind in FieldKind] if can else [])
        self.copy.setEnabled(can and bool(path))
        self.remove.setEnabled(can and bool(path))

    def _show_preview(self) -> None:
        if self._editing is None or (self._shown and self._shown.fields == self._editing.template.fields):
            return
        typed = {} if self._shown is None else self.preview.values()
        known = {field.key: field.kind for field in (self._shown.fields if self._shown else ())}
        self._shown = self._editing.template
        kept = {
            field.key: typed[field.key]
            for field in self._shown.fields
            if field.key in typed and known.get(field.key) is field.kind and field.kind is not FieldKind.TABLE
        }
        self.preview.set_form(self._shown, kept)

    def _connect(self) -> None:
        self.palette_box.picked.connect(self._add)
        self.list.chosen.connect(lambda key: self.go_to(_path(key)))
        self.list.opened.connect(lambda _: self.panel.name.setFocus(Qt.FocusReason.TabFocusReason))
        self.list.step_wanted.connect(self._step)
        self.list.dropped.connect(self._drop)
        self.list.remove_wanted.connect(self._remove)
        self.list.menu_wanted.connect(self._menu)
        self.copy.clicked.connect(lambda: self._copy(self.list.current_key()))
        self.remove.clicked.connect(lambda: self._remove(self.list.current_key()))

    def _lay_out(self) -> None:
        style = self._desk.style
        px = style.current.px
        left = QWidget()
        left.setFixedWidth(px(_LEFT))
        column = QVBoxLayout(left)
        column.setContentsMargins(0, px(8), 0, px(10))
        column.setSpacing(px(4))
        head = QHBoxLayout()
        head.setContentsMargins(px(16), 0, px(10), 0)
        head.addWidget(Words(style, tr("Fields"), role="text2", pixels=12, is_bold=True), 1)
        head.addWidget(self.copy)
        head.addWidget(self.remove)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        palette = ColumnScroll(style, 12, 6)
        palette.add(Words(style, tr("Add a field"), role="text2", pixels=12, is_bold=True), self.palette_box)
        palette.column.addStretch(1)
        column.addWidget(EdgeLine(style))
        column.addWidget(palette, 1)
        self.panel.setFixedWidth(px(_MIDDLE))
        shown = ColumnScroll(style, 20)
        shown.add(Words(style, tr("Preview"), role="text2", pixels=12, is_bold=True), self.preview)
        shown.column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for part in (left, self.panel):
            row.addWidget(part)
            row.addWidget(EdgeLine(style, is_upright=True))
        row.addWidget(shown, 1)


def _key(path: Path) -> str:
    return _BETWEEN.join(path)


def _path(key: str) -> Path:
    return tuple(key.split(_BETWEEN)) if key else ()
