"""What the command line says."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from app.paths import DEFAULT_PROFILE

if TYPE_CHECKING:
    from collections.abc import Sequence


class Connect(NamedTuple):
    """Sign in without the page, for development tools."""

    server: str
    user: str
    password: str

    def __repr__(self) -> str:
        return f"Connect({self.server}, {self.user})"


class Options(NamedTuple):
    """How Tack was started."""

    profile: str = DEFAULT_PROFILE
    data_dir: Path | None = None
    log_level: str = "INFO"
    is_offline: bool = False
    has_throwaway_keyring: bool = False
    connect: Connect | None = None


def parse_options(arguments: Sequence[str]) -> Options:
    """Read the command line; ends the process with a usage line when it is wrong."""
    parser = argparse.ArgumentParser(prog="tack", description="Tack (图钉): office chat over Matrix.")
    parser.add_argument("--profile", default=DEFAULT_PROFILE, help="another person or account, side by side")
    parser.add_argument("--data-dir", type=Path, help="keep all data below this folder")
    parser.add_argument("--log-level", default="INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"])
    parser.add_argument("--offline", action="store_true", help="start without the network")
    parser.add_argument(
        "--throwaway-keyring",
        action="store_true",
        help="keep keys in plain files below the data folder: for demos and tests only",
    )
    parser.add_argument("--connect", metavar="URL", help=argparse.SUPPRESS)
    parser.add_argument("--user", default="", help=argparse.SUPPRESS)
    parser.add_argument("--password-env", metavar="NAME", default="", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    connect = None
    if given.connect:
        connect = Connect(given.connect, given.user, os.environ.get(given.password_env, ""))
    return Options(
        profile=given.profile,
        data_dir=given.data_dir,
        log_level=given.log_level,
        is_offline=given.offline,
        has_throwaway_keyring=given.throwaway_keyring,
        connect=connect,
    )
