"""The route of a request as a vertical flow: who decides, in which order and why, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPixmap

    from widgets.style import StyleSource


class FlowMark(StrEnum):
    """How a node or a person is marked; by shape as well as by colour."""

    DONE = "done"
    WAITING = "waiting"
    COMING = "coming"
    REJECTED = "rejected"
    RETURNED = "returned"
    SKIPPED = "skipped"
    COPY = "copy"
    NEW = "new"
    """Would be added: the picture of a route before an add-sign is confirmed."""


@dataclass(frozen=True, slots=True)
class FlowPerson:
    """One person in a node."""

    user_id: str
    name: str
    mark: FlowMark
    lines: tuple[str, ...] = ()
    """"直属上级 · 同意 11:04", a note, why: already worded."""
    avatar: QPixmap | None = None
    key: str = ""
    """Names what is to be opened or removed; empty: nothing."""


@dataclass(frozen=True, slots=True)
class FlowNode:
    """One step."""

    key: str
    title: str
    mark: FlowMark
    lines: tuple[str, ...] = ()
    """Mode, reason, time: already worded."""
    people: tuple[FlowPerson, ...] = ()
    """Empty: the node is one person, or nobody; then `title` and `lines` say all."""
    time: str = ""
    removable: bool = False
    extra: dict[str, str] = field(default_factory=dict)


class FlowChart(QWidget):
    """Draws nodes from the top; as tall as it needs to be."""

    person_activated = Signal(str)
    """A user id was clicked or entered."""
    remove_requested = Signal(str)
    """The key of a removable node."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def set_nodes(self, nodes: Sequence[FlowNode]) -> None:
        """Show these."""
        raise NotImplementedError
