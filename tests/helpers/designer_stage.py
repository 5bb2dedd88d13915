"""The designer of templates over a real cache and a real service: a library as sync brings it, and questions to its window."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QMenu

from app.domain.approvals.shipped import shipped_templates
from app.domain.approvals.template import (
    Branch,
    Compare,
    Condition,
    Field,
    FieldKind,
    Fork,
    Pick,
    PickKind,
    Role,
    Roles,
    Route,
    StepMode,
    StepRule,
    Template,
)
from app.domain.approvals.wire import (
    DEPUTY_TYPE,
    LIBRARY_ROOM_TYPE,
    ROLES_TYPE,
    TEMPLATE_TYPE,
    to_content,
)
from app.domain.events import Event
from app.domain.ids import RoomID
from app.domain.sending import QueuedRequest
from resources.templates import template_texts
from tests.helpers.company import ME, user
from tests.helpers.signed_in import Desktop, desktop
from tests.helpers.store_history import batch, member, state, update
from ui.desk import Desk
from ui.screens.approval_designer.designer_window import DesignerWindow, open_designer

LIBRARY = RoomID("!library:acme.example")


def words(text: str) -> dict[str, str]:
    """The same in both languages."""
    return {"zh": text, "en": text}


def step(key: str, *who: str, name: str = "") -> StepRule:
    """A step of named people."""
    people = tuple(user(one) for one in who)
    return StepRule(key, words(name or key), StepMode.ANY, (Pick(PickKind.PEOPLE, people),))


def expense(**more: Any) -> Template:
    """A good template: up to 5,000 liuyang, above that zhaolei too."""
    above = Branch(
        "big", words("Big"), ((Condition("amount", Compare.MORE, ("5000",)),),), (step("boss", "zhaolei"),)
    )
    fields = (
        Field("amount", FieldKind.MONEY, words("Amount"), is_key=True, is_required=True),
        Field("why", FieldKind.TEXT, words("Why")),
        Field("when", FieldKind.DATE, words("When")),
    )
    nodes = (step("first", "liuyang"), Fork("fork1", (above, Branch("else", words("Else")))))
    made: dict[str, Any] = {
        "id": "expense",
        "version": 3,
        "name": words("Expense"),
        "fields": fields,
        "route": Route(nodes),
        "admins": (ME,),
    }
    return Template(**(made | more))


def library_events(*templates: Template, power: int = 100, roles: Roles | None = None) -> list[Event]:
    """What stands in a library of these."""
    levels = {"users": {ME: power}, "state_default": 50, "events": {DEPUTY_TYPE: 0}}
    maker = user("wangmin")
    events = [
        state("c", "m.room.create", {"type": LIBRARY_ROOM_TYPE}, sender=maker, room=LIBRARY),
        state("p", "m.room.power_levels", levels, sender=maker, room=LIBRARY),
        member(ME, n=1, room=LIBRARY),
    ]
    for number, one in enumerate(templates):
        content = to_content(one)
        events.append(state(f"t{number}", TEMPLATE_TYPE, content, one.id, sender=maker, room=LIBRARY))
    if roles is not None:
        events.append(state("r", ROLES_TYPE, to_content(roles), "", sender=maker, room=LIBRARY))
    return events


FINANCE = Roles((Role("finance", words("Finance"), (user("zhaolei"), user("chenjing"))),))


class DesignerStage:
    """What a test drives."""

    def __init__(self, desktop: Desktop) -> None:
        self.desktop = desktop
        self.desk: Desk = desktop.chat._desk
        self.cache = desktop.account.cache

    async def library(self, *templates: Template, power: int = 100, roles: Roles | None = None) -> None:
        """Let sync bring a library."""
        events = library_events(*templates, power=power, roles=roles)
        await self.cache.apply_sync(batch(update(*events, room=LIBRARY, is_initial=True)))

    async def open(self, key: str = "") -> DesignerWindow:
        """Open the window, at a template if given."""
        open_designer(self.desk, self.desktop.window)
        window = self.windows()[0]
        window.resize(1100, 700)
        window.activateWindow()
        await self.until(lambda: window.templates.list.rows())
        if key:
            window.open_template(key)
            await asyncio.sleep(0.05)
        return window

    def windows(self) -> list[DesignerWindow]:
        found: list[DesignerWindow] = self.desktop.window.findChildren(DesignerWindow)
        return [window for window in found if window.isVisible()]

    def queued(self, kind: str) -> list[QueuedRequest]:
        """The state events of a type that wait to be sent."""
        return [row for row in self.cache.read.queue(limit=100) if row.event_type == kind]

    def menu(self) -> dict[str, Any]:
        """The actions of the menu that is open."""
        menus = [one for one in self.desktop.window.findChildren(QMenu) if one.isVisible()]
        return {action.text(): action for action in menus[-1].actions() if action.text()}

    async def until(self, condition: Callable[[], object]) -> None:
        await self.desktop.until(condition)


@asynccontextmanager
async def designer_stage(folder: Path, language: str = "en") -> AsyncIterator[DesignerStage]:
    """Sign 李娜 in, offline."""
    async with desktop(folder, language=language) as desk:
        stage = DesignerStage(desk)
        stage.desk.account.approvals.use_shipped(shipped_templates(template_texts()))
        try:
            yield stage
        finally:
            for window in stage.windows():
                window.close_now()
            await asyncio.sleep(0.05)
