"""One template in the designer: its head with undo and publishing, and its five parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.approvals.findings import Flaw
from resources.translations import tr, tr_n
from ui.approval_value_words import words_of
from ui.screens.approval_designer.basics_page import OF_RULES, BasicsPage, RulesPage
from ui.screens.approval_designer.form_page import FormPage
from ui.screens.approval_designer.route_page import RoutePage
from ui.screens.approval_designer.try_page import TryPage
from ui.screens.approval_designer.undo_keys import UndoKeys
from ui.sentences import sentence
from ui.template_words import flaw_words
from widgets.banner import Banner, BannerKind
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.chips import Chip, FilterChips
from widgets.designer_parts import EdgeLine, Tag
from widgets.painting import TagKind
from widgets.words import Line

if TYPE_CHECKING:
    from app.domain.approvals.findings import FlawAt
    from app.errors import TackError
    from ui.desk import Desk
    from ui.screens.approval_designer.editing import TemplateEditing
    from ui.screens.approval_designer.names import Names

BASICS, FORM, ROUTE, RULES, TRY = "basics", "form", "route", "rules", "try"
_OF_WHOLE = (Flaw.NO_NAME, Flaw.TOO_BIG)
"""Flaws without a place of their own that are mended under Basics; the others without one under Route."""


class EditorPage(QWidget):
    """Ctrl+1 to Ctrl+5 go to the parts; flaws are counted on them."""

    back_wanted = Signal()
    duplicate_wanted = Signal()
    switch_wanted = Signal(bool)
    """Offer it, or not, from now on."""
    discard_wanted = Signal()
    told = Signal(str)
    """Words to tell."""

    def __init__(self, desk: Desk, names: Names) -> None:
        super().__init__()
        self._desk = desk
        self.editing: TemplateEditing | None = None
        self._at_flaw = -1
        self._has_tried = self._was_overtaken = False
        style = desk.style
        self.back = IconButton(style, "arrow-left", tr("Back to the templates"))
        self.title = Line(style, pixels=15, is_bold=True)
        self.version = Tag(style)
        self.state = Tag(style)
        self.tabs = FilterChips(style)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.undo = IconButton(style, "arrow-counter-clockwise", tr("Undo"))
        self.redo = IconButton(style, "arrow-clockwise", tr("Redo"))
        self.more = IconButton(style, "dots-three", tr("More"))
        self.publish = Button(style, tr("Publish"), ButtonKind.PRIMARY)
        self.banner = Banner(style)
        self.basics, self.rules = BasicsPage(desk, names), RulesPage(desk, names)
        self.form, self.route, self.trial = (
            FormPage(desk, names),
            RoutePage(desk, names),
            TryPage(desk, names),
        )
        self.pages: dict[str, QWidget] = {
            BASICS: self.basics,
            FORM: self.form,
            ROUTE: self.route,
            RULES: self.rules,
            TRY: self.trial,
        }
        self.stack = QStackedWidget()
        for page in self.pages.values():
            self.stack.addWidget(page)
        self.keys = UndoKeys(self, (self.form.preview, self.trial))
        self._lay_out()
        self._connect()

    def use(self, editing: TemplateEditing, part: str = FORM) -> None:
        """Edit a template from now on."""
        self.leave()
        self.editing, self._has_tried, self._at_flaw = editing, False, -1
        editing.changed.connect(self._show)
        editing.checked.connect(self._show_flaws)
        editing.published.connect(self._published)
        editing.failed.connect(self._failed)
        for page in (self.basics, self.form, self.route, self.rules, self.trial):
            page.use(editing)
        self.stack.setCurrentWidget(self.pages[part])
        self._show_flaws()
        self._show()
        self.open_part(part)
        editing.check_soon()
        self._tell_how_it_is()

    def leave(self) -> None:
        """Keep the draft; the page shows nothing more."""
        if self.editing is not None:
            editing, self.editing = self.editing, None
            editing.close()
            editing.deleteLater()

    def stop(self) -> None:
        """The window goes."""
        self.leave()
        self.keys.stop()
        self.form.stop()
        self.trial.stop()

    def open_part(self, part: str) -> None:
        """Show one of the five."""
        self.tabs.set_current(part)
        self.stack.setCurrentWidget(self.pages[part])
        self._show_page()

    def step_back(self) -> bool:
        """Go from the properties to the field or card they belong to; whether the keyboard was there."""
        now = QApplication.focusWidget()
        if now is not None and self.form.panel.isAncestorOf(now):
            self.form.list.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if now is not None and self.route.panels.isAncestorOf(now):
            self.route.flow.focus_card(self.route.flow.current())
            return True
        return False

    def press_publish(self) -> None:
        """Publish, or go to what is wrong."""
        if self.editing is None:
            return
        self.editing.publish()
        if self.editing.flaws():
            self._has_tried, self._at_flaw = True, -1
            self._show_flaws()
            self.go_to_next_flaw()
        self.publish.set_busy(self.editing.is_publishing)

    def go_to_next_flaw(self) -> None:
        """Show the next thing that is wrong, where it is."""
        flaws = () if self.editing is None else self.editing.flaws()
        if flaws:
            self._at_flaw = (self._at_flaw + 1) % len(flaws)
            self._go_to(flaws[self._at_flaw])
            self._show_banner()

    # Inside -------------------------------------------------------------------------------------------------

    def _go_to(self, flaw: FlawAt) -> None:
        part = self._part_of(flaw)
        self.open_part(part)
        if part == FORM:
            self.form.go_to(self.form.path_of(flaw.key))
        elif part == ROUTE:
            card = self.route.card_of(flaw.key)
            self.route.go_to(card)
            self.route.flow.focus_card(card)

    def _part_of(self, flaw: FlawAt) -> str:
        if flaw.flaw in OF_RULES:
            return RULES
        if self.form.path_of(flaw.key):
            return FORM
        return ROUTE if self.route.card_of(flaw.key) or flaw.flaw not in _OF_WHOLE else BASICS

    def _show(self) -> None:
        editing = self.editing
        if editing is None:
            return
        template = editing.template
        self.title.setText(words_of(template.name) or tr("Template without a name"))
        is_ours = editing.entry is not None and editing.entry.library is not None
        number = template.version if editing.entry is None else editing.entry.template.version
        version = tr("Version {n}", n=number) if is_ours else tr("Comes with Tack")
        self.version.set_tag(tr("New") if editing.entry is None else version, TagKind.GREY)
        changed = tr("Not published") if editing.is_changed else tr("Switched off") if template.is_off else ""
        self.state.set_tag(changed, TagKind.AMBER if editing.is_changed else TagKind.GREY)
        self.undo.setEnabled(editing.can_undo)
        self.redo.setEnabled(editing.can_redo)
        self.publish.setVisible(editing.can_edit)
        self.more.setVisible(editing.can_edit)
        self.publish.set_busy(editing.is_publishing)
        self.publish.setEnabled(editing.is_changed and not editing.is_publishing)
        self._show_page()
        if editing.is_overtaken != self._was_overtaken and not self._has_tried:
            self._tell_how_it_is()

    def _show_page(self) -> None:
        """Only what is looked at is shown anew: there may be two hundred fields and a hundred steps."""
        page = self.stack.currentWidget()
        for one in (self.basics, self.form, self.route, self.rules, self.trial):
            if one is page:
                one.show_template()

    def _show_flaws(self) -> None:
        if self.editing is None:
            return
        counts = dict.fromkeys(self.pages, 0)
        for flaw in self.editing.flaws():
            counts[self._part_of(flaw)] += 1
        names = {
            BASICS: tr("Basics"),
            FORM: tr("Form"),
            ROUTE: tr("Route"),
            RULES: tr("Rules"),
            TRY: tr("Try it"),
        }
        self.tabs.set_chips([Chip(key, words, counts[key]) for key, words in names.items()])
        self.tabs.setFixedWidth(self.tabs.natural_width())
        self._show_page()
        if not self.editing.flaws():
            self._has_tried = False
        self._show_banner()

    def _show_banner(self) -> None:
        """After somebody tried to publish: what keeps it from that, one after the other."""
        editing = self.editing
        if editing is None or not self._has_tried or not editing.flaws():
            if self.banner.property("flaws"):
                self.banner.hide_line()
            self.banner.setProperty("flaws", False)
            return
        flaws = editing.flaws()
        at = max(0, min(self._at_flaw, len(flaws) - 1))
        count = tr_n(
            "{n} thing to mend before it can be published",
            "{n} things to mend before it can be published",
            len(flaws),
        )
        text = f"{count} ({at + 1}/{len(flaws)}) · {flaw_words(editing.template, flaws[at])}"
        self.banner.show_line(text, BannerKind.ATTENTION, action_text=tr("Next"))
        self.banner.setProperty("flaws", True)

    def _tell_how_it_is(self) -> None:
        editing = self.editing
        assert editing is not None
        self._was_overtaken = editing.is_overtaken
        if not editing.can_edit:
            self.banner.show_line(
                tr(
                    "You can look at it and try it. Changing it needs the power to edit the organisation's templates."
                ),
                BannerKind.INFO,
            )
        elif editing.is_overtaken and editing.entry is not None:
            self.banner.show_line(
                tr(
                    "Version {n} was published since you began. Publishing replaces it with yours.",
                    n=editing.entry.template.version,
                ),
                BannerKind.WAITING,
                is_dismissable=True,
                icon="warning",
            )
        else:
            self.banner.hide_line()

    def _published(self) -> None:
        self._show()
        self.told.emit(tr("Published. New requests use it from now on."))

    def _failed(self, error: TackError) -> None:
        self._show()
        self.banner.show_line(sentence(error), BannerKind.ATTENTION, is_dismissable=True)

    def _menu(self) -> None:
        editing = self.editing
        if editing is None:
            return
        menu = QMenu(self)
        menu.addAction(tr("Duplicate"), self.duplicate_wanted.emit)
        is_ours = editing.entry is not None and editing.entry.library is not None
        if is_ours and editing.can_edit and editing.entry is not None:
            is_off = editing.entry.template.is_off
            words = tr("Offer it again") if is_off else tr("Switch off")
            menu.addAction(words, lambda: self.switch_wanted.emit(is_off))
        if editing.can_edit and editing.is_changed:
            menu.addSeparator()
            words = tr("Throw the draft away") if editing.entry is None else tr("Throw the changes away")
            menu.addAction(words, self.discard_wanted.emit)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _banner_pressed(self) -> None:
        if self.banner.property("flaws"):
            self.go_to_next_flaw()

    def _undo(self) -> None:
        if self.editing is not None:
            self.editing.undo()

    def _redo(self) -> None:
        if self.editing is not None:
            self.editing.redo()

    def _connect(self) -> None:
        self.back.clicked.connect(self.back_wanted)
        self.tabs.chosen.connect(self.open_part)
        self.undo.clicked.connect(self._undo)
        self.redo.clicked.connect(self._redo)
        self.keys.undo_pressed.connect(self._undo)
        self.keys.redo_pressed.connect(self._redo)
        self.more.clicked.connect(self._menu)
        self.publish.clicked.connect(self.press_publish)
        self.route.moving_told.connect(self.told)
        self.banner.action_triggered.connect(self._banner_pressed)
        for number, part in enumerate(self.pages, 1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda part=part: self.open_part(part))

    def _lay_out(self) -> None:
        style = self._desk.style
        px = style.current.px
        head = QHBoxLayout()
        head.setContentsMargins(px(12), px(12), px(20), px(12))
        head.setSpacing(px(8))
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        head.addWidget(self.version)
        head.addWidget(self.state)
        head.addSpacing(px(8))
        head.addWidget(self.tabs)
        head.addSpacing(px(8))
        for part in (self.undo, self.redo, self.more):
            head.addWidget(part)
        head.addWidget(self.publish)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(EdgeLine(style))
        column.addWidget(self.banner)
        column.addWidget(self.stack, 1)
