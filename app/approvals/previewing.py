"""Before a request is sent: what one may ask with, and who would decide, in which order and why."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from app.approvals.facts import facts_of, names_of
from app.approvals.files import as_if_uploaded
from app.approvals.making import new_number, people_of
from app.approvals.values import NewApproval, Preview
from app.domain.approvals.planning import computed, needs_of, plan_route
from app.domain.approvals.request import RequestContent
from app.domain.approvals.rows import TemplateEntry
from app.domain.approvals.wire import canonical, digest_of, in_language, to_content
from app.domain.ids import UserID
from app.errors import TackError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.directory.organisation import Organisation
    from app.domain.approvals.planning import Plan
    from app.domain.approvals.request import Deputy, Facts, Values
    from app.domain.approvals.template import Template
    from app.store.cache import Cache
    from app.store.reader import Reader

log = logging.getLogger("tack.approvals")

USED = ("approvals", "used")
"""`kv`: when each template was used last, {id: ms}."""
REFRESH_WAIT_S = 3.0
"""So long is waited for the organisation before what was known last is taken."""


class Seen(NamedTuple):
    """What the organisation answered, and what follows."""

    facts: Facts
    plan: Plan
    deputies: tuple[Deputy, ...]
    names: dict[str, str]


class Previewing:
    """Part of the service. All people decide by the organisation as it is known at the moment."""

    def __init__(self, cache: Cache, organisation: Organisation, now_ms: Callable[[], int]) -> None:
        self._cache, self._organisation, self._now_ms = cache, organisation, now_ms
        self._refreshing: asyncio.Task[None] | None = None
        self._is_offline = False

    async def stop(self) -> None:
        """End what is being read."""
        if self._refreshing is not None:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)

    # Templates ----------------------------------------------------------------------------------------------

    async def templates(self, shipped: Sequence[Template]) -> tuple[TemplateEntry, ...]:
        """Give what one may ask with; of those that come with Tack what nobody has published."""
        entries, used = await self._cache.read_in_worker(
            lambda read: (read.approvals.templates(), _used(read))
        )
        published = {entry.template.id for entry in entries}
        own = [
            TemplateEntry(template, None, None, can_edit=False)
            for template in shipped
            if template.id not in published
        ]
        offered = [
            entry._replace(last_used_ms=max(entry.last_used_ms, used.get(entry.template.id, 0)))
            for entry in (*entries, *own)
            if self._may_use(entry.template)
        ]
        return tuple(sorted(offered, key=_rank))

    def _may_use(self, template: Template) -> bool:
        return not template.is_off and (not template.may_use or self._cache.user_id in template.may_use)

    # Before sending -----------------------------------------------------------------------------------------

    async def preview(
        self, entry: TemplateEntry, values: Values, chosen: dict[str, tuple[UserID, ...]]
    ) -> Preview:
        """Say who would decide."""
        await self._refresh()
        me, template, now_ms = self._cache.user_id, entry.template, self._now_ms()
        filled = computed(template, values)
        needs = needs_of(template, filled)

        def look(read: Reader) -> Seen:
            facts = facts_of(read, me, needs, is_me=True)
            plan = plan_route(template, filled, facts, dict(chosen), me)
            people = people_of(plan, (), (), UserID(""))
            deputies = read.approvals.deputies_for(tuple(people), template.id, now_ms)
            return Seen(facts, plan, deputies, names_of(read, (me, *people, *_deputies(deputies))))

        seen = await self._cache.read_in_worker(look)
        content = self.content(NewApproval(entry, filled, dict(chosen)), filled, seen, seen.names)
        return Preview(seen.plan, seen.facts, seen.deputies, seen.names, self._is_offline, size_of(content))

    async def _refresh(self) -> None:
        """Ask the server for the organisation where that was long ago; not for long."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(
                self._ask_organisation(), name="organisation for a preview"
            )
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REFRESH_WAIT_S):
                await asyncio.shield(self._refreshing)

    async def _ask_organisation(self) -> None:
        try:
            await self._organisation.refresh()
            self._is_offline = False
        except TackError as error:
            self._is_offline = True
            log.info("the organisation cannot be asked now: %s", error.code)

    def content(self, new: NewApproval, values: Values, seen: Seen, names: dict[str, str]) -> RequestContent:
        """Write a request as its room will hold it."""
        entry, template, now_ms = new.entry, new.entry.template, self._now_ms()
        return RequestContent(
            number=new_number(template, now_ms),
            title=_clean(new.title or in_language(template.name, new.language))[:200],
            template=template,
            template_hash=digest_of(to_content(template)),
            values=values,
            steps=seen.plan.steps,
            facts=seen.facts,
            library=entry.library or "",
            template_event=entry.event_id or "",
            language=new.language,
            chosen={step: tuple(people) for step, people in new.chosen.items()},
            cc_start=seen.plan.cc_start,
            cc_end=seen.plan.cc_end,
            cc_own=tuple(dict.fromkeys(new.cc)),
            deputies=seen.deputies,
            names=names,
            made_ms=now_ms,
            former=new.former or "",
        )


def size_of(content: RequestContent) -> int:
    """Give the bytes of a request as an event, with addresses instead of paths."""
    return len(canonical(as_if_uploaded(to_content(content))))


def _clean(text: str) -> str:
    """Drop what has no UTF-8."""
    return text.encode("utf-8", "ignore").decode()


def _deputies(deputies: Sequence[Deputy]) -> list[str]:
    return [one.deputy for one in deputies]


def _rank(entry: TemplateEntry) -> tuple[int, str, str]:
    template = entry.template
    return -entry.last_used_ms, in_language(template.group, "zh"), in_language(template.name, "zh")


def _used(read: Reader) -> dict[str, int]:
    kept: Any = json.loads(read.kv(*USED) or "{}")
    return {key: value for key, value in kept.items() if isinstance(value, int)}
