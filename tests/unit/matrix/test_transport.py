"""The transport against a server that misbehaves."""

import asyncio
import threading
import time
from pathlib import Path

import pytest

from app.errors import InputError, NetworkError, ProxyError, StrangeAnswer
from app.matrix.transport import NetworkSettings, Transport
from app.matrix.trust import proxy_for
from tests.helpers.fault_server import Fault, FaultServer, Reply, Request
from tests.helpers.matrix_rig import rig, run


def test_any_status_is_an_answer_and_header_names_are_lower_case() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/x", Reply({"a": 1}, 418, {"X-Odd": "yes"}))
            answer = await r.transport.request("GET", r.server.base_url + "/x", params={"q": "ä b"})
            assert (answer.status, answer.headers["x-odd"], answer.body) == (418, "yes", b'{"a": 1}')
            assert r.server.requests[0].query == {"q": "ä b"}
            assert r.server.requests[0].headers["user-agent"] == "Tack/test"

    run(test())


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.LOSE_REPLY, Fault.CUT])
def test_a_lost_reply_to_a_put_is_asked_again_once(fault: Fault) -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("PUT", "/x", Reply({"event_id": "$a"}))
            r.server.on("PUT", "/x", Reply({"event_id": "$a"}), fault=fault, times=1)
            answer = await r.transport.request("PUT", r.server.base_url + "/x", body=b"{}")
            assert answer.status == 200
            assert len(r.server.requests) == 2

    run(test())


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.LOSE_REPLY, Fault.CUT])
def test_a_post_is_never_repeated(fault: Fault) -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("POST", "/x", Reply({"long": "x" * 1000}), fault=fault)
            with pytest.raises(NetworkError):
                await r.transport.request("POST", r.server.base_url + "/x", body=b"{}")
            assert len(r.server.requests) == 1

    run(test())


def test_a_silent_server_is_a_timeout() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/x", fault=Fault.HANG)
            with pytest.raises(NetworkError) as caught:
                await r.transport.request("GET", r.server.base_url + "/x", timeout_s=0.2)
            assert caught.value.params["reason"] == "timeout"

    run(test())


def test_nobody_listening_and_unknown_names_have_reasons() -> None:
    async def test() -> None:
        async with rig() as r:
            await r.server.stop()
            with pytest.raises(NetworkError) as caught:
                await r.transport.request("GET", r.server.base_url)
            assert caught.value.params == {"host": "127.0.0.1", "reason": "refused"}
            for url, reason in [
                ("http://no.such.invalid", "dns"),
                ("http://", "address"),
                ("ftp://a", "address"),
            ]:
                with pytest.raises(NetworkError) as caught:
                    await r.transport.request("GET", url)
                assert caught.value.params["reason"] == reason

    run(test())


def test_cancelling_the_caller_ends_the_request() -> None:
    async def test() -> None:
        async with rig(max_in_flight=1) as r:
            r.server.on("GET", "/x", fault=Fault.HANG, times=1)
            r.server.on("GET", "/y", Reply())
            task = asyncio.create_task(r.transport.request("GET", r.server.base_url + "/x"))
            await r.server.received(1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            # The only place in the queue is free again.
            assert (await r.transport.request("GET", r.server.base_url + "/y", timeout_s=5)).status == 200

    run(test())


def test_long_polls_do_not_take_the_places_of_requests() -> None:
    async def test() -> None:
        async with rig(max_in_flight=1) as r:
            r.server.on("GET", "/poll", fault=Fault.HANG)
            r.server.on("GET", "/y", Reply())
            polls = [
                asyncio.create_task(
                    r.transport.request("GET", r.server.base_url + "/poll", is_long_poll=True)
                )
                for _ in range(3)
            ]
            assert (await r.transport.request("GET", r.server.base_url + "/y", timeout_s=5)).status == 200
            for poll in polls:
                poll.cancel()
            await asyncio.gather(*polls, return_exceptions=True)

    run(test())


def test_an_upload_that_lasts_does_not_take_the_place_of_requests() -> None:
    async def test() -> None:
        async with rig(max_in_flight=1) as r:
            r.server.on("POST", "/up", fault=Fault.HANG)
            r.server.on("GET", "/y", Reply())
            upload = asyncio.create_task(
                r.transport.upload("POST", r.server.base_url + "/up", source=b"video", lasting_s=3600.0)
            )
            await r.server.received(1)
            try:
                async with asyncio.timeout(10):
                    answer = await r.transport.request("GET", r.server.base_url + "/y", timeout_s=5)
                assert answer.status == 200
            finally:
                upload.cancel()
                await asyncio.gather(upload, return_exceptions=True)

    run(test())


def test_no_more_requests_in_flight_than_allowed() -> None:
    async def test() -> None:
        now, most = 0, 0

        async def slow(request: Request) -> Reply:
            nonlocal now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.02)
            now -= 1
            return Reply()

        async with rig(max_in_flight=3) as r:
            r.server.on("GET", "/x", slow)
            await asyncio.gather(*[r.transport.request("GET", r.server.base_url + "/x") for _ in range(12)])
        assert most == 3

    run(test())


