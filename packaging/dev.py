"""The one script of a developer and of CI. Standard library only; Python 3.11, 3.12 or 3.13.

python3 packaging/dev.py run      everything set up, a company on this computer, Tack signed in
python3 packaging/dev.py test     what CI runs
python3 packaging/dev.py bench    the table of docs/benchmarks.md
python3 packaging/dev.py lint     format check, lint, types
python3 packaging/dev.py format   put the code into shape
python3 packaging/dev.py lock     requirements/*.in → *.txt, with hashes, for all systems
python3 packaging/dev.py clean    remove what the other commands made (--all: .venv too)
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from environment import (
    FONTS,
    PYTHON,
    QT_LIBRARIES,
    ROOT,
    SECRET_SERVICE,
    SMALL_FONTS,
    VENV,
    VIRTUAL_DISPLAY,
    VLC,
    SetupError,
    check_python,
    install_packages,
    install_system_packages,
    needs_virtual_display,
)

SOURCES = ("app", "ui", "widgets", "resources", "tests", "packaging", "main.py")
DESKTOP_TESTS = "tests/desktop"
TESTS = ("tests/architecture", "tests/unit", "tests/property", DESKTOP_TESTS, "tests/live")
STATE = ROOT / ".tack"
LOCKS = ("app", "server", "dev")


def run(options: argparse.Namespace) -> int:
    """Set up, start the company, open Tack (or play the scripted day where there is no display)."""
    is_virtual = options.scripted_day or needs_virtual_display()
    install_system_packages(QT_LIBRARIES + FONTS + VLC + (VIRTUAL_DISPLAY if is_virtual else ()))
    install_packages("server" if sys.platform == "linux" else "app")
    command = [str(PYTHON), str(ROOT / "packaging" / "company.py"), "--state", str(options.state)]
    command += ["--size", options.size, "--person", options.person]
    if is_virtual:
        print("There is no display here: playing the scripted day on a virtual one.", flush=True)
        command.append("--scripted-day")
    return _call(command)


def test(options: argparse.Namespace) -> int:
    """All checks in the order of their price; the first failure ends it."""
    started = time.monotonic()
    install_system_packages(QT_LIBRARIES + _test_fonts() + VLC + VIRTUAL_DISPLAY + SECRET_SERVICE)
    install_packages("dev")
    _told("set-up", started)
    for name, command in _static_steps():
        _step(name, command)
    folders = [folder for folder in TESTS if any((ROOT / folder).rglob("test_*.py"))]
    with _beside([DESKTOP_TESTS] if DESKTOP_TESTS in folders and not options.pytest else []):
        others = [folder for folder in folders if folder != DESKTOP_TESTS]
        _step("tests", _pytest(options.pytest or others))
    return 0


def _pytest(arguments: Sequence[str]) -> list[str]:
    return [str(PYTHON), "-m", "pytest", "--durations=10", *arguments]


@contextmanager
def _beside(folders: Sequence[str]) -> Iterator[None]:
    """Run tests of windows in a process of their own meanwhile, and say at the end how they went.

    They take one core while the others mostly wait, and what Qt leaves behind is of no other test's concern.
    """
    if not folders:
        yield
        return
    with tempfile.TemporaryFile() as told:
        child = subprocess.Popen(
            _pytest(folders), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=told, stderr=subprocess.STDOUT
        )
        try:
            yield
        finally:
            status = child.wait()
            told.seek(0)
            print(f"\n── tests of {' '.join(folders)}, run beside the others", flush=True)
            sys.stdout.buffer.write(told.read())
            sys.stdout.buffer.flush()
    if status != 0:
        raise SetupError(f"Tests of {' '.join(folders)} failed: python3 packaging/dev.py test {folders[0]}")


def bench(options: argparse.Namespace) -> int:
    """Run the benchmarks and rewrite their table."""
    install_system_packages(QT_LIBRARIES + _test_fonts() + VIRTUAL_DISPLAY)
    install_packages("dev")
    return _call([str(PYTHON), "-m", "tests.benchmarks", *options.arguments])


def lint(options: argparse.Namespace) -> int:
    """Format check, lint, types."""
    install_packages("dev")
    for name, command in _static_steps():
        _step(name, command)
    return 0


def reformat(options: argparse.Namespace) -> int:
    """Put the code into shape."""
    install_packages("dev")
    sources = _sources()
    _step("lint fixes", [str(PYTHON), "-m", "ruff", "check", "--fix", "--quiet", *sources])
    _step("format", [str(PYTHON), "-m", "ruff", "format", "--quiet", *sources])
    return 0


def lock(options: argparse.Namespace) -> int:
    """Pin every dependency of every system, with hashes and without any index address."""
    install_packages("dev")
    compiler = [str(PYTHON), "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    compiler += ["--no-header", "--no-emit-index-url", "--python-version", "3.11"]
    if options.upgrade:
        compiler.append("--upgrade")
    for name in LOCKS:
        _step(f"lock {name}", [*compiler, f"{name}.in", "-o", f"{name}.txt"], ROOT / "requirements")
    return 0


def clean(options: argparse.Namespace) -> int:
    """Remove what the other commands made."""
    folders = [STATE, ROOT / "build", *(ROOT / name for name in _caches())]
    for folder in [*folders, VENV] if options.all else folders:
        if folder.exists():
            print(f"removing {folder.relative_to(ROOT)}")
            shutil.rmtree(folder)
    return 0


def _static_steps() -> list[tuple[str, list[str]]]:
    python, sources = str(PYTHON), _sources()
    return [
        ("format", [python, "-m", "ruff", "format", "--check", "--quiet", *sources]),
        ("lint", [python, "-m", "ruff", "check", "--quiet", *sources]),
        ("types", [python, "-m", "mypy", "--no-error-summary", *sources]),
    ]


def _sources() -> list[str]:
    return [name for name in SOURCES if (ROOT / name).exists()]


def _caches() -> tuple[str, ...]:
    return (".cache", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis")


def _test_fonts() -> tuple[str, ...]:
    """Any Chinese font will do for tests; the small one is installed when there is none."""
    return () if Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists() else SMALL_FONTS


def _step(name: str, command: Sequence[str], folder: Path = ROOT) -> None:
    """Run one step; a failure is a sentence that says how to repeat it."""
    print(f"\n── {name}", flush=True)
    started = time.monotonic()
    status = _call(command, folder)
    if status != 0:
        shown = " ".join(part.replace(str(ROOT) + os.sep, "") for part in command)
        raise SetupError(f"The step “{name}” failed. To repeat it alone: {shown}")
    if name != "tests":  # pytest's own closing line stays the last one
        _told(name, started)


def _told(name: str, started: float) -> None:
    print(f"   {name}: {time.monotonic() - started:.1f} s", flush=True)


def _call(command: Sequence[str], folder: Path = ROOT) -> int:
    """Run a child and wait for it to end cleanly.

    Ctrl+C reaches the child by itself (same process group); SIGTERM is handed on.
    """
    child = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL)
    on_interrupt = signal.signal(signal.SIGINT, lambda number, frame: None)
    on_terminate = signal.signal(signal.SIGTERM, lambda number, frame: child.terminate())
    try:
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, on_interrupt)
        signal.signal(signal.SIGTERM, on_terminate)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, work: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=work.__doc__)
        made.set_defaults(work=work)
        return made

    running = command("run", run)
    running.add_argument("--size", choices=("small", "large"), default="small", help="the company's history")
    running.add_argument("--person", default="lina", help="whom to sign in (lina, wangmin, zhangwei, tom …)")
    running.add_argument("--state", type=Path, default=STATE, help="folder of the server and the app's data")
    running.add_argument("--scripted-day", action="store_true", help="play the day even with a display")
    testing = command("test", test)
    testing.add_argument("pytest", nargs="*", help="only these tests (static checks still run)")
    command("bench", bench).add_argument("arguments", nargs=argparse.REMAINDER)
    command("lint", lint)
    command("format", reformat)
    command("lock", lock).add_argument("--upgrade", action="store_true", help="take newer versions")
    command("clean", clean).add_argument("--all", action="store_true", help="the virtual environment too")
    return parser


def main() -> int:
    """Parse, work, and turn a failure into one sentence."""
    options = _parser().parse_args()
    try:
        check_python()
        return int(options.work(options))
    except SetupError as error:
        print(f"\ndev.py: {error}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
