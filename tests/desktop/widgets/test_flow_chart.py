"""The flow chart: as tall as it must be, nothing beside its edges, every person within reach of the keyboard."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.desktop.widgets.conftest import Put
from ui import theme
from widgets.flow_chart import FlowChart, FlowMark, FlowNode, FlowPerson, mark_look
from widgets.flow_layout import place_nodes
from widgets.style import StyleSource

LI = FlowPerson("@li:c", "Li Na", FlowMark.WAITING)
TWO = (FlowPerson("@zhao:c", "Zhao", FlowMark.COMING), FlowPerson("@sun:c", "Sun", FlowMark.COMING))
NODES = (
    FlowNode(
        "a", "Zhang Wei", FlowMark.DONE, ("asked",), (replace(LI, user_id="@zhang:c", name="Zhang Wei"),)
    ),
    FlowNode("b", "Li Na", FlowMark.WAITING, ("Head", "Because: much"), (LI,)),
    FlowNode("c", "Finance", FlowMark.COMING, ("Any one decides",), TWO),
    FlowNode(
        "d", "Added", FlowMark.NEW, (), (replace(LI, user_id="@new:c", mark=FlowMark.NEW),), removable=True
    ),
)


def chart(style: StyleSource, *nodes: FlowNode) -> FlowChart:
    made = FlowChart(style)
    made.set_nodes(nodes)
    return made


def test_it_is_as_tall_as_its_nodes_and_grows_where_lines_wrap(style: StyleSource, qtbot: QtBot) -> None:
    made = chart(style, *NODES)
    qtbot.addWidget(made)
    made.show()
    made.resize(300, 10)
    wide = made.height()
    assert wide > 4 * 40
    note = replace(NODES[1], lines=("a long note that needs several lines " * 5,))
    made.set_nodes([NODES[0], note])
    first = made.height()
    made.resize(180, 10)
    assert made.height() > first


@pytest.mark.parametrize("width", [120, 264, 600])
@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_nothing_overlaps_or_leaves_the_widget(style: StyleSource, width: int, zoom: float) -> None:
    look = theme.light(zoom=zoom)
    word = "Donaudampfschifffahrtsgesellschaft" * 4
    people = tuple(replace(one, lines=(word, "waiting")) for one in (*TWO, LI))
    nodes = [*NODES, FlowNode("e", word, FlowMark.DONE, (word, word), people, time="11:04")]
    placed = place_nodes(look, nodes, round(width * zoom))
    tops = [at.rect.top() for at in placed]
    assert tops == sorted(tops)
    for at, following in pairwise(placed):
        assert at.rect.bottom() < following.rect.top()
    for at in placed:
        lines = [text.rect for text in at.texts]
        lines += [text.rect for person in at.people for text in person.texts]
        assert all(line.right() < width * zoom + 1 and line.bottom() <= at.rect.bottom() for line in lines)
        assert all(not one.intersects(other) for one, other in pairwise(lines))
        assert all(face.rect.right() < width * zoom + 1 for face in at.faces)


def test_every_mark_has_a_shape_of_its_own_but_one() -> None:
    looks = {mark: mark_look(mark, theme.light().colors)[:2] for mark in FlowMark}
    assert len(set(looks.values())) == len(FlowMark)


def test_arrows_go_through_people_and_enter_opens_them(style: StyleSource, put: Put, qtbot: QtBot) -> None:
    made = chart(style, *NODES)
    put(made)
    opened: list[str] = []
    removed: list[str] = []
    made.person_activated.connect(opened.append)
    made.remove_requested.connect(removed.append)
    made.setFocus(Qt.FocusReason.TabFocusReason)
    assert "Zhang Wei" in made.accessibleName()
    for _ in range(5):
        QTest.keyClick(made, Qt.Key.Key_Return)
        QTest.keyClick(made, Qt.Key.Key_Down)
    assert opened == ["@zhang:c", "@li:c", "@zhao:c", "@sun:c", "@new:c"] and not removed
    QTest.keyClick(made, Qt.Key.Key_Space)
    assert removed == ["d"]
    QTest.keyClick(made, Qt.Key.Key_Home)
    QTest.keyClick(made, Qt.Key.Key_Enter)
    assert opened[-1] == "@zhang:c"


def test_a_click_on_a_name_or_face_opens_the_person(style: StyleSource, put: Put) -> None:
    made = chart(style, *NODES)
    put(made)
    opened: list[str] = []
    made.person_activated.connect(opened.append)
    placed = place_nodes(style.current, NODES, made.width())
    QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=placed[1].title.center())
    QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=placed[2].faces[1].rect.center())
    QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(5, placed[2].rect.bottom() + 5))
    assert opened == ["@li:c", "@sun:c"]


def test_who_listens_hears_all_of_it(style: StyleSource) -> None:
    made = chart(style, *NODES)
    spoken = made.accessibleDescription()
    for words in ("Zhang Wei, asked", "Because: much", "Zhao / Sun", "Any one decides"):
        assert words in spoken


def test_the_keyboard_brings_what_it_goes_to_into_view(style: StyleSource, put: Put, window: QWidget) -> None:
    made = chart(style, *(replace(NODES[1], key=str(n)) for n in range(40)))
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(made)
    put(area)
    made.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(made, Qt.Key.Key_End)
    bar = area.verticalScrollBar()
    assert bar.maximum() > 0 and bar.value() > bar.maximum() - 120


def test_another_zoom_places_it_anew(style: StyleSource) -> None:
    made = chart(style, *NODES)
    made.resize(400, 10)
    before = made.height()
    style.set_style(theme.dark(zoom=2.0, has_motion=False))
    assert made.height() > 1.8 * before
    style.set_style(theme.light(has_motion=False))
    made.set_nodes([])
    assert made.height() == 1
