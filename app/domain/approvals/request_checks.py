"""What arrives is made again: template hash, values, route. Any difference makes a request invalid on every client."""

from functools import lru_cache

import msgspec

from app.domain.approvals.findings import Flaw
from app.domain.approvals.form_checks import has_local_files, problems_in
from app.domain.approvals.form_values import worked_out
from app.domain.approvals.request import RequestContent
from app.domain.approvals.routing import plan_route
from app.domain.approvals.state import Check
from app.domain.approvals.template import Template
from app.domain.approvals.template_checks import flaws_of_shape
from app.domain.approvals.wire import canonical, digest_of, to_content
from app.domain.ids import UserID


def check_request(content: RequestContent, requester: UserID) -> tuple[Check, ...]:
    """Make everything again that follows from something else in a request, and compare."""
    found: list[Check] = []
    if template_digest(content.template) != content.template_hash:
        found.append(Check.OTHER_TEMPLATE)
    if not content.steps or _shape_flaws(content.template):
        return (*found, Check.BAD_TEMPLATE)
    if not _are_good(content):
        found.append(Check.BAD_VALUES)
    plan = plan_route(content.template, content.values, content.facts, content.chosen, requester)
    if plan[:4] != (content.steps, content.cc_start, content.cc_end, None):
        found.append(Check.OTHER_ROUTE)
    return tuple(found)


def template_digest(template: Template) -> str:
    """Give what a template is known by; empty for one that cannot be written as JSON."""
    try:
        return digest_of(to_content(template))
    except UnicodeEncodeError:
        return ""


def _are_good(content: RequestContent) -> bool:
    values = content.values
    worked, failures = worked_out(content.template.fields, values)
    if worked != values or has_local_files(values):
        return False
    return not problems_in(content.template, values, failures)


def _shape_flaws(template: Template) -> tuple[Flaw, ...]:
    try:
        return _cached_shape(canonical(to_content(template)))
    except UnicodeEncodeError:
        return (Flaw.TOO_BIG,)


@lru_cache(maxsize=64)
def _cached_shape(text: bytes) -> tuple[Flaw, ...]:
    """A template is looked through once, however many requests were made with it."""
    return flaws_of_shape(msgspec.json.decode(text, type=Template))
