"""Two people without any organisation: the templates that come with Tack work for them from the first minute."""

import pytest

from app.domain.approvals.acts import ActKind
from app.domain.approvals.planning import PlanError, computed
from app.domain.approvals.request import Values
from app.domain.approvals.rows import TemplateEntry, Trust
from app.domain.approvals.shipped import shipped_templates
from app.domain.approvals.state import RequestStatus, StepStatus
from resources.templates import template_texts
from tests.helpers.approval_office import Office, office_at
from tests.helpers.homeserver import Homeserver
from tests.live.conftest import Run

SHIPPED = shipped_templates(template_texts())
EXPENSE: Values = {
    "kind": "travel",
    "subject": "上海",
    "items": [{"item": "train", "amount": {"amount": "1280.50", "currency": "CNY"}}],
}


@pytest.fixture(scope="module")
def office(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office_at(homeserver, tmp_path_factory.mktemp("newcomers"))


def test_the_requester_chooses_who_decides_and_the_request_is_verified(office: Office, run: Run) -> None:
    async def go() -> None:
        async with office.open("zhang", "li") as (zhang, li):
            for person in (zhang, li):
                person.approvals.use_shipped(SHIPPED)
            entries: tuple[TemplateEntry, ...] = await zhang.approvals.templates()
            assert {entry.template.id for entry in entries} == {one.id for one in SHIPPED}
            expense = next(entry for entry in entries if entry.template.id == "expense")
            asked = await zhang.approvals.preview(expense, computed(expense.template, EXPENSE), {})
            assert asked.plan.error is PlanError.NOT_CHOSEN
            chosen = {asked.plan.error_at: (li.id,)}
            shown = await zhang.approvals.preview(expense, computed(expense.template, EXPENSE), chosen)
            assert shown.plan.error is None
            room = await zhang.ask(expense.template, values=EXPENSE, chosen=chosen)
            await li.has_todo(room)
            for person in (zhang, li):
                assert person.detail(room).trust is Trust.VERIFIED
                assert person.detail(room).content.steps == shown.plan.steps
            await li.acted(room, ActKind.APPROVE)
            state = await zhang.sees(room, RequestStatus.APPROVED)
            assert [step.status for step in state.steps] == [
                StepStatus.PASSED,
                StepStatus.AUTO,
                StepStatus.AUTO,
            ]

    run(go())
