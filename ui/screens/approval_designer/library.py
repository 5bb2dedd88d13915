"""What the designer works on: the organisation's library as the cache knows it, and the drafts of this computer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from app.domain.approvals.rows import TemplateEntry
from app.domain.approvals.template import (
    Pick,
    PickKind,
    Roles,
    Route,
    StepMode,
    StepRule,
    Template,
)
from ui.screens.approval_designer.editing import same_but_version
from ui.screens.approval_designer.template_drafts import TemplateDraft, read_drafts

if TYPE_CHECKING:
    from app.domain.ids import RoomID, UserID
    from app.store.reader import Reader
    from ui.desk import Desk


@dataclass(frozen=True, slots=True)
class Library:
    """All that is there."""

    room: RoomID | None = None
    """None: the organisation has none yet."""
    can_edit: bool = False
    entries: tuple[TemplateEntry, ...] = ()
    """Published ones, those that are off, and those that come with Tack."""
    roles: Roles = field(default_factory=Roles)
    drafts: dict[str, TemplateDraft] = field(default_factory=dict)

    def entry(self, key: str) -> TemplateEntry | None:
        """Give a template that is published or comes with Tack."""
        return next((entry for entry in self.entries if entry.template.id == key), None)

    def changed_draft(self, key: str) -> TemplateDraft | None:
        """Give a draft that says something else than what is published."""
        draft, entry = self.drafts.get(key), self.entry(key)
        if draft is not None and entry is not None and same_but_version(draft.template, entry.template):
            return None
        return draft


async def read_library(desk: Desk) -> Library:
    """Read it all."""
    rooms, entries, roles, drafts = await desk.account.cache.read_in_worker(_read)
    offered = await desk.account.approvals.templates()
    room, can_edit = next((one for one in rooms if one[1]), rooms[0] if rooms else (None, False))
    published = {entry.template.id for entry in entries}
    shipped = [
        entry._replace(can_edit=can_edit)
        for entry in offered
        if entry.library is None and entry.template.id not in published
    ]
    return Library(room, can_edit, (*entries, *shipped), roles, drafts)


def _read(
    read: Reader,
) -> tuple[tuple[tuple[RoomID, bool], ...], tuple[TemplateEntry, ...], Roles, dict[str, TemplateDraft]]:
    reads = read.approvals
    return reads.libraries(), reads.templates(), reads.roles(), read_drafts(read)


def new_template(me: UserID) -> Template:
    """Begin a template: no field yet, one step, and who makes it is its administrator."""
    step = StepRule("step1", {"zh": "审批", "en": "Approval"}, StepMode.ANY, (Pick(PickKind.MANAGER),))
    return Template(new_id(), 1, {}, (), Route((step,)), admins=(me,))


def copy_of(template: Template) -> Template:
    """Begin a template as a copy of another."""
    words = {"zh": "{name}（副本）", "en": "{name} (copy)"}
    name = {code: words.get(code, "{name}").format(name=text) for code, text in template.name.items()}
    return msgspec.structs.replace(template, id=new_id(), version=1, name=name, is_off=False)


def new_id() -> str:
    """Make an id that no other template has."""
    return f"t{secrets.token_hex(8)}"
