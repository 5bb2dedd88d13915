"""The part of the dialog that adds approvers: when they decide, how, and the route as it would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.approvals.acts import Where
from app.domain.approvals.template import StepMode
from resources.translations import tr
from ui.approval_flow import flow_of, with_added
from ui.screens.approvals import act_words
from widgets.chips import Chip, FilterChips
from widgets.flow_chart import FlowChart
from widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.approvals.state import Right
    from app.domain.ids import UserID
    from ui.desk import Desk
    from ui.screens.approvals.act_dialog import Subject


class _Picture(QWidget):
    """The route as it would be."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.flow = FlowChart(desk.style)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(desk.style.current.px(6))
        column.addWidget(Words(desk.style, tr("The route would be"), role="text2", pixels=12))
        column.addWidget(self.flow)
        self.hide()


class Adding(QWidget):
    """When added people decide, and how; `picture` shows the route with them in it."""

    def __init__(self, desk: Desk, subject: Subject, right_of: Callable[[], Right]) -> None:
        super().__init__()
        self._subject, self._right_of = subject, right_of
        self._people: tuple[UserID, ...] = ()
        self._names: dict[str, str] = {}
        self.picture = _Picture(desk)
        style = desk.style
        self.wheres, self.modes = FilterChips(style), FilterChips(style)
        wheres, modes = (Where.BEFORE, Where.BESIDE, Where.AFTER), (StepMode.ALL, StepMode.ANY, StepMode.TURN)
        self.wheres.set_chips([Chip(where, act_words.where_words(where)) for where in wheres])
        self.modes.set_chips([Chip(mode, act_words.mode_choice(mode)) for mode in modes])
        self._hint = Words(style, role="text2", pixels=12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.current.px(8))
        for part in (self.wheres, self._hint, self.modes):
            column.addWidget(part)
        self.wheres.chosen.connect(lambda _key: self._show())
        self.modes.chosen.connect(lambda _key: self._show())
        self._show()

    @property
    def where(self) -> Where:
        """Before, beside or after me."""
        return Where(self.wheres.current())

    @property
    def mode(self) -> StepMode:
        """How they decide among themselves."""
        return StepMode(self.modes.current())

    def show_people(self, people: tuple[UserID, ...], names: dict[str, str]) -> None:
        """Show the route with them."""
        self._people, self._names = people, names
        self._show()

    def _show(self) -> None:
        self._hint.setText(act_words.where_hint(self.where))
        self.modes.setVisible(len(self._people) > 1 and self.where is not Where.BESIDE)
        self.picture.setVisible(bool(self._people))
        if not self._people:
            return
        context, step = self._subject.context, self._right_of().step

        def name(user: str) -> str:
            return self._names.get(user) or context.name_of(user)

        nodes = flow_of(self._subject.detail, context.me, context.now_ms(), name, _no_face)
        shown = with_added(nodes, step, self._people, self.where, name, _no_face)
        here = next((n for n, node in enumerate(shown) if node.key in (step, f"{step}+")), 0)
        self.picture.flow.set_nodes(shown[max(0, here - 1) :])  # what came before does not change


def _no_face(_user: str) -> None:
    """Initials will do."""
