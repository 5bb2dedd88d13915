"""Flows, records and figures of approvals in the gallery."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.approvals.acts import Where
from app.domain.approvals.planning import Plan
from app.domain.approvals.record import record_code
from tests.helpers import approval_record_samples as samples
from tests.helpers.approval_record_samples import CHEN, DESK, LI, NOW_MS, WANG, ZHANG, name
from ui.approval_flow import flow_of, flow_of_plan, with_added
from ui.screens.approval_record.figure_words import (
    figure_tiles,
    month_bars,
    slow_bars,
    step_bars,
    template_bars,
)
from ui.screens.approval_record.record_document import Comment, record_document
from ui.screens.approval_record.record_pages import RecordPages
from widgets.bar_chart import BarChart, ColumnChart
from widgets.figure_tiles import FigureTiles
from widgets.flow_chart import FlowChart
from widgets.page_preview import PagePreview

if TYPE_CHECKING:
    from collections.abc import Callable

    from widgets.style import StyleSource


def flow_page(style: StyleSource) -> QWidget:
    """As in the picture; with all that can happen; before sending; before people are added."""
    made = samples.content()
    pending = flow_of(samples.detail_of(made, samples.pending_state(made)), LI, NOW_MS, name, _faceless)
    added = with_added(pending, "s2", (CHEN, WANG), Where.BEFORE, name, _faceless)
    flows = [
        pending,
        flow_of(samples.detail_of(made, samples.busy_state(made)), LI, NOW_MS, name, _faceless),
        flow_of_plan(made.template, Plan(made.steps, (), (DESK,)), made.facts, ZHANG, name, _faceless),
        [replace(node, removable=node.key.endswith("+")) for node in added],
    ]
    page = QWidget()
    row = QHBoxLayout(page)
    row.setSpacing(style.current.px(40))
    for nodes in flows:
        column = QVBoxLayout()
        chart = FlowChart(style)
        chart.set_nodes(nodes)
        column.addWidget(chart)
        column.addStretch(1)
        row.addLayout(column, 1)
    page.resize(style.current.px(1240), style.current.px(860))
    return page


def record_page(style: StyleSource) -> QWidget:
    """Two pages of paper."""
    made = samples.content()
    detail = samples.detail_of(made, samples.busy_state(made))
    document = record_document(detail, NOW_MS, name, [Comment("刘洋", NOW_MS, "住宿标准以内，已核对。")])
    pages = RecordPages(document, record_code(detail.row.room_id, detail.record), made.number)
    preview = PagePreview(style)
    preview.set_pages(pages.size, pages.count, pages.paint, pages.text)
    preview.resize(style.current.px(700), style.current.px(1980))
    return preview


def figures_page(style: StyleSource) -> QWidget:
    """The charts."""
    made = samples.content()
    figures = samples.figures(samples.detail_of(made, samples.pending_state(made)).row)
    page = QWidget()
    column = QVBoxLayout(page)
    tiles = FigureTiles(style)
    tiles.set_tiles(figure_tiles(figures))
    column.addWidget(tiles)
    for chart, bars in (
        (BarChart(style), template_bars(figures)),
        (ColumnChart(style), month_bars(figures)),
        (BarChart(style), step_bars(figures)),
        (BarChart(style), slow_bars(figures, NOW_MS)),
    ):
        chart.set_bars("", bars)
        column.addWidget(chart)
    column.addStretch(1)
    page.resize(style.current.px(820), style.current.px(600))
    return page


def _faceless(_user: str) -> None:
    """Everybody has initials here."""


PAGES: dict[str, Callable[[StyleSource], QWidget]] = {
    "approval-flow": flow_page,
    "approval-record": record_page,
    "approval-figures": figures_page,
}
