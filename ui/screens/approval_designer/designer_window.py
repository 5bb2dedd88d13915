"""The window in which templates and roles are designed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from resources.translations import tr
from ui.approval_value_words import words_of
from ui.screens.approval_designer.editing import TemplateEditing
from ui.screens.approval_designer.editor_page import BASICS, FORM, EditorPage
from ui.screens.approval_designer.library import Library, copy_of, new_template, read_library
from ui.screens.approval_designer.names import Names
from ui.screens.approval_designer.roles_page import RolesPage
from ui.screens.approval_designer.set_up_dialog import SetUpDialog
from ui.screens.approval_designer.template_drafts import TemplateDraft, keep_draft
from ui.screens.approval_designer.templates_page import TemplatesPage
from ui.sentences import sentence
from widgets.dialogs import confirm
from widgets.toast import ToastHost, ToastKind
from widgets.window_place import stand_over

if TYPE_CHECKING:
    from app.domain.approvals.template import Template
    from app.errors import TackError
    from ui.desk import Desk

_SIZE, _LEAST = QSize(1200, 780), QSize(860, 560)


def open_designer(desk: Desk, window: QWidget) -> None:
    """Show the templates; who may not edit them sees them."""
    for known in window.findChildren(DesignerWindow):
        if known.isVisible():
            known.raise_()
            known.activateWindow()
            return
    designer = DesignerWindow(desk, window)
    designer.show()
    designer.load()


class DesignerWindow(QWidget):
    """A window of its own, so that a request can be looked at beside it. Closing keeps the draft."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self._desk = desk
        self._is_closed = False
        self._window = window
        self._begin_at: tuple[str, str] | None = None
        self._drafts: dict[str, TemplateDraft | None] = {}
        """As they were left here: what is read from the cache may be older. None: none any more."""
        self.library = Library()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Approval templates"))
        self.names = Names(desk, self)
        self.names.operations.failed.connect(self._refuse)
        self.toasts = ToastHost(desk.style, self)
        self.templates = TemplatesPage(desk)
        self.editor = EditorPage(desk, self.names)
        self.roles = RolesPage(desk, self.names)
        self._stack = QStackedLayout(self)
        for page in (self.templates, self.editor, self.roles):
            self._stack.addWidget(page)
        self._fit(window)
        self._connect()

    def load(
        self, key: str = "", part: str = FORM, drafts: dict[str, TemplateDraft | None] | None = None
    ) -> None:
        """Read the library, now and whenever it moved; then go to a template if one is given.

        `drafts` are those another window has just left, and may still be on their way into the cache.
        """
        self._drafts |= drafts or {}
        self.names.load()
        self._begin_at = (key, part) if key else None
        self._read()

    def open_template(self, key: str, part: str = FORM) -> None:
        """Edit a template, as its draft was left."""
        entry, draft = self.library.entry(key), self.library.changed_draft(key)
        if draft is not None:
            self._edit(draft.template, draft.base, part)
        elif entry is not None:
            self._edit(entry.template, entry.template.version if entry.library is not None else 0, part)

    def show_list(self) -> None:
        """Go back to the list."""
        self._leave_editor()
        self._stack.setCurrentWidget(self.templates)
        self.templates.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._read()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.roles.is_changed and not self._is_closed:
            event.ignore()
            self._ask_about_roles(self.close_now)
            return
        self._stop()
        event.accept()

    def close_now(self) -> None:
        """Close without asking."""
        self._stop()
        self.close()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange and not self._is_closed and self.isVisible():
            QTimer.singleShot(0, self, self._word_again)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._desk.style.current.colors.window)
        painter.end()

    # Doing --------------------------------------------------------------------------------------------------

    def _word_again(self) -> None:
        """In another language everything is made anew, at the same template; not while roles wait to be published."""
        if self._is_closed or self.roles.is_changed:
            return
        editing, part = self.editor.editing, self.editor.tabs.current()
        self._leave_editor()
        fresh = DesignerWindow(self._desk, self._window)
        fresh.setGeometry(self.geometry())
        fresh.show()
        fresh.load(editing.template.id if editing is not None else "", part, self._drafts)
        self.close_now()

    def _read(self) -> None:
        if not self._is_closed:
            self.names.operations.start(read_library(self._desk), self._show)

    def _show(self, library: Library) -> None:
        if self._is_closed:
            return
        self._take(library)
        if self._begin_at is not None:
            (key, part), self._begin_at = self._begin_at, None
            self.open_template(key, part)
        self.templates.show_library(self.library)
        self.roles.follow(library.roles, can_edit=library.can_edit)
        editing = self.editor.editing
        if editing is not None:
            editing.follow(library.entry(editing.template.id), library.roles)

    def _take(self, library: Library) -> None:
        drafts = {**library.drafts, **self._drafts}
        kept = {key: draft for key, draft in drafts.items() if draft is not None}
        self.library = replace(library, drafts=kept)

    def _leave_editor(self) -> None:
        """Its draft is known from now on, also before it is written."""
        editing = self.editor.editing
        self.editor.leave()
        if editing is not None:
            draft = TemplateDraft(editing.template, editing.base) if editing.is_changed else None
            self._drafts[editing.template.id] = draft
            self._take(self.library)

    def _edit(self, template: Template, base: int, part: str = FORM) -> None:
        self._leave_editor()
        entry = self.library.entry(template.id)
        if entry is None and not self.library.can_edit:
            return
        editing = TemplateEditing(
            self._desk,
            template,
            entry,
            self.library.roles,
            base=base,
            on_kept=self._draft_kept,
            parent=self.editor,
        )
        self.editor.use(editing, part)
        self._stack.setCurrentWidget(self.editor)
        self.editor.form.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _draft_kept(self) -> None:
        """The list shows it as soon as it is looked at."""
        if not self._is_closed and self._stack.currentWidget() is self.templates:
            self._read()

    def _new(self) -> None:
        self._edit(new_template(self._desk.account.user_id), 0, BASICS)
        self.editor.basics.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self, key: str) -> None:
        draft, entry = self.library.changed_draft(key), self.library.entry(key)
        template = draft.template if draft is not None else None if entry is None else entry.template
        if template is not None:
            self._begin_copy(template)

    def _begin_copy(self, template: Template) -> None:
        copied = copy_of(template)
        self._edit(copied, 0, BASICS)
        if self.editor.editing is not None:
            self.editor.editing.keep()
        self.editor.basics.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy_edited(self) -> None:
        if self.editor.editing is not None and self.library.can_edit:
            self._begin_copy(self.editor.editing.template)

    def _switch(self, key: str, is_on: bool) -> None:
        entry = self.library.entry(key)
        if entry is None:
            return
        now = entry.template
        template = msgspec.structs.replace(now, version=now.version + 1, is_off=not is_on)
        name = words_of(now.name)
        done = (
            tr("“{name}” is offered again.", name=name)
            if is_on
            else tr("“{name}” is switched off.", name=name)
        )

        def told(_txn: object) -> None:
            self.tell(done)
            self._read()

        work = self._desk.account.approvals.publish(template)
        self._desk.operations.start(work, told, self._refuse, is_vital=True)

    def _switch_edited(self, is_on: bool) -> None:
        if self.editor.editing is not None:
            key = self.editor.editing.template.id
            self.show_list()
            self._switch(key, is_on)

    def _discard(self, key: str) -> None:
        """Throw a draft away; the toast brings it back."""
        draft = self.library.drafts.get(key)
        if draft is not None:
            self._keep(key, None)
            self.toasts.show_toast(
                tr("The draft was thrown away."),
                ToastKind.DONE,
                action_text=tr("Undo"),
                on_action=lambda: self._keep(key, draft),
            )

    def _discard_edited(self) -> None:
        editing = self.editor.editing
        if editing is None:
            return
        key = editing.template.id
        editing.forget()
        self.show_list()
        self._discard(key)

    def _keep(self, key: str, draft: TemplateDraft | None) -> None:
        self._drafts[key] = draft
        self._take(self.library)
        work = keep_draft(self._desk.account.cache, key, draft)
        self._desk.operations.start(work, lambda _: self._read(), self._refuse, is_vital=True)

    def _set_up(self) -> None:
        dialog = SetUpDialog(self._desk, self.names.departments, self)
        dialog.accepted.connect(self._set_up_done)
        dialog.open()

    def _set_up_done(self) -> None:
        self.tell(tr("The library is being made. It is here as soon as the server has it."))
        self._read()

    def _show_roles(self) -> None:
        self._stack.setCurrentWidget(self.roles)
        self.roles.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_roles(self) -> None:
        if self.roles.is_changed:
            self._ask_about_roles(self.show_list)
        else:
            self.show_list()

    def _ask_about_roles(self, then: object) -> None:
        question = confirm(
            self._desk.style,
            self,
            tr("Throw the changes of the roles away?"),
            tr("They have not been published."),
            tr("Throw away"),
            is_danger=True,
        )

        def go() -> None:
            self.roles.throw_away()
            assert callable(then)
            then()

        question.accepted.connect(go)

    def tell(self, text: str) -> None:
        """Show a short note in this window."""
        self.toasts.show_toast(text, ToastKind.DONE)

    def _refuse(self, error: TackError) -> None:
        if not self._is_closed:
            self.toasts.show_toast(sentence(error), ToastKind.ERROR)

    def _stop(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._desk.bridge.approval_library_changed.disconnect(self._read)
            self.editor.stop()
            self.names.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        else:
            super().keyPressEvent(event)

    def _escape(self) -> None:
        """One step back: from properties to what they belong to, from a page to the list, from the list out."""
        if self._stack.currentWidget() is self.editor and self.editor.step_back():
            return
        if self._stack.currentWidget() is self.editor:
            self.show_list()
        elif self._stack.currentWidget() is self.roles:
            self._leave_roles()
        else:
            self.close()

    def _connect(self) -> None:
        page = self.templates
        page.open_wanted.connect(lambda key: self.open_template(key))
        page.new_wanted.connect(self._new)
        page.copy_wanted.connect(self._copy)
        page.switch_wanted.connect(self._switch)
        page.discard_wanted.connect(self._discard)
        page.roles_wanted.connect(self._show_roles)
        page.set_up_wanted.connect(self._set_up)
        self.editor.back_wanted.connect(self.show_list)
        self.editor.duplicate_wanted.connect(self._copy_edited)
        self.editor.switch_wanted.connect(self._switch_edited)
        self.editor.discard_wanted.connect(self._discard_edited)
        self.editor.told.connect(self.tell)
        self.roles.back_wanted.connect(self._leave_roles)
        self.roles.published.connect(self.tell)
        self.roles.failed.connect(self._refuse)
        self._desk.bridge.approval_library_changed.connect(self._read)
        self._desk.approvals.destroyed.connect(self.close_now)

    def _fit(self, window: QWidget) -> None:
        style, screen = self._desk.style.current, window.screen().availableGeometry()
        most = screen.size() - QSize(24, 48)
        least = QSize(style.px(_LEAST.width()), style.px(_LEAST.height()))
        self.setMinimumSize(least.boundedTo(most))
        wanted = QSize(style.px(_SIZE.width()), style.px(_SIZE.height())).boundedTo(most)
        self.resize(wanted)
        stand_over(self, window)
