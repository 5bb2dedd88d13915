"""Designing a route: steps and forks as a flow, and the properties of what is chosen in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QWidget

from app.domain.approvals.template import Fork, StepRule
from resources.translations import tr
from ui.screens.approval_designer import route_edits as edits
from ui.screens.approval_designer.route_cards import BRANCH, END, FORK, START, STEP, branch_of, items_of
from ui.screens.approval_designer.route_edits import Place
from ui.screens.approval_designer.route_panels import BranchPanel, EndsPanel, StepPanel
from ui.template_words import where_words
from widgets.designer_flow import RouteFlow
from widgets.designer_parts import ColumnScroll, EdgeLine
from widgets.words import Words

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.screens.approval_designer.editing import TemplateEditing
    from ui.screens.approval_designer.names import Names

_PANEL = 336


class RoutePage(QWidget):
    """Keys on the flow: arrows go round, Enter to the properties, Alt and arrows move, Delete removes, a plus opens a menu."""

    moving_told = Signal(str)
    """Words to tell."""

    def __init__(self, desk: Desk, names: Names) -> None:
        super().__init__()
        self._desk, self._names = desk, names
        self._editing: TemplateEditing | None = None
        self._moving = ""
        style = desk.style
        self.flow = RouteFlow(style, tr("Route"))
        self.step = StepPanel(desk, names)
        self.branch = BranchPanel(desk, names)
        self.start = EndsPanel(desk, names, is_start=True)
        self.end = EndsPanel(desk, names, is_start=False)
        self.nothing = ColumnScroll(style, 16)
        self.nothing.add(Words(style, tr("Choose a step, or add one with a plus."), role="text2", pixels=13))
        told = tr(
            "By keyboard: the arrows go round, Alt and the arrows move, Delete removes, Enter leads here."
        )
        self.nothing.add(Words(style, told, role="text2", pixels=12))
        self.nothing.column.addStretch(1)
        self.panels = QStackedWidget()
        for panel in (self.nothing, self.step, self.branch, self.start, self.end):
            self.panels.addWidget(panel)
        self.panels.setFixedWidth(style.current.px(_PANEL))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.flow, 1)
        row.addWidget(EdgeLine(style, is_upright=True))
        row.addWidget(self.panels)
        self._connect()

    def use(self, editing: TemplateEditing) -> None:
        """Edit this template from now on."""
        self._editing = editing
        for panel in (self.step, self.branch, self.start, self.end):
            panel.use(editing)
        self._moving = ""
        self.flow.set_current("")
        self.show_template()
        self.flow.show_top()

    def show_template(self) -> None:
        """The template, or what is wrong with it, is another."""
        if self._editing is None:
            return
        self.flow.set_editable(self._editing.can_edit)
        self.flow.set_items(items_of(self._editing, self._names))
        if self.flow.current() not in self.flow.stops():
            self.flow.set_current("")
        self._show_panel()

    def go_to(self, key: str) -> None:
        """Choose a card."""
        if self._editing is not None:
            self._editing.pause()
        self.flow.set_current(key)
        self._show_panel()
        panel = self.panels.currentWidget()
        if isinstance(panel, ColumnScroll):
            panel.verticalScrollBar().setValue(0)

    def card_of(self, key: str) -> str:
        """The card that a flaw's key means; "" where it is none."""
        if self._editing is None:
            return ""
        for node in edits.nodes_of(self._editing.template):
            if node.key == key:
                return f"{STEP}{key}" if isinstance(node, StepRule) else f"{FORK}{key}"
            for branch in node.branches if isinstance(node, Fork) else ():
                if branch.key == key:
                    return f"{BRANCH}{node.key}/{branch.key}"
        return ""

    # Doing --------------------------------------------------------------------------------------------------

    def _insert(self, fork: str, branch: str, at: int, point: QPoint) -> None:
        place = Place(fork, branch, at)
        if self._editing is None or not self._editing.can_edit:
            return
        menu = QMenu(self)
        if self._moving and edits.can_relocate(self._editing.template, _split(self._moving)[1], place):
            words = where_words(self._editing.template, _split(self._moving)[1])
            menu.addAction(tr("Move “{name}” here", name=words), lambda: self._relocate(place))
            menu.addSeparator()
        menu.addAction(tr("Step"), lambda: self._add_step(place))
        fork_action = menu.addAction(tr("Fork by conditions"), lambda: self._add_fork(place))
        fork_action.setEnabled(edits.can_fork(self._editing.template, place))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)

    def _relocate(self, place: Place) -> None:
        assert self._editing is not None
        card, self._moving = self._moving, ""
        self._editing.edit(edits.relocate_node(self._editing.template, _split(card)[1], place))
        self.go_to(card if card.startswith(STEP) else "")

    def _begin_move(self, card: str) -> None:
        self._moving = card
        self.moving_told.emit(tr("Choose a plus where it shall go."))

    def _add_step(self, place: Place) -> None:
        assert self._editing is not None
        step = edits.new_step(self._editing.template, {"zh": "审批", "en": "Approval"})
        self._editing.edit(edits.insert_node(self._editing.template, place, step))
        self.go_to(f"{STEP}{step.key}")

    def _add_fork(self, place: Place) -> None:
        assert self._editing is not None
        template = self._editing.template
        fork = edits.new_fork(template, {}, {})
        self._editing.edit(edits.insert_node(template, place, fork))
        self.go_to(f"{BRANCH}{fork.key}/{fork.branches[0].key}")

    def _add_branch(self, card: str) -> None:
        if self._editing is None or not self._editing.can_edit:
            return
        fork = card.removeprefix(FORK)
        template, key = edits.insert_branch(self._editing.template, fork, {})
        self._editing.edit(template)
        if key:
            self.go_to(f"{BRANCH}{fork}/{key}")

    def _add_else(self) -> None:
        assert self._editing is not None
        fork, _ = self.branch.branch()
        self._editing.edit(edits.insert_else(self._editing.template, fork, {}))

    def _remove(self, card: str) -> None:
        if self._editing is None:
            return
        template, kind, rest = self._editing.template, *_split(card)
        if kind in (STEP, FORK):
            self._editing.edit(edits.remove_node(template, rest))
        elif kind == BRANCH:
            self._editing.edit(edits.remove_branch(template, *branch_of(template, card)))
        if kind:
            self.go_to("")

    def _step(self, card: str, step: int) -> None:
        if self._editing is None:
            return
        template, kind, rest = self._editing.template, *_split(card)
        if kind in (STEP, FORK):
            self._editing.edit(edits.move_node(template, rest, step))
        elif kind == BRANCH:
            self._editing.edit(edits.move_branch(template, *branch_of(template, card), step))
        self.flow.focus_card(card)

    def _copy(self, card: str) -> None:
        assert self._editing is not None
        kind, rest = _split(card)
        template, key = edits.duplicate_node(self._editing.template, rest)
        self._editing.edit(template)
        self.go_to(f"{kind}{key}" if kind == STEP else "")

    def _menu(self, card: str, point: QPoint) -> None:
        kind, _ = _split(card)
        if self._editing is None or not kind or not self._editing.can_edit:
            return
        menu = QMenu(self)
        is_branch = kind == BRANCH
        menu.addAction(tr("Try earlier") if is_branch else tr("Move up"), lambda: self._step(card, -1))
        menu.addAction(tr("Try later") if is_branch else tr("Move down"), lambda: self._step(card, 1))
        if not is_branch:
            menu.addAction(tr("Move…"), lambda: self._begin_move(card))
            menu.addAction(tr("Duplicate"), lambda: self._copy(card))
        menu.addSeparator()
        words = {FORK: tr("Remove fork with all branches"), BRANCH: tr("Remove branch")}
        menu.addAction(words.get(kind, tr("Remove step")), lambda: self._remove(card))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)

    # Showing ------------------------------------------------------------------------------------------------

    def _show_panel(self) -> None:
        assert self._editing is not None
        kind, rest = _split(self.flow.current())
        template = self._editing.template
        node = edits.node_at(template, rest) if kind == STEP else None
        if isinstance(node, StepRule):
            self.step.show_step(node)
            self.panels.setCurrentWidget(self.step)
        elif kind == BRANCH:
            self._show_branch(*branch_of(template, self.flow.current()))
        elif self.flow.current() in (START, END):
            panel = self.start if self.flow.current() == START else self.end
            panel.show_route()
            self.panels.setCurrentWidget(panel)
        else:
            self.panels.setCurrentWidget(self.nothing)
        for one in (self.step, self.branch, self.start, self.end):
            one.set_editable(self._editing.can_edit)

    def _show_branch(self, fork: str, key: str) -> None:
        assert self._editing is not None
        found = edits.node_at(self._editing.template, fork)
        branches = found.branches if isinstance(found, Fork) else ()
        for number, branch in enumerate(branches, 1):
            if branch.key == key:
                has_else = any(map(edits.is_else, branches))
                self.branch.show_branch(fork, branch, number, len(branches), has_else=has_else)
        self.panels.setCurrentWidget(self.branch)

    def _focus_panel(self) -> None:
        """Enter on a card: its first field."""
        panel = self.panels.currentWidget()
        if isinstance(panel, StepPanel | BranchPanel):
            panel.name.setFocus(Qt.FocusReason.TabFocusReason)
        elif isinstance(panel, EndsPanel):
            panel.cc.add.setFocus(Qt.FocusReason.TabFocusReason)

    def _connect(self) -> None:
        self.flow.chosen.connect(self.go_to)
        self.flow.opened.connect(lambda _: self._focus_panel())
        self.flow.insert_wanted.connect(self._insert)
        self.flow.branch_wanted.connect(self._add_branch)
        self.flow.remove_wanted.connect(self._remove)
        self.flow.step_wanted.connect(self._step)
        self.flow.menu_wanted.connect(self._menu)
        self._names.changed.connect(self.show_template)
        self.branch.otherwise.clicked.connect(self._add_else)
        self.branch.remove.clicked.connect(lambda: self._remove(self.flow.current()))
        self.branch.earlier.clicked.connect(lambda: self._step(self.flow.current(), -1))
        self.branch.later.clicked.connect(lambda: self._step(self.flow.current(), 1))


def _split(card: str) -> tuple[str, str]:
    """Kind and keys of a card; "" for start, end and what is none."""
    for kind in (STEP, FORK, BRANCH):
        if card.startswith(kind):
            return kind, card.removeprefix(kind)
    return "", ""
