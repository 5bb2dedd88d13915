"""Two companies with a real Synapse each that federate over loopback: names as their servers bear them, TLS between them.

Server ACLs know servers without their ports. So the two need different hosts on this computer: `localhost` and its own
name, where that leads to loopback.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.local_server import ServerSettings
from app.local_server.folder import Remembered, save_remembered
from tests.helpers.certificates import Authority
from tests.helpers.homeserver import Homeserver

OURS, THEIRS = "localhost", socket.gethostname().lower()


def require_two_names() -> None:
    """Skip the test where this computer's name does not lead to itself."""
    try:
        address = socket.gethostbyname(THEIRS)
    except OSError:
        address = ""
    if THEIRS == OURS or not address.startswith("127."):
        pytest.skip("this computer's own name does not lead to loopback")


@contextmanager
def partner_companies(folder: Path) -> Iterator[tuple[Homeserver, Homeserver]]:
    """Start both, one account each beside the administrator's."""
    folder.mkdir(parents=True, exist_ok=True)
    ports = _free_ports(4)
    names = [f"{OURS}:{ports[2]}", f"{THEIRS}:{ports[3]}"]
    authority = Authority(folder)
    running: list[Homeserver] = []
    try:
        for number, name in enumerate(names):
            home = folder / f"server-{number}"
            home.mkdir()
            save_remembered(home, Remembered(ports[number], name))
            extra = _federating(authority, folder, names, ports[number], ports[2 + number])
            settings = ServerSettings(is_unlimited=True, restarts_after_crash=False, extra=extra)
            server = Homeserver(home, settings)
            running.append(server)
            server.open(users=1)
        yield running[0], running[1]
    finally:
        for server in running:
            server.close()


def _federating(
    authority: Authority, folder: Path, names: list[str], port: int, tls_port: int
) -> dict[str, Any]:
    host = f"server{tls_port}"
    authority.server_context(host)
    certificate = str(folder / f"{host}30.pem")
    return {
        "listeners": [
            _listener(port, "client", is_tls=False),
            _listener(tls_port, "federation", is_tls=True, addresses=["127.0.0.1", *_addresses()]),
        ],
        "tls_certificate_path": certificate,
        "tls_private_key_path": certificate,
        "federation_verify_certificates": False,
        "federation_domain_whitelist": names,
        "ip_range_whitelist": ["127.0.0.0/8", "::1/128"],
        "allow_public_rooms_over_federation": True,
    }


def _addresses() -> list[str]:
    """Some systems give the computer's name an address of its own on loopback."""
    return sorted({socket.gethostbyname(THEIRS)} - {"127.0.0.1"})


def _listener(
    port: int, resource: str, *, is_tls: bool, addresses: Sequence[str] = ("127.0.0.1",)
) -> dict[str, Any]:
    return {
        "type": "http",
        "port": port,
        "bind_addresses": list(addresses),
        "tls": is_tls,
        "resources": [{"names": [resource], "compress": False}],
    }


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
