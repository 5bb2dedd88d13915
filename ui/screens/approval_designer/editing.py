"""One template that is being edited: how it stands, what is wrong with it, its draft, its publication."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from app.domain.approvals.planning import check_template
from app.domain.approvals.template import Roles, Template
from ui.screens.approval_designer.edit_history import EditHistory
from ui.screens.approval_designer.template_drafts import TemplateDraft, keep_draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.approvals.findings import FlawAt
    from app.domain.approvals.rows import TemplateEntry
    from app.errors import TackError
    from ui.desk import Desk

CHECK_MS = 150
KEEP_MS = 800


class TemplateEditing(QObject):
    """Keys are those of the template; the draft is kept at every pause and when one leaves."""

    changed = Signal()
    """The template is another."""
    checked = Signal()
    """The flaws were found anew."""
    published = Signal()
    failed = Signal(object)
    """TackError."""

    def __init__(
        self,
        desk: Desk,
        template: Template,
        entry: TemplateEntry | None,
        roles: Roles,
        *,
        base: int = 0,
        on_kept: Callable[[], None] = lambda: None,
        parent: QObject | None = None,
    ) -> None:
        """`entry`: what is published or comes with Tack; None: it is new. `base`: the version it was made of. `on_kept`
        is called after each time the draft was written, also after this is gone."""
        super().__init__(parent)
        self._desk, self.entry, self.roles = desk, entry, roles
        self._history = EditHistory(template)
        self._base, self._on_kept = base, on_kept
        self._flaws: tuple[FlawAt, ...] = ()
        self.is_publishing = False
        self._check = QTimer(self, singleShot=True, interval=CHECK_MS)
        self._check.timeout.connect(self.check_soon)
        self._keep = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._keep.timeout.connect(self.keep)

    @property
    def template(self) -> Template:
        """How it stands."""
        return self._history.current

    @property
    def base(self) -> int:
        """The version it was made of; 0: none."""
        return self._base

    @property
    def can_edit(self) -> bool:
        """Whether it may be published by me."""
        return self.entry is None or self.entry.can_edit

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether something was undone."""
        return self._history.can_redo

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what is published."""
        return self.entry is None or not same_but_version(self.template, self.entry.template)

    @property
    def is_overtaken(self) -> bool:
        """Whether somebody published a newer one since this was begun."""
        return (
            self.entry is not None
            and self.entry.library is not None
            and self.entry.template.version > self._base
        )

    @property
    def next_version(self) -> int:
        """The version it is published as."""
        if self.entry is None or self.entry.library is None:
            return 1
        return self.entry.template.version + 1

    def edit(self, template: Template, tag: str = "") -> None:
        """Take an edit; those with the same tag, without a pause between, are undone as one."""
        if self.can_edit and self._history.push(template, tag):
            self._moved()

    def pause(self) -> None:
        """The next edit is undone for itself."""
        self._history.pause()

    def undo(self) -> None:
        """Take the last edit back."""
        if self._history.undo():
            self._moved()

    def redo(self) -> None:
        """Do it again."""
        if self._history.redo():
            self._moved()

    def revert(self) -> None:
        """Go back to what is published; this too can be undone."""
        if self.entry is not None:
            self.edit(self.entry.template)

    def flaws(self) -> tuple[FlawAt, ...]:
        """Everything that is wrong, as of the last check."""
        return self._flaws

    def flaws_at(self, *keys: str) -> tuple[FlawAt, ...]:
        """What is wrong with a field, column, step, fork or branch."""
        return tuple(flaw for flaw in self._flaws if flaw.key in keys)

    def check(self) -> None:
        """Look for flaws now."""
        self._check.stop()
        self._take(self.template, check_template(self.template, self._role_keys()))

    def check_soon(self) -> None:
        """Look for flaws beside: of a route with many forks that takes a tenth of a second."""
        template, roles = self.template, self._role_keys()
        work = asyncio.to_thread(check_template, template, roles)
        self._desk.operations.start(
            work, lambda found: self._take(template, found) if isValid(self) else None
        )

    def _take(self, template: Template, flaws: tuple[FlawAt, ...]) -> None:
        if template is self.template:  # else the next one is on its way
            self._flaws = flaws
            self.checked.emit()

    def _role_keys(self) -> frozenset[str]:
        return frozenset(role.key for role in self.roles.roles)

    def keep(self) -> None:
        """Keep the draft now; one that says what is published is dropped."""
        self._keep.stop()
        self._history.pause()
        draft = TemplateDraft(self.template, self._base) if self.is_changed else None
        work = keep_draft(self._desk.account.cache, self.template.id, draft)
        on_kept = self._on_kept
        self._desk.operations.start(work, lambda _none: on_kept(), is_vital=True)

    def follow(self, entry: TemplateEntry | None, roles: Roles) -> None:
        """The library moved on. What was not changed here follows; what was stays, and is overtaken."""
        was_changed = self.is_changed
        self.entry, self.roles = entry or self.entry, roles
        if not was_changed and entry is not None:
            self._base = entry.template.version if entry.library is not None else 0
            if self.template != entry.template:
                self._history = EditHistory(entry.template)
        self._check.start()
        self.changed.emit()

    def publish(self) -> None:
        """Publish unless there is a flaw."""
        self.check()
        if self._flaws or self.is_publishing or not self.can_edit:
            return
        self.is_publishing = True
        template = msgspec.structs.replace(self.template, version=self.next_version)
        self._desk.operations.start(
            self._desk.account.approvals.publish(template),
            lambda _txn: self._published(template) if isValid(self) else None,
            lambda error: self._refused(error) if isValid(self) else None,
            is_vital=True,
        )

    def forget(self) -> None:
        """Keep nothing any more."""
        self._keep.stop()

    def close(self) -> None:
        """The page goes: keep what was not kept."""
        if self._keep.isActive():
            self.keep()
        self._check.stop()

    def _moved(self) -> None:
        self._check.start()
        self._keep.start()
        self.changed.emit()

    def _published(self, template: Template) -> None:
        self.is_publishing = False
        self._base = template.version
        if self.entry is not None:
            self.entry = self.entry._replace(template=template, pending=True)
        self._keep.stop()
        done = keep_draft(self._desk.account.cache, template.id, None)
        on_kept = self._on_kept
        self._desk.operations.start(done, lambda _none: on_kept(), is_vital=True)
        self.published.emit()

    def _refused(self, error: TackError) -> None:
        self.is_publishing = False
        self.failed.emit(error)


def same_but_version(one: Template, other: Template) -> bool:
    """Whether two templates say the same."""
    return msgspec.structs.replace(one, version=1) == msgspec.structs.replace(other, version=1)
