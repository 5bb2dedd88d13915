"""Where everything of a flow chart stands: computed once for a width, painted as often as needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont

    from widgets.flow_chart import FlowNode, FlowPerson
    from widgets.style import Style

MARK = 24
"""Side of the round mark of a node, at 100 %."""
SMALL_MARK = 16
LEFT = 36
"""Where words begin."""
LINE = 20
GAP = 20
FACE = 20
MOST_FACES = 3
WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWrapAnywhere)
WRAP_WORDS = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


class TextAt(NamedTuple):
    """A paragraph of small print."""

    rect: QRect
    text: str
    flags: int


class FaceAt(NamedTuple):
    """A face and whose it is."""

    rect: QRect
    person: FlowPerson


class PersonAt(NamedTuple):
    """A person's row within a node."""

    person: FlowPerson
    rect: QRect
    mark: QRect
    face: QRect
    name: QRect
    texts: tuple[TextAt, ...]


class NodeAt(NamedTuple):
    """One node."""

    node: FlowNode
    rect: QRect
    mark: QRect
    title: QRect
    time: QRect
    texts: tuple[TextAt, ...]
    faces: tuple[FaceAt, ...]
    more: tuple[QRect, str] | None
    """How many faces are not drawn."""
    people: tuple[PersonAt, ...]
    remove: QRect | None


class Stop(NamedTuple):
    """Something the keyboard goes to and the mouse presses."""

    rect: QRect
    value: str
    is_remove: bool
    words: str


def place_nodes(style: Style, nodes: Sequence[FlowNode], width: int) -> list[NodeAt]:
    """Place nodes below each other."""
    placed: list[NodeAt] = []
    top = 0
    for node in nodes:
        placed.append(_place_node(style, node, top, width))
        top = placed[-1].rect.bottom() + 1 + style.px(GAP)
    return placed


def is_compact(node: FlowNode) -> bool:
    """Tell whether the people of a node need no rows of their own: nobody has anything to say yet."""
    if len(node.people) < 2:
        return True
    return len({person.mark for person in node.people}) == 1 and not any(p.lines for p in node.people)


def node_lines(node: FlowNode) -> tuple[str, ...]:
    """Give the small print of a node: names first where they have no rows, and what its one person has to say."""
    if len(node.people) == 1:
        person = node.people[0]
        names = () if person.name == node.title else (person.name,)
        return (*names, *node.lines, *person.lines)
    if node.people and is_compact(node):
        return (" / ".join(person.name for person in node.people), *node.lines)
    return node.lines


def stops_of(placed: Sequence[NodeAt], words: str) -> list[Stop]:
    """List what can be pressed, from the top; `words` names the removal."""
    stops: list[Stop] = []
    for at in placed:
        if len(at.node.people) == 1:
            person = at.node.people[0]
            area = at.title.united(at.faces[0].rect) if at.faces else at.title
            stops.append(Stop(area, person.user_id, False, spoken(at.node)))
        elif is_compact(at.node):
            stops += [Stop(face.rect, face.person.user_id, False, face.person.name) for face in at.faces]
        stops += [Stop(p.rect, p.person.user_id, False, spoken_person(p.person)) for p in at.people]
        if at.remove is not None:
            stops.append(Stop(at.remove, at.node.key, True, f"{words}: {at.node.title}"))
    return [stop for stop in stops if stop.value]


def spoken(node: FlowNode) -> str:
    """Give a node as a sentence for who listens."""
    rows = [] if is_compact(node) else [spoken_person(person) for person in node.people]
    return ", ".join(filter(None, (node.title, node.time, *node_lines(node), *rows)))


def spoken_person(person: FlowPerson) -> str:
    """Give a person of a node likewise."""
    return ", ".join(filter(None, (person.name, *person.lines)))


