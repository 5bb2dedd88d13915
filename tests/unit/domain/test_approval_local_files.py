"""Paths of files come over the wire only from who wants others' clients to open, show or upload what lies there."""

from typing import Any

import msgspec
import pytest

from app.domain.approvals.acts import ActKind
from app.domain.approvals.fold import fold_request
from app.domain.approvals.planning import check_request
from app.domain.approvals.request_checks import template_digest
from app.domain.approvals.state import Check, Refusal, RequestStatus
from app.domain.approvals.template import Field, FieldKind
from app.domain.approvals.wire import FileRef
from tests.helpers.approval_room import SEAL, START_MS, RequestRoom, request, route_step, user

TRAP = {"name": "offer.png", "path": "//elsewhere/share/x.png"}
MASKED = TRAP | {"uri": "mxc://x/y"}
DISGUISED = {"name": "offer.png", "uri": "local://elsewhere/share/x.png"}
COLUMN = Field(key="file", kind=FieldKind.FILE, name={"en": "File"})
FIELDS = (
    Field(key="picture", kind=FieldKind.IMAGE, name={"en": "Picture"}),
    Field(key="rows", kind=FieldKind.TABLE, name={"en": "Rows"}, columns=(COLUMN,)),
)


@pytest.mark.parametrize(
    "values",
    [
        {"picture": [TRAP]},
        {"picture": [MASKED]},
        {"picture": [DISGUISED]},
        {"rows": [{"file": [TRAP]}]},
        {"rows": [{"file": [DISGUISED]}]},
    ],
)
@pytest.mark.parametrize("seal", [SEAL, None])
def test_a_form_with_paths_is_invalid_and_shows_none(values: dict[str, Any], seal: Any) -> None:
    content = request(route_step("s", "a"), values=values)
    template = msgspec.structs.replace(content.template, fields=FIELDS)
    content = msgspec.structs.replace(content, template=template, template_hash=template_digest(template))
    assert Check.BAD_VALUES in check_request(content, user("req"))
    state = fold_request(content, user("req"), START_MS, seal, ())
    assert state.status is (RequestStatus.INVALID if seal else RequestStatus.UNSEALED)
    assert "elsewhere" not in str(state.values) and "offer.png" in str(state.values)


def test_an_act_with_paths_counts_for_nothing_and_shows_none() -> None:
    room = RequestRoom(request(route_step("s", "a")))
    trap = msgspec.convert(TRAP, FileRef)
    made = room.make("a", ActKind.APPROVE, "s", files=(trap,), changes={"rows": [{"file": [TRAP]}]})
    room.put("a", (made,))
    room.put("b", (msgspec.structs.replace(made, basis={user("z"): 9}),))
    refusals = [entry.refusal for entry in room.state().entries]
    assert refusals == [Refusal.MALFORMED, Refusal.IMPOSSIBLE_BASIS]
    assert "elsewhere" not in str(room.state().entries)


def test_own_acts_that_wait_keep_their_paths() -> None:
    room = RequestRoom(request(route_step("s", "a")))
    mine = room.make("a", ActKind.APPROVE, "s", files=(msgspec.convert(TRAP, FileRef),))
    state = room.state(pending=[(user("a"), mine, START_MS + 1)])
    assert state.entries[0].act.files[0].path == TRAP["path"] and state.entries[0].refusal is None


def test_a_field_may_be_called_path() -> None:
    room = RequestRoom(request(route_step("s", "a")))
    field = Field(key="path", kind=FieldKind.TEXT, name={"en": "Path"})
    template = msgspec.structs.replace(room.content.template, fields=(field,))
    content = msgspec.structs.replace(room.content, template=template, values={"path": "up the hill"})
    assert Check.BAD_VALUES not in check_request(content, user("req"))
