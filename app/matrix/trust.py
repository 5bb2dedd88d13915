"""Whose certificates are believed, and which proxy stands before which address.

By default both come from the operating system, because that is where a company puts its own authority
and its proxy. Loopback addresses never go through a proxy: the server on this computer lives there.
"""

import ipaddress
import ssl
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from app.errors import ProxyError, TLSError

PROXY_SCHEMES = frozenset({"http", "https", "socks5", "socks5h"})


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """How to reach the outside."""

    proxy_mode: Literal["system", "none", "manual"] = "system"
    proxy_url: str = field(default="", repr=False)
    """For `manual`: `http://`, `https://` or `socks5://host:port`, name and password before the host if needed.

    A SOCKS proxy is given names, not addresses: it looks them up itself.
    """
    use_os_trust: bool = True
    """Believe what the operating system believes (company authorities included); else Mozilla's list."""
    extra_ca_path: str | None = None
    """A PEM file with further authorities."""


def tls_context(network: NetworkSettings) -> ssl.SSLContext:
    """Build the context that checks servers. May take some tens of milliseconds. Raises TLSError."""
    if network.use_os_trust:
        import truststore

        context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        import certifi

        context = ssl.create_default_context(cafile=certifi.where())
    if network.extra_ca_path:
        try:
            context.load_verify_locations(cafile=network.extra_ca_path)
        except (OSError, ssl.SSLError) as error:
            raise TLSError("the extra authority cannot be read", code="tls_ca_unreadable") from error
    return context


def proxy_for(url: str, network: NetworkSettings) -> str | None:
    """Name the proxy for an address; None means straight. Raises ProxyError for a kind we cannot speak."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if network.proxy_mode == "none" or is_loopback(host):
        return None
    if network.proxy_mode == "manual":
        return _checked(network.proxy_url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(host):
        return None
    return _checked(proxy if "://" in proxy else f"http://{proxy}")


def _checked(proxy: str) -> str:
    try:
        parts = urlsplit(proxy)
        host = parts.hostname or ""
        is_usable = parts.scheme in PROXY_SCHEMES and bool(host) and parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        host, is_usable = "", False
    if not is_usable:
        raise ProxyError("not a proxy we can speak to", code="proxy_unsupported", host=host)
    return proxy


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this computer."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
