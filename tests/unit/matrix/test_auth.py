"""Signing in and out, discovery, and what needs the password again."""

import pytest

from app.domain.ids import DeviceID, UserID
from app.errors import Forbidden, InputError, NetworkError, ServerError, StrangeAnswer, TackError
from app.matrix import auth
from app.matrix.client import MatrixClient
from app.matrix.discovery import _base_url, _parse, discover
from app.matrix.error_answers import InteractiveAuthNeeded
from tests.helpers.fault_server import Fault, FaultServer, Reply, Request
from tests.helpers.matrix_rig import rig, run

LOGGED_IN = Reply(
    {
        "user_id": "@me:test",
        "device_id": "D",
        "access_token": "a",
        "refresh_token": "r",
        "expires_in_ms": 1000,
        "well_known": {"m.homeserver": {"base_url": "https://elsewhere"}},
    }
)


def test_signing_in_asks_for_a_refresh_token_and_hides_the_tokens() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("POST", "/login", LOGGED_IN)
            session = await auth.login_password(r.client, "me", "secret", "Tack (Linux)", DeviceID("D"))
            assert r.server.requests[0].json() == {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": "me"},
                "password": "secret",
                "refresh_token": True,
                "initial_device_display_name": "Tack (Linux)",
                "device_id": "D",
            }
            assert "authorization" not in r.server.requests[0].headers
            assert (session.user_id, session.access_token, session.refresh_token) == ("@me:test", "a", "r")
            assert session.expires_at_ms == r.clock.wall_ms + 1000
            assert session.homeserver_url == r.server.base_url
            assert "secret" not in repr(session)

    run(test())


@pytest.mark.parametrize(
    ("errcode", "code"), [("M_FORBIDDEN", "wrong_password"), ("M_USER_DEACTIVATED", "user_deactivated")]
)
def test_a_refused_sign_in_says_why(errcode: str, code: str) -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("POST", "/login", Reply({"errcode": errcode}, 403))
            with pytest.raises(Forbidden) as caught:
                await auth.login_password(r.client, "me", "x", "n")
            assert caught.value.code == code

    run(test())


def test_signing_out_of_a_session_that_is_gone_is_fine() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("POST", "/logout", Reply({"errcode": "M_UNKNOWN_TOKEN"}, 401))
            r.server.on("POST", "/refresh", Reply({"errcode": "M_FORBIDDEN"}, 403))
            await auth.logout(r.client)

    run(test())


def test_a_protected_act_sends_the_password_when_asked() -> None:
    def guarded(request: Request) -> Reply:
        given = request.json().get("auth")
        if given is None:
            return Reply({"flows": [{"stages": ["m.login.password"]}], "session": "s1"}, 401)
        if given["password"] != "right" or given["session"] != "s1":
            return Reply(
                {"flows": [{"stages": ["m.login.password"]}], "errcode": "M_FORBIDDEN", "session": "s1"}, 401
            )
        return Reply({})

    async def test() -> None:
        async with rig() as r:
            r.server.on("POST", "/delete_devices", guarded)
            await r.client.account.delete_devices([DeviceID("X")], "right")
            assert r.server.requests[1].json()["auth"]["identifier"] == {
                "type": "m.id.user",
                "user": "@me:test",
            }
            with pytest.raises(Forbidden) as caught:
                await r.client.account.delete_devices([DeviceID("X")], "wrong")
            assert caught.value.code == "wrong_password"
            assert r.server.seen("POST", "/refresh") == []
            r.server.on("POST", "/delete_devices", Reply({"flows": [{"stages": ["m.login.sso"]}]}, 401))
            with pytest.raises(InteractiveAuthNeeded):
                await r.client.account.delete_devices([DeviceID("X")], "right")

    run(test())


def a_homeserver(server: FaultServer) -> None:
    server.on("GET", "/_matrix/client/versions", Reply({"versions": ["v1.11"], "unstable_features": {}}))
    server.on("GET", "/login", Reply({"flows": [{"type": "m.login.password"}, {"type": "m.login.sso"}, 7]}))


@pytest.mark.parametrize("form", ["{host}", " {host}/ ", "http://{host}", "http://{host}/", "@li:{host}"])
def test_a_server_on_this_computer_is_found_from_any_form(form: str) -> None:
    async def test() -> None:
        async with rig() as r:
            a_homeserver(r.server)
            host = r.server.base_url.removeprefix("http://")
            found = await discover(r.transport, form.format(host=host))
            assert found.homeserver_url == r.server.base_url
            assert found.login_flows == ("m.login.password", "m.login.sso")
            assert found.offers.versions == ("v1.11",)
            assert found.offers.has_sliding_sync is False
            assert found.user_id == (f"@li:{host}" if form.startswith("@") else None)

    run(test())


