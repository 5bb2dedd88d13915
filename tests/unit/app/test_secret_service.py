"""The operating system's keyring, for real: a Secret Service on a session bus of its own."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NEEDED = ("dbus-run-session", "gnome-keyring-daemon")
UNLOCKED = "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null; "
BUS = ("dbus-run-session", "--")

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Secret Service is what Linux has"),
    pytest.mark.skipif(
        any(shutil.which(name) is None for name in NEEDED),
        reason="needs the Debian packages gnome-keyring and dbus-daemon",
    ),
]

KEEP = """
    import asyncio
    from app.secrets import OSKeyStore, profile_key
    async def main():
        store = OSKeyStore()
        assert await store.get("work") is None
        key = await profile_key(store, "work")
        assert len(key) == 32 and await profile_key(store, "work") == key
        assert await profile_key(store, "home") != key
        await store.delete("home")
        await store.delete("home")
        assert await store.get("home") is None
        print(key.hex())
    asyncio.run(main())
"""
FIND = """
    import asyncio
    from app.secrets import OSKeyStore, profile_key
    print(asyncio.run(profile_key(OSKeyStore(), "work")).hex())
"""
FAIL = """
    import asyncio
    from app.errors import KeyringError
    from app.secrets import OSKeyStore, profile_key
    try:
        asyncio.run(profile_key(OSKeyStore(), "work"))
    except KeyringError as error:
        print(error.code)
"""


def in_session(home: Path, program: str, *, before: str = "", bus: tuple[str, ...] = BUS) -> str:
    """Run a program in a desktop session of its own; what it printed. The session's daemons end with its bus."""
    (home / "run").mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / "program.py").write_text(textwrap.dedent(program), "utf-8")
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LD_LIBRARY_PATH") if key in os.environ}
    session = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home / "run"), "PYTHONPATH": str(ROOT)}
    command = f"{before}{sys.executable} {home / 'program.py'}"
    done = subprocess.run(
        [*bus, "sh", "-c", command],
        env=kept | session,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_key_of_a_profile_lies_in_the_keyring_and_outlives_the_session(tmp_path: Path) -> None:
    key = in_session(tmp_path, KEEP, before=UNLOCKED)
    assert len(key) == 64
    assert in_session(tmp_path, FIND, before=UNLOCKED) == key
    everything = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "program.py"]
    assert any(path.suffix == ".keyring" for path in everything)
    assert not any(bytes.fromhex(key) in path.read_bytes() for path in everything), "in clear on the disk"


def test_a_keyring_that_nobody_unlocks_is_said_to_be_locked(tmp_path: Path) -> None:
    assert in_session(tmp_path, FAIL) == "keyring_locked"


def test_without_a_keyring_it_says_so(tmp_path: Path) -> None:
    assert in_session(tmp_path, FAIL, bus=()) == "keyring_missing"
