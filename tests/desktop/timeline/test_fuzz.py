"""Random changes in random order: the view never raises, shows what the source holds, leaves no hole."""

import itertools
import random
from dataclasses import replace

import pytest

from tests.desktop.timeline.conftest import MakeView
from tests.helpers.timeline_rows import ListSource, every_kind, generated_row
from ui import theme
from widgets.timeline.values import Density, Row, RowKind
from widgets.timeline.view import TimelineView


class _Storm:
    """Changes rows and tells the view, at random."""

    def __init__(self, view: TimelineView, source: ListSource, seed: int) -> None:
        self.view, self.source, self.chance = view, source, random.Random(seed)
        self.made = 0

    def _fresh(self) -> Row:
        self.made += 1
        kinds = every_kind().all
        row = kinds[self.made % len(kinds)] if self.made % 3 else generated_row(self.made)
        return replace(row, uid=f"s{self.made}", ts_ms=row.ts_ms + self.chance.randint(-(10**7), 10**7))

    def step(self) -> None:
        act = self.chance.choice(
            [
                self.append,
                self.prepend,
                self.touch,
                self.drop,
                self.reset,
                self.scroll,
                self.jump,
                self.change,
            ]
        )
        act()

    def append(self) -> None:
        at = len(self.source.all)
        self.source.all += [self._fresh() for _ in range(self.chance.randint(1, 5))]
        self.view.rows_changed_from(at)

    def prepend(self) -> None:
        count = self.chance.randint(1, 70)
        self.source.all[:0] = [self._fresh() for _ in range(count)]
        self.view.rows_prepended(count)

    def touch(self) -> None:
        if not self.source.all:
            return
        row = self.chance.randrange(len(self.source.all))
        old = self.source.all[row]
        self.source.all[row] = replace(
            old, text=old.text[: self.chance.randint(0, 40)], is_redacted=self.chance.random() < 0.2
        )
        self.view.rows_touched({old.uid, "unknown"})

    def drop(self) -> None:
        at = self.chance.randint(0, len(self.source.all))
        del self.source.all[at : at + self.chance.randint(0, 30)]
        if self.chance.random() < 0.5:
            self.view.rows_changed_from(at)
        else:
            self.view.rows_reset()

    def reset(self) -> None:
        self.source.unread = self.chance.choice([None, 0, 3, 10_000])
        self.view.rows_reset()

    def scroll(self) -> None:
        self.view.scroll_by(self.chance.choice([-5000, -300, -40, 40, 300, 5000]))

    def jump(self) -> None:
        bar = self.view.verticalScrollBar()
        bar.setValue(self.chance.randint(0, max(1, bar.maximum())))

    def change(self) -> None:
        self.view.resize(self.chance.randint(80, 1200), self.chance.randint(40, 900))
        self.view.set_density(self.chance.choice(list(Density)))
        self.view.set_style(theme.dark(zoom=self.chance.choice([1.0, 1.5, 2.0])))


def _check(view: TimelineView, source: ListSource) -> None:
    slots = view.stage.slots
    assert view.visible_uids() == [source.all[slot.row].uid for slot in slots]
    for upper, lower in itertools.pairwise(slots):
        assert (lower.row, lower.y) == (upper.row + 1, upper.bottom)
    if slots:
        is_full = slots[0].y <= 0 or slots[0].row == 0
        assert is_full
        assert (
            slots[-1].bottom >= view.viewport().height() - view.stage.place.bottom_margin or view.is_at_bottom
        )
    else:
        assert not source.all


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_changes_leaves_a_whole_view(make_view: MakeView, seed: int) -> None:
    source = ListSource([generated_row(number) for number in range(40)])
    view = make_view(source)
    storm = _Storm(view, source, seed)
    for number in range(80):
        storm.step()
        _check(view, source)
        if number % 8 == 0:
            view.grab()


def test_nonsense_in_rows_is_drawn_not_raised(make_view: MakeView) -> None:
    odd = [
        replace(generated_row(1), uid="1", text="\x00\x1b[31m\u202eabc\ud800" + "\u0301" * 300),
        replace(generated_row(2), uid="2", ts_ms=-(10**17), text="\n" * 500),
        replace(generated_row(3), uid="3", ts_ms=10**17, sender_name="", sender_id=""),
        replace(generated_row(4), uid="4", sender_name="x" * 5000, text="מה שלומך" * 40),
        replace(generated_row(5), uid="5", kind=RowKind.STATE, text=""),
    ]
    view = make_view(ListSource(odd))
    view.grab()
    assert view.visible_uids()[-1] == "5"


def test_a_source_that_has_fewer_rows_than_it_said_is_survived(make_view: MakeView) -> None:
    source = ListSource([generated_row(number) for number in range(30)])
    view = make_view(source)
    del source.all[10:]
    view.set_style(theme.dark())
    view.grab()
    view.rows_changed_from(0)
    assert view.visible_uids()[-1] == "$9"
