"""The list of templates: published, switched off, those that come with Tack, and drafts of new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from resources.translations import tr
from ui.approval_value_words import words_of
from ui.screens.approval_designer.library import Library
from widgets.banner import Banner, BannerKind
from widgets.buttons import Button, ButtonKind
from widgets.designer_list import DesignerList, DesignerRow
from widgets.designer_parts import EdgeLine
from widgets.empty_state import EmptyState
from widgets.icons import has_icon
from widgets.painting import TagKind
from widgets.words import Words

if TYPE_CHECKING:
    from app.domain.approvals.rows import TemplateEntry
    from app.domain.approvals.template import Template
    from ui.desk import Desk


class TemplatesPage(QWidget):
    """Enter or a double click opens one."""

    open_wanted = Signal(str)
    new_wanted = Signal()
    copy_wanted = Signal(str)
    switch_wanted = Signal(str, bool)
    """Offer it, or not, from now on."""
    discard_wanted = Signal(str)
    roles_wanted = Signal()
    set_up_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._library = Library()
        style = desk.style
        self.title = Words(style, tr("Approval templates"), pixels=18, is_bold=True)
        self.roles = Button(style, tr("Roles"), icon="users-three")
        self.new = Button(style, tr("New template"), ButtonKind.PRIMARY, icon="plus")
        self.banner = Banner(style)
        self.list = DesignerList(style, tr("Approval templates"))
        self.open = Button(style, tr("Open"))
        self.copy = Button(style, tr("Duplicate"), icon="copy")
        self.switch = Button(style, tr("Switch off"))
        self.discard = Button(style, tr("Throw the draft away"), ButtonKind.OUTLINE)
        self.empty = EmptyState(style)
        self.empty.set_state("", tr("Reading the templates…"), is_busy=True)
        self._lay_out()
        self._connect()

    def show_library(self, library: Library) -> None:
        """Show what there is."""
        self._library = library
        new = [draft.template for key, draft in library.drafts.items() if library.entry(key) is None]
        rows = [self._entry_row(entry) for entry in sorted(library.entries, key=_rank)]
        self.list.set_rows([*map(self._draft_row, new), *rows])
        if not self.list.current_key() and self.list.rows():
            self.list.set_current(self.list.rows()[0].key)
        self._stack.setCurrentIndex(1 if self.list.rows() else 0)
        self.empty.set_state(
            "file-text",
            tr("No templates yet"),
            tr("Make the first one, or set up the organisation's library with those that come with Tack."),
        )
        self.new.setVisible(library.can_edit)
        self._tell(library)
        self._show_acts(self.list.current_key())

    def show_error(self, text: str) -> None:
        """The library could not be read or changed."""
        self.banner.show_line(text, BannerKind.ATTENTION, is_dismissable=True)

    def is_off(self, key: str) -> bool:
        """Whether a published template is switched off."""
        entry = self._library.entry(key)
        return entry is not None and entry.template.is_off

    # Inside -------------------------------------------------------------------------------------------------

    def _tell(self, library: Library) -> None:
        if library.room is None:
            self.banner.show_line(
                tr(
                    "Your organisation has no library of templates yet. Everybody uses those that come with Tack."
                ),
                BannerKind.INFO,
                action_text=tr("Set up…"),
            )
        elif not library.can_edit:
            self.banner.show_line(
                tr(
                    "You can look at the templates. Ask an administrator of the organisation for the power to edit them."
                ),
                BannerKind.INFO,
            )
        else:
            self.banner.hide_line()

    def _entry_row(self, entry: TemplateEntry) -> DesignerRow:
        template, tags = entry.template, []
        if self._library.changed_draft(template.id) is not None:
            tags.append((tr("Draft"), TagKind.AMBER))
        if entry.pending:
            tags.append((tr("Will be sent"), TagKind.AMBER))
        if entry.library is not None:
            tags.append((tr("Version {n}", n=template.version), TagKind.GREY))
        return _row(template, tuple(tags), _section(entry), is_dim=template.is_off)

    def _draft_row(self, template: Template) -> DesignerRow:
        return _row(template, ((tr("Draft"), TagKind.AMBER),), tr("Not published yet"))

    def _show_acts(self, key: str) -> None:
        entry, draft = self._library.entry(key), self._library.changed_draft(key)
        is_ours = entry is not None and entry.library is not None and entry.can_edit
        self.open.setEnabled(bool(key))
        self.open.setText(tr("Edit") if self._library.can_edit else tr("Look at"))
        self.copy.setEnabled(bool(key))
        self.copy.setVisible(self._library.can_edit)
        self.switch.setVisible(is_ours)
        self.switch.setText(tr("Offer it again") if self.is_off(key) else tr("Switch off"))
        self.discard.setVisible(draft is not None)
        self.discard.setText(tr("Throw the draft away"))

    def _menu(self, key: str, point: QPoint) -> None:
        self.list.set_current(key)
        self._show_acts(key)
        menu = QMenu(self)
        for button in (self.open, self.copy, self.switch, self.discard):
            if not button.isHidden():
                menu.addAction(button.text(), button.click)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)

    def _connect(self) -> None:
        self.list.chosen.connect(self._show_acts)
        self.list.opened.connect(self.open_wanted)
        self.list.menu_wanted.connect(self._menu)
        self.open.clicked.connect(lambda: self.open_wanted.emit(self.list.current_key()))
        self.copy.clicked.connect(lambda: self.copy_wanted.emit(self.list.current_key()))
        self.switch.clicked.connect(self._switch)
        self.discard.clicked.connect(lambda: self.discard_wanted.emit(self.list.current_key()))
        self.roles.clicked.connect(self.roles_wanted)
        self.new.clicked.connect(self.new_wanted)
        self.banner.action_triggered.connect(self.set_up_wanted)

    def _switch(self) -> None:
        key = self.list.current_key()
        self.switch_wanted.emit(key, self.is_off(key))

    def _lay_out(self) -> None:
        style = self._desk.style
        px = style.current.px
        head = QHBoxLayout()
        head.setContentsMargins(px(24), px(12), px(20), px(12))
        head.setSpacing(px(8))
        head.addWidget(self.title, 1)
        head.addWidget(self.roles)
        head.addWidget(self.new)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(24), px(10), px(20), px(10))
        foot.setSpacing(px(8))
        for button in (self.open, self.copy, self.switch):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.discard)
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(px(8), px(4), px(8), 0)
        column.addWidget(self.list, 1)
        middle = QWidget()
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(EdgeLine(style))
        column.addWidget(self.banner)
        column.addWidget(middle, 1)
        column.addWidget(EdgeLine(style))
        column.addLayout(foot)


def _row(
    template: Template, tags: tuple[tuple[str, TagKind], ...], section: str, *, is_dim: bool = False
) -> DesignerRow:
    parts = (words_of(template.group), words_of(template.about))
    return DesignerRow(
        template.id,
        words_of(template.name) or tr("Template without a name"),
        " · ".join(part for part in parts if part) or tr("No description"),
        template.icon if has_icon(template.icon) else "file-text",
        tags,
        section,
        is_dim=is_dim,
    )


def _section(entry: TemplateEntry) -> str:
    if entry.library is None:
        return tr("Come with Tack")
    return tr("Switched off") if entry.template.is_off else tr("Published")


def _rank(entry: TemplateEntry) -> tuple[int, str, str]:
    place = 2 if entry.library is None else 1 if entry.template.is_off else 0
    return place, words_of(entry.template.group), words_of(entry.template.name)