def test_resetting_connections_fails_the_poll_and_repeats_the_rest() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/poll", fault=Fault.HANG)
            r.server.on("PUT", "/send", Reply({"ok": True}))
            r.server.on("PUT", "/send", fault=Fault.HANG, times=1)
            poll = asyncio.create_task(
                r.transport.request("GET", r.server.base_url + "/poll", is_long_poll=True)
            )
            send = asyncio.create_task(r.transport.request("PUT", r.server.base_url + "/send"))
            await r.server.received(2)
            r.transport.reset_connections()
            with pytest.raises(NetworkError) as caught:
                await poll
            assert caught.value.params["reason"] == "reset"
            assert (await send).status == 200

    run(test())


def test_a_dead_pooled_connection_is_not_noticed() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/x", Reply())
            for _ in range(3):
                assert (await r.transport.request("GET", r.server.base_url + "/x")).status == 200
                await r.server.drop_connections()

    run(test())


def test_a_body_over_the_limit_is_refused() -> None:
    async def test() -> None:
        async with rig(max_body_bytes=1000) as r:
            r.server.on("GET", "/x", Reply(b"x" * 2000))
            r.server.on("GET", "/z", Reply(b"not gzip", headers={"Content-Encoding": "gzip"}))
            with pytest.raises(StrangeAnswer):
                await r.transport.request("GET", r.server.base_url + "/x")
            with pytest.raises(StrangeAnswer):
                await r.transport.request("GET", r.server.base_url + "/z")

    run(test())


def test_download_streams_and_tells_the_size_first() -> None:
    async def test() -> None:
        async with rig() as r:
            data = bytes(range(256)) * 4000
            r.server.on("GET", "/f", Reply(data))
            heard: list[int | None] = []
            got = bytearray()
            threads: set[str] = set()

            def sink(piece: bytes) -> None:
                threads.add(threading.current_thread().name)
                got.extend(piece)

            answer = await r.transport.download(r.server.base_url + "/f", sink=sink, on_start=heard.append)
            assert (bytes(got), heard, answer.body) == (data, [len(data)], b"")
            assert threads == {"tack-network"}

    run(test())


def test_download_of_an_error_gives_its_body_and_leaves_the_sink_alone() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/f", Reply({"errcode": "M_NOT_FOUND"}, 404))
            got: list[bytes] = []
            answer = await r.transport.download(r.server.base_url + "/f", sink=got.append)
            assert (answer.status, got) == (404, [])
            assert b"M_NOT_FOUND" in answer.body

    run(test())


def test_what_the_sink_raises_is_raised() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/f", Reply(b"x" * 100))

            def full(_: bytes) -> None:
                raise OSError(28, "No space left on device")

            with pytest.raises(OSError, match="No space"):
                await r.transport.download(r.server.base_url + "/f", sink=full)

    run(test())


def test_upload_announces_its_length_and_reports_progress(tmp_path: Path) -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("POST", "/u", Reply({"content_uri": "mxc://a/b"}))
            data = b"ab" * 100_000
            path = tmp_path / "文件.bin"
            path.write_bytes(data)
            sources: list[Path | bytes] = [path, data, b""]
            for source in sources:
                heard: list[tuple[int, int]] = []
                answer = await r.transport.upload(
                    "POST",
                    r.server.base_url + "/u",
                    source=source,
                    on_progress=lambda sent, total, heard=heard: heard.append((sent, total)),  # type: ignore[misc]
                )
                request = r.server.requests[-1]
                assert answer.status == 200
                expected = b"" if source == b"" else data
                assert request.body == expected
                assert request.headers["content-length"] == str(len(expected))
                assert "transfer-encoding" not in request.headers
                assert not expected or heard[-1] == (len(data), len(data))

    run(test())


