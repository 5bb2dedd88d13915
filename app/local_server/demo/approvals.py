"""The company's requests as contents: routes planned by the rules, acts made one after another on what the fold says.

Pure, so that a test can play all of it without a server.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from app.domain.approvals.acts import Act, ActKind, ActList, ActsEvent, Where
from app.domain.approvals.fold import basis_of, fold_request
from app.domain.approvals.planning import Needs, computed, needs_of, plan_route
from app.domain.approvals.request import Facts, RequestContent, Values
from app.domain.approvals.request_checks import template_digest
from app.domain.approvals.state import RequestState, TaskStatus
from app.domain.approvals.template import Role, Roles, Template
from app.domain.approvals.wire import Users, in_language
from app.domain.ids import EventID, RoomID, UserID
from app.domain.visible import spaced
from app.local_server.demo.asked import ROLES, Asked, Done, release_text
from app.local_server.demo.people import BY_KEY, COMPANY_HEAD, DEPARTMENTS, EMPLOYEES, TEAMS

EDITORS = ("chenjing", "tangli")
_WORDS = {
    ActKind.APPROVE: "✅ {who} 同意",
    ActKind.REJECT: "❌ {who} 拒绝",
    ActKind.RETURN: "↩️ {who} 退回",
    ActKind.WITHDRAW: "🚫 {who} 撤回",
    ActKind.ADD_SIGN: "➕ {who} 加签 {people}",
}

User = Callable[[str], UserID]


@dataclass(frozen=True, slots=True)
class Published:
    """A template as it stands in the library."""

    template: Template
    library: RoomID
    event_id: EventID


@dataclass(slots=True)
class Played:
    """A request with what was done about it so far."""

    content: RequestContent
    requester: UserID
    made_ms: int
    seal: EventID
    events: list[ActsEvent] = field(default_factory=list)
    lists: dict[UserID, tuple[Act, ...]] = field(default_factory=dict)

    def state(self) -> RequestState:
        """Say where it stands."""
        return fold_request(self.content, self.requester, self.made_ms, self.seal, self.events)

    def next(self, done: Done, number: int, user: User) -> ActList:
        """Give the list of whoever acts, with the act at its end."""
        who, state = user(done.who), self.state()
        step, round_ = _waiting(state, who) if done.kind is not ActKind.WITHDRAW else ("", 0)
        is_adding = done.kind is ActKind.ADD_SIGN
        act = Act(
            id=f"demo{number}",
            kind=done.kind,
            basis={str(other): count for other, count in basis_of(state).items()},
            step=step,
            round=round_,
            note=done.note,
            people=tuple(user(key) for key in done.people),
            where=Where.BESIDE if is_adding else None,
        )
        self.lists[who] = (*self.lists.get(who, ()), act)
        return ActList(seal=self.seal, acts=self.lists[who])

    def keep(self, who: UserID, acts: ActList, event_id: EventID, ts_ms: int) -> None:
        """Count an act that was written."""
        self.events.append(ActsEvent(event_id, who, ts_ms, acts))


def _waiting(state: RequestState, who: UserID) -> tuple[str, int]:
    for step in state.steps:
        if any(task.user == who and task.status is TaskStatus.WAITING for task in step.tasks):
            return step.key, step.round
    raise ValueError(f"{who} has nothing to decide")


def own_templates(texts: Iterable[str], user: User) -> tuple[Template, ...]:
    """Give what the company publishes: the templates that come with Tack and one of its own."""
    admins = tuple(user(key) for key in EDITORS)
    read = (msgspec.json.decode(text, type=Template) for text in (*texts, release_text()))
    return tuple(msgspec.structs.replace(template, admins=admins) for template in read)


def own_roles(user: User) -> Roles:
    """Give the company's roles."""
    return Roles(
        tuple(
            Role(key, {"zh": zh, "en": en}, tuple(user(one) for one in people))
            for key, (zh, en, people) in ROLES.items()
        )
    )


def facts_of(key: str, needs: Needs, rooms: Mapping[str, RoomID], user: User) -> Facts:
    """Say what the organisation would answer about somebody."""
    units = [
        *(team for team, plan in TEAMS.items() if key in plan.members),
        BY_KEY[key].department,
        "company",
    ]
    managers = dict.fromkeys(head for head in map(_head, units) if head != key)
    known = {role.key: role for role in own_roles(user).roles}
    lowest = units[0]
    return Facts(
        department=rooms[lowest],
        department_name=TEAMS[lowest].name if lowest in TEAMS else DEPARTMENTS[lowest],
        departments=tuple(rooms[unit] for unit in units),
        managers=tuple(user(one) for one in managers)[: max(needs.levels, 1)],
        heads={rooms[lowest]: user(_head(lowest))},
        roles={role: known[role].people for role in needs.roles},
        role_names={role: known[role].name for role in needs.roles},
    )


def _head(unit: str) -> str:
    if unit == "company":
        return COMPANY_HEAD
    if unit in TEAMS:
        return TEAMS[unit].members[0]
    return next(person.key for person in EMPLOYEES if person.department == unit and person.is_head)


def content_of(
    one: Asked, values: Values, published: Published, rooms: Mapping[str, RoomID], user: User, year: int
) -> RequestContent:
    """Make the content of a request. Raises `ValueError` where there is no route."""
    template = published.template
    worked = computed(template, values)
    needs = needs_of(template, worked)
    facts = facts_of(one.who, needs, rooms, user)
    chosen: dict[str, Users] = {}
    if one.chosen:
        chosen[needs.choices[0]] = tuple(user(key) for key in one.chosen)
    plan = plan_route(template, worked, facts, chosen, user(one.who))
    if plan.error is not None:
        raise ValueError(f"{one.code}: {plan.error} at {plan.error_at}")
    return RequestContent(
        number=f"{template.prefix}-{year}-{one.code}",
        title=f"{spaced(BY_KEY[one.who].name)}的{spaced(in_language(template.name, 'zh'))}".strip(),
        template=template,
        template_hash=template_digest(template),
        values=worked,
        steps=plan.steps,
        facts=facts,
        library=published.library,
        template_event=published.event_id,
        chosen=chosen,
        cc_start=plan.cc_start,
        cc_end=plan.cc_end,
        cc_own=tuple(user(key) for key in one.copies),
        names={user(person.key): person.name for person in EMPLOYEES},
    )


def people_in(content: RequestContent, done: Iterable[Done], user: User) -> tuple[UserID, ...]:
    """Give whom a request concerns, beside who asks."""
    found = [approver.user for step in content.steps for approver in step.people]
    found += [one for step in content.steps for one in step.cc]
    found += [*content.cc_start, *content.cc_own, *content.cc_end]
    found += [user(key) for act in done for key in act.people]
    return tuple(UserID(one) for one in dict.fromkeys(found))


def act_words(done: Done) -> str:
    """Word an act for clients without Tack."""
    people = "、".join(BY_KEY[key].name for key in done.people)
    line = _WORDS[done.kind].format(who=BY_KEY[done.who].name, people=people)
    return f"{line}\n{done.note}" if done.note else line


def request_words(content: RequestContent) -> str:
    """Word a request for clients without Tack: its title and who decides, in order."""
    names = content.names
    lines = [
        f"{number}. {in_language(step.name, 'zh')}：{'、'.join(names.get(one.user, one.user) for one in step.people)}"
        for number, step in enumerate((step for step in content.steps if step.people), start=1)
    ]
    return "\n".join([f"【审批】{content.title} {content.number}", *lines])
