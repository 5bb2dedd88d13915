"""Requests as rows of the list: everything worded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.approvals.rows import ApprovalBox
from app.domain.approvals.state import FINAL, RequestStatus
from app.domain.sending import is_new_room
from app.domain.timeline import SendState
from app.domain.visible import one_line
from resources.formats import format_list_time
from resources.translations import tr
from ui.approval_words import fact_words, status_words, words_of
from ui.images import avatar_key
from ui.screens.approvals.approvals_state import is_being_sealed
from ui.sentences import span_words
from widgets.approval_values import ApprovalCard
from widgets.painting import TagKind

if TYPE_CHECKING:
    from app.domain.approvals.rows import ApprovalRow
    from ui.screens.approvals.approvals_state import WordContext

STATUS_KINDS = {
    RequestStatus.PENDING: TagKind.AMBER,
    RequestStatus.RETURNED: TagKind.AMBER,
    RequestStatus.APPROVED: TagKind.GREEN,
    RequestStatus.REJECTED: TagKind.RED,
    RequestStatus.UNSEALED: TagKind.RED,
    RequestStatus.INVALID: TagKind.RED,
}


def card_of(row: ApprovalRow, box: ApprovalBox, context: WordContext) -> ApprovalCard:
    """Word one row."""
    tag, kind = _tag(row, box, context)
    title = one_line(row.title) or words_of(row.template_name)
    facts = fact_words(row) or words_of(row.template_name)
    when = _when(row, box, context.now_ms())
    external = tr("External") if row.is_external else ""
    news = tr("unread comments") if row.unread else ""
    return ApprovalCard(
        uid=row.room_id,
        title=title,
        facts=facts,
        color_key=row.requester,
        name=one_line(row.requester_name),
        avatar_key=avatar_key(row.requester_avatar),
        when=when,
        is_urgent=row.is_todo,
        external=external,
        tag=tag,
        tag_kind=kind,
        has_news=bool(row.unread),
        can_check=box is ApprovalBox.TODO and can_tick(row),
        is_faded=row.status is RequestStatus.WITHDRAWN,
        spoken=tr(", ").join(filter(None, (title, facts, when, tag, external, news))),
    )


def can_tick(row: ApprovalRow) -> bool:
    """Whether it can be decided together with others."""
    is_whole = row.is_whole and not row.is_invited and row.send_state is None
    is_open = row.status is RequestStatus.PENDING and not row.pending and not row.failed
    return row.is_todo and row.can_batch and is_whole and is_open


def waiting_words(names: tuple[str, ...]) -> str:
    """Name whom it waits for: two at most."""
    if not names:
        return status_words(RequestStatus.PENDING)
    shown = tr(", ").join(one_line(name) for name in names[:2])
    if len(names) > 2:
        shown = tr("{names} and {n} more", names=shown, n=len(names) - 2)
    return tr("Waiting for {names}", names=shown)


def _when(row: ApprovalRow, box: ApprovalBox, now_ms: int) -> str:
    if box is ApprovalBox.TODO and row.is_todo and not row.pending:
        span_ms = now_ms - row.since_ms
        return tr("just now") if span_ms < 60_000 else tr("waits {span}", span=span_words(span_ms))
    return format_list_time(row.since_ms or row.made_ms, now_ms)


def _tag(row: ApprovalRow, box: ApprovalBox, context: WordContext) -> tuple[str, TagKind]:
    if row.failed and row.send_state in (None, SendState.WEDGED):
        return tr("Not sent"), TagKind.RED
    is_coming = row.send_state is not None or is_new_room(row.room_id) or is_being_sealed(row)
    if is_coming or row.pending:
        return tr("Will be sent"), TagKind.AMBER
    if row.is_invited:
        return tr("Join first"), TagKind.AMBER
    if row.status in (RequestStatus.UNSEALED, RequestStatus.INVALID):
        return status_words(row.status), TagKind.RED
    if not row.is_whole:
        return tr("Fetching…"), TagKind.GREY
    return _status_tag(row, box, context)


def _status_tag(row: ApprovalRow, box: ApprovalBox, context: WordContext) -> tuple[str, TagKind]:
    if box is ApprovalBox.TODO and row.is_away_for is not None:
        return tr("for {name}", name=one_line(context.name_of(row.is_away_for))), TagKind.ACCENT
    is_plain = row.status is RequestStatus.PENDING
    if box is ApprovalBox.TODO and is_plain and row.is_todo:
        return "", TagKind.GREY
    words = waiting_words(row.waiting) if is_plain else status_words(row.status)
    return words, STATUS_KINDS.get(row.status, TagKind.GREY)


def is_over(row: ApprovalRow) -> bool:
    """Whether nothing can change any more."""
    return row.status in FINAL
