"""A widget that lies over the picture of a row and goes along with it: a video that plays in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QTimer, Signal

from widgets.timeline.media_card import PictureCard

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from widgets.timeline.view import TimelineView


class Inset(QObject):
    """Of one view. `widget` is a child of its viewport."""

    left = Signal()
    """The row is out of sight, or gone; once for each time it was laid there."""

    def __init__(self, view: TimelineView, widget: QWidget) -> None:
        super().__init__(view)
        self._view, self._widget, self._uid = view, widget, ""
        view.settled.connect(self._follow)
        view.viewport().installEventFilter(self)

    @property
    def uid(self) -> str:
        """The row it lies over; empty: none."""
        return self._uid

    def lay_over(self, uid: str) -> bool:
        """Lie over the picture of a row; False where that is not in sight."""
        place = self._place_of(uid)
        if place is None:
            return False
        self._uid = uid
        self._widget.setGeometry(place)
        self._widget.show()
        self._widget.raise_()
        return True

    def take_away(self) -> None:
        """It is needed no more."""
        self._uid = ""
        self._widget.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt: another page of the window is shown."""
        if event.type() is QEvent.Type.Hide and self._uid and not event.spontaneous():
            QTimer.singleShot(0, self, self._leave_if_hidden)  # not while Qt hides the page
        return False

    def _follow(self) -> None:
        if not self._uid:
            return
        place = self._place_of(self._uid)
        if place is None:
            self._leave()
        elif place != self._widget.geometry():
            self._widget.setGeometry(place)

    def _leave_if_hidden(self) -> None:
        """Unless the whole window was hidden."""
        if self._uid and not self._view.isVisible() and self._view.window().isVisible():
            self._leave()

    def _leave(self) -> None:
        self.take_away()
        self.left.emit()

    def _place_of(self, uid: str) -> QRect | None:
        """Where the picture of a row is; None where less than half of it is in sight."""
        for slot, layout in self._view.stage.rows_in_sight():
            if layout.row.uid != uid:
                continue
            for piece in layout.pieces:
                if isinstance(piece, PictureCard):
                    place = piece.picture_rect.toAlignedRect().translated(0, slot.y)
                    seen = place.intersected(self._view.viewport().rect())
                    return place if seen.height() * 2 >= place.height() else None
        return None