def _place_node(style: Style, node: FlowNode, top: int, width: int) -> NodeAt:
    line, left = style.px(LINE), style.px(LEFT)
    mark = QRect(0, top, style.px(MARK), style.px(MARK))
    head_top = top + (mark.height() - line) // 2
    right = width
    remove = None
    if node.removable:
        side = style.px(LINE)
        remove = QRect(right - side, head_top + (line - side) // 2, side, side)
        right = remove.left() - style.px(4)
    faces, more, right = _place_faces(style, node, right, head_top)
    time = QRect()
    if node.time:
        wide = QFontMetrics(style.small).horizontalAdvance(node.time) + 1
        time = QRect(right - wide, head_top, wide, line)
        right = time.left() - style.px(8)
    title = QRect(left, head_top, max(0, right - left), line)
    texts, y = _place_texts(style, node_lines(node), left, head_top + line, width)
    people, y = _place_people(style, node, y, width)
    bottom = max(y, mark.bottom() + 1)
    rect = QRect(0, top, width, bottom - top)
    return NodeAt(node, rect, mark, title, time, texts, faces, more, people, remove)


def _place_faces(
    style: Style, node: FlowNode, right: int, top: int
) -> tuple[tuple[FaceAt, ...], tuple[QRect, str] | None, int]:
    """Stack faces at the right end of the title, the first one leftmost."""
    if not node.people or not is_compact(node):
        return (), None, right
    side, step, line = style.px(FACE), style.px(FACE + 4), style.px(LINE)
    shown, more = node.people[:MOST_FACES], None
    if len(node.people) > MOST_FACES:
        text = f"+{len(node.people) - MOST_FACES}"
        wide = QFontMetrics(style.small).horizontalAdvance(text) + 1
        more = (QRect(right - wide, top, wide, line), text)
        right -= wide + style.px(4)
    left = right - step * (len(shown) - 1) - side
    y = top + (line - side) // 2
    faces = tuple(FaceAt(QRect(left + n * step, y, side, side), person) for n, person in enumerate(shown))
    return faces, more, left - style.px(8)


def _place_texts(
    style: Style, lines: Sequence[str], left: int, top: int, width: int
) -> tuple[tuple[TextAt, ...], int]:
    texts = []
    for line in lines:
        height, flags = _wrapped(style.small, line, width - left)
        pitch = style.px(LINE)
        is_one = height < 1.5 * QFontMetrics(style.small).height()
        inset = max(0, (pitch - height) // 2) if is_one else style.px(1)
        texts.append(TextAt(QRect(left, top + inset, max(1, width - left), height), line, flags))
        top += pitch if is_one else height + 2 * style.px(1)
    return tuple(texts), top


def _place_people(style: Style, node: FlowNode, top: int, width: int) -> tuple[tuple[PersonAt, ...], int]:
    if is_compact(node):
        return (), top
    placed = []
    for person in node.people:
        top += style.px(4)
        placed.append(_place_person(style, person, top, width))
        top = placed[-1].rect.bottom() + 1
    return tuple(placed), top


def _place_person(style: Style, person: FlowPerson, top: int, width: int) -> PersonAt:
    left, row, face = style.px(LEFT), style.px(MARK), style.px(FACE)
    small = style.px(SMALL_MARK)
    mark = QRect(width - small, top + (row - small) // 2, small, small)
    at = QRect(left, top + (row - face) // 2, face, face)
    begin = at.right() + 1 + style.px(8)
    name = QRect(begin, top, max(0, mark.left() - style.px(8) - begin), row)
    texts, y = _place_texts(style, person.lines, begin, top + row - style.px(2), width)
    bottom = max(y, top + row)
    return PersonAt(person, QRect(QPoint(left, top), QPoint(width - 1, bottom - 1)), mark, at, name, texts)


def _wrapped(font: QFont, text: str, width: int) -> tuple[int, int]:
    """Break at words; anywhere only where one word is wider than the room."""
    metrics, room = QFontMetrics(font), QRect(0, 0, max(1, width), 1_000_000)
    by_words = metrics.boundingRect(room, WRAP_WORDS, text)
    if by_words.width() <= room.width():
        return by_words.height(), WRAP_WORDS
    return metrics.boundingRect(room, WRAP, text).height(), WRAP
