"""Certificates, company authorities, HTTP/2."""

import asyncio
from pathlib import Path

import pytest

from app.errors import RetryKind, TLSError
from app.matrix.transport import NetworkSettings, Transport
from tests.helpers.certificates import Authority
from tests.helpers.fault_server import FaultServer, Reply, stop_listening
from tests.helpers.http2_server import GoAwayServer
from tests.helpers.matrix_rig import run


async def ask(network: NetworkSettings, url: str, method: str = "GET") -> int:
    transport = Transport(network, user_agent="Tack/test")
    try:
        return (await transport.request(method, url, timeout_s=5)).status
    finally:
        await transport.aclose()


@pytest.mark.parametrize("use_os_trust", [True, False])
def test_a_company_authority_is_believed_once_it_is_named(tmp_path: Path, use_os_trust: bool) -> None:
    async def test() -> None:
        authority = Authority(tmp_path)
        async with FaultServer(tls=authority.server_context()) as server:
            server.on("GET", "/x", Reply())
            with pytest.raises(TLSError) as caught:
                await ask(NetworkSettings(use_os_trust=use_os_trust), server.base_url + "/x")
            assert caught.value.params["host"] == "localhost"
            assert "certificate" in caught.value.params["reason"]
            assert caught.value.retry is RetryKind.NETWORK
            network = NetworkSettings(use_os_trust=use_os_trust, extra_ca_path=str(authority.ca_path))
            assert await ask(network, server.base_url + "/x") == 200

    run(test())


@pytest.mark.parametrize(
    ("host", "days", "reason"), [("elsewhere.test", 30, "mismatch"), ("localhost", -1, "expired")]
)
def test_a_wrong_certificate_says_what_is_wrong(tmp_path: Path, host: str, days: int, reason: str) -> None:
    async def test() -> None:
        authority = Authority(tmp_path)
        network = NetworkSettings(extra_ca_path=str(authority.ca_path))
        async with FaultServer(tls=authority.server_context(host, days=days)) as server:
            with pytest.raises(TLSError) as caught:
                await ask(network, server.base_url)
            assert reason in caught.value.params["reason"]

    run(test())


def test_plain_http_on_a_tls_port_and_an_unreadable_authority_are_tls_errors(tmp_path: Path) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async def test() -> None:
        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(TLSError):
            await ask(NetworkSettings(), f"https://127.0.0.1:{port}")
        await stop_listening(server)
        for path in (tmp_path / "none.pem", tmp_path / "bad.pem"):
            (tmp_path / "bad.pem").write_text("not a certificate")
            with pytest.raises(TLSError) as caught:
                await ask(NetworkSettings(extra_ca_path=str(path)), "https://localhost:1")
            assert caught.value.code == "tls_ca_unreadable"

    run(test())


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_graceful_goaway_is_not_noticed(tmp_path: Path, method: str) -> None:
    async def test() -> None:
        authority = Authority(tmp_path)
        network = NetworkSettings(extra_ca_path=str(authority.ca_path))
        transport = Transport(network, user_agent="Tack/test")
        try:
            async with GoAwayServer(authority.server_context(alpn="h2"), after=3) as server:
                for _ in range(10):
                    answer = await transport.request(method, server.base_url + "/x", timeout_s=5)
                    assert (answer.status, answer.body) == (200, b"{}")
                assert (server.requests, server.connections) == (10, 4)
        finally:
            await transport.aclose()

    run(test())
