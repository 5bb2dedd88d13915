"""The first page of the window: drafts on top, then what was used last, then everything by group; a search over all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from resources.formats import format_moment
from resources.translations import tr
from ui.approval_words import words_of
from widgets.empty_state import EmptyState
from widgets.icons import has_icon
from widgets.search_field import SearchField
from widgets.template_cards import Card, TemplateCards

if TYPE_CHECKING:
    from app.approvals.values import ApprovalDraft
    from app.domain.approvals.rows import TemplateEntry
    from ui.desk import Desk
    from ui.screens.new_approval.new_approval_presenter import NewApprovalPresenter

MOST_RECENT = 3
_DRAFT, _FALLBACK = "draft:", "file-text"


class TemplatePicker(QWidget):
    """Search, cards, or a word about why there are none."""

    template_chosen = Signal(str)
    draft_chosen = Signal(str)
    draft_removed = Signal(str)
    designer_wanted = Signal()
    cancelled = Signal()

    def __init__(self, desk: Desk, presenter: NewApprovalPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        style = desk.style.current
        self.search = SearchField(desk.style, tr("Search templates"))
        self.cards = TemplateCards(desk.style)
        self.empty = EmptyState(desk.style)
        self._area = QScrollArea()
        self._stack = QStackedLayout()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(style.px(24), style.px(4), style.px(24), style.px(24))
        column.addWidget(self.cards)
        column.addStretch(1)
        self._area.setWidget(inside)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack.addWidget(self._area)
        self._stack.addWidget(self.empty)
        top = QVBoxLayout()
        top.setContentsMargins(style.px(24), style.px(16), style.px(24), style.px(8))
        top.addWidget(self.search)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(top)
        page.addLayout(self._stack, 1)
        self.setFocusProxy(self.search)
        self._connect()
        self.show_lists()

    def show_lists(self) -> None:
        """Show what there is now."""
        term = self.search.term().casefold()
        cards = self._found(term) if term else self._all()
        self.cards.set_cards(cards)
        self._stack.setCurrentIndex(0 if cards else 1)
        if not cards:
            self._show_empty(term)

    def _connect(self) -> None:
        self.search.term_changed.connect(lambda _: self.show_lists())
        self.search.moved.connect(lambda step: self.cards.focus_first() if step > 0 else None)
        self.search.submitted.connect(self._take_first)
        self.search.cancelled.connect(self.cancelled)
        self.cards.chosen.connect(self._choose)
        self.cards.removed.connect(lambda key: self.draft_removed.emit(key.removeprefix(_DRAFT)))
        self.cards.left_above.connect(self._to_search)
        self.cards.typed.connect(self._type_on)
        self.empty.action_triggered.connect(self.designer_wanted)
        self._presenter.listed.connect(self.show_lists)

    def _all(self) -> list[Card]:
        entries = self._presenter.entries
        recent = sorted((one for one in entries if one.last_used_ms), key=lambda one: -one.last_used_ms)
        recent = recent[:MOST_RECENT] if len(entries) > MOST_RECENT else []
        drafts = [_draft_card(draft) for draft in self._presenter.drafts]
        used = [_card(entry, tr("Used last")) for entry in recent]
        groups: dict[str, list[Card]] = {}
        for entry in entries:
            if entry not in recent:
                group = words_of(entry.template.group) or tr("All templates")
                groups.setdefault(group, []).append(_card(entry, group))
        return [*drafts, *used, *(card for cards in groups.values() for card in cards)]

    def _found(self, term: str) -> list[Card]:
        """Whatever holds all words of the term, in any language."""
        words = term.split()
        entries = [one for one in self._presenter.entries if all(word in _searched(one) for word in words)]
        drafts = [
            one for one in self._presenter.drafts if all(word in one.title.casefold() for word in words)
        ]
        return [*map(_draft_card, drafts), *(_card(entry, tr("Templates")) for entry in entries)]

    def _show_empty(self, term: str) -> None:
        if not self._presenter.is_listed:
            self.empty.set_state("", tr("Reading the templates…"), is_busy=True)
        elif term:
            self.empty.set_state("magnifying-glass", tr("No template fits this"), tr("Try another word."))
        else:
            self.empty.set_state(
                "files",
                tr("There is nothing to ask with yet"),
                tr("Templates are published by whoever keeps them in your organisation."),
                tr("Open the templates"),
            )

    def _choose(self, key: str) -> None:
        if key.startswith(_DRAFT):
            self.draft_chosen.emit(key.removeprefix(_DRAFT))
        else:
            self.template_chosen.emit(key)

    def _take_first(self, term: str) -> None:
        keys = self.cards.keys()
        if term and keys:
            self._choose(keys[0])

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _type_on(self, text: str) -> None:
        self._to_search()
        self.search.insert(text)


def _card(entry: TemplateEntry, section: str) -> Card:
    template = entry.template
    icon = template.icon if has_icon(template.icon) else _FALLBACK
    return Card(template.id, words_of(template.name), words_of(template.about), icon, section)


def _draft_card(draft: ApprovalDraft) -> Card:
    edited = tr("Edited {time}", time=format_moment(draft.changed_ms, round(time.time() * 1000)))
    return Card(_DRAFT + draft.key, draft.title, edited, "pencil-simple-line", tr("Drafts"), True)


def _searched(entry: TemplateEntry) -> str:
    template = entry.template
    words = (*template.name.values(), *template.about.values(), *template.group.values(), template.prefix)
    return " ".join(words).casefold()
