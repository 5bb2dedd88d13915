"""What a homeserver can do, from `/versions`, `/capabilities` and the media limits."""

from contextlib import suppress
from typing import TYPE_CHECKING

from app.domain.account import ServerOffers
from app.domain.events import JSONObject, dict_of, int_of, strings_of, text_of
from app.errors import ServerError, StrangeAnswer, Unauthorized

if TYPE_CHECKING:
    from app.matrix.client import MatrixClient

SLIDING_SYNC = "org.matrix.simplified_msc3575"
DELAYED_EVENTS = "org.matrix.msc4140"


async def read_offers(client: "MatrixClient") -> ServerOffers:
    """Ask. Without a token only `/versions` is read and the rest keeps its usual value.

    A server without the optional endpoints offers the usual; one without `/versions` is no homeserver.
    """
    is_signed_in = client.token_source is not None
    versions = await client.call("GET", "/_matrix/client/versions", is_public=not is_signed_in)
    if not strings_of(versions, "versions"):
        raise StrangeAnswer("no versions", status=200, code="not_a_homeserver")
    capabilities: JSONObject = {}
    max_upload: int | None = None
    if is_signed_in:
        try:
            capabilities = await client.account.capabilities()
        except Unauthorized:
            raise
        except ServerError:
            capabilities = {}
        with suppress(ServerError):
            max_upload = await client.media.max_upload_bytes()
    return offers_of(versions, capabilities, max_upload)


def offers_of(versions: JSONObject, capabilities: JSONObject, max_upload: int | None) -> ServerOffers:
    """Read the answers; a missing capability means yes, as the specification says."""
    features = dict_of(versions, "unstable_features")
    delayed = dict_of(capabilities, "org.matrix.msc4140.delayed_events")
    max_delay = int_of(delayed, "max_delay_ms")
    return ServerOffers(
        versions=tuple(strings_of(versions, "versions")),
        has_sliding_sync=features.get(SLIDING_SYNC) is True,
        has_delayed_events=_has_delayed_events(features, delayed),
        max_upload_bytes=max_upload,
        can_change_password=_is_enabled(capabilities, "m.change_password"),
        can_set_displayname=_is_enabled(capabilities, "m.set_displayname"),
        default_room_version=text_of(dict_of(capabilities, "m.room_versions"), "default") or "",
        max_delay_ms=max_delay or None,
        max_delayed_events=int_of(delayed, "max_scheduled"),
    )


def _has_delayed_events(features: JSONObject, capability: JSONObject) -> bool:
    """The capability tells whether they are switched on; servers before it told by a feature."""
    if capability:
        return bool(int_of(capability, "max_delay_ms")) and int_of(capability, "max_scheduled") != 0
    return features.get(DELAYED_EVENTS) is True


def _is_enabled(capabilities: JSONObject, name: str) -> bool:
    return dict_of(capabilities, name).get("enabled") is not False
