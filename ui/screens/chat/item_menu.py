"""The menu of one message."""

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.timeline import SendState, TimelineItem
from resources.translations import tr
from ui.screens.chat.dings import can_become_ding
from ui.screens.chat.writing import is_editable, is_message, is_recallable
from widgets.icons import icon
from widgets.style import Style

Act = Callable[[TimelineItem], None]


class ItemActs:
    """What the menu can ask for; the screen fills these in."""

    def __init__(
        self,
        *,
        reply: Act,
        edit: Act,
        react: Act,
        confirm: Act,
        ding: Act,
        show_ding: Act,
        show_request: Act,
        recall: Act,
        save: Act,
        stop: Act,
        retry: Act,
        discard: Act,
    ) -> None:
        self.reply = reply
        self.edit = edit
        self.react = react
        self.confirm = confirm
        self.ding = ding
        self.show_ding = show_ding
        self.show_request = show_request
        self.recall = recall
        self.save = save
        self.stop = stop
        self.retry = retry
        self.discard = discard


def open_item_menu(
    parent: QWidget,
    style: Style,
    item: TimelineItem,
    position: QPoint,
    acts: ItemActs,
    *,
    selected_text: str,
    is_moving: bool,
    can_write: bool,
    can_recall_others: bool,
) -> QMenu | None:
    """Open the menu of an item; None when nothing can be done with it."""
    menu = QMenu(parent)
    mark = None if item.is_redacted else item.ding
    entries = [
        (tr("Confirm"), "check-circle", acts.confirm, mark is not None and mark.is_open),
        (tr("Show in DING"), "list-checks", acts.show_ding, mark is not None),
        (tr("Open the request"), "stamp", acts.show_request, item.card is not None),
        (tr("Open the video's page"), "monitor-play", acts.show_request, item.video is not None),
        (tr("Reply"), "arrow-bend-up-left", acts.reply, can_write and is_message(item)),
        (tr("React"), "smiley", acts.react, can_write and is_message(item)),
        (tr("DING…"), "push-pin", acts.ding, can_become_ding(item)),
        (tr("Edit"), "pencil-simple", acts.edit, can_write and is_editable(item)),
        (tr("Stop"), "x", acts.stop, is_moving),
        (tr("Save as…"), "download-simple", acts.save, bool(item.media and item.media.uri) and not is_moving),
        (tr("Try again"), "arrow-clockwise", acts.retry, item.send_state is SendState.WEDGED),
        (tr("Discard"), "trash", acts.discard, item.send_state is SendState.WEDGED),
        (tr("Recall"), "arrow-counter-clockwise", acts.recall, is_recallable(item, can_recall_others)),
    ]
    text = selected_text or (mark.text if mark is not None else item.body)
    if text and not item.is_redacted:
        copy = menu.addAction(_glyph("copy", style), tr("Copy"))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(text))
    for words, glyph, act, is_possible in entries:
        if is_possible:
            action = menu.addAction(_glyph(glyph, style), words)
            action.triggered.connect(lambda _checked=False, act=act: act(item))
    if menu.isEmpty():
        menu.deleteLater()
        return None
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(position)
    return menu


def _glyph(name: str, style: Style) -> QIcon:
    return icon(name, style.colors.text2, style.sizes.icon_small)
