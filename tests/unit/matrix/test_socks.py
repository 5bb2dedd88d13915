"""SOCKS5 proxies: the way through one, and what is said when there is none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.errors import NetworkError, ProxyError
from app.matrix import socks_greeting
from app.matrix.transport import NetworkSettings
from app.matrix.trust import proxy_for
from tests.helpers.fault_server import Reply
from tests.helpers.matrix_rig import Rig, rig, run
from tests.helpers.socks_proxy import REFUSED, SocksProxy

FAR = "http://matrix.acme.invalid/x"


@asynccontextmanager
async def through(who: str = "", **proxy: Any) -> AsyncIterator[tuple[Rig, SocksProxy]]:
    async with (
        SocksProxy(("127.0.0.1", 1), **proxy) as socks,
        rig(NetworkSettings(proxy_mode="manual", proxy_url=socks.url(who))) as r,
    ):
        socks.upstream = ("127.0.0.1", urlsplit(r.server.base_url).port or 0)
        r.server.on("GET", "/x", Reply({"from": "far"}))
        yield r, socks


@pytest.mark.parametrize("who", ["", "li:secret@"])
def test_requests_go_through_and_the_proxy_looks_names_up(who: str) -> None:
    async def test() -> None:
        user, password = who.rstrip("@").split(":") if who else ("", "")
        async with through(who, user=user, password=password) as (r, socks):
            assert b"far" in (await r.transport.request("GET", FAR)).body
            assert socks.asked == [("matrix.acme.invalid", 80)]

    run(test())


@pytest.mark.parametrize(
    ("who", "proxy"),
    [
        ("", {"user": "li", "password": "secret"}),
        ("li:wrong@", {"user": "li", "password": "secret"}),
        ("", {"nonsense": b"HTTP/1.1 400 Bad Request\r\n\r\n"}),
        ("", {"nonsense": b""}),
        ("", {"nonsense": b"\x05"}),
        ("", {"reply": 1}),
        ("", {"is_silent": True}),
    ],
)
def test_a_proxy_that_does_not_do_it_is_a_proxy_error(
    who: str, proxy: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socks_greeting, "PROXY_TIMEOUT_S", 0.2)

    async def test() -> None:
        async with through(who, **proxy) as (r, _):
            with pytest.raises(ProxyError) as caught:
                await r.transport.request("GET", FAR)
            assert (caught.value.code, caught.value.params["host"]) == ("proxy", "127.0.0.1")

    run(test())


def test_a_proxy_that_is_not_there_is_named() -> None:
    async def test() -> None:
        async with SocksProxy(("127.0.0.1", 1)) as gone:
            url = gone.url()
        for bad, host in ((url, "127.0.0.1"), ("socks5://proxy.acme.invalid:1080", "proxy.acme.invalid")):
            async with rig(NetworkSettings(proxy_mode="manual", proxy_url=bad)) as r:
                with pytest.raises(ProxyError) as caught:
                    await r.transport.request("GET", FAR)
                assert caught.value.params["host"] == host

    run(test())


def test_a_server_that_the_proxy_cannot_reach_is_not_the_proxys_fault() -> None:
    async def test() -> None:
        async with through(reply=REFUSED) as (r, _):
            with pytest.raises(NetworkError) as caught:
                await r.transport.request("GET", FAR)
            assert not isinstance(caught.value, ProxyError)

    run(test())


def test_which_addresses_are_taken() -> None:
    def given(url: str) -> str | None:
        return proxy_for("https://acme.com", NetworkSettings(proxy_mode="manual", proxy_url=url))

    for good in ("socks5://proxy:1080", "socks5h://me:pw@proxy", "http://proxy:8080", "https://proxy"):
        assert given(good) == good
    for bad in ("socks4://proxy:1", "proxy:1080", "socks5://", "socks5://proxy:99999", "socks5://[::1"):
        with pytest.raises(ProxyError) as caught:
            given(bad)
        assert caught.value.code == "proxy_unsupported"
