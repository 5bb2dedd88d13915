"""The generated configuration of Synapse, and the secrets that are made once per data folder.

Synapse reads YAML, of which JSON is a subset, so the standard library writes it. Everything lies in the data
folder; nothing is written outside. Source: Synapse configuration manual; the rate limits and list rules are
raised because the defaults are meant for servers on the open internet.
"""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.local_server.settings import ServerSettings

APPSERVICE_SENDER = "tack.builder"
"""The user that the demo builder's application service acts as when it names nobody."""

Config = dict[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class ServerSecrets:
    """What must survive a restart. File mode 0600; repr hides it."""

    registration: str
    macaroon: str
    form: str
    as_token: str
    hs_token: str
    signing_key: str

    def __repr__(self) -> str:
        return "ServerSecrets(…)"


def load_or_make_secrets(folder: Path) -> ServerSecrets:
    """Read secrets.json, or make it. The signing key is one line: algorithm, name, unpadded base64 seed."""
    path = folder / "secrets.json"
    if path.exists():
        return ServerSecrets(**json.loads(path.read_text("utf-8")))
    seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    made = ServerSecrets(
        registration=secrets.token_hex(24),
        macaroon=secrets.token_hex(24),
        form=secrets.token_hex(24),
        as_token=secrets.token_hex(24),
        hs_token=secrets.token_hex(24),
        signing_key=f"ed25519 a_tack {seed}",
    )
    write_private(path, json.dumps(asdict(made), indent=1))
    return made


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, and never half of it."""
    partial = path.with_suffix(path.suffix + ".new")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(path)


def write_config(
    folder: Path, *, server_name: str, port: int, keep: ServerSecrets, settings: ServerSettings
) -> Path:
    """Write homeserver.yaml and the files it names; return its path."""
    (folder / "media").mkdir(parents=True, exist_ok=True)
    write_private(folder / "signing.key", keep.signing_key + "\n")
    write_private(folder / "appservice.yaml", json.dumps(_appservice(keep), indent=1))
    write_private(folder / "log.yaml", json.dumps(_logging(folder), indent=1))
    config = _base(folder, server_name, port, keep, settings)
    config |= _limits(settings.is_unlimited)
    if settings.access_token_lifetime_ms is not None:
        config["refreshable_access_token_lifetime"] = settings.access_token_lifetime_ms
    config |= dict(settings.extra)
    path = folder / "homeserver.yaml"
    write_private(path, json.dumps(config, indent=1))
    return path


def _base(folder: Path, server_name: str, port: int, keep: ServerSecrets, settings: ServerSettings) -> Config:
    return {
        "server_name": server_name,
        "public_baseurl": f"http://127.0.0.1:{port}/",
        "pid_file": str(folder / "homeserver.pid"),
        "report_stats": False,
        "listeners": [_listener(port)],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "log_config": str(folder / "log.yaml"),
        "media_store_path": str(folder / "media"),
        "max_upload_size": settings.max_upload,
        "signing_key_path": str(folder / "signing.key"),
        "registration_shared_secret": keep.registration,
        "macaroon_secret_key": keep.macaroon,
        "form_secret": keep.form,
        "bcrypt_rounds": 4 if settings.is_unlimited else 12,
        "app_service_config_files": [str(folder / "appservice.yaml")],
        **_isolation(),
        **_company(),
    }


def _listener(port: int) -> Config:
    return {
        "type": "http",
        "port": port,
        "bind_addresses": ["127.0.0.1"],
        "tls": False,
        "resources": [{"names": ["client"], "compress": False}],
    }


def _isolation() -> Config:
    """Nothing leaves this computer."""
    return {
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "federation_domain_whitelist": [],
        "allow_public_rooms_over_federation": False,
        "serve_server_wellknown": False,
        "url_preview_enabled": False,
        "enable_registration": False,
        "enable_metrics": False,
    }


def _company() -> Config:
    """What an office wants and Synapse does not do by default."""
    return {
        "presence": {"enabled": False},
        "user_directory": {"enabled": True, "search_all_users": True, "prefer_local_users": True},
        # the default rule list denies everything: publicRooms would stay empty
        "room_list_publication_rules": [{"action": "allow"}],
        "allow_public_rooms_without_auth": False,
        "require_auth_for_profile_requests": True,
        "max_event_delay_duration": "40d",
        "event_cache_size": "20K",
        "experimental_features": {
            "msc3575_enabled": True,  # simplified sliding sync
            "msc4306_enabled": True,  # thread subscriptions
            "msc3391_enabled": True,  # deletion of account data
            "msc4140_max_delayed_events_per_user": 1000,
        },
    }


def _limits(is_unlimited: bool) -> Config:
    """Rate limits: none, or those of a company where everybody is known."""
    high = {"per_second": 1_000_000, "burst_count": 1_000_000} if is_unlimited else None
    fast = high or {"per_second": 20, "burst_count": 200}
    slow = high or {"per_second": 1, "burst_count": 60}
    return {
        "rc_message": fast,
        "rc_registration": slow,
        "rc_room_creation": slow,
        "rc_admin_redaction": fast,
        "rc_joins": {"local": fast, "remote": slow},
        "rc_joins_per_room": fast,
        "rc_login": {"address": slow, "account": slow, "failed_attempts": high or _guessing()},
        "rc_invites": {"per_room": fast, "per_user": slow, "per_issuer": fast},
        "rc_media_create": fast,
        "rc_presence": {"per_user": slow},
        "rc_delayed_event_mgmt": fast,
        "rc_reports": slow,
        "rc_user_directory": fast,
        "rc_key_requests": slow,
    }


def _guessing() -> Config:
    """Wrong passwords stay limited even here."""
    return {"per_second": 0.2, "burst_count": 5}


def _appservice(keep: ServerSecrets) -> Config:
    """An application service that may act as any local user with a time of its own: only for demo content.

    It has no URL, so it hears nothing; who has its token owns this computer's data folder anyway.
    """
    return {
        "id": "tack-builder",
        "url": None,
        "rate_limited": False,
        "as_token": keep.as_token,
        "hs_token": keep.hs_token,
        "sender_localpart": APPSERVICE_SENDER,
        "namespaces": {"users": [{"exclusive": False, "regex": "@.*"}], "aliases": [], "rooms": []},
    }


def _logging(folder: Path) -> Config:
    handler = {
        "class": "logging.handlers.RotatingFileHandler",
        "formatter": "line",
        "filename": str(folder / "homeserver.log"),
        "maxBytes": 5_000_000,
        "backupCount": 1,
        "encoding": "utf8",
    }
    return {
        "version": 1,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"file": handler},
        "root": {"level": "WARNING", "handlers": ["file"]},
        "disable_existing_loggers": False,
    }
