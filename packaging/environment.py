"""Make the environment Tack runs in: virtual environment, pinned packages, system libraries.

Standard library only and Python 3.11 or newer: this runs before anything is installed. Every step looks first and
does only what is missing, so the second run takes no time.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

QT_LIBRARIES = (
    "libegl1",
    "libgl1",
    "libxkbcommon0",
    "libdbus-1-3",
    "libfontconfig1",
    "libglib2.0-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxkbcommon-x11-0",
)
FONTS = ("fonts-noto-cjk", "fonts-noto-color-emoji")
SMALL_FONTS = ("fonts-wqy-microhei", "fonts-noto-color-emoji")
VLC = ("libvlc5", "libvlc-bin", "vlc-plugin-base", "vlc-plugin-access-extra")
"""The last one is for SRT streams."""
VIRTUAL_DISPLAY = ("xvfb", "xauth")
SECRET_SERVICE = ("gnome-keyring", "dbus-daemon")
"""A real keyring for the test of ours."""


class SetupError(Exception):
    """The environment cannot be made; the text is one sentence for a person, with the next step."""


def check_python() -> None:
    """Refuse a Python that the pinned packages do not support."""
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        raise SetupError(
            f"Tack needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}. "
            "Start this script with one of those."
        )


def needs_virtual_display() -> bool:
    """Whether windows cannot be shown here."""
    if sys.platform != "linux":
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def install_system_packages(wanted: tuple[str, ...]) -> None:
    """Install what Debian (or Ubuntu) lacks; on other systems say what Qt needs, once."""
    if sys.platform != "linux":
        return
    if not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        _say_once("not-debian", f"Not a Debian system. Tack needs the equivalents of: {' '.join(wanted)}")
        return
    missing = [name for name in (*wanted, *_venv_package()) if not _is_installed(name)]
    if not missing:
        return
    prefix = _rights()
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    if prefix is None:
        raise SetupError(f"System packages are missing. Run: sudo {' '.join(command)}")
    print(f"Installing system packages: {' '.join(missing)}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update", "-qq"], command):
        _run([*prefix, *step], "System packages could not be installed; the lines above say why.", quiet)


def _venv_package() -> tuple[str, ...]:
    """Debian keeps `ensurepip`, without which no virtual environment gets pip, in a package of its own."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return (f"python3.{sys.version_info.minor}-venv",)
    return ()


def _is_installed(name: str) -> bool:
    """Whether dpkg has it; a renamed library (64-bit time) counts under its new name."""
    for candidate in (name, f"{name}t64"):
        query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", candidate]
        done = subprocess.run(query, capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.strip() == "installed":
            return True
    return False


def _rights() -> list[str] | None:
    """What to put before a command that needs root; None when there is no way without a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def install_packages(lock: str) -> None:
    """Make .venv and install requirements/<lock>.txt with its hashes, unless that is done already."""
    requirements = ROOT / "requirements" / f"{lock}.txt"
    print_of_lock = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / f".installed-{lock}"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == print_of_lock:
        return
    if not PYTHON.exists():
        print("Making the virtual environment .venv", flush=True)
        _run([sys.executable, "-m", "venv", str(VENV)], "The virtual environment could not be made.")
    print(f"Installing the pinned packages of requirements/{lock}.txt", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes", "--only-binary", ":all:", "-r", str(requirements)]
    _run(command, "The packages could not be installed. Is there a connection to the package index?")
    stamp.write_text(print_of_lock)


def _run(command: list[str], failure: str, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise SetupError(failure)


def _say_once(topic: str, sentence: str) -> None:
    marker = ROOT / ".cache" / f"said-{topic}"
    if marker.exists():
        return
    marker.parent.mkdir(exist_ok=True)
    marker.touch()
    print(sentence, flush=True)