def test_a_file_that_is_gone_or_shrinks_is_named(tmp_path: Path) -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("POST", "/u", Reply())
            url = r.server.base_url + "/u"
            with pytest.raises(InputError) as caught:
                await r.transport.upload("POST", url, source=tmp_path / "no")
            assert caught.value.code == "file_gone"
            path = tmp_path / "f"
            path.write_bytes(b"x" * 300_000)

            def shrink(sent: int, total: int) -> None:
                path.write_bytes(b"")

            with pytest.raises(InputError) as caught:
                await r.transport.upload("POST", url, source=path, on_progress=shrink)
            assert caught.value.code == "file_unreadable"

    run(test())


def test_closing_ends_what_is_in_flight_and_refuses_more() -> None:
    async def test() -> None:
        async with FaultServer() as server:
            transport = Transport(NetworkSettings(), user_agent="x")
            server.on("GET", "/x", fault=Fault.HANG)
            task = asyncio.create_task(transport.request("GET", server.base_url + "/x"))
            await server.received(1)
            begun = time.monotonic()
            await transport.aclose()
            await transport.aclose()
            assert time.monotonic() - begun < 3
            with pytest.raises(NetworkError):
                await task
            with pytest.raises(NetworkError) as caught:
                await transport.request("GET", server.base_url + "/x")
            assert caught.value.params["reason"] == "closed"

    run(test())


def test_a_manual_proxy_sees_the_request_and_loopback_goes_straight() -> None:
    async def test() -> None:
        async with FaultServer() as proxy:
            proxy.on("GET", "http://far.invalid/x", Reply({"from": "proxy"}))
            network = NetworkSettings(proxy_mode="manual", proxy_url=proxy.base_url)
            async with rig(network) as r:
                r.server.on("GET", "/x", Reply({"from": "server"}))
                near = await r.transport.request("GET", r.server.base_url + "/x")
                far = await r.transport.request("GET", "http://far.invalid/x")
                assert (b"server" in near.body, b"proxy" in far.body) == (True, True)

    run(test())


def test_a_dead_proxy_is_a_proxy_error() -> None:
    async def test() -> None:
        async with FaultServer() as proxy:
            proxy.on("CONNECT", "", Reply({}, 407))
            network = NetworkSettings(proxy_mode="manual", proxy_url=proxy.base_url)
            async with rig(network) as r:
                with pytest.raises(ProxyError):
                    await r.transport.request("GET", "https://far.invalid/")
                await proxy.stop()
                with pytest.raises(NetworkError):
                    await r.transport.request("GET", "https://far.invalid/x")
            for bad in ("socks4://127.0.0.1:1", "", "proxy:8080"):
                async with rig(NetworkSettings(proxy_mode="manual", proxy_url=bad)) as r:
                    with pytest.raises(ProxyError) as caught:
                        await r.transport.request("GET", "http://far.invalid/")
                    assert caught.value.code == "proxy_unsupported"

    run(test())


def test_the_system_proxy_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "proxy.acme.com:3128")
    monkeypatch.setenv("no_proxy", "intra.acme.com")
    network = NetworkSettings()
    assert proxy_for("https://matrix.acme.com/x", network) == "http://proxy.acme.com:3128"
    assert proxy_for("https://intra.acme.com/x", network) is None
    assert proxy_for("http://matrix.acme.com/x", network) is None
    for here in ("https://localhost:8448", "https://127.0.0.1", "https://[::1]:1", "https://tack.localhost"):
        assert proxy_for(here, network) is None
    assert proxy_for("https://matrix.acme.com/x", NetworkSettings(proxy_mode="none")) is None


def test_two_loops_may_share_a_transport() -> None:
    async def ask(transport: Transport, url: str) -> int:
        return (await transport.request("GET", url)).status

    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", "/x", Reply())
            url = r.server.base_url + "/x"
            other = await asyncio.to_thread(lambda: asyncio.run(ask(r.transport, url)))
            assert (other, await ask(r.transport, url)) == (200, 200)

    run(test())
