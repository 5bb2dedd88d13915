"""From what a person types to a homeserver. Source: Matrix client-server API, "Server discovery"."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.clock import Clock, SystemClock
from app.domain.account import ServerOffers
from app.domain.events import JSONObject, dict_of, text_of
from app.domain.ids import UserID
from app.errors import InputError, NetworkError, ServerError, StrangeAnswer
from app.matrix.auth import login_flows
from app.matrix.client import MatrixClient
from app.matrix.json_answers import decode_object
from app.matrix.offers import read_offers
from app.matrix.transport import Transport
from app.matrix.trust import is_loopback

WELL_KNOWN = "/.well-known/matrix/client"
TIMEOUT_S = 15.0
MAX_TYPED = 300
AUTHORITY = re.compile(r"[^\s/?#@\\]+")


@dataclass(frozen=True, slots=True)
class Discovered:
    """A homeserver that answered as one."""

    homeserver_url: str
    user_id: UserID | None
    """When a whole user id was typed."""
    offers: ServerOffers
    login_flows: tuple[str, ...]
    well_known: JSONObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Typed:
    origins: tuple[str, ...]
    """Where the homeserver itself may answer, in the order to try."""
    well_known_origin: str | None
    is_name: bool
    """A server name (its well-known file decides) rather than an address."""
    user_id: UserID | None


async def discover(transport: Transport, typed: str, *, clock: Clock | None = None) -> Discovered:
    """Find the homeserver behind "acme.com", "https://…", "@li:acme.com" or "localhost:8448".

    Raises InputError(code="server_address") for what is no address, NetworkError when nobody answers,
    StrangeAnswer(code="not_a_homeserver") when somebody else does.
    """
    wanted = _parse(typed)
    well_known = await _well_known(transport, wanted.well_known_origin)
    named = _base_url(well_known)
    candidates = (named, *wanted.origins) if wanted.is_name else (*wanted.origins, named)
    first_failure: NetworkError | ServerError | None = None
    for url in dict.fromkeys(candidate for candidate in candidates if candidate):
        client = MatrixClient(transport, url, clock=clock or SystemClock())
        try:
            offers = await read_offers(client)
            flows = await login_flows(client)
        except (NetworkError, ServerError) as error:
            first_failure = first_failure or error
            continue
        return Discovered(client.homeserver_url, wanted.user_id, offers, flows, well_known)
    raise _refusal(first_failure)


def _refusal(failure: NetworkError | ServerError | None) -> NetworkError | ServerError:
    if isinstance(failure, NetworkError):
        return failure
    if failure is not None and failure.status >= 500:
        return failure
    return StrangeAnswer("no homeserver there", code="not_a_homeserver")


def _parse(typed: str) -> _Typed:
    text = typed.strip().replace("：", ":").replace("。", ".")
    user_id: UserID | None = None
    if text.startswith("@"):
        user_id = UserID(text)
        text = text.partition(":")[2]
    if "://" in text:
        return _parse_url(text)
    text = text.rstrip("/")
    if not AUTHORITY.fullmatch(text) or len(text) > MAX_TYPED:
        raise InputError("not a server", code="server_address")
    host = _host_of("https://" + text)
    if is_loopback(host):
        return _Typed((f"http://{text}", f"https://{text}"), None, False, user_id)
    return _Typed((f"https://{text}",), f"https://{_bracketed(host)}", text == host, user_id)


def _parse_url(text: str) -> _Typed:
    host = _host_of(text)
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not host or len(text) > MAX_TYPED:
        raise InputError("not a server", code="server_address")
    base = f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
    origin = None if is_loopback(host) else f"https://{_bracketed(host)}"
    return _Typed((base,), origin, False, None)


def _host_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise InputError("not a server", code="server_address") from None
    if not parts.hostname:
        raise InputError("not a server", code="server_address")
    return parts.hostname


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


async def _well_known(transport: Transport, origin: str | None) -> JSONObject:
    """Read the file; empty when there is none or it is not JSON (then the name itself is tried)."""
    if origin is None:
        return {}
    try:
        answer = await transport.request(
            "GET", origin + WELL_KNOWN, timeout_s=TIMEOUT_S, follow_redirects=True
        )
        return decode_object(answer.body) if answer.status == 200 else {}
    except (NetworkError, StrangeAnswer):
        return {}


def _base_url(well_known: JSONObject) -> str | None:
    """Read where the file points; None for what no password may be sent to: plain HTTP, this very computer."""
    url = text_of(dict_of(well_known, "m.homeserver"), "base_url") or ""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or not host or is_loopback(host) or not AUTHORITY.fullmatch(parts.netloc):
        return None
    return f"https://{parts.netloc}{parts.path}".rstrip("/")
