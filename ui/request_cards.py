"""The card of a request in a chat, worded by how it stands now; what the sender claims counts only where nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.approvals.state import FINAL, RequestStatus
from app.domain.visible import one_line
from resources.translations import tr
from ui.approval_words import fact_words, status_words
from ui.screens.approvals.approval_cards import waiting_words
from widgets.timeline.values import CardTone, RequestCard

if TYPE_CHECKING:
    from app.domain.approvals.rows import ApprovalRow
    from app.domain.timeline import CardMark

_TONES = {
    RequestStatus.PENDING: CardTone.WAITING,
    RequestStatus.RETURNED: CardTone.WAITING,
    RequestStatus.APPROVED: CardTone.DONE,
    RequestStatus.REJECTED: CardTone.ATTENTION,
    RequestStatus.UNSEALED: CardTone.ATTENTION,
    RequestStatus.INVALID: CardTone.ATTENTION,
}


def request_card(mark: CardMark, row: ApprovalRow | None) -> RequestCard:
    """Word what stands around the text of a card."""
    if row is None:
        return RequestCard(
            one_line(mark.title) or tr("Approval"), waits_for=tr("You are not in this request.")
        )
    is_mine = row.is_todo and not row.pending
    is_on_its_way = row.send_state is not None
    return RequestCard(
        title=one_line(row.title),
        status=tr("Will be sent") if is_on_its_way else status_words(row.status),
        tone=CardTone.WAITING if is_on_its_way else _TONES.get(row.status, CardTone.PLAIN),
        waits_for=_waits_for(row, is_mine=is_mine),
        button=tr("Decide") if is_mine and row.status is RequestStatus.PENDING else tr("Open"),
        is_mine=is_mine,
    )


def request_text(mark: CardMark, row: ApprovalRow | None, body: str) -> str:
    """Word what it is about: the facts people decide by, else its number; of one not known here what the message says."""
    if row is None:
        return " ".join(body.split()).removeprefix(one_line(mark.title)).lstrip(" ·") or tr("Approval")
    return fact_words(row) or row.number or mark.title


def _waits_for(row: ApprovalRow, *, is_mine: bool) -> str:
    if is_mine:
        return tr("Waits for you")
    if row.status in FINAL or row.send_state is not None or not row.waiting:
        return ""
    return waiting_words(row.waiting)
