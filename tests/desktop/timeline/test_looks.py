"""Every kind of row can be painted in every look; nothing is asked for that is not in sight."""

import pytest

from tests.desktop.timeline.conftest import MakeView
from tests.helpers.timeline_rows import GeneratedSource, ListSource, every_kind, release_talk
from ui import theme
from widgets.timeline.pages import KEPT_PAGES, PAGE_ROWS
from widgets.timeline.texts import translated_texts
from widgets.timeline.values import Density


@pytest.mark.parametrize("zoom", [1.0, 2.0])
@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("density", list(Density))
def test_every_kind_paints(make_view: MakeView, zoom: float, is_dark: bool, density: Density) -> None:
    view = make_view(every_kind(), height=2000)
    view.set_density(density)
    view.set_style((theme.dark if is_dark else theme.light)(zoom=zoom))
    view.set_texts(translated_texts())
    assert not view.grab().isNull()


def test_own_bubbles_stand_right_and_others_left(make_view: MakeView) -> None:
    view = make_view(release_talk(), width=668)
    bodies = {layout.row.uid: layout.body for _slot, layout in view.stage.rows_in_sight()}
    assert bodies["a"].left() == 62
    assert bodies["b"].right() == 668 - 62
    assert bodies["c"].width() == 300


def test_in_lines_all_stand_left(make_view: MakeView) -> None:
    view = make_view(release_talk())
    view.set_density(Density.LINES)
    lefts = {layout.body.left() for _slot, layout in view.stage.rows_in_sight()}
    assert len(lefts) == 1


def test_messages_of_one_person_are_grouped(make_view: MakeView) -> None:
    view = make_view(every_kind())
    groups = [view.stage.shelf.layout(row).setting.starts_group for row in range(6)]
    assert groups == [True, False, False, True, False, False]


def test_a_million_rows_open_and_scroll_with_few_of_them_made(make_view: MakeView) -> None:
    source = GeneratedSource(1_000_000)
    view = make_view(source)
    assert source.made <= 3 * PAGE_ROWS
    for _ in range(200):
        view.scroll_by(-40)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 3)
    view.grab()
    assert source.made <= 30 * PAGE_ROWS
    for _ in range(60):
        view.scroll_by(-8000)
    pages = view.stage._pages
    assert pages is not None
    assert len(pages._pages) <= KEPT_PAGES
    assert len(view.stage.shelf._kept) <= 400


def test_an_empty_conversation_and_none_at_all_are_painted(make_view: MakeView) -> None:
    view = make_view(ListSource([]))
    assert not view.grab().isNull()
    view.set_source(None)
    view.rows_reset()
    view.rows_prepended(3)
    view.rows_changed_from(0)
    view.rows_touched(frozenset({"x"}))
    assert not view.grab().isNull()
    assert view.anchor() is None
