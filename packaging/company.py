"""Start the demo company on this computer and open Tack in it, signed in as one of its people.

    python packaging/company.py --state .tack --size small --person lina [--scripted-day]

Runs in the virtual environment that `dev.py` makes. The server lives in <state>/server-<size> and is kept: the
second start takes seconds. Tack's own data for this person lies in <state>/data.
"""

import argparse
import asyncio
import logging
import os
import shutil
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from film_maker import made_films

from app.errors import LocalServerError
from app.local_server import LocalServer, ServerState
from app.local_server.demo.company import DEMO_SETTINGS, Company, ensure_company
from app.local_server.demo.people import BY_KEY, PASSWORD
from resources.templates import template_texts

PASSWORD_VARIABLE = "TACK_DEMO_PASSWORD"
STOP_TIMEOUT_S = 15.0


def server_folder(state: Path, size: str) -> Path:
    """Where the server of a size of company lives."""
    return state.resolve() / f"server-{size}"


async def prepared_company(server: LocalServer, size: str) -> Company:
    """Start the server with the company on it, building what is not there yet, and say how far it is."""
    started = time.monotonic()
    print("Starting the homeserver on this computer", flush=True)
    films = await asyncio.to_thread(made_films, server.folder.parent)
    company = await ensure_company(server, _show_rooms, template_texts(), films)
    if size == "large":
        from large_company import ensure_large

        await ensure_large(server, company)
    print(f"\rThe company is ready at {company.base_url} ({time.monotonic() - started:.0f} s)", flush=True)
    return company


def _show_rooms(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    if sys.stdout.isatty() or done % 10 == 0:
        print(f"\rWriting the company's conversations: {done} of {total}", end=end, flush=True)


def tack_arguments(company: Company, person: str, data: Path) -> list[str]:
    """What to start `main.py` with, so that it signs this person in the first time."""
    return [
        "--data-dir",
        str(data),
        "--profile",
        f"demo-{person}",
        "--throwaway-keyring",
        "--connect",
        company.base_url,
        "--user",
        company.user(person),
        "--password-env",
        PASSWORD_VARIABLE,
    ]


async def open_tack(options: argparse.Namespace) -> int:
    """Run the server for as long as Tack is open."""
    server = LocalServer(
        server_folder(options.state, options.size), settings=DEMO_SETTINGS, on_state=_tell_crashes
    )
    try:
        company = await prepared_company(server, options.size)
        arguments = tack_arguments(company, options.person, options.state.resolve() / "data")
        print(
            f"Opening Tack as {BY_KEY[options.person].name}. Close its window (or press Ctrl+C here) to end."
        )
        return await _run_until_closed([str(ROOT / "main.py"), *arguments])
    finally:
        await server.stop()


async def _run_until_closed(arguments: list[str]) -> int:
    environment = {**os.environ, PASSWORD_VARIABLE: PASSWORD}
    child = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _end, child)
    return await child.wait()


def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.terminate()


def _tell_crashes(state: ServerState) -> None:
    if state is ServerState.RESTARTING:
        print("The homeserver ended unexpectedly and is started again.", flush=True)
    elif state is ServerState.FAILED:
        print("The homeserver keeps failing. Its log is homeserver.log in its folder.", flush=True)


def play_scripted_day(options: argparse.Namespace) -> int:
    """Hand over to the scripted day, on a virtual display of its own."""
    from virtual_display import VirtualDisplay

    if not shutil.which("Xvfb"):
        print("company.py: Xvfb is not installed, so there is nowhere to show a window.", file=sys.stderr)
        return 1
    with VirtualDisplay() as display:
        script = [
            str(ROOT / "packaging" / "scripted_day.py"),
            "--state",
            str(options.state),
            "--person",
            options.person,
        ]
        environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "TACK_DEMO_SIZE": options.size,
        }
        return os.spawnve(os.P_WAIT, sys.executable, [sys.executable, *script], environment)


def main() -> int:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--state", type=Path, default=ROOT / ".tack")
    parser.add_argument("--size", choices=("small", "large"), default="small")
    parser.add_argument("--person", choices=sorted(BY_KEY), default="lina")
    parser.add_argument("--scripted-day", action="store_true")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    try:
        return play_scripted_day(options) if options.scripted_day else asyncio.run(open_tack(options))
    except LocalServerError as error:
        print(f"company.py: the homeserver did not start ({error.code}).\n{error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
