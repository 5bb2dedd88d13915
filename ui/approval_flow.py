"""Routes as nodes of the flow chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPixmap

    from app.domain.approvals.planning import Plan
    from app.domain.approvals.request import Facts
    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.approvals.template import Template
    from app.domain.ids import UserID
    from widgets.flow_chart import FlowNode

    Name = Callable[[str], str]
    Face = Callable[[str], QPixmap | None]


def flow_of(detail: ApprovalDetail, me: UserID, now_ms: int, name: Name, face: Face) -> list[FlowNode]:
    """Give the route of a request as it stands: from who asked to the copies at the end."""
    raise NotImplementedError


def flow_of_plan(
    template: Template, plan: Plan, facts: Facts, requester: UserID, name: Name, face: Face
) -> list[FlowNode]:
    """Give the route of a request to be sent, with the reason for everybody in it."""
    raise NotImplementedError
