"""What the first paint does not wait for."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NOT_YET = (
    "asyncio",
    "qasync",
    "msgspec",
    "httpx",
    "app.domain.sync",
    "app.homeserver",
    "app.store.ingest",
    "app.store.search_index",
    "app.sync.service",
    "ui.screens.chat.chat_screen",
    "ui.tray",
    "widgets.toast",
)


def answer_of(program: str) -> str:
    """Run a program in a fresh process; what it printed."""
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_window_is_imported_without_the_network_the_writers_and_asyncio() -> None:
    program = "import sys, ui.application\nprint(' '.join(sorted(sys.modules)))\n"
    imported = set(answer_of(program).split())
    assert "app.store.rooms_read" in imported
    assert not imported & set(NOT_YET)


def test_this_pyside_can_be_told_not_to_read_the_source_of_every_module() -> None:
    program = (
        "from ui.quick_imports import spare_feature_search\n"
        "print(spare_feature_search())\n"
        "import inspect\n"
        "inspect.getsource = None\n"
        "import ui.application\n"
    )
    assert answer_of(program).strip() == "True"