def test_a_name_is_looked_up_in_its_well_known_file_first() -> None:
    async def test() -> None:
        async with rig() as r:
            a_homeserver(r.server)
            asked: list[str] = []
            real = r.transport.request

            async def redirected(method: str, url: str, **options: object) -> object:
                asked.append(url)
                path = url.removeprefix("https://acme.com").removeprefix("https://hs.acme.com")
                return await real(method, r.server.base_url + path if path != url else url, **options)  # type: ignore[arg-type]

            r.transport.request = redirected  # type: ignore[method-assign, assignment]
            body = {
                "m.homeserver": {"base_url": "https://hs.acme.com/"},
                "io.element.e2ee": {"default": False},
            }
            r.server.on("GET", "/.well-known/", Reply(body))
            found = await discover(r.transport, "@li:acme.com")
            assert found.homeserver_url == "https://hs.acme.com"
            assert found.user_id == UserID("@li:acme.com")
            assert found.well_known["io.element.e2ee"] == {"default": False}
            assert asked[0] == "https://acme.com/.well-known/matrix/client"
            for nonsense in (Reply(b"<html>"), Reply({"m.homeserver": 3}), Reply({}, 500)):
                r.server.on("GET", "/.well-known/", nonsense)
                found = await discover(r.transport, "acme.com")
                assert (found.homeserver_url, found.user_id) == ("https://acme.com", None)

    run(test())


@pytest.mark.parametrize(
    "base_url",
    [
        "http://hs.acme.com",
        "https://localhost:8008",
        "https://127.0.0.1",
        "https://[::1]/",
        "https://me:secret@hs.acme.com",
        "https://[::1",
        "https://hs.acme.com:99999999",
        "https://",
        "file:///etc/passwd",
        "https://hs .acme.com",
    ],
)
def test_a_well_known_file_cannot_lead_to_plain_http_or_to_this_computer(base_url: str) -> None:
    assert _base_url({"m.homeserver": {"base_url": base_url}}) is None


@pytest.mark.parametrize(
    ("typed", "origins", "is_name"),
    [
        ("acme.com", ("https://acme.com",), True),
        ("acme.com:8448", ("https://acme.com:8448",), False),
        ("https://acme.com/matrix/", ("https://acme.com/matrix",), False),
        ("＠".replace("＠", "@") + "li：acme。com", ("https://acme.com",), True),
        ("localhost:8448", ("http://localhost:8448", "https://localhost:8448"), False),
        ("[::1]:8448", ("http://[::1]:8448", "https://[::1]:8448"), False),
        ("图钉.中国", ("https://图钉.中国",), True),
    ],
)
def test_what_people_type(typed: str, origins: tuple[str, ...], is_name: bool) -> None:
    parsed = _parse(typed)
    assert (parsed.origins, parsed.is_name) == (origins, is_name)


@pytest.mark.parametrize(
    "typed", ["", "  ", "@li", "@li:", "a b", "ftp://x", "https://", "x" * 400, "a:99999999", "http://a:b"]
)
def test_what_is_no_address_is_refused_without_asking(typed: str) -> None:
    with pytest.raises(InputError) as caught:
        _parse(typed)
    assert caught.value.code == "server_address"


@pytest.mark.parametrize(
    "reply", [Reply(b"<html>"), Reply({}, 404), Reply({"versions": []}), Reply({"versions": 3})]
)
def test_another_kind_of_server_is_named(reply: Reply) -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "", reply)
            with pytest.raises(StrangeAnswer) as caught:
                await discover(r.transport, r.server.base_url)
            assert caught.value.code == "not_a_homeserver"

    run(test())


@pytest.mark.parametrize(("fault", "kind"), [(Fault.DROP, NetworkError), (Fault.BAD_GATEWAY, ServerError)])
def test_a_server_in_trouble_is_not_called_another_kind(fault: Fault, kind: type[TackError]) -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "", fault=fault)
            with pytest.raises(kind) as caught:
                await discover(r.transport, r.server.base_url)
            assert caught.value.code != "not_a_homeserver"

    run(test())


def test_offers_of_a_bare_server_are_the_usual() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on(
                "GET",
                "/versions",
                Reply({"versions": ["v1.1"], "unstable_features": {"org.matrix.simplified_msc3575": True}}),
            )
            offers = await r.client.account.offers()
            assert offers.has_sliding_sync is True
            assert (offers.can_change_password, offers.max_upload_bytes, offers.default_room_version) == (
                True,
                None,
                "",
            )
            r.server.on(
                "GET",
                "/capabilities",
                Reply(
                    {
                        "capabilities": {
                            "m.change_password": {"enabled": False},
                            "m.room_versions": {"default": "12"},
                        }
                    }
                ),
            )
            r.server.on("GET", "/media/config", Reply({"m.upload.size": 100}))
            offers = await r.client.account.offers()
            assert (offers.can_change_password, offers.max_upload_bytes, offers.default_room_version) == (
                False,
                100,
                "12",
            )

    run(test())


def test_a_client_without_a_token_can_be_told_the_offers() -> None:
    async def test() -> None:
        async with rig() as r:
            a_homeserver(r.server)
            client = MatrixClient(r.transport, r.server.base_url, clock=r.clock)
            assert (await client.account.offers()).versions == ("v1.11",)
            assert await auth.login_flows(client) == ("m.login.password", "m.login.sso")

    run(test())
