"""On a real display with a window manager: a card never takes the keyboard from somebody who types."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
NEEDED = ("Xvfb", "openbox", "xdotool")


@pytest.mark.skipif(
    any(shutil.which(program) is None for program in NEEDED), reason="needs Xvfb, openbox and xdotool"
)
def test_typing_goes_on_where_it_was_while_cards_come(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(ROOT / "packaging")
    from virtual_display import VirtualDisplay

    with VirtualDisplay(1280, 800) as display:
        environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        manager = subprocess.Popen(["openbox", "--sm-disable"], env=environment, stderr=subprocess.DEVNULL)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "tests.helpers.focus_scene"],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=100,
                check=False,
            )
        finally:
            manager.terminate()
            manager.wait(10)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "typed": "the quick brown fox",
        "kept": True,
        "kept after a click": True,
        "given back": True,
    }
