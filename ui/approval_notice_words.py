"""Notices of approvals in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.notifications.approvals import ApprovalNews
from resources.translations import tr, tr_n

if TYPE_CHECKING:
    from app.notifications.approvals import ApprovalNotice


def approval_notice_title(notice: ApprovalNotice) -> str:
    """Which request; not while the screen is shared."""
    from app.domain.visible import one_line

    return one_line(notice.title) or tr("Approvals")


def approval_notice_text(notice: ApprovalNotice) -> str:
    """What happened, with the facts people decide by."""
    from ui.approval_words import fact_words

    words = _many(notice) if notice.count > 1 else _one(notice.news)
    facts = fact_words(notice.row) if notice.row is not None else ""
    return " · ".join(part for part in (words, facts) if part)


def _one(news: ApprovalNews) -> str:
    return {
        ApprovalNews.MY_TURN: tr("Waits for you"),
        ApprovalNews.APPROVED: tr("Approved"),
        ApprovalNews.REJECTED: tr("Rejected"),
        ApprovalNews.RETURNED: tr("Returned to you"),
        ApprovalNews.COPY: tr("A copy for you"),
    }[news]


def _many(notice: ApprovalNotice) -> str:
    count = notice.count
    return {
        ApprovalNews.MY_TURN: tr_n("{n} approval waits for you", "{n} approvals wait for you", count),
        ApprovalNews.APPROVED: tr_n(
            "{n} of your requests was approved", "{n} of your requests were approved", count
        ),
        ApprovalNews.REJECTED: tr_n(
            "{n} of your requests was rejected", "{n} of your requests were rejected", count
        ),
        ApprovalNews.RETURNED: tr_n(
            "{n} of your requests came back to you", "{n} of your requests came back to you", count
        ),
        ApprovalNews.COPY: tr_n("{n} request copied to you", "{n} requests copied to you", count),
    }[notice.news]
