"""What a proxy with `proxy_force_ranges` does before a homeserver that gives no parts: for `FaultProxy`, around its media."""

import re

from tests.helpers.fault_proxy import FaultProxy, Forward, ProxiedRequest, answer, body_of

WANTED = re.compile(rb"(?i)\r\nrange: bytes=(\d+)-(\d*)\r\n")


def is_media(request: ProxiedRequest) -> bool:
    """A file on its way down."""
    return request.method == "GET" and "/media/download/" in request.path


async def give_part(request: ProxiedRequest, forward: Forward) -> bytes | None:
    """Give the part that was asked for."""
    raw = await forward()
    wanted = WANTED.search(request.raw)
    if wanted is None or not raw.startswith(b"HTTP/1.1 200"):
        return raw or None
    body, start = body_of(raw), int(wanted[1])
    until = min(int(wanted[2]) + 1 if wanted[2] else len(body), len(body))
    if start >= len(body):
        return answer(416, {"errcode": "M_UNKNOWN"})
    told = f"Content-Range: bytes {start}-{until - 1}/{len(body)}\r\n"
    return answer(206, body[start:until], told, content_type="video/mp4")


def with_parts(proxy: FaultProxy) -> FaultProxy:
    """Have a proxy give parts of every file."""
    proxy.fault(is_media, give_part, times=1_000_000)
    return proxy


def parts_asked(proxy: FaultProxy) -> list[int]:
    """Where each part that was asked for began."""
    found = (WANTED.search(request.raw) for request in proxy.requests if is_media(request))
    return [int(wanted[1]) for wanted in found if wanted]
