"""Make accounts by shared-secret registration: a nonce, then an HMAC over the fields.

Source: Synapse admin API, "Shared-Secret Registration".
"""

import hashlib
import hmac

from app.domain.ids import DeviceID, UserID
from app.local_server.loopback import call
from app.local_server.settings import LocalUser

REGISTER = "/_synapse/admin/v1/register"


def register(
    base_url: str, secret: str, name: str, password: str, *, is_admin: bool, displayname: str | None
) -> LocalUser:
    """Make an account and sign it in once. Blocking. Raises `LocalServerError`; errcode `M_USER_IN_USE` if taken."""
    nonce = str(call(base_url, "GET", REGISTER)["nonce"])
    fields = [nonce, name, password, "admin" if is_admin else "notadmin"]
    mac = hmac.new(secret.encode(), b"\0".join(f.encode() for f in fields), hashlib.sha1)
    body = {
        "nonce": nonce,
        "username": name,
        "password": password,
        "admin": is_admin,
        "displayname": displayname or name,
        "mac": mac.hexdigest(),
    }
    got = call(base_url, "POST", REGISTER, body)
    return LocalUser(UserID(got["user_id"]), str(got["access_token"]), DeviceID(got["device_id"]))
