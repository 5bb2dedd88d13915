"""Tells the views of a list model what moved: a step from one order to another, and which rows changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QModelIndex

from ui.models.list_diff import StepKind

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from PySide6.QtCore import QAbstractListModel

    from ui.models.list_diff import Step

    K = TypeVar("K", bound=Hashable)

_ROOT = QModelIndex()


def take_step(
    model: QAbstractListModel,
    ids: list[K],
    step: Step,
    wanted: Sequence[K],
    note_moved: Callable[[], None] | None = None,
) -> None:
    """Take one step towards `wanted` in the model's own list `ids`; `note_moved` runs before the views look again."""
    if step.kind is StepKind.REMOVE:
        model.beginRemoveRows(_ROOT, step.row, step.row + step.count - 1)
        del ids[step.row : step.row + step.count]
        end = model.endRemoveRows
    elif step.kind is StepKind.INSERT:
        model.beginInsertRows(_ROOT, step.row, step.row + step.count - 1)
        ids[step.row : step.row] = wanted[step.row : step.row + step.count]
        end = model.endInsertRows
    else:
        gap = step.to if step.to < step.row else step.to + 1  # Qt counts gaps before the row is taken out
        model.beginMoveRows(_ROOT, step.row, step.row, _ROOT, gap)
        ids.insert(step.to, ids.pop(step.row))
        end = model.endMoveRows
    if note_moved is not None:
        note_moved()
    end()


def tell_changed(model: QAbstractListModel, rows: Sequence[int]) -> None:
    """Say that these rows (ascending) changed: neighbours in one go."""
    first = last = -2
    for row in rows:
        if row != last + 1:
            if first >= 0:
                model.dataChanged.emit(model.index(first), model.index(last))
            first = row
        last = row
    if first >= 0:
        model.dataChanged.emit(model.index(first), model.index(last))
