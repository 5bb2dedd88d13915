"""Requests the server only grants when the password is given again.

Source: Matrix client-server API, "User-interactive authentication API". Only the password stage is spoken.
"""

from typing import TYPE_CHECKING

from app.domain.events import JSONObject
from app.errors import Forbidden
from app.matrix.error_answers import InteractiveAuthNeeded

if TYPE_CHECKING:
    from app.matrix.client import MatrixClient

PASSWORD = "m.login.password"


async def with_password(client: "MatrixClient", path: str, body: JSONObject, password: str) -> JSONObject:
    """POST; when the server asks, once more with the password.

    Raises Forbidden(code="wrong_password"), InteractiveAuthNeeded when a password does not do.
    """
    try:
        return await client.call("POST", path, body=body)
    except InteractiveAuthNeeded as needed:
        if needed.flows and [PASSWORD] not in needed.flows:
            raise
        session = needed.session
    user_id = await client.own_user_id()
    identifier = {"type": "m.id.user", "user": user_id}
    auth = {"type": PASSWORD, "identifier": identifier, "password": password, "session": session}
    try:
        return await client.call("POST", path, body={**body, "auth": auth})
    except InteractiveAuthNeeded as refused:
        raise Forbidden(
            "wrong password", status=401, errcode=refused.errcode, code="wrong_password"
        ) from None
