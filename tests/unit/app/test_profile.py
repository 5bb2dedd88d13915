"""Paths, keys and the log of a profile."""

import logging
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import pytest

from app.errors import InputError, KeyringError
from app.log import start_log, write_log_to
from app.paths import Paths
from app.secrets import MemoryKeyStore, OSKeyStore, ThrowAwayKeyStore, profile_key


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a\\b", "名", "a b"])
def test_profile_names_cannot_leave_their_folder(name: str) -> None:
    with pytest.raises(InputError):
        Paths.for_profile(name, Path("data"))


def test_the_folder_of_a_profile_is_the_owners_alone(tmp_path: Path) -> None:
    paths = Paths.for_profile("li", tmp_path)
    paths.create()
    assert stat.S_IMODE(paths.folder.stat().st_mode) == 0o700
    assert paths.cache.parent == paths.folder


async def _same_twice(store: Any) -> None:
    first = await profile_key(store, "li")
    assert len(first) == 32
    assert await profile_key(store, "li") == first
    assert await profile_key(store, "zhang") != first


def test_a_key_is_made_once_per_profile(tmp_path: Path, run: Any) -> None:
    run(_same_twice(MemoryKeyStore()))
    run(_same_twice(ThrowAwayKeyStore(tmp_path)))
    assert all(stat.S_IMODE(f.stat().st_mode) == 0o600 for f in tmp_path.iterdir())


class _Plain(keyring.backend.KeyringBackend):
    """Stands for any backend that is not the system's own, such as the plain files of keyrings.alt."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError("an unsafe keyring was asked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("an unsafe keyring was given a key")


@pytest.fixture
def plain_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(_Plain())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("plain_keyring")
def test_an_unsafe_keyring_is_refused(run: Any) -> None:
    with pytest.raises(KeyringError) as caught:
        run(profile_key(OSKeyStore(), "li"))
    assert caught.value.code == "keyring_missing"


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield root
    for handler in [h for h in root.handlers if h not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_early_records_reach_the_file(tmp_path: Path, root_logger: logging.Logger) -> None:
    start_log("INFO")
    logging.getLogger("tack.test").info("early")
    path = tmp_path / "logs" / "tack.log"
    write_log_to(path)
    logging.getLogger("tack.test").warning("late")
    lines = [line for line in path.read_text().splitlines() if "tack.test" in line]
    assert [line.rsplit(" ", 1)[1] for line in lines] == ["early", "late"]
    assert lines[0][10] == "T" and "Z INFO" in lines[0]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_place_for_a_log_stops_nothing(tmp_path: Path, root_logger: logging.Logger) -> None:
    (tmp_path / "logs").write_text("in the way")
    start_log()
    write_log_to(tmp_path / "logs" / "tack.log")
    logging.getLogger("tack.test").warning("still alive")
